"""A robot answers rightly and does the tasks of the whole course: then all of it is done."""

import io
from pathlib import Path

import pytest

from tests.screens.story import record
from tests.study.recipes import recipe_for, settings_for
from tutor.content.course import open_course
from tutor.content.model import Lesson, SimulationBlock, Task
from tutor.content.runs import is_reached
from tutor.content.task_watch import TaskWatch
from tutor.plain.lesson import run_lesson
from tutor.plain.lines import Lines
from tutor.progress.record.store import Store
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find
from tutor.statistics.completion import count_done, course_progress

COURSE = open_course()
LESSONS = [COURSE.lesson(heading.front.id) for heading in COURSE.headings]


def tasks(lesson: Lesson) -> list[tuple[SimulationBlock, Task]]:
    """The tasks of a lesson that have a goal, in reading order."""
    blocks = (block for section in lesson.sections for block in section.blocks if isinstance(block, SimulationBlock))
    return [(block, task) for block in blocks for task in block.tries if task.goal]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_task_of_the_course_can_be_done_by_setting_and_stepping(lesson: Lesson) -> None:
    for block, task in tasks(lesson):
        recipe = recipe_for(block, task)
        rules = find(block.name).build(**{**block.values, **recipe.values})
        player = Player(find(block.name).build(**block.values))
        player.jump(block.step)
        watch = TaskWatch([task], player)
        player.restart(rules)
        player.jump(recipe.steps)
        assert is_reached(task.goal, player), task.goal
        assert watch.met(player) == [0], task.goal


def type_lesson(lesson: Lesson, store: Store) -> str:
    """Go through a lesson line by line, typing every answer and every task rightly; what was said."""
    session, said = Session(COURSE, store), io.StringIO()
    answers = [session.make_instance(question.id).solution for question in lesson.questions]
    typed = [*answers, *(settings_for(block, task) for block, task in tasks(lesson))]
    lines = Lines(io.StringIO("".join(f"{line}\n" for line in typed)), said)
    run_lesson(COURSE, store, lesson, lines)
    return said.getvalue()


def test_line_by_line_right_answers_and_tasks_lead_to_all_lessons_done(tmp_path: Path) -> None:
    store = record(tmp_path)
    for number, lesson in enumerate(LESSONS, 1):
        said = type_lesson(lesson, store)
        assert "You have finished this lesson." in said, (lesson.id, said[-1500:])
        assert count_done(course_progress(COURSE, store)) == number
    assert count_done(course_progress(COURSE, store)) == len(COURSE.headings)
    assert {attempt.verdict for attempt in store.attempts()} == {"right"}
    assert store.count() == sum(len(lesson.questions) for lesson in LESSONS)

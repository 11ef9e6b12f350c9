"""A robot answers rightly and does the tasks of the whole course: then all of it is done."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.story import record
from tests.statistics.recipes import recipe_for, settings_for
from tutor.content.course import open_course
from tutor.content.model import Lesson, QuestionBlock, SimulationBlock, Task
from tutor.content.runs import is_goal_met
from tutor.content.task_watch import TaskWatch
from tutor.plain.lesson import run_lesson
from tutor.plain.lines import Lines
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.completion import count_done, course_progress

COURSE = open_course()
LESSONS = [COURSE.lesson(heading.front_matter.id) for heading in COURSE.headings]


def tasks(lesson: Lesson) -> list[tuple[SimulationBlock, Task]]:
    """The tasks of a lesson that have a goal, in reading order."""
    blocks = (block for section in lesson.sections for block in section.blocks if isinstance(block, SimulationBlock))
    return [(block, task) for block in blocks for task in block.tasks if task.goal]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_task_of_the_course_can_be_done_by_setting_and_stepping(lesson: Lesson) -> None:
    for block, task in tasks(lesson):
        recipe = recipe_for(block, task)
        rules = find_simulation(block.name).build(**{**block.values, **recipe.values})
        player = Player(find_simulation(block.name).build(**block.values))
        player.jump(block.step)
        watch = TaskWatch([task], player)
        player.replace_rules(rules)
        player.jump(recipe.steps)
        assert is_goal_met(task.goal, player), task.goal
        assert watch.take_newly_met(player) == [0], task.goal


class Person(Lines):
    """A learner at a terminal who presses Enter, and types every answer and every task rightly."""

    is_interactive = True

    def __init__(self, session: Session) -> None:
        super().__init__(io.StringIO(), io.StringIO())
        self.session = session
        self.waiting: Iterator[str] = iter(())
        self.said: list[str] = []

    def say(self, *lines: str) -> None:
        """Keep what is said; a title begins a lesson, of which everything asked for is typed."""
        self.said += lines
        for lesson in LESSONS if lines else ():
            if lines[0] == lesson.heading.front_matter.title:
                self.waiting = iter([*self.answers(lesson)])

    def answers(self, lesson: Lesson) -> Iterator[str]:
        """What she types in a lesson: an answer to each question, and the settings of each task, where it comes."""
        for block in (block for section in lesson.sections for block in section.blocks):
            if isinstance(block, QuestionBlock):
                yield self.session.make_instance(block.question.id).solution
            elif isinstance(block, SimulationBlock):
                yield from (settings_for(block, task) for task in block.tasks if task.goal)

    def ask(self, prompt: str) -> str:
        """Enter where nothing else is asked for."""
        return next(self.waiting) if prompt == "> " else ""


def test_line_by_line_right_answers_tasks_and_enter_lead_through_the_whole_course(tmp_path: Path) -> None:
    store = record(tmp_path)
    person = Person(Session(COURSE, store))
    run_lesson(COURSE, store, LESSONS[0], person)
    assert person.said.count("You have finished this lesson.") == len(LESSONS)
    assert [
        lesson.heading.front_matter.title for lesson in LESSONS if lesson.heading.front_matter.title not in person.said
    ] == []
    assert count_done(course_progress(COURSE, store)) == len(COURSE.headings)
    assert {attempt.verdict for attempt in store.attempts()} == {"right"}
    assert store.count() == sum(len(lesson.questions) for lesson in LESSONS)

"""What a lesson needs to be done, and how it fills up."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import Clock
from tests.screens.story import DOUBLING
from tutor.content.course import Course, open_course
from tutor.content.model import SimulationBlock
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.progress.tables.pages import PAGES_SINCE_NAME
from tutor.statistics.completion import LessonProgress, count_done, course_progress, lesson_progress, stored_name_of
from tutor.statistics.words import describe_finish, describe_further, missing_pages

TASKS = """
```{simulation} adam
try:
  - "Look at it."
  - {do: "Step three times.", goal: "step == 3"}
  - {do: "Step five times.", goal: "step == 5"}
```
"""
QUESTIONS = ("double-it", "which-is-more")


class Learner:
    """A record by a clock that stands, and a course of one lesson with pages, tasks and questions."""

    def __init__(self, folder: Path) -> None:
        (folder / "lessons").mkdir()
        (folder / "lessons" / "01-doubling.md").write_text(DOUBLING.replace("## Questions\n", f"## Questions\n{TASKS}"))
        self.course = Course(folder / "lessons")
        self.clock = Clock()
        self.store = Store.open(folder / "home", self.clock)

    @property
    def progress(self) -> LessonProgress:
        return lesson_progress(self.course.lesson("doubling"), self.store)

    def read(self, *pages: int) -> None:
        for page in pages:
            self.store.save_page_read("doubling", page)

    def do(self, *tasks: int) -> None:
        for section in self.course.lesson("doubling").sections:
            for block in section.blocks:
                if not isinstance(block, SimulationBlock):
                    continue
                for index, task in enumerate(block.tasks):
                    if index in tasks:
                        self.store.save_stored(stored_name_of("doubling", block, task), "", "a task")

    def answer(self, *questions: str, score: float = 1.0) -> None:
        for question in questions:
            self.store.add(
                Attempt(
                    question=question,
                    lesson="doubling",
                    kind="number",
                    concepts=("doubling",),
                    seed=0,
                    answer="6",
                    score=score,
                    verdict="right" if score == 1 else "wrong",
                    hints=0,
                    seconds=9.0,
                    at=self.clock(),
                    program="1",
                )
            )


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    return Learner(tmp_path)


def counts(progress: LessonProgress) -> list[tuple[str, int, int]]:
    return [(part.name, part.done, part.total) for part in progress.parts]


def test_a_new_lesson_lacks_everything_and_tasks_without_a_goal_are_none(learner: Learner) -> None:
    assert counts(learner.progress) == [("pages", 0, 3), ("tasks", 0, 2), ("questions", 0, 2)]
    assert learner.progress.words == "3 pages to read, 2 tasks to do and 2 questions to answer right"
    assert (learner.progress.is_done, learner.progress.is_begun, learner.progress.share) == (False, False, 0.0)
    assert course_progress(learner.course, learner.store) == {}


def test_a_lesson_fills_up_part_by_part_and_is_done_with_the_last(learner: Learner) -> None:
    learner.read(0, 2)
    learner.do(1)
    learner.answer("double-it")
    learner.answer("which-is-more", score=0.0)
    assert counts(learner.progress) == [("pages", 2, 3), ("tasks", 1, 2), ("questions", 1, 2)]
    assert learner.progress.share == pytest.approx(4 / 7)
    assert [(part.name, part.open_pages) for part in learner.progress.missing] == [
        ("pages", (1,)),
        ("tasks", (2,)),
        ("questions", (2,)),
    ]
    learner.read(1)
    learner.do(2)
    assert not learner.progress.is_done
    learner.answer("which-is-more")
    assert learner.progress.is_done
    assert (learner.progress.missing, learner.progress.words, learner.progress.share) == ((), "", 1.0)
    assert count_done(course_progress(learner.course, learner.store)) == 1


@pytest.mark.parametrize("left", ["page", "task", "question"])
def test_nothing_is_done_while_one_thing_is_open(learner: Learner, left: str) -> None:
    learner.read(*range(2 if left == "page" else 3))
    learner.do(*((1,) if left == "task" else (1, 2)))
    learner.answer(*QUESTIONS[: 1 if left == "question" else 2])
    assert not learner.progress.is_done
    assert learner.progress.words.startswith(f"1 {left} to ")
    assert round(learner.progress.share, 2) < 1


def test_the_places_of_what_is_missing_are_named_unread_pages_first(learner: Learner) -> None:
    learner.read(0)
    lesson = learner.course.lesson("doubling")
    assert missing_pages(lesson, learner.progress) == [
        (1, "Page 2, The idea: read it to its end"),
        (2, "Page 3, Questions: unread, 2 tasks and 2 questions"),
    ]


def test_an_answer_that_was_taken_back_opens_its_question_again(learner: Learner) -> None:
    learner.answer("double-it")
    learner.store.undo(learner.store.attempts()[0].key)
    assert counts(learner.progress)[-1] == ("questions", 0, 2)


def test_a_lesson_that_was_done_by_its_questions_alone_stays_done(learner: Learner) -> None:
    learner.store.save_reading_position("doubling", 2)
    learner.answer(*QUESTIONS)
    learner.clock.time += timedelta(days=1)
    learner.store.save_stored(PAGES_SINCE_NAME, learner.clock().isoformat(), "the moment from which pages are kept")
    assert learner.progress.is_done
    learner.store.save_reading_position("doubling", 0)
    learner.read(0)
    assert learner.progress.is_done


def test_questions_alone_no_longer_make_a_lesson_done(learner: Learner) -> None:
    learner.answer(*QUESTIONS)
    assert not learner.progress.is_done
    learner.read(0)
    assert not learner.progress.is_done


def test_the_end_of_a_lesson_says_what_was_done_and_what_is_weak(learner: Learner) -> None:
    learner.read(0, 1, 2)
    learner.do(1, 2)
    learner.answer(*QUESTIONS)
    said = " ".join(describe_finish(learner.progress))
    assert said.startswith("3 pages, 2 tasks and 2 questions: all done.")
    assert "doubling" in said


def test_every_lesson_of_the_course_can_be_done() -> None:
    course = open_course()
    for heading in course.headings:
        lesson = course.lesson(heading.front_matter.id)
        blocks = [
            block for section in lesson.sections for block in section.blocks if isinstance(block, SimulationBlock)
        ]
        flags = [stored_name_of(lesson.id, block, task) for block in blocks for task in block.tasks if task.goal]
        assert lesson.questions
        assert len(flags) == len(set(flags)), f"two tasks of {lesson.id} are one on record"


@pytest.mark.parametrize("named", [0, 1, 3, 9])
@pytest.mark.parametrize("id", [heading.front_matter.id for heading in open_course().headings])
def test_what_is_named_and_what_is_further_on_add_up_to_what_is_said(tmp_path: Path, id: str, named: int) -> None:
    lesson = open_course().lesson(id)
    progress = lesson_progress(lesson, Store.open(tmp_path))
    places = missing_pages(lesson, progress)
    further = describe_further(progress, [place for place, _ in places[named:]])
    said = [words.split(": ")[-1] for _, words in places[:named]] + ([further.split(": ")[1]] if further else [])
    listed = (
        " ".join(said)
        .replace("read it to its end", "1 to read")
        .replace("unread", "1 to read")
        .replace("tasks", "task")
    )
    for part in progress.parts:
        word = "to read" if part.name == "pages" else part.name.removesuffix("s")
        assert sum(int(count) for count in re.findall(rf"(\d+) {word}", listed)) == len(part.open_pages), said
    assert further.startswith(f"{len(places) - named} more place") == (len(places) > named)


def test_a_lesson_with_another_number_keeps_its_record(tmp_path: Path) -> None:
    learner = Learner(tmp_path)
    learner.read(0)
    learner.do(0, 1)
    learner.answer("double-it")
    learner.store.save_reading_position("doubling", 1)
    before = learner.progress
    (tmp_path / "lessons" / "01-doubling.md").rename(tmp_path / "lessons" / "07-doubling.md")
    renumbered = Course(tmp_path / "lessons")
    assert renumbered.headings[0].number == 7
    assert lesson_progress(renumbered.lesson("doubling"), learner.store) == before
    assert learner.store.last_reading_position() == ("doubling", 1)


def test_an_exercise_that_moved_to_another_lesson_stays_passed(tmp_path: Path) -> None:
    """`code-forward` once stood in the lesson on backpropagation."""
    store = Store.open(tmp_path, Clock())
    passed = Attempt(
        question="code-forward",
        lesson="backprop",
        kind="code",
        concepts=("forward-pass",),
        seed=0,
        answer="def forward(x, weights, biases): ...",
        score=1.0,
        verdict="right",
        hints=0,
        seconds=60.0,
        at=store.clock(),
        program="0.1.0",
    )
    store.add(passed)
    course = open_course()
    assert "code-forward" in {exercise.id for exercise in course.lesson("layers").exercises}
    assert store.coded_exercises(passed=True) == {"code-forward"}

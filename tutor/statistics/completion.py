"""The completion of a lesson: pages read, tasks done, questions answered right once.

Every front door asks here: the map, the lesson's last page, plain lines, `progress` and its JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tutor.errors import ChainruleError
from tutor.progress.review.mastery import WEAK_LEVEL
from tutor.progress.tables.tasks import stored_task_name
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Lesson, SimulationBlock, Task
    from tutor.progress.record.store import Store

RULE = "Done once all pages are read, all tasks done, all questions answered right."
PartName = Literal["pages", "tasks", "questions"]
PART_WORDS: Mapping[PartName, tuple[str, str]] = {
    "pages": ("page", "to read"),
    "tasks": ("task", "to do"),
    "questions": ("question", "to answer right"),
}
"""One of each part, and what is to be done with it."""


@dataclass(frozen=True)
class Part:
    """One kind of thing that a lesson asks for, and how much of it was done."""

    name: PartName
    total: int
    open_pages: tuple[int, ...] = ()
    """The page of each one that is not done yet, counted from 0, in reading order."""

    @property
    def done(self) -> int:
        """How many of it were done."""
        return self.total - len(self.open_pages)

    @property
    def share(self) -> float:
        """The share that was done, 0 … 1."""
        return self.done / self.total if self.total else 1.0

    @property
    def words(self) -> str:
        """Say what is missing: `2 tasks to do`."""
        thing, what = PART_WORDS[self.name]
        return f"{counted(len(self.open_pages), thing)} {what}"


@dataclass(frozen=True)
class LessonProgress:
    """The learner's progress in one lesson."""

    page: int | None
    """The page that was open last, counted from 0."""
    pages: Part
    """Done when they were read."""
    tasks: Part
    """Those that have a goal, which the simulator sees reached."""
    questions: Part
    """Done when they were answered right at least once."""
    levels: tuple[tuple[str, float], ...] = ()
    """Its concepts that were answered, each with its level now, 0 … 1."""
    answered: bool = False
    """Whether any of its questions was answered, rightly or not."""
    was_done: bool = False
    """Whether it was done when only right answers were asked for: nobody loses that."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the lesson in the order of working through it, without those it does not have."""
        return tuple(part for part in (self.pages, self.tasks, self.questions) if part.total)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts of which something is open."""
        return () if self.is_done else tuple(part for part in self.parts if part.open_pages)

    @property
    def is_done(self) -> bool:
        """Whether every page was read, every task done, and every question answered right at least once."""
        return self.was_done or not any(part.open_pages for part in self.parts)

    @property
    def is_begun(self) -> bool:
        """Whether a page was left open, a question answered, a task done, or more than one page read."""
        return self.answered or self.page is not None or self.pages.done > 1 or self.tasks.done > 0

    @property
    def share(self) -> float:
        """How much of all that the lesson asks for was done, 0 … 1."""
        total = sum(part.total for part in self.parts)
        return 1.0 if self.is_done else sum(part.done for part in self.parts) / total

    @property
    def level(self) -> float | None:
        """The mean level of its concepts; `None` where nothing was answered."""
        return sum(level for _, level in self.levels) / len(self.levels) if self.levels else None

    @property
    def weak(self) -> tuple[str, ...]:
        """Its concepts that are weak now."""
        return tuple(concept for concept, level in self.levels if level < WEAK_LEVEL)

    @property
    def words(self) -> str:
        """Say what is missing: `3 pages to read and 1 task to do`; "" if the lesson is done."""
        return join_words([part.words for part in self.missing]) if self.missing else ""


def stored_name_of(lesson: str, block: "SimulationBlock", task: "Task") -> str:
    """The name under which it is on record that a task of `lesson` is done."""
    return stored_task_name(lesson, block.name, task.template.source, task.goal)


def lesson_progress(lesson: "Lesson", store: "Store", levels: Mapping[str, float] | None = None) -> LessonProgress:
    """Compute the progress in `lesson`; `levels` are those of all concepts on record, if known already.

    Raises:
        ChainruleError: the record cannot be read.
    """
    levels = concept_levels(store) if levels is None else levels
    solved, tried = store.solved_questions(lesson.id), store.answered_lessons()
    asked = _list_questions(lesson)
    questions = {question for _, question in asked}
    return LessonProgress(
        page=store.reading_position(lesson.id),
        pages=_part_of_pages(lesson, store.pages_read(lesson.id)),
        tasks=_part_of_tasks(lesson, store.done_tasks(lesson.id)),
        questions=Part("questions", len(asked), tuple(page for page, question in asked if question not in solved)),
        levels=tuple((name, levels[name]) for name in lesson.heading.front_matter.concepts if name in levels),
        answered=lesson.id in tried,
        was_done=bool(questions) and questions <= store.solved_before_pages(lesson.id),
    )


def _list_questions(lesson: "Lesson") -> list[tuple[int, str]]:
    """The page and the id of each question."""
    from tutor.content.model import QuestionBlock

    return [
        (page, block.question.id)
        for page, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, QuestionBlock)
    ]


def _part_of_pages(lesson: "Lesson", read: frozenset[int]) -> Part:
    total = len(lesson.sections)
    return Part("pages", total, tuple(page for page in range(total) if page not in read))


def _part_of_tasks(lesson: "Lesson", done: frozenset[str]) -> Part:
    """The tasks that have a goal, and the pages of those that are not done."""
    from tutor.content.model import SimulationBlock

    found = [
        (page, stored_name_of(lesson.id, block, task))
        for page, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, SimulationBlock)
        for task in block.tries
        if task.goal
    ]
    return Part("tasks", len(found), tuple(page for page, stored_name in found if stored_name not in done))


def concept_levels(store: "Store") -> dict[str, float]:
    """Concept → how well it is known now, for those that were answered."""
    return {str(row["id"]): float(row["level"]) for row in store.concepts()}


def course_progress(course: "Course", store: "Store") -> dict[str, LessonProgress]:
    """Lesson id → how far it is, for the lessons of which something is on record.

    Only those are read: reading a lesson takes a while, and a learner has begun but a few.
    """
    found = {}
    on_record, levels = store.lessons_on_record(), concept_levels(store)
    for heading in course.headings:
        if heading.front_matter.id in on_record:
            try:
                found[heading.front_matter.id] = lesson_progress(course.lesson(heading.front_matter.id), store, levels)
            except ChainruleError:  # it is among the course's faults now
                continue
    return found


def finished_since(course: "Course", store: "Store", questions: Iterable[str], since: datetime) -> list[str]:
    """Return the titles of the lessons that answers to these `questions` have finished, by being right after `since`.

    Questions that have gone from the course are passed over.
    """
    lessons = dict.fromkeys(course.question(question)[1] for question in questions if course.has_question(question))
    return [
        course.lesson(id).heading.front_matter.title
        for id in lessons
        if any(at >= since for at in store.first_right_answers(id).values())
        and lesson_progress(course.lesson(id), store).is_done
    ]


def count_done(progress: Mapping[str, LessonProgress]) -> int:
    """Count the lessons that are done."""
    return sum(each.is_done for each in progress.values())

"""The completion of a lesson: pages read, tasks done, questions answered right once.

Everything that shows completion uses this module: the map, the lesson's last page, plain mode, `progress` and its JSON.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

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
"""Part of a lesson → (noun for one thing of this kind, what the learner must do with it)."""


class Part(msgspec.Struct, frozen=True):
    """One kind of thing that a lesson asks for, and how much of it was done."""

    name: PartName
    total: int
    open_pages: tuple[int, ...] = ()
    """The page (from 0) of each thing not done yet, in reading order; a page with two such things appears twice."""

    @property
    def done(self) -> int:
        """How many of these things are done."""
        return self.total - len(self.open_pages)

    @property
    def share(self) -> float:
        """The share that was done, 0 … 1."""
        return self.done / self.total if self.total else 1.0

    @property
    def words(self) -> str:
        """Say what is missing: `2 tasks to do`."""
        noun, to_do = PART_WORDS[self.name]
        return f"{counted(len(self.open_pages), noun)} {to_do}"

    @property
    def noun(self) -> str:
        """What one of these things is called: `page`, `task` or `question`."""
        noun, _ = PART_WORDS[self.name]
        return noun


class LessonProgress(msgspec.Struct, frozen=True):
    """The learner's progress in one lesson."""

    page: int | None
    """The page that was open last, counted from 0."""
    pages: Part
    """The pages; a page is done when it was read."""
    tasks: Part
    """The tasks that have a goal, since the simulator can tell when it is reached; others are not counted."""
    questions: Part
    """The questions; a question is done when it was answered right at least once."""
    levels: tuple[tuple[str, float], ...] = ()
    """(concept, its level now, 0 … 1) for those of the lesson's concepts on which a question was answered."""
    answered: bool = False
    """Whether any of its questions was answered, rightly or not."""
    was_done_by_old_rule: bool = False
    """Whether the lesson was done by an older version's rule (only right answers were required); then it stays done."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that the lesson has, in the order of working through it."""
        return tuple(part for part in (self.pages, self.tasks, self.questions) if part.total)

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts in which something is not done yet."""
        return () if self.is_done else tuple(part for part in self.parts if part.open_pages)

    @property
    def is_done(self) -> bool:
        """Whether every page was read, every task done, and every question answered right; or by an older rule."""
        return self.was_done_by_old_rule or not any(part.open_pages for part in self.parts)

    @property
    def is_begun(self) -> bool:
        """Whether a page was left open, a question answered, a task done, or more than one page read.

        One page read is not enough, since everyone who opens a lesson sees its first page.
        """
        return self.answered or self.page is not None or self.pages.done > 1 or self.tasks.done > 0

    @property
    def share(self) -> float:
        """How much of all that the lesson asks for was done, 0 … 1."""
        if self.is_done:
            return 1.0
        return sum(part.done for part in self.parts) / sum(part.total for part in self.parts)

    @property
    def level(self) -> float | None:
        """The mean level of its concepts; `None` where nothing was answered."""
        if not self.levels:
            return None
        return sum(level for _, level in self.levels) / len(self.levels)

    @property
    def weak(self) -> tuple[str, ...]:
        """Its concepts that are weak now."""
        return tuple(concept for concept, level in self.levels if level < WEAK_LEVEL)

    @property
    def words(self) -> str:
        """Say what is missing: `3 pages to read and 1 task to do`; "" if the lesson is done."""
        if not self.missing:
            return ""
        return join_words([part.words for part in self.missing])


def stored_name_of(lesson: str, block: "SimulationBlock", task: "Task") -> str:
    """The name of the record's stored text which says that a task of `lesson` is done."""
    return stored_task_name(lesson, block.name, task.template.source, task.goal)


def lesson_progress(lesson: "Lesson", store: "Store", levels: Mapping[str, float] | None = None) -> LessonProgress:
    """Compute the progress in `lesson`; `levels` are those of all concepts on record, if they were read already.

    Raises:
        ChainruleError: the record cannot be read.
    """
    levels = concept_levels(store) if levels is None else levels
    solved = store.solved_questions(lesson.id)
    pages_and_questions = _list_questions(lesson)
    question_ids = {question for _, question in pages_and_questions}
    pages_of_unsolved = tuple(page for page, question in pages_and_questions if question not in solved)
    return LessonProgress(
        page=store.reading_position(lesson.id),
        pages=_part_of_pages(lesson, store.pages_read(lesson.id)),
        tasks=_part_of_tasks(lesson, store.done_tasks(lesson.id)),
        questions=Part("questions", len(pages_and_questions), open_pages=pages_of_unsolved),
        levels=tuple((name, levels[name]) for name in lesson.heading.front_matter.concepts if name in levels),
        answered=lesson.id in store.answered_lessons(),
        was_done_by_old_rule=bool(question_ids) and question_ids <= store.solved_before_pages_were_recorded(lesson.id),
    )


def _list_questions(lesson: "Lesson") -> list[tuple[int, str]]:
    """(page, id) of each question, in reading order."""
    from tutor.content.model import QuestionBlock

    return [
        (page, block.question.id)
        for page, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, QuestionBlock)
    ]


def _part_of_pages(lesson: "Lesson", read_pages: frozenset[int]) -> Part:
    """The pages of a lesson as one part of it; `read_pages` are counted from 0."""
    total = len(lesson.sections)
    return Part("pages", total, open_pages=tuple(page for page in range(total) if page not in read_pages))


def _part_of_tasks(lesson: "Lesson", done_names: frozenset[str]) -> Part:
    """The tasks that have a goal as one part of a lesson; `done_names` are the stored names of those that were done."""
    from tutor.content.model import SimulationBlock

    total = 0
    open_pages = []
    for page, section in enumerate(lesson.sections):
        simulations = [block for block in section.blocks if isinstance(block, SimulationBlock)]
        for block in simulations:
            for task in block.tasks:
                if task.goal:
                    total += 1
                    if stored_name_of(lesson.id, block, task) not in done_names:
                        open_pages.append(page)
    return Part("tasks", total, open_pages=tuple(open_pages))


def concept_levels(store: "Store") -> dict[str, float]:
    """Concept → its level now (how well it is known), for the concepts on which a question was answered."""
    return {str(row["id"]): float(row["level"]) for row in store.concepts()}


def course_progress(course: "Course", store: "Store") -> dict[str, LessonProgress]:
    """Lesson id → its progress, for the lessons of which something is on record.

    The other lessons are not even opened, since reading a lesson's file takes a while.
    """
    progress_by_lesson = {}
    on_record, levels = store.lessons_on_record(), concept_levels(store)
    for heading in course.headings:
        id = heading.front_matter.id
        if id in on_record:
            try:
                progress_by_lesson[id] = lesson_progress(course.lesson(id), store, levels)
            except ChainruleError:  # opening it has added its error to the course's faults
                continue
    return progress_by_lesson


def finished_since(course: "Course", store: "Store", questions: Iterable[str], since: datetime) -> list[str]:
    """The titles of the lessons that a quiz has finished: `questions` are the ids of its questions, `since` its start.

    A lesson counts when it is done and one of its questions was first answered right after `since`. Questions that have
    gone from the course are passed over.
    """
    lesson_ids: dict[str, None] = {}  # each once, in the order of the questions
    for question_id in questions:
        if course.has_question(question_id):
            _, lesson_id = course.question(question_id)
            lesson_ids[lesson_id] = None
    titles = []
    for lesson_id in lesson_ids:
        solved_since = [at for at in store.first_right_answers(lesson_id).values() if at >= since]
        lesson = course.lesson(lesson_id)
        if solved_since and lesson_progress(lesson, store).is_done:
            titles.append(lesson.heading.front_matter.title)
    return titles


def count_done(progress: Mapping[str, LessonProgress]) -> int:
    """Count the lessons that are done; `progress` is lesson id → its progress."""
    return sum(lesson.is_done for lesson in progress.values())


def part_cells(lessons: Iterable[LessonProgress]) -> Mapping[PartName, int]:
    """Name of a part → the most cells of its count, such as `3/18`, in the lessons that are not done."""
    cells: dict[PartName, int] = {}
    for part in (part for lesson in lessons if not lesson.is_done for part in lesson.parts):
        cells[part.name] = max(cells.get(part.name, 0), len(_part_count(part)))
    return cells


def _part_count(part: Part) -> str:
    """How much of a part is done, such as `3/18`."""
    return f"{part.done}/{part.total}"


def lesson_note(lesson: LessonProgress, cells: Mapping[PartName, int]) -> str:
    """How far a lesson is: `done`, or `pages  3/8 · questions 2/12`, with counts right-aligned in so many cells."""
    if lesson.is_done:
        return "done"
    return " · ".join(f"{part.name} {_part_count(part):>{cells[part.name]}}" for part in lesson.parts)

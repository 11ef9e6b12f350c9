"""Chooses the questions of a quiz and their order."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tutor.errors import ChainruleError, UsageError, unknown_name_error
from tutor.progress.record.store import Store
from tutor.progress.review.schedule import utc_now
from tutor.quiz.unfinished import load_rest
from tutor.text.numbers import format_number

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.questions.base import Question

T = TypeVar("T")

MAX_QUIZ_QUESTIONS = 500
"""The most questions one quiz may have."""
MAX_QUIZ_MINUTES = 24 * 60
"""The most minutes one quiz may take."""
DEFAULT_QUIZ_QUESTIONS = 10
"""Questions of a quiz that is given neither a number nor minutes."""


@dataclass(frozen=True)
class Scope:
    """What a quiz asks about; by default the whole course."""

    lesson: str | tuple[str, ...] | None = None
    """Only questions of this lesson, or of any of several."""
    concept: str | tuple[str, ...] | None = None
    """Only questions on this concept, or on any of several."""
    due: bool = False
    """Only what is due for review, the longest overdue first."""
    weak: bool = False
    """Only concepts that are weak on record, the weakest first."""
    read: bool = False
    """Only what was reached in lessons that were opened or answered."""
    flagged: bool = False
    """Only what the learner flagged."""
    rest: bool = False
    """Only what a quiz that was left had still to ask."""
    title: str = ""
    """What several lessons are together, such as a part of the course; they are asked about in turns."""

    @property
    def lessons(self) -> tuple[str, ...]:
        """The lessons that are asked about, each once; none for all of them."""
        return _as_tuple(self.lesson)

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that are asked about, each once; none for all of them."""
        return _as_tuple(self.concept)

    @property
    def is_everything(self) -> bool:
        """Whether it leaves no question of the course out."""
        return self == Scope() or self == Scope((), ())

    def describe(self, name_all: Callable[[Iterable[str]], Iterable[str]]) -> str:
        """The scope as a short text; `name_all` turns ids into names that a learner knows."""
        parts = [self.title] if self.title else [*name_all(self.lessons), *name_all(self.concepts)]
        parts += [
            word
            for word, meant in (
                ("due today", self.due),
                ("weak points", self.weak),
                ("what I have read", self.read),
                ("flagged", self.flagged),
                ("the rest of it", self.rest),
            )
            if meant
        ]
        return ", ".join(parts) or "everything mixed"

    @property
    def empty_message(self) -> str:
        """Why there may be nothing to ask in this scope, and what to do."""
        if self.due:
            return "There is nothing to ask: no question is due for review now. Ask about everything instead."
        if self.weak:
            return "There is nothing to ask: no concept is weak on record. Ask about everything instead."
        if self.read:
            return "There is nothing to ask: no page with a question has been read yet. Ask about everything instead."
        if self.flagged:
            return "There is nothing to ask: no question is flagged. Flag one in a quiz (f), or ask about everything."
        if self.rest:
            return "There is nothing to ask: no quiz was left. Ask about everything instead."
        return "There is nothing to ask here."


def _as_tuple(named: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """`named` as a tuple without duplicates, whether it is no name, one name or several."""
    return tuple(dict.fromkeys((named,) if isinstance(named, str) else named or ()))


@dataclass(frozen=True)
class QuizOptions:
    """What a learner chooses before a quiz: scope, length, mode and seed."""

    scope: Scope = Scope()
    count: int | None = None
    """How many questions; with `None` the time limit decides, or the default applies."""
    minutes: float | None = None
    """How long it may take; `None` is no limit."""
    exam: bool = False
    """Whether verdicts wait for the end."""
    asks_confidence: bool = False
    """Whether to ask how sure the learner is before each verdict."""
    seed: int | None = None
    """Draws questions and numbers; with `None` the number of answers on record does, so that quizzes differ."""

    @property
    def question_count(self) -> int:
        """How many questions to choose.

        Raises:
            UsageError: the count or the time limit is out of range.
        """
        return resolve_count(self.count, self.minutes, self.exam)


def resolve_count(count: int | None, minutes: float | None, exam: bool) -> int:
    """Work out how many questions to choose from a count, a time limit, both or neither.

    Raises:
        UsageError: the count or the time limit is out of range.
    """
    if count is not None and not 1 <= count <= MAX_QUIZ_QUESTIONS:
        raise UsageError(f"--count {count} cannot be used: give a whole number from 1 to {MAX_QUIZ_QUESTIONS}")
    if minutes is not None and not 0 < minutes <= MAX_QUIZ_MINUTES:
        raise UsageError(
            f"--minutes {format_number(minutes)} cannot be used: give a number above 0, up to {MAX_QUIZ_MINUTES}"
        )
    if count is not None:
        return count
    if minutes is None:
        return DEFAULT_QUIZ_QUESTIONS
    if not exam:
        return MAX_QUIZ_QUESTIONS
    from tutor.questions.base import USUAL_QUESTION_SECONDS

    return min(MAX_QUIZ_QUESTIONS, max(1, round(minutes * 60 / USUAL_QUESTION_SECONDS)))


def choose_questions(
    course: "Course",
    store: Store,
    scope: Scope | None = None,
    *,
    count: int = DEFAULT_QUIZ_QUESTIONS,
    seed: int | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> list[tuple[str, int]]:
    """Choose questions as (id, seed of its numbers), mixed so that neighbours differ in concept.

    Without a seed what was answered right today comes last, and the mix depends on the record and on how many answers
    it has, so that sessions differ, and learners too. With one they are the same whatever is on record, as a class
    needs them.

    Raises:
        UsageError: the count is out of range, or a lesson or concept is unknown.
    """
    resolve_count(count, None, exam=False)
    scope = scope or Scope()
    rng = random.Random(store.quiz_seed() if seed is None else seed)
    pool = _matching_questions(course, store, scope)
    rng.shuffle(pool)
    if scope.due:
        pool = _rank_by_due_date(pool, store.due(clock()))
    if scope.weak:
        pool = _rank_by_weakness(pool, weak_concepts_of(store))
    if scope.title:
        pool = _take_turns(course, scope, pool)
    rested = (
        store.rested() if seed is None else {}
    )  # those answered right today come last, the latest of them at the end
    pool.sort(key=lambda question: rested[question.id].timestamp() if question.id in rested else 0.0)
    sound = islice((question for question in pool if can_be_asked(course, question)), count)
    mixed = interleave(sound, lambda question: question.concepts)
    return [(question.id, rng.randrange(10**6)) for question in mixed]


def _matching_questions(course: "Course", store: Store, scope: Scope) -> "list[Question]":
    """List the questions in the scope's lessons and concepts, in the order of the course."""
    pool = [question for lesson in scope.lessons or (None,) for question in course.questions(lesson)]
    if scope.due or scope.flagged:
        pool += _exercise_review_questions(course, store, scope)
    if scope.rest:
        rest = load_rest(course, store)
        pool = [question for question in pool if question.id in rest]
    if scope.concepts:
        concepts = {concept for heading in course.headings for concept in heading.front_matter.concepts}
        for concept in scope.concepts:
            if concept not in concepts:
                raise unknown_name_error("concept", concept, sorted(concepts))
        pool = [question for question in pool if {*scope.concepts} & {*question.concepts}]
    if scope.read:
        read = reached_questions(course, store) | store.coded_exercises()
        pool = [question for question in pool if question.id in read]
    if scope.flagged:
        flagged = {*store.flagged_questions()}
        pool = [question for question in pool if question.id in flagged]
    return pool


def _exercise_review_questions(course: "Course", store: Store, scope: Scope) -> "Iterator[Question]":
    """The short questions by which exercises on record are reviewed, of the scope's lessons."""
    for id in store.coded_exercises():
        with suppress(ChainruleError):  # it has gone from the course
            question, lesson = course.question(id)
            if lesson in (scope.lessons or (lesson,)):
                yield question


def reached_questions(course: "Course", store: Store) -> set[str]:
    """The questions up to the last page that was read or opened, of each lesson on record.

    Of a lesson that was only answered, all: which of its pages were read is not known.
    """
    from tutor.content.model import QuestionBlock

    positions, reached = store.reading_positions(), set()
    for lesson in store.lessons_on_record():
        try:
            sections = course.lesson(lesson).sections
        except ChainruleError:  # on record, and no longer in the course
            continue
        pages = {*store.pages_read(lesson), positions.get(lesson, 0)} if lesson in positions else {len(sections)}
        blocks = (block for section in sections[: max(pages) + 1] for block in section.blocks)
        reached |= {block.question.id for block in blocks if isinstance(block, QuestionBlock)}
    return reached


def _take_turns(course: "Course", scope: Scope, pool: "Sequence[Question]") -> "list[Question]":
    """Reorder the questions: one of each lesson, then a second one of each, and so on."""
    lesson_of = {question.id: lesson for lesson in scope.lessons for question in course.questions(lesson)}
    turns: dict[str, int] = {}
    ranked = []
    for question in pool:
        lesson = lesson_of.get(question.id, "")
        turns[lesson] = turns.get(lesson, 0) + 1
        ranked.append((turns[lesson], question))
    return [question for _, question in sorted(ranked, key=lambda item: item[0])]


def _rank_by_due_date(pool: "Sequence[Question]", due: Sequence[str]) -> "list[Question]":
    """Keep the questions that are due, the longest overdue first; `due` has their ids in that order."""
    ranks = {question: rank for rank, question in enumerate(due)}
    return sorted((question for question in pool if question.id in ranks), key=lambda question: ranks[question.id])


def _rank_by_weakness(pool: "Sequence[Question]", weak: Sequence[str]) -> "list[Question]":
    """Keep the questions on weak concepts: one on the weakest, one on the next, and so on in turns."""
    turns: dict[str, int] = {}
    ranked = []
    for question in pool:
        rank = min((weak.index(concept) for concept in question.concepts if concept in weak), default=None)
        if rank is not None:
            turn = turns[weak[rank]] = turns.get(weak[rank], 0) + 1
            ranked.append(((turn, rank), question))
    return [question for _, question in sorted(ranked, key=lambda item: item[0])]


def weak_concepts_of(store: Store) -> list[str]:
    """The concepts whose level on record is low, the weakest first."""
    from tutor.progress.review.mastery import weak_concepts

    return weak_concepts(store.summary())


def can_be_asked(course: "Course", question: "Question") -> bool:
    """Whether the question's lesson is free of faults. A lesson of an added folder may be checked first."""
    try:
        course.question(question.id)
    except ChainruleError:
        return False
    return True


def interleave(items: Iterable[T], concepts: Callable[[T], Sequence[str]]) -> list[T]:
    """Reorder `items` so that neighbours share no concept for as long as possible.

    The items are grouped by their first concept. The next item comes from the largest group that shares no
    concept with the item before, as in any schedule that keeps equal things apart. A group that holds half of
    the remaining items goes first in any case, or its items would end up side by side.
    """
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(next(iter(concepts(item)), ""), []).append(item)
    reordered: list[T] = []
    before: set[str] = set()
    while groups:
        remaining = sum(map(len, groups.values()))
        options = []
        for name, group in groups.items():
            item = next((item for item in group if not before & set(concepts(item))), group[0])
            shares_concept = bool(before & set(concepts(item)))
            holds_half = 2 * len(group) > remaining
            drawbacks = (name in before, shares_concept and not holds_half, -len(group))
            options.append((drawbacks, name, item))
        _, name, item = min(options, key=lambda option: option[0])
        groups[name].remove(item)
        if not groups[name]:
            del groups[name]
        reordered.append(item)
        before = set(concepts(item))
    return reordered

"""Which questions a quiz asks, and in which order."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tutor.errors import ChainruleError, UsageError, unknown_name_error
from tutor.progress.record.store import Store
from tutor.progress.review.schedule import utc_now

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.questions.base import Question

T = TypeVar("T")

MAX_QUIZ_QUESTIONS = 500
"""The most questions one quiz may have."""
MAX_QUIZ_MINUTES = 24 * 60
"""The most minutes one quiz may take."""
TYPICAL_QUESTION_SECONDS = 45
"""Seconds that a question takes; an exam that is given minutes alone has as many questions as fit."""
DEFAULT_QUIZ_QUESTIONS = 10
"""Questions of a quiz that is given neither a number nor minutes."""


@dataclass(frozen=True)
class Scope:
    """What a quiz asks about; with nothing said it is the whole course."""

    lesson: str | tuple[str, ...] | None = None
    """Only questions of this lesson, or of any of several."""
    concept: str | tuple[str, ...] | None = None
    """Only questions on this concept, or on any of several."""
    due: bool = False
    """Only what is due for review, the longest overdue first."""
    weak: bool = False
    """Only concepts that are weak on record, the weakest first."""
    read: bool = False
    """Only lessons that were opened or answered."""

    @property
    def lessons(self) -> tuple[str, ...]:
        """The lessons that are asked about, each once; none for all of them."""
        return _several(self.lesson)

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that are asked about, each once; none for all of them."""
        return _several(self.concept)

    @property
    def description(self) -> str:
        """The scope as a short text."""
        parts = [*self.lessons, *self.concepts]
        parts += [
            word
            for word, meant in (("due today", self.due), ("weak points", self.weak), ("lessons begun", self.read))
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
            return "There is nothing to ask: no lesson has been opened yet. Ask about everything instead."
        return "There is nothing to ask here."


def _several(named: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """No name, one name or several as one thing; a name that comes twice counts once."""
    return tuple(dict.fromkeys((named,) if isinstance(named, str) else named or ()))


@dataclass(frozen=True)
class QuizOptions:
    """The quiz that a learner wants."""

    scope: Scope = Scope()
    count: int | None = None
    """How many questions; `None` leaves it to the minutes, or to the custom."""
    minutes: float | None = None
    """How long it may take; `None` is no limit."""
    exam: bool = False
    """Whether verdicts wait for the end."""
    asks_confidence: bool = False
    """Whether to ask how sure the learner is before each verdict."""
    seed: int | None = None

    @property
    def question_count(self) -> int:
        """How many questions to choose.

        Raises:
            UsageError: a number that no quiz can have.
        """
        return resolve_count(self.count, self.minutes, self.exam)


def resolve_count(count: int | None, minutes: float | None, exam: bool) -> int:
    """How many questions to choose for a quiz that was given a number, minutes, both or neither.

    Raises:
        UsageError: a number that no quiz can have.
    """
    if count is not None and not 1 <= count <= MAX_QUIZ_QUESTIONS:
        raise UsageError(f"--count {count} cannot be used: give a whole number from 1 to {MAX_QUIZ_QUESTIONS}")
    if minutes is not None and not 0 < minutes <= MAX_QUIZ_MINUTES:
        raise UsageError(f"--minutes {minutes:g} cannot be used: give a number above 0, up to {MAX_QUIZ_MINUTES}")
    if count is not None:
        return count
    if minutes is None:
        return DEFAULT_QUIZ_QUESTIONS
    return (
        min(MAX_QUIZ_QUESTIONS, max(1, round(minutes * 60 / TYPICAL_QUESTION_SECONDS))) if exam else MAX_QUIZ_QUESTIONS
    )


def choose_questions(
    course: "Course",
    store: Store,
    scope: Scope | None = None,
    *,
    count: int = DEFAULT_QUIZ_QUESTIONS,
    seed: int | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> list[tuple[str, int]]:
    """The questions of a quiz as (id, seed of its numbers), mixed so that neighbours differ in concept.

    Without a seed the mix depends on how many answers are on record, so that each session differs.

    Raises:
        UsageError: a count that is no number of questions, or an unknown lesson or concept.
    """
    resolve_count(count, None, exam=False)
    scope = scope or Scope()
    chance = random.Random(store.count() if seed is None else seed)
    pool = _pool(course, store, scope)
    chance.shuffle(pool)
    if scope.due:
        pool = _longest_due(pool, store.due(clock()))
    if scope.weak:
        pool = _weakest(pool, weak_concepts(store))
    sound = islice((question for question in pool if can_be_asked(course, question)), count)
    mixed = interleave(sound, lambda question: question.concepts)
    return [(question.id, chance.randrange(10**6)) for question in mixed]


def _pool(course: "Course", store: Store, scope: Scope) -> "list[Question]":
    """The questions of the lessons and of the concepts that are asked about, in the order of the course."""
    pool = [question for lesson in scope.lessons or (None,) for question in course.questions(lesson)]
    if scope.concepts:
        concepts = {concept for heading in course.headings for concept in heading.front.concepts}
        for concept in scope.concepts:
            if concept not in concepts:
                raise unknown_name_error("concept", concept, sorted(concepts))
        pool = [question for question in pool if {*scope.concepts} & {*question.concepts}]
    if scope.read:
        lessons = store.lessons_on_record()
        read = {question.id for lesson in lessons for question in _questions(course, lesson)}
        pool = [question for question in pool if question.id in read]
    return pool


def _questions(course: "Course", lesson: str) -> "Sequence[Question]":
    """The questions of a lesson on record, which may have gone since."""
    try:
        return course.questions(lesson)
    except ChainruleError:
        return ()


def _longest_due(pool: "Sequence[Question]", due: Sequence[str]) -> "list[Question]":
    ranks = {question: rank for rank, question in enumerate(due)}
    return sorted((question for question in pool if question.id in ranks), key=lambda question: ranks[question.id])


def _weakest(pool: "Sequence[Question]", weak: Sequence[str]) -> "list[Question]":
    """A question of the weakest concept, one of the next, and so on in turns."""
    turns: dict[str, int] = {}
    ranked = []
    for question in pool:
        rank = min((weak.index(concept) for concept in question.concepts if concept in weak), default=None)
        if rank is not None:
            turn = turns[weak[rank]] = turns.get(weak[rank], 0) + 1
            ranked.append(((turn, rank), question))
    return [question for _, question in sorted(ranked, key=lambda item: item[0])]


def weak_concepts(store: Store) -> list[str]:
    """The concepts whose level on record is low, the weakest first."""
    from tutor.progress.review.mastery import weak_concepts

    return weak_concepts(store.summary())


def can_be_asked(course: "Course", question: "Question") -> bool:
    """False for a question of an added lesson that is left out; its lesson may have to be proved for that."""
    try:
        course.question(question.id)
    except ChainruleError:
        return False
    return True


def interleave(items: Iterable[T], concepts: Callable[[T], Sequence[str]]) -> list[T]:
    """`items` reordered so that neighbours share no concept for as long as that can be done.

    The items are filed under their first concept. Of the files that have nothing in common with the item
    before, the largest gives the next one, as in any schedule that keeps equal things apart; a file that
    holds half of what is left must not wait.
    """
    files: dict[str, list[T]] = {}
    for item in items:
        files.setdefault(next(iter(concepts(item)), ""), []).append(item)
    mixed: list[T] = []
    before: set[str] = set()
    while files:
        remaining = sum(map(len, files.values()))
        options = []
        for name, file in files.items():
            item = next((item for item in file if not before & set(concepts(item))), file[0])
            shares = bool(before & set(concepts(item)))
            options.append(((name in before, 2 * len(file) <= remaining and shares, -len(file)), name, item))
        _, name, item = min(options, key=lambda option: option[0])
        files[name].remove(item)
        if not files[name]:
            del files[name]
        mixed.append(item)
        before = set(concepts(item))
    return mixed

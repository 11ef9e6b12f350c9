"""Chooses the questions of a quiz and their order."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tutor.errors import ChainruleError, UsageError, unknown_name_error
from tutor.progress.record.store import Store
from tutor.progress.review.schedule import utc_now
from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.quiz.unfinished import load_unanswered_ids
from tutor.text.numbers import format_number

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.questions.base import Question

T = TypeVar("T")

MAX_QUIZ_QUESTIONS = 500
"""The most questions one quiz may have."""
MAX_QUIZ_MINUTES = 24 * 60
"""The most minutes one quiz may take."""


@dataclass(frozen=True)
class Scope:
    """What a quiz asks about; by default the whole course."""

    lesson: str | tuple[str, ...] | None = None
    """Only questions of this lesson, or of these lessons."""
    concept: str | tuple[str, ...] | None = None
    """Only questions on this concept, or on any of these concepts."""
    due: bool = False
    """Only what is due for review, the longest overdue first."""
    weak: bool = False
    """Only concepts that are weak on record, the weakest first."""
    read: bool = False
    """Only questions on pages that the learner has reached, as found by `reached_questions`."""
    flagged: bool = False
    """Only questions that the learner flagged."""
    unfinished: bool = False
    """Only the unanswered questions of the last practice quiz that was left unfinished."""
    title: str = ""
    """What the lessons form together, such as a part of the course; with a title, they take turns in the quiz."""

    @property
    def lessons(self) -> tuple[str, ...]:
        """The lessons that are asked about, without repeats; empty for all of them."""
        return _as_tuple(self.lesson)

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts that are asked about, without repeats; empty for all of them."""
        return _as_tuple(self.concept)

    @property
    def is_everything(self) -> bool:
        """Whether it includes every question of the course."""
        return self in (Scope(), Scope((), ()))  # without names: `None`, or empty

    def describe(self, names_of: Callable[[Iterable[str]], Iterable[str]]) -> str:
        """Describe the scope in a short text; `names_of` turns ids into names that a learner knows."""
        phrases = [self.title] if self.title else [*names_of(self.lessons), *names_of(self.concepts)]
        restrictions = (
            ("due for review", self.due),
            ("weak points", self.weak),
            ("what I have read", self.read),
            ("flagged", self.flagged),
            ("the rest of it", self.unfinished),
        )
        phrases += [words for words, applies in restrictions if applies]
        return ", ".join(phrases) or "everything mixed"

    @property
    def empty_message(self) -> str:
        """The message if there is no question in this scope: it says why, and what to do."""
        if self.due:
            return "There is nothing to ask: no question is due for review now. Ask about everything instead."
        if self.weak:
            return "There is nothing to ask: no concept is weak on record. Ask about everything instead."
        if self.read:
            return "There is nothing to ask: no page with a question has been read yet. Ask about everything instead."
        if self.flagged:
            return "There is nothing to ask: no question is flagged. Flag one in a quiz (f), or ask about everything."
        if self.unfinished:
            return "There is nothing to ask: no quiz was left. Ask about everything instead."
        return "There is nothing to ask here."


def _as_tuple(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Turn one name, several names or `None` into a tuple without duplicates."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class QuizOptions:
    """What a learner chooses before a quiz: scope, length, mode and seed."""

    scope: Scope = Scope()
    count: int | None = None
    """How many questions; if `None`, `resolve_count` derives it from the time limit, or takes the default."""
    minutes: float | None = None
    """How long it may take; `None` is no limit."""
    exam: bool = False
    """Whether verdicts are shown only at the end."""
    asks_confidence: bool = False
    """Whether to ask how sure the learner is before each verdict."""
    seed: int | None = None
    """Determines which questions and numbers are drawn; if `None`, the number of answers on record does."""

    @property
    def question_count(self) -> int:
        """How many questions to choose.

        Raises:
            UsageError: the count or the time limit is out of range.
        """
        return resolve_count(self.count, self.minutes, self.exam)


def resolve_count(count: int | None, minutes: float | None, exam: bool) -> int:
    """Work out how many questions to choose from a count, a time limit, both or neither.

    If there is a count, it is the result. With only a time limit, practice gets the maximum of questions, since it ends
    when the time is up; an exam gets as many as can usually be answered in that time.

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
    """Choose at most `count` questions, as (id, seed of its numbers), mixed so that neighbours differ in concept.

    With a `seed` the choice is the same for every learner, as a class needs it. Without it the seed comes from the
    record, where it changes with every answer; and questions that were recently answered right are chosen last, the
    latest of them at the very end.

    Raises:
        UsageError: the count is out of range, or a lesson or concept is unknown.
    """
    resolve_count(count, None, exam=False)
    scope = scope or Scope()
    rng = random.Random(store.quiz_seed() if seed is None else seed)
    pool = _matching_questions(course, store, scope)
    # Each step below sorts the pool again by a stable sort, which keeps the order of equals. So the last step weighs
    # most, and the shuffle decides only between questions that are equal in all steps.
    rng.shuffle(pool)
    if scope.due:
        pool = _rank_by_due_date(pool, store.due(clock()))
    if scope.weak:
        pool = _rank_by_weakness(pool, weak_concepts_of(store))
    if scope.title:
        pool = _take_turns(course, scope, pool)
    right_at = store.recently_right() if seed is None else {}  # id → when it was last answered right
    pool.sort(key=lambda question: right_at[question.id].timestamp() if question.id in right_at else 0.0)
    askable = (question for question in pool if can_be_asked(course, question))  # lazy, since it may check a lesson
    chosen = islice(askable, count)
    mixed = interleave(chosen, lambda question: question.concepts)
    return [(question.id, rng.randrange(10**6)) for question in mixed]


def _matching_questions(course: "Course", store: Store, scope: Scope) -> "list[Question]":
    """The questions in the scope, in the order of the course.

    Those that are not due, or not on weak concepts, are included: the caller picks and ranks these in one step.
    """
    lessons = scope.lessons or (None,)  # None means all lessons
    pool = [question for lesson in lessons for question in course.questions(lesson)]
    if scope.due or scope.flagged:  # an exercise's review question is on no page
        pool += _exercise_review_questions(course, store, scope)
    if scope.unfinished:
        unanswered = load_unanswered_ids(course, store)
        pool = [question for question in pool if question.id in unanswered]
    if scope.concepts:
        taught_concepts = {concept for heading in course.headings for concept in heading.front_matter.concepts}
        for concept in scope.concepts:
            if concept not in taught_concepts:
                raise unknown_name_error("concept", concept, sorted(taught_concepts))
        pool = [question for question in pool if {*scope.concepts} & {*question.concepts}]
    if scope.read:
        reached = reached_questions(course, store) | store.coded_exercises()
        pool = [question for question in pool if question.id in reached]
    if scope.flagged:
        flagged = {*store.flagged_questions()}
        pool = [question for question in pool if question.id in flagged]
    return pool


def _exercise_review_questions(course: "Course", store: Store, scope: Scope) -> "Iterator[Question]":
    """Yield the short review questions of the exercises on record that belong to the scope's lessons."""
    for id in store.coded_exercises():
        with suppress(ChainruleError):  # the exercise has gone from the course
            question, lesson = course.question(id)
            if not scope.lessons or lesson in scope.lessons:
                yield question


def reached_questions(course: "Course", store: Store) -> set[str]:
    """The ids of the questions on the pages that the learner has reached, in each lesson on record.

    In a lesson with a reading position that is every page up to the last one opened or read. A lesson without one was
    met in a quiz, or left on its first page. Which pages were reached is not known, so all its questions count.
    """
    from tutor.content.model import QuestionBlock

    positions = store.reading_positions()
    reached: set[str] = set()
    for lesson in store.lessons_on_record():
        try:
            sections = course.lesson(lesson).sections
        except ChainruleError:  # on record, and no longer in the course
            continue
        reached_sections = sections
        if lesson in positions:
            last_page = max([positions[lesson], *store.pages_read(lesson)])  # an index, from 0
            reached_sections = sections[: last_page + 1]
        blocks = (block for section in reached_sections for block in section.blocks)
        reached |= {block.question.id for block in blocks if isinstance(block, QuestionBlock)}
    return reached


def _take_turns(course: "Course", scope: Scope, pool: "Sequence[Question]") -> "list[Question]":
    """Reorder the questions: one of each lesson in `scope`, then a second one of each, and so on.

    So even a short quiz on a part of the course asks about all of its lessons.
    """
    lesson_of = {question.id: lesson for lesson in scope.lessons for question in course.questions(lesson)}
    counts: Counter[str] = Counter()  # lesson → how many of its questions have a turn
    turns: dict[str, int] = {}  # id of a question → 1 if it is the first of its lesson, 2 if the second, …
    for question in pool:
        lesson = lesson_of.get(question.id, "")
        counts[lesson] += 1
        turns[question.id] = counts[lesson]
    return sorted(pool, key=lambda question: turns[question.id])


def _rank_by_due_date(pool: "Sequence[Question]", due: Sequence[str]) -> "list[Question]":
    """The questions of `pool` that are due, the longest overdue first; `due` has their ids in that order."""
    ranks = {id: rank for rank, id in enumerate(due)}
    due_questions = [question for question in pool if question.id in ranks]
    return sorted(due_questions, key=lambda question: ranks[question.id])


def _rank_by_weakness(pool: "Sequence[Question]", weak: Sequence[str]) -> "list[Question]":
    """The questions of `pool` on weak concepts, in turns: one on the weakest, one on the next, …, and again.

    `weak` has the concepts, the weakest first; a question on several counts for the weakest of them. Its rank is
    (turn, index of that concept in `weak`).
    """
    counts: Counter[int] = Counter()
    ranks: dict[str, tuple[int, int]] = {}
    for question in pool:
        weakness_ranks = [weak.index(concept) for concept in question.concepts if concept in weak]
        if weakness_ranks:
            weakness_rank = min(weakness_ranks)
            counts[weakness_rank] += 1
            turn = counts[weakness_rank]
            ranks[question.id] = (turn, weakness_rank)
    weak_questions = [question for question in pool if question.id in ranks]
    return sorted(weak_questions, key=lambda question: ranks[question.id])


def weak_concepts_of(store: Store) -> list[str]:
    """The weak concepts by the record, the weakest first."""
    from tutor.progress.review.mastery import weak_concepts

    return weak_concepts(store.summary())


def can_be_asked(course: "Course", question: "Question") -> bool:
    """Whether a question can be asked: its lesson has no faults.

    `Course.question` raises an error if it has; it checks a lesson of an added folder when a question of it is first
    asked for.
    """
    try:
        course.question(question.id)
    except ChainruleError:
        return False
    return True


def interleave(items: Iterable[T], concepts: Callable[[T], Sequence[str]]) -> list[T]:
    """Reorder `items` so that neighbours share no concept for as long as possible; `concepts` gives those of an item.

    The items are grouped by their first concept. The next item comes from the largest group that shares no concept with
    the item before: the greedy rule for keeping equal things apart. A group with more than half of the remaining items
    is taken even if another concept than the first is shared; otherwise its items would end up side by side.
    """
    groups: dict[str, list[T]] = {}
    for item in items:
        first_concept = next(iter(concepts(item)), "")
        groups.setdefault(first_concept, []).append(item)
    reordered: list[T] = []
    previous_concepts: set[str] = set()

    def pick_from(group: list[T]) -> T:
        """The first item of a group that shares no concept with the item before; if all do, the first item."""
        return next((item for item in group if previous_concepts.isdisjoint(concepts(item))), group[0])

    def drawbacks_of(name: str, remaining: int) -> tuple[bool, bool, int]:
        """The reasons against the next item coming from a group, the weightiest first; the smallest tuple is best."""
        group = groups[name]
        shares_concept = not previous_concepts.isdisjoint(concepts(pick_from(group)))
        has_majority = 2 * len(group) > remaining
        shares_first_concept = name in previous_concepts
        return shares_first_concept, shares_concept and not has_majority, -len(group)  # finally, the largest group

    while groups:
        remaining = sum(map(len, groups.values()))
        drawbacks = {name: drawbacks_of(name, remaining) for name in groups}
        name = min(groups, key=drawbacks.__getitem__)
        item = pick_from(groups[name])
        groups[name].remove(item)
        if not groups[name]:
            del groups[name]
        reordered.append(item)
        previous_concepts = set(concepts(item))
    return reordered

"""A sitting: which question comes next, with which numbers, and the record of each answer.

Both front ends, the screens and the plain lines, ask and grade through here, so that an answer is on
disk before anyone sees its verdict.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from tutor import __version__
from tutor.errors import ChainruleError, UsageError
from tutor.progress.store import Attempt, Store
from tutor.questions.base import Grade, Instance, Question, Unreadable

if TYPE_CHECKING:
    from tutor.content.course import Course

T = TypeVar("T")

MOST = 500
"""The most questions one quiz may have."""


def now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


class Sitting:
    """One learner at one record: makes instances with fresh numbers, and records before it tells."""

    def __init__(self, course: "Course", store: Store, clock: Callable[[], datetime] = now) -> None:
        self.course = course
        self.store = store
        self.clock = clock

    def instance(self, question: str, seed: int | None = None) -> Instance:
        """The question called `question` with its numbers drawn.

        Without a seed it is the number of earlier attempts, so that each try has fresh numbers.

        Raises:
            UsageError: no such question.
        """
        template, _ = self.course.question(question)
        return template.instance(self.store.tries(question) if seed is None else seed)

    def submit(self, instance: Instance, raw: str, *, hints: int = 0, seconds: float = 0.0) -> Grade | Unreadable:
        """Read, grade and record `raw`. What cannot be read is not recorded and costs nothing.

        Raises:
            ChainruleError: the record cannot be written; the verdict is then not known to anyone.
        """
        answer = instance.read(raw)
        if isinstance(answer, Unreadable):
            return answer
        grade = instance.grade(answer)
        _, lesson = self.course.question(instance.id)
        self.store.add(
            Attempt(
                question=instance.id,
                lesson=lesson,
                kind=instance.kind,
                concepts=instance.concepts,
                seed=instance.seed,
                answer=raw,
                score=grade.score,
                verdict=grade.verdict,
                hints=hints,
                seconds=seconds,
                at=self.clock(),
                program=__version__,
            )
        )
        return grade


def choose(
    course: "Course",
    store: Store,
    *,
    lesson: str | None = None,
    due: bool = False,
    count: int = 10,
    seed: int | None = None,
    clock: Callable[[], datetime] = now,
) -> list[tuple[str, int]]:
    """The questions of a quiz as (id, seed of its numbers), mixed so that neighbours differ in concept.

    Without a seed the mix depends on how many answers are on record, so that each sitting differs.

    Raises:
        UsageError: a count that is no number of questions, or an unknown lesson.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"--count {count} cannot be used: give a whole number from 1 to {MOST}")
    chance = random.Random(store.count() if seed is None else seed)
    pool = list(course.questions(lesson))
    if due:
        waiting = set(store.due(clock()))
        pool = [question for question in pool if question.id in waiting]
    chance.shuffle(pool)
    sound = islice((question for question in pool if can_be_asked(course, question)), count)
    mixed = interleave(sound, first_concept)
    return [(question.id, chance.randrange(10**6)) for question in mixed]


def can_be_asked(course: "Course", question: Question) -> bool:
    """False for a question of an added lesson that is left out; its lesson may have to be proved for that."""
    try:
        course.question(question.id)
    except ChainruleError:
        return False
    return True


def first_concept(question: Question) -> str:
    """The concept that a question is filed under."""
    return question.concepts[0] if question.concepts else ""


def interleave(items: Iterable[T], group: Callable[[T], str]) -> list[T]:
    """`items` reordered so that neighbours are of different groups for as long as that can be done.

    The largest remaining group goes first, as in any schedule that keeps equal things apart.
    """
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(group(item), []).append(item)
    mixed: list[T] = []
    last: str | None = None
    while groups:
        others = [name for name in groups if name != last] or list(groups)
        last = max(others, key=lambda name: len(groups[name]))
        mixed.append(groups[last].pop(0))
        if not groups[last]:
            del groups[last]
    return mixed


def tally(verdicts: Sequence[tuple[Iterable[str], float]]) -> list[tuple[str, int, float]]:
    """For each concept of a sitting: its name, how many answers, the mean score; the weakest first."""
    scores: dict[str, list[float]] = {}
    for concepts, score in verdicts:
        for concept in concepts:
            scores.setdefault(concept, []).append(score)
    rows = [(concept, len(found), sum(found) / len(found)) for concept, found in scores.items()]
    return sorted(rows, key=lambda row: (row[2], row[0]))

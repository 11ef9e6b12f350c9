"""The exams on record: what each asked, when its first answer came, and how many questions it left out.

The record keeps a flag for each, so that an export takes them along. What an export brought in may hold anything.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tutor.progress.tables.attempt import new_key
from tutor.quiz.selection import QuizOptions

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

SITTING_PREFIX = "exam:"
"""How the names of these flags begin."""
MAX_SITTINGS = 1000
"""The most that are read of one learner."""


@dataclass(frozen=True)
class Sitting:
    """One exam that was begun."""

    began: datetime
    """When its first answer came, with a time zone."""
    asks: str
    """What it asks, as `describe_exam` gives it."""
    left_out: int | None = None
    """How many questions it was handed in without; `None` where it was never handed in."""
    name: str = ""
    """Of its flag."""

    @property
    def was_left_early(self) -> bool:
        """Whether it ended with questions unanswered, or never ended."""
        return self.left_out is None or self.left_out > 0

    @property
    def value(self) -> str:
        """What its flag holds."""
        began = self.began.astimezone(UTC).isoformat()
        return json.dumps({"began": began, "asks": self.asks, "left_out": self.left_out})


def begin_sitting(options: QuizOptions | None, now: datetime) -> Sitting:
    """The exam that `options` ask for, as it begins; without them it is one that no assignment asks for."""
    return Sitting(now, "" if options is None else describe_exam(options), name=f"{SITTING_PREFIX}{new_key()}")


def describe_exam(options: QuizOptions) -> str:
    """What an exam asks, by which two of the same are known; "" where that depends on the learner's record."""
    scope = options.scope
    if not options.exam or scope.due or scope.weak or scope.read or scope.flagged or scope.rest:
        return ""
    return json.dumps([sorted(scope.lessons), sorted(scope.concepts), options.count, options.seed])


def read_sittings(flags: Iterable[tuple[str, str]]) -> list[Sitting]:
    """The exams among flags given as (name, value), the earliest first; what is no exam is passed over."""
    found = (_read(name, value) for name, value in flags if name.startswith(SITTING_PREFIX))
    return sorted((each for each in found if each is not None), key=lambda each: each.began)[:MAX_SITTINGS]


def sittings_of(store: "Store") -> list[Sitting]:
    """The exams on a record."""
    return read_sittings(store.flags(SITTING_PREFIX).items())


def _read(name: str, value: str) -> Sitting | None:
    try:
        kept = json.loads(value)
        began, asks, left_out = datetime.fromisoformat(kept["began"]), kept["asks"], kept["left_out"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    is_count = left_out is None or (isinstance(left_out, int) and left_out >= 0)
    if began.tzinfo is None or not 1970 <= began.year < 3000 or not isinstance(asks, str) or not is_count:
        return None
    return Sitting(began, asks, left_out, name)

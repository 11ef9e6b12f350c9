"""The exams on record: what each asked, when its first answer came, and how many questions it left out.

The record stores a text for each exam, so that an export takes them along. A text that was imported may hold anything.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tutor.progress.tables.attempt import YEAR_RANGE, new_key
from tutor.quiz.selection import QuizOptions

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

SITTING_PREFIX = "exam:"
"""How the names of these texts begin."""
MAX_SITTINGS = 1000
"""The most exams of one learner that are read: an imported record may hold any number."""


@dataclass(frozen=True)
class Sitting:
    """One exam that was begun."""

    began: datetime
    """When its first answer came, with a time zone."""
    fingerprint: str
    """What it asks, as `exam_fingerprint` gives it."""
    left_out: int | None = None
    """How many questions had no answer when it was handed in; `None` if it never was."""
    name: str = ""
    """The name of the stored text that holds it."""

    @property
    def was_left_early(self) -> bool:
        """Whether it ended with questions unanswered, or never ended."""
        return self.left_out is None or self.left_out > 0

    @property
    def value(self) -> str:
        """The text that the record stores."""
        began = self.began.astimezone(UTC).isoformat()
        return json.dumps({"began": began, "asks": self.fingerprint, "left_out": self.left_out})


def begin_sitting(options: QuizOptions | None, now: datetime) -> Sitting:
    """Begin a sitting of the exam that `options` ask for.

    Without options its fingerprint is "", so that it matches no exam that a class was asked to sit.
    """
    fingerprint = "" if options is None else exam_fingerprint(options)
    return Sitting(now, fingerprint, name=f"{SITTING_PREFIX}{new_key()}")


def exam_fingerprint(options: QuizOptions) -> str:
    """A text that is the same for exams that ask the same questions; "" for a quiz that is no exam.

    It is also "" if the questions depend on the record, since they differ between learners then.
    """
    scope = options.scope
    depends_on_record = scope.due or scope.weak or scope.read or scope.flagged or scope.unfinished
    if not options.exam or depends_on_record:
        return ""
    return json.dumps([sorted(scope.lessons), sorted(scope.concepts), options.count, options.seed])


def read_sittings(texts: Iterable[tuple[str, str]]) -> list[Sitting]:
    """Find the exams among stored texts, given as (name, text); the earliest first, at most `MAX_SITTINGS`."""
    parsed = [_parse_sitting(name, value) for name, value in texts if name.startswith(SITTING_PREFIX)]
    sittings = [sitting for sitting in parsed if sitting is not None]
    return sorted(sittings, key=lambda sitting: sitting.began)[:MAX_SITTINGS]


def sittings_of(store: "Store") -> list[Sitting]:
    """The exams on a record."""
    return read_sittings(store.stored_with(SITTING_PREFIX).items())


def _parse_sitting(name: str, value: str) -> Sitting | None:
    """The exam whose stored text is `value`; `None` for a text that this program cannot have written."""
    try:
        fields = json.loads(value)
        began, fingerprint, left_out = datetime.fromisoformat(fields["began"]), fields["asks"], fields["left_out"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    is_count = left_out is None or (isinstance(left_out, int) and left_out >= 0)
    is_possible_moment = began.tzinfo is not None and began.year in YEAR_RANGE
    if not is_possible_moment or not isinstance(fingerprint, str) or not is_count:
        return None
    return Sitting(began, fingerprint, left_out, name)

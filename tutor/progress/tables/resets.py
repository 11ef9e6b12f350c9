"""What the record keeps of a reset: that a lesson, or the whole course, was begun again, and after how many answers.

A text for each goes with an export, so that a teacher knows of it. What an import brought in may hold anything.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from tutor.progress.tables.attempt import YEAR_RANGE, new_key

RESET_PREFIX = "reset:"
"""How the names of these texts begin."""
MAX_RESETS = 1000
"""The most that are read of one learner."""
MAX_LESSON_NAME = 100
"""Characters of a lesson's name that are read."""


class Reset(NamedTuple):
    """A lesson that was begun again, or the whole course."""

    name: str
    """Under which the record stores it."""
    at: datetime
    """With a time zone."""
    lesson: str
    """Which was forgotten; "" for the whole record."""
    answers: int
    """How many answers were on record until then, those taken back and second tries included."""
    exams: int = 0
    """How many exams; those of a single lesson stay on record."""

    @property
    def value(self) -> str:
        """The text that the record stores."""
        at = self.at.astimezone(UTC).isoformat()
        return json.dumps({"at": at, "lesson": self.lesson, "answers": self.answers, "exams": self.exams})


def note_reset(at: datetime, lesson: str, answers: int, exams: int = 0) -> Reset:
    """A reset, under a name of its own."""
    return Reset(f"{RESET_PREFIX}{new_key()}", at, lesson, answers, exams)


def read_resets(texts: Iterable[tuple[str, str]]) -> list[Reset]:
    """The resets among stored texts given as (name, text), the earliest first; what is no reset is passed over."""
    found = (_read(name, value) for name, value in texts if name.startswith(RESET_PREFIX))
    return sorted((each for each in found if each is not None), key=lambda each: each.at)[:MAX_RESETS]


def _read(name: str, value: str) -> Reset | None:
    try:
        kept = json.loads(value)
        at, lesson = datetime.fromisoformat(kept["at"]), kept["lesson"]
        counts = kept["answers"], kept["exams"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    is_sound = all(type(count) is int and count >= 0 for count in counts)
    if at.tzinfo is None or at.year not in YEAR_RANGE or not isinstance(lesson, str) or not is_sound:
        return None
    return Reset(name, at, lesson[:MAX_LESSON_NAME], *counts)

"""What the record keeps of a reset: that a lesson, or the whole course, was begun again, and after how many answers.

Each reset is a stored text that an export contains, so that a teacher knows of it. Imported texts may contain anything.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from tutor.progress.tables.attempt import YEAR_RANGE, new_key

RESET_PREFIX = "reset:"
"""The names of these texts begin with this."""
MAX_RESETS = 1000
"""The most resets that are read for one learner."""
MAX_LESSON_NAME = 100
"""Characters of a lesson's name that are read."""


class Reset(NamedTuple):
    """A lesson that was begun again, or the whole course."""

    name: str
    """The name of the stored text that holds it."""
    at: datetime
    """With a time zone."""
    lesson: str
    """The lesson that was begun again; "" for the whole course."""
    answers: int
    """How many answers were on record until then, including second tries and those taken back."""
    exams: int = 0
    """How many exams were on record until then; 0 for a single lesson, whose exams stay on record."""

    @property
    def value(self) -> str:
        """The text that the record stores."""
        at = self.at.astimezone(UTC).isoformat()
        return json.dumps({"at": at, "lesson": self.lesson, "answers": self.answers, "exams": self.exams})


def make_reset(at: datetime, lesson: str, answers: int, exams: int = 0) -> Reset:
    """A reset under a new name, to be stored."""
    return Reset(f"{RESET_PREFIX}{new_key()}", at, lesson, answers, exams)


def read_resets(texts: Iterable[tuple[str, str]]) -> list[Reset]:
    """The resets among stored texts given as (name, text), the earliest first; other texts are skipped."""
    parsed = [_parse_reset(name, value) for name, value in texts if name.startswith(RESET_PREFIX)]
    resets = [reset for reset in parsed if reset is not None]
    return sorted(resets, key=lambda reset: reset.at)[:MAX_RESETS]


def _parse_reset(name: str, stored_text: str) -> Reset | None:
    """The reset that `stored_text` describes; `None` for a text that this program cannot have written."""
    try:
        fields = json.loads(stored_text)
        at, lesson = datetime.fromisoformat(fields["at"]), fields["lesson"]
        counts = fields["answers"], fields["exams"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    are_counts = all(type(count) is int and count >= 0 for count in counts)  # `type`, since True is an int too
    if at.tzinfo is None or at.year not in YEAR_RANGE or not isinstance(lesson, str) or not are_counts:
        return None
    return Reset(name, at, lesson[:MAX_LESSON_NAME], *counts)

"""One graded answer, as it is kept for ever."""

import json
import math
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tutor.errors import UsageError

COLUMNS = (
    "key",
    "question",
    "lesson",
    "kind",
    "concepts",
    "seed",
    "answer",
    "score",
    "verdict",
    "hints",
    "seconds",
    "at",
    "program",
)
TYPES: tuple[Any, ...] = (str, str, str, str, str, int, str, (int, float), str, int, (int, float), str, str)
SEEDS = range(-(2**63), 2**63)
"""The whole numbers that SQLite can hold."""
INSERT = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
SELECT = f"SELECT {', '.join(COLUMNS)} FROM attempts"


def new_key() -> str:
    """128 random bits: unlike any other key, on any machine."""
    return os.urandom(16).hex()


def some(count: int, what: str) -> str:
    """How many of `what`, in words: no answers, 1 answer, 1,200 answers."""
    return f"{f'{count:,}' if count else 'no'} {what}{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Attempt:
    """Everything that is needed to grade it again: the question, its seed, and the answer as typed."""

    question: str
    lesson: str
    kind: str
    concepts: tuple[str, ...]
    seed: int
    answer: str
    score: float
    """0 … 1."""
    verdict: str
    """`right`, `partly` or `wrong`."""
    hints: int
    """How many hints were seen."""
    seconds: float
    at: datetime
    """With a time zone."""
    program: str
    """The version of the program that graded it."""
    key: str = field(default_factory=new_key)
    """Unlike any other attempt's, so that an import doubles nothing."""

    def row(self) -> tuple[Any, ...]:
        """The attempt as a row of the table, in the order of `COLUMNS`.

        Times are kept in UTC. What a terminal sent that is no text is kept as its escape.

        Raises:
            UsageError: the seed is larger than a record can hold.
        """
        if self.seed not in SEEDS:
            raise UsageError("the seed is too large for the record; use one of at most 18 digits")
        values = {name: getattr(self, name) for name in COLUMNS} | {
            "concepts": json.dumps(self.concepts),
            "answer": self.answer.encode("utf-8", "backslashreplace").decode("utf-8"),
            "seconds": max(0.0, self.seconds) if math.isfinite(self.seconds) else 0.0,
            "at": self.at.astimezone(UTC).isoformat(),
        }
        return tuple(values.values())

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> "Attempt":
        """The attempt that `row` was made from.

        Raises:
            ValueError: no attempt makes such a row; the file it comes from is damaged.
        """
        values = dict(zip(COLUMNS, row, strict=True))
        if (
            not all(isinstance(value, kind) for value, kind in zip(row, TYPES, strict=True))
            or not 0 <= values["score"] <= 1
        ):
            raise ValueError("not a row that an attempt makes")
        values["concepts"] = _concepts(values["concepts"])
        values["at"] = datetime.fromisoformat(values["at"])
        if values["at"].tzinfo is None:
            raise ValueError("a time without its zone")
        return cls(**values)


@lru_cache(maxsize=512)
def _concepts(text: str) -> tuple[str, ...]:
    """Cached, because the same few lists come with every attempt of a long record."""
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError("not a list of names")
    return tuple(found)

"""One graded answer, as it is kept for ever."""

import json
import math
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from tutor.errors import UsageError
from tutor.text.numbers import counted

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
    "confidence",
    "mode",
    "revision",
)
NUMBERS: dict[str, Any] = {"seed": int, "score": (int, float), "hints": int, "seconds": (int, float)}
TYPES = tuple(NUMBERS.get(name, str) for name in COLUMNS)
SCORE, CONCEPTS, AT, VERDICT, HINTS, SECONDS = (
    COLUMNS.index(name) for name in ("score", "concepts", "at", "verdict", "hints", "seconds")
)
CONFIDENCES = ("", "sure", "think", "guess")
"""What a learner says of an answer before its verdict; "" when she was not asked."""
YEAR_RANGE = range(1970, 3000)
"""When an answer can have been given. Years at either end of what a date can hold overflow in another time zone."""
INVALID_VALUE_ERRORS = (ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""What making something of a value can raise that no program of ours wrote."""
LEFT_OUT = "left out"
"""The verdict of a question of an exam that was handed in without an answer: the score is 0, the answer empty."""
VERDICTS = ("right", "partly", "wrong", LEFT_OUT)
MAX_ANSWER_SECONDS = 1e9
"""Seconds; more than anybody took over an answer."""
SEED_RANGE = range(-(2**63), 2**63)
"""The whole numbers that SQLite can hold."""
INSERT = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
SELECT = f"SELECT {', '.join(COLUMNS)} FROM attempts"
SELECT_STANDING = f"SELECT {', '.join(COLUMNS)} FROM standing"


def new_key() -> str:
    """128 random bits: unlike any other key, on any machine."""
    return os.urandom(16).hex()


def count_phrase(count: int, what: str) -> str:
    """How many of `what`, in words: no answers, 1 answer, 1,200 answers."""
    return counted(count, what, none="no")


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
    """`right`, `partly`, `wrong`, or `LEFT_OUT`."""
    hints: int
    """How many hints were seen."""
    seconds: float
    at: datetime
    """With a time zone."""
    program: str
    """The version of the program that graded it."""
    key: str = field(default_factory=new_key)
    """Unlike any other attempt's, so that an import doubles nothing."""
    confidence: str = ""
    """One of `CONFIDENCES`."""
    mode: str = ""
    """What it was part of: `lesson`, `practice`, `exam`, `placement`, `plain`; "" when it was not kept."""
    revision: str = ""
    """The version of the question's source; "" when it was not kept."""

    def row(self) -> tuple[Any, ...]:
        """The attempt as a row of the table, in the order of `COLUMNS`.

        Times are kept in UTC. What a terminal sent that is no text is kept as its escape.

        Raises:
            UsageError: the seed is larger than a record can hold.
        """
        if self.seed not in SEED_RANGE:
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
        at = check_row(row)
        values = dict(zip(COLUMNS, row, strict=True))
        return cls(**(values | {"concepts": parse_concepts(values["concepts"]), "at": at}))


def check_row(row: tuple[Any, ...]) -> datetime:
    """When the attempt was made that `row` was made from.

    Raises:
        ValueError: no attempt makes such a row; the file it comes from is damaged.
    """
    if len(row) != len(COLUMNS) or not all(map(isinstance, row, TYPES)) or not 0 <= row[SCORE] <= 1:
        raise ValueError("not a row that an attempt makes")
    if row[VERDICT] not in VERDICTS or row[HINTS] < 0 or not 0 <= row[SECONDS] <= MAX_ANSWER_SECONDS:
        raise ValueError("not a row that an attempt makes")
    parse_concepts(row[CONCEPTS])
    at = datetime.fromisoformat(row[AT])
    if at.tzinfo is None or at.year not in YEAR_RANGE:
        raise ValueError("no time at which an answer was given")
    return at


@lru_cache(maxsize=512)
def parse_concepts(text: str) -> tuple[str, ...]:
    """The list of concepts that a row holds as JSON. Cached, because the same few lists come with every attempt."""
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError("not a list of names")
    return tuple(found)


CONCEPTS_OF = """
    SELECT question, concepts FROM attempts
    WHERE number IN (SELECT MAX(number) FROM attempts GROUP BY question)
"""
"""Question → its concepts as its newest attempt has them."""

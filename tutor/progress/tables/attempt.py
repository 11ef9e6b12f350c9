"""One graded answer as a row of the record, which is never changed or deleted."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal

from tutor.errors import UsageError
from tutor.text.numbers import counted

CONFIDENCES = ("", "sure", "think", "guess")
"""What a learner says of an answer before its verdict; "" when she was not asked."""
YEAR_RANGE = range(1970, 3000)
"""The years in which an answer can have been given.

The first and last years that a date can have would overflow when converted to another time zone.
"""
INVALID_VALUE_ERRORS = (ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""The errors that converting a stored value can raise if the program did not write it."""
LEFT_OUT = "left out"
"""The verdict of a question of an exam that was handed in without an answer: the score is 0, the answer empty."""
GRADED_VERDICTS = ("right", "partly", "wrong")
"""The verdicts of an answer that was given."""
VERDICTS = (*GRADED_VERDICTS, LEFT_OUT)
RETRY = "retry"
"""The mode of a second answer to the same question with the same numbers, given before the right one was shown.

The first answer shows what was known, so a retry changes neither schedule nor level, and is not counted as an answer.
But a right retry makes its question solved, and the time it took counts as spent.
"""
CODE = "code"
"""The kind of an answer that is a function of the learner's: the question is the id of its exercise.

A save that does not pass yet is a draft: it is kept with its score, as a `RETRY`, and counted nowhere.
"""
MAX_ANSWER_SECONDS = 1e9
"""The most seconds that an answer can take; no real answer takes as long."""
MAX_TEXT_LENGTH = 2**18
"""Characters of any text on record: as many as the longest solution in code, and few enough for a line of an export."""
SEED_RANGE = range(-(2**63), 2**63)
"""The whole numbers that SQLite can hold."""


@dataclass(frozen=True)
class AttemptColumn:
    """A column of the table of attempts. Tables, the check of a record and the lines of an export are made from it."""

    name: str
    value_type: type
    """`str`, `int` or `float`."""
    since: int = 1
    """The version of the tables that introduced it; a column that came later is empty, or 0, in older answers."""
    low: float | None = None
    """The least value of a number; `None` for no limit."""
    high: float | None = None
    """The greatest value of a number; `None` for no limit."""
    choices: tuple[str, ...] = ()
    """The only values that a text may have; "()" for any text."""
    text_format: Literal["", "time", "names"] = ""
    """How a text is to be read: "time" is a time in UTC, "names" a JSON list of names, "" plain text."""
    constraint: str = ""
    """A constraint in SQL that SQLite itself enforces."""
    import_checks: Mapping[str, Any] = field(default_factory=dict)
    """Further checks that only an import makes: bounds as arguments of msgspec's `Meta`, or `choices`."""

    @property
    def default(self) -> str | int:
        """The value in answers that are older than the column."""
        return "" if self.value_type is str else 0


ATTEMPT_COLUMNS = (
    AttemptColumn("key", str, constraint="UNIQUE", import_checks={"min_length": 1, "max_length": 100}),
    AttemptColumn("question", str),
    AttemptColumn("lesson", str),
    AttemptColumn("kind", str),
    AttemptColumn("concepts", str, text_format="names"),
    AttemptColumn("seed", int, import_checks={"ge": SEED_RANGE.start, "le": SEED_RANGE.stop - 1}),
    AttemptColumn("answer", str),
    AttemptColumn("score", float, low=0, high=1, constraint="CHECK (score BETWEEN 0 AND 1)"),
    AttemptColumn("verdict", str, choices=VERDICTS),
    AttemptColumn("hints", int, low=0, import_checks={"le": SEED_RANGE.stop - 1}),
    AttemptColumn("seconds", float, low=0, high=MAX_ANSWER_SECONDS),
    AttemptColumn("at", str, text_format="time"),
    AttemptColumn("program", str),
    AttemptColumn("confidence", str, since=2, import_checks={"choices": CONFIDENCES}),
    AttemptColumn("mode", str, since=2),
    AttemptColumn("revision", str, since=2),
)
"""Every column but the row's number, in order: the one list of them."""
COLUMNS = tuple(column.name for column in ATTEMPT_COLUMNS)
_ROW_TYPES = tuple((int, float) if column.value_type is float else column.value_type for column in ATTEMPT_COLUMNS)
"""The type that each value of a row must have, for `isinstance`; a number may be whole where fractions are allowed."""
_NUMBER_BOUNDS = tuple(
    (index, -math.inf if column.low is None else column.low, math.inf if column.high is None else column.high)
    for index, column in enumerate(ATTEMPT_COLUMNS)
    if column.value_type is not str and (column.low, column.high) != (None, None)
)
"""(index, lowest, highest) of each column with a bounded number; used by `check_row`, as are the tuples below."""
_TEXT_CHOICES = tuple((index, column.choices) for index, column in enumerate(ATTEMPT_COLUMNS) if column.choices)
"""(index, choices) of each column that holds one of a few texts."""
_TEXT_INDICES = tuple(index for index, column in enumerate(ATTEMPT_COLUMNS) if column.value_type is str)
"""The index of each column that holds text."""
_CONCEPTS_INDEX, _ANSWER_INDEX, _SECONDS_INDEX, _AT_INDEX = map(COLUMNS.index, ("concepts", "answer", "seconds", "at"))
"""The indices of these columns in a row."""
_column_values = attrgetter(*COLUMNS)
"""Takes an `Attempt`; returns the values of its columns as a tuple."""
INSERT_ATTEMPT = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
SELECT_ATTEMPTS = f"SELECT {', '.join(COLUMNS)} FROM attempts"
SELECT_STANDING = f"SELECT {', '.join(COLUMNS)} FROM standing"


def new_key() -> str:
    """A random key of 128 bits, unique on all machines."""
    return os.urandom(16).hex()


def count_phrase(count: int, noun: str) -> str:
    """`count` with its noun: no answers, 1 answer, 1,200 answers."""
    return counted(count, noun, none="no")


@dataclass(frozen=True)
class Attempt:
    """A graded answer with all that is needed to grade it again: question, seed, and the answer as typed."""

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
    """The unique key of the attempt, by which an import recognises attempts that are on record already."""
    confidence: str = ""
    """One of `CONFIDENCES`."""
    mode: str = ""
    """Where it was given: `lesson`, `practice`, `exam`, `placement`, or `RETRY`; "" if that was not recorded."""
    revision: str = ""
    """The version of the question's source; "" if that was not recorded."""

    def row(self) -> tuple[Any, ...]:
        """The attempt as a row of the table, in the order of `COLUMNS`.

        The time is converted to UTC. Surrogates in the answer are escaped: a terminal may send them, but UTF-8 cannot
        encode them. Seconds that the table forbids (negative, infinite or not a number) become 0, so that the answer
        is not lost.

        Raises:
            UsageError: the seed or the answer is larger than a record can hold.
        """
        if len(self.answer) > MAX_TEXT_LENGTH:
            raise UsageError(f"the answer is too long for the record; it may have {MAX_TEXT_LENGTH:,} characters")
        if self.seed not in SEED_RANGE:
            raise UsageError("the seed is too large for the record; use one of at most 18 digits")
        row = list(_column_values(self))
        row[_CONCEPTS_INDEX] = _write_concepts(self.concepts)
        if not self.answer.isascii():
            row[_ANSWER_INDEX] = self.answer.encode("utf-8", "backslashreplace").decode("utf-8")
        row[_SECONDS_INDEX] = max(0.0, self.seconds) if math.isfinite(self.seconds) else 0.0
        row[_AT_INDEX] = self.at.astimezone(UTC).isoformat()
        return tuple(row)

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> "Attempt":
        """Make an attempt from a row of the table.

        Raises:
            ValueError: no attempt makes such a row; the file it comes from is damaged.
        """
        at = check_row(row)
        values = dict(zip(COLUMNS, row, strict=True))
        values["concepts"] = parse_concepts(values["concepts"])
        values["at"] = at
        return cls(**values)


def check_row(row: tuple[Any, ...]) -> datetime:
    """Check a row of the table, and return the time of its attempt.

    Raises:
        ValueError: no attempt makes such a row; the file it comes from is damaged.
    """
    if len(row) != len(COLUMNS) or not all(map(isinstance, row, _ROW_TYPES)):
        raise ValueError("not a row that an attempt makes")
    for index, low, high in _NUMBER_BOUNDS:  # plain loops for speed: every row of an export is checked here
        if not low <= row[index] <= high:
            raise ValueError(f"{COLUMNS[index]} out of bounds")
    for index in _TEXT_INDICES:
        if len(row[index]) > MAX_TEXT_LENGTH:
            raise ValueError(f"{COLUMNS[index]} too long")
    for index, choices in _TEXT_CHOICES:
        if row[index] not in choices:
            raise ValueError(f"no {COLUMNS[index]} that an attempt has")
    parse_concepts(row[_CONCEPTS_INDEX])
    at = datetime.fromisoformat(row[_AT_INDEX])
    if at.tzinfo is None or at.year not in YEAR_RANGE:
        raise ValueError("no time at which an answer was given")
    return at


@lru_cache(maxsize=512)
def _write_concepts(concepts: tuple[str, ...]) -> str:
    """A list of concepts as the JSON that a row holds; cached like `parse_concepts`."""
    return json.dumps(concepts)


@lru_cache(maxsize=512)
def parse_concepts(text: str) -> tuple[str, ...]:
    """The list of concepts that a row holds as JSON. Cached, because the same few lists come with every attempt.

    Raises:
        ValueError: it is not a list of texts.
    """
    concepts = json.loads(text)
    if not isinstance(concepts, list) or not all(isinstance(item, str) for item in concepts):
        raise ValueError("not a list of names")
    return tuple(concepts)


SELECT_CONCEPTS = """
    SELECT question, concepts FROM attempts
    WHERE number IN (SELECT MAX(number) FROM attempts GROUP BY question)
"""
"""Question → its concepts as its newest attempt has them."""
SELECT_ANSWER_COUNT = f"""
    SELECT COUNT(*) FROM attempts a
    WHERE a.mode <> '{RETRY}' AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.key = a.key)
"""
SELECT_RIGHT_BY_CONFIDENCE = f"""
    SELECT confidence, COUNT(*), SUM(verdict = 'right') FROM standing
    WHERE confidence != '' AND mode <> '{RETRY}' GROUP BY 1
"""
SELECT_CALIBRATION = f"""
    SELECT confidence, COUNT(*), SUM(score = 1) FROM standing WHERE mode <> '{RETRY}' GROUP BY confidence
"""
SELECT_SOLVED_BEFORE = """
    SELECT DISTINCT question FROM standing WHERE lesson = ? AND verdict = 'right' AND at < ?
"""

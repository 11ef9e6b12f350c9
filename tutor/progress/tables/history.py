"""Later events of an attempt: it was undone, or graded again. The attempt's own row is never changed."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tutor.progress.tables.attempt import COLUMNS, Attempt

REGRADE_COLUMNS = ("key", "score", "verdict", "at", "program", "revision")
INSERT_REGRADE = f"INSERT INTO regrades ({', '.join(REGRADE_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"
SELECT_HISTORY = f"""
    SELECT {", ".join(f"a.{name}" for name in COLUMNS)}, u.at,
        r.key, r.score, r.verdict, r.at, r.program, r.revision
    FROM attempts a LEFT JOIN undone u ON u.key = a.key LEFT JOIN regrades r ON r.key = a.key
    ORDER BY a.at, a.number, r.at
"""
"""Each attempt once, or once for each of its later grades."""


class Undone(NamedTuple):
    """The event that an attempt was undone."""

    key: str
    """The attempt's."""
    at: datetime
    """When, with a time zone."""


class Regrade(NamedTuple):
    """A later grade of an attempt, given by an improved grader or question."""

    key: str
    """The attempt's."""
    score: float
    """0 … 1."""
    verdict: str
    """`right`, `partly` or `wrong`."""
    at: datetime
    """With a time zone."""
    program: str
    """The version of the program that graded it."""
    revision: str
    """The version of the question's source that it was graded by."""

    def row(self) -> tuple[Any, ...]:
        """The grade as a row of the table, in the order of `REGRADE_COLUMNS`."""
        at = self.at.astimezone(UTC).isoformat()
        return (self.key, self.score, self.verdict, at, self.program, self.revision)

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> "Regrade":
        """The grade that `row` was made from.

        Raises:
            ValueError, TypeError: no grade makes such a row.
        """
        key, score, verdict, at, program, revision = row
        return cls(key, score, verdict, datetime.fromisoformat(at), program, revision)


@dataclass(frozen=True)
class AttemptHistory:
    """An attempt with its later events."""

    attempt: Attempt
    """As it was graded first."""
    undone: datetime | None = None
    """When it was taken back."""
    regrades: tuple[Regrade, ...] = ()
    """Its later grades, the oldest first; the last one counts."""

    @property
    def score(self) -> float:
        """The score that counts."""
        return self.regrades[-1].score if self.regrades else self.attempt.score

    @property
    def verdict(self) -> str:
        """The verdict that counts."""
        return self.regrades[-1].verdict if self.regrades else self.attempt.verdict


def group_histories(rows: list[tuple[Any, ...]]) -> Iterator[AttemptHistory]:
    """Group rows of `SELECT_HISTORY` by attempt, in their order.

    Raises:
        ValueError, TypeError: no record gives such rows.
    """
    count = len(COLUMNS)  # after so many values follow the time of the undo and a regrade, both NULL if there is none
    current: AttemptHistory | None = None
    for row in rows:
        attempt_row, undone_at, regrade_row = row[:count], row[count], row[count + 1 :]
        key = row[0]
        regrades = () if regrade_row[0] is None else (Regrade.from_row(regrade_row),)
        if current is not None and current.attempt.key == key:  # a further regrade of the same attempt
            current = AttemptHistory(current.attempt, current.undone, current.regrades + regrades)
            continue
        if current is not None:
            yield current
        undone = None if undone_at is None else datetime.fromisoformat(undone_at)
        current = AttemptHistory(Attempt.from_row(attempt_row), undone, regrades)
    if current is not None:
        yield current


def mark_undone(database: sqlite3.Connection, undone: Undone) -> bool:
    """Mark an attempt as taken back, inside a transaction; return False if it had been taken back before.

    Raises:
        sqlite3.IntegrityError: there is no such attempt.
    """
    row = (undone.key, undone.at.astimezone(UTC).isoformat())
    return database.execute("INSERT INTO undone VALUES (?, ?) ON CONFLICT DO NOTHING", row).rowcount == 1


def add_regrade(database: sqlite3.Connection, regrade: Regrade) -> bool:
    """Add a later grade of an attempt, inside a transaction; return whether it was new.

    Raises:
        sqlite3.IntegrityError: there is no such attempt.
    """
    return database.execute(f"{INSERT_REGRADE} ON CONFLICT DO NOTHING", regrade.row()).rowcount == 1

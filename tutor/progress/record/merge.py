"""What one record holds, added to another: nothing doubled, the schedule worked out again."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from tutor.progress.record.attempt import INSERT, Attempt
from tutor.progress.record.history import Regrade, Undone, add_regrade, mark_undone
from tutor.progress.review.cards import reschedule


class ReadingPosition(NamedTuple):
    """How far a lesson was read."""

    lesson: str
    section: int
    """Counted from 0."""
    at: datetime
    """When, with a time zone."""


class Flag(NamedTuple):
    """A finding kept by name, such as a placement's outcome."""

    name: str
    value: str


RecordItem = Attempt | ReadingPosition | Flag | Undone | Regrade
"""What a record holds, apart from what follows from it."""


@dataclass
class MergeCounts:
    """What was new."""

    attempts: int = 0
    undone: int = 0
    regrades: int = 0


def merge(database: sqlite3.Connection, things: Iterable[RecordItem], now: datetime) -> MergeCounts:
    """Add what the record does not have, or has older. Run it in a transaction.

    What became of an attempt is left out when that attempt is not on record.
    """
    found, touched = MergeCounts(), dict[str, None]()
    for thing in things:
        match thing:
            case Attempt():
                if database.execute(f"{INSERT} ON CONFLICT (key) DO NOTHING", thing.row()).rowcount:
                    found.attempts += 1
                    touched[thing.question] = None
            case ReadingPosition():
                _merge_place(database, thing)
            case Flag():
                database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", thing)
            case Undone() | Regrade():
                _merge_later(database, thing, found, touched)
    reschedule(database, touched, now)
    return found


def _merge_later(
    database: sqlite3.Connection, thing: Undone | Regrade, found: MergeCounts, touched: dict[str, None]
) -> None:
    """Add what became of an attempt."""
    row = database.execute("SELECT question FROM attempts WHERE key = ?", (thing.key,)).fetchone()
    if row is None:
        return
    if isinstance(thing, Undone):
        new = mark_undone(database, thing)
        found.undone += new
    else:
        new = add_regrade(database, thing)
        found.regrades += new
    if new:
        touched[row[0]] = None


def _merge_place(database: sqlite3.Connection, place: ReadingPosition) -> None:
    database.execute(
        "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
        "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
        (place.lesson, place.section, place.at.astimezone(UTC).isoformat()),
    )

"""What one record holds, added to another: nothing doubled, the schedule worked out again."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from tutor.progress.record.attempt import INSERT, Attempt
from tutor.progress.record.history import Regrade, Undone, grade_anew, take_back
from tutor.progress.review.cards import schedule_anew


class Place(NamedTuple):
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


Thing = Attempt | Place | Flag | Undone | Regrade
"""What a record holds, apart from what follows from it."""


class Merged(msgspec.Struct):
    """What was new."""

    attempts: int = 0
    undone: int = 0
    regraded: int = 0


def merge(database: sqlite3.Connection, things: Iterable[Thing], now: datetime) -> Merged:
    """Add what the record does not have, or has older. Run it in a transaction.

    What became of an attempt is left out when that attempt is not on record.
    """
    found, touched = Merged(), dict[str, None]()
    for thing in things:
        match thing:
            case Attempt():
                if database.execute(f"{INSERT} ON CONFLICT (key) DO NOTHING", thing.row()).rowcount:
                    found.attempts += 1
                    touched[thing.question] = None
            case Place():
                _merge_place(database, thing)
            case Flag():
                database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", thing)
            case Undone() | Regrade():
                _merge_later(database, thing, found, touched)
    schedule_anew(database, touched, now)
    return found


def _merge_later(
    database: sqlite3.Connection, thing: Undone | Regrade, found: Merged, touched: dict[str, None]
) -> None:
    """Add what became of an attempt."""
    row = database.execute("SELECT question FROM attempts WHERE key = ?", (thing.key,)).fetchone()
    if row is None:
        return
    if isinstance(thing, Undone):
        new = take_back(database, thing)
        found.undone += new
    else:
        new = grade_anew(database, thing)
        found.regraded += new
    if new:
        touched[row[0]] = None


def _merge_place(database: sqlite3.Connection, place: Place) -> None:
    database.execute(
        "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
        "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
        (place.lesson, place.section, place.at.astimezone(UTC).isoformat()),
    )

"""What one record holds, added to another: nothing doubled, the schedule worked out anew."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from tutor.progress.attempt import INSERT, Attempt
from tutor.progress.cards import schedule_anew


class Place(NamedTuple):
    """How far a lesson was read."""

    lesson: str
    section: int
    """Counted from 0."""
    at: datetime
    """When, with a time zone."""


def merge(database: sqlite3.Connection, things: Iterable[Attempt | Place]) -> int:
    """Add what the record does not have, or has older; how many attempts were new. Run it in a transaction."""
    new: list[str] = []
    for thing in things:
        if isinstance(thing, Place):
            _merge_place(database, thing)
        elif database.execute(f"{INSERT} ON CONFLICT (key) DO NOTHING", thing.row()).rowcount:
            new.append(thing.question)
    schedule_anew(database, dict.fromkeys(new))
    return len(new)


def _merge_place(database: sqlite3.Connection, place: Place) -> None:
    database.execute(
        "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
        "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
        (place.lesson, place.section, place.at.astimezone(UTC).isoformat()),
    )

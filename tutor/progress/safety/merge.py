"""Merges one record into another without duplicates, and recomputes the schedule."""

import sqlite3
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from tutor.progress.review.cards import reschedule, reschedule_all
from tutor.progress.review.fitted import parameters_in_use
from tutor.progress.tables.attempt import INSERT_ATTEMPT, Attempt
from tutor.progress.tables.history import Regrade, Undone, add_regrade, mark_undone
from tutor.progress.tables.pages import write_out_position
from tutor.progress.tables.schema import count_attempts, without_indices


class ReadingPosition(NamedTuple):
    """How far a lesson was read."""

    lesson: str
    section: int
    """Counted from 0."""
    at: datetime
    """When, with a time zone."""


class StoredText(NamedTuple):
    """A text that is stored under a name, such as the outcome of a placement test; its table is called `flags`."""

    name: str
    value: str


RecordItem = Attempt | ReadingPosition | StoredText | Undone | Regrade
"""Everything on record that cannot be worked out from the rest."""

SELECT_QUESTIONS_SINCE = "SELECT question FROM attempts WHERE number > ? GROUP BY question ORDER BY MIN(number)"


@dataclass
class MergeCounts:
    """How many items of each type were new."""

    attempts: int = 0
    undone: int = 0
    regrades: int = 0


def merge(database: sqlite3.Connection, items: Iterable[RecordItem], now: datetime, expected: int = 0) -> MergeCounts:
    """Add the items that the record lacks or has in an older state. Run it in a transaction.

    What became of an attempt is left out when that attempt is not on record. `expected` attempts are about to come:
    where there were fewer before, indices are made when all of them are there.
    """
    counts, parameters = MergeCounts(), parameters_in_use(database)
    touched: dict[str, None] = {}  # the questions whose cards are to be worked out again, in order
    with without_indices(database) if expected > count_attempts(database) else nullcontext():
        _merge_items(database, items, counts, touched)
    if parameters_in_use(database) == parameters:
        reschedule(database, touched, now)
    else:  # a fitted schedule came along
        reschedule_all(database, now)
    return counts


def _merge_items(
    database: sqlite3.Connection, items: Iterable[RecordItem], counts: MergeCounts, touched: dict[str, None]
) -> None:
    for kind, series in groupby(items, type):
        if kind is Attempt:
            _merge_attempts(database, series, counts, touched)
            continue
        for item in series:
            match item:
                case ReadingPosition():
                    _merge_position(database, item)
                case StoredText():
                    database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", item)
                case Undone() | Regrade():
                    _merge_outcome(database, item, counts, touched)


def _merge_attempts(
    database: sqlite3.Connection, attempts: Iterable[Any], counts: MergeCounts, touched: dict[str, None]
) -> None:
    """Add the attempts that the record lacks, in one go; an attempt's number is above those of all that were there."""
    (last,) = database.execute("SELECT COALESCE(MAX(number), 0) FROM attempts").fetchone()
    statement = f"{INSERT_ATTEMPT} ON CONFLICT (key) DO NOTHING"
    counts.attempts += database.executemany(statement, (attempt.row() for attempt in attempts)).rowcount
    touched |= dict.fromkeys(question for (question,) in database.execute(SELECT_QUESTIONS_SINCE, (last,)))


def _merge_outcome(
    database: sqlite3.Connection, item: Undone | Regrade, counts: MergeCounts, touched: dict[str, None]
) -> None:
    """Add what became of an attempt."""
    row = database.execute("SELECT question FROM attempts WHERE key = ?", (item.key,)).fetchone()
    if row is None:
        return
    if isinstance(item, Undone):
        new = mark_undone(database, item)
        counts.undone += new
    else:
        new = add_regrade(database, item)
        counts.regrades += new
    if new:
        touched[row[0]] = None


def _merge_position(database: sqlite3.Connection, place: ReadingPosition) -> None:
    """Add a reading position, or move the one on record to a later one."""
    write_out_position(database, place.lesson)
    database.execute(
        "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
        "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
        (place.lesson, place.section, place.at.astimezone(UTC).isoformat()),
    )

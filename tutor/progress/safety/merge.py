"""Merges one record into another without duplicates, and recomputes the schedule."""

import sqlite3
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from tutor.progress.review.cards import reschedule, reschedule_all
from tutor.progress.review.fitted import parameters_in_use
from tutor.progress.tables.attempt import INSERT_ATTEMPT, Attempt
from tutor.progress.tables.history import Regrade, Undone, add_regrade, mark_undone
from tutor.progress.tables.pages import expand_position
from tutor.progress.tables.schema import count_attempts, without_indices


class ReadingPosition(NamedTuple):
    """How far a lesson was read."""

    lesson: str
    section: int
    """Counted from 0."""
    at: datetime
    """When the section was read, with a time zone."""


class StoredText(NamedTuple):
    """A text that is stored under a name, such as the outcome of a placement test; its table is called `flags`."""

    name: str
    value: str


RecordItem = Attempt | ReadingPosition | StoredText | Undone | Regrade
"""Everything on record that cannot be worked out from the rest."""

SELECT_QUESTIONS_SINCE = "SELECT question FROM attempts WHERE number > ? GROUP BY question ORDER BY MIN(number)"


class MergeCounts(msgspec.Struct):
    """How many items of each type were new."""

    attempts: int = 0
    undone: int = 0
    regrades: int = 0


QuestionSet = dict[str, None]
"""Ids of questions, each once, in the order in which they were added."""


def merge(
    database: sqlite3.Connection, items: Iterable[RecordItem], now: datetime, expected_attempts: int = 0
) -> MergeCounts:
    """Add the items that the record lacks or has in an older state, and return how many were new.

    Run it in a transaction. An undo or a regrade is skipped if its attempt is not on record. `expected_attempts` is
    how many attempts `items` has: if these are more than the record has, the indices are dropped first and rebuilt at
    the end.
    """
    counts = MergeCounts()
    parameters_before = parameters_in_use(database)
    changed_questions: QuestionSet = {}
    is_mostly_new = expected_attempts > count_attempts(database)
    with without_indices(database) if is_mostly_new else nullcontext():
        _merge_items(database, items, counts, changed_questions)
    if parameters_in_use(database) == parameters_before:
        reschedule(database, changed_questions, now)
    else:  # a fitted schedule was imported, which changes every card
        reschedule_all(database, now)
    return counts


def _merge_items(
    database: sqlite3.Connection, items: Iterable[RecordItem], counts: MergeCounts, changed_questions: QuestionSet
) -> None:
    """Add the items of every type; updates `counts` of new items, and adds their questions to `changed_questions`.

    Most items of an export are attempts in one uninterrupted series, so a series of attempts is added at once.
    """
    for item_type, series in groupby(items, type):
        if item_type is Attempt:
            _merge_attempts(database, series, counts, changed_questions)
            continue
        for item in series:
            match item:
                case ReadingPosition():
                    _merge_position(database, item)
                case StoredText():
                    database.execute("INSERT INTO flags VALUES (?, ?) ON CONFLICT DO NOTHING", item)
                case Undone() | Regrade():
                    _merge_later_event(database, item, counts, changed_questions)


def _merge_attempts(
    database: sqlite3.Connection, attempts: Iterable[Any], counts: MergeCounts, changed_questions: QuestionSet
) -> None:
    """Add the attempts that the record lacks, all at once."""
    (last_number,) = database.execute("SELECT COALESCE(MAX(number), 0) FROM attempts").fetchone()
    statement = f"{INSERT_ATTEMPT} ON CONFLICT (key) DO NOTHING"
    counts.attempts += database.executemany(statement, (attempt.row() for attempt in attempts)).rowcount
    # A new attempt gets a number above all that were there.
    new_questions = database.execute(SELECT_QUESTIONS_SINCE, (last_number,))
    changed_questions |= dict.fromkeys(question for (question,) in new_questions)


def _merge_later_event(
    database: sqlite3.Connection, item: Undone | Regrade, counts: MergeCounts, changed_questions: QuestionSet
) -> None:
    """Add an undo or a regrade, if its attempt is on record."""
    row = database.execute("SELECT question FROM attempts WHERE key = ?", (item.key,)).fetchone()
    if row is None:
        return
    if isinstance(item, Undone):
        is_new = mark_undone(database, item)
        counts.undone += is_new
    else:
        is_new = add_regrade(database, item)
        counts.regrades += is_new
    if is_new:
        (question,) = row
        changed_questions[question] = None


def _merge_position(database: sqlite3.Connection, position: ReadingPosition) -> None:
    """Add a reading position, unless the record has a later one for the lesson."""
    expand_position(database, position.lesson)
    database.execute(
        "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
        "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
        (position.lesson, position.section, position.at.astimezone(UTC).isoformat()),
    )

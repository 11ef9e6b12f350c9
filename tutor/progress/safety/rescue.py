"""Rescues a damaged record: sets it aside, and builds one from the newest sound copy and what can be read."""

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tutor.progress.safety.backups import backups_newest_first, copy_database
from tutor.progress.safety.merge import ReadingPosition, RecordItem, StoredText, merge
from tutor.progress.safety.soundness import find_fault
from tutor.progress.tables.attempt import (
    ATTEMPT_COLUMNS,
    GRADED_VERDICTS,
    INVALID_VALUE_ERRORS,
    YEAR_RANGE,
    Attempt,
    count_phrase,
)
from tutor.progress.tables.connections import FILE_ERRORS, connect, connect_to_read, time_limit
from tutor.progress.tables.history import REGRADE_COLUMNS, Regrade, Undone
from tutor.progress.tables.paths import atomic_create, move_record, record_files, record_path, unused_path
from tutor.progress.tables.schema import count_attempts, migrate

_IS_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL", re.IGNORECASE)

MIN_ROW_BYTES = 64
"""Every row takes more bytes than this: its key and its time alone are longer."""
MAX_ROWS = 10_000_000
"""The highest row number that is tried, even in a larger file."""
ROWS_PER_QUERY = 256
"""How many rows are read with one query, as long as all of them can be read."""
READ_TIMEOUT = 30.0
"""Seconds for one query of a damaged record."""


@dataclass(frozen=True)
class RestoreReport:
    """What a rescued record was built from: which backup, and how many rows from each source."""

    backup_day: str
    """The day of the backup; "" for none."""
    from_backup: int
    """How many attempts came from the backup."""
    from_damaged: int
    """How many further attempts could be read from the damaged file."""

    def __str__(self) -> str:
        if self.backup_day:
            sentence = f"The copy of {self.backup_day} was restored, with {count_phrase(self.from_backup, 'attempt')}"
            if self.from_damaged:
                later = count_phrase(self.from_damaged, "later one")
                sentence += f"; {later} could still be read from the damaged file"
            return f"{sentence}."
        if self.from_damaged:
            attempts = count_phrase(self.from_damaged, "attempt")
            return f"There is no copy to restore, but {attempts} could still be read and kept."
        return "There is no copy to restore, so a new record begins."


def set_aside_and_restore(folder: Path, fault: str, now: datetime) -> str:
    """Replace a damaged record by one made from the newest sound backup and what can still be read.

    Returns sentences on what was done. `fault` is what is wrong with the record, such as `is damaged`. The damaged file
    is kept under another name. It is moved only when the new record is complete, so stopping the program before that
    changes nothing.

    Raises:
        OSError, sqlite3.Error: it cannot be done; everything is as it was.
    """
    record = record_path(folder)
    aside = unused_path(folder, f"record-damaged-{now:%Y-%m-%d}")
    readable_items = list(_read_items(record))
    with atomic_create(record) as unfinished:
        report = _rebuild(unfinished, backups_newest_first(folder, now), readable_items, now)
        move_record(record, aside)
    return f"The record {fault}; it was set aside as {aside.name}. {report}"


def restore_missing(folder: Path, now: datetime) -> str:
    """Rebuild a missing record from the newest sound backup; return sentences on what was done, "" without a backup.

    Raises:
        OSError, sqlite3.Error: it cannot be done.
    """
    backups = backups_newest_first(folder, now)
    if not backups:
        return ""
    with atomic_create(record_path(folder)) as unfinished:
        report = _rebuild(unfinished, backups, [], now)
    return f"The record was gone from {folder}. {report}"


def _rebuild(unfinished: Path, backups: list[Path], items: list[RecordItem], now: datetime) -> RestoreReport:
    """Build a record in the file `unfinished` from the first sound backup and `items`; without both, no record."""
    sound_backups = (backup for backup in backups if not find_fault(backup))  # lazily: each check reads a whole file
    backup = next(sound_backups, None)
    if backup is None and not items:
        return RestoreReport(backup_day="", from_backup=0, from_damaged=0)
    if backup is not None:
        copy_database(backup, unfinished)
    with contextlib.closing(connect(unfinished)) as database:
        migrate(database)
        from_backup = count_attempts(database)
        database.execute("BEGIN IMMEDIATE")
        from_damaged = merge(database, items, now).attempts
        database.execute("COMMIT")
    return RestoreReport(backup.stem if backup else "", from_backup, from_damaged)


def _read_items(damaged: Path) -> Iterator[RecordItem]:
    """Everything that can still be read from a damaged record of any version.

    Attempts and regrades are looked up by their row numbers, so that an unreadable page of the file costs only the rows
    on it. The numbers have no gaps, so none is larger than the number of rows for which the file has room.
    """
    with contextlib.suppress(*FILE_ERRORS), contextlib.closing(connect_to_read(damaged)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")  # a damaged text must not end the reading
        database.execute("PRAGMA writable_schema = ON")  # skip tables and views with a damaged definition
        database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # reads the schema while that setting is on
        total_bytes = sum(file.stat().st_size for file in record_files(damaged) if file.exists())
        max_row_number = min(MAX_ROWS, total_bytes // MIN_ROW_BYTES)
        yield from _read_table(database, _select_attempts(database), Attempt.from_row, max_row_number)
        yield from _read_table(database, "SELECT lesson, section, at FROM places", _make_position)
        yield from _read_table(database, "SELECT name, value FROM flags", _make_stored_text)
        yield from _read_table(database, "SELECT key, at FROM undone", _make_undone)
        yield from _read_table(
            database, f"SELECT {', '.join(REGRADE_COLUMNS)} FROM regrades", _make_regrade, max_row_number
        )


def _select_attempts(database: sqlite3.Connection) -> str:
    """The query for attempts; an older record lacks the newer columns, which get their defaults."""
    columns_there = {name for _, name, *_ in database.execute("PRAGMA table_info(attempts)")}
    columns = []
    for column in ATTEMPT_COLUMNS:
        is_missing = column.since > 1 and column.name not in columns_there
        columns.append(f"{column.default!r} AS {column.name}" if is_missing else column.name)
    return f"SELECT {', '.join(columns)} FROM attempts"


def _read_table(
    database: sqlite3.Connection, query: str, make_item: Callable[[Any], RecordItem], max_row_number: int = 0
) -> Iterator[RecordItem]:
    """The items of the rows that can be read.

    A table with row numbers is read by number, from 1 to `max_row_number`; 0 stands for a table without them.
    """
    with contextlib.suppress(*FILE_ERRORS):
        table = query.rpartition(" FROM ")[2]
        if not _is_table(database, table):
            return
        database.execute(f"EXPLAIN {query}")  # raises if a column is missing, so that no row can be read
        for partial_query in _split_query(database, query, max_row_number):
            with contextlib.suppress(*INVALID_VALUE_ERRORS, *FILE_ERRORS), time_limit(database, READ_TIMEOUT):
                for row in database.execute(partial_query):
                    with contextlib.suppress(*INVALID_VALUE_ERRORS):
                        yield make_item(row)


def _split_query(database: sqlite3.Connection, query: str, max_row_number: int) -> Iterator[str]:
    """Split a query by row numbers: into batches whose rows can all be read, and otherwise into single rows.

    If `max_row_number` is 0, the table has no row numbers, and the query is not split.
    """
    if not max_row_number:
        yield query
        return
    for first in range(1, max_row_number + 1, ROWS_PER_QUERY):
        numbers = range(first, min(first + ROWS_PER_QUERY, max_row_number + 1))
        batch = f"{query} WHERE number BETWEEN {numbers[0]} AND {numbers[-1]}"
        if _is_readable(database, batch):
            yield batch
        else:
            yield from (f"{query} WHERE number = {number}" for number in numbers)


def _is_readable(database: sqlite3.Connection, query: str) -> bool:
    """Whether all rows that a query of a damaged record asks for can be read."""
    with contextlib.suppress(*INVALID_VALUE_ERRORS, *FILE_ERRORS), time_limit(database, READ_TIMEOUT):
        for _ in database.execute(query):
            pass
        return True
    return False


def _is_table(database: sqlite3.Connection, name: str) -> bool:
    """Whether `name` is an ordinary table; reading a view or a virtual table might never end."""
    entry = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    if entry is None:
        return False
    entry_type, definition = entry
    return entry_type == "table" and not _IS_VIRTUAL.match(str(definition))


# Each function below raises one of `INVALID_VALUE_ERRORS` for a row that the program cannot have written.


def _make_position(row: tuple[Any, ...]) -> ReadingPosition:
    """The reading position of a row of `places`."""
    lesson, section, at = row
    if not isinstance(lesson, str) or not isinstance(section, int) or section < 0:
        raise ValueError("no place")
    return ReadingPosition(lesson, section, _parse_time(at))


def _make_undone(row: tuple[Any, ...]) -> Undone:
    """The undo of a row of `undone`."""
    key, at = row
    return Undone(str(key), _parse_time(at))


def _make_stored_text(row: tuple[Any, ...]) -> StoredText:
    """The stored text of a row of `flags`."""
    if not all(isinstance(value, str) for value in row):
        raise ValueError("no stored text")
    return StoredText(*row)


def _parse_time(text: str) -> datetime:
    """A time as the record writes it."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or time.year not in YEAR_RANGE:
        raise ValueError("no time")
    return time


def _make_regrade(row: tuple[Any, ...]) -> Regrade:
    """The regrade of a row of `regrades`."""
    regrade = Regrade.from_row(row)
    texts = (regrade.key, regrade.verdict, regrade.program, regrade.revision)
    has_texts = all(isinstance(text, str) for text in texts)
    if not has_texts or regrade.verdict not in GRADED_VERDICTS or not 0 <= regrade.score <= 1:
        raise ValueError("no grade")
    at = _parse_time(row[REGRADE_COLUMNS.index("at")])  # also checks its zone and year
    return regrade._replace(at=at)

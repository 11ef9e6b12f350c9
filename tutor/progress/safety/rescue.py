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
"""Bytes; a key and a time alone are longer."""
MAX_ROWS = 10_000_000
ROWS_PER_QUERY = 256
"""Rows that are asked for together, as long as all of them can be read."""
READ_TIMEOUT = 30.0
"""Seconds for one query of a damaged record."""


@dataclass(frozen=True)
class RestoreReport:
    """What a rescued record was built from: which backup, and how many rows from each source."""

    backup_day: str
    """The day of the backup; "" for none."""
    from_backup: int
    """How many attempts the backup held."""
    from_damaged: int
    """How many more could be read from the damaged file."""

    def __str__(self) -> str:
        saved = self.from_damaged
        if self.backup_day:
            restored = f"The copy of {self.backup_day} was restored, with {count_phrase(self.from_backup, 'attempt')}"
            later = f"; {count_phrase(saved, 'later one')} could still be read from the damaged file" if saved else ""
            return f"{restored}{later}."
        if saved:
            return f"There is no copy to restore, but {count_phrase(saved, 'attempt')} could still be read and kept."
        return "There is no copy to restore, so a new record begins."


def set_aside_and_restore(folder: Path, fault: str, now: datetime) -> str:
    """Move a damaged record aside and put the newest sound backup in its place; return a sentence that says so.

    The new record is whole before the old one is moved, so that a program stopped half-way changes nothing.

    Raises:
        OSError, sqlite3.Error: it cannot be done; everything is as it was.
    """
    record = record_path(folder)
    aside = unused_path(folder, f"record-damaged-{now:%Y-%m-%d}")
    remains = list(_read_remains(record))
    with atomic_create(record) as unfinished:
        restored = _rebuild(unfinished, backups_newest_first(folder, now), remains, now)
        move_record(record, aside)
    return f"The record {fault}; it was set aside as {aside.name}. {restored}"


def restore_missing(folder: Path, now: datetime) -> str:
    """Put the newest sound copy in the place of a record that has gone; say so, or "" when there is no copy.

    Raises:
        OSError, sqlite3.Error: it cannot be done.
    """
    backups = backups_newest_first(folder, now)
    if not backups:
        return ""
    with atomic_create(record_path(folder)) as unfinished:
        restored = _rebuild(unfinished, backups, [], now)
    return f"The record was gone from {folder}. {restored}"


def _rebuild(unfinished: Path, backups: list[Path], remains: list[RecordItem], now: datetime) -> RestoreReport:
    """Build a record from the first sound backup and the rows that `remains` has; no file when there is neither."""
    backup = next((each for each in backups if not find_fault(each)), None)
    if backup is None and not remains:
        return RestoreReport("", 0, 0)
    if backup is not None:
        copy_database(backup, unfinished)
    with contextlib.closing(connect(unfinished)) as database:
        migrate(database)
        from_backup = count_attempts(database)
        database.execute("BEGIN IMMEDIATE")
        from_damaged = merge(database, remains, now).attempts
        database.execute("COMMIT")
    return RestoreReport(backup.stem if backup else "", from_backup, from_damaged)


def _read_remains(damaged: Path) -> Iterator[RecordItem]:
    """Everything that can still be read from a damaged record, of any version.

    Attempts and grades are looked up one by one, so that a page that cannot be read costs no more than what stood
    on it. Their numbers have no gaps, hence none is above the number of rows that the file has room for.
    """
    with contextlib.suppress(*FILE_ERRORS), contextlib.closing(connect_to_read(damaged)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("PRAGMA writable_schema = ON")  # go on past a table or view whose text is spoiled
        database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # reads the schema while that holds
        size = sum(part.stat().st_size for part in record_files(damaged) if part.exists())
        room = min(MAX_ROWS, size // MIN_ROW_BYTES)
        yield from _read_table(database, _select_attempts(database), Attempt.from_row, room)
        yield from _read_table(database, "SELECT lesson, section, at FROM places", _make_position)
        yield from _read_table(database, "SELECT name, value FROM flags", _make_stored_text)
        yield from _read_table(database, "SELECT key, at FROM undone", _make_undone)
        yield from _read_table(database, f"SELECT {', '.join(REGRADE_COLUMNS)} FROM regrades", _make_regrade, room)


def _select_attempts(database: sqlite3.Connection) -> str:
    """Write the query for attempts; an older record lacks the newer columns, which get their defaults."""
    names = {row[1] for row in database.execute("PRAGMA table_info(attempts)")}
    columns = [
        f"{column.default!r} AS {column.name}" if column.since > 1 and column.name not in names else column.name
        for column in ATTEMPT_COLUMNS
    ]
    return f"SELECT {', '.join(columns)} FROM attempts"


def _read_table(
    database: sqlite3.Connection, query: str, make: Callable[[Any], RecordItem], room: int = 0
) -> Iterator[RecordItem]:
    """Read the rows of a table that can be read; `room` is the highest row number to try."""
    with contextlib.suppress(*FILE_ERRORS):
        table = query.rpartition(" FROM ")[2]
        if not _is_table(database, table):
            return
        database.execute(f"EXPLAIN {query}")  # no use in trying a table that is not there, row by row
        for part in _split_query(database, query, room):
            with contextlib.suppress(*INVALID_VALUE_ERRORS, *FILE_ERRORS), time_limit(database, READ_TIMEOUT):
                for row in database.execute(part):
                    with contextlib.suppress(*INVALID_VALUE_ERRORS):
                        yield make(row)


def _split_query(database: sqlite3.Connection, query: str, room: int) -> Iterator[str]:
    """Split a query by row numbers: into many rows at a time where all can be read, otherwise into single rows."""
    if not room:
        yield query
        return
    for first in range(1, room + 1, ROWS_PER_QUERY):
        numbers = range(first, min(first + ROWS_PER_QUERY, room + 1))
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
    """Whether `name` is an ordinary table; a view or a virtual table might never end."""
    entry = database.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return entry is not None and entry[0] == "table" and not _IS_VIRTUAL.match(str(entry[1]))


def _make_position(row: tuple[Any, ...]) -> ReadingPosition:
    if not isinstance(row[0], str) or not isinstance(row[1], int) or row[1] < 0:
        raise ValueError("no place")
    return ReadingPosition(row[0], row[1], _parse_time(row[2]))


def _make_undone(row: tuple[Any, ...]) -> Undone:
    return Undone(str(row[0]), _parse_time(row[1]))


def _make_stored_text(row: tuple[Any, ...]) -> StoredText:
    if not all(isinstance(value, str) for value in row):
        raise ValueError("no stored text")
    return StoredText(*row)


def _parse_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None or time.year not in YEAR_RANGE:
        raise ValueError("no time")
    return time


def _make_regrade(row: tuple[Any, ...]) -> Regrade:
    regrade = Regrade.from_row(row)
    texts = (regrade.key, regrade.verdict, regrade.program, regrade.revision)
    if (
        not all(isinstance(text, str) for text in texts)
        or regrade.verdict not in GRADED_VERDICTS
        or not 0 <= regrade.score <= 1
    ):
        raise ValueError("no grade")
    return regrade._replace(at=_parse_time(row[3]))

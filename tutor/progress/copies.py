"""The daily copies of the record: at most one a day, seven kept, only sound ones."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tutor.progress.attempt import COLUMNS, SELECT_STANDING
from tutor.progress.cards import BEFORE, DUE, REVIEWS
from tutor.progress.history import EVERY, REGRADE
from tutor.progress.mastery import COUNTS, FILED, FRESH
from tutor.progress.paths import copies_folder
from tutor.progress.schema import APPLICATION, VERSION, connect, connect_to_read, version_of

KEPT = 7
"""How many daily copies are kept."""
ABANDONED = 24 * 3600
"""Seconds after which a copy that is not finished was left by a program that was killed."""
SPOILED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
FAULTS = (sqlite3.Error, OSError, UnicodeDecodeError)
"""What working with a file can raise; SQLite's own message about a damaged file need not be text."""


class DamageError(sqlite3.DatabaseError):
    """A record that SQLite opens turned out to be damaged when all of it was read."""


def is_damage(error: BaseException) -> bool:
    """Whether `error` says that a file's contents are spoiled, rather than locked, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", 0)
    spoiled = code & 0xFF in SPOILED or code == sqlite3.SQLITE_IOERR_SHORT_READ
    return spoiled or isinstance(error, (DamageError, UnicodeDecodeError)) or "Could not decode to UTF-8" in str(error)


def fault_of(path: Path, *, thorough: bool = True) -> str:
    """What is wrong with the file at `path` in a few words; "" when it is a sound record.

    A thorough look reads all of it. A file that cannot be opened at all is not called damaged.
    """
    try:
        if path.stat().st_size == 0:
            return "is empty"
        with contextlib.closing(connect_to_read(path)) as database:
            (mark,) = database.execute("PRAGMA application_id").fetchone()
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if mark != APPLICATION or "attempts" not in tables:
                return "is not a record of Chainrule"
            if _is_cut(path, database) or (version_of(database) == VERSION and not _has_all_columns(database)):
                return "is damaged"
            if thorough and database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return "is damaged"
    except FAULTS as error:
        return "is damaged" if is_damage(error) else ""
    return ""


def _is_cut(path: Path, database: sqlite3.Connection) -> bool:
    """Whether the last page is not whole: SQLite takes what is missing for zeros, unless a log still holds the page."""
    (page,) = database.execute("PRAGMA page_size").fetchone()
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size % int(page) != 0 and not (log.exists() and log.stat().st_size)


def _has_all_columns(database: sqlite3.Connection) -> bool:
    """Whether the tables are those of this version; their names and columns are kept as text, which can be spoiled."""
    columns = {
        "attempts": COLUMNS,
        "standing": COLUMNS,
        "places": ("lesson", "section", "at"),
        "cards": ("question", "due", "state"),
        "undone": ("key", "at"),
        "regrades": ("number", *REGRADE),
    }
    return _is_asked(database) and all(
        set(names) <= {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        for table, names in columns.items()
    )


def _is_asked(database: sqlite3.Connection) -> bool:
    """Whether the program's questions still make sense; views and indexes are kept as text too."""
    try:
        for question in (f"{SELECT_STANDING} ORDER BY at, number", EVERY, COUNTS, FILED, FRESH, REVIEWS, BEFORE, DUE):
            database.execute(f"EXPLAIN {question}", ("",) * question.count("?"))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no such column, no such table, no SQL at all
            return False
        raise
    return True


def newest_first(folder: Path, now: datetime) -> list[Path]:
    """The copies of the record in `folder`; those of days still to come, when a clock was wrong, last of all."""
    today = f"{now:%Y-%m-%d}"
    return sorted(
        copies_folder(folder).glob("*.sqlite3"), key=lambda copy: (copy.stem <= today, copy.stem), reverse=True
    )


def copy_of(record: Path, now: datetime) -> Path:
    """Where the copy of a day lies, or will."""
    return copies_folder(record.parent) / f"{now:%Y-%m-%d}.sqlite3"


def copy_daily(record: Path, now: datetime) -> None:
    """Keep a copy of the record as it is on disk, unless today has one; the seven newest stay.

    Raises:
        DamageError: the record is damaged; the copies are as they were.
        OSError, sqlite3.Error: no copy can be written.
    """
    today = copy_of(record, now)
    if today.exists():
        return
    today.parent.mkdir(exist_ok=True)
    _discard(left for left in today.parent.glob("*.part") if now.timestamp() - left.stat().st_mtime > ABANDONED)
    unfinished = today.with_suffix(f".{os.getpid()}.part")
    try:
        copy_whole(record, unfinished)
        if fault_of(unfinished):
            raise DamageError("the record is damaged")
        unfinished.replace(today)
    finally:
        unfinished.unlink(missing_ok=True)
    _discard(newest_first(record.parent, now)[KEPT:])


def copy_whole(record: Path, target: Path) -> None:
    """A copy of the record in one file, made while others may write to it."""
    target.unlink(missing_ok=True)
    with (
        contextlib.closing(connect_to_read(record)) as source,
        contextlib.closing(connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _discard(copies: Iterable[Path]) -> None:
    for copy in copies:
        copy.unlink(missing_ok=True)

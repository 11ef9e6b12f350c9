"""The daily copies of the record: at most one a day, seven kept, only sound ones."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tutor.files import create_private, private_file, private_folder
from tutor.progress.record.paths import backups_folder
from tutor.progress.record.schema import (
    APPLICATION_ID,
    MAX_PLAUSIBLE_VERSION,
    VERSION,
    connect,
    connect_to_read,
    version_of,
)
from tutor.progress.safety.soundness import has_expected_schema, has_valid_cells, time_limit

MAX_BACKUPS = 7
"""How many daily copies are kept."""
ABANDONED_AFTER_SECONDS = 24 * 3600
"""Seconds after which a copy that is not finished was left by a program that was killed."""
CHECK_TIMEOUT = 60.0
"""Seconds; a look that takes longer would never end."""
DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG)
FILE_ERRORS = (sqlite3.Error, OSError, UnicodeDecodeError)
"""What working with a file can raise; SQLite's own message about a damaged file need not be text."""


class DamageError(sqlite3.DatabaseError):
    """A record that SQLite opens turned out to be damaged when all of it was read."""


def is_damage(error: BaseException) -> bool:
    """Whether `error` says that a file's contents are spoiled, rather than locked, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", 0)
    spoiled = code & 0xFF in DAMAGE_CODES or code == sqlite3.SQLITE_IOERR_SHORT_READ
    return spoiled or isinstance(error, (DamageError, UnicodeDecodeError)) or "Could not decode to UTF-8" in str(error)


def is_locked(error: BaseException) -> bool:
    """Whether `error` says that another program holds the file."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def find_fault(path: Path, *, thorough: bool = True) -> str:
    """What is wrong with the file at `path` in a few words; "" when it is a sound record.

    A thorough look reads all of it. A file that cannot be opened at all is not called damaged.
    """
    try:
        if path.stat().st_size == 0:
            return "is empty"
        with contextlib.closing(connect_to_read(path)) as database, time_limit(database, CHECK_TIMEOUT):
            return _fault_in(path, database, thorough)
    except FILE_ERRORS as error:
        return "is damaged" if is_damage(error) or is_endless(error) else ""


def is_endless(error: BaseException) -> bool:
    """Whether a question was stopped because it took too long."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT


def _fault_in(path: Path, database: sqlite3.Connection, thorough: bool) -> str:
    (mark,) = database.execute("PRAGMA application_id").fetchone()
    named = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if mark != APPLICATION_ID or "attempts" not in named:
        return "is not a record of Chainrule"
    version = version_of(database)
    known = 1 <= version <= VERSION
    sound = 1 <= version <= MAX_PLAUSIBLE_VERSION and not _is_cut(path, database)
    sound = sound and (not known or has_expected_schema(database, version))
    if sound and thorough:
        sound = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        sound = sound and (not known or has_valid_cells(database, version))
    return "" if sound else "is damaged"


def _is_cut(path: Path, database: sqlite3.Connection) -> bool:
    """Whether the last page is not whole: SQLite takes what is missing for zeros, unless a log still holds the page."""
    (page,) = database.execute("PRAGMA page_size").fetchone()
    log = path.with_name(path.name + "-wal")
    return path.stat().st_size % int(page) != 0 and not (log.exists() and log.stat().st_size)


def find_backup_fault(folder: Path) -> str:
    """Why no daily copies can be kept in `folder`, in a sentence; "" when they can."""
    copies = backups_folder(folder)
    if os.path.lexists(copies) and not copies.is_dir():
        return f"No daily copies are kept: {copies} is not a folder; move it away."
    return ""


def backups_newest_first(folder: Path, now: datetime) -> list[Path]:
    """The copies of the record in `folder`; those of days still to come, when a clock was wrong, last of all."""
    today = f"{now:%Y-%m-%d}"
    return sorted(
        backups_folder(folder).glob("*.sqlite3"), key=lambda copy: (copy.stem <= today, copy.stem), reverse=True
    )


def backup_path(record: Path, now: datetime) -> Path:
    """Where the copy of a day lies, or will."""
    return backups_folder(record.parent) / f"{now:%Y-%m-%d}.sqlite3"


def back_up_daily(record: Path, now: datetime) -> None:
    """Keep a copy of the record as it is on disk, unless today has one; the seven newest stay.

    Raises:
        DamageError: the record is damaged; the copies are as they were.
        OSError, sqlite3.Error: no copy can be written.
    """
    today = backup_path(record, now)
    if today.exists():
        return
    private_folder(today.parent)
    _discard(
        left for left in today.parent.glob("*.part") if now.timestamp() - left.stat().st_mtime > ABANDONED_AFTER_SECONDS
    )
    unfinished = private_file(today.parent)
    try:
        copy_database(record, unfinished)
        if find_fault(unfinished):
            raise DamageError("the record is damaged")
        unfinished.replace(today)
    finally:
        unfinished.unlink(missing_ok=True)
    _discard(backups_newest_first(record.parent, now)[MAX_BACKUPS:])


def copy_database(record: Path, target: Path) -> None:
    """A copy of the record in one file, made while others may write to it."""
    create_private(target)
    with (
        contextlib.closing(connect_to_read(record)) as source,
        contextlib.closing(connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _discard(copies: Iterable[Path]) -> None:
    for copy in copies:
        copy.unlink(missing_ok=True)

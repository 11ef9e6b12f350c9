"""The daily copies of the record: at most one a day, seven kept, only sound ones."""

import contextlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tutor.files import create_private, private_file, private_folder
from tutor.progress.safety.soundness import find_fault
from tutor.progress.tables.connections import DamageError, connect, connect_to_read
from tutor.progress.tables.paths import backups_folder

MAX_BACKUPS = 7
"""How many daily copies are kept."""
ABANDONED_AFTER_SECONDS = 24 * 3600
"""Seconds after which a copy that is not finished was left by a program that was killed."""


def find_backup_fault(folder: Path) -> str:
    """Explain in a sentence why backups cannot be kept in `folder`; "" when they can."""
    copies = backups_folder(folder)
    if os.path.lexists(copies) and not copies.is_dir():
        return f"No daily copies are kept: {copies} is not a folder; move it away."
    return ""


def backups_newest_first(folder: Path, now: datetime) -> list[Path]:
    """List the backups in `folder`, the newest first; those dated in the future, after a wrong clock, come last."""
    day = _day_of(now)
    return sorted(
        backups_folder(folder).glob("*.sqlite3"), key=lambda copy: (copy.stem <= day, copy.stem), reverse=True
    )


def backup_path(record: Path, now: datetime) -> Path:
    """The path of a day's backup: its name is the day, so that there is one for each."""
    return backups_folder(record.parent) / f"{_day_of(now)}.sqlite3"


def _day_of(now: datetime) -> str:
    return f"{now:%Y-%m-%d}"


def back_up_daily(record: Path, now: datetime) -> None:
    """Back up the record as it is on disk, unless today has a backup; the seven newest are kept.

    Raises:
        DamageError: the record is damaged; the copies are as they were.
        OSError, sqlite3.Error: no copy can be written.
    """
    backup = backup_path(record, now)
    if backup.exists():
        return
    private_folder(backup.parent)
    oldest = now.timestamp() - ABANDONED_AFTER_SECONDS
    _discard(unfinished for unfinished in backup.parent.glob("*.part") if unfinished.stat().st_mtime < oldest)
    unfinished = private_file(backup.parent)
    try:
        copy_database(record, unfinished)
        if find_fault(unfinished):
            raise DamageError("the record is damaged")
        unfinished.replace(backup)
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

"""The daily copies of the record: at most one a day, seven kept, only sound ones."""

import contextlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tutor.files import UNFINISHED_SUFFIX, create_private_file, create_private_folder, create_unfinished_file
from tutor.progress.safety.soundness import find_fault
from tutor.progress.tables.connections import DamageError, connect, connect_to_read
from tutor.progress.tables.paths import backups_folder

MAX_BACKUPS = 7
"""How many daily copies are kept."""
ABANDONED_AFTER_SECONDS = 24 * 3600
"""An unfinished copy that is older than this, in seconds, was left by a program that was killed."""


def find_backup_fault(folder: Path) -> str:
    """Explain in a sentence why backups cannot be kept in `folder`; "" when they can."""
    copies = backups_folder(folder)
    if os.path.lexists(copies) and not copies.is_dir():
        return f"No daily copies are kept: {copies} is not a folder; move it away."
    return ""


def backups_newest_first(folder: Path, now: datetime) -> list[Path]:
    """List the backups in `folder`, the newest first; those dated in the future, after a wrong clock, come last."""
    today = _day_of(now)

    def rank(backup: Path) -> tuple[bool, str]:
        day = backup.stem
        is_not_in_future = day <= today
        return is_not_in_future, day

    return sorted(backups_folder(folder).glob("*.sqlite3"), key=rank, reverse=True)


def backup_path(record: Path, now: datetime) -> Path:
    """The path of the backup of the day `now`, whose name is the day: there is one for each day at most."""
    return backups_folder(record.parent) / f"{_day_of(now)}.sqlite3"


def _day_of(now: datetime) -> str:
    """The day as a file name: 2026-03-01."""
    return f"{now:%Y-%m-%d}"


def back_up_daily(record: Path, now: datetime) -> None:
    """Back up the record as it is on disk, unless there is a backup of today; only the newest `MAX_BACKUPS` are kept.

    Raises:
        DamageError: the record is damaged; the backups are as they were.
        OSError, sqlite3.Error: no copy can be written.
    """
    backup = backup_path(record, now)
    if backup.exists():
        return
    create_private_folder(backup.parent)
    abandoned_before = now.timestamp() - ABANDONED_AFTER_SECONDS
    unfinished_copies = backup.parent.glob(
        f"*{UNFINISHED_SUFFIX}"
    )  # including those that another program is making now
    _delete(copy for copy in unfinished_copies if copy.stat().st_mtime < abandoned_before)
    unfinished = create_unfinished_file(backup.parent)
    try:
        copy_database(record, unfinished)
        if find_fault(unfinished):
            raise DamageError("the record is damaged")
        unfinished.replace(backup)
    finally:
        unfinished.unlink(missing_ok=True)
    _delete(backups_newest_first(record.parent, now)[MAX_BACKUPS:])


def copy_database(record: Path, target: Path) -> None:
    """Copy the record into the file `target`; other programs may write to the record meanwhile."""
    create_private_file(target)
    with (
        contextlib.closing(connect_to_read(record)) as source,
        contextlib.closing(connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a separate log file would not be part of the copy


def _delete(files: Iterable[Path]) -> None:
    """Delete `files`, as far as they are there."""
    for file in files:
        file.unlink(missing_ok=True)

"""A record that is damaged: recognised, set aside, and restored from the newest sound copy."""

import contextlib
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from tutor.progress.paths import copies_folder, record_path
from tutor.progress.schema import APPLICATION

KEPT = 7
"""How many daily copies are kept."""


def fault_of(path: Path) -> str:
    """What is wrong with the file at `path` in a few words; "" when it is a sound record."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (mark,) = database.execute("PRAGMA application_id").fetchone()
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            if mark != APPLICATION or "attempts" not in tables:
                return "is not a record of Chainrule"
            (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
            return "" if verdict == "ok" else "is damaged"
    except sqlite3.OperationalError as error:
        return "is damaged" if "malformed" in str(error) or "disk I/O" in str(error) else ""
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return "is damaged"
    except OSError:
        return ""


def set_aside_and_restore(folder: Path, fault: str, now: datetime) -> str:
    """Move the record out of the way and put the newest sound copy in its place; say so in words."""
    record = record_path(folder)
    aside = _free_name(folder, now)
    try:
        record.rename(aside)
        for tail in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                record.with_name(record.name + tail).rename(aside.with_name(aside.name + tail))
    except OSError as error:
        return f"The record {record} {fault}, and it cannot be moved ({error})."
    said = f"The record {fault}; it was set aside as {aside.name}."
    for copy in sorted(copies_folder(folder).glob("*.sqlite3"), reverse=True):
        if not fault_of(copy):
            shutil.copyfile(copy, record)
            return f"{said} The copy of {copy.stem} was restored, with {count_in(record)} attempts."
    return f"{said} There is no copy to restore, so a new record begins."


def _free_name(folder: Path, now: datetime) -> Path:
    """A name for the damaged file that nothing has yet."""
    stem = f"record-damaged-{now:%Y-%m-%d}"
    names = (f"{stem}{'' if number == 1 else f'-{number}'}.sqlite3" for number in range(1, 10**6))
    return next(folder / name for name in names if not (folder / name).exists())


def count_in(path: Path) -> int:
    """How many attempts a sound record holds."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        (count,) = database.execute("SELECT COUNT(*) FROM attempts").fetchone()
        return int(count)


def copy_daily(record: Path, now: datetime) -> None:
    """Keep a copy of the record as it is on disk, unless today has one; the seven newest stay."""
    copies = copies_folder(record.parent)
    today = copies / f"{now:%Y-%m-%d}.sqlite3"
    if today.exists():
        return
    copies.mkdir(exist_ok=True)
    unfinished = today.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(record)) as source,
        contextlib.closing(sqlite3.connect(unfinished)) as target,
    ):
        source.backup(target)
    unfinished.replace(today)
    for old in sorted(copies.glob("*.sqlite3"))[:-KEPT]:
        old.unlink()

"""The paths of the record's files: where they lie, and how they are named, moved and kept private."""

import contextlib
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Literal

from tutor.errors import UsageError, clip
from tutor.files import create_unfinished_file, limit_permissions, publish


class NoHomeError(UsageError):
    """This user has no home folder for the record and the settings."""


RECORD_NAME = "record.sqlite3"
ASSIGNMENTS = "assignments"
"""The folder of the assignments that a learner keeps, beside the record."""
SIDECAR_SUFFIXES = ("-wal", "-shm")
"""Suffixes of the files that SQLite keeps beside an open record; their contents belong to the record."""


def home() -> Path:
    """Return the folder of the record: `CHAINRULE_HOME`, or the platform's user-data folder. Touches no disk.

    Raises:
        NoHomeError: there is neither.
        UsageError: `CHAINRULE_HOME` begins with `~` and a name that nobody has here.
    """
    folder = os.environ.get("CHAINRULE_HOME", "").strip()
    if folder:
        try:
            return Path(folder).expanduser()
        except RuntimeError:
            raise UsageError(f"CHAINRULE_HOME={clip(folder)} cannot be used: give a folder without '~'") from None
    return user_folder("data")


def shared_home() -> Path | None:
    """The folder that `CHAINRULE_SHARED` names, laid out like `home`: packs and assignments for many learners.

    It is only read. `None` where nothing is shared.
    """
    folder = os.environ.get("CHAINRULE_SHARED", "").strip()
    try:
        return Path(folder).expanduser() if folder else None
    except RuntimeError:
        return None


def assignment_folders(record_folder: Path) -> list[Path]:
    """The folders of a learner's assignments: the one beside the record, and the shared one if there is any."""
    folders = [record_folder]
    shared = shared_home()
    if shared is not None:
        folders.append(shared)
    return [folder / ASSIGNMENTS for folder in folders]


def user_folder(kind: Literal["data", "config"]) -> Path:
    """The platform's folder for the data or the settings of this user.

    Raises:
        NoHomeError: nothing says where this user is at home, as in a container with an unknown user.
    """
    import platformdirs

    find_folder = {"data": platformdirs.user_data_path, "config": platformdirs.user_config_path}[kind]
    try:
        folder = find_folder("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):
        folder = Path("~")
    if not folder.is_absolute():  # older platformdirs leave the `~` where it is
        raise NoHomeError("this user has no home folder here; set CHAINRULE_HOME to a folder that you may write to")
    return folder


def record_path(folder: Path | None = None) -> Path:
    """The path of the record's SQLite file."""
    return (folder or home()) / RECORD_NAME


def backups_folder(folder: Path) -> Path:
    """The path of the folder of backups."""
    return folder / "copies"


def file_identity(path: Path) -> tuple[int, int] | None:
    """The device and inode of the file at `path`, by which it differs from any file that replaces it.

    `None` when there is no file.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def unused_path(folder: Path, stem: str, suffix: str = ".sqlite3") -> Path:
    """The first path in `folder` among `stem`, `stem-2`, `stem-3`, … that neither exists nor has sidecar files."""
    for number in count(1):
        ending = "" if number == 1 else f"-{number}"
        path = folder / f"{stem}{ending}{suffix}"
        if not any(file.exists() for file in record_files(path)):
            break
    return path


def record_files(record: Path) -> list[Path]:
    """The paths of the files that belong to a record: the sidecar files of SQLite, then the record itself."""
    return [record.with_name(record.name + suffix) for suffix in (*SIDECAR_SUFFIXES, "")]


def move_record(record: Path, target: Path) -> None:
    """Give a record another name, with all that belongs to it.

    The sidecar files are moved first, so that none is left behind if the move is interrupted: SQLite would apply it to
    the next record with the old name, and corrupt that. The moved record is sound without them; at worst it lacks the
    last answers, which were in its write-ahead log.

    Raises:
        OSError: it cannot be moved.
    """
    for file, new_path in zip(record_files(record), record_files(target), strict=True):
        with contextlib.suppress(FileNotFoundError):
            file.rename(new_path)


def move_backups(folder: Path, beside: Path) -> None:
    """Move the backups out of the way, into a folder named after `beside`, so that nothing is restored from them later.

    Raises:
        OSError: they cannot be moved.
    """
    copies = backups_folder(folder)
    if copies.is_dir():
        copies.rename(unused_path(folder, beside.stem, ".copies"))


@contextlib.contextmanager
def atomic_create(record: Path) -> Iterator[Path]:
    """Make a record under a temporary name, and give it its real name once it is complete.

    A program that is stopped leaves no half-made record. If another program was quicker, its record stays.
    """
    unfinished = create_unfinished_file(record.parent)
    try:
        yield unfinished
        has_sidecar_files = any(file.exists() for file in record_files(record))
        was_written = unfinished.stat().st_size > 0  # the block writes nothing if there is nothing to restore
        if was_written and not record.exists():
            if has_sidecar_files:  # from an earlier record; SQLite would apply them to the new one
                move_record(record, unused_path(record.parent, "record-left-over"))
            with contextlib.suppress(FileExistsError):  # another program was quicker
                publish(unfinished, record)
    finally:
        for file in (*record_files(unfinished), unfinished.with_name(unfinished.name + "-journal")):
            file.unlink(missing_ok=True)


OWN_PREFIXES = ("record", ASSIGNMENTS, "copies", "crashes", "packs", "compiled", "settings.toml", ".chainrule-")
"""Prefixes of the names of the files and folders that the program creates in its folder."""


def restrict_access(folder: Path) -> None:
    """Make the folder of the record and the program's files in it accessible to their owner only.

    A folder that holds other things too, such as a home folder, stays as it is.
    """
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    if all(path.name.startswith(OWN_PREFIXES) for path in paths):
        limit_permissions(folder, 0o700)
    for path in paths:
        if path.name.startswith(OWN_PREFIXES):
            _restrict_with_contents(path)


def _restrict_with_contents(path: Path) -> None:
    """Make a file, or a folder and what lies directly in it, accessible to the owner only."""
    is_folder = path.is_dir() and not path.is_symlink()
    limit_permissions(path, 0o700 if is_folder else 0o600)
    if is_folder:
        with contextlib.suppress(OSError):
            for inner in path.iterdir():
                limit_permissions(inner, 0o700 if inner.is_dir() else 0o600)

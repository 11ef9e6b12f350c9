"""Where the learner's record lies, and how its file is moved: the one module that knows."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from tutor.errors import UsageError, clip
from tutor.files import private_file, publish, restrict


class NoHomeError(UsageError):
    """The record and the settings have no place: this user has no home folder."""


RECORD_NAME = "record.sqlite3"
SIDECAR_SUFFIXES = ("-wal", "-shm")
"""Files that SQLite keeps beside an open record; what they hold belongs to it."""


def home() -> Path:
    """The folder of the record: `CHAINRULE_HOME`, else the platform's user-data folder. Touches no disk.

    Raises:
        NoHomeError: there is neither.
        UsageError: `CHAINRULE_HOME` begins with `~` and a name that nobody has here.
    """
    given = os.environ.get("CHAINRULE_HOME", "").strip()
    if given:
        try:
            return Path(given).expanduser()
        except RuntimeError:
            raise UsageError(f"CHAINRULE_HOME={clip(given)} cannot be used: give a folder without '~'") from None
    return user_folder("data")


def user_folder(kind: Literal["data", "config"]) -> Path:
    """The platform's folder for the data or the settings of this user.

    Raises:
        NoHomeError: nothing says where this user is at home, as in a container with an unknown user.
    """
    import platformdirs

    find = {"data": platformdirs.user_data_path, "config": platformdirs.user_config_path}[kind]
    try:
        found = find("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):
        found = Path("~")
    if not found.is_absolute():  # older platformdirs leave the `~` where it is
        raise NoHomeError("this user has no home folder here; set CHAINRULE_HOME to a folder that you may write to")
    return found


def record_path(folder: Path | None = None) -> Path:
    """The record itself."""
    return (folder or home()) / RECORD_NAME


def backups_folder(folder: Path) -> Path:
    """Where the daily copies lie."""
    return folder / "copies"


def file_identity(path: Path) -> tuple[int, int] | None:
    """What tells the file at `path` from any other that has or had its name; `None` when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def unused_path(folder: Path, stem: str, suffix: str = ".sqlite3") -> Path:
    """A name that begins with `stem` and that no record in `folder`, nor anything beside one, has yet."""
    number = 1
    while True:
        found = folder / f"{stem}{'' if number == 1 else f'-{number}'}{suffix}"
        if not any(part.exists() for part in sidecar_files(found)):
            return found
        number += 1


def sidecar_files(record: Path) -> list[Path]:
    """Everything that belongs to a record, the record itself last."""
    return [record.with_name(record.name + tail) for tail in (*SIDECAR_SUFFIXES, "")]


def move_record(record: Path, kept: Path) -> None:
    """Give a record another name, with all that belongs to it.

    Its tails go first: beside a later record of the old name they would be taken for that record's own.

    Raises:
        OSError: it cannot be moved.
    """
    for part, name in zip(sidecar_files(record), sidecar_files(kept), strict=True):
        with contextlib.suppress(FileNotFoundError):
            part.rename(name)


def move_backups(folder: Path, kept: Path) -> None:
    """Give the daily copies a name beside `kept`: what they hold must never be restored after it was put away.

    Raises:
        OSError: they cannot be moved.
    """
    copies = backups_folder(folder)
    if copies.is_dir():
        copies.rename(unused_path(folder, kept.stem, ".copies"))


@contextlib.contextmanager
def atomic_create(record: Path) -> Iterator[Path]:
    """A name to make a record under; what is made gets its real name at the end, unless another made one first.

    Nobody ever meets a record that is half made, whenever a program is stopped.
    """
    unfinished = private_file(record.parent)
    try:
        yield unfinished
        left_over = any(part.exists() for part in sidecar_files(record))
        if unfinished.stat().st_size and not record.exists():
            if left_over:
                move_record(record, unused_path(record.parent, "record-left-over"))
            with contextlib.suppress(FileExistsError):  # another program was quicker
                publish(unfinished, record)
    finally:
        for part in (*sidecar_files(unfinished), unfinished.with_name(unfinished.name + "-journal")):
            part.unlink(missing_ok=True)


OWN_PREFIXES = ("record", "copies", "crashes", "settings.toml", ".chainrule-")
"""How the names of what the program puts into its folder begin."""


def restrict_access(folder: Path) -> None:
    """Let nobody else look into the folder of the record, whatever was allowed before.

    A folder that holds other things too, such as a home folder, stays as it is; the program's own files do not.
    """
    try:
        found = list(folder.iterdir())
    except OSError:
        return
    if all(path.name.startswith(OWN_PREFIXES) for path in found):
        restrict(folder, 0o700)
    for path in found:
        if path.name.startswith(OWN_PREFIXES):
            _tighten_all(path)


def _tighten_all(path: Path) -> None:
    is_folder = path.is_dir() and not path.is_symlink()
    restrict(path, 0o700 if is_folder else 0o600)
    if is_folder:
        with contextlib.suppress(OSError):
            for each in path.iterdir():
                restrict(each, 0o700 if each.is_dir() else 0o600)

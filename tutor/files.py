"""The one way to write a file: whole or not at all, for its owner only, and nothing is replaced unasked.

What is written goes first into a file of an unpredictable name in the same folder, which is opened exclusively. It gets
its own name when all of it is on disk; when anything fails, nothing is left behind.
"""

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from tutor.errors import ChainruleError, UsageError, clip

OWN = frozenset({"settings.toml", "record.sqlite3", "record.sqlite3-wal", "record.sqlite3-shm"})
"""Names that the program keeps for itself, in any folder."""
SQLITE = b"SQLite format 3\0"
"""How a record begins, and each copy of one; a database is never replaced."""
PREFIX, SUFFIX = ".chainrule-", ".part"
"""How an unfinished file is named, with something unpredictable between."""
LONGEST_SHOWN = 200
"""Characters of a path that a message shows."""


class FileThereError(ChainruleError):
    """There is a file of that name, and nobody said that it may be replaced."""


@contextlib.contextmanager
def new_file(path: Path, *, force: bool = False, own: bool = False, shared: bool = False) -> Iterator[BinaryIO]:
    """A file to write into, which is at `path` when all is well at the end, and nowhere otherwise.

    With `force` an earlier file is replaced; with `own` also one of the program's own. A `shared` file may be read by
    those whom the system's custom lets, any other by its owner only.

    Raises:
        UsageError: `path` names something that is never written.
        ChainruleError: there is a file of that name, or it cannot be written.
    """
    import tempfile

    check_target(path, force=force, own=own)
    name: Path | None = None
    try:
        try:
            handle, made = tempfile.mkstemp(dir=path.parent, prefix=PREFIX, suffix=SUFFIX)
            name = Path(made)
            with os.fdopen(handle, "wb") as file:
                if shared and os.name != "nt":
                    os.fchmod(handle, 0o666 & ~_mask())
                yield file
                file.flush()
                os.fsync(file.fileno())
            _publish(name, path, force)
        finally:
            if name is not None:
                name.unlink(missing_ok=True)
    except FileExistsError:
        raise _exists(path) from None
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None


def write_file(path: Path, data: str | bytes, *, force: bool = False, own: bool = False, shared: bool = False) -> None:
    """Write `data`, text as UTF-8, to `path`, whole or not at all; see `new_file`.

    Raises:
        UsageError: `path` names something that is never written.
        ChainruleError: there is a file of that name, or it cannot be written.
    """
    with new_file(path, force=force, own=own, shared=shared) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


def check_target(path: Path, *, force: bool = False, own: bool = False) -> None:
    """See whether `path` may be written, before any work is done for it.

    Raises:
        UsageError: it names something that is never written: no regular file, or a file of the program's own.
        ChainruleError: there is a file of that name and `force` is not given, or its folder is not there.
    """
    if str(path) == "-":
        raise UsageError("- stands for standard output, not for a file; give the name of a file")
    try:
        found = path.lstat()
    except FileNotFoundError:
        _check_folder(path)
        found = None
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    if found is not None and not stat.S_ISREG(found.st_mode):
        raise UsageError(
            f"{shown(path)} is {kind_of(found.st_mode)}, which is never replaced; {_advice(found.st_mode)}"
        )
    if not own and (path.name.lower() in OWN or (found is not None and _is_database(path))):
        raise UsageError(f"{shown(path)} is one of Chainrule's own files, which are never replaced; give another name")
    if found is not None and not force:
        raise _exists(path)
    if found is not None and not found.st_mode & 0o222:
        raise ChainruleError(f"{shown(path)} may only be read, and is left as it is; give another name")


def _check_folder(path: Path) -> None:
    if not path.name or path.name == "..":
        raise UsageError(f"{shown(path)} is a folder; give the name of a file")
    if not path.parent.is_dir():
        raise ChainruleError(f"{shown(path)} cannot be written: there is no folder {shown(path.parent)}")


def give_name(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, unless there is one of that name: a link never replaces what just appeared.

    Raises:
        FileExistsError: another program has made it first.
        OSError: it cannot be named.
    """
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError from None
        unfinished.replace(path)


def _publish(name: Path, path: Path, force: bool) -> None:
    """Give a finished file its name, that of an earlier file only with `force`."""
    if force:
        name.replace(path)
    else:
        give_name(name, path)
    _sync(path.parent)


def _mask() -> int:
    """What the system's custom takes from the rights of a new file; it can only be read by setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _sync(folder: Path) -> None:
    """Have the names in `folder` on disk too, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_to_read(path: Path) -> BinaryIO:
    """A regular file, open to be read. A pipe without a writer is never waited for.

    Raises:
        OSError: it is not there, is no regular file, or cannot be read; `strerror` says why.
    """
    try:
        _check_regular(path.stat().st_mode)  # opening some devices has an effect already
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a name that no file can have
        raise OSError(22, str(error)) from None
    try:
        _check_regular(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _check_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise OSError(22, f"it is {kind_of(mode)}, not a file")


def kind_of(mode: int) -> str:
    """What something is that is no regular file, in words."""
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    return next((words for test, words in kinds if test(mode)), "a device")


def end_of(path: Path) -> Path:
    """Where `path` leads when every link is followed; a link to itself leads nowhere, and does not raise."""
    return Path(os.path.realpath(path))


def shown(path: Path | str) -> str:
    """A path as a message shows it: on one line, not without end."""
    return clip(str(path), LONGEST_SHOWN)


def _is_database(path: Path) -> bool:
    with contextlib.suppress(OSError), open_to_read(path) as file:
        return file.read(len(SQLITE)) == SQLITE
    return False


def _advice(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "give the name of a file in it"
    if stat.S_ISLNK(mode):
        return "name the file itself"
    return "give the name of a file, or - for standard output where that is offered"


def _exists(path: Path) -> FileThereError:
    return FileThereError(f"{shown(path)} is there already and is left as it is; give another name, or add --force")


def _unwritable(path: Path, error: OSError | ValueError) -> ChainruleError:
    why = getattr(error, "strerror", None) or error
    return ChainruleError(f"{shown(path)} cannot be written ({why}); give a file in a folder that you may write to")


# -- files and folders of the program's own


def private_folder(folder: Path) -> None:
    """Make a folder that nobody else may look into; one that is there stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def private_file(folder: Path) -> Path:
    """An empty file of an unpredictable name in `folder`, for its owner only, to be filled and renamed.

    Raises:
        OSError: it cannot be made.
    """
    import tempfile

    handle, name = tempfile.mkstemp(dir=folder, prefix=PREFIX, suffix=SUFFIX)
    os.close(handle)
    return Path(name)


def make_private(path: Path) -> None:
    """An empty file in the place of whatever has the name, for its owner only.

    Raises:
        OSError: it cannot be made.
    """
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextlib.contextmanager
def copied_aside(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Copies of those of the files that are there, in a folder that nobody else may look into and that goes again.

    Raises:
        OSError: one cannot be read, or there is no room.
    """
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(path, Path(folder) / path.name)
        yield [Path(folder) / path.name for path in paths]


def tighten(path: Path, mode: int) -> None:
    """Take from others what they may do with a file or folder of ours. Where that cannot be done, it stays."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        found = path.lstat()
        own = found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode)
        if own and found.st_mode & 0o777 & ~mode:
            path.chmod(found.st_mode & mode)

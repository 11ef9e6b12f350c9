"""Writes files atomically, readable by their owner only, and never replaces one without being asked to.

A file is first written under an unpredictable name in the same folder and renamed once it is on disk; on any failure
nothing is left behind. All files that the program writes go through here.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from tutor.errors import ChainruleError, UsageError, clip

RESERVED_NAMES = frozenset({"settings.toml", "record.sqlite3", "record.sqlite3-wal", "record.sqlite3-shm"})
"""Names of the program's own files, refused as targets in any folder."""
SQLITE_MAGIC = b"SQLite format 3\0"
"""The first bytes of every SQLite database; a database is never replaced."""
STANDARD_STREAM = "-"
"""What a user types instead of a path for standard input or output."""
UNFINISHED_PREFIX, UNFINISHED_SUFFIX = ".chainrule-", ".part"
"""How the name of an unfinished file begins and ends; between them stands a random part."""
MAX_SHOWN_PATH = 200
"""Characters of a path in a message."""


class TargetExistsError(ChainruleError):
    """The file exists already, and replacing it was not asked for."""


@contextlib.contextmanager
def new_file(
    path: Path, *, force: bool | None = None, is_own: bool = False, is_shared: bool = False
) -> Iterator[BinaryIO]:
    """A file to write to, which appears at `path` only when the block ends without an error.

    Args:
        path: where the file will be.
        force: replace an earlier file; `None` where nobody can ask for that, so that no message recommends it.
        is_own: the caller writes one of the program's own files, whose names are refused to everybody else.
        is_shared: let others read it as the umask allows; otherwise only its owner can.

    Raises:
        UsageError: `path` must not be written: a folder, a device, one of the program's own files.
        ChainruleError: the file exists already, or cannot be written.
    """
    import tempfile

    check_target(path, force=force, is_own=is_own)
    unfinished: Path | None = None
    try:  # this `try` turns errors into messages; the inner one deletes the unfinished file
        try:
            handle, unfinished_name = tempfile.mkstemp(
                dir=path.parent, prefix=UNFINISHED_PREFIX, suffix=UNFINISHED_SUFFIX
            )
            unfinished = Path(unfinished_name)
            with os.fdopen(handle, "wb") as file:
                if is_shared and os.name != "nt":
                    os.fchmod(handle, 0o666 & ~_current_umask())
                yield file
                file.flush()
                os.fsync(file.fileno())
            _rename_finished(unfinished, path, bool(force))
        finally:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)  # gone already if it was renamed
    except FileExistsError:
        raise _exists_error(path, force) from None
    except (OSError, ValueError) as error:
        raise _unwritable_error(path, error) from None


def write_file(
    path: Path, data: str | bytes, *, force: bool | None = None, is_own: bool = False, is_shared: bool = False
) -> None:
    """Write `data`, text as UTF-8, to `path`, whole or not at all; see `new_file`.

    Raises:
        UsageError: `path` must not be written: a folder, a device, one of the program's own files.
        ChainruleError: the file exists already, or cannot be written.
    """
    with new_file(path, force=force, is_own=is_own, is_shared=is_shared) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


def is_standard_stream(path: Path) -> bool:
    """True for `-`, which stands for standard input or output."""
    return str(path) == STANDARD_STREAM


def check_target(path: Path, *, force: bool | None = None, is_own: bool = False) -> None:
    """Check that `path` may be written, before any work is done for it; `force` and `is_own` are those of `new_file`.

    Raises:
        UsageError: it is not a regular file, or it is one of the program's own.
        ChainruleError: it exists and `force` is not given, or its folder does not exist.
    """
    if is_standard_stream(path):
        raise UsageError("- stands for standard output, not for a file; give the name of a file")
    try:
        status = path.lstat()
    except FileNotFoundError:
        _check_can_create(path)
        status = None  # nothing is there yet
    except (OSError, ValueError) as error:
        raise _unwritable_error(path, error) from None
    if status is not None and not stat.S_ISREG(status.st_mode):
        raise UsageError(
            f"{show_path(path)} is {describe_mode(status.st_mode)}, which is never replaced; "
            f"{_advise_on_mode(status.st_mode)}"
        )
    is_reserved = path.name.lower() in RESERVED_NAMES  # in lower case: some file systems take RECORD for record
    if not is_own and (is_reserved or (status is not None and _is_database(path))):
        raise UsageError(
            f"{show_path(path)} is one of Chainrule's own files, which are never replaced; give another name"
        )
    if status is not None and not force:
        raise _exists_error(path, force)
    # A rename would replace a read-only file all the same, but its owner has protected it.
    if status is not None and not status.st_mode & 0o222:
        raise ChainruleError(f"{show_path(path)} may only be read, and is left as it is; give another name")


def _check_can_create(path: Path) -> None:
    """Check that a new file can be created at `path`: that it names a file, in a folder that exists."""
    if not path.name or path.name == "..":
        raise UsageError(f"{show_path(path)} is a folder; give the name of a file")
    if not path.parent.is_dir():
        raise ChainruleError(f"{show_path(path)} cannot be written: there is no folder {show_path(path.parent)}")


def publish(unfinished: Path, path: Path) -> None:
    """Give a file that is now complete its final name `path`, unless something exists there.

    It is linked, not renamed: a rename would replace a file that another program has just created. The old name may
    remain, for the caller to delete.

    Raises:
        FileExistsError: another program created it first.
        OSError: it cannot be renamed.
    """
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError from None
        unfinished.replace(path)


def _rename_finished(finished: Path, path: Path, force: bool) -> None:
    """Rename a finished file to `path`, replacing an earlier one only with `force`."""
    if force:
        finished.replace(path)
    else:
        publish(finished, path)
    _flush_folder(path.parent)


def _current_umask() -> int:
    """The process's umask, which can be read only by setting it."""
    umask = os.umask(0o077)
    os.umask(umask)
    return umask


def _flush_folder(folder: Path) -> None:
    """Flush the folder's entries to disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def open_to_read(path: Path) -> BinaryIO:
    """Open a regular file to read. Anything else is refused, so that no pipe is waited for and no device is touched.

    Raises:
        OSError: it does not exist, is not a regular file, or cannot be read; `strerror` says why.
    """
    try:
        _check_regular(path.stat().st_mode)  # opening some devices has an effect already
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a name that no file can have, with a NUL in it
        raise OSError(errno.EINVAL, str(error)) from None
    try:
        _check_regular(os.fstat(handle).st_mode)  # again: another file may have come to the path in between
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_text(path: Path, max_bytes: int) -> str:
    """Read a text that its user wrote, in UTF-8 with or without a byte order mark.

    Raises:
        UsageError: it cannot be read, is larger than `max_bytes`, or is not UTF-8; the message names the line.
    """
    name = show_path(path)
    try:
        with open_to_read(path) as file:
            data = file.read(max_bytes + 1)  # one more than allowed, so that a file too large is noticed
    except OSError as error:
        raise UsageError(f"{name}: this cannot be read ({error.strerror or error})") from None
    if len(data) > max_bytes:
        raise UsageError(f"{name}: this is larger than {max_bytes // 1024:,} KB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UsageError(f"{name}:{line}: this is not UTF-8 text; save the file as UTF-8") from None


def _check_regular(mode: int) -> None:
    """Raise `OSError` unless something with this `st_mode` is a regular file."""
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"it is {describe_mode(mode)}, not a file")


def describe_mode(mode: int) -> str:
    """Name what has this `st_mode`, if it is not a regular file: a folder, a link, a pipe, a socket or a device."""
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
    )
    for is_of_kind, words in kinds:
        if is_of_kind(mode):
            return words
    return "a device"


def follow_links(path: Path) -> Path:
    """`path` with every link followed; a link to itself is returned as it is."""
    return Path(os.path.realpath(path))


def show_path(path: Path | str) -> str:
    """A path for a message: on one line, clipped."""
    return clip(str(path), MAX_SHOWN_PATH)


def _is_database(path: Path) -> bool:
    """Whether the file begins as a SQLite database does; False if it cannot be read."""
    with contextlib.suppress(OSError), open_to_read(path) as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    return False


def _advise_on_mode(mode: int) -> str:
    """Advise which path to give instead of one whose mode shows that it is not a regular file."""
    if stat.S_ISDIR(mode):
        return "give the name of a file in it"
    if stat.S_ISLNK(mode):
        return "name the file itself"
    return "give the name of a file, or - for standard output where that is offered"


def _exists_error(path: Path, force: bool | None) -> TargetExistsError:
    """The error for a file that exists; it recommends `--force` only if that option exists (`force` is not `None`)."""
    advice = "give another name" if force is None else "give another name, or add --force"
    return TargetExistsError(f"{show_path(path)} is there already and is left as it is; {advice}")


def _unwritable_error(path: Path, error: OSError | ValueError) -> ChainruleError:
    reason = system_reason(error)
    return ChainruleError(
        f"{show_path(path)} cannot be written ({reason}); give a file in a folder that you may write to"
    )


# -- the program's own files and folders


def create_private_folder(folder: Path) -> None:
    """Create a folder that only its owner can open, and those above it; existing ones are left as they are.

    Raises:
        OSError: it cannot be created.
    """
    if folder.is_dir():
        return
    missing = [folder]  # from the innermost to the outermost
    while not missing[-1].parent.is_dir() and missing[-1].parent != missing[-1]:  # a root is its own parent
        missing.append(missing[-1].parent)
    outermost = missing[-1]
    if os.path.lexists(outermost) and not outermost.is_dir():  # another program may just have created it
        raise NotADirectoryError(errno.ENOTDIR, f"{show_path(outermost)} is not a folder")
    for missing_folder in reversed(missing):
        missing_folder.mkdir(mode=0o700, exist_ok=True)


def system_reason(error: Exception) -> str:
    """The system's message about a file, without the number and the name that Python puts around it."""
    return getattr(error, "strerror", None) or str(error)


def create_unfinished_file(folder: Path) -> Path:
    """Create an empty file with a random name in `folder`, for its owner only, and return its path.

    The caller fills it and then gives it its final name.

    Raises:
        OSError: it cannot be created.
    """
    import tempfile

    handle, name = tempfile.mkstemp(UNFINISHED_SUFFIX, UNFINISHED_PREFIX, folder)
    os.close(handle)
    return Path(name)


def create_private_file(path: Path) -> None:
    """Create an empty file at `path` for its owner only, in place of whatever is there.

    Raises:
        OSError: it cannot be created.
    """
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


@contextlib.contextmanager
def copy_aside(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Copy those of `paths` that exist into a private folder, which is deleted after the block.

    Yields the path of the copy for each of `paths`, in their order; the copy of a missing file does not exist. Also
    deletes folders that killed programs have left behind.

    Raises:
        OSError: one cannot be read, or the disk is full.
    """
    import shutil
    import tempfile

    _delete_leftover_copies(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_COPY_PREFIX}{os.getpid()}-") as folder:
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(path, Path(folder) / path.name)
        yield [Path(folder) / path.name for path in paths]


_COPY_PREFIX = "chainrule-copy-"
"""How the name of a folder of copies begins; the id of the process that made it follows."""


def _delete_leftover_copies(folder: Path) -> None:
    """Delete this user's copies that killed programs left behind."""
    import shutil

    if os.name == "nt":  # Windows has no harmless way to ask whether a process exists
        return
    for leftover in folder.glob(f"{_COPY_PREFIX}*-*"):
        process_id = leftover.name.removeprefix(_COPY_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError, ValueError):  # already deleted, or its name has no process id
            if leftover.lstat().st_uid == os.geteuid() and not _is_running(int(process_id)):
                shutil.rmtree(leftover, ignore_errors=True)


def _is_running(process_id: int) -> bool:
    """Whether there is a process with this id; signal 0 only checks that and is not delivered."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, for another user
        return True
    return True


def limit_permissions(path: Path, allowed: int) -> None:
    """Take away a file's or folder's permissions that are not in `allowed`, such as `0o600`, if this user owns it.

    Failure is ignored.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        status = path.lstat()
        is_own = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
        has_excess_permissions = bool(status.st_mode & 0o777 & ~allowed)
        if is_own and has_excess_permissions:
            path.chmod(status.st_mode & allowed)

"""The learner's solution files: where they are, how they are created, read and watched. None is overwritten."""

import os
import shlex
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.exercises.exercise import Exercise
from tutor.files import open_to_read, show_path, write_file

MAX_SOURCE_BYTES = 256 * 1024
"""The most bytes of a solution that is read; the longest in the course has less than 4 KB."""


def solutions_folder(home: Path) -> Path:
    """The folder for solutions, beside the record."""
    return home / "code"


def solution_path(folder: Path, exercise_id: str) -> Path:
    """The path of an exercise's solution in `folder`."""
    return folder / f"{exercise_id}.py"


def begin_solution(folder: Path, exercise_id: str, stub: str) -> tuple[Path, bool]:
    """Create a solution file from `stub` unless it exists; return its path and whether it is new.

    Raises:
        ChainruleError: it cannot be written.
    """
    path = solution_path(folder, exercise_id)
    if path.exists():
        return path, False
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChainruleError(f"the folder {show_path(folder)} cannot be made: {error.strerror}") from None
    write_file(path, stub, is_shared=True)
    return path, True


def read_solution(path: Path) -> str:
    """Read the Python source in a learner's file.

    Raises:
        ChainruleError: it cannot be read, is too long, or is not UTF-8.
    """
    return decode_solution(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Read a learner's file.

    Raises:
        ChainruleError: it cannot be read, or is too long.
    """
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise ChainruleError(f"{show_path(path)} cannot be read: {error.strerror}") from None
    if len(data) > MAX_SOURCE_BYTES:
        max_kilobytes = MAX_SOURCE_BYTES // 1024
        raise ChainruleError(f"{show_path(path)} is larger than {max_kilobytes} KB: no solution needs that much")
    return data


def decode_solution(path: Path, data: bytes) -> str:
    """Decode `data`, which was read from `path`.

    Raises:
        ChainruleError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ChainruleError(f"{show_path(path)} is not UTF-8 (line {line}): save it as UTF-8") from None


Stamp = tuple[int, int, int]
"""Tells whether a file has changed: when it was written (ns), its size in bytes, its inode."""


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file at `path`; `None` where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def editor_command() -> list[str]:
    """The learner's editor as a command line; empty if neither `$VISUAL` nor `$EDITOR` is set.

    Raises:
        ChainruleError: it is no command.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(command)
    except ValueError:
        raise ChainruleError(f"your editor '{command}' is no command: set $VISUAL or $EDITOR to one") from None


def earlier_solutions(folder: Path, exercise: Exercise) -> list[str]:
    """Read the learner's solutions of the exercises that this one may use, as far as they are in the same folder.

    Raises:
        ChainruleError: one is there but cannot be read.
    """
    paths = (solution_path(folder, exercise_id) for exercise_id in exercise.uses)
    return [read_solution(path) for path in paths if path.exists()]

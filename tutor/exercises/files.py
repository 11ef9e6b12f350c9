"""The learner's files: where a solution lies, how it is begun, read and watched. None is ever written over."""

import os
import shlex
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.exercises.exercise import Exercise
from tutor.files import open_to_read, show_path, write_file

MAX_SOURCE_BYTES = 256 * 1024
"""Size of a solution that is read; the longest in the course has less than 4 KB."""


def solutions_folder(home: Path) -> Path:
    """Where solutions lie, in the folder of the record."""
    return home / "code"


def solution_path(folder: Path, exercise_id: str) -> Path:
    """Where the solution of an exercise lies in `folder`."""
    return folder / f"{exercise_id}.py"


def begin_solution(folder: Path, exercise_id: str, stub: str) -> tuple[Path, bool]:
    """The file of the solution, and whether it was begun just now, with `stub`; one that is there is left as it is.

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
    write_file(path, stub, shared=True)
    return path, True


def read_solution(path: Path) -> str:
    """The Python in a file of the learner's.

    Raises:
        ChainruleError: it cannot be read, is too long, or is not UTF-8.
    """
    return decode_solution(path, read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """What stands in a file of the learner's.

    Raises:
        ChainruleError: it cannot be read, or is too long.
    """
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_SOURCE_BYTES + 1)
    except OSError as error:
        raise ChainruleError(f"{show_path(path)} cannot be read: {error.strerror}") from None
    if len(data) > MAX_SOURCE_BYTES:
        most = MAX_SOURCE_BYTES // 1024
        raise ChainruleError(f"{show_path(path)} is larger than {most} KB: no solution needs that much")
    return data


def decode_solution(path: Path, data: bytes) -> str:
    """The text that `data`, read from `path`, stands for.

    Raises:
        ChainruleError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ChainruleError(f"{show_path(path)} is not UTF-8 (line {line}): save it as UTF-8") from None


Stamp = tuple[int, int, int]
"""Tells whether a file has changed: when it was written, its size, its number on the disk."""


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of the file at `path`; `None` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def editor_command() -> list[str]:
    """The learner's editor as the words of a command; none where neither `$VISUAL` nor `$EDITOR` is set.

    Raises:
        ChainruleError: it is no command.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(command)
    except ValueError:
        raise ChainruleError(f"your editor '{command}' is no command: set $VISUAL or $EDITOR to one") from None


def earlier_solutions(folder: Path, exercise: Exercise) -> list[str]:
    """The learner's solutions of the exercises that this one may use, as far as they lie in the same folder.

    Raises:
        ChainruleError: one is there but cannot be read.
    """
    paths = (solution_path(folder, name) for name in exercise.uses)
    return [read_solution(path) for path in paths if path.exists()]

"""Finds the files of lessons and reads them safely, whatever they contain."""

import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tutor.files import follow_links, open_to_read
from tutor.patterns import compile_lazily

LESSON_FILE_NAME = compile_lazily(r"(?P<number>\d{2,3})-(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
"""A lesson's file name: NN-id.md."""

_WRITTEN_ID = compile_lazily(
    rb"^(?:id:[ \t]*+['\"]?|[`~:]{3,}\{code\}[ \t]*+)([a-z0-9-]++)['\"]?[ \t\r]*+$", re.MULTILINE
)
"""A line that declares an id: `id: …` for a lesson or a question, the opening fence for an exercise."""
MAX_FILE_BYTES = 1_000_000
"""A lesson's file may not be larger."""

MAX_LESSONS = 1000
"""Lessons that one folder may hold."""


class UnusableFileError(Exception):
    """A file that cannot be a lesson; the message says why."""


def lessons_folder() -> Path:
    """The folder of the course's own lessons: in the installed package, or in the repository."""
    package = Path(__file__).parent.parent
    packaged = package / "lessons"
    return packaged if packaged.is_dir() else package.parent / "lessons"


def lesson_files(folder: Path) -> list[Path]:
    """The Markdown files in `folder` that are meant as lessons, in the order of their names.

    A file whose name is not `NN-id.md` is included, so that it can be reported; a README is not.

    Raises:
        OSError: the folder cannot be listed.
    """
    markdown_files = (path for path in folder.iterdir() if path.suffix.lower() == ".md")
    return sorted(path for path in markdown_files if path.stem.lower() != "readme" and not path.name.startswith("."))


def written_ids(folders: Iterable[Path]) -> set[str]:
    """Find the ids of lessons, questions and exercises in `folders` by a text search, without parsing the lessons.

    An id that is written in an unusual way is not found. Files and folders that cannot be read are passed over.
    """
    ids = set()
    for folder in folders:
        with suppress(OSError):
            for path in lesson_files(folder)[:MAX_LESSONS]:
                with suppress(UnusableFileError):
                    ids |= {match[1].decode() for match in _WRITTEN_ID.finditer(read_bytes(path))}
    return ids


class WatchedFile:
    """A file that somebody is editing: tells whether it has changed since the last time it was asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last_status = self._read_status()

    def has_changed(self) -> bool:
        """Whether the file exists and has changed since the last call."""
        status = self._read_status()
        if status is None or status == self._last_status:
            return False
        self._last_status = status
        return True

    def _read_status(self) -> tuple[int, int] | None:
        """When the file was last written, in nanoseconds, and its size in bytes; `None` while it is not there."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


def read_bytes(path: Path, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The first `max_bytes` bytes of a lesson's file, or all of it if it is shorter.

    Raises:
        UnusableFileError: a link out of its folder, no ordinary file, too large, or not readable.
    """
    try:
        if path.is_symlink() and not follow_links(path).is_relative_to(follow_links(path.parent)):
            raise UnusableFileError("is a link that leads out of its folder; put the lesson itself there")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnusableFileError("is no ordinary file; a lesson is a Markdown file")
        if status.st_size > MAX_FILE_BYTES:
            raise UnusableFileError("is larger than 1 MB; a lesson is at most that, split it in two")
        with open_to_read(path) as file:
            return file.read(max_bytes)
    except OSError as error:
        raise UnusableFileError(f"cannot be read: {error.strerror}") from None


def text_of(path: Path) -> str:
    """Read a lesson's file to search in; empty when it cannot be used."""
    try:
        return read_bytes(path).decode("utf-8", errors="replace")
    except UnusableFileError:
        return ""

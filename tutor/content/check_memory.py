"""Remembers which lessons a check has found without fault, so that the next one checks only what has changed since."""

import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from tutor.cache import cache_folder
from tutor.content.find import UnusableFileError, read_bytes
from tutor.errors import ChainruleError
from tutor.files import write_file

FILE_NAME = "lessons.txt"
MAX_REMEMBERED = 500
"""The most lessons that are remembered; beyond that the oldest are forgotten."""
LIBRARIES = ("numpy", "latex2mathml", "markdown-it-py", "mdit-py-plugins", "PyYAML")
"""The libraries that a verdict on a lesson depends on."""


class CheckMemory:
    """The digests of lessons that were found without fault, in a file of the cache.

    A digest covers a lesson's name and text, and the whole program that checked it, so that a verdict of another
    version does not count. If there is no folder for caches, nothing is remembered.
    """

    def __init__(self) -> None:
        folder = cache_folder("checked")
        self._file = folder / FILE_NAME if folder is not None else None
        self._program = _digest_of_program()
        self._remembered = dict.fromkeys(self._read())
        """The digests, as an ordered set: the oldest first."""
        self._digests: dict[Path, str] = {}
        """The digest of each lesson as it stood at the last call of `unchecked`."""
        self._is_changed = False

    def unchecked(self, lessons: Sequence[Path]) -> list[Path]:
        """The `lessons` to check: those whose present text no earlier check has found to be without fault."""
        self._digests = {lesson: self._digest(lesson) for lesson in lessons}
        return [lesson for lesson, digest in self._digests.items() if digest not in self._remembered]

    def add(self, lesson: Path) -> None:
        """Remember that a lesson has no fault as it stood when `unchecked` read it."""
        digest = self._digests.get(lesson)
        if digest:  # it is "" if the lesson could not be read
            self._remembered[digest] = None
            self._is_changed = True

    def save(self) -> None:
        """Write the file; if that is not possible, the next check checks these lessons again."""
        if self._file is None or not self._is_changed:
            return
        newest_digests = [*self._remembered][-MAX_REMEMBERED:]
        text = "".join(f"{digest}\n" for digest in newest_digests)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_file(self._file, text.encode(), force=True)
        except (OSError, ChainruleError):
            return

    def _read(self) -> list[str]:
        """The digests in the file, oldest first; none where it cannot be read."""
        if self._file is None:
            return []
        try:
            return self._file.read_text("ascii").split()
        except (OSError, ValueError):
            return []

    def _digest(self, lesson: Path) -> str:
        """The digest of a lesson's name and text and of this program; "" for one that cannot be read."""
        try:
            text = read_bytes(lesson)
        except UnusableFileError:
            return ""
        name = lesson.name.encode("utf-8", "surrogateescape")  # a file's name need not be valid UTF-8
        return sha256(b"\n".join((self._program, name, text))).hexdigest()


def _digest_of_program() -> bytes:
    """The digest of all files of this program, and of the versions of Python and of the libraries it checks with."""
    digest = sha256(sys.version.encode())
    for line in _library_versions():
        digest.update(line.encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.digest()


def _library_versions() -> Iterator[str]:
    """Each of the libraries with its version; "" if it is installed without metadata that name a version."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and only a check needs it

    for library in LIBRARIES:
        try:
            yield f"{library} {version(library)}"
        except PackageNotFoundError:
            yield f"{library} "

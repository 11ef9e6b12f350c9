"""The learner's file while it is open: read, saved, and watched for changes by other editors.

A save never overwrites changes that were not seen: the file must still hold what was last read or written here.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.exercises.files import Stamp, decode_solution, read_bytes, stamp_of
from tutor.files import TargetExistsError, show_path, write_file

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_SET_ASIDE = 1000
"""The most texts of one file that are saved beside it."""


class FileChangedError(ChainruleError):
    """Another program has written the file since it was read here."""


@dataclass(frozen=True)
class Content:
    """The file's contents at one moment."""

    data: bytes
    text: str


class WorkFile:
    """A learner's file and its last known contents."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known_bytes: bytes | None = None
        """The bytes that were read or written last; `None` when nothing was."""
        self._stamp: Stamp | None = None
        """The stamp of the file that was last read, written, or reported as changed."""
        self._unsettled_stamp: Stamp | None = None
        """A new stamp that was seen once: another program may still be writing the file."""

    def read(self) -> Content:
        """Read the file as it is now.

        Raises:
            ChainruleError: it cannot be read, is too long, or is not UTF-8.
        """
        data = read_bytes(self.path)
        return Content(data, decode_solution(self.path, data))

    def accept(self, content: Content) -> None:
        """Record the file's contents as known."""
        self._known_bytes = content.data
        self._stamp = stamp_of(self.path)

    def has_changed(self) -> bool:
        """Whether another program has written the file and has finished writing; to be called repeatedly.

        Writing counts as finished when two calls in a row see the same stamp. Each change is reported once.
        """
        stamp = stamp_of(self.path)
        if stamp is None or stamp == self._stamp:
            self._unsettled_stamp = None
            return False
        if stamp != self._unsettled_stamp:
            self._unsettled_stamp = stamp
            return False
        self._stamp, self._unsettled_stamp = stamp, None
        return True

    def save(self, text: str) -> None:
        """Write `text`, recreating the file if it was deleted.

        Raises:
            FileChangedError: the file no longer holds what was last read or written here.
            ChainruleError: it cannot be written.
        """
        target = self.path.resolve()  # so that a link is kept as a link
        exists = stamp_of(target) is not None
        if exists and read_bytes(target) != self._known_bytes:
            raise FileChangedError(f"{show_path(self.path)} was changed by another program")
        # A deleted file is begun again, without the mark that the earlier one may have had.
        had_mark = exists and self._known_bytes is not None and self._known_bytes.startswith(BYTE_ORDER_MARK)
        # A terminal may send surrogates, which UTF-8 cannot hold: they are written as escapes.
        data = (BYTE_ORDER_MARK if had_mark else b"") + text.encode("utf-8", "backslashreplace")
        if exists and data == self._known_bytes:
            return
        permissions = None
        with contextlib.suppress(OSError):  # it may be deleted in this moment
            permissions = target.stat().st_mode & 0o777
        write_file(target, data, force=True, is_shared=True)
        if permissions is not None:
            with contextlib.suppress(OSError):  # a file system without permissions; the text is saved
                target.chmod(permissions)
        self._known_bytes = data
        self._stamp = stamp_of(self.path)

    def set_aside(self, text: str) -> Path:
        """Save `text` in a new file beside this one, and return its path.

        Raises:
            ChainruleError: it cannot be written.
        """
        for number in range(1, MAX_SET_ASIDE + 1):
            path = self.path.with_name(f"{self.path.stem}.{number}{self.path.suffix}")
            try:
                write_file(path, text.encode("utf-8", "backslashreplace"), is_shared=True)
            except TargetExistsError:
                continue
            return path
        raise ChainruleError(f"{MAX_SET_ASIDE} texts lie beside {show_path(self.path)} already: move some away")

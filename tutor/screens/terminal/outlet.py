"""A queue of terminal output: writing never blocks, and waiting output can be discarded."""

import os
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

PIECE_LENGTH = 1024
"""Characters that are written at once. The number is small, since a piece that is being written cannot be discarded."""
MAX_WAITING_PIECES = 3
"""With more pieces waiting, the terminal counts as slow.

So many are normal: a frame's beginning, a changed line, its end.
"""
STOP_TIMEOUT = 2.0
"""The most seconds that `stop` waits for the terminal to take what is left."""
CANCEL_SEQUENCE = "\x18"
"""Ends an escape sequence of which the rest was discarded."""


class Outlet(Thread):
    """Writes to the terminal in a thread, in order."""

    def __init__(self, fileno: int, when_empty: Callable[[], None] = lambda: None, encoding: str = "utf-8") -> None:
        """Write to the file descriptor `fileno` in `encoding`, with ? for characters that it lacks.

        Once everything is written, this thread calls `when_empty`, but only if `is_awaited` was set.
        """
        super().__init__(daemon=True, name="terminal-output")
        self._fileno = fileno
        self._when_empty = when_empty
        self._encoding = encoding
        self._waiting: deque[str] = deque()
        self._changed = Condition()
        """The lock on `_waiting` and `_is_closed`; it is notified when they change."""
        self._is_writing = False
        self._is_closed = False
        self.is_awaited = False
        """Whether to call `when_empty` once everything is written; to be set before the last write."""

    @property
    def is_behind(self) -> bool:
        """Whether more pieces are waiting than usual, so that the terminal counts as slow."""
        return len(self._waiting) > MAX_WAITING_PIECES

    @property
    def is_empty(self) -> bool:
        """Whether everything is written."""
        return not self._waiting and not self._is_writing

    def write(self, text: str) -> None:
        """Queue `text` without waiting."""
        with self._changed:
            self._waiting.extend(text[start : start + PIECE_LENGTH] for start in range(0, len(text), PIECE_LENGTH))
            self._changed.notify()

    def discard(self) -> None:
        """Drop everything that waits, such as outdated frames."""
        with self._changed:
            if self._waiting:
                self._waiting.clear()
                # The last piece written may have ended in the middle of an escape sequence, and its rest is dropped
                # here.
                self._waiting.append(CANCEL_SEQUENCE)

    def flush(self) -> None:
        """Do nothing: the thread writes everything anyway."""

    def stop(self) -> None:
        """Write what is waiting, then end; wait at most `STOP_TIMEOUT` seconds for a blocked terminal."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        self.join(STOP_TIMEOUT)

    def run(self) -> None:
        """Write piece by piece until stopped and empty."""
        while True:
            with self._changed:
                self._is_writing = False
                while not self._waiting and not self._is_closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                piece = self._waiting.popleft()
                self._is_writing = True
            self._write_bytes(piece.encode(self._encoding, "replace"))
            if self.is_awaited and not self._waiting:
                self._is_writing = self.is_awaited = False
                self._when_empty()

    def _write_bytes(self, data: bytes) -> None:
        """Write all of `data`, however long the terminal takes."""
        while data:
            try:
                written = os.write(self._fileno, data)
            except OSError:  # the terminal has closed
                return
            data = data[written:]

"""A real pseudo-terminal with a program in it, and what its screen shows."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

ROOT = Path(__file__).parent.parent.parent

OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the pseudo-terminal the program's own, so that it hears of a change of size."""


class Terminal:
    """A program on a terminal of `columns` × `rows`, with its record under `home`."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        command: Sequence[str] = (sys.executable, "-m", "tutor"),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        environment = os.environ | {
            "CHAINRULE_HOME": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
        }
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        environment |= settings or {}
        self._fd, inner = pty.openpty()
        self.resize(columns, rows)
        self._program = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, *command, *arguments],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.kill()
        self._program.wait()
        os.close(self._fd)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as a person dragging its window does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(self.screen.display)

    def keys(self, keys: str) -> None:
        """Type `keys`."""
        os.write(self._fd, keys.encode())

    def until(self, seen: str | Callable[[str], bool], seconds: float = 30.0) -> str:
        """Read until the screen shows `seen`; fail with the screen otherwise."""
        deadline = time.monotonic() + seconds
        while not (seen in self.text if isinstance(seen, str) else seen(self.text)):
            if time.monotonic() > deadline or not self._read(0.2):
                raise AssertionError(f"never saw {seen!r}; the screen was:\n{self.text}")
        return self.text

    def leaves(self, seconds: float = 30.0) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + seconds
        while self._read(0.2) and time.monotonic() < deadline:
            pass
        return self._program.wait(timeout=seconds)

    def _read(self, seconds: float) -> bool:
        """Feed what the program wrote; False when it has closed the terminal."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)

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

from tutor.progress.record.store import Store

ROOT = Path(__file__).parent.parent.parent

OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the pseudo-terminal the program's own, so that it hears of a change of size."""


MODES = (
    ("the alternate screen was not left", b"1049", b"l"),
    ("the cursor is hidden", b"25", b"h"),
    ("the mouse is still reported", b"1000", b"l"),
    ("the mouse's way is still reported", b"1003", b"l"),
    ("mouse events are still long", b"1006", b"l"),
    ("pastes are still marked", b"2004", b"l"),
    ("the focus is still reported", b"1004", b"l"),
    ("lines are not wrapped", b"7", b"h"),
)
"""Private modes that a program must give back: what is wrong otherwise, the mode, and how it must be set at last."""


def begun(home: Path) -> Path:
    """The record of someone who has opened a lesson, so that the program opens on the course map."""
    store = Store.open(home)
    store.save_reading_position("node", 1)
    store.close()
    return home


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
        self.deaf = False
        """Whether what the program writes is only kept, not drawn: a storm is too much for the emulator."""
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
        self._modes = termios.tcgetattr(self._fd)
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
        self.hang_up()

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as a person dragging its window does."""
        if not self.deaf:
            self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._program.pid

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(self.screen.display)

    def keys(self, keys: str) -> None:
        """Type `keys`."""
        os.write(self._fd, keys.encode())

    def forget(self) -> None:
        """Blank the emulator's screen: what is seen from now on was drawn from now on.

        An escape sequence of which a deaf emulator heard only the beginning is forgotten, too.
        """
        self.screen.reset()
        self._stream = pyte.ByteStream(self.screen)

    def pour(self, data: bytes, seconds: float = 30.0) -> None:
        """Type a lot, reading meanwhile: a terminal takes a few thousand bytes at a time."""
        deadline = time.monotonic() + seconds
        while data:
            assert time.monotonic() < deadline, f"{len(data)} bytes were never taken"
            _, ready, _ = select.select([], [self._fd], [], 0.01)
            if ready:
                data = data[os.write(self._fd, data[:1024]) :]
            self._read(0.0)

    def drain(self, seconds: float) -> None:
        """Read what the program writes for that long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and self._read(min(left, 0.02)):
            pass

    def trickle(self, rate: int, seconds: float) -> None:
        """Take only `rate` bytes a second for that long, as at the end of a slow line; ends when the program does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._read(0.05, max(1, rate // 20)):
            time.sleep(0.05)

    def send(self, number: int) -> None:
        """Send the program a signal."""
        self._program.send_signal(number)

    def stops(self, seconds: float = 10.0) -> bool:
        """Whether the program is stopped, as by Ctrl-Z, within that time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.05)
            pid, status = os.waitpid(self._program.pid, os.WUNTRACED | os.WNOHANG)
            if pid and os.WIFSTOPPED(status):
                self.drain(0.1)
                return True
        return False

    def hang_up(self) -> None:
        """Take the terminal away, as when its window is closed."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def ends(self, seconds: float = 30.0) -> int:
        """Wait for the end of a program whose terminal has gone; its exit code."""
        return self._program.wait(timeout=seconds)

    @property
    def wrongs(self) -> list[str]:
        """What the program did not put back in order; empty when the terminal is as it was."""
        found = [said for said, mode, good in MODES if (last := self._last(mode)) and last != good]
        now = termios.tcgetattr(self._fd)
        if now[:4] != self._modes[:4]:
            found.append("the terminal's line modes are changed")
        if b"Traceback" in self.raw:
            found.append("a traceback was shown")
        return found

    def _last(self, mode: bytes) -> bytes:
        """How a private mode was set last: h for on, l for off, empty for never."""
        on, off = (self.raw.rfind(b"\x1b[?" + mode + switch) for switch in (b"h", b"l"))
        return b"" if on == off else b"h" if on > off else b"l"

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

    def _read(self, seconds: float, most: int = 65536) -> bool:
        """Feed what the program wrote; False when it has closed the terminal."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._fd, most)
        except OSError:
            return False
        self.raw += data
        if not self.deaf:
            self._stream.feed(data)
        return bool(data)

"""Asks the terminal for its name and version, which not every terminal puts into the environment."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select
from time import monotonic

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import PLAIN_TERMINALS
from tutor.text.output import is_terminal

REQUEST = b"\x1b[>0q\x1b[c"
"""XTVERSION, which asks for name and version, and then DA1, which every terminal answers, so that the wait is short."""
ANSWER_SECONDS = 0.3
MAX_ANSWER_BYTES = 4096
_LOCAL_MODES, _CONTROL_CHARACTERS = 3, 6
"""The positions of these two in the list that `termios.tcgetattr` returns."""
_NAME = compile_lazily(r"\x1bP>\|([^\x1b]*)\x1b\\")
_LAST_ANSWER = compile_lazily(r"\x1b\[\?[\d;]*c")
"""The answer to DA1."""


@contextmanager
def asking_terminal() -> Iterator[Callable[[], str]]:
    """Ask the terminal now, and yield a function that waits for its answer.

    The function returns "" if no answer comes within `ANSWER_SECONDS`. Until the end of the `with` block nothing is
    echoed, and input that nobody has read is discarded at its end: otherwise a late answer would appear after the next
    prompt, as if it had been typed.
    """
    if not _can_ask():
        yield lambda: ""
        return
    import termios

    keyboard = sys.stdin.fileno()
    modes = termios.tcgetattr(keyboard)
    quiet_modes = termios.tcgetattr(keyboard)  # a second list, to be changed
    quiet_modes[_LOCAL_MODES] &= ~(termios.ECHO | termios.ICANON)  # ICANON would hold input back until Enter
    quiet_modes[_CONTROL_CHARACTERS][termios.VMIN] = 1  # reading waits for one byte,
    quiet_modes[_CONTROL_CHARACTERS][termios.VTIME] = 0  # without a time limit
    deadline = monotonic() + ANSWER_SECONDS
    try:
        termios.tcsetattr(keyboard, termios.TCSANOW, quiet_modes)
        os.write(sys.stdout.fileno(), REQUEST)
        yield lambda: _read_name(keyboard, deadline)
    finally:
        termios.tcflush(keyboard, termios.TCIFLUSH)
        termios.tcsetattr(keyboard, termios.TCSANOW, modes)


def _can_ask() -> bool:
    """Whether a terminal can be asked: it is there for input and output, and understands escape sequences.

    A background job may not ask, since the system would stop it when it reads.
    """
    if os.name != "posix" or not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return False
    if os.environ.get("TERM", "dumb") in PLAIN_TERMINALS:
        return False
    return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()  # in the foreground


def _read_name(keyboard: int, deadline: float) -> str:
    """The name and version from what arrives until `deadline`, a time of `monotonic`; "" if they are not in it."""
    text = ""
    while len(text) < MAX_ANSWER_BYTES and not _LAST_ANSWER.search(text):
        ready, _, _ = select([keyboard], [], [], max(0.0, deadline - monotonic()))
        arrived = os.read(keyboard, MAX_ANSWER_BYTES) if ready else b""
        if not arrived:
            break
        text += arrived.decode("utf-8", "replace")
    match = _NAME.search(text)
    return match[1] if match else ""

"""Ends a session line by line when a signal comes, as if the learner had left it: nothing is lost."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

ENDING = ("SIGTERM", "SIGHUP")
"""Terminated from outside; the terminal was closed. An interrupt is an exception of Python's already."""


@contextmanager
def ending_in_order() -> Iterator[None]:
    """While this is open, a signal that ends the program raises `SystemExit` with the code that shells expect."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    before: dict[int, Any] = {}
    try:
        for name in ENDING:
            if hasattr(signal, name):  # Windows has no SIGHUP
                number = getattr(signal, name)
                before[number] = signal.signal(number, end)
    except ValueError:  # only the main thread may
        pass
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Ends a plain-text session at a signal as if the learner had left it, so that nothing is lost."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

ENDING_SIGNALS = ("SIGTERM", "SIGHUP")
"""The signals sent to end the program, or when its terminal closes; for SIGINT Python raises an exception itself."""


@contextmanager
def raising_exit_on_signals() -> Iterator[None]:
    """Within this context a signal that ends the program raises `SystemExit`, so that `finally` blocks run."""

    def raise_exit(number: int, frame: FrameType | None) -> NoReturn:
        """Handle a signal; Python calls this with its number."""
        raise SystemExit(128 + number)  # the exit code that shells use for a program ended by a signal

    previous_handlers: dict[int, Any] = {}
    try:
        for name in ENDING_SIGNALS:
            if hasattr(signal, name):  # Windows has no SIGHUP
                number = getattr(signal, name)
                previous_handlers[number] = signal.signal(number, raise_exit)
    except ValueError:  # only the main thread may set handlers
        pass
    try:
        yield
    finally:
        for number, handler in previous_handlers.items():
            signal.signal(number, handler)

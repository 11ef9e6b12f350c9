"""Signals that end the program: the terminal hangs up, or the program is terminated from outside."""

import asyncio
import os
import signal
from contextlib import suppress
from threading import Timer
from types import FrameType
from typing import Any

from textual.app import App

SIGNAL_GRACE_SECONDS = {
    "SIGHUP": 0.3,  # nothing can be given back to a terminal that has gone, and its writer may wait for ever
    "SIGTERM": 2.0,
    "SIGINT": 2.0,
    "SIGQUIT": 2.0,
}
"""For each signal that ends the program, the seconds it has to end in order."""


def install_signal_handlers(app: App[Any]) -> None:
    """Let the app exit in order when a signal that ends programs arrives, with the code that shells expect.

    The loop may be waiting for a terminal that takes nothing more, so a timer ends the program by force if it takes too
    long. Every answer is on disk already: nothing is lost by that. The driver of a terminal calls this as soon as it is
    made; the app calls it once it is mounted, whatever its driver is.
    """
    loop = asyncio.get_running_loop()
    handled_signals: set[int] = set()

    def exit_in_order(number: int, frame: FrameType | None) -> None:
        """End the program in order, or by force if that takes too long; do nothing at the same signal again."""
        if number in handled_signals:
            return
        handled_signals.add(number)
        code = 128 + number
        grace_seconds = SIGNAL_GRACE_SECONDS[signal.Signals(number).name]
        forced_exit = Timer(grace_seconds, os._exit, (code,))
        forced_exit.daemon = True
        forced_exit.start()
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(lambda: app.exit(return_code=code))

    for name in SIGNAL_GRACE_SECONDS:
        try:
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), exit_in_order)
        except ValueError:  # only the main thread may
            return

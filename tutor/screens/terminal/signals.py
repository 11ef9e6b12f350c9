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
    "SIGHUP": 0.3,  # short: nothing can be restored on a closed terminal, and writing to it may wait for ever
    "SIGTERM": 2.0,
    "SIGINT": 2.0,
    "SIGQUIT": 2.0,
}
"""Signal → the seconds that the program has to exit in an orderly way."""


def install_signal_handlers(app: App[Any]) -> None:
    """Make the app exit in an orderly way at signals that end programs, with the exit code that shells expect.

    If that takes too long, for example because the loop waits for a blocked terminal, a timer ends the program by
    force. Nothing is lost by that, since every answer is already on disk. A terminal's driver calls this function as
    soon as it is made. The app calls it too once it is mounted, for other drivers.
    """
    loop = asyncio.get_running_loop()
    handled_signals: set[int] = set()

    def exit_in_order(signal_number: int, frame: FrameType | None) -> None:
        """Exit in an orderly way, or by force if that takes too long; ignore the same signal later."""
        if signal_number in handled_signals:
            return
        handled_signals.add(signal_number)
        exit_code = 128 + signal_number  # what shells expect
        grace_seconds = SIGNAL_GRACE_SECONDS[signal.Signals(signal_number).name]
        forced_exit = Timer(grace_seconds, os._exit, (exit_code,))
        forced_exit.daemon = True
        forced_exit.start()
        with suppress(RuntimeError):  # the loop may have ended already
            loop.call_soon_threadsafe(lambda: app.exit(return_code=exit_code))

    for name in SIGNAL_GRACE_SECONDS:
        try:
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), exit_in_order)
        except ValueError:  # only the main thread may set handlers
            return

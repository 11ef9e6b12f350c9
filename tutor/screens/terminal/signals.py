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
"""Seconds for an orderly end, by the signal."""


def install_signal_handlers(app: App[Any]) -> None:
    """On the first signal, exit in order with the code that shells expect; ignore later ones.

    The handler runs even while the loop waits for a terminal that takes nothing more; every answer is on
    disk already, so nothing is lost when patience ends.
    """
    loop = asyncio.get_running_loop()
    heard: set[int] = set()

    def exit_in_order(number: int, frame: FrameType | None) -> None:
        """End the program in order, or by force if that takes too long."""
        if number in heard:
            return
        heard.add(number)
        code = 128 + number
        forced_exit = Timer(SIGNAL_GRACE_SECONDS[signal.Signals(number).name], os._exit, (code,))
        forced_exit.daemon = True
        forced_exit.start()
        with suppress(RuntimeError):  # the program has ended by itself
            loop.call_soon_threadsafe(lambda: app.exit(return_code=code))

    for name in SIGNAL_GRACE_SECONDS:
        try:
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), exit_in_order)
        except ValueError:  # only the main thread may
            return

"""Endings that nobody chose: the terminal hangs up, or someone ends the program from outside."""

import asyncio
import os
import signal
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.screens.app import ChainruleApp

PATIENCE = 2.0
"""Seconds for an orderly end; a terminal that has gone may keep its writer waiting for ever."""
SIGNALS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))


def heed_endings(app: "ChainruleApp") -> None:
    """End in order when a signal says so; where the system has no such signals nothing changes."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, _end, app, int(number))
        except (NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
            return


def _end(app: "ChainruleApp", number: int) -> None:
    """Leave with the exit code that shells expect; every answer is on disk already."""
    code = 128 + number
    last = Timer(PATIENCE, os._exit, (code,))
    last.daemon = True
    last.start()
    app.exit(return_code=code)

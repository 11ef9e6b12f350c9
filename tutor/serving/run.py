"""Runs the server until a signal stops it."""

import asyncio
import errno
import signal
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from tutor.errors import ChainruleError
from tutor.files import system_reason
from tutor.serving.server import Server

END_SECONDS = 10.0
"""Seconds for learners' programs to end when the server stops."""


async def listen(server: Server, host: str, port: int, when_ready: Callable[[int], None]) -> None:
    """Run the server on `host` and `port` (0 is any free port) until a signal ends it.

    Raises:
        ChainruleError: it cannot listen there.
    """
    runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=END_SECONDS, handle_signals=False)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        _, bound_port, *_ = runner.addresses[0]  # an address of IPv6 has two more parts
        when_ready(bound_port)
        await _wait_for_signal()
    finally:
        await runner.cleanup()


async def _bind(runner: web.AppRunner, host: str, port: int) -> None:
    """Begin to listen; raises `ChainruleError` if that is not possible."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise bind_error(error, host, port) from None


def bind_error(error: OSError, host: str, port: int) -> ChainruleError:
    """The error that says why nobody can listen there, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return ChainruleError(f"port {port} is in use on {host}; give another, such as --port {port + 1}")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return ChainruleError(f"port {port} is not yours to use; give one above 1023, such as --port 8765")
    reason = "no such address on this machine" if error.errno == errno.EADDRNOTAVAIL else system_reason(error)
    return ChainruleError(
        f"{host} cannot be listened on ({reason}); give an address of this machine, or leave out --host"
    )


async def _wait_for_signal() -> None:
    """Wait for a signal that ends the server."""
    stop_asked = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: an interrupt is raised instead
            asyncio.get_running_loop().add_signal_handler(name, stop_asked.set)
    await stop_asked.wait()

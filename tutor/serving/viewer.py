"""One browser window that shows a session: frames are sent to it without waiting for it."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Protocol

MAX_WAITING_BYTES = 1 << 20
"""Bytes that may wait for a slow connection; more are dropped, and all is drawn again when it has caught up."""


class Socket(Protocol):
    """What a viewer needs of a websocket."""

    async def send_bytes(self, data: bytes) -> None:
        """Send, and wait until there is room for more."""

    async def send_str(self, data: str) -> None:
        """The same for text."""

    async def close(self, *, code: int = 1000, message: bytes = b"") -> bool:
        """Close it, with a code that says why."""


class Viewer:
    """Sends frames in order; if the connection cannot keep up, waiting frames are dropped."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._frames: deque[bytes] = deque()
        self._messages: deque[str] = deque()
        self._waiting_bytes = 0
        self._woken = asyncio.Event()
        self._is_behind = False
        """Whether frames were dropped, so that further frames are useless until all is drawn again."""
        self._closing: asyncio.Future[None] | None = None

    def show(self, frame: bytes) -> None:
        """Queue a frame to be sent; drop it and all waiting frames if too much is waiting."""
        if self._is_behind:
            return
        self._frames.append(frame)
        self._waiting_bytes += len(frame)
        if self._waiting_bytes > MAX_WAITING_BYTES:
            self._frames.clear()
            self._is_behind = True
        self._woken.set()

    def tell(self, message: str) -> None:
        """Send a message for the page itself."""
        self._messages.append(message)
        self._woken.set()

    async def send_waiting(self) -> bool:
        """Wait for something to send, and send it; return whether frames were left out, so that all must be redrawn."""
        await self._woken.wait()
        self._woken.clear()
        while self._messages:
            await self._socket.send_str(self._messages.popleft())
        frames = b"".join(self._frames)
        self._frames.clear()
        self._waiting_bytes = 0
        if frames:
            await self._socket.send_bytes(frames)
        was_behind, self._is_behind = self._is_behind, False
        return was_behind

    def close(self, code: int) -> None:
        """Close the connection with a code that says why, without waiting for a connection that is lost."""
        self._closing = asyncio.ensure_future(self._close_socket(code))

    async def wait_closed(self) -> None:
        """Wait until the connection is closed, if it is being closed, so that the reason reaches the window."""
        if self._closing is not None:
            await self._closing

    async def _close_socket(self, code: int) -> None:
        with suppress(ConnectionError):
            await self._socket.close(code=code)

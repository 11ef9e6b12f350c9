"""Serves a browser window while it is open: sends frames, and receives what is typed."""

import asyncio
import json
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import WSMsgType, web

from tutor.serving.viewer import Viewer
from tutor.serving.web_session import Size, WebSession

MAX_TYPED_BYTES = 512 << 10
"""The largest message from a browser, such as a pasted text."""
HEARTBEAT_SECONDS = 20.0
"""Seconds without an answer after which a connection counts as lost."""
MAX_COLUMNS, MAX_ROWS = 500, 200
"""The largest size of a window that a program draws for."""
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}", re.ASCII)


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    """Open the websocket that a window asks for."""
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_TYPED_BYTES, compress=False)
    await socket.prepare(request)
    return socket


async def show_session(session: WebSession, socket: web.WebSocketResponse, size: Size) -> None:
    """Show the session in this window until the window closes or another takes over."""
    viewer = Viewer(socket)
    sending = asyncio.ensure_future(_send_frames(session, viewer))
    try:
        await session.attach(viewer, size)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await _handle_message(session, viewer, message.data)
        await viewer.wait_closed()  # if this side closed the socket, its reason must reach the window
    finally:
        session.detach(viewer)
        sending.cancel()


async def _send_frames(session: WebSession, viewer: Viewer) -> None:
    """Send what the program draws, and have it drawn again after frames were left out."""
    try:
        while True:
            if await viewer.send_waiting():
                await session.repaint()
    except ConnectionError:
        return  # the window has gone; its own loop hears of it


async def _handle_message(session: WebSession, viewer: Viewer, message: str) -> None:
    """Handle a window's message: `["stdin", text]`, `["resize", {…}]`, `["ping", time]`, `["focus"]` or `["blur"]`."""
    if session.viewer is not viewer:  # another window has taken over
        return
    match _parse_message(message):
        case ["stdin", str(text)]:
            await session.type(text)
        case ["resize", {"width": int(width), "height": int(height)}]:
            await session.resize(read_size(width, height))
        case ["ping", str(sent_at)]:
            viewer.tell(json.dumps(["pong", sent_at[:40]]))  # cut: a time is short, other text may be of any length
        case ["focus" | "blur" as change]:
            await session.tell_focus(change)


def _parse_message(message: str) -> object:
    """The value of a message in JSON; `None` if it is not JSON."""
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None


def read_size(width: object, height: object) -> Size:
    """The size that a browser gives, within bounds."""
    columns = _read_cells(width, usual=80, largest=MAX_COLUMNS)
    rows = _read_cells(height, usual=24, largest=MAX_ROWS)
    return columns, rows


def read_zone(name: str) -> str:
    """A time zone as a browser names it; "" for one that this machine does not know."""
    if not _ZONE.fullmatch(name):
        return ""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def _read_cells(value: object, *, usual: int, largest: int) -> int:
    """A number of cells, given as a number or as digits, from 1 to `largest`; `usual` for any other value."""
    if isinstance(value, str):
        is_short_number = value.isascii() and value.isdecimal() and len(value) < 6
        value = int(value) if is_short_number else usual
    return min(max(value, 1), largest) if isinstance(value, int) else usual

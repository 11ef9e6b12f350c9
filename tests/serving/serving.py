"""What the tests of the server share: a server with a program that answers at once, and windows that look at it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiohttp import ClientWebSocketResponse, CookieJar, WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from tutor.serving.origins import Origins
from tutor.serving.program import Program
from tutor.serving.roster import Roster
from tutor.serving.server import Server, Serving
from tutor.serving.sessions import SessionTimeouts

FAKE = Program(command=(sys.executable, "-I", "-S", str(Path(__file__).with_name("fake_program.py"))))
PATIENT = SessionTimeouts(idle_seconds=1800.0, away_seconds=600.0)
SECONDS = 30.0
"""How long anything may take on a busy machine."""

Client = TestClient[Any, Any]


@asynccontextmanager
async def served(
    roster: Roster | None = None,
    max_sessions: int = 3,
    timeouts: SessionTimeouts | None = None,
    program: Program = FAKE,
    origins: Origins | None = None,
    notes: list[str] | None = None,
) -> AsyncIterator[tuple[Server, Client]]:
    """A server at work, and a browser without a sign-in."""
    serving = Serving(
        origins or Origins.for_server("127.0.0.1", None),
        timeouts or PATIENT,
        program,
        roster,
        max_sessions,
        tell_owner=(notes if notes is not None else []).append,
    )
    server = Server(serving)
    async with TestClient(TestServer(server.app), cookie_jar=CookieJar(unsafe=True)) as client:
        yield server, client


def origin(client: Client) -> str:
    return str(client.make_url("/")).rstrip("/")


async def post(client: Client, path: str, **fields: str) -> Any:
    """What a form of the server's own page sends."""
    return await client.post(path, data=fields, headers={"Origin": origin(client)}, allow_redirects=False)


class Window:
    """One window of a browser, which reads all the time, as browsers do."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.shown = b""
        self.told: list[Any] = []
        self._changed = asyncio.Event()
        self._reading = asyncio.ensure_future(self._read())

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def until(self, text: str) -> None:
        """Wait until the terminal has shown `text`."""
        async with asyncio.timeout(SECONDS):
            while text.encode() not in self.shown:
                await self.changed()

    async def changed(self) -> None:
        """Wait until there is more; the line must be open."""
        assert not self._reading.done(), (self.socket.close_code, self.shown[-200:])
        await self._changed.wait()
        self._changed.clear()

    async def until_closed(self) -> int | None:
        """Wait until the server closes the line; its code."""
        async with asyncio.timeout(SECONDS):
            await self._reading
        return self.socket.close_code

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is WSMsgType.BINARY:
                self.shown += message.data
            else:
                self.told.append(json.loads(message.data))
            self._changed.set()
        self._changed.set()


async def look(client: Client, width: object = 80, height: object = 24, zone: str = "") -> Window:
    """Open a window and wait until it shows something."""
    address = f"/ws?width={width}&height={height}&zone={quote(zone)}"
    return Window(await client.ws_connect(address, headers={"Origin": origin(client)}))

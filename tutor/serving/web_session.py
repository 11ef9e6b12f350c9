"""One learner's program, and the browser window that looks at it: windows come and go, the program stays."""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

from tutor.serving.packets import DATA, ORDER, find_packets, pack_order, pack_typed, read_order, read_packet
from tutor.serving.program import Program, make_environment
from tutor.serving.viewer import Viewer

ENDED = 4000
"""The learner has left the program: one of the codes that close a websocket, put into words by `static/course.js`."""
TAKEN_OVER = 4001
"""Another window of the same learner shows the session now."""
IDLE = 4002
"""No key was pressed for too long."""
FULL = 4003
"""Every place is taken."""
SIGNED_OUT = 4004
"""The browser has no valid pass."""
END_SECONDS = 5.0
"""Seconds for a program to end by itself before it is killed; its answers are on disk already."""
MAX_LAST_WORDS_BYTES = 4096
"""How much of the end of a program's standard error is kept."""
WEB_SCHEMES = ("https://", "http://", "mailto:")

Size = tuple[int, int]
"""The columns and rows of a window."""


class WebSession:
    """A running program, and at most one window that shows it."""

    def __init__(self, name: str, process: Process, folder: "tempfile.TemporaryDirectory[str]") -> None:
        self.name = name
        self.viewer: Viewer | None = None
        self.last_key_at = self.viewer_left_at = time.monotonic()
        """When the last key came, and when the last window closed; the latter matters only while there is no window."""
        self.is_ended = False
        self.last_words = b""
        """The program's last output on standard error."""
        self.size: Size = (0, 0)
        self._process = process
        self._folder = folder
        self._sending_lock = asyncio.Lock()
        self._end_code = ENDED
        """The code with which the window is closed when the program has ended."""
        self._relaying = asyncio.ensure_future(self._relay_output())
        self._collecting = asyncio.ensure_future(self._collect_last_words())

    @classmethod
    async def start(
        cls, name: str, program: Program, home: Path | None, size: Size, *, resumes: bool = False, zone: str = ""
    ) -> "WebSession":
        """Start the program of the learner whose record is in `home`; `None` is the user who serves.

        The program uses the time zone `zone`, if it is known. It opens at the course map or, if it `resumes`, at the
        page that was read last.
        """
        folder = tempfile.TemporaryDirectory(prefix="chainrule-")
        temporary = Path(folder.name).resolve()
        try:
            process = await asyncio.create_subprocess_exec(
                *program.arguments(home, temporary, resumes=resumes),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=make_environment(home, temporary, size, shared=program.shared, zone=zone),
                cwd=temporary,
                start_new_session=sys.platform != "win32",
                limit=1 << 20,  # bytes of output that are read ahead
            )
        except BaseException:
            folder.cleanup()
            raise
        session = cls(name, process, folder)
        session.size = size
        return session

    @property
    def pid(self) -> int:
        """The number of the program's process."""
        return self._process.pid

    # -- the program speaks

    async def _relay_output(self) -> None:
        """Pass what the program draws to the window until the program ends, then clear up."""
        stream = self._process.stdout
        assert stream is not None
        if await find_packets(stream):
            while (packet := await read_packet(stream)) is not None:
                self._handle_packet(*packet)
        await self._finish()

    def _handle_packet(self, letter: bytes, payload: bytes) -> None:
        """Show a frame, or open the address that the program asks for; does nothing without a window."""
        if self.viewer is None:
            return
        if letter == DATA:
            self.viewer.show(payload)
        elif letter == ORDER:
            order = read_order(payload)
            url = order.get("url")
            if order.get("type") == "open_url" and isinstance(url, str) and url.startswith(WEB_SCHEMES):
                self.viewer.tell(json.dumps(["open_url", {"url": url, "new_tab": True}]))

    async def _collect_last_words(self) -> None:
        """Keep the end of what the program writes on standard error, for the report to the owner.

        All of it is read, so that the pipe never fills up and blocks the program.
        """
        stream = self._process.stderr
        assert stream is not None
        while data := await stream.read(MAX_LAST_WORDS_BYTES):
            self.last_words = (self.last_words + data)[-MAX_LAST_WORDS_BYTES:]

    async def _finish(self) -> None:
        """Clean up after the program's output has ended: close the window, and kill the program if it still runs."""
        self.is_ended = True
        if self.viewer is not None:
            viewer, self.viewer = self.viewer, None
            viewer.close(self._end_code)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), END_SECONDS)
        self._kill()
        await self._process.wait()
        await self._collecting
        self._folder.cleanup()

    def _kill(self) -> None:
        """Kill the program and all processes that it started."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    # -- a window comes, types, and goes

    async def attach(self, viewer: Viewer, size: Size) -> None:
        """Show the program in this window, in place of any other."""
        earlier_viewer, self.viewer = self.viewer, viewer
        if earlier_viewer is not None:
            earlier_viewer.close(TAKEN_OVER)
        self.last_key_at = time.monotonic()
        await self.resize(size)
        await self.repaint()

    def detach(self, viewer: Viewer) -> None:
        """Note that this window has gone; the program stays for a while."""
        if self.viewer is viewer:
            self.viewer = None
            self.viewer_left_at = time.monotonic()

    async def type(self, text: str) -> None:
        """Send typed text to the program; waits while the program does not read it."""
        self.last_key_at = time.monotonic()
        await self._send(pack_typed(text))

    async def resize(self, size: Size) -> None:
        """Tell the program the size of the window, if it is another."""
        if size != self.size:
            self.size = size
            columns, rows = size
            await self._send(pack_order("resize", width=columns, height=rows))

    async def tell_focus(self, change: str) -> None:
        """Tell the program that the window gained or lost the focus: `focus` or `blur`."""
        await self._send(pack_order(change))

    async def repaint(self) -> None:
        """Have everything drawn again."""
        await self._send(pack_order("repaint"))

    async def _send(self, packet: bytes) -> None:
        """Send a packet to the program, after earlier ones; does nothing once the program has ended."""
        stream = self._process.stdin
        assert stream is not None
        async with self._sending_lock:
            if self.is_ended:
                return
            with suppress(ConnectionError, RuntimeError):
                stream.write(packet)
                await stream.drain()

    async def wait_cleared(self) -> None:
        """Wait until the program, which is ending, has gone and its last words are known."""
        await asyncio.shield(self._relaying)

    async def end(self, code: int = ENDED) -> None:
        """Have the program end in order, and wait until it has."""
        self._end_code = code
        kill_if_stuck = asyncio.get_running_loop().call_later(END_SECONDS, self._kill)
        try:
            # Not awaited yet: a program that hangs would never read the packet.
            sending = asyncio.ensure_future(self._send(pack_order("quit")))
            await asyncio.shield(self._relaying)  # a cancelled caller must not cancel the clean-up
            await sending
        finally:
            kill_if_stuck.cancel()

"""Chromium without a window, spoken to in its own protocol (chromedevtools.github.io/devtools-protocol)."""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pyte
from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    "--remote-debugging-port=0",
)
SECONDS = 60.0
"""How long anything may take on a busy machine."""
KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "ArrowDown": (40, ""), "End": (35, ""), "Tab": (9, "")}


def find_chromium() -> str | None:
    """The program, where there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started(program: str) -> Iterator[str]:
    """Chromium at work; the address at which it is spoken to."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={folder}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _address(process, Path(folder, "DevToolsActivePort"))
        finally:
            process.terminate()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", file: Path) -> str:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        lines = file.read_text("utf-8").split() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.02)
    raise AssertionError(f"Chromium does not start (code {process.poll()})")


class Browser:
    """A connection to Chromium: calls are answered by number, events go to the page that they are about."""

    def __init__(self, line: ClientWebSocketResponse) -> None:
        self._line = line
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.pages: dict[str, Page] = {}
        self.reading = asyncio.ensure_future(self._read())

    async def call(self, method: str, session: str | None = None, **values: Any) -> dict[str, Any]:
        """Ask for something that must not fail; what came of it."""
        answer = await self.ask(method, session, **values)
        assert "error" not in answer, (method, answer)
        return answer["result"]  # type: ignore[no-any-return]

    async def ask(self, method: str, session: str | None = None, **values: Any) -> dict[str, Any]:
        """Ask for something; the answer, or what is wrong with it."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        request = {"id": number, "method": method, "params": values} | ({"sessionId": session} if session else {})
        await self._line.send_json(request)
        async with asyncio.timeout(SECONDS):
            return await self._answers[number]

    async def _read(self) -> None:
        async for message in self._line:
            value = json.loads(message.data)
            if "id" in value:
                self._answers.pop(value["id"]).set_result(value)
            elif (page := self.pages.get(value.get("sessionId", ""))) is not None:
                page.hear(value["method"], value["params"])

    async def open(self, url: str) -> "Page":
        """A page in a profile of its own, with no cookies."""
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        made = await self.call("Target.createTarget", url="about:blank", browserContextId=context)
        session = (await self.call("Target.attachToTarget", targetId=made["targetId"], flatten=True))["sessionId"]
        page = self.pages[session] = Page(self, session)
        permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
        await self.call("Browser.grantPermissions", permissions=permissions, browserContextId=context)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(f"{domain}.enable")
        await page.resize(1000, 600)
        await page.call("Page.navigate", url=url)
        return page


class Page:
    """One page: what it asked for, what its terminal was told, what it complains about."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._changed = asyncio.Event()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.sockets = 0
        self.size = (0, 0)
        """Columns and rows of the terminal, as the page counts them."""
        self._screen = pyte.Screen(300, 100)
        self._stream = pyte.ByteStream(self._screen)

    async def call(self, method: str, **values: Any) -> dict[str, Any]:
        return await self._browser.call(method, self._session, **values)

    def hear(self, event: str, values: dict[str, Any]) -> None:
        """Note what happened."""
        if event == "Network.requestWillBeSent":
            self.asked.append(values["request"]["url"])
        elif event == "Network.webSocketCreated":
            self.asked.append(values["url"])
            self.sockets += 1
            self._screen.reset()
            self._note_size(dict(part.split("=") for part in values["url"].partition("?")[2].split("&")))
        elif event == "Network.webSocketFrameSent":
            message = json.loads(values["response"]["payloadData"])
            if message[0] == "resize":
                self._note_size(message[1])
        elif event == "Network.webSocketFrameReceived" and values["response"]["opcode"] == 2:
            frame = base64.b64decode(values["response"]["payloadData"])
            self._stream.feed(frame.replace(b"\x1b[?2026$p", b""))  # a question that pyte takes for text
        elif event == "Log.entryAdded" and values["entry"]["level"] == "error":
            self.complaints.append(values["entry"]["text"])
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(values["exceptionDetails"]))
        self._changed.set()

    def _note_size(self, said: dict[str, Any]) -> None:
        self.size = int(said["width"]), int(said["height"])
        self._screen.resize(self.size[1], self.size[0])

    # -- what it shows

    @property
    def screen(self) -> str:
        """The terminal as the last connection has drawn it."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def is_filled(self) -> bool:
        """Whether what is drawn goes to the right edge, or as good as."""
        return self.size[0] - 4 <= max(map(len, self.screen.splitlines())) <= self.size[0]

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something that events bring about."""
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"never {what}; {self.complaints}\n{self.screen}") from None

    async def until_screen(self, *words: str) -> None:
        """Wait until the terminal shows all the words."""
        await self.until(lambda: all(word in self.screen for word in words), f"showed {words}")

    async def until_text(self, text: str) -> None:
        """Wait until the page itself, beside the terminal, says something."""
        end = time.monotonic() + SECONDS
        while text not in (said := await self.evaluate("document.body?.innerText ?? ''") or ""):
            assert time.monotonic() < end, (f"never said {text}", said, self.complaints, self.screen)
            await asyncio.sleep(0.05)

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        values = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = await self._browser.ask("Runtime.evaluate", self._session, **values)
        return answer.get("result", {}).get("result", {}).get("value")  # there is none while another page is loaded

    async def picture(self) -> str:
        """What can be seen, to the pixel."""
        return (await self.call("Page.captureScreenshot"))["data"]  # type: ignore[no-any-return]

    # -- what a reader does

    async def press(self, key: str, modifiers: int = 0, commands: tuple[str, ...] = ()) -> None:
        """Press a key, by the name that browsers give it."""
        code, text = KEYS.get(key, (ord(key.upper()) if len(key) == 1 else 0, key))
        shared = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        typed = {} if modifiers else {"text": text}
        await self.call("Input.dispatchKeyEvent", type="keyDown", commands=list(commands), **shared, **typed)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **shared)

    async def type(self, text: str) -> None:
        for sign in text:
            await self.press(sign)

    async def paste(self, text: str) -> None:
        """Put a text into the clipboard, and paste it."""
        await self.evaluate(f"navigator.clipboard.writeText({json.dumps(text)})")
        await self.press("v", modifiers=2, commands=("paste",))

    async def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)

    async def click_on(self, word: str) -> None:
        """Click on a word that the terminal shows."""
        lines = self.screen.splitlines()
        row = next(number for number, line in enumerate(lines) if word in line)
        box = await self.evaluate(
            "(() => { const b = document.querySelector('.xterm-screen').getBoundingClientRect();"
            " return [b.left, b.top, b.width, b.height] })()"
        )
        columns, rows = self.size
        x = box[0] + (lines[row].index(word) + 0.5) * box[2] / columns
        await self.click(x, box[1] + (row + 0.5) * box[3] / rows)

    async def resize(self, width: int, height: int) -> None:
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def reload(self) -> None:
        await self.call("Page.reload")


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Browser]:
    """Speak to Chromium."""
    async with ClientSession() as session, session.ws_connect(address, max_msg_size=0) as line:
        browser = Browser(line)
        try:
            yield browser
        finally:
            browser.reading.cancel()

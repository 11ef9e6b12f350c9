"""A class in browsers: learners who answer over websockets, and a server that is killed at the end.

`python -m benchmarks.serving --learners 40 --minutes 5` prints how long a verdict takes, what it costs in memory, and
whether every answer whose verdict was seen is on disk.
"""

import asyncio
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click
import pyte
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from tutor.serving.roster import Roster

LESSON = """---
id: doubling
title: "Doubling"
part: First steps
concepts: [doubling]
minutes: 5
---

## Questions

One after the other.

```{question} number
id: double-it
concepts: [doubling]
given: {n: [3, 5, 7, 9, 11, 13, 15, 17, 19]}
ask: "What is twice ${n}$?"
answer: 2 * n
hints: ["Add it to itself."]
why: "$2 \\\\times {n} = {= 2 * n}$."
```
"""
THOUGHT_SECONDS = (3.0, 9.0)
"""How long a learner thinks before each answer, at least and at most."""
PATIENCE_SECONDS = 60.0
"""A verdict that takes longer counts as none."""
RELOAD_SHARE = 0.1
"""Of so many questions, the window is closed and opened again before the next one."""
AGAIN = "\x1bOS"
"""F4: the same question with new numbers."""
ASKED = re.compile(r"What is twice (\d+)\?")


@dataclass
class Learner:
    """A robot that reads its terminal and answers."""

    name: str
    token: str
    url: str
    seconds: list[float] = field(default_factory=list)
    """How long each verdict took."""
    failed: str = ""

    def __post_init__(self) -> None:
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()

    async def study(self, ready: asyncio.Semaphore, until: asyncio.Event) -> None:
        """Sign in, open the lesson, and answer until it is time to stop."""
        try:
            async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
                form = {"name": self.name, "token": self.token}
                await session.post(f"{self.url}/enter", data=form, headers={"Origin": self.url})
                line = await self._connect(session)
                await self._wait_for("Welcome")
                await line.send_json(["stdin", "\r"])
                await self._wait_for("What is twice")
                ready.release()
                while not until.is_set():
                    line = await self._answer_question(session, line, until)
        except Exception as error:
            self.failed = f"{type(error).__name__} {error} at: {self._screen.display[0].strip()}"
            ready.release()

    async def _connect(self, session: ClientSession) -> ClientWebSocketResponse:
        self._screen.reset()
        line = await session.ws_connect(f"{self.url}/ws?width=80&height=24", headers={"Origin": self.url})
        self._reading = asyncio.ensure_future(self._feed_screen(line))
        return line

    async def _feed_screen(self, line: ClientWebSocketResponse) -> None:
        async for message in line:
            if message.type is WSMsgType.BINARY:
                self._stream.feed(message.data.replace(b"\x1b[?2026$p", b""))
                self._changed.set()

    def _shows(self, *words: str) -> bool:
        return any(word in "\n".join(self._screen.display) for word in words)

    def _is_typing(self) -> bool:
        """Whether the line has the focus: then the last line shows the key of the hint."""
        return "F2 Hint" in self._screen.display[-1]

    async def _wait_for(self, *words: str) -> None:
        await self._wait_until(lambda: self._shows(*words))

    async def _wait_until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def _answer_question(
        self, session: ClientSession, line: ClientWebSocketResponse, until: asyncio.Event
    ) -> ClientWebSocketResponse:
        """Think, answer, wait for the verdict, and ask for new numbers; sometimes after loading the page again."""
        try:
            await asyncio.wait_for(until.wait(), random.uniform(*THOUGHT_SECONDS))
            return line
        except TimeoutError:
            pass
        asked = ASKED.search("\n".join(self._screen.display))
        assert asked is not None
        if not self._is_typing():
            await line.send_json(["stdin", "\r"])
            await self._wait_until(self._is_typing)
        await line.send_json(["stdin", str(2 * int(asked[1]))])
        await line.send_json(["stdin", "\r"])
        started = time.perf_counter()
        await self._wait_for("Right.")
        self.seconds.append(time.perf_counter() - started)
        if random.random() < RELOAD_SHARE:
            await line.close()
            await self._reading
            line = await self._connect(session)
            await self._wait_for("Right.")
        await line.send_json(["stdin", AGAIN])
        await self._wait_for("for example")
        return line


def megabytes(pid: int, what: str) -> float:
    """What a process holds, as `smaps_rollup` of Linux counts it."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    found = re.search(rf"^{what}: +(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]


def on_disk(record: Path) -> int:
    """How many answers a record holds."""
    with closing(sqlite3.connect(record)) as connection, suppress(sqlite3.OperationalError):  # there is none yet
        return int(connection.execute("SELECT count(*) FROM attempts").fetchone()[0])
    return 0


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run_class(learners: list[Learner], minutes: float, server: "subprocess.Popen[str]") -> None:
    """Let all learners study at once, and print what it cost."""
    ready, until = asyncio.Semaphore(0), asyncio.Event()
    started = time.perf_counter()
    studying = [asyncio.ensure_future(learner.study(ready, until)) for learner in learners]
    for _ in learners:
        await ready.acquire()
    print(f"all {len(learners)} had their question after {time.perf_counter() - started:.1f} s")
    await asyncio.sleep(minutes * 60)
    pids = children(server.pid)
    each = [megabytes(pid, "Rss") for pid in pids]
    whole = sum(megabytes(pid, "Pss") for pid in [server.pid, *pids])
    own = megabytes(server.pid, "Rss")
    print(f"memory: server {own:.0f} MB, a learner {max(each):.0f} MB at most, {whole:.0f} MB in all")
    until.set()
    await asyncio.gather(*studying)


def report(learners: list[Learner], roster: Roster) -> bool:
    """Print how long verdicts took, and whether all are on disk; whether nothing is lost."""
    seconds = [each for learner in learners for each in learner.seconds]
    kept = {learner.name: on_disk(roster.home(learner) / "record.sqlite3") for learner in roster.learners}
    lost = sum(max(0, len(learner.seconds) - kept[learner.name]) for learner in learners)
    print(f"answers: {len(seconds)} with a verdict, {sum(kept.values())} on disk, {lost} lost")
    failed = [learner for learner in learners if learner.failed]
    for learner in failed:
        print(f"{learner.name} could not go on: {learner.failed}")
    if seconds:
        shown = ", ".join(f"{1000 * percentile(seconds, share):.0f} ms ({share:.0%})" for share in (0.5, 0.95, 0.99, 1))
        print(f"from Enter to the verdict: {shown}")
    return not lost and not failed


@click.command()
@click.option("--learners", "count", default=40, show_default=True)
@click.option("--minutes", default=5.0, show_default=True)
def main(count: int, minutes: float) -> None:
    """Serve a class of robots."""
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        lessons = Path(folder, "lessons")
        lessons.mkdir()
        (lessons / "01-doubling.md").write_text(LESSON, encoding="utf-8")
        roster = Roster(Path(folder, "class", "class.json"))
        roster.path.parent.mkdir()
        port = free_port()
        names = [f"Learner {number}" for number in range(1, count + 1)]
        learners = [Learner(name, roster.add(name), f"http://127.0.0.1:{port}") for name in names]
        command = ["--lessons", str(lessons), "serve", "--roster", str(roster.path), "--port", str(port)]
        server = subprocess.Popen(
            [sys.executable, "-m", "tutor", *command, "--sessions", str(count)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            print(server.stdout.readline().strip())
            asyncio.run(run_class(learners, minutes, server))
        finally:
            os.kill(server.pid, signal.SIGKILL)  # with all programs at work: what was seen must be on disk
            server.communicate()
        is_sound = report(learners, roster)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    sys.exit(0 if is_sound else 1)


if __name__ == "__main__":
    main()

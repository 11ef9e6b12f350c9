"""The course itself in a window, behind the walls that keep learners apart."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pyte

from tests.serving.serving import SECONDS, Window, look, post, served
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.sandbox.guards import ALL_GUARDS, active_guards
from tutor.serving.program import Program, count_allowed_threads
from tutor.serving.roster import Roster
from tutor.serving.web_session import WebSession


async def until_screen(window: Window, *words: str) -> None:
    """Wait until the terminal, as it would be drawn, shows all the words."""
    screen = pyte.Screen(100, 30)
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while not all(word in "\n".join(screen.display) for word in words):
                await window.changed()
                screen.reset()
                pyte.ByteStream(screen).feed(window.shown.replace(b"\x1b[?2026$p", b""))
    assert all(word in "\n".join(screen.display) for word in words), "\n".join(screen.display)


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
ask: "What is twice $3$?"
answer: "6"
hints: ["Add it to itself."]
why: "$2 \\\\times 3 = 6$."
```
"""


async def test_a_learner_answers_behind_walls_comes_back_to_the_same_page_and_keeps_the_answer(tmp_path: Path) -> None:
    assert active_guards() == ALL_GUARDS
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "01-doubling.md").write_text(LESSON, encoding="utf-8")
    roster = Roster(tmp_path / "class.json")
    token = roster.add("Ada")
    home = roster.home(roster.learners[0])
    async with served(roster, program=Program((lessons,))) as (server, client):
        await post(client, "/enter", name="Ada", token=token)
        window = await look(client)
        await until_screen(window, "Welcome")
        (session,) = server.sessions
        status = Path(f"/proc/{session.pid}/status").read_text("utf-8")
        assert "NoNewPrivs:\t1" in status
        await window.type("\r")
        await until_screen(window, "What is twice 3?")
        await window.type("7\r")
        await until_screen(window, "Wrong")
        assert [attempt.answer for attempt in attempts(home)] == ["7"]
        await window.socket.close()
        again = await look(client, 100, 30)
        await until_screen(again, "What is twice 3?", "Wrong")
        await again.type("\x1b")  # out of the line …
        await until_screen(again, "Pages")
        await again.type("\x1b")  # … and out of the lesson
        await until_screen(again, "0 of 23 lessons")
        assert [each.pid for each in server.sessions] == [session.pid]
    assert [attempt.answer for attempt in attempts(home)] == ["7"]


INSIDE = """
import json, socket, sys
from pathlib import Path
from tutor.sandbox.guards import restrict_to_folders
from tutor.sandbox.program_limits import limit_this_process
task = json.loads(sys.argv[1])
limit_this_process(**task["limits"])
restrict_to_folders(map(Path, task["walls"]["read"]), map(Path, task["walls"]["write"]))

def refused(action):
    try:
        action()
    except OSError:
        return True
    return False

home, elsewhere = Path(task["walls"]["write"][0]), Path(sys.argv[2])
def connect():
    socket.create_connection(("127.0.0.1", int(sys.argv[3])), 5).close()
said = {
    "own file": refused(lambda: (home / "note.txt").write_text("x") and (home / "note.txt").read_text()),
    "roster": refused((elsewhere / "class.json").read_text),
    "record of another": refused((elsewhere / "class-records" / "grace" / "record.sqlite3").read_bytes),
    "list of others": refused(lambda: list((elsewhere / "class-records").iterdir())),
    "a file elsewhere": refused(lambda: (elsewhere / "new.txt").write_text("x")),
    "the program": refused(lambda: (Path(task["walls"]["read"][0]) / "new.py").write_text("x")),
    "the server's environment": refused(lambda: Path(f"/proc/{sys.argv[4]}/environ").read_bytes()),
    "a connection": refused(connect),
    "a large file": refused(lambda: (home / "large").open("wb").truncate(1 << 30)),
}
from tutor.sandbox.sandbox import Zygote
zygote = Zygote()
zygote.start(5.0, 500)
zygote.close()
print(json.dumps(said))
"""


async def test_a_learners_program_reaches_its_own_files_and_can_still_run_exercises(tmp_path: Path) -> None:
    roster = Roster(tmp_path / "class.json")
    roster.add("Ada")
    home = roster.home(roster.learners[0])
    other = roster.folder / "grace"
    for folder in (home, other):
        folder.mkdir(parents=True)
    (other / "record.sqlite3").write_bytes(b"answers")
    task = Program(processes=count_allowed_threads(3)).arguments(home, home)[-1]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        words = (task, str(tmp_path), str(port), str(os.getpid()))
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-P", "-c", INSIDE, *words], capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [what for what, is_refused in said.items() if not is_refused] == ["own file"]


async def test_a_program_is_limited_and_ends_when_the_server_has_gone(tmp_path: Path) -> None:
    session = await WebSession.start("Ada", Program(megabytes=1234, processes=count_allowed_threads(3)), None, (80, 24))
    async with asyncio.timeout(SECONDS):
        limits = Path(f"/proc/{session.pid}/limits")
        while str(1234 << 20) not in limits.read_text("utf-8"):
            await asyncio.sleep(0.01)
        assert re.search(r"Max core file size +0 ", limits.read_text("utf-8"))
        stdin = session._process.stdin
        assert stdin is not None
        stdin.close()
        while not session.is_ended:
            await asyncio.sleep(0.01)
        await session.end()
    assert session.last_words == b""
    assert not Path(f"/proc/{session.pid}").exists()


def attempts(home: Path) -> list[Attempt]:
    store = Store.open(home)
    try:
        return store.attempts()
    finally:
        store.close()

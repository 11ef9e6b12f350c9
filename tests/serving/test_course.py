"""The course itself in a window, behind the walls that keep learners apart."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pyte

from tests.serving.serving import SECONDS, Window, look, post, served
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.sandbox.guards import ALL_GUARDS, active_guards
from tutor.serving.program import Program
from tutor.serving.roster import Roster


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
        await window.socket.send_json(["focus"])
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
        await again.socket.send_json(["focus"])
        await again.type("\x1b")  # out of the line …
        await until_screen(again, "Pages")
        await again.type("\x1b")  # … and out of the lesson
        await until_screen(again, "0 of 23 lessons")
        assert [each.pid for each in server.sessions] == [session.pid]
    assert [attempt.answer for attempt in attempts(home)] == ["7"]


def attempts(home: Path) -> list[Attempt]:
    store = Store.open(home)
    try:
        return store.attempts()
    finally:
        store.close()

"""Garbage is collected while nobody waits, and only when there is some."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from weakref import ref

import pytest
from textual.widget import Widget

from tests.screens.story import SMALL, app, press, text, until
from tutor.screens.app import Opening
from tutor.screens.terminal import garbage as tidying
from tutor.screens.terminal.garbage import IDLE_SECONDS, IdleGarbageCollector


@dataclass
class Now:
    """A clock that is set by hand, and what was collected."""

    seconds: float = 100.0
    piled: int = 0
    collected: int = 0


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[Now]:
    now = Now()

    def collect() -> int:
        now.collected += 1
        now.piled = 0
        return 0

    before = gc.get_threshold()
    monkeypatch.setattr(tidying, "monotonic", lambda: now.seconds)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, now.piled))
    monkeypatch.setattr(gc, "collect", collect)
    yield now
    gc.set_threshold(*before)
    gc.unfreeze()


def test_garbage_waits_while_keys_come(now: Now) -> None:
    work = IdleGarbageCollector()
    now.piled = 50
    for _ in range(5):
        now.seconds += IDLE_SECONDS / 2
        work.note_input()
        assert not work.collect_if_idle()
    assert now.collected == 0


def test_garbage_is_collected_once_nobody_waits(now: Now) -> None:
    work = IdleGarbageCollector()
    now.piled = 50
    now.seconds += 2 * IDLE_SECONDS
    assert work.collect_if_idle()
    assert not work.collect_if_idle(), "there is nothing left to collect"
    assert now.collected == 1


def test_collecting_that_was_put_off_for_the_start_begins(now: Now) -> None:
    gc.disable()
    IdleGarbageCollector()
    assert gc.isenabled()
    assert gc.get_threshold()[2] == tidying.MAX_MIDDLE_COLLECTIONS


@pytest.mark.parametrize("key", ["enter", "i", "f5", "f7", "f8", "slash", "question_mark", "z", "ctrl+p"])
async def test_a_screen_that_was_left_is_let_go_with_all_that_was_drawn(tmp_path: Path, key: str) -> None:
    program = app(tmp_path, Opening("home"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        opened = []
        for _ in range(3):
            await press(pilot, [key])
            await until(pilot, lambda: len(program.screen_stack) > 1 and text(program).strip() != "")
            widgets = program.screen.walk_children(Widget, with_self=True)
            opened.append([(ref(widget), ref(widget._styles_cache)) for widget in widgets])
            await press(pilot, ["escape"])
            await until(pilot, lambda: len(program.screen_stack) == 1)
        await pilot.pause()
        del widgets
        (screen, _), *_ = opened[0]
        await until(pilot, lambda: gc.collect() >= 0 and screen() is None)  # a thread's job may hold it until it ends
        gone = [lines() for widget, lines in opened[0] if widget() is None]
        assert len(gone) >= len(opened[0]) - 1, "a job may hold the one widget for which it was begun"
        assert gone == [None] * len(gone)

"""Garbage is collected while nobody waits, and only when there is some."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

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
        work.touch()
        assert not work.look()
    assert now.collected == 0


def test_garbage_is_collected_once_nobody_waits(now: Now) -> None:
    work = IdleGarbageCollector()
    now.piled = 50
    now.seconds += 2 * IDLE_SECONDS
    assert work.look()
    assert not work.look(), "there is nothing left to collect"
    assert now.collected == 1


def test_collecting_that_was_put_off_for_the_start_begins(now: Now) -> None:
    gc.disable()
    IdleGarbageCollector()
    assert gc.isenabled()
    assert gc.get_threshold()[2] == tidying.MAX_MIDDLE_LOOKS

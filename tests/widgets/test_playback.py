"""Playing keeps its pace where the steps are quick, and lets keys through where they are not."""

from collections.abc import Callable
from typing import Any

import pytest

from tutor.widgets.simulator import playback
from tutor.widgets.simulator.playback import FRAMES, SPEEDS, Playback


class Clock:
    """Time that passes only when a step takes it."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class PausableTimer:
    """Stands for the screen's clock: keeps what is to be called at intervals, and how often it was stopped."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.tick: Callable[[], object] = lambda: None
        self.stopped = 0

    def every(self, owner: object, seconds: float, tick: Callable[[], object]) -> "PausableTimer":
        self.seconds, self.tick = seconds, tick
        return self

    def stop(self) -> None:
        self.stopped += 1


class Bench:
    """A run that is played: `cost` seconds a step, at the speed of `pace` steps a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pace: int, cost: float, length: int = 10**9) -> None:
        self.clock, self.beat = Clock(), PausableTimer()
        self.steps, self.frames, self.cost, self.length = 0, 0, cost, length
        monkeypatch.setattr(playback, "perf_counter", self.clock)
        monkeypatch.setattr(playback, "call_repeatedly", self.beat.every)
        owner: Any = None
        self.playback = Playback(owner, take_step=self.step, draw_frame=self.frame)
        self.playback.change_speed(-len(SPEEDS))
        self.playback.change_speed(SPEEDS.index(pace))
        self.playback.start()

    def step(self) -> bool:
        self.steps += 1
        self.clock.time += self.cost
        return self.steps < self.length

    def frame(self) -> None:
        self.frames += 1


@pytest.mark.parametrize("pace", SPEEDS)
def test_quick_steps_are_taken_at_the_pace_that_is_said(monkeypatch: pytest.MonkeyPatch, pace: int) -> None:
    bench = Bench(monkeypatch, pace, cost=1e-6)
    frames = round(10 / bench.beat.seconds)
    assert frames <= 10 * FRAMES + 1
    for _ in range(frames):
        bench.beat.tick()
    assert bench.steps == pytest.approx(10 * pace, rel=0.01, abs=1)
    assert bench.frames == frames


@pytest.mark.parametrize("cost", [0.004, 0.011, 0.02, 0.3])
@pytest.mark.parametrize("pace", [30, 100, 1000])
def test_slow_steps_leave_half_of_every_frame_to_the_keys_but_for_one_step(
    monkeypatch: pytest.MonkeyPatch, pace: int, cost: float
) -> None:
    bench = Bench(monkeypatch, pace, cost)
    for _ in range(100):
        before = bench.clock.time
        bench.beat.tick()
        assert bench.clock.time - before <= 0.5 / FRAMES + cost + 1e-9


def test_what_there_was_no_time_for_is_left_out_and_not_caught_up_with(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, 1000, cost=0.5)
    for _ in range(20):
        bench.beat.tick()
    assert bench.steps == 20
    bench.cost = 0.0
    before = bench.steps
    bench.beat.tick()
    assert bench.steps - before <= 1000 / FRAMES + 1


def test_every_frame_takes_a_step_however_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, 300, cost=5.0)
    for count in range(1, 6):
        bench.beat.tick()
        assert (bench.steps, bench.frames) == (count, count)


def test_a_run_that_is_over_stops_and_its_last_frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, 1000, cost=0.0, length=7)
    bench.beat.tick()
    assert (bench.steps, bench.frames, bench.beat.stopped) == (7, 1, 1)
    assert not bench.playback.is_playing

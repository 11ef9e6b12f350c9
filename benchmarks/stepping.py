"""Stepping: forward, back and anywhere in a history of 100,000 steps, for every simulation, in processor time."""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks.side_by_side import side_by_side
from benchmarks.table import Row, processor_times, worst_of_100
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

STEPS = 100_000
TIMES = 300
GOAL = 16.0
"""Milliseconds that 99 of 100 take at most."""


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for found in side_by_side(measure, SIMULATIONS):
        yield from found


def measure(name: str) -> list[Row]:
    """The rows of one simulation."""
    player: Player[Any] = Player(find_simulation(name).build())
    player.jump(STEPS)
    start, chance = player.state_at(0), random.Random(1)

    def step() -> None:
        if not player.step():
            player.back()

    def back() -> None:
        player.back()
        _ = player.state

    def jump() -> None:
        player.jump(chance.randrange(player.furthest_step + 1))
        _ = player.state

    floor, seen = _worst(partial(player.simulation.step, start)), f"{player.furthest_step:,}"
    work = {f"step at {seen}": step, f"back from {seen}": back, f"jump in {seen}": jump}
    return [Row(f"{name}: {what}", _worst(each), "ms", "one bare step", floor, GOAL) for what, each in work.items()]


def _worst(work: Any) -> float:
    return worst_of_100(processor_times(work, TIMES))

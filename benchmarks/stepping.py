"""Stepping: forward, back and anywhere in a history of 100,000 steps, for every simulation, in processor time.

Each history is made in a process of its own, which tells what memory it takes.
"""

import contextlib
import random
import re
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.side_by_side import Part
from benchmarks.table import Row, processor_times, worst_of_100
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

STEPS = 100_000
TIMES = 300
GOAL = 16.0
"""Milliseconds that 99 of 100 take at most."""
MEGABYTES = 64.0
"""The most that a history takes."""


def parts() -> list[Part]:
    """One part for each simulation; a run that ends soon takes no time."""
    kinds = {name: find_simulation(name).build() for name in SIMULATIONS}
    return [
        Part(measure, (name,), rules.step_cost * (STEPS if rules.length is None else rules.length) / 10**6)
        for name, rules in kinds.items()
    ]


def measure(name: str) -> list[Row]:
    """The rows of one simulation."""
    player: Player[Any] = Player(find_simulation(name).build())
    start, before = player.state_at(0), peak_megabytes()
    player.jump(STEPS)
    after, reached, chance = peak_megabytes(), player.furthest_step, random.Random(1)

    def step() -> None:
        if not player.step():
            player.back()

    def back() -> None:
        player.back()
        _ = player.state

    def jump() -> None:
        player.jump(chance.randrange(reached + 1))
        _ = player.state

    floor = _worst(partial(player.simulation.step, start))
    work = {f"step at {reached:,}": step, f"back from {reached:,}": back, f"jump in {reached:,}": jump}
    rows = [Row(f"{name}: {what}", _worst(each), "ms", "one bare step", floor, GOAL) for what, each in work.items()]
    if reached == STEPS:
        rows.append(Row(f"{name}: history of {reached:,}", after - before, "MB", "before", before, MEGABYTES))
    return rows


def _worst(work: Any) -> float:
    return worst_of_100(processor_times(work, TIMES))


def peak_megabytes() -> float:
    """The most memory that this process has held, in megabytes; on Linux without what its parent held before it."""
    import resource

    with contextlib.suppress(OSError):
        held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        if held:
            return int(held[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

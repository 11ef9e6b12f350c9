"""Stepping: forward, back and anywhere in a history of 100,000 steps, for every simulation, in processor time.

Each history is made in a process of its own, which tells what memory it takes. In a run of all families the histories
get the time that is left, and each row says how many steps there were. `python -m benchmarks stepping` always takes
100,000.
"""

import contextlib
import math
import os
import random
import re
from functools import partial
from pathlib import Path
from time import process_time, time
from typing import Any

from benchmarks.side_by_side import Part
from benchmarks.table import Row, processor_times, worst_of_100
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

STEPS = 100_000
MIN_SECONDS = 3.0
"""Seconds of processor time that a history may take, however little time is left."""
TIMES = 200
SLICE = 0.5
"""Seconds between two looks at the clock."""
GOAL = 16.0
"""Milliseconds that 99 of 100 take at most."""
MEGABYTES = 64.0
"""The most that a history takes."""


def parts(until: float = math.inf) -> list[Part]:
    """One part for each simulation, all done by that time; a run that ends soon takes none."""
    rules = {name: find_simulation(name).build() for name in SIMULATIONS}
    seconds = {
        name: each.step_cost * (STEPS if each.length is None else each.length) / 10**6 for name, each in rules.items()
    }
    dearest = sorted(seconds, key=seconds.__getitem__, reverse=True)
    return [
        Part(measure, (name, str(until), str(1 + dearest.index(name))), seconds[name], late=True)
        for name in SIMULATIONS
    ]


def measure(name: str, until: str = "inf", left: str = "1") -> list[Row]:
    """The rows of one simulation; its history takes its share of the time until then, with so many histories left."""
    player: Player[Any] = Player(find_simulation(name).build())
    start, before = player.state_at(0), peak_megabytes()
    share = (float(until) - time()) * (os.cpu_count() or 1) / int(left)
    end = process_time() + max(MIN_SECONDS, share)
    player.seek(STEPS)
    while process_time() < end and not player.run_for(SLICE):
        pass
    player.stop()
    after, reached, rng = peak_megabytes(), player.furthest_step, random.Random(1)

    def step() -> None:
        if not player.step():
            player.back()

    def back() -> None:
        player.back()
        _ = player.state

    def jump() -> None:
        player.jump(rng.randrange(reached + 1))
        _ = player.state

    can_go_on = player.can_step
    floor = _worst_time(partial(player.simulation.step, start))
    work = {f"step at {reached:,}": step, f"back from {reached:,}": back, f"jump in {reached:,}": jump}
    rows = [
        Row(f"{name}: {what}", _worst_time(each), "ms", "one bare step", floor, GOAL) for what, each in work.items()
    ]
    if can_go_on:
        rows.append(Row(f"{name}: history of {reached:,}", after - before, "MB", "before", before, MEGABYTES))
    return rows


def _worst_time(work: Any) -> float:
    return worst_of_100(processor_times(work, TIMES))


def peak_megabytes() -> float:
    """The most memory that this process has held, in megabytes; on Linux without what its parent held before it."""
    import resource

    with contextlib.suppress(OSError):
        held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        if held:
            return int(held[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

"""Stepping: forward, back and anywhere in a history of 100,000 steps, for every simulation."""

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks.table import Row, milliseconds, worst_of_100
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

STEPS = 100_000
TIMES = 300


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        player.jump(STEPS)
        floor = worst_of_100(milliseconds(partial(player.simulation.step, player.state_at(0)), TIMES))
        chance = random.Random(1)

        def step(player: Player[Any] = player) -> None:
            if not player.step():
                player.back()

        def back(player: Player[Any] = player) -> None:
            player.back()
            _ = player.state

        def jump(player: Player[Any] = player, chance: random.Random = chance) -> None:
            player.jump(chance.randrange(player.furthest_step + 1))
            _ = player.state

        beside = ("one bare step", floor)
        seen = f"{player.furthest_step:,}"
        yield Row(f"{name}: step at {seen}", worst_of_100(milliseconds(step, TIMES)), "ms", *beside, 16)
        yield Row(f"{name}: back from {seen}", worst_of_100(milliseconds(player.back, TIMES)), "ms", *beside, 16)
        yield Row(f"{name}: jump in {seen}", worst_of_100(milliseconds(jump, TIMES)), "ms", *beside, 16)

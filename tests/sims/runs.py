"""Runs of every simulation for tests that look at many states: presets, and parameters drawn at random."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from random import Random
from typing import Any

from tutor.errors import UsageError
from tutor.sims.engine.history import RunHistory, history_of
from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.engine.parameters import Parameter
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import find_overflow
from tutor.sims.table import find_simulation

STEPS = 30
"""States looked at in a run, at most."""


def run_histories(name: str, draws: int = 12, steps: int = STEPS) -> Iterator[tuple[Simulation[Any], RunHistory[Any]]]:
    """Every state of the presets and of `draws` random runs of a simulation, as it is seen."""
    for simulation in simulations(name, draws):
        states = []
        for state in islice(iterate_states(simulation), steps):
            if find_overflow(state):  # what is said then is said by the program, not by the simulation
                break
            states.append(state)
            yield simulation, history_of(states)


@lru_cache(maxsize=64)
def simulations(name: str, draws: int) -> tuple[Simulation[Any], ...]:
    """The defaults, the presets, and as many random ones as can be built."""
    rules, chance = find_simulation(name), Random(f"{name} {draws}")
    made = [rules.build(), *(rules.build(**preset.values) for preset in rules.presets)]
    while len(made) < 1 + len(rules.presets) + draws:
        values = {key: drawn(item, chance) for key, item in rules.parameters().items() if chance.random() < 0.6}
        try:
            made.append(rules.build(**values))
        except UsageError:  # values that do not go together
            continue
    return tuple(made)


def drawn(item: Parameter, chance: Random) -> object:
    """A value in the range of a parameter: an end, or one near its default."""
    if item.kind == "switch":
        return chance.random() < 0.5
    if item.kind in {"choice", "text"}:
        return chance.choice(item.choices)
    if item.kind == "names":
        return chance.sample(item.choices, chance.randint(item.min_length, min(item.max_length, len(item.choices))))
    if item.kind == "list":
        length = chance.randint(item.min_length, min(item.max_length, 4))
        return [number(item, 1.0, chance) for _ in range(length)]
    assert isinstance(item.default, (int, float))
    return number(item, float(item.default), chance)


def number(item: Parameter, default: float, chance: Random) -> float:
    """A number in the range of `item`, at an end of it now and then."""
    low, high = max(item.low, -30.0), min(item.high, 30.0 + 2 * abs(default))
    span = 4 * abs(default) or 2.0
    inner = chance.uniform(max(low, default - span), min(high, default + span))
    if not item.exclude_low and chance.random() < 0.15:
        inner = low
    whole = item.kind == "whole" or item.whole
    return round(inner) if whole else float(f"{inner:.3g}")

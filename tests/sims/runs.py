"""Runs of every simulation for tests that look at many states: presets, and parameters drawn at random."""

from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any

from tutor.errors import UsageError
from tutor.sims.engine.history import RunHistory, history_of
from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.engine.parameters import Parameter
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import find_overflow
from tutor.sims.engine.view import View
from tutor.sims.table import find_simulation

STEPS = 30
"""States looked at in a run, at most."""


MAX_DRAWS = 12
"""Random runs of a simulation, at most. Fewer are the first of them, so that tests share what was computed."""


def run_histories(
    name: str, draws: int = MAX_DRAWS, steps: int = STEPS
) -> Iterator[tuple[Simulation[Any], RunHistory[Any]]]:
    """Every state of the presets and of `draws` random runs of a simulation, as it is seen."""
    for simulation in simulations(name, draws):
        run = seen_run(simulation)
        for index in range(steps):
            if not run.reaches(index):
                break
            yield simulation, run.history(index)


def run_views(
    name: str, draws: int = MAX_DRAWS, steps: int = STEPS
) -> Iterator[tuple[Simulation[Any], RunHistory[Any], View]]:
    """The same, and what the simulation shows of each state."""
    for simulation, history in run_histories(name, draws, steps):
        yield simulation, history, seen_run(simulation).view(history.state.step)


class SeenRun:
    """The beginning of a run as far as tests have looked at it, and what it shows; states and views are frozen."""

    def __init__(self, simulation: Simulation[Any]) -> None:
        self._simulation = simulation
        self._to_come = iterate_states(simulation)
        self._states: list[Any] = []
        self._views: dict[int, View] = {}

    def reaches(self, index: int) -> bool:
        """Whether the run has a state at `index` in which nothing overflows."""
        while len(self._states) <= index:
            state = next(self._to_come, None)
            if state is None or find_overflow(state):  # what is said then is said by the program
                self._to_come = iter(())
                return False
            self._states.append(state)
        return True

    def history(self, index: int) -> RunHistory[Any]:
        """The run up to the state at `index`."""
        return history_of(self._states[: index + 1])

    def view(self, index: int) -> View:
        """What is shown of the state at `index`."""
        if index not in self._views:
            self._views[index] = self._simulation.view(self.history(index))
        return self._views[index]


seen_run = lru_cache(maxsize=32)(SeenRun)
"""The runs of one simulation: tests look at one simulation after the other."""


def simulations(name: str, draws: int) -> tuple[Simulation[Any], ...]:
    """The defaults, the presets, and as many random ones as can be built."""
    return _many(name)[: 1 + len(find_simulation(name).presets) + draws]


@lru_cache(maxsize=64)
def _many(name: str) -> tuple[Simulation[Any], ...]:
    rules, rng = find_simulation(name), Random(f"{name} {MAX_DRAWS}")
    made = [rules.build(), *(rules.build(**preset.values) for preset in rules.presets)]
    while len(made) < 1 + len(rules.presets) + MAX_DRAWS:
        values = {key: drawn(item, rng) for key, item in rules.parameters().items() if rng.random() < 0.6}
        try:
            made.append(rules.build(**values))
        except UsageError:  # values that do not go together
            continue
    return tuple(made)


def drawn(item: Parameter, rng: Random) -> object:
    """A value in the range of a parameter: an end, or one near its default."""
    if item.kind == "switch":
        return rng.random() < 0.5
    if item.kind in {"choice", "text"}:
        return rng.choice(item.choices)
    if item.kind == "names":
        return rng.sample(item.choices, rng.randint(item.min_length, min(item.max_length, len(item.choices))))
    if item.kind == "list":
        length = rng.randint(item.min_length, min(item.max_length, 4))
        return [number(item, 1.0, rng) for _ in range(length)]
    assert isinstance(item.default, (int, float))
    return number(item, float(item.default), rng)


def number(item: Parameter, default: float, rng: Random) -> float:
    """A number in the range of `item`, at an end of it now and then."""
    low, high = max(item.low, -30.0), min(item.high, 30.0 + 2 * abs(default))
    span = 4 * abs(default) or 2.0
    inner = rng.uniform(max(low, default - span), min(high, default + span))
    if not item.exclude_low and rng.random() < 0.15:
        inner = low
    whole = item.kind == "whole" or item.has_whole_entries
    return round(inner) if whole else float(f"{inner:.3g}")

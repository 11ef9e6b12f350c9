"""The history of a run up to the state that is shown, as its charts draw it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

from tutor.sims.engine.state import State, lookup

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Trace:
    """One quantity over the steps of a run, thinned for drawing; `nan` where it was not computed."""

    steps: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True)
class RunHistory(Generic[S]):
    """A run up to the state that is shown."""

    state: S
    """The state that is shown, the last one."""
    previous: S | None
    """The state one step earlier; `None` at the start."""
    read_trace: Callable[[str, int], Trace]
    """`read_trace(path, max_points)`: the quantity from the start to here in at most about `max_points` points."""

    def trace(self, path: str, max_points: int = 600) -> Trace:
        """The history of the quantity at `path`, which the simulation lists in its `traces`."""
        return self.read_trace(path, max_points)


def history_of(states: Sequence[S]) -> RunHistory[S]:
    """The history of a run that consists of `states`, of which the last is shown."""

    def read_trace(path: str, max_points: int) -> Trace:
        drawn_states = [states[index] for index in thin_indices(len(states), max_points)]
        values = [as_float(lookup(state, path)) for state in drawn_states]
        return Trace([state.step for state in drawn_states], values)

    return RunHistory(states[-1], states[-2] if len(states) > 1 else None, read_trace)


def thin_indices(count: int, max_points: int) -> list[int]:
    """About `max_points` of the indices 0 … count − 1, equally far apart, and always the last one."""
    stride = max(1, ceil(count / max_points))
    indices = list(range(0, count, stride))
    if indices and indices[-1] != count - 1:
        indices.append(count - 1)
    return indices


def as_float(value: object) -> float:
    """`value` as a float; `nan` for what is not computed yet."""
    return float("nan") if value is None else float(value)  # type: ignore[arg-type]  # numbers only in traces

"""The trail: where a run stands, and the history that its charts draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """The visited part of a run up to the state that is shown."""

    state: S
    """The state that is shown: the last of the trail."""
    previous: S | None
    """The state one step earlier; `None` at the start."""
    history: Callable[[str, int], Trace]
    """`history(path, most)`: the quantity from the start to here in at most about `most` points."""

    def trace(self, path: str, most: int = 600) -> Trace:
        """The history of the quantity at `path`, which the simulation lists in its `traces`."""
        return self.history(path, most)


def history_of(states: Sequence[S]) -> RunHistory[S]:
    """A trail from a plain list of states, the last of which is shown."""

    def history(path: str, most: int) -> Trace:
        chosen = [states[index] for index in thin_indices(len(states), most)]
        return Trace([state.step for state in chosen], [as_float(lookup(state, path)) for state in chosen])

    return RunHistory(states[-1], states[-2] if len(states) > 1 else None, history)


def thin_indices(count: int, most: int) -> list[int]:
    """Indices 0 … count − 1, evenly thinned to about `most`, always with the last one."""
    stride = max(1, -(-count // most))
    chosen = list(range(0, count, stride))
    if chosen and chosen[-1] != count - 1:
        chosen.append(count - 1)
    return chosen


def as_float(value: object) -> float:
    """`value` as a float; `nan` for what is not computed yet."""
    return float("nan") if value is None else float(value)  # type: ignore[arg-type]  # numbers only in traces

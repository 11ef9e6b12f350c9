"""A run as JSON Lines: what `chainrule sim … --json` prints."""

from collections.abc import Iterator
from typing import Any, TypeVar

from tutor.sims.engine.simulation import Simulation, advance, afford_steps, begin_run, is_finished
from tutor.sims.engine.state import State, find_overflow, to_json_types

S = TypeVar("S", bound=State)


def iterate_states(simulation: Simulation[S]) -> Iterator[S]:
    """The states of a run, from the start to its end or, if it diverges, to the first that is not finite."""
    state = begin_run(simulation)
    yield state
    while not is_finished(simulation, state):
        state = advance(simulation, state)
        yield state


def state_after(simulation: Simulation[S], steps: int) -> S:
    """Return the state after `steps` steps, or the last one if the run ends earlier."""
    afford_steps(simulation, steps)
    return simulation.leap(begin_run(simulation), steps)


def json_of_state(simulation: Simulation[S], state: S) -> dict[str, Any]:
    """The JSON object of one state of a run, which is one line of the output."""
    return {
        "simulation": simulation.name,
        "step": state.step,
        "params": to_json_types(simulation.values()),
        "state": to_json_types(state),
        "diverged": bool(find_overflow(state)),
    }


def describe_divergence(state: State) -> str:
    """One sentence that names the quantity that overflowed, or "" while the run is finite."""
    name = find_overflow(state)
    if not name:
        return ""
    return f"The run diverged at step {state.step}: {name} is no longer a finite number."

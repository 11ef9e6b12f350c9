"""Running a simulation for a question: the state it comes to after so many steps, and numbers in that state."""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.budget import spend
from tutor.errors import ChainruleError, ExpressionError, clip
from tutor.expressions.arithmetic import to_value
from tutor.expressions.evaluate import calculate
from tutor.questions.templates.placeholders import fill_argument

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation
    from tutor.sims.engine.view import View

VIEW_COST = 2_000
"""What it costs to show a state, in units of work."""
MAX_QUESTION_STEPS = 100_000
"""The most steps a question may run a simulation for."""


class SimulationRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quantity of a simulation: which simulation, its parameters, how many steps, and the path of the value."""

    simulation: str
    value: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    steps: int | str = 0


def compute_run(run: SimulationRun, names: Mapping[str, object]) -> Any:
    """Compute the quantity that `run` names.

    Raises:
        ChainruleError: no such simulation, parameter or quantity, or a number of steps that cannot be run.
    """
    from tutor.sims.engine.state import lookup

    simulation = build_simulation(run.simulation, run.set, names)
    state = cached_state_after(simulation, compute_steps(run.steps, names))
    value = lookup(state, fill_argument(run.value, names))
    return value.tolist() if hasattr(value, "tolist") else value  # an array as lists


def build_simulation(name: str, values: Mapping[str, Any], names: Mapping[str, object]) -> "Simulation[Any]":
    """Build the simulation called `name` with `values`, filling `{name}` in texts with drawn numbers.

    Raises:
        UsageError: no such simulation or parameter, or a value that cannot be used.
    """
    from tutor.sims.table import find_simulation

    return find_simulation(name).build(**fill_values(values, names))


def fill_values(values: Mapping[str, Any], names: Mapping[str, object]) -> dict[str, Any]:
    """Replace the names of drawn numbers in `values` by the numbers, also inside lists."""
    return {name: _fill_value(value, names) for name, value in values.items()}


def _fill_value(value: Any, names: Mapping[str, object]) -> Any:
    """A text with its placeholders filled, a list with each of its texts filled, anything else as it is."""
    if isinstance(value, str):
        return fill_argument(value, names)
    if isinstance(value, (list, tuple)):
        return [_fill_value(item, names) for item in value]
    return value


@lru_cache(maxsize=32)
def cached_state_after(simulation: "Simulation[Any]", steps: int) -> Any:
    """The state of `simulation` after `steps` steps, or its last state if it ends before; the latest few are cached."""
    from tutor.sims.engine.json_lines import state_after

    return state_after(simulation, steps)


def view_at(simulation: "Simulation[Any]", step: int) -> "View":
    """Return the view of `simulation` at `step`."""
    from tutor.sims.engine.player import Player

    spend(VIEW_COST)
    player = Player(simulation)
    player.jump(step)
    return player.view()


def compute_steps(steps: int | str, names: Mapping[str, object], key: str = "steps") -> int:
    """A number of steps, given or computed; `key` is what the lesson calls it.

    Raises:
        ExpressionError: it is no whole number from 0 to `MAX_QUESTION_STEPS`.
    """
    count = calculate(steps, names) if isinstance(steps, str) else Fraction(steps)
    if count.denominator != 1 or not 0 <= count <= MAX_QUESTION_STEPS:
        raise ExpressionError(
            f"{key} must be a whole number from 0 to {MAX_QUESTION_STEPS}, not {clip(str(steps), 30)}"
        )
    return int(count)


def compute_number(value: int | float | str | SimulationRun, names: Mapping[str, object]) -> Fraction:
    """Compute a number that a lesson gives as a literal, an expression over `names`, or a quantity of a run.

    Raises:
        ChainruleError: it does not compute, or the result is not a finite number.
    """
    if isinstance(value, str):
        return calculate(value, names)
    if isinstance(value, SimulationRun):
        simulation = build_simulation(value.simulation, value.set, names)
        path = fill_argument(value.value, names)
        return number_in(cached_state_after(simulation, compute_steps(value.steps, names)), path, value.simulation)
    return calculate("value", {"value": value})  # a literal: this converts it, and refuses what is not finite


def number_in(state: Any, path: str, simulation: str) -> Fraction:
    """The finite number at `path` in a state of `simulation`.

    Raises:
        ChainruleError: nothing is there, or no single finite number.
    """
    from tutor.sims.engine.state import lookup

    value = to_value(lookup(state, path))
    quantity = f"{simulation}'s {clip(path, 30)} after step {state.step}"
    if value is None:
        raise ChainruleError(f"{quantity} is not computed yet")
    if isinstance(value, float):  # `to_value` makes a fraction of every finite float
        raise ChainruleError(f"{quantity} is not finite")
    if not isinstance(value, Fraction):
        raise ChainruleError(f"{quantity} is no single number; index it, as in w[0]")
    return value

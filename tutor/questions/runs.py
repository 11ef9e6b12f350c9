"""Running a simulation for a question: which state it stands in after so many steps."""

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.budget import spend
from tutor.errors import ChainruleError, ExpressionError, clip
from tutor.expressions.arithmetic import to_value
from tutor.expressions.evaluate import calculate
from tutor.questions.templates.templates import typed

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation
    from tutor.sims.engine.view import View

SHOWING = 2_000
"""What it costs to show a state, in units of work."""
STEPS = 100_000
"""The most steps a question may run a simulation for."""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quantity of a simulation: which, with what parameters, after how many steps, under what path."""

    simulation: str
    value: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    steps: int | str = 0


def compute(run: Run, names: Mapping[str, object]) -> Any:
    """The quantity that `run` names, as it stands in the state.

    Raises:
        ChainruleError: no such simulation, parameter or quantity, or a number of steps that cannot be run.
    """
    from tutor.sims.engine.state import lookup

    rules = simulation(run.simulation, run.set, names)
    found = lookup(state_after(rules, whole(run.steps, names)), run.value)
    return found.tolist() if hasattr(found, "tolist") else found


def simulation(name: str, values: Mapping[str, Any], names: Mapping[str, object]) -> "Simulation[Any]":
    """The simulation called `name` with `values`, in whose words `{name}` stands for a drawn number.

    Raises:
        UsageError: no such simulation or parameter, or a value that cannot be used.
    """
    from tutor.sims.table import find

    return find(name).build(**filled(values, names))


def filled(values: Mapping[str, Any], names: Mapping[str, object]) -> dict[str, Any]:
    """`values` with the drawn numbers in the place of their names, inside lists too."""
    return {name: _filled(value, names) for name, value in values.items()}


def _filled(value: Any, names: Mapping[str, object]) -> Any:
    if isinstance(value, str):
        return typed(value, names)
    return [_filled(item, names) for item in value] if isinstance(value, (list, tuple)) else value


@lru_cache(maxsize=32)
def state_after(rules: "Simulation[Any]", steps: int) -> Any:
    """The state of `rules` after `steps` steps, or its last one; the latest few are remembered."""
    from tutor.sims.engine import json_lines as record

    return record.state_after(rules, steps)


def view_at(rules: "Simulation[Any]", step: int) -> "View":
    """What `rules` shows at `step`."""
    from tutor.sims.engine.player import Player

    spend(SHOWING)
    player = Player(rules)
    player.jump(step)
    return player.view()


def whole(steps: int | str, names: Mapping[str, object], what: str = "steps") -> int:
    """A number of steps, given or computed.

    Raises:
        ExpressionError: it is no whole number from 0 to `STEPS`.
    """
    count = calculate(steps, names) if isinstance(steps, str) else Fraction(steps)
    if count.denominator != 1 or not 0 <= count <= STEPS:
        raise ExpressionError(f"{what} must be a whole number from 0 to {STEPS}, not {clip(str(steps), 30)}")
    return int(count)


def number_of(value: int | float | str | Run, names: Mapping[str, object]) -> Fraction:
    """The number that an answer stands for: given, an expression, or a run.

    Raises:
        ChainruleError: it does not compute, or gives something else than a finite number.
    """
    if isinstance(value, str):
        return calculate(value, names)
    if isinstance(value, Run):
        rules = simulation(value.simulation, value.set, names)
        return number_at(state_after(rules, whole(value.steps, names)), value.value, value.simulation)
    return calculate("value", {"value": value})


def number_at(state: Any, path: str, simulation: str) -> Fraction:
    """The finite number at `path` in a state of `simulation`.

    Raises:
        ChainruleError: nothing is there, or no single finite number.
    """
    from tutor.sims.engine.state import lookup

    found = to_value(lookup(state, path))
    what = f"{simulation}'s {clip(path, 30)} after step {state.step}"
    if found is None:
        raise ChainruleError(f"{what} is not computed yet")
    if isinstance(found, float):
        raise ChainruleError(f"{what} is not finite")
    if not isinstance(found, Fraction):
        raise ChainruleError(f"{what} is no single number; index it, as in w[0]")
    return found

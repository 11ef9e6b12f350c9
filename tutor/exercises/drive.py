"""Runs a simulation with steps taken by a learner's functions instead of the program's own."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any

from tutor.errors import ChainruleError, UsageError
from tutor.exercises.comparison import compare
from tutor.exercises.explanations.table import tell_error
from tutor.exercises.raised import read_error
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError
from tutor.sandbox.values import decode, encode
from tutor.sims.engine.code_step import CodeStep
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import State, to_json_types
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.sentences import join_words

STEP_SECONDS = 2.0
"""How long a function of the learner's may take for one step."""
AGREEMENT = 1e-9
"""Relative difference up to which two numbers are the same: rounding differs with the order of operations."""


DRIVEN = "is_driven"
"""Marks a kind of simulation whose steps a learner's code takes."""
Driver = Callable[[Simulation[Any]], Simulation[Any]]
"""Makes of a simulation one whose steps a learner's code takes."""


class CodeStepError(ChainruleError):
    """A learner's function failed to take a step: it raised, stopped, or returned the wrong kind of value."""


def find_drivable(function: str) -> Simulation[Any] | None:
    """Find a simulation that can call `function`, with suitable parameters; `None` if there is none."""
    for name in SIMULATIONS:
        for item in find_simulation(name).code_steps:
            if item.function == function:
                return find_simulation(name).build(**item.given)
    return None


def without_driver(simulation: Simulation[Any]) -> Simulation[Any]:
    """Return the same simulation with the program's own steps."""
    kind = type(simulation)
    # The class that `load_driver` made has the one it was made from right above it.
    return _with_class(kind.__mro__[1], simulation) if DRIVEN in vars(kind) else simulation


def drive(
    simulation: Simulation[Any], process: CodeProcess, source: str, earlier: Sequence[str] = ()
) -> Simulation[Any]:
    """Return the simulation with its steps taken by the functions of `source`; `process` stays open meanwhile.

    `earlier` has the learner's solutions that this one may call.

    Raises:
        UsageError: no step of the simulation is one that a learner writes, or the file has no function for it.
        CodeStepError: the code cannot be loaded.
    """
    return load_driver(simulation, process, source, earlier)(simulation)


def load_driver(simulation: Simulation[Any], process: CodeProcess, source: str, earlier: Sequence[str] = ()) -> Driver:
    """Load `source` and return a function that lets it drive `simulation` with any parameters.

    Raises:
        UsageError: no step of the simulation is one that a learner writes, or the file has no function for it.
        CodeStepError: the code cannot be loaded.
    """
    steps = simulation.code_steps
    if not steps:
        known = [name for name in SIMULATIONS if find_simulation(name).code_steps]
        raise UsageError(f"--code is for the simulations {join_words(known)}; {simulation.name} is none of them")
    functions = _load_functions(process, source, earlier)
    present = [item for item in steps if item.function in functions]
    if not present:
        names = join_words([item.function for item in steps], "or")
        raise UsageError(f"the file has no function {names}, which takes the steps of {simulation.name}")
    simulation_type = type(simulation)

    def step(self: Any, before: Any) -> Any:
        after = simulation_type.step(self, before)
        for item in present:
            if item.is_called(self, after):
                after = _take_step(item, process, self, before, after)
        return after

    def view(self: Any, history: Any) -> View:
        """Show the state by the program's own rules, so that drawing never runs the learner's code."""
        return without_driver(self).view(history)

    changed = {"step": step, "view": view, DRIVEN: True, "__module__": simulation_type.__module__}
    driven = type(simulation_type.__name__, (simulation_type,), changed)
    return partial(_with_class, driven)


def _with_class(kind: type[Simulation[Any]], simulation: Simulation[Any]) -> Simulation[Any]:
    """Return `simulation`, with its parameters and data, as an instance of `kind`."""
    other = copy(simulation)
    object.__setattr__(other, "__class__", kind)
    return other


def _load_functions(process: CodeProcess, source: str, earlier: Sequence[str]) -> Mapping[str, Any]:
    reply = _ask_learner(process, {"source": source, "earlier": list(earlier)}, "The code")
    functions: Mapping[str, Any] = reply.get("functions", {})
    return functions


def _take_step(item: CodeStep, process: CodeProcess, simulation: Any, before: Any, after: Any) -> Any:
    """The state after a step in which the learner's function takes the part of `item`; `after` is the program's own."""
    values, text = item.arguments(simulation, before, after)
    request = {"function": item.function, "sent": [encode(value) for value in values], "arguments": text}
    where = f"At step {after.step} {item.function}"
    answer = _ask_learner(process, request, where).get("value")
    try:
        return item.take(simulation, before, after, decode(answer))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise CodeStepError(
            f"{where} returned something else than it should; chainrule code --list names its exercise"
        ) from None


def _ask_learner(process: CodeProcess, request: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        reply = process.ask(request, STEP_SECONDS)
    except CodeStoppedError as stopped:
        raise CodeStepError(f"{where} gave no answer. {stopped}") from None
    if "error" in reply:
        raise CodeStepError(f"{where} failed. {tell_error(read_error(reply['error']))}")
    return reply


def differing_keys(ours: State, theirs: State) -> list[str] | None:
    """List the JSON keys whose values differ between the two states; `None` if there are none."""
    mine, yours = to_json_types(ours), to_json_types(theirs)
    keys = [key for key in mine if compare(mine[key], yours.get(key), AGREEMENT) is not None]
    return keys or None

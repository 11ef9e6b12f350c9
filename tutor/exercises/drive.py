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
AGREEMENT_RTOL = 1e-9
"""The largest relative difference of numbers that count as equal, since rounding depends on the order of operations."""


DRIVEN_MARK = "is_driven"
"""The class attribute that marks a simulation whose steps a learner's code takes."""
Driver = Callable[[Simulation[Any]], Simulation[Any]]
"""Turns a simulation into one whose steps a learner's code takes."""


class CodeStepError(ChainruleError):
    """A learner's function failed to take a step: it raised, stopped, or returned the wrong kind of value."""


def find_drivable(function: str) -> Simulation[Any] | None:
    """A simulation that can call the learner's `function`, with parameters with which it does; `None` if none can."""
    for name in SIMULATIONS:
        simulation_type = find_simulation(name)
        for code_step in simulation_type.code_steps:
            if code_step.function == function:
                return simulation_type.build(**code_step.parameter_values)
    return None


def without_driver(simulation: Simulation[Any]) -> Simulation[Any]:
    """The same simulation with the program's own steps."""
    simulation_type = type(simulation)
    if DRIVEN_MARK not in vars(simulation_type):
        return simulation
    # `load_driver` made a subclass of the simulation's own class, which is therefore the next in the method order.
    _driven_type, own_type, *_ = simulation_type.__mro__
    return _with_class(own_type, simulation)


def drive(
    simulation: Simulation[Any], process: CodeProcess, source: str, earlier: Sequence[str] = ()
) -> Simulation[Any]:
    """Return the simulation with its steps taken by the functions of `source`; keep `process` open while it is used.

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
    code_steps = simulation.code_steps
    if not code_steps:
        drivable = [name for name in SIMULATIONS if find_simulation(name).code_steps]
        raise UsageError(f"--code is for the simulations {join_words(drivable)}; {simulation.name} is none of them")
    functions = _load_functions(process, source, earlier)
    replaced_steps = [code_step for code_step in code_steps if code_step.function in functions]
    if not replaced_steps:
        names = join_words([code_step.function for code_step in code_steps], "or")
        raise UsageError(f"the file has no function {names}, which takes the steps of {simulation.name}")
    simulation_type = type(simulation)

    def step(self: Any, before: Any) -> Any:
        """The program's own step, with the learner's functions in the place of its arithmetic."""
        after = simulation_type.step(self, before)
        for code_step in replaced_steps:
            if code_step.is_called(self, after):
                after = _take_step(code_step, process, self, before, after)
        return after

    def view(self: Any, history: Any) -> View:
        """Show the state by the program's own rules, so that drawing never runs the learner's code."""
        return without_driver(self).view(history)

    attributes = {"step": step, "view": view, DRIVEN_MARK: True, "__module__": simulation_type.__module__}
    driven_type = type(simulation_type.__name__, (simulation_type,), attributes)
    return partial(_with_class, driven_type)


def _with_class(simulation_type: type[Simulation[Any]], simulation: Simulation[Any]) -> Simulation[Any]:
    """A copy of `simulation`, with its parameters and data, as an instance of `simulation_type`."""
    copied = copy(simulation)
    object.__setattr__(copied, "__class__", simulation_type)  # bypasses the frozen dataclass, which refuses assignments
    return copied


def _load_functions(process: CodeProcess, source: str, earlier: Sequence[str]) -> Mapping[str, Any]:
    """Load the code in its process; return its functions by name."""
    reply = _ask_learner(process, {"source": source, "earlier": list(earlier)}, "The code")
    functions: Mapping[str, Any] = reply.get("functions", {})
    return functions


def _take_step(code_step: CodeStep, process: CodeProcess, simulation: Any, before: Any, after: Any) -> Any:
    """Call the learner's function for one step; return the state after the step with what the function returned.

    Args:
        code_step: the function, its arguments, and the place of what it returns.
        process: the learner's.
        simulation: whose step it is.
        before: the state before the step.
        after: the state after the step as the program computes it.
    """
    values, further_arguments = code_step.arguments(simulation, before, after)
    request = {
        "function": code_step.function,
        "sent": [encode(value) for value in values],
        "arguments": further_arguments,
    }
    subject = f"At step {after.step} {code_step.function}"
    answer = _ask_learner(process, request, subject).get("value")
    try:
        return code_step.take(simulation, before, after, decode(answer))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise CodeStepError(
            f"{subject} returned something else than it should; chainrule code --list names its exercise"
        ) from None


def _ask_learner(process: CodeProcess, request: dict[str, Any], subject: str) -> dict[str, Any]:
    """Send a request to the learner's process and return its reply; `subject` begins the message of an error.

    Raises:
        CodeStepError: the process gave no answer, or the code raised.
    """
    try:
        reply = process.ask(request, STEP_SECONDS)
    except CodeStoppedError as stopped:
        raise CodeStepError(f"{subject} gave no answer. {stopped}") from None
    if "error" in reply:
        raise CodeStepError(f"{subject} failed. {tell_error(read_error(reply['error']))}")
    return reply


def differing_keys(ours: State, theirs: State) -> list[str] | None:
    """The JSON keys whose values differ between the two states; `None` if there are none."""
    our_values, their_values = to_json_types(ours), to_json_types(theirs)
    differing = [
        key for key in our_values if compare(our_values[key], their_values.get(key), AGREEMENT_RTOL) is not None
    ]
    return differing or None

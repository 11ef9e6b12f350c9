"""Lets a learner's functions take the steps of a simulation, in place of the program's own."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tutor.errors import ChainruleError, UsageError
from tutor.exercises.check import read_error, tell_error
from tutor.exercises.comparison import compare
from tutor.sandbox.sandbox import CodeStoppedError, Session
from tutor.sandbox.values import decode, encode
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import State, to_json_types
from tutor.text.sentences import join_words

STEP_SECONDS = 2.0
"""How long a function of the learner's may take for one step."""
AGREEMENT = 1e-9
"""Relative difference up to which two numbers are the same: rounding differs with the order of operations."""


class CodeStepError(ChainruleError):
    """A step that a learner's function did not take: it raised, stopped, or returned something else."""


@dataclass(frozen=True)
class Drive:
    """Where the steps of a simulation call a function of the learner's."""

    function: str
    is_called: Callable[[Any, Any], bool]
    """(simulation, state of the program after the step): whether this step is the function's."""
    arguments: Callable[[Any, Any, Any], tuple[str, Sequence[object]]]
    """(simulation, state before, state of the program after) → arguments as text, and values that stand before it."""
    take: Callable[[Any, Any, Any, Any], Any]
    """(simulation, state before, state of the program after, what the function returned) → the state after.

    Raises:
        ValueError, TypeError: it returned something else than it should.
    """


def _numbers(value: object, count: int | None = None) -> tuple[float, ...]:
    numbers = tuple(float(item) for item in np.asarray(value, dtype=float).ravel())
    if count is not None and len(numbers) != count:
        raise ValueError
    return numbers


def _momentum_arguments(simulation: Any, before: Any, after: Any) -> tuple[str, Sequence[object]]:
    vectors = map(np.array, (before.theta, before.m, after.g))
    return "", (*vectors, simulation.learning_rate, simulation.beta1)


def _adam_arguments(simulation: Any, before: Any, after: Any) -> tuple[str, Sequence[object]]:
    vectors = map(np.array, (before.theta, before.m, before.v, after.g))
    settings = (simulation.learning_rate, simulation.beta1, simulation.beta2, simulation.epsilon)
    return "", (*vectors, after.t, *settings)


def _take_update(simulation: Any, before: Any, after: Any, answer: Any) -> Any:
    """A tuple (theta, m) or (theta, m, v)."""
    names = ("theta", "m", "v")[: 2 if after.v is None else 3]
    theta, *averages = (_numbers(value, 2) for _, value in zip(names, answer, strict=True))
    update = tuple(old - new for old, new in zip(before.theta, theta, strict=True))
    loss = simulation.surface.value(*theta)
    return replace(after, theta=theta, update=update, loss=loss, **dict(zip(names[1:], averages, strict=True)))


def _descend_arguments(simulation: Any, before: Any, after: Any) -> tuple[str, Sequence[object]]:
    w, gradient = list(before.w), list(before.gradient)
    return f"lambda w: np.array({gradient}), np.array({w}), {simulation.learning_rate!r}, 1", ()


def _take_point(simulation: Any, before: Any, after: Any, answer: Any) -> Any:
    return simulation.state_at(after.step, _numbers(answer[-1], 2))


DRIVES: Mapping[str, Sequence[Drive]] = {
    "adam": (
        Drive("adam_step", lambda simulation, _: simulation.optimizer == "adam", _adam_arguments, _take_update),
        Drive(
            "momentum_step", lambda simulation, _: simulation.optimizer == "momentum", _momentum_arguments, _take_update
        ),
    ),
    "descent": (Drive("descend", lambda *_: True, _descend_arguments, _take_point),),
    "softmax": (
        Drive(
            "softmax",
            lambda simulation, after: after.step == 3 and len(simulation.logits) > 1,
            lambda simulation, *_: ("", (np.array([simulation.logits]),)),
            lambda simulation, before, after, answer: replace(after, probs=_numbers(answer, len(simulation.logits))),
        ),
        Drive(
            "cross_entropy",
            lambda simulation, after: after.step >= 5 and len(simulation.logits) > 1,
            lambda simulation, *_: ("", (np.array([simulation.logits]), np.array([simulation.target]))),
            lambda simulation, before, after, answer: replace(
                after,
                loss=float(answer[0]),
                gradient=None if after.gradient is None else _numbers(answer[1], len(simulation.logits)),
            ),
        ),
    ),
}
"""Simulation → the functions that can take its steps."""


def drive(simulation: Simulation[Any], session: Session, source: str) -> Simulation[Any]:
    """The simulation, with its steps taken by the functions of `source`; `session` is kept open meanwhile.

    Raises:
        UsageError: no step of the simulation is one that a learner writes, or the file has no function for it.
        CodeStepError: the code cannot be loaded.
    """
    drives = DRIVES.get(simulation.name)
    if drives is None:
        raise UsageError(f"--code is for the simulations {join_words(list(DRIVES))}; {simulation.name} is none of them")
    functions = _load(session, source)
    present = [item for item in drives if item.function in functions]
    if not present:
        names = join_words([item.function for item in drives], "or")
        raise UsageError(f"the file has no function {names}, which takes the steps of {simulation.name}")

    rules = type(simulation)

    def step(self: Any, before: Any) -> Any:
        after = rules.step(self, before)
        for item in present:
            if item.is_called(self, after):
                after = _step(item, session, self, before, after)
        return after

    driven = copy(simulation)
    object.__setattr__(
        driven, "__class__", type(rules.__name__, (rules,), {"step": step, "__module__": rules.__module__})
    )
    return driven


def _load(session: Session, source: str) -> Mapping[str, Any]:
    reply = _ask(session, {"source": source}, "The code")
    functions: Mapping[str, Any] = reply.get("functions", {})
    return functions


def _step(item: Drive, session: Session, simulation: Any, before: Any, after: Any) -> Any:
    text, values = item.arguments(simulation, before, after)
    request = {"function": item.function, "sent": [encode(value) for value in values], "arguments": text}
    where = f"At step {after.step} {item.function}"
    answer = _ask(session, request, where).get("value")
    try:
        return item.take(simulation, before, after, decode(answer))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise CodeStepError(
            f"{where} returned something else than it should; chainrule code --list names its exercise"
        ) from None


def _ask(session: Session, request: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        reply = session.ask(request, STEP_SECONDS)
    except CodeStoppedError as stopped:
        raise CodeStepError(f"{where} gave no answer. {stopped}") from None
    if "error" in reply:
        raise CodeStepError(f"{where} failed. {tell_error(read_error(reply['error']))}")
    return reply


def differing_keys(ours: State, theirs: State) -> list[str] | None:
    """The keys of the JSON whose values differ between the program's state and the learner's; `None` without any."""
    mine, yours = to_json_types(ours), to_json_types(theirs)
    keys = [key for key in mine if compare(mine[key], yours.get(key), AGREEMENT) is not None]
    return keys or None

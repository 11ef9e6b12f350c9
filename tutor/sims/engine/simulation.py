"""The base class of simulations: rules, not a session.

A simulation is a frozen dataclass whose fields are its parameters, with pure functions
`start`, `step`, `done` and `view`. Nothing in it remembers a run; a `Player` does that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import thread_time
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import numpy as np

from tutor.budget import afford, spend
from tutor.errors import UsageError
from tutor.sims.engine.code_step import CodeStep
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import Parameter, Value, find_parameters, param, read_values
from tutor.sims.engine.state import State, find_overflow
from tutor.sims.engine.view import View

S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Preset:
    """A named set of parameters worth trying, and why."""

    name: str
    reason: str
    """One sentence: what one sees and why."""
    values: dict[str, Value]
    kind: str = "good"
    """`good`, `bad` or `diverging`."""


@dataclass(frozen=True)
class GradientCheck:
    """A gradient as the simulation computed it, and the function whose slope it claims to be."""

    name: str
    claimed: float
    function: Callable[[float], float]
    """Of the one quantity that is varied."""
    point: float

    def slope(self, size: float = 1e-6) -> float:
        """The central difference of `function` at `point`."""
        step = size * max(1.0, abs(self.point))
        return (self.function(self.point + step) - self.function(self.point - step)) / (2 * step)


@dataclass(frozen=True)
class Simulation(ABC, Generic[S]):
    """Base of all simulations. A subclass is a frozen dataclass with one `param` field for each knob."""

    name: ClassVar[str]
    """Public id: what `chainrule sim NAME` takes."""
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence: what it shows."""
    unit: ClassVar[str]
    """What one step is, as shown on screen: "one mini-batch update"."""
    presets: ClassVar[tuple[Preset, ...]] = ()
    traces: ClassVar[tuple[str, ...]] = ()
    """Paths of the quantities whose whole history a chart draws."""
    stochastic: ClassVar[bool] = False
    """True when another seed gives another run with the default parameters."""

    code_steps: ClassVar[tuple[CodeStep, ...]] = ()
    """The steps that a learner's own functions can take."""

    look_parameter: ClassVar[str] = ""
    """The parameter with the one step at which held-out data are evaluated; empty if there are none."""

    seed: int = param(
        0,
        "Seed",
        "Same seed, same run. Randomness at step t comes from (seed, t) alone.",
        low=0,
        high=2**31 - 1,
    )

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """The parameters by name, `seed` last."""
        parameters = find_parameters(cls)
        parameters["seed"] = parameters.pop("seed")
        return parameters

    @classmethod
    def build(cls, **given: object) -> Self:
        """A simulation from values as typed or as read from YAML, each checked against its range.

        Raises:
            UsageError: an unknown name, a value out of range, or values that do not go together.
        """
        values: dict[str, Any] = read_values(cls, given)
        simulation = cls(**values)
        simulation.check()
        return simulation

    def with_values(self, **given: object) -> Self:
        """This simulation with some parameters changed, checked like `build`."""
        changed: dict[str, Any] = read_values(type(self), given)
        simulation = replace(self, **changed)
        simulation.check()
        return simulation

    def with_defaults(self, **values: object) -> Self:
        """The default parameters except for `values`; data that came from a file is kept."""
        return self.build(**values)

    def command_line_base(self) -> tuple[tuple[str, ...], Self]:
        """Command-line options for what no parameter holds, and the simulation that these alone give."""
        return (), type(self)()

    @property
    def data_notice(self) -> str:
        """A sentence about the data that came from a file; empty without a file."""
        return ""

    def values(self) -> dict[str, Value]:
        """The parameters of this simulation, in the order of `parameters()`."""
        return {name: getattr(self, item.field) for name, item in self.parameters().items()}

    def check(self) -> None:  # most simulations have nothing to add
        """Raise `UsageError` when the parameters, each in its range, do not go together."""

    @abstractmethod
    def start(self) -> S:
        """The state at step 0."""

    @abstractmethod
    def step(self, state: S) -> S:
        """The state after `state`. Pure: same state, same answer, and `state` is not changed."""

    @property
    def length(self) -> int | None:
        """The number of steps, if it is known beforehand."""
        return None

    def done(self, state: S) -> bool:
        """True when there is no next step; a run with neither a `length` nor a rule of its own never ends."""
        return state.step == self.length

    @abstractmethod
    def view(self, history: RunHistory[S]) -> View:
        """The pictures, readings, worked lines and sentence for the last state of `history`."""

    def leap(self, state: S, steps: int) -> S:
        """The state `steps` steps after `state`, or the last one of the run, where none in between is needed."""
        for _ in range(steps):
            if is_finished(self, state):
                break
            state = advance(self, state)
        return state

    def complete(self, state: S) -> S:
        """`state` with its `derived` parts, when a keyframe was kept without them."""
        return state

    def prepare(self) -> None:  # most simulations have nothing to prepare
        """Begin, in the background, what will make later runs faster; the caller waits for nothing."""

    def with_quantity(self, state: S, path: str, value: float) -> S:
        """`state` with another value at `path`, where a learner may set that quantity by hand.

        Raises:
            UsageError: the quantity at `path` cannot be set.
        """
        raise UsageError(f"{path[:40]} cannot be set by hand in {self.name}; change a parameter instead")

    @property
    def step_cost(self) -> int:
        """Microseconds that one step takes on an ordinary computer: a lesson may ask for so many in all."""
        return 100

    def gradient_checks(self, state: S) -> Sequence["GradientCheck"]:
        """The gradients in `state`, each with its function, so that tests can compare it with finite differences."""
        return ()

    def random(self, step: int) -> np.random.Generator:
        """A generator that depends on (seed, step) only, so that a step back and forward draws the same."""
        return np.random.default_rng((self.seed, step))


@dataclass(frozen=True)
class LookAhead:
    """A step that a view has already taken, to ask for a prediction."""

    simulation: "Simulation[Any]"
    state: State
    following: State
    seconds: float
    """Processor time that it took."""

    def starts_from(self, simulation: "Simulation[Any]", state: State) -> bool:
        """Whether it is the step from that state by those rules: the objects themselves, since comparing takes long."""
        return self.state is state and self.simulation is simulation


_last_look: list[LookAhead] = []
"""The latest one, if there is any: the step that is taken next is most often this one."""


def look_ahead(simulation: Simulation[S], state: S) -> S:
    """The state after `state`, kept for `advance`: a view needs it for a prediction before the step is taken."""
    started = thread_time()
    with np.errstate(all="ignore"):
        following = simulation.step(state)
    _last_look[:] = [LookAhead(simulation, state, following, thread_time() - started)]
    return following


def find_look_ahead(simulation: "Simulation[Any]", state: State) -> LookAhead | None:
    """The look ahead from `state` by these rules, if that was the latest."""
    return next((look for look in _last_look if look.starts_from(simulation, state)), None)


def advance(simulation: Simulation[S], state: S) -> S:
    """One step, with floating-point overflow turned into inf and nan instead of warnings."""
    spend(simulation.step_cost)
    if look := find_look_ahead(simulation, state):
        return cast(S, look.following)
    with np.errstate(all="ignore"):
        return simulation.step(state)


def afford_steps(simulation: "Simulation[Any]", steps: int) -> None:
    """Refuse `steps` steps before the first one when work is limited and they are too many.

    Raises:
        BudgetSpentError: they are too many.
    """
    length = simulation.length
    afford(simulation.step_cost * (steps if length is None else min(steps, length)))


def begin_run(simulation: Simulation[S]) -> S:
    """The start state, with floating-point overflow silent."""
    with np.errstate(all="ignore"):
        return simulation.start()


def is_finished(simulation: Simulation[S], state: S) -> bool:
    """True when the run is over: done by its own rule, or diverged."""
    return bool(find_overflow(state)) or simulation.done(state)

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
    """The function whose slope is `claimed`, as a function of the one quantity that is varied."""
    point: float
    """The value of that quantity in the state, at which the slope is taken."""

    def slope(self, relative_step: float = 1e-6) -> float:
        """The slope of `function` at `point`, by a central difference."""
        step = relative_step * max(1.0, abs(self.point))  # longer at large values, which are rounded more coarsely
        return (self.function(self.point + step) - self.function(self.point - step)) / (2 * step)


@dataclass(frozen=True)
class Simulation(ABC, Generic[S]):
    """Base of all simulations. A subclass is a frozen dataclass with one `param` field for each knob."""

    name: ClassVar[str]
    """Public id: what `chainrule sim NAME` takes."""
    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence: what it shows. It holds for every choice of the parameters, or `run_summary` says otherwise."""
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
    """The name of the parameter for the step at which the held-out test data are evaluated (0: not evaluated yet).

    A learner may look at these data once. Empty for a simulation without held-out test data.
    """

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
        parameters["seed"] = parameters.pop("seed")  # a field of the base class comes first: move it to the end
        return parameters

    @classmethod
    def build(cls, **raw_values: object) -> Self:
        """A simulation from values as typed or as read from YAML, each checked against its range.

        Raises:
            UsageError: an unknown name, a value out of range, or values that do not go together.
        """
        values: dict[str, Any] = read_values(cls, raw_values)
        simulation = cls(**values)
        simulation.check()
        return simulation

    def with_values(self, **raw_values: object) -> Self:
        """A copy of this simulation with some parameters changed, read and checked as `build` does."""
        changed_values: dict[str, Any] = read_values(type(self), raw_values)
        simulation = replace(self, **changed_values)
        simulation.check()
        return simulation

    def with_defaults(self, **values: object) -> Self:
        """A simulation with `values`, and the defaults for all other parameters: what a preset is run as.

        A simulation that reads data from a file overrides this, to keep these data.
        """
        return self.build(**values)

    def command_line_base(self) -> tuple[tuple[str, ...], Self]:
        """(options, simulation): where the command line of this simulation begins, before any `--set`.

        The options restore what no parameter holds, such as `--data FILE`. The simulation is the one that these options
        alone produce, so that only parameters that differ from it need a `--set`.
        """
        return (), type(self)()

    @property
    def run_summary(self) -> str:
        """One sentence: what a run with these parameters shows."""
        return self.summary

    @property
    def data_notice(self) -> str:
        """A sentence about the data that came from a file; empty without a file."""
        return ""

    @property
    def uses_file_data(self) -> bool:
        """Whether the run uses what was read from a file; a file may be loaded without being in use."""
        return False

    def values(self) -> dict[str, Value]:
        """Parameter name → value, in the order of `parameters()`."""
        return {name: getattr(self, parameter.field) for name, parameter in self.parameters().items()}

    def check(self) -> None:  # most simulations have nothing to add
        """Raise `UsageError` if the parameters, each within its own range, contradict each other."""

    @abstractmethod
    def start(self) -> S:
        """The state at step 0."""

    @abstractmethod
    def step(self, state: S) -> S:
        """The state after `state`. Pure: the same state gives the same result, and `state` is not changed."""

    @property
    def length(self) -> int | None:
        """The number of steps if it is known beforehand, else `None`."""
        return None

    def done(self, state: S) -> bool:
        """True when there is no next step; a run with neither a `length` nor a rule of its own never ends."""
        return state.step == self.length

    @abstractmethod
    def view(self, history: RunHistory[S]) -> View:
        """The view of the last state of `history`: its pictures, readings, worked lines, sentence and prediction."""

    def leap(self, state: S, steps: int) -> S:
        """The state `steps` steps after `state`, or the last state of a run that ends earlier.

        For callers that do not need the states in between; a simulation that can do without them overrides this.
        """
        for _ in range(steps):
            if is_finished(self, state):
                break
            state = advance(self, state)
        return state

    def complete(self, state: S) -> S:
        """Compute the `derived` fields of `state` again, which keyframes do not keep."""
        return state

    def prepare(self) -> None:  # most simulations have nothing to prepare
        """Start background work, such as compiling, that makes later runs faster; returns at once.

        `chainrule sim` calls it when all else is done.
        """

    def with_quantity(self, state: S, path: str, value: float) -> S:
        """`state` with another value at `path`, where a learner may set that quantity by hand.

        Raises:
            UsageError: the quantity at `path` cannot be set.
        """
        raise UsageError(f"{path[:40]} cannot be set by hand in {self.name}; change a parameter instead")

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes on an ordinary computer: what the budget of a lesson is charged.

        Simulations whose steps take longer override this, with a term for what grows with their parameters.
        """
        return 100

    def gradient_checks(self, state: S) -> Sequence["GradientCheck"]:
        """The gradients in `state`, each with its function, so that tests can compare it with finite differences."""
        return ()

    def random(self, step: int) -> np.random.Generator:
        """A generator made from (seed, step) alone, so that a step that is computed again draws the same numbers."""
        return np.random.default_rng((self.seed, step))


@dataclass(frozen=True)
class LookAhead:
    """A step that a view has already taken, to ask for a prediction: from `state` to `following`."""

    simulation: "Simulation[Any]"
    state: State
    following: State
    seconds: float
    """Processor time that it took."""

    def starts_from(self, simulation: "Simulation[Any]", state: State) -> bool:
        """Whether this is the step from `state` by `simulation`.

        States are compared by identity (`is`), since comparing the arrays of two states would take long.
        """
        return self.state is state and self.simulation is simulation


_last_look: list[LookAhead] = []
"""The latest look ahead, in a list (empty before the first); usually it is the step that is taken next."""


def look_ahead(simulation: Simulation[S], state: S) -> S:
    """The state after `state`, kept for `advance`: a view needs it for a prediction before the step is taken."""
    started = thread_time()
    with np.errstate(all="ignore"):
        following = simulation.step(state)
    _last_look[:] = [LookAhead(simulation, state, following, thread_time() - started)]
    return following


def find_look_ahead(simulation: "Simulation[Any]", state: State) -> LookAhead | None:
    """The latest look ahead if it was taken from `state` by `simulation`, else `None`."""
    for look in _last_look:  # a loop reads the entry once: another thread may replace it meanwhile
        if look.starts_from(simulation, state):
            return look
    return None


def advance(simulation: Simulation[S], state: S) -> S:
    """The state after `state`; floating-point overflow gives inf and nan without warnings.

    The step is charged to the budget. It is not computed again if the latest look ahead has computed it already.
    """
    spend(simulation.step_cost)
    look = find_look_ahead(simulation, state)
    if look is not None:
        return cast(S, look.following)
    with np.errstate(all="ignore"):
        return simulation.step(state)


def afford_steps(simulation: "Simulation[Any]", steps: int) -> None:
    """Check in advance that `steps` steps, or those up to the run's `length`, fit into the budget, if there is one.

    Raises:
        BudgetSpentError: they cost more than is left of the budget.
    """
    length = simulation.length
    possible_steps = steps if length is None else min(steps, length)
    afford(simulation.step_cost * possible_steps)


def begin_run(simulation: Simulation[S]) -> S:
    """The start state; floating-point overflow gives inf and nan without warnings."""
    with np.errstate(all="ignore"):
        return simulation.start()


def is_finished(simulation: Simulation[S], state: S) -> bool:
    """True when the run is over: done by its own rule, or diverged."""
    return bool(find_overflow(state)) or simulation.done(state)

"""`predict`: what will a quantity of a running simulation be after its next step?"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tutor.errors import ChainruleError
from tutor.expressions.arithmetic import Tolerance, exact
from tutor.questions.base import Question, Scene
from tutor.questions.kinds.numeric import Known, Mistake, NumericInstance, known_mistakes, numeric_faults
from tutor.questions.runs import number_at, simulation, state_after, view_at, whole
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw, plain_number
from tutor.reading.tolerance import Absolute, Relative, tolerance_for

if TYPE_CHECKING:
    from tutor.sims.engine.prediction import Prediction
    from tutor.sims.engine.simulation import Simulation


class PredictInstance(NumericInstance):
    """A `predict` question: its run stands at a step, and the next one is asked for."""

    kind: ClassVar[str] = "predict"


class Predict(Question, frozen=True, kw_only=True):
    """The next value of a run. Without `ask` the simulation puts its own question."""

    kind: ClassVar[str] = "predict"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": Mistake}

    simulation: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    step: int | str = 0
    value: str | None = None
    ask: str | None = None
    why: str = ""
    rtol: Relative | None = None
    atol: Absolute | None = None
    unit: str = ""
    mistakes: tuple[Mistake, ...] = ()

    def instance(self, seed: int) -> PredictInstance:
        """This question with the numbers that `seed` draws, its run at the step asked about.

        In `ask`, `hints`, `why` and `mistakes`, `now` is the state at that step; in `why` and
        `mistakes`, `then` is the next one and `answer` the value asked for.

        Raises:
            ChainruleError: the run cannot be made, or is over before the next step.
        """
        names = draw(self, seed)
        with at("set"):
            rules = simulation(self.simulation, self.set, names)
        step = whole(self.step, names, "step")
        now, then = _around(rules, step)
        path, own = self._asked(rules, step)
        expected = number_at(then, path, rules.name)
        seen = {**names, "now": now}
        with at("ask"):
            prompt = own.prompt if own else fill(str(self.ask), seen)
        after = {"then": then, "answer": plain_number(expected)}
        tolerance = tolerance_for(expected, self.rtol, self.atol)
        common = {**shared(self, seed, seen, after), "names": names}
        return PredictInstance(
            **common | {"why": common["why"] or (own.why if own else "")},
            prompt=prompt,
            scene=Scene(rules.name, {name: rules.values()[name] for name in self.set}, step),
            expected=expected,
            tolerance=tolerance,
            unit=self.unit,
            known=_with_own(known_mistakes(self.mistakes, {**seen, **after}), own, expected, tolerance),
        )

    def _asked(self, rules: "Simulation[Any]", step: int) -> tuple[str, "Prediction | None"]:
        """The path of the quantity asked for, and the simulation's own question where it is put."""
        if self.ask is not None:
            if self.value is None:
                raise ChainruleError("value is missing: name the quantity that `ask` asks for, such as loss")
            return self.value, None
        own = view_at(rules, step).prediction
        if own is None:
            raise ChainruleError(f"{rules.name} asks nothing at step {step}: write `ask` and `value`")
        if self.value not in {None, own.key}:
            raise ChainruleError(f"{rules.name} asks for {own.key}, not {self.value}: leave `value` out")
        return own.key, own

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        return faults_of(self, self.instance, numeric_faults)


def _around(rules: "Simulation[Any]", step: int) -> tuple[Any, Any]:
    """The state at `step` and the one after it."""
    from tutor.sims.engine.simulation import advance, is_finished

    now = state_after(rules, step)
    if now.step != step or is_finished(rules, now):
        raise ChainruleError(f"this run of {rules.name} is over at step {now.step}: ask at an earlier step")
    return now, advance(rules, now)


def _with_own(
    known: tuple[Known, ...], own: "Prediction | None", expected: Fraction, tolerance: Tolerance
) -> tuple[Known, ...]:
    """`known` and those mistakes of the simulation's own question that are mistakes at this state."""
    for value, say in own.mistakes if own else ():
        slip = Known(exact(value), say)
        if not tolerance.covers(slip.value, expected) and all(slip.value != other.value for other in known):
            known = (*known, slip)
    return known

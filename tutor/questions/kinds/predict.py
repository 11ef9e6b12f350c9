"""`predict`: what will a quantity of a running simulation be after its next step?"""

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tutor.errors import ChainruleError
from tutor.expressions.arithmetic import Tolerance, to_fraction
from tutor.questions.base import Question, Scene
from tutor.questions.kinds.numeric_instance import (
    KnownMistake,
    NumberMistake,
    NumericInstance,
    fill_mistakes,
    find_numeric_faults,
)
from tutor.questions.templates.placeholders import common_fields, error_context, fill, fill_argument
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.runs import (
    SimulationRun,
    build_simulation,
    cached_state_after,
    compute_steps,
    number_in,
    view_at,
)
from tutor.questions.templates.variants import draw_names, to_int_or_float
from tutor.reading.tolerance import AbsoluteTolerance, RelativeTolerance, tolerance_for

if TYPE_CHECKING:
    from tutor.sims.engine.prediction import Prediction
    from tutor.sims.engine.simulation import Simulation


class PredictQuestion(Question, frozen=True, kw_only=True):
    """The next value of a quantity in a run. Without `ask`, the simulation's own prediction is the question."""

    kind: ClassVar[str] = "predict"
    needs_simulation: ClassVar[bool] = True
    is_in_every_lesson: ClassVar[bool] = True
    names_answer: ClassVar[bool] = True
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": NumberMistake, "value": SimulationRun}

    simulation: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    step: int | str = 0
    value: str | None = None
    ask: str | None = None
    why: str = ""
    rtol: RelativeTolerance | None = None
    atol: AbsoluteTolerance | None = None
    unit: str = ""
    mistakes: tuple[NumberMistake, ...] = ()

    def draw_instance(self, seed: int) -> NumericInstance:
        """This question with the numbers that `seed` draws, and its run at the step that it asks about.

        In `ask`, `hints`, `why` and `mistakes`, `now` is the state at that step. In `why` and `mistakes`, `then` is the
        state after it, and `answer` the value that is asked for.

        Raises:
            ChainruleError: the run cannot be made, or is over before the next step.
        """
        names = draw_names(self, seed)
        with error_context("set"):
            simulation = build_simulation(self.simulation, self.set, names)
        step = compute_steps(self.step, names, "step")
        now, then = _states_around(simulation, step)
        path, own_question = self._asked_quantity(simulation, step, names)
        expected = number_in(then, path, simulation.name)
        names_now = {**names, "now": now}
        names_after = {"then": then, "answer": to_int_or_float(expected)}
        with error_context("ask"):
            prompt = own_question.prompt if own_question else fill(str(self.ask), names_now)
        atol = self.atol if self.atol is not None else _slack_of_estimate(own_question)
        tolerance = tolerance_for(expected, rtol=self.rtol, atol=atol)
        arguments = common_fields(self, seed, names_now, names_after)
        arguments["names"] = names  # the numbers that were drawn, without the state `now`
        if own_question and not arguments["why"]:
            arguments["why"] = own_question.why
        known = fill_mistakes(self.mistakes, {**names_now, **names_after})
        return NumericInstance(
            **arguments,
            prompt=prompt,
            scene=Scene(simulation.name, {name: simulation.values()[name] for name in self.set}, step=step),
            expected=expected,
            tolerance=tolerance,
            unit=self.unit,
            known_mistakes=_add_own_mistakes(known, own_question, expected, tolerance),
        )

    def _asked_quantity(
        self, simulation: "Simulation[Any]", step: int, names: dict[str, Any]
    ) -> tuple[str, "Prediction | None"]:
        """Return the path of the quantity that is asked for, and the simulation's own question.

        With an `ask` in the lesson, the own question is not asked, and the second result is `None`.
        """
        if self.ask is not None:
            if self.value is None:
                raise ChainruleError("value is missing: name the quantity that `ask` asks for, such as loss")
            with error_context("value"):
                return fill_argument(self.value, names), None
        own_question = view_at(simulation, step).prediction
        if own_question is None:
            raise ChainruleError(f"{simulation.name} asks nothing at step {step}: write `ask` and `value`")
        if self.value not in {None, own_question.key}:
            raise ChainruleError(f"{simulation.name} asks for {own_question.key}, not {self.value}: leave `value` out")
        return own_question.key, own_question

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        return find_faults(self, self.draw_instance, find_numeric_faults)


def _slack_of_estimate(own_question: "Prediction | None") -> float | None:
    """How far off an estimate of a change may be; `None` if the simulation asks for none, or nothing changes.

    It is a share of the change, from the value before the step to the answer.
    """
    if own_question is None or own_question.before is None:
        return None
    from tutor.sims.engine.prediction import ESTIMATE_SLACK

    slack = ESTIMATE_SLACK * abs(own_question.answer - own_question.before)
    return slack or None  # None instead of 0: the usual tolerance holds then


def _states_around(simulation: "Simulation[Any]", step: int) -> tuple[Any, Any]:
    """The state at `step` and the one after it.

    Raises:
        ChainruleError: the run is over at `step` or before.
    """
    from tutor.sims.engine.simulation import advance, is_finished

    now = cached_state_after(simulation, step)
    if now.step != step or is_finished(simulation, now):
        raise ChainruleError(f"this run of {simulation.name} is over at step {now.step}: ask at an earlier step")
    return now, advance(simulation, now)


def _add_own_mistakes(
    known: tuple[KnownMistake, ...],
    own_question: "Prediction | None",
    expected: Fraction,
    tolerance: Tolerance,
) -> tuple[KnownMistake, ...]:
    """Add the mistakes of the simulation's own question to `known`, except those that are right or known already.

    `expected` and `tolerance` say what is right.
    """
    if own_question is None:
        return known
    all_known = known
    for number, feedback in own_question.mistakes:
        value = to_fraction(number)
        is_known = any(value == mistake.value for mistake in all_known)
        if not is_known and not tolerance.covers(value, expected):
            all_known = (*all_known, KnownMistake(value, feedback))
    return all_known

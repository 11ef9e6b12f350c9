"""`number`: type one number; the question says how near it must be."""

from typing import ClassVar

import msgspec

from tutor.questions.base import Question
from tutor.questions.kinds.numeric_instance import (
    NumberMistake,
    NumericInstance,
    Value,
    fill_mistakes,
    find_numeric_faults,
)
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.runs import SimulationRun, compute_number
from tutor.questions.templates.variants import draw_names, to_int_or_float
from tutor.reading.tolerance import AbsoluteTolerance, DigitCount, RelativeTolerance, tolerance_for
from tutor.text.numbers import counted


class NumberQuestion(Question, frozen=True, kw_only=True):
    """A number to work out: `answer` is given, computed, or run in a simulation."""

    kind: ClassVar[str] = "number"
    names_answer: ClassVar[bool] = True
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {
        "mistakes": NumberMistake,
        "answer": SimulationRun,
        "value": SimulationRun,
    }

    ask: str
    answer: Value
    rtol: RelativeTolerance | None = None
    atol: AbsoluteTolerance | None = None
    figures: DigitCount | None = None
    """If given, an answer is right if it is the exact one rounded to this many significant figures."""
    places: DigitCount | None = None
    """If given, an answer is right if it is the exact one rounded to this many decimal places."""
    unit: str = ""
    mistakes: tuple[NumberMistake, ...] = ()

    def draw_instance(self, seed: int) -> NumericInstance:
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression or a run in it does not compute.
        """
        names = draw_names(self, seed)
        with error_context("answer"):
            expected = compute_number(self.answer, names)
        with error_context("ask"):
            prompt = fill(self.ask, names)
        names_after = {"answer": to_int_or_float(expected)}
        return NumericInstance(
            **common_fields(self, seed, names, names_after),
            prompt=prompt,
            expected=expected,
            tolerance=tolerance_for(expected, rtol=self.rtol, atol=self.atol, figures=self.figures, places=self.places),
            unit=self.unit,
            rounding=self._rounding_words,
            known_mistakes=fill_mistakes(self.mistakes, {**names, **names_after}),
        )

    @property
    def _rounding_words(self) -> str:
        """How the answer is to be rounded: "to 2 decimal places"; "" if the lesson does not ask for rounding."""
        if self.figures is not None:
            return f"to {counted(self.figures, 'significant figure')}"
        return "" if self.places is None else f"to {counted(self.places, 'decimal place')}"

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        return find_faults(self, self.draw_instance, find_numeric_faults)

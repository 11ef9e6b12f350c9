"""`number`: type one number; the question says how near it must be."""

from typing import ClassVar

import msgspec

from tutor.questions.base import Question
from tutor.questions.kinds.numeric import Mistake, NumericInstance, Value, known_mistakes, numeric_faults
from tutor.questions.runs import number_of
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill
from tutor.questions.templates.variants import draw, plain_number
from tutor.reading.tolerance import Absolute, Count, Relative, tolerance_for
from tutor.text.numbers import counted


class NumberInstance(NumericInstance):
    """A `number` question with its numbers drawn."""

    kind: ClassVar[str] = "number"


class Number(Question, frozen=True, kw_only=True):
    """A number to work out: `answer` is given, computed, or run in a simulation."""

    kind: ClassVar[str] = "number"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": Mistake}

    ask: str
    answer: Value
    rtol: Relative | None = None
    atol: Absolute | None = None
    figures: Count | None = None
    """Right when it is the answer rounded to so many significant figures."""
    places: Count | None = None
    """Right when it is the answer rounded to so many decimal places."""
    unit: str = ""
    mistakes: tuple[Mistake, ...] = ()

    def instance(self, seed: int) -> NumberInstance:
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression or a run in it does not compute.
        """
        names = draw(self, seed)
        with at("answer"):
            expected = number_of(self.answer, names)
        with at("ask"):
            prompt = fill(self.ask, names)
        after = {"answer": plain_number(expected)}
        return NumberInstance(
            **shared(self, seed, names, after),
            prompt=prompt,
            expected=expected,
            tolerance=tolerance_for(expected, self.rtol, self.atol, self.figures, self.places),
            unit=self.unit,
            rounding=self._rounding,
            known=known_mistakes(self.mistakes, {**names, **after}),
        )

    @property
    def _rounding(self) -> str:
        if self.figures is not None:
            return f"to {counted(self.figures, 'significant figure')}"
        return "" if self.places is None else f"to {counted(self.places, 'decimal place')}"

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        return faults_of(self, self.instance, numeric_faults)

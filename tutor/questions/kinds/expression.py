"""`expression`: type a formula; any that is equal to the right one is right.

This is the template alone: a lesson is read without the algebra that its instances need (`formula.py`).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from tutor.questions.base import Question
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names
from tutor.reading.tolerance import RelativeTolerance

if TYPE_CHECKING:
    from tutor.questions.kinds.formula import ExpressionInstance, FormulaNotation, KnownFormula

FormulaForm = Literal["factored", "expanded", "fraction", "no sum"]


class FormulaMistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The expression that a usual mistake gives, and what to say to it."""

    value: str
    say: str


class ExpressionQuestion(Question, frozen=True, kw_only=True):
    """A formula to work out: `answer` is an expression in letters and drawn numbers."""

    kind: ClassVar[str] = "expression"
    names_answer: ClassVar[bool] = True
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": FormulaMistake}

    ask: str
    answer: str
    letters: tuple[str, ...] = ()
    """Letters that may be typed beyond those of `answer`."""
    functions: tuple[str, ...] = ()
    """Functions of which nothing is known, such as f and f'."""
    assume: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Letter → `positive`, `integer`, `>1` …"""
    form: FormulaForm | None = None
    log: Literal["e", "10", "2"] = "e"
    """The base of a log that is typed without one."""
    rtol: RelativeTolerance | None = None
    mistakes: tuple[FormulaMistake, ...] = ()

    def draw_instance(self, seed: int) -> "ExpressionInstance":
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression in it cannot be read.
        """
        from tutor.questions.kinds.formula import ExpressionInstance, FormulaNotation, in_dollars, make_equality_options

        names = draw_names(self, seed)
        with error_context("answer"):
            letters = (*self.letters, *self.assume)  # the keys of `assume` are letters
            notation = FormulaNotation.for_answer(
                self.answer, letters=letters, functions=self.functions, log_base=self.log, names=names
            )
            expected = notation.read(self.answer)
        with error_context("ask"):
            prompt = fill(self.ask, names)
        names_after = {"answer": in_dollars(expected)}
        return ExpressionInstance(
            **common_fields(self, seed, names, names_after),
            prompt=prompt,
            expected=expected,
            symbols=notation.symbols_for_learners(),
            numbers=notation.numbers,
            equality=make_equality_options(self.assume, self.rtol, notation.symbols),
            form=self.form,
            known_mistakes=self._known_mistakes(notation, {**names, **names_after}),
        )

    def _known_mistakes(self, notation: "FormulaNotation", names: Mapping[str, object]) -> "tuple[KnownFormula, ...]":
        """The mistakes with the drawn numbers put in."""
        from tutor.questions.kinds.formula import KnownFormula

        known = []
        for index, mistake in enumerate(self.mistakes):
            with error_context(f"mistakes[{index}]"):
                known.append(KnownFormula(notation.read(mistake.value), fill(mistake.say, names)))
        return tuple(known)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        from tutor.questions.kinds.formula import find_formula_faults

        return find_faults(self, self.draw_instance, find_formula_faults)

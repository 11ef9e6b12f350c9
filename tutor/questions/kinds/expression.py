"""`expression`: type a formula; any that is equal to the right one is right.

This is the template alone; a lesson is read without the algebra that its instances need.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec

from tutor.questions.base import Question
from tutor.reading.tolerance import Relative

if TYPE_CHECKING:
    from tutor.questions.kinds.formula import ExpressionInstance

Form = Literal["factored", "expanded", "fraction", "no sum"]


class Slip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The expression that a known slip gives, and what to say to it."""

    value: str
    say: str


class Expression(Question, frozen=True, kw_only=True):
    """A formula to work out: `answer` is an expression in letters and drawn numbers."""

    kind: ClassVar[str] = "expression"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": Slip}

    ask: str
    answer: str
    letters: tuple[str, ...] = ()
    """Letters that may be typed beyond those of `answer`."""
    functions: tuple[str, ...] = ()
    """Functions of which nothing is known, such as f and f'."""
    assume: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Letter → `positive`, `integer`, `>1` …"""
    form: Form | None = None
    log: Literal["e", "10", "2"] = "e"
    """The base of a log that is typed without one."""
    rtol: Relative | None = None
    mistakes: tuple[Slip, ...] = ()

    def instance(self, seed: int) -> "ExpressionInstance":
        """This question with the numbers that `seed` draws.

        Raises:
            ChainruleError: an expression in it cannot be read.
        """
        from tutor.questions.kinds.formula import draw_formula

        return draw_formula(self, seed)

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the question is sound."""
        from tutor.questions.kinds.formula import faults

        return faults(self)

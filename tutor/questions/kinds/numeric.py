"""What questions with one number for an answer share: reading, grading, known mistakes, samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from tutor.errors import ChainruleError
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.questions.answers.near_misses import near_miss
from tutor.questions.base import Grade, Instance, Sample, Unreadable
from tutor.questions.runs import Run, number_of
from tutor.questions.templates.filling import at
from tutor.questions.templates.proof import THOROUGH
from tutor.questions.templates.readable_numbers import long_answer
from tutor.questions.templates.templates import fill
from tutor.reading.answers import read_number
from tutor.reading.doubt import asked
from tutor.reading.tolerance import tolerance_for
from tutor.text.numbers import show

Value = int | float | str | Run
"""What YAML may give for a number: the number, an expression, or a run of a simulation."""


class Mistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a known slip gives, and what to say to it."""

    value: Value
    say: str


class Known(msgspec.Struct, frozen=True):
    """A known mistake with its numbers drawn."""

    value: Fraction
    say: str


def known_mistakes(mistakes: Sequence[Mistake], names: Mapping[str, object]) -> tuple[Known, ...]:
    """The `mistakes` with the numbers of `names`.

    Raises:
        ChainruleError: one does not compute.
    """
    known = []
    for index, slip in enumerate(mistakes):
        with at(f"mistakes[{index}]"):
            known.append(Known(number_of(slip.value, names), fill(slip.say, names)))
    return tuple(known)


@dataclass(frozen=True, kw_only=True)
class NumericInstance(Instance):
    """A question with one number for an answer."""

    expected: Fraction
    tolerance: Tolerance
    unit: str = ""
    rounding: str = ""
    """How far a lesson asks to round: "to 2 decimal places"."""
    known: tuple[Known, ...] = ()

    @property
    def how(self) -> str:
        """How to answer, with how many figures suffice."""
        words = {1: "one significant figure", 2: "two significant figures", 3: "three significant figures"}
        figures = words.get(self.tolerance.figures)
        enough = f" {self.rounding}" if self.rounding else f" to {figures}" if figures else ""
        unit = {"": "", "%": " in per cent"}.get(self.unit, f" of {self.unit}")
        example = "16 or 1,200" if self.expected.denominator == 1 else "0.125 or 1/8"
        return f"a number{unit}{enough}, for example {example}"

    @property
    def solution(self) -> str:
        """The expected value in as few figures as are right."""
        as_good_as_zero = 100 * abs(self.expected) < self.tolerance.atol
        shown = Fraction(0) if as_good_as_zero else self.expected
        return " ".join(part for part in (self._written(shown, self.tolerance), self.unit) if part)

    def read(self, raw: str) -> Fraction | Unreadable:
        """The number that was typed; a mark that could be of thousands or of decimals is asked about."""
        read = read_number(raw, self.unit)
        if isinstance(read, Unreadable):
            return read
        return asked(read, self.expected, self._is_right) or read.value

    def _is_right(self, value: Fraction) -> bool:
        return self.tolerance.covers(value, self.expected)

    def grade(self, answer: Fraction) -> Grade:
        """Right within the tolerance; else what the nearest known mistake says, or a hint at the slip."""
        if self.tolerance.covers(answer, self.expected):
            return Grade(1.0, "right", self.why or "That is the value.")
        return Grade(0.0, "wrong", self._said_to(answer))

    def _said_to(self, answer: Fraction) -> str:
        made = [slip for slip in self.known if self._around(slip.value).covers(answer, slip.value)]
        if made:
            return min(made, key=lambda slip: abs(answer - slip.value)).say
        return near_miss(answer, self.expected, self.tolerance)

    def _around(self, value: Fraction) -> Tolerance:
        usual = tolerance_for(value)
        return Tolerance(max(usual.rtol, self.tolerance.rtol), max(usual.atol, self.tolerance.atol))

    def samples(self) -> tuple[Sample, ...]:
        """The solution, every known mistake that no other hides, a number that is nothing known, rubbish."""
        wrong = [
            Sample(self._written(slip.value, Tolerance(EXACT_RTOL)), "wrong", slip.say)
            for slip in self.known
            if self._said_to(slip.value) == slip.say
        ]
        return (
            Sample(self.solution, "right"),
            *wrong,
            Sample(self._written(self._unknown(), Tolerance(EXACT_RTOL)), "wrong"),
            Sample("forty-two", "unreadable", "number"),
            Sample("__import__('os')", "unreadable", "number"),
        )

    def _unknown(self) -> Fraction:
        """A wrong number that is no known mistake: among many candidates one is, unless nearly any number is right."""
        candidates = (self.expected * factor + factor * factor + 1 for factor in range(3, 10**4))
        for value in candidates:
            if not self.tolerance.covers(value, self.expected) and not any(
                self._around(slip.value).covers(value, slip.value) for slip in self.known
            ):
                return value
        raise ChainruleError("nearly any number counts as right, or as a known mistake: make rtol or atol smaller")

    def _written(self, value: Fraction, tolerance: Tolerance) -> str:
        """`value` in as few figures as still read back within `tolerance`."""
        number = int(value) if value.denominator == 1 else value
        for figures in range(6, 18):
            for text in (show(number, figures), show(number, figures).replace(",", "")):
                read = self.read(text)
                if isinstance(read, Fraction) and tolerance.covers(read, value):
                    return text
        return f"{value.numerator}/{value.denominator}"


def numeric_faults(instance: NumericInstance) -> list[str]:
    """An answer too long to type, and mistakes that are none: a value that is right, or often another's."""
    faults = long_answer(instance.expected, instance.tolerance)
    for index, slip in enumerate(instance.known):
        if instance.tolerance.covers(slip.value, instance.expected):
            faults.append(f"mistakes[{index}] gives the right answer, {show(slip.value)}")
        elif instance.seed < THOROUGH and slip.value in [earlier.value for earlier in instance.known[:index]]:
            faults.append(f"mistakes[{index}] gives {show(slip.value)}, as an earlier mistake does")
    return faults

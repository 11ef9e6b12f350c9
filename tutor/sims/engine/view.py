"""Views: pictures, readings, worked lines and narration of a run at one state, all as data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tutor.sims.engine.chart import Picture
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.redone import apply_to_shown, compute_shown, is_rounded_to
from tutor.sims.engine.state import State, lookup
from tutor.text.numbers import (
    ROUNDING_LATEX,
    format_latex,
    format_number,
    format_percent,
    format_residue,
    format_residue_latex,
    format_roughly,
)


@dataclass(frozen=True)
class Reading:
    """A number beside the picture: `key` is its path in the state, so that screen and JSON agree."""

    label: str
    key: str
    value: Any
    unit: str = ""
    is_detail: bool = False
    """True for one of many numbers of a kind, such as each weight; left out where room is short."""
    is_residue: bool = False
    """True for a difference that is 0 in theory; a rounding error in it is shown as 0."""
    is_share: bool = False
    """True for a share of a whole, such as an accuracy; it is shown as a percentage, here and in every sentence."""
    drawn_in: str = ""
    """The title of the picture that already shows this number as text; beside it, a list may leave the number out."""

    def format(self, value: Any) -> str:
        """Format a value of this quantity, without its unit."""
        if self.is_share and value is not None:
            return format_percent(value)
        return format_residue(value) if self.is_residue else format_number(value)

    @property
    def text(self) -> str:
        """The value as displayed, its unit after it."""
        return self.format(self.value) + self.unit_text

    @property
    def unit_text(self) -> str:
        """The unit as it is written after the number, a word after a space; "" if there is no number yet."""
        if self.value is None:
            return ""
        is_word = self.unit[:1].isalpha()
        return f" {self.unit}" if is_word else self.unit


@dataclass(frozen=True)
class WorkedLine:
    """A worked line: the formula, and the same line with the numbers in.

    Both are LaTeX without dollar signs. The result of the line is the state's quantity at `key`.
    """

    key: str
    formula: str
    """The whole formula, with what the line computes on its left side: `z = w x + b`."""
    numbers: str
    """The right side with numbers for letters, without the result."""
    value: Any
    stage: str = ""
    """The part of the step it belongs to ("forward", "update"); a line without one is a stage of its own."""
    is_residue: bool = False
    """True for a difference that is 0 in theory; its numbers are left out, since nobody can redo a rounding error."""
    is_share: bool = False
    """True for a share of a whole, such as an accuracy; its percentage follows the result."""
    redone: float | None = None
    """What the shown numbers give if they are in a function of the simulation's, such as σ; see `relations`."""
    is_sought: bool = False
    """True while the result is still to be worked out: a question mark stands for it."""

    @property
    def sides(self) -> tuple[str, ...]:
        """The parts of the line, in LaTeX, that are joined by its `relations`.

        They are the formula, its numbers (unless the result is the same text), the result, and for a share its
        percentage.
        """
        result = format_residue_latex(self.value) if self.is_residue else format_latex(self.value)
        sides = [self.formula]
        # The numbers of a rounding error are left out, as are numbers that are the result already.
        if result != ROUNDING_LATEX and self.numbers.strip() not in {result, f"({result})"}:
            sides.append(self.numbers)
        if self.is_sought:
            return (*sides, r"\text{?}")
        sides.append(result)
        if self.is_share:
            sides.append(format_percent(self.value).replace("%", r"\%"))
        return tuple(sides)

    @property
    def relations(self) -> tuple[str, ...]:
        """The signs between the sides, in LaTeX: =, or ≈ before a result that the shown numbers miss by rounding.

        Those who redo the line by hand then know that nothing is wrong.
        """
        sides = self.sides
        signs = ["="] * (len(sides) - 1)
        has_numbers = len(sides) == 3 + self.is_share
        if has_numbers and not self.is_sought:
            redone = compute_shown(self.numbers) if self.redone is None else self.redone
            if redone is not None and not is_rounded_to(redone, sides[2]):
                signs[1] = r"\approx"
        return tuple(signs)

    @property
    def latex(self) -> str:
        """The whole line, in LaTeX."""
        first, *others = self.sides
        return first + "".join(f" {sign} {side}" for sign, side in zip(self.relations, others, strict=True))


@dataclass(frozen=True)
class View:
    """Everything that a screen shows of a run at one state, as data."""

    pictures: tuple[Picture, ...]
    readings: tuple[Reading, ...]
    worked_lines: tuple[WorkedLine, ...]
    narration: str
    """One sentence on what just happened. Markdown with `$…$`."""
    prediction: Prediction | None = None
    newest: int = 0
    """The index of the picture that the last step brought; it is shown even where there is no room for all."""


def make_reading(
    state: State,
    label: str,
    key: str,
    unit: str = "",
    *,
    is_detail: bool = False,
    is_residue: bool = False,
    is_share: bool = False,
    drawn_in: str = "",
) -> Reading:
    """A `Reading` of the quantity at `key` in `state`."""
    return Reading(label, key, lookup(state, key), unit, is_detail, is_residue, is_share, drawn_in)


def make_worked_line(
    state: State,
    key: str,
    formula: str,
    numbers: str,
    stage: str = "",
    *,
    is_residue: bool = False,
    is_share: bool = False,
    function: Callable[[float], float] | None = None,
) -> WorkedLine:
    """A `WorkedLine` whose result is the quantity at `key` in `state`; `function` is what f or σ in it computes."""
    redone = None if function is None else apply_to_shown(function, numbers)
    value = lookup(state, key)
    return WorkedLine(key, formula, _without_first_brackets(numbers), value, stage, is_residue, is_share, redone)


def _without_first_brackets(numbers: str) -> str:
    """Remove the brackets around a negative number at the beginning of `numbers`, where no operator precedes it."""
    if not numbers.startswith("(−"):
        return numbers
    bracketed, _, after_bracket = numbers[1:].partition(")")
    is_number = not any(operator in bracketed for operator in ("(", " + ", " - "))
    is_term = not after_bracket or after_bracket.startswith(" ")  # unlike (−2)^2, which needs its brackets
    return bracketed + after_bracket if is_number and is_term else numbers


def describe_change(before: float, after: float) -> str:
    """Describe a change in words: `fell from 8.5 to 3.377`, `rose by 2 · 10⁻⁷ to 0.1`, `stayed at 0.1`."""
    before_text, after_text = format_number(before), format_number(after)
    if after < before:
        verb = "fell"
    elif after > before:
        verb = "rose"
    else:
        return f"stayed at {after_text}"
    if before_text == after_text:  # the change is smaller than the last figure shown
        return f"{verb} by {format_roughly(after - before)} to {after_text}"
    return f"{verb} from {before_text} to {after_text}"

"""Views: pictures, readings, worked lines and narration of a run at one state, all as data."""

from dataclasses import dataclass
from typing import Any

from tutor.sims.engine.chart import Picture
from tutor.sims.engine.prediction import Prediction
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
    detail: bool = False
    """True for one of many numbers of a kind, such as every weight: for the simulator, too much beside a question."""
    is_error: bool = False
    """True for a difference that is 0 in theory, so that what rounding leaves of it is shown as 0."""
    is_share: bool = False
    """True for a share of a whole, such as an accuracy: it is a percentage here and in every sentence."""

    def format(self, value: Any) -> str:
        """Format a value of this quantity, without its unit."""
        if self.is_share and value is not None:
            return format_percent(value)
        return format_residue(value) if self.is_error else format_number(value)

    @property
    def text(self) -> str:
        """The value as displayed, its unit after it."""
        return self.format(self.value) + self.unit_text

    @property
    def unit_text(self) -> str:
        """The unit as it follows the number: a sign such as ° at once, a word after a space."""
        return f" {self.unit}" if self.unit[:1].isalpha() else self.unit


@dataclass(frozen=True)
class WorkedLine:
    """A worked line: the formula, and the same line with the numbers in.

    Both are LaTeX without dollar signs. The result of the line is the state's quantity at `key`.
    """

    key: str
    formula: str
    """With its left side: what the line computes."""
    numbers: str
    """The right side with numbers for letters, without the result."""
    value: Any
    stage: str = ""
    """The part of the step it belongs to ("forward", "update"); a line without one is a stage of its own."""
    is_error: bool = False
    """As that of a reading: what rounding leaves is no number to calculate with, and the formula alone is shown."""
    is_share: bool = False
    """As that of a reading: the result is followed by the percentage, as which it is shown everywhere else."""

    @property
    def sides(self) -> tuple[str, ...]:
        """What equals signs join, as LaTeX: the formula, its numbers unless they are the result, and the result.

        A share ends with its percentage.
        """
        result = format_residue_latex(self.value) if self.is_error else format_latex(self.value)
        is_same = self.numbers.strip() in {result, f"({result})"} or result == ROUNDING_LATEX
        results = (result, format_percent(self.value).replace("%", r"\%")) if self.is_share else (result,)
        return (self.formula, *results) if is_same else (self.formula, self.numbers, *results)


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
    """The picture that the step has brought, by its place: where room is short, it is not the one that is hidden."""


def make_reading(
    state: State,
    label: str,
    key: str,
    unit: str = "",
    detail: bool = False,
    is_error: bool = False,
    is_share: bool = False,
) -> Reading:
    """A `Reading` of the quantity at `key` in `state`."""
    return Reading(label, key, lookup(state, key), unit, detail, is_error, is_share)


def make_worked_line(
    state: State,
    key: str,
    formula: str,
    numbers: str,
    stage: str = "",
    is_error: bool = False,
    is_share: bool = False,
) -> WorkedLine:
    """A `WorkedLine` whose result is the quantity at `key` in `state`."""
    return WorkedLine(key, formula, numbers, lookup(state, key), stage, is_error, is_share)


def describe_change(before: float, now: float) -> str:
    """Describe a change in words: `fell from 8.5 to 3.377`, `rose by 2 · 10⁻⁷ to 0.1`, `stayed at 0.1`."""
    verb = "fell" if now < before else "rose" if now > before else "stayed"
    first, last = format_number(before), format_number(now)
    if verb == "stayed":
        return f"stayed at {last}"
    if first == last:  # the change is smaller than the last figure shown
        return f"{verb} by {format_roughly(now - before)} to {last}"
    return f"{verb} from {first} to {last}"

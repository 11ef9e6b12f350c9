"""Where a worked line is broken: at an equals sign or an operator outside brackets, before any place inside them."""

from collections.abc import Iterator

import pytest
from textual.app import App

from tests.sims.runs import run_views
from tutor.sims.engine.view import WorkedLine
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.simulator.worked_lines import divide_worked_line, single_lines

INDENT = 4


def broken(line: WorkedLine, width: int) -> list[str]:
    return [strip.text for strip in single_lines([divide_worked_line(line)], theme_palette(App()), width)]


def brackets(text: str) -> Iterator[str]:
    """Every bracket with what stands in it."""
    opened: list[int] = []
    for place, sign in enumerate(text):
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            yield text[opened.pop() : place + 1]


@pytest.mark.parametrize("width", [28, 36, 41, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_bracket_that_fits_in_a_line_is_broken(name: str, width: int) -> None:
    for _, _, view in run_views(name, draws=0, steps=6):
        for line in view.worked_lines:
            rows = broken(line, width)
            whole = " ".join(row.strip() for row in rows).replace(" /(", "/(")
            for bracket in brackets(whole):
                if len(bracket) <= width - INDENT - len(" + ") - 1:
                    assert any(bracket in row for row in rows), (name, bracket, rows)


def test_a_sum_in_brackets_is_broken_at_its_own_sign_and_not_within_its_terms() -> None:
    line = WorkedLine("c", "c = 1", r"\frac{1}{2} (1 \cdot (0.8 - 2)^2 + 4 \cdot (0.7 - 1)^2)", 0.9)
    assert broken(line, 36) == ["c = 1", "  = 1/2 (1 · (0.8 − 2)²", "    + 4 · (0.7 − 1)²) = 0.9"]
    assert broken(line, 38)[1:] == ["  = 1/2", "    (1 · (0.8 − 2)² + 4 · (0.7 − 1)²)", "  = 0.9"]


def test_a_quotient_is_broken_before_its_bar_and_a_power_of_ten_stays_whole() -> None:
    words = WorkedLine("a", "a = 1", r"\frac{\text{sum of the diagonal}}{\text{number of images}}", 0.5)
    assert broken(words, 41)[1:3] == ["  = (sum of the diagonal)", "    /(number of images) = 0.5"]
    small = WorkedLine("b", "b = 1", r"1.41638 \cdot 10^{-6} \cdot 0.196612", 0.25)
    assert broken(small, 26)[1:] == ["  = 1.41638 · 10⁻⁶", "    · 0.196612 = 0.25"]

"""Where a worked line is broken: at an equals sign or an operator outside brackets, before any place inside them."""

from collections.abc import Iterator

import pytest
from textual.app import App

from tests.sims.runs import run_views
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.simulator.worked_lines import MAX_BLANK_ROWS, divide_worked_line, end_page_whole, single_lines

INDENT = 4


def broken(line: WorkedLine, width: int) -> list[str]:
    return [strip.text for strip in single_lines([divide_worked_line(line)], theme_palette(App()), width)[0]]


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
    assert broken(line, 36) == ["c = 1", "  = (1/2) (1 · (0.8 − 2)²", "    + 4 · (0.7 − 1)²) = 0.9"]
    assert broken(line, 38)[1:] == ["  = (1/2)", "    (1 · (0.8 − 2)² + 4 · (0.7 − 1)²)", "  = 0.9"]


def test_a_quotient_is_broken_before_its_bar_and_a_power_of_ten_stays_whole() -> None:
    words = WorkedLine("a", "a = 1", r"\frac{\text{sum of the diagonal}}{\text{number of images}}", 0.5)
    assert broken(words, 41)[1:3] == ["  = (sum of the diagonal)", "    /(number of images) = 0.5"]
    small = WorkedLine("b", "b = 1", r"1.41638 \cdot 10^{-6} \cdot 0.196612", 0.25)
    assert broken(small, 26)[1:] == ["  = 1.41638 · 10⁻⁶", "    · 0.196612 = 0.25"]


@pytest.mark.parametrize("width", [28, 36, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_foot_of_the_pane_cuts_no_worked_line(name: str, width: int) -> None:
    """Below it begins a whole one, unless that would leave many rows blank."""
    player = Player(find_simulation(name).build())
    player.jump(4)
    rows_of_lines = single_lines(
        [divide_worked_line(line) for line in player.view().worked_lines], theme_palette(App()), width
    )
    starts = {id(rows[0]) for rows in rows_of_lines}
    for height in range(3, 20):
        strips = end_page_whole(rows_of_lines, height)
        assert [strip.text for strip in strips if strip.text.strip()] == [
            strip.text for rows in rows_of_lines for strip in rows
        ]
        blank_rows = sum(not strip.text.strip() for strip in strips)
        assert blank_rows <= MAX_BLANK_ROWS
        if len(strips) > height and id(strips[height]) not in starts:
            cut = next(rows for rows in rows_of_lines if any(row is strips[height] for row in rows))
            above = next(place for place in range(height, -1, -1) if strips[place] is cut[0])
            assert above == 0 or height - above > MAX_BLANK_ROWS, (height, cut)

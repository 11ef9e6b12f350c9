"""Frames around cells and windows of images and tables leave the signs and numbers in them to be read."""

import pytest
from textual.theme import Theme

from tests.widgets.drawn import cells, palette
from tests.widgets.pictures import canvases, drawn
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart, HeatMap
from tutor.sims.engine.outline import outline_square
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.canvas import BRAILLE
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.shades import luminance

SIGNS = [[0.123 - (row + column) % 2 * 0.246 for column in range(6)] for row in range(6)]


def _table(top: int, left: int, size: tuple[int, int]) -> list[str]:
    """The lines of a small image whose cells have signs, with a frame around one cell."""
    frame = outline_square(top, left, 1, "", "accent")
    marks = (HeatMap(SIGNS, (0, 6), (0, 6), "cell", diverging=True), frame)
    chart = Chart("", marks, "", "column", "row", y_down=True, scale="image")
    lines = [strip.text.replace("┤", "│") for strip in drawn(chart, size)]
    return [line.split("│", 1)[1] for line in lines if "│" in line]


@pytest.mark.parametrize(("top", "left"), [(0, 0), (2, 3), (5, 5)])
@pytest.mark.parametrize("size", [(36, 11), (44, 18)], ids=["cells of one row", "cells of two rows"])
def test_a_frame_around_a_cell_covers_no_sign(size: tuple[int, int], top: int, left: int) -> None:
    lines = _table(top, left, size)
    signs = [[sign for sign in line.split("cell")[0] if sign in "+−"] for line in lines]
    expected = [["+" if value > 0 else "−" for value in row] for row in SIGNS]
    assert [row for row in signs if row] == expected, lines
    assert any(character in BRAILLE for line in lines for character in line), lines


def test_between_cells_of_one_row_the_sides_of_a_frame_stand_where_no_sign_is() -> None:
    row = _table(2, 3, (36, 11))[2].split("→")[0]
    assert "⡇−⡇" in row and row.count("⡇") == 2, row


def test_the_window_of_a_convolution_is_whole_in_a_low_terminal() -> None:
    player = Player(find_simulation("convolution").build())
    player.jump(12)
    lines = [strip.text for strip in drawn(player.view().pictures[0], (41, 18))]
    first, last = (next(row for row, line in order if "−" in line) for order in _both_ways(lines))
    assert "⣀" * 10 in lines[first - 1] and "⠉" * 10 in lines[last + 1]
    assert not any(character in BRAILLE - {"⡇"} for line in lines[first : last + 1] for character in line)


def _both_ways(lines: list[str]) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The lines with their numbers, from the top and from the bottom."""
    numbered = list(enumerate(lines))
    return numbered, numbered[::-1]


@pytest.mark.parametrize("size", [(36, 14), (44, 20), (66, 34)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_line_covers_a_sign_of_a_table(name: str, size: tuple[int, int]) -> None:
    for chart, canvas, lines in canvases(name, size):
        if not canvas.has_cells or canvas.backdrop is None:
            continue
        rows = ["".join(text for text, _ in texts)[canvas.margin :] for texts in lines]
        for (row, column), sign in (canvas.backdrop.signs or {}).items():
            assert not sign or rows[row][column] not in BRAILLE, (chart.title, row, column)


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" not in theme.name], ids=lambda it: it.name)
def test_the_frame_and_the_signs_in_an_image_are_all_lighter_or_all_darker_than_its_field(theme: Theme) -> None:
    """Over bright ink the frame of a convolution's window was black, and orange beside it."""
    player = Player(find_simulation("convolution").build())
    player.jump(12)
    strips = picture_strips(player.view().pictures[0], palette(theme), 60, 30, 2.0)
    marks = [cell for cell in cells(strips) if cell.colour and cell.behind and cell.sign not in " ▀▄█▌▐"]
    assert len(marks) > 60
    assert len({luminance(cell.colour or (0, 0, 0)) > luminance(cell.behind or (0, 0, 0)) for cell in marks}) == 1

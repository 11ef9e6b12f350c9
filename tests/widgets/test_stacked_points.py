"""Points that would cover each other are stacked, each one row above the one that it is stacked on."""

from statistics import mean, pstdev

import pytest
from textual.strip import Strip

from tests.widgets.drawn import cells, places_of_sign
from tests.widgets.pictures import PALETTE, PANES, SIZES, drawn
from tutor.patterns import compile_lazily
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.dot_signs import LARGE_SIGNS

LEFT_OUT = compile_lazily(r"\+(\d+)")
PLACES = [(97, 26), (56, 18), (76, 12), (24, 6)]


def test_the_points_of_a_stack_are_one_row_apart_at_every_size() -> None:
    stacks = 0
    for step in (1, 3, 4, 9, 14):
        player = Player(find_simulation("batchnorm").build(features=1))
        player.jump(step)
        (chart,) = player.view().pictures
        for size in (*SIZES, *PANES, *PLACES):
            strips = drawn(chart, size)
            columns: dict[tuple[str, int], list[int]] = {}
            for cell in cells(strips):
                if cell.sign in "●×" and cell.row > first_row(strips):
                    columns.setdefault((cell.sign, cell.column), []).append(cell.row)
            feet = {
                sign: max(max(rows) for (other, _), rows in columns.items() if other == sign) for sign, _ in columns
            }
            for (sign, _), rows in columns.items():
                assert rows == list(range(rows[0], feet[sign] + 1)), (step, size)
                stacks += len(rows) > 1
    assert stacks > 50


def first_row(strips: list[Strip]) -> int:
    """The row of the name of the vertical axis."""
    return next(row for row, strip in enumerate(strips) if strip.text.lstrip().startswith(("↑ ", "↓ ")))


@pytest.mark.parametrize("size", [*SIZES, *PANES, *PLACES], ids=str)
def test_no_stack_reaches_the_strip_above_it_or_leaves_the_picture(size: tuple[int, int]) -> None:
    marks = (
        Points([3.0] * 8, [1.0] * 4 + [2.0] * 4, "", "blue", "dot", 1.0),
        Points([2.0, 4.0], [1.0, 2.0], "", "orange", "A"),
    )
    strips = drawn(Chart("", marks, "", y_range=(0.7, 2.5), y_down=True), size)
    found = [cell for cell in cells(strips) if cell.sign in "●A"]
    first, second = sorted(cell.row for cell in found if cell.sign == "A")
    dots = sorted({cell.row for cell in found if cell.sign == "●"})  # what does not fit stands in the next column
    assert {first, second} <= set(dots)
    above, below = [row for row in dots if row <= first], [row for row in dots if row > first]
    assert above == list(range(above[0], first + 1))
    assert below == list(range(below[0], second + 1))
    assert below[0] > first
    assert above[0] >= 1


@pytest.mark.parametrize("size", [(97, 26), (120, 40)], ids=str)
def test_every_sample_is_seen_although_a_stack_has_few_rows(size: tuple[int, int]) -> None:
    values = [3.0] * 7 + [4.0, 5.0]
    marks = (Points(values, [1.0] * 9, "", "blue", "dot", 0.4), Points([2.0], [2.0], "", "orange", "cross"))
    strips = drawn(Chart("", marks, "", y_range=(0.7, 2.5), y_down=True), size)
    assert sum(cell.sign == "●" for cell in cells(strips)) == len(values)


@pytest.mark.parametrize("size", [(76, 12), (97, 26), (80, 24), (100, 30), (140, 44)], ids=str)
@pytest.mark.parametrize("values", [{}, {"features": 3, "seed": 1}, {"features": 1, "batch": 200}], ids=str)
def test_batchnorm_shows_every_sample_or_says_how_many_it_leaves_out(
    size: tuple[int, int], values: dict[str, int]
) -> None:
    player = Player(find_simulation("batchnorm").build(**values))
    for step in (0, 1, 2, 3, 4, 5, 12, 18):
        player.jump(step)
        (chart,) = player.view().pictures
        assert isinstance(chart, Chart)
        strips = drawn(chart, size)
        top = first_row(strips)
        shown = sum(cell.sign in "●×" and cell.row > top for cell in cells(strips))
        left_out = sum(int(number) for strip in strips[top + 1 :] for number in LEFT_OUT.findall(strip.text))
        samples = [mark for mark in chart.marks if isinstance(mark, Points) and mark.stack_room]
        assert shown + left_out == sum(len(mark.x) for mark in samples), step
        if values == {} and size[0] > 24:
            assert left_out == 0, step


@pytest.mark.parametrize("size", [(76, 12), (97, 26), (80, 24), (100, 30), (140, 44)], ids=str)
def test_the_mean_and_the_standard_deviation_have_signs_that_the_legend_names(size: tuple[int, int]) -> None:
    """On few rows their upright lines are specks."""
    player = Player(find_simulation("batchnorm").build())
    player.jump(12)
    (chart,) = player.view().pictures
    strips = drawn(chart, size)
    top = first_row(strips)
    seen = [cell.sign for cell in cells(strips) if cell.row > top]
    for glyph, colour, count in (("◆", PALETTE.roles["good"], 2), ("△", PALETTE.roles["muted"], 4)):
        in_dots = places_of_sign(strips, LARGE_SIGNS[glyph], colour)
        assert seen.count(glyph) + len(in_dots) == count, glyph
    legend = " ".join(strip.text for strip in strips[: top + 1])
    assert "◆" in legend and "△" in legend


@pytest.mark.parametrize("size", [(76, 12), (97, 26), (140, 44)], ids=str)
def test_an_upright_line_through_a_stack_is_seen_above_its_foot(size: tuple[int, int]) -> None:
    line = Line([3.0, 3.0], [1.0, 0.1], "μ", "good")
    points = Points([3.0] * 6, [1.0] * 6, "x", "blue", "dot", 1.0)
    chart = Chart("", (line, points), "", "x", "y", x_range=(0, 6), y_range=(0, 1.05), y_down=True)
    strips = drawn(chart, size)
    shown = [cell for cell in cells(strips) if cell.row > first_row(strips)]
    assert sum(cell.sign == "●" for cell in shown) == 6
    rows_of_line = {cell.row for cell in shown if cell.colour == PALETTE.roles["good"]}
    foot = max(cell.row for cell in shown if cell.sign == "●")
    assert set(range(foot - 3, foot)) <= rows_of_line


def test_batchnorm_marks_the_mean_and_the_standard_deviation_where_they_are_once_they_are_computed() -> None:
    player = Player(find_simulation("batchnorm").build())
    for step, labels in ((0, []), (1, ["μ"]), (2, ["μ", "μ ± σ", "μ ± σ"]), (4, ["μ", "μ ± σ", "μ ± σ"])):
        player.jump(step)
        (chart,) = player.view().pictures
        assert isinstance(chart, Chart)
        lines = [mark for mark in chart.marks if isinstance(mark, Line)]
        assert [line.label for line in lines] == labels
        first, second = zip(*player.state.x, strict=True)
        for line, sign in zip(lines, (0, -1, 1), strict=False):
            expected = [mean(feature) + sign * pstdev(feature) for feature in (first, second)]
            assert [line.x[0], line.x[3]] == pytest.approx(expected)

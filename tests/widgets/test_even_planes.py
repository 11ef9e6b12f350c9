"""The ticks of planes are at round numbers and in the middles of cells; a sign leaves a whole hole in the hatching."""

import pytest

from tests.widgets.pictures import PALETTE, canvases
from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.widgets.plots.plane import fit_in_pane
from tutor.widgets.plots.plot import picture_strips

OUTLINE = Line([-1.5, 3.37, 3.37, -1.5], [-1.5, -1.5, 1.67, 1.67], "outline", "blue")
"""A line around a range with 0 in it."""
GAP_SHADE = "░"


@pytest.mark.parametrize("size", [(60, 20), (97, 33), (97, 40)], ids=str)
def test_in_a_plane_without_a_field_0_is_in_the_middle_of_a_cell(size: tuple[int, int]) -> None:
    for offset in (0.0, 0.03, 0.11):
        moved = Line(OUTLINE.x, [y + offset for y in OUTLINE.y], "outline", "blue")
        fit = fit_in_pane(Chart("c", (moved,), "", scale="plane"), PALETTE, *size)
        for axis, cells in ((fit.x, fit.viewport.columns), (fit.y, fit.viewport.rows)):
            assert axis.share_of(0.0) * cells % 1 == pytest.approx(0.5)


def test_a_plane_has_round_ticks_rather_than_a_little_more_size() -> None:
    fit = fit_in_pane(Chart("c", (OUTLINE,), "", scale="plane"), PALETTE, 100, 33)
    assert fit.x.step == fit.y.step == 1.0


def test_around_a_sign_the_hatching_of_what_is_not_computed_is_left_out_in_a_rectangle() -> None:
    field = HeatMap([[None] * 20 for _ in range(20)], (0, 10), (0, 10), "f")
    chart = Chart("c", (field, Points([5.1], [5.1], "", "accent", "diamond")), "", scale="plane")
    rows = [strip.text for strip in picture_strips(chart, PALETTE, 60, 24)]
    holes = []
    for row in rows:
        first, last = row.find(GAP_SHADE), row.rfind(GAP_SHADE)
        hole = [column for column in range(first, last) if first >= 0 and row[column] != GAP_SHADE]
        if hole and last - first > 10:
            holes.append((hole[0], hole[-1]))
    assert len(holes) >= 2
    assert len(set(holes)) == 1


def test_a_field_that_is_computed_keeps_its_colours_around_signs() -> None:
    for _, canvas, _ in canvases("loss-surface"):
        if canvas.backdrop is not None:
            cells = [(row, column) for row in range(canvas.rows) for column in range(canvas.columns)]
            bare = canvas.backdrop.without_shades(cells)
            assert [[band for band in line if band >= 0] for line in bare.bands] == [
                [band for band in line if band >= 0] for line in canvas.backdrop.bands
            ]


@pytest.mark.parametrize("size", [(41, 17), (74, 28), (100, 40)], ids=str)
@pytest.mark.parametrize("moved", [0.0, 0.13, 0.3])
def test_zero_is_in_the_middle_of_a_cell_like_its_tick_even_where_the_range_is_given(
    moved: float, size: tuple[int, int]
) -> None:
    line = Line([0.0, 1.0], [0.0, 1.0])
    plane = Chart("c", (line,), "", "x", "y", (-1.7 - moved, 4.5), (-1.6, 2.6 + moved), scale="plane")
    fit = fit_in_pane(plane, PALETTE, *size)
    for axis, cells in ((fit.x, fit.viewport.columns), (fit.y, fit.viewport.rows)):
        assert axis.share_of(0.0) * cells % 1 == pytest.approx(0.5)

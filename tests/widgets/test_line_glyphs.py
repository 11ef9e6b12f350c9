"""The glyphs that tell lines apart: they stand on these, and where a line has few points, on its own ones."""

from itertools import combinations

import pytest

from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.looks import SHAPE_GLYPHS, Look, choose_line_glyphs, marked_roles
from tutor.widgets.plots.marks import POINTS_PER_GLYPH, draw_line
from tutor.widgets.plots.polyline import Point

SIZES = [(40, 12), (70, 20), (100, 30)]


def sparse_lines(chart: Chart, canvas: Canvas) -> list[tuple[str, list[Point]]]:
    """The glyph and the points of each line that has few, and more than its two ends."""
    glyphs, marked = choose_line_glyphs(chart), marked_roles(chart)
    found = []
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Line) and glyphs.get(index) and mark.role not in marked:
            own = [point for point in canvas.points(mark.x, mark.y) if canvas.holds(point)]
            found += [(glyphs[index], own)] if 2 < len(own) <= canvas.columns / 3 else []
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_line_of_few_points_has_its_glyphs_on_these(name: str, size: tuple[int, int]) -> None:
    """Layers, steps and degrees are whole numbers: a glyph between two of them would be a point that is none."""
    for chart, canvas, _ in canvases(name, size):
        for glyph, own in sparse_lines(chart, canvas):
            stamps = [stamp for stamp in canvas.stamps if stamp.glyph == glyph and set(stamp.points) <= set(own)]
            assert stamps and all(stamp.points for stamp in stamps), (chart.title, glyph)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_lines_through_the_same_few_places_have_their_glyphs_in_different_ones(
    name: str, size: tuple[int, int]
) -> None:
    for chart, canvas, _ in canvases(name, size):
        lines = sparse_lines(chart, canvas)
        for (glyph, own), (other_glyph, others) in combinations(lines, 2):
            places, other_places = [x for x, _ in own], [x for x, _ in others]
            if glyph != other_glyph and places == other_places and len(places) >= POINTS_PER_GLYPH:
                across, other_across = (
                    {x for stamp in canvas.stamps if stamp.glyph == sign for x, _ in stamp.points}
                    for sign in (glyph, other_glyph)
                )
                assert across.isdisjoint(other_across), (chart.title, glyph, other_glyph)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_signs_are_set_where_a_line_runs_near_the_middle_of_a_row(name: str) -> None:
    """A sign fills its row: on a line at the edge of one it would seem to be beside it. A level line has no choice.

    Neither has one of a few points.
    """
    for chart, canvas, _ in canvases(name):
        own = {point for _, points in sparse_lines(chart, canvas) for point in points}
        marked = {SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points)}
        for stamp in canvas.stamps:
            heights = [y for x, y in stamp.points if (x, y) not in own]
            is_level = max(heights, default=0.0) - min(heights, default=0.0) < 1
            if (
                stamp.glyph in set(choose_line_glyphs(chart).values()) - marked
                and chart.scale == "chart"
                and not is_level
            ):
                assert max((abs(y % 1 - 0.5) for y in heights), default=0.0) <= 0.25 + 1e-6, (chart.title, stamp)


def test_a_sign_of_a_sparse_line_stands_where_the_line_crosses_the_middle_of_a_row_if_one_of_three_points_does() -> (
    None
):
    xs = list(range(13))
    for lift in range(8):  # every third point is in the middle of a row, whatever row that is
        ys = [lift + (0.5 if x % 3 == lift % 3 else 0.95) for x in xs]
        canvas = Canvas(78, 12, Axis(-0.5, 12.5, (), ()), Axis(0.0, 12.0, (), ()), (0, 0, 0), (0, 0, 0))
        draw_line(Line(xs, ys, "l"), canvas, palette(), Look("○"))
        assert all(y % 1 == 0.5 for stamp in canvas.stamps for _, y in stamp.points), lift

"""The glyphs that tell lines apart: at the end of a line, and nowhere else."""

from itertools import product

import pytest

from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.line_ends import MAX_COLUMNS_BACK, _points_back
from tutor.widgets.plots.looks import (
    EXIT_GLYPHS,
    SHAPE_GLYPHS,
    Look,
    choose_line_looks,
    glyphs_of_marked_lines,
    is_closed,
)
from tutor.widgets.plots.marks import RUN_LETTERS, draw_line
from tutor.widgets.plots.polyline import Point

STEPS = (-1.5, -0.5, 0.5, 1.5)
"""From the corner of a cell to the middles of the cells around it."""
SIZES = [(40, 12), (70, 20), (100, 30)]


def lines_with_glyph(chart: Chart, canvas: Canvas) -> list[tuple[str, list[Point]]]:
    """The glyph and the points of each line that has one, unless points of its colour are its marks."""
    looks, marked = choose_line_looks(chart), glyphs_of_marked_lines(chart)
    return [
        (looks[index].glyph, list(canvas.all_to_cells(mark.x, mark.y)))
        for index, mark in enumerate(chart.marks)
        if isinstance(mark, Line) and looks[index].glyph and mark.role not in marked
    ]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_line_has_its_glyph_on_its_last_point_at_most(name: str, size: tuple[int, int]) -> None:
    """A glyph anywhere else on a line would be read as a point of the data that is none."""
    for chart, canvas, _ in canvases(name, size):
        for glyph, points in lines_with_glyph(chart, canvas):
            expected = {point for point in points[-1:] if canvas.holds(point)}
            stamps = [stamp for stamp in canvas.stamps if stamp.glyph == glyph]
            places = [{stamp.line[-1]} if stamp.line else set(stamp.points) for stamp in stamps]
            assert not expected or expected in places, (chart.title, glyph)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_sign_at_the_end_of_a_line_is_covered_by_no_other(name: str, size: tuple[int, int]) -> None:
    """The legend would name the line by a sign that is nowhere to be seen."""
    for chart, canvas, _ in canvases(name, size):
        for index, stamp in enumerate(canvas.stamps):
            if stamp.line:
                later = {canvas.cell(point) for above in canvas.stamps[index + 1 :] for point in above.points}
                taken = {canvas.cell(point) for other in canvas.stamps for point in other.points}
                has_place = any(canvas.cell(point) not in taken for point in _points_back(stamp.line))
                assert canvas.cell(stamp.points[0]) not in later or not has_place, (chart.title, stamp.glyph)
                (x, y), (end_x, end_y) = stamp.points[0], stamp.line[-1]
                assert y == end_y, "higher or lower it would contradict the value"
                assert end_x - x <= MAX_COLUMNS_BACK, (chart.title, stamp.glyph)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_glyph_stands_where_no_line_and_no_cloud_has_a_point(name: str) -> None:
    """The sign of a point may stand in the next cell, if that is on the point's own side of a line."""
    signs = set(SHAPE_GLYPHS.values()) - set(RUN_LETTERS) - set(EXIT_GLYPHS)
    for chart, canvas, _ in canvases(name):
        own = {
            point
            for mark in chart.marks
            if isinstance(mark, (Line, Points))
            for point in canvas.all_to_cells(mark.x, mark.y)
        }
        if canvas.boundaries is not None:
            clouds = [mark for mark in chart.marks if isinstance(mark, Points) and mark.label]
            places = [place for mark in clouds for place in canvas.all_to_cells(mark.x, mark.y) if canvas.holds(place)]
            own |= {(int(x) + right, int(y) + up) for x, y in places for right, up in product(STEPS, repeat=2)}
        if not any(isinstance(mark, Points) and mark.stack_room for mark in chart.marks):
            for stamp in canvas.stamps:
                stamped = {stamp.line[-1]} if stamp.line else set(stamp.points)
                assert stamp.glyph not in signs - {"+"} or stamped <= own, (chart.title, stamp.glyph)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_closed_line_that_its_pattern_tells_from_the_others_has_no_glyph(name: str) -> None:
    """It has no last point: where it was begun nothing is to be read."""
    for chart, _, _ in canvases(name):
        looks = choose_line_looks(chart)
        lines = {index: mark for index, mark in enumerate(chart.marks) if isinstance(mark, Line) and mark.label}
        for index, line in lines.items():
            same = {other.label for i, other in lines.items() if looks[i].pattern == looks[index].pattern}
            if (
                is_closed(line)
                and same == {line.label}
                and line.shape is None
                and line.role not in glyphs_of_marked_lines(chart)
            ):
                assert not looks[index].glyph, (chart.title, line.label)


def test_a_letter_of_a_sparse_run_stands_where_its_line_crosses_the_middle_of_a_row_if_one_of_three_points_does() -> (
    None
):
    xs = list(range(13))
    for lift in range(8):  # every third point is in the middle of a row, whatever row that is
        ys = [lift + (0.5 if x % 3 == lift % 3 else 0.95) for x in xs]
        canvas = Canvas(78, 12, Axis(-0.5, 12.5, (), ()), Axis(0.0, 12.0, (), ()), (0, 0, 0), (0, 0, 0))
        draw_line(Line(xs, ys, "l"), canvas, palette(), Look("B"))
        assert all(y % 1 == 0.5 for stamp in canvas.stamps for _, y in stamp.points), lift


def test_a_long_line_has_its_glyph_at_its_end_alone() -> None:
    canvas = Canvas(60, 12, Axis(0.0, 100.0, (), ()), Axis(0.0, 12.0, (), ()), (0, 0, 0), (0, 0, 0))
    draw_line(Line(list(range(101)), [6.5] * 101, "l"), canvas, palette(), Look("○"))
    assert [stamp.points for stamp in canvas.stamps] == [[(60.0, 6.5)]]

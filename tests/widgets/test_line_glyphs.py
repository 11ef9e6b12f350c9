"""The glyphs that tell lines apart: at the end of a line, and nowhere else."""

from itertools import product

import pytest

from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.dot_signs import LARGE_SIGNS
from tutor.widgets.plots.line_ends import settle_line_ends
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
def test_a_line_has_its_glyph_on_its_last_point_unless_another_sign_is_there(name: str, size: tuple[int, int]) -> None:
    """Then it has it on an earlier one: anywhere else it would be read as a point of the data that is none."""
    for chart, canvas, _ in canvases(name, size):
        for glyph, points in lines_with_glyph(chart, canvas):
            expected = {point for point in points[-1:] if canvas.holds(point)}
            stamps = [stamp for stamp in canvas.stamps if stamp.glyph == glyph]
            places = [{stamp.line[-1]} if stamp.line else set(stamp.points) for stamp in stamps]
            if expected and expected not in places:
                ((x, y),) = expected
                others = [point for stamp in canvas.stamps if stamp.glyph != glyph for point in stamp.points]
                near = [place for place in others if abs(place[0] - x) < 2 and abs(place[1] - y) <= 1]
                assert near, (chart.title, glyph)
                assert {place for stamp in stamps for place in stamp.points} <= set(points), (chart.title, glyph)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_sign_at_the_end_of_a_line_is_at_that_end_and_no_other_covers_it(name: str, size: tuple[int, int]) -> None:
    for chart, canvas, _ in canvases(name, size):
        for index, stamp in enumerate(canvas.stamps):
            if stamp.line:
                assert stamp.points == [stamp.line[-1]], (chart.title, stamp.glyph)
                later = {cell for above in canvas.stamps[index + 1 :] for cell in canvas.cells_of(above)}
                assert canvas.cell(stamp.points[0]) not in later, (chart.title, stamp.glyph)


def canvas_of(columns: int = 60, rows: int = 12) -> Canvas:
    axes = Axis(0.0, float(columns), (), ()), Axis(0.0, float(rows), (), ())
    return Canvas(columns, rows, *axes, (0, 0, 0), (0, 0, 0), single_signs=LARGE_SIGNS, marks_exits=True)


@pytest.mark.parametrize(("distance", "shown"), [(0.0, "○"), (0.7, "○"), (2.5, "●○")])
def test_of_two_ends_that_are_nearer_than_a_sign_the_later_is_shown_and_neither_is_moved(
    distance: float, shown: str
) -> None:
    canvas = canvas_of()
    for glyph, y in (("●", 5.0), ("○", 5.0 + distance)):
        draw_line(Line([0, 40], [5.0, y], glyph), canvas, palette(), Look(glyph))
    assert "".join(stamp.glyph for stamp in settle_line_ends(canvas)) == shown
    assert all(stamp.points[0][0] == 40.0 and stamp.sign for stamp in settle_line_ends(canvas))


@pytest.mark.parametrize(
    ("ys", "end"), [([1, 2, 3], (3, 3)), ([1, 2, float("nan")], (2, 2)), ([1, 8, 15], (3 - 4 / 7, 12))]
)
def test_the_letter_of_a_run_stands_where_its_line_ends_or_leaves_the_chart(
    ys: list[float], end: tuple[float, float]
) -> None:
    canvas = canvas_of()
    draw_line(Line([10, 20, 30], ys, "l"), canvas, palette(), Look("A"))
    (place,) = next(stamp.points for stamp in canvas.stamps if stamp.glyph == "A")
    x, y = 10 * end[0], end[1]
    assert place == pytest.approx((x, y), abs=1.5)
    arrows = {canvas.cell(point) for stamp in canvas.stamps if stamp.glyph in EXIT_GLYPHS for point in stamp.points}
    assert canvas.cell(place) not in arrows


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


def test_a_long_line_has_its_glyph_at_its_end_alone() -> None:
    canvas = Canvas(60, 12, Axis(0.0, 100.0, (), ()), Axis(0.0, 12.0, (), ()), (0, 0, 0), (0, 0, 0))
    draw_line(Line(list(range(101)), [6.5] * 101, "l"), canvas, palette(), Look("○"))
    assert [stamp.points for stamp in canvas.stamps] == [[(60.0, 6.5)]]

"""The sign of a point is drawn on the point's own side of every line: counted by eye, the two sides are right."""

from collections import Counter
from itertools import pairwise, product
from math import hypot

import pytest

from tests.widgets.pictures import PALETTE, canvases
from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.canvas import Canvas, Stamp, cell_of
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.looks import SHAPE_GLYPHS
from tutor.widgets.plots.plot import draw_canvas
from tutor.widgets.plots.polyline import Point
from tutor.widgets.plots.strips import ColouredText

Segment = tuple[Point, Point]


def turn(start: Point, end: Point, place: Point) -> float:
    return (end[0] - start[0]) * (place[1] - start[1]) - (end[1] - start[1]) * (place[0] - start[0])


def crosses(way: Segment, segment: Segment) -> bool:
    apart = turn(*segment, way[0]) * turn(*segment, way[1]) < 0
    return apart and turn(*way, segment[0]) * turn(*way, segment[1]) <= 0


def is_on(place: Point, segment: Segment) -> bool:
    (x, y), (other_x, other_y) = segment
    across, up = other_x - x, other_y - y
    length = across**2 + up**2 or 1.0
    share = max(0.0, min(1.0, ((place[0] - x) * across + (place[1] - y) * up) / length))
    return hypot(x + share * across - place[0], y + share * up - place[1]) <= 0.01


def sided_lines(chart: Chart, canvas: Canvas) -> list[list[Segment]]:
    """The lines with a name that are no grid, as segments in cells."""
    lines = [mark for mark in chart.marks if isinstance(mark, Line) and mark.label]
    names = Counter(line.label for line in lines)
    return [list(pairwise(canvas.all_to_cells(line.x, line.y))) for line in lines if names[line.label] <= 3]


def middle_of(place: Point, canvas: Canvas) -> Point:
    return cell_of(place[0], canvas.columns) + 0.5, cell_of(place[1], canvas.rows) + 0.5


def drawn_points(chart: Chart, canvas: Canvas) -> list[tuple[Point, Point]]:
    """Each point with a name as (its place, the middle of the cell or of the dots that it is drawn in)."""
    found: list[tuple[Point, Point]] = []
    stamps = list(canvas.stamps)
    for mark in chart.marks:
        if isinstance(mark, Points) and mark.label and not mark.stack_room:
            places = [place for place in canvas.all_to_cells(mark.x, mark.y) if canvas.holds(place)]
            look = SHAPE_GLYPHS[mark.shape], PALETTE.roles[mark.role], len(places)
            stamp = next((each for each in stamps if (each.glyph, each.colour, len(each.points)) == look), None)
            if stamp is None:
                assert is_covered(places, stamps), "only a later point in its place hides it"
                continue
            stamps.remove(stamp)
            middles = stamp.points if stamp.sign else [middle_of(place, canvas) for place in stamp.points]
            found += zip(places, middles, strict=True)
    return found


def is_covered(places: list[Point], stamps: list[Stamp]) -> bool:
    """Whether a single point is in the place of the single point of a stamp."""
    ((x, y),) = places
    return any(abs(x - stamp.points[0][0]) < 0.5 and abs(y - stamp.points[0][1]) < 0.25 for stamp in stamps)


def strays(chart: Chart, canvas: Canvas) -> list[tuple[Point, Point]]:
    """The points that are drawn beyond a line although a cell beside them is on their own side."""
    found = []
    lines = sided_lines(chart, canvas)
    for place, middle in drawn_points(chart, canvas):
        segments = [each for line in lines for each in line]
        if any(is_on(place, each) for each in segments):
            continue
        own = middle_of(place, canvas)
        assert max(abs(own[0] - middle[0]), abs(own[1] - middle[1])) <= 1, "it is drawn where it is, or beside that"
        if any(crosses((place, middle), each) for each in segments):
            beside = [(own[0] + right, own[1] + up) for right, up in product((-1, 0, 1), repeat=2)]
            inside = [(x, y) for x, y in beside if 0 < x < canvas.columns and 0 < y < canvas.rows]
            if any(not any(crosses((place, other), each) for each in segments) for other in inside):
                found.append((place, middle))
    return found


@pytest.mark.parametrize("size", [(42, 14), (70, 20)])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_sign_stands_beyond_a_line_that_its_point_is_not_beyond(name: str, size: tuple[int, int]) -> None:
    for chart, canvas, _ in canvases(name, size):
        assert strays(chart, canvas) == [], chart.title


def draw(chart: Chart, size: tuple[int, int] = (60, 20)) -> Canvas:
    """The canvas of a chart."""
    found: list[Canvas] = []

    def keep(canvas: Canvas) -> list[list[ColouredText]]:
        found.append(canvas)
        return draw_canvas(canvas)

    chart_strips(chart, PALETTE, *size, keep)
    return found[0]


def test_both_classes_stay_on_their_sides_of_a_slanting_line_and_are_moved_one_cell_at_most() -> None:
    steps = [index / 40 - 1 for index in range(81)]
    above = Points(steps, [0.3 * x + 0.004 for x in steps], "class +1", "blue", "dot")
    below = Points(steps, [0.3 * x - 0.004 for x in steps], "class −1", "orange", "cross")
    line = Line([-1, 1], [-0.3, 0.3], "z = 0")
    field = HeatMap([[0.0, 1.0]], (-1, 1), (-1, 1), "h", True)  # on a field, dense points are characters
    chart = Chart("near", (field, above, below, line), "", x_range=(-1, 1), y_range=(-1, 1), scale="plane")
    canvas = draw(chart)
    assert strays(chart, canvas) == []
    segment = next(canvas.all_to_cells(line.x, line.y)), list(canvas.all_to_cells(line.x, line.y))[1]
    for glyph, sign in (("●", 1), ("×", -1)):
        stamp = next(each for each in canvas.stamps if each.glyph == glyph)
        assert all(sign * turn(*segment, middle_of(place, canvas)) >= 0 for place in stamp.points)


def test_points_on_a_line_and_those_that_mark_one_stay_where_they_are() -> None:
    steps = [index / 10 for index in range(11)]
    curve = [x**2 for x in steps]
    for label, shift in (("on it", 0.0), ("", 0.004)):
        marked = Points(steps, [y + shift for y in curve], label)
        canvas = draw(Chart("curve", (Line(steps, curve, "square"), marked), ""))
        stamp = next(each for each in canvas.stamps if len(each.points) == len(steps))
        assert stamp.points == list(canvas.all_to_cells(marked.x, marked.y))


def test_a_point_in_a_gap_narrower_than_a_cell_stays_where_it_is() -> None:
    lines = [Line([0, 1], [height, height], name) for name, height in (("low", 0.5), ("high", 0.51))]
    point = Points([0.5], [0.505], "between")
    canvas = draw(Chart("gap", (*lines, point), "", x_range=(0, 1), y_range=(0, 1)))
    stamp = next(each for each in canvas.stamps if len(each.points) == 1 and each.glyph == "●")
    assert stamp.points == list(canvas.all_to_cells(point.x, point.y))


def stamp_of(line: Line, *points: tuple[float, float]) -> tuple[Stamp, Canvas]:
    """The stamp of points of class −1 on a field with a line, and its canvas."""
    far = [index / 100 for index in range(40)]  # so many points that they are characters
    xs, ys = [*(x for x, _ in points), *far], [*(y for _, y in points), *([-0.99] * len(far))]
    clouds = (
        Points(far, [0.99] * len(far), "class +1", "blue", "dot"),
        Points(xs, ys, "class −1", "orange", "cross"),
    )
    field = HeatMap([[0.0, 1.0]], (-1, 1), (-1, 1), "h", True)
    canvas = draw(Chart("z", (field, *clouds, line), "", x_range=(-1, 1), y_range=(-1, 1), scale="plane"), (34, 17))
    return next(each for each in canvas.stamps if each.glyph == "×"), canvas


def test_between_two_classes_a_sign_leaves_the_cells_of_the_line_which_stays_whole() -> None:
    line = Line([-1, 1], [1, -1], "z = 0")
    places = [(index / 20, -index / 20 - 0.01) for index in range(-15, 16, 3)]
    stamp, canvas = stamp_of(line, *places)
    start, end = canvas.all_to_cells(line.x, line.y)
    along = ((start[0] + (end[0] - start[0]) * k / 999, start[1] + (end[1] - start[1]) * k / 999) for k in range(1000))
    cells_of_line = Counter(map(canvas.cell, along))
    drawn = {canvas.cell(point) for point in stamp.points[: len(places)]}
    assert all(cells_of_line[cell] < 20 for cell in drawn), "at most a corner of such a cell has the line in it"
    assert len(drawn) == len(places), "no sign hides another"


def test_between_two_classes_the_sign_of_a_point_on_the_line_stands_on_the_line() -> None:
    line = Line([-1, 1], [1, -1], "z = 0")
    places = [(index / 20, -index / 20) for index in range(-15, 16, 3)]
    stamp, canvas = stamp_of(line, *places)
    start, end = canvas.all_to_cells(line.x, line.y)
    for point in stamp.points[: len(places)]:
        middle = middle_of(point, canvas)
        assert abs(turn(start, end, middle)) / hypot(end[0] - start[0], end[1] - start[1]) < 0.2

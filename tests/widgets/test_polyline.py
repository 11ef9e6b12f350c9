"""A line on a canvas: what is seen of it is there, what is not is cut off at the edge."""

from math import hypot, inf, nan

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.widgets.drawn import cells, palette, stroke
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.polyline import Point, clip_segment, thin_points, visible_pieces

PALETTE = palette()
COLUMNS, ROWS = 20.0, 8.0
STEADY = settings(derandomize=True, deadline=None, max_examples=150)
ABOUT = st.tuples(st.integers(-30, 50), st.integers(-20, 30)).map(lambda point: (float(point[0]), float(point[1])))


def on_canvas(point: Point, slack: float = 1e-9) -> bool:
    return -slack <= point[0] <= COLUMNS + slack and -slack <= point[1] <= ROWS + slack


def share(start: Point, end: Point, point: Point) -> float:
    """How far along the segment a point of it lies: 0 at its start, 1 at its end."""
    along, across = end[0] - start[0], end[1] - start[1]
    return ((point[0] - start[0]) * along + (point[1] - start[1]) * across) / (along**2 + across**2 or 1)


@STEADY
@given(ABOUT, ABOUT)
def test_what_is_left_of_a_segment_is_all_of_it_that_lies_on_the_canvas(start: Point, end: Point) -> None:
    assume(start != end)
    at = [(start[0] + k / 600 * (end[0] - start[0]), start[1] + k / 600 * (end[1] - start[1])) for k in range(601)]
    seen = [k / 600 for k, point in enumerate(at) if on_canvas(point, -1e-6)]
    part = clip_segment(start, end, COLUMNS, ROWS)
    if part is None:
        assert seen == []
        return
    first, last = (share(start, end, point) for point in part)
    for point, place in zip(part, (first, last), strict=True):
        assert on_canvas(point)
        there = (start[0] + place * (end[0] - start[0]), start[1] + place * (end[1] - start[1]))
        assert hypot(there[0] - point[0], there[1] - point[1]) < 1e-9
    assert -1e-9 <= first <= last + 1e-9 <= 1 + 2e-9
    if seen:
        assert first <= seen[0] + 1e-6
        assert last >= seen[-1] - 1e-6


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [
        ((-10, 4), (30, 4), ((0, 4), (20, 4))),
        ((30, 4), (-10, 4), ((20, 4), (0, 4))),
        ((5, -4), (5, 12), ((5, 0), (5, 8))),
        ((5, 12), (5, 2), ((5, 8), (5, 2))),
        ((2, 2), (2, 40), ((2, 2), (2, 8))),
        ((-4, -4), (12, 12), ((0, 0), (8, 8))),
        ((0, 0), (20, 8), ((0, 0), (20, 8))),
        ((-5, -1), (25, -1), None),
        ((-5, 9), (25, 9), None),
        ((-1, -5), (-1, 25), None),
        ((21, -5), (21, 25), None),
        ((-10, 4), (4, 20), None),
        ((16, 20), (30, 2), None),
        ((-9, 3), (-2, 4), None),
        ((22, 3), (29, 4), None),
        ((3, 9), (4, 12), None),
        ((3, -9), (4, -2), None),
        ((-5, -5), (-5, -5), None),
    ],
)
def test_a_segment_is_cut_at_the_edges(start: Point, end: Point, part: tuple[Point, Point] | None) -> None:
    found = clip_segment(start, end, COLUMNS, ROWS)
    if part is None or found is None:
        assert found is part
        return
    assert all(hypot(a[0] - b[0], a[1] - b[1]) < 1e-12 for a, b in zip(found, part, strict=True))


def test_a_line_that_leaves_and_comes_back_has_two_pieces_that_end_at_the_edge() -> None:
    line = [(2.0, 4.0), (2.0, 12.0), (6.0, 12.0), (6.0, 4.0)]
    assert list(visible_pieces(line, COLUMNS, ROWS)) == [[(2.0, 4.0), (2.0, 8.0)], [(6.0, 8.0), (6.0, 4.0)]]


def test_a_line_that_passes_over_the_canvas_without_a_point_on_it_is_seen() -> None:
    assert list(visible_pieces([(-10.0, 4.0), (30.0, 4.0)], COLUMNS, ROWS)) == [[(0.0, 4.0), (20.0, 4.0)]]


@pytest.mark.parametrize("gap", [(nan, 4.0), (4.0, nan), (inf, 4.0), (4.0, -inf)])
def test_a_missing_value_breaks_a_line(gap: Point) -> None:
    line = [(1.0, 1.0), (2.0, 2.0), gap, (6.0, 4.0), (7.0, 4.0)]
    assert list(visible_pieces(line, COLUMNS, ROWS)) == [[(1.0, 1.0), (2.0, 2.0)], [(6.0, 4.0), (7.0, 4.0)]]


@STEADY
@given(st.lists(ABOUT, min_size=1, max_size=12))
def test_no_piece_leaves_the_canvas_and_no_point_on_it_is_lost(line: list[Point]) -> None:
    found = list(visible_pieces(line, COLUMNS, ROWS))
    assert all(on_canvas(point) for piece in found for point in piece)
    for x, y in line:
        if on_canvas((x, y), -1e-9):
            column = int(2 * x)
            heights = [height for piece in found for at, height in piece if int(2 * at) == column]
            assert min(heights) <= y <= max(heights)


@STEADY
@given(st.lists(ABOUT, max_size=30))
def test_thinning_keeps_ends_and_extremes_of_every_column_of_dots(line: list[Point]) -> None:
    line = sorted((abs(x) / 10, y) for x, y in line)
    kept = thin_points(line)
    for column in {int(2 * x) for x, _ in line}:
        before, after = ([y for x, y in points if int(2 * x) == column] for points in (line, kept))
        assert (before[0], before[-1], min(before), max(before)) == (after[0], after[-1], min(after), max(after))
        assert len(after) <= 4


@pytest.mark.parametrize("level", [0.0, 0.1, 0.3, 0.5, 0.7])
def test_a_flat_line_has_one_height_whatever_arithmetic_makes_of_its_values(level: float) -> None:
    xs = [index / 40 for index in range(41)]
    ys = [level + noise * 1e-16 for noise in range(-20, 21)]
    for rows in range(9, 30):
        line = Line(xs, ys, role="blue")
        strips = picture_strips(Chart("", (line, Points([0, 1], [0, 1], role="muted")), ""), PALETTE, 50, rows)
        assert len({y for _, y in stroke(strips, PALETTE.roles["blue"])}) == 1, (level, rows)


@pytest.mark.parametrize("power", [0.5, 1, 2, 3])
def test_a_point_stands_in_a_cell_that_its_own_curve_passes(power: float) -> None:
    shares = [index / 50 for index in range(51)]
    line = Line(shares, [share**power for share in shares], role="blue")
    on_it = Points(shares[::7], [share**power for share in shares[::7]], role="run A", shape="A")
    for size in ((44, 9), (60, 14), (76, 21), (100, 30), (53, 17)):
        bare, marked = (picture_strips(Chart("", marks, ""), PALETTE, *size) for marks in ((line,), (line, on_it)))
        passed = {(cell.row, cell.column) for cell in cells(bare) if cell.dots}
        points = {(cell.row, cell.column) for cell in cells(marked) if cell.sign == "A"}
        assert len(points) > 5
        assert points <= passed, (power, size)

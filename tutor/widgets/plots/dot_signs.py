"""The signs of points drawn in dots, as lines are, so that a point is exactly on its line or beside a boundary.

A character fills a whole cell: its middle can be half a row off. A sign of dots is centred at the dot nearest to the
true place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite

from tutor.sims.engine.chart import Chart, HeatMap, Points
from tutor.widgets.plots.looks import SHAPE_GLYPHS
from tutor.widgets.plots.polyline import ROUNDING, Point

Dot = tuple[int, int]
"""The position of a dot: how many dots from the left, and from the bottom."""

MAX_SINGLE_POINTS = 3
"""So many points of one mark are seen one by one, as a current point or an optimum is; more are a cloud."""
MIN_CELLS_PER_LARGE_SIGN = 30
"""The fewest cells of the canvas for each point of its clouds at which their signs are large."""
MIN_CELLS_FOR_LARGE_SIGNS = 500
"""On a plane with fewer cells, single points are small: a large sign would be longer than a path of a few steps."""
MAX_COUNTED_POINTS = 60
"""Of so many points each counts; of more points, the shape of their cloud."""


@dataclass(frozen=True)
class DotSign:
    """A sign: its size in dots, and the dots in it, from its lower left corner."""

    columns: int
    rows: int
    dots: tuple[Dot, ...]

    def corner(self, point: Point, canvas_columns: int, canvas_rows: int) -> Dot:
        """The lower left dot of the sign at a point of a canvas of so many cells; the sign is wholly on the canvas."""
        left, bottom = _first_dot(2 * point[0], self.columns), _first_dot(4 * point[1], self.rows)
        return (
            max(0, min(left, 2 * canvas_columns - self.columns)),
            max(0, min(bottom, 4 * canvas_rows - self.rows)),
        )


def _first_dot(middle: float, length: int) -> int:
    """The first of `length` dots whose middle is as near as possible to a position, given in dots."""
    return floor(middle - length / 2 + 0.5 + ROUNDING)


def _read(picture: str) -> DotSign:
    """Read a sign from its rows, the upper first, with an X for each dot."""
    rows = picture.split()[::-1]
    dots = tuple((x, y) for y, row in enumerate(rows) for x, character in enumerate(row) if character == "X")
    return DotSign(len(rows[0]), len(rows), dots)


LARGE_SIGNS: Mapping[str, DotSign] = {
    "●": _read(".XX. XXXX XXXX .XX."),
    "○": _read(".XX. X..X X..X .XX."),
    "◆": _read("..X.. .XXX. XXXXX .XXX. ..X.."),
    "■": _read("XXXX XXXX XXXX XXXX"),
    "□": _read("XXXX X..X X..X XXXX"),
    "×": _read("X...X .X.X. ..X.. .X.X. X...X"),
    "+": _read("..X.. ..X.. XXXXX ..X.. ..X.."),
    "△": _read("..X.. .X.X. X...X XXXXX"),
    "▽": _read("XXXXX X...X .X.X. ..X.."),
}
"""Character → its sign for single points and ends of lines where there is room, and for sparse clouds."""
SMALL_SIGNS: Mapping[str, DotSign] = {
    "●": _read("XX XX"),
    "○": _read(".X. X.X .X."),
    "◆": _read(".X. XXX XXX .X."),
    "■": _read("XXX XXX XXX"),
    "□": _read("XXX X.X XXX"),
    "×": _read("X.X .X. X.X"),
    "+": _read(".X. XXX .X."),
    "△": _read(".X. X.X XXX"),
    "▽": _read("XXX X.X .X."),
}
"""Character → its sign for the points of a dense cloud or sequence, and for single points of a small plane."""
CLOUD_SIGNS: Mapping[str, DotSign] = {**SMALL_SIGNS, "×": _read("X. .X")}
"""Character → its sign for many points: whole crosses that touch each other would be a carpet."""


def choose_single_signs(chart: Chart, columns: int, rows: int) -> Mapping[str, DotSign]:
    """The signs of single points and ends of lines of a chart on a canvas of columns × rows cells."""
    is_small = chart.scale == "plane" and columns * rows < MIN_CELLS_FOR_LARGE_SIGNS
    return SMALL_SIGNS if is_small else LARGE_SIGNS


def choose_cloud_signs(
    chart: Chart, columns: int, rows: int, to_cells: Callable[[float, float], Point]
) -> Mapping[str, DotSign]:
    """The signs of the clouds of a chart on a canvas of columns × rows cells; none where characters are clearer.

    Characters are clearer if points are close together and yet are told apart one by one, on a field: a few data
    points, and those of both classes; and where there is room for large signs, but those of two clouds cut each other.
    `to_cells` converts a point from the units of the axes to cells.
    """
    clouds = [mark for mark in chart.primitives() if isinstance(mark, Points) and not mark.stack_room]
    count = sum(len(mark.x) for mark in clouds)
    if count * MIN_CELLS_PER_LARGE_SIGN <= columns * rows:
        return {} if _cut_each_other(clouds, columns, rows, to_cells) else LARGE_SIGNS
    has_field = any(isinstance(mark, HeatMap) for mark in chart.primitives())
    are_told_apart = count <= MAX_COUNTED_POINTS or has_classes(chart)
    if are_told_apart and has_field:
        return {}
    return SMALL_SIGNS if count <= MAX_COUNTED_POINTS else CLOUD_SIGNS


def _cut_each_other(
    clouds: Sequence[Points], columns: int, rows: int, to_cells: Callable[[float, float], Point]
) -> bool:
    """Whether large signs of different clouds share a cell, in which only the dots of one colour are drawn."""
    taken: set[Dot] = set()  # the cells of the clouds so far
    for cloud in clouds:
        sign = LARGE_SIGNS.get(SHAPE_GLYPHS[cloud.shape])
        if sign is None or len(cloud.x) <= MAX_SINGLE_POINTS:
            continue
        points = (to_cells(x, y) for x, y in zip(cloud.x, cloud.y, strict=True))
        corners = {sign.corner(point, columns, rows) for point in points if all(map(isfinite, point))}
        cells = {((left + x) // 2, (bottom + y) // 4) for left, bottom in corners for x, y in sign.dots}
        if not taken.isdisjoint(cells):
            return True
        taken |= cells
    return False


def has_classes(chart: Chart) -> bool:
    """Whether a chart has points of both classes: blue and orange, as the two sides of a field, in two shapes."""
    points = [mark for mark in chart.primitives() if isinstance(mark, Points) and len(mark.x)]
    shape_of_class = {mark.role: mark.shape for mark in points if mark.role in {"blue", "orange"}}
    return len(set(shape_of_class.values())) == 2

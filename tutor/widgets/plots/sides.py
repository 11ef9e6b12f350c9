"""Keeps the sign of a point on the point's own side of every line.

A sign takes a whole cell, so its middle can lie beyond a line although the point does not. A learner who counts the
points on each side of a boundary would then count wrongly.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tutor.sims.engine.chart import Chart, Line, Points
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.looks import MAX_LINES_WITH_GLYPHS
from tutor.widgets.plots.polyline import Point

if TYPE_CHECKING:
    import numpy as np

ON_LINE = 0.01
"""The distance in cells up to which a point is on a line and has no side of it; samples of a curve are so near."""
ROWS_TO_COLUMNS = 2.0
"""The height of a cell in widths, by which the nearest of the neighbouring cells is chosen."""


@dataclass(frozen=True)
class Boundaries:
    """The lines of a chart that have sides, as segments in cells of the canvas: segments × (x, y)."""

    starts: "np.ndarray"
    ends: "np.ndarray"
    lines: "np.ndarray"
    """The number of the line to which each segment belongs."""

    @cached_property
    def lows(self) -> "np.ndarray":
        """The lower left corner of the box around each segment."""
        import numpy as np

        return np.minimum(self.starts, self.ends)

    @cached_property
    def highs(self) -> "np.ndarray":
        """The upper right corner of the box around each segment."""
        import numpy as np

        return np.maximum(self.starts, self.ends)

    def near(self, middles: "np.ndarray", reach: float) -> tuple["np.ndarray", "np.ndarray"]:
        """The pairs of a cell and a segment that may come within `reach` cells of the cell's middle: their indices."""
        is_near = (self.lows[:, 0] <= middles[:, :1] + reach) & (self.highs[:, 0] >= middles[:, :1] - reach)
        is_near &= (self.lows[:, 1] <= middles[:, 1:] + reach) & (self.highs[:, 1] >= middles[:, 1:] - reach)
        cells, segments = is_near.nonzero()
        return cells, segments


def has_sides(mark: Points) -> bool:
    """Whether the points of a mark keep to their side of lines.

    Those without a name mark a line and are on it; those that are stacked have places of their own.
    """
    return bool(mark.label) and not mark.stack_room


def find_boundaries(chart: Chart, x: Axis, y: Axis, columns: int, rows: int) -> Boundaries | None:
    """The lines that have sides, on a canvas of columns × rows cells with these axes; `None` if no point needs them.

    The lines of a grid, and those without a name, only show a shape.
    """
    if not any(isinstance(mark, Points) and has_sides(mark) for mark in chart.marks):
        return None
    named_lines = [mark for mark in chart.marks if isinstance(mark, Line) and mark.label and len(mark.x) > 1]
    count_of_label = Counter(line.label for line in named_lines)
    lines = [line for line in named_lines if count_of_label[line.label] <= MAX_LINES_WITH_GLYPHS]
    if not lines:
        return None
    import numpy as np

    places = [np.column_stack([x.shares_of(line.x) * columns, y.shares_of(line.y) * rows]) for line in lines]
    starts, ends = np.concatenate([line[:-1] for line in places]), np.concatenate([line[1:] for line in places])
    numbers = np.repeat(np.arange(len(places)), [len(line) - 1 for line in places])
    is_finite = np.isfinite(starts).all(axis=1) & np.isfinite(ends).all(axis=1)  # false where a line has a gap
    return Boundaries(starts[is_finite], ends[is_finite], numbers[is_finite])


def keep_sides(points: Sequence[Point], boundaries: Boundaries, columns: int, rows: int) -> list[Point]:
    """Move each point whose cell has its middle beyond a boundary to the nearest cell on the point's own side.

    Only the eight neighbouring cells are tried; where none of them will do, the point stays.
    """
    import numpy as np

    if not points:
        return []
    places = np.array(points)  # points × (x, y)
    limits = np.array([columns, rows])
    middles = np.clip(np.floor(places + 1e-6), 0, limits - 1) + 0.5
    indices, segments = boundaries.near(middles, 0.5 + ON_LINE)
    starts, ends = boundaries.starts[segments], boundaries.ends[segments]
    is_on_line = np.zeros((len(places), boundaries.lines.max(initial=0) + 1), dtype=bool)  # points × lines
    is_on = _distances(places[indices], starts, ends) <= ON_LINE
    is_on_line[indices[is_on], boundaries.lines[segments[is_on]]] = True
    is_beyond = _crosses(places[indices], middles[indices], starts, ends)
    is_beyond &= ~is_on_line[indices, boundaries.lines[segments]]
    strays = np.unique(indices[is_beyond])  # the indices of the points whose cells are beyond a line
    if not strays.size:
        return list(points)
    candidates = middles[strays, None] + np.array(_NEIGHBOURS)  # strays × neighbours × (x, y)
    is_unfit = ((candidates < 0) | (candidates > limits)).any(axis=2)
    rows_of_pairs, segments = boundaries.near(middles[strays], 1.5)
    indices = strays[rows_of_pairs]
    is_beyond = _crosses(
        places[indices, None],
        candidates[rows_of_pairs],
        boundaries.starts[segments, None],
        boundaries.ends[segments, None],
    )
    is_beyond &= ~is_on_line[indices, boundaries.lines[segments]][:, None]
    pairs, neighbours = is_beyond.nonzero()
    is_unfit[rows_of_pairs[pairs], neighbours] = True
    steps = (candidates - places[strays, None]) * (1.0, ROWS_TO_COLUMNS)
    distances = np.where(is_unfit, np.inf, np.sum(steps**2, axis=2))
    nearest = distances.argmin(axis=1)
    kept = list(points)
    for row, index in enumerate(strays):
        if not is_unfit[row, nearest[row]]:
            column, height = candidates[row, nearest[row]]
            kept[index] = float(column), float(height)
    return kept


_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""The steps from a cell to the eight cells around it."""


def _distances(places: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """The distance in cells of each place from the segment beside it."""
    import numpy as np

    ways = ends - starts
    lengths = np.sum(ways**2, axis=1)
    shares = np.sum((places - starts) * ways, axis=1) / np.where(lengths > 0, lengths, 1.0)
    nearest = starts + np.clip(shares, 0, 1)[:, None] * ways
    return np.hypot(*(nearest - places).T)


def _crosses(places: "np.ndarray", others: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """Whether the straight way from each place to the other crosses the segment beside them."""
    walls, ways = ends - starts, others - places
    is_apart = _turn(walls, places - starts) * _turn(walls, others - starts) < 0
    meets_wall = _turn(ways, starts - places) * _turn(ways, ends - places) <= 0
    return is_apart & meets_wall


def _turn(first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """The cross product of vectors (x, y): above 0 where the second is to the left of the first."""
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]

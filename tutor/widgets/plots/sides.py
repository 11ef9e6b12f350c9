"""Keeps the sign of a point on the point's own side of every line.

A sign takes a whole cell, so its middle can lie beyond a line although the point does not. A learner who counts the
points on each side of a boundary would then count wrongly.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
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

        lows: np.ndarray = np.minimum(self.starts, self.ends)
        return lows

    @cached_property
    def highs(self) -> "np.ndarray":
        """The upper right corner of the box around each segment."""
        import numpy as np

        highs: np.ndarray = np.maximum(self.starts, self.ends)
        return highs

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
    size = np.array([columns, rows])
    middles = np.clip(np.floor(places + 1e-6), 0, size - 1) + 0.5
    indices, segments = boundaries.near(middles, 0.5 + ON_LINE)
    starts, ends, lines = boundaries.starts[segments], boundaries.ends[segments], boundaries.lines[segments]
    is_on_line = np.zeros((len(places), boundaries.lines.max(initial=0) + 1), dtype=bool)  # points × lines
    is_on = _distances(places[indices], starts, ends) <= ON_LINE
    is_on_line[indices[is_on], lines[is_on]] = True
    is_beyond = _crosses(places[indices], middles[indices], starts, ends) & ~is_on_line[indices, lines]
    strays = np.unique(indices[is_beyond])
    kept = list(points)
    if strays.size:
        cells = _find_own_cells(places[strays], middles[strays], is_on_line[strays], boundaries, size)
        for stray, (x, y) in zip(strays.tolist(), cells.tolist(), strict=True):
            kept[stray] = kept[stray] if isnan(x) else (x, y)
    return kept


def _find_own_cells(
    places: "np.ndarray", middles: "np.ndarray", is_on_line: "np.ndarray", boundaries: Boundaries, size: "np.ndarray"
) -> "np.ndarray":
    """For each place, the middle of the nearest cell beside its own that is beyond no boundary; nan if there is none.

    `middles` are those of the places' own cells, `is_on_line` is true for each boundary that a place is on (places ×
    lines), and `size` is the columns and rows of the canvas.
    """
    import numpy as np

    candidates = middles[:, None] + np.array(_NEIGHBOURS)  # places × neighbours × (x, y)
    is_unfit = ((candidates < 0) | (candidates > size)).any(axis=2)
    indices, segments = boundaries.near(middles, 1.5)
    starts, ends, lines = boundaries.starts[segments], boundaries.ends[segments], boundaries.lines[segments]
    is_beyond = _crosses(places[indices, None], candidates[indices], starts[:, None], ends[:, None])
    pairs, neighbours = (is_beyond & ~is_on_line[indices, lines][:, None]).nonzero()
    is_unfit[indices[pairs], neighbours] = True
    steps = (candidates - places[:, None]) * (1.0, ROWS_TO_COLUMNS)
    distances = np.where(is_unfit, np.inf, np.sum(steps**2, axis=2))
    nearest = np.arange(len(places)), distances.argmin(axis=1)
    cells: np.ndarray = np.where(is_unfit[nearest][:, None], np.nan, candidates[nearest])
    return cells


_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""The steps from a cell to the eight cells around it."""


def _distances(places: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """The distance in cells of each place from the segment beside it."""
    import numpy as np

    ways = ends - starts
    lengths = np.sum(ways**2, axis=1)
    shares = np.sum((places - starts) * ways, axis=1) / np.where(lengths > 0, lengths, 1.0)
    nearest = starts + np.clip(shares, 0, 1)[:, None] * ways
    distances: np.ndarray = np.hypot(*(nearest - places).T)
    return distances


def _crosses(places: "np.ndarray", others: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """Whether the straight way from each place to the other crosses the segment beside them."""
    walls, ways = ends - starts, others - places
    is_apart: np.ndarray = _turn(walls, places - starts) * _turn(walls, others - starts) < 0
    meets_wall: np.ndarray = _turn(ways, starts - places) * _turn(ways, ends - places) <= 0
    crosses: np.ndarray = is_apart & meets_wall
    return crosses


def _turn(first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """The cross product of vectors (x, y): above 0 where the second is to the left of the first."""
    turn: np.ndarray = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return turn

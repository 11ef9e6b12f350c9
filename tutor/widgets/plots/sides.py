"""Keeps a point that is drawn as a character on the point's own side of every line.

A character takes a whole cell, so its middle can lie beyond a line although the point does not. A learner who counts
the points on each side of a boundary would then count wrongly. Between two classes, such a character also keeps out of
the cells of the line, which would have a gap there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING

from tutor.sims.engine.chart import Chart, Line, Points
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.dot_signs import has_classes
from tutor.widgets.plots.looks import MAX_LINES_WITH_GLYPHS, count_lines
from tutor.widgets.plots.polyline import Point

if TYPE_CHECKING:
    import numpy as np

ON_LINE = 0.01
"""The distance in cells up to which a point is on a line and has no side; samples of a curve are so near."""
ROWS_TO_COLUMNS = 2.0
"""How many times as high as wide a cell is taken to be when the nearest of the neighbouring cells is chosen."""
COST_OF_LINE, COST_OF_POINT = 8.0, 16.0
"""How much farther, in squared columns, a cell is taken to be that has a line in it, or another point of the mark."""
CORNER = 0.1
"""How far, in cells, a line must be in a cell to be cut by a character there."""


@dataclass(frozen=True)
class Boundaries:
    """The lines of a chart that have sides, as straight segments; coordinates are in cells of the canvas."""

    starts: "np.ndarray"
    ends: "np.ndarray"
    """The two ends of each segment: segments × (x, y)."""
    part_classes: bool = False
    """Whether points of two classes are on their sides, so that they keep out of the cells of the lines."""

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

    def pair_with_cells(self, middles: "np.ndarray", reach: float) -> tuple["np.ndarray", "np.ndarray"]:
        """Pair each cell with each segment that may come within `reach` cells of its middle, to test only these.

        Returns: the indices of the cells, and those of the segments; both arrays have an entry for each pair.
        """
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
    count_of_label = count_lines(chart)
    lines = [line for line in named_lines if count_of_label[line.label] <= MAX_LINES_WITH_GLYPHS]
    if not lines:
        return None
    import numpy as np

    points_of_lines = [np.column_stack([x.shares_of(line.x) * columns, y.shares_of(line.y) * rows]) for line in lines]
    starts = np.concatenate([points[:-1] for points in points_of_lines])
    ends = np.concatenate([points[1:] for points in points_of_lines])
    is_finite = np.isfinite(starts).all(axis=1) & np.isfinite(ends).all(axis=1)  # false where a line has a gap
    return Boundaries(starts[is_finite], ends[is_finite], has_classes(chart))


def keep_sides(points: Sequence[Point], boundaries: Boundaries | None, columns: int, rows: int) -> list[Point]:
    """Move each point whose cell has its middle beyond a boundary to the nearest cell on the point's own side.

    Only the eight neighbouring cells are tried; where none of them will do, the point stays. So does a point on a line:
    beside its cell it would seem to be off that line. Lines that part two classes are kept in sight too: a point in a
    cell of such a line moves out of it, and one on the line to a cell with its middle on it.
    """
    import numpy as np

    if not points or boundaries is None:
        return list(points)
    positions = np.array(points)  # points × (x, y)
    size = np.array([columns, rows])
    middles = np.clip(np.floor(positions + 1e-6), 0, size - 1) + 0.5  # of the cells in which the points lie
    # Pairs of a point and a segment near its cell: the arrays up to `is_beyond` have an entry for each pair.
    indices, segments = boundaries.pair_with_cells(middles, 0.5 + ON_LINE)
    starts, ends = boundaries.starts[segments], boundaries.ends[segments]
    is_on_line = _distances(positions[indices], starts, ends) <= ON_LINE
    is_beyond = _crosses(positions[indices], middles[indices], starts, ends)
    if boundaries.part_classes:
        is_beyond |= _enters(middles[indices], starts, ends)
    strays = np.setdiff1d(indices[is_beyond], indices[is_on_line])
    moved = list(points)
    if strays.size:
        cells = _find_own_cells(positions, middles, strays, boundaries, size)
        for stray, (x, y) in zip(strays.tolist(), cells.tolist(), strict=True):
            has_own_cell = not isnan(x)
            if has_own_cell:
                moved[stray] = x, y
    if boundaries.part_classes:
        for index, start, end in zip(indices[is_on_line].tolist(), starts[is_on_line], ends[is_on_line], strict=True):
            candidates = np.clip(middles[index] + np.array(_CELLS_AROUND), 0.5, size - 0.5)
            distances = _distances(candidates, np.broadcast_to(start, candidates.shape), end)
            moved[index] = tuple(candidates[distances.round(6).argmin()].tolist())
    return moved


def _find_own_cells(
    positions: "np.ndarray", middles: "np.ndarray", strays: "np.ndarray", boundaries: Boundaries, size: "np.ndarray"
) -> "np.ndarray":
    """For each stray, the middle of the nearest cell at its own that is beyond no boundary; nan if there is none.

    `middles` are those of the own cells of all points, `strays` the indices of those to be moved, and `size` is the
    columns and rows of the canvas. A cell with a line that parts classes, or with another point, is as if farther.
    """
    import numpy as np

    candidates = middles[strays, None] + np.array(_CELLS_AROUND)  # strays × cells × (x, y)
    is_unfit = ((candidates < 0) | (candidates > size)).any(axis=2)
    indices, segments = boundaries.pair_with_cells(middles[strays], 1.5)  # the middles of neighbours are so far at most
    starts, ends = boundaries.starts[segments, None], boundaries.ends[segments, None]
    # Pairs of a stray and a segment × cells.
    pairs, cells = _crosses(positions[strays][indices, None], candidates[indices], starts, ends).nonzero()
    is_unfit[indices[pairs], cells] = True
    costs = np.sum(((candidates - positions[strays, None]) * (1.0, ROWS_TO_COLUMNS)) ** 2, axis=2)
    if boundaries.part_classes:
        pairs, cells = _enters(candidates[indices], starts, ends).nonzero()
        costs[indices[pairs], cells] += COST_OF_LINE
    costs[is_unfit] = np.inf
    taken = set(map(tuple, np.delete(middles, strays, axis=0).tolist()))
    found = np.full((len(strays), 2), np.nan)
    for number, cells_of_stray in enumerate(candidates):
        is_taken = [tuple(cell) in taken for cell in cells_of_stray.tolist()]
        own_costs = costs[number] + COST_OF_POINT * np.array(is_taken)
        if np.isfinite(own_costs.min()):
            found[number] = cells_of_stray[own_costs.argmin()]
            taken.add(tuple(found[number].tolist()))
    return found


_CELLS_AROUND = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""The steps from a cell to itself and to the eight cells around it."""


def _enters(middles: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """Whether the cell with each middle is entered, by more than a corner, by the segment with the same index."""
    import numpy as np

    reach = 0.5 - CORNER
    vectors, to_middles = ends - starts, middles - starts
    # Neither beside the segment, seen along it, nor beyond its box.
    is_entered: np.ndarray = np.abs(_cross_product(vectors, to_middles)) < reach * np.abs(vectors).sum(axis=-1)
    is_entered &= (np.minimum(starts, ends) < middles + reach).all(axis=-1)
    is_entered &= (np.maximum(starts, ends) > middles - reach).all(axis=-1)
    return is_entered


def _distances(positions: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """The distance in cells of each position from the segment with the same index."""
    import numpy as np

    vectors = ends - starts
    squared_lengths = np.sum(vectors**2, axis=1)
    # How far along the segment the foot of the perpendicular is, from 0 to 1; the nearest point is never beyond an end.
    shares = np.sum((positions - starts) * vectors, axis=1) / np.where(squared_lengths > 0, squared_lengths, 1.0)
    nearest = starts + np.clip(shares, 0, 1)[:, None] * vectors
    distances: np.ndarray = np.hypot(*(nearest - positions).T)
    return distances


def _crosses(origins: "np.ndarray", targets: "np.ndarray", starts: "np.ndarray", ends: "np.ndarray") -> "np.ndarray":
    """Whether the straight path from each origin to its target crosses the segment with the same index."""
    segments, paths = ends - starts, targets - origins
    # The path leads from one side of the line through the segment to the other, and the segment meets the path.
    changes_side: np.ndarray = (
        _cross_product(segments, origins - starts) * _cross_product(segments, targets - starts) < 0
    )
    meets_path: np.ndarray = _cross_product(paths, starts - origins) * _cross_product(paths, ends - origins) <= 0
    crosses: np.ndarray = changes_side & meets_path
    return crosses


def _cross_product(first: "np.ndarray", second: "np.ndarray") -> "np.ndarray":
    """The cross product of vectors (x, y): above 0 where the second is to the left of the first."""
    product: np.ndarray = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return product

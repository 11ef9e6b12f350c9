"""Stacks points that would cover each other, such as the samples of a feature."""

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.polyline import Point

MAX_SHIFT = 4
"""The most columns by which a point may be moved to a stack beside it."""


def stack_points(
    points: Sequence[Point], canvas: Canvas, max_rows: int, line_cells: AbstractSet[tuple[int, int]] = frozenset()
) -> tuple[list[Point], Counter[int]]:
    """Put points that share a cell one row above each other, in at most `max_rows` rows.

    Those for which there is no room go to the nearest stack with room, at most `MAX_SHIFT` columns away. An upright
    line through a stack stays in sight: above the lowest row, there are no points in `line_cells`, which are (column,
    row from below).
    Returns: the points; and row → how many of its points had no room there either.
    """
    stack_heights = Counter[tuple[int, int]]()  # (column, row from below) of a stack's lowest cell → its points
    left_out = Counter[int]()
    shifts = sorted(range(-MAX_SHIFT, MAX_SHIFT + 1), key=abs)
    stacked = []
    for x, y in points:
        column, row = canvas.cell((x, y))
        max_height = max(1, min(max_rows, canvas.rows - row))
        columns_by_distance = [column + shift for shift in shifts if 0 <= column + shift < canvas.columns]
        free_columns = [
            near
            for near in columns_by_distance
            if stack_heights[near, row] < (1 if (near, row + 1) in line_cells else max_height)
        ]
        if not free_columns:
            left_out[row] += 1
            continue
        stack = free_columns[0], row
        stacked.append((free_columns[0] + 0.5, row + stack_heights[stack] + 0.5))  # in the middle of its cell
        stack_heights[stack] += 1
    return stacked, left_out

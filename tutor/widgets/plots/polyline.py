"""Prepares lines for a canvas: splits them at missing values, clips them, and drops points that cannot be seen."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import isfinite

Point = tuple[float, float]
"""x and y, in cells of the canvas, with y upwards."""

ROUNDING = 1e-6
"""How far a computed position may be off because of rounding errors, in dots or cells."""
DOTS_PER_CELL = 2
"""The columns of dots in a braille cell. Differences within a column cannot be seen."""


def visible_pieces(points: Iterable[Point], columns: float, rows: float) -> Iterator[list[Point]]:
    """Find the visible pieces of a line through `points` on a canvas of columns × rows cells.

    The line is interrupted at points that are not finite, and where it leaves the canvas.
    """
    piece: list[Point] = []  # the piece that is being built
    previous: Point | None = None
    for point in points:
        x, y = point
        if not (isfinite(x) and isfinite(y)):
            previous = None
            continue
        if previous is None:  # first point of the line, or first after an interruption
            if piece:
                yield thin_points(piece)
            is_inside = 0 <= x <= columns and 0 <= y <= rows
            piece = [point] if is_inside else []
        else:
            segment = clip_segment(previous, point, columns, rows)
            if segment is not None:
                start, end = segment
                continues_piece = bool(piece) and piece[-1] == start
                if not continues_piece:
                    if piece:
                        yield thin_points(piece)
                    piece = [start]
                piece.append(end)
        previous = point
    if piece:
        yield thin_points(piece)


def find_exit(points: Iterable[Point], columns: float, rows: float) -> tuple[Point, bool] | None:
    """Where a line leaves a canvas of columns × rows cells for good, and whether at its top; `None` if it does not.

    A line of which nothing is on the canvas leaves it at the edge nearest to its last point.
    """
    finite = [point for point in points if isfinite(point[0]) and isfinite(point[1])]
    if not finite or 0 <= finite[-1][1] <= rows:
        return None
    is_top = finite[-1][1] > rows
    edge = rows if is_top else 0.0
    for start, end in pairwise(reversed(finite)):  # from its last point backwards
        piece = clip_segment(start, end, columns, rows)
        if piece is not None:
            return ((piece[0][0], edge), is_top) if abs(piece[0][1] - edge) < ROUNDING else None
    return ((finite[-1][0], edge), is_top) if 0 <= finite[-1][0] <= columns else None


def clip_segment(start: Point, end: Point, columns: float, rows: float) -> tuple[Point, Point] | None:
    """Clip a segment to the canvas (Liang and Barsky 1984); `None` if no part of it is on the canvas.

    A point of the segment is start + t · (end − start), with t from 0 to 1. Each of the four edges of the canvas limits
    t: from below if the segment enters the canvas through the edge, from above if it leaves.
    """
    (start_x, start_y), (end_x, end_y) = start, end
    if 0 <= start_x <= columns and 0 <= end_x <= columns and 0 <= start_y <= rows and 0 <= end_y <= rows:
        return start, end
    first_t, last_t = 0.0, 1.0
    for position, change, size in ((start_x, end_x - start_x, columns), (start_y, end_y - start_y, rows)):
        # Distances to the edge at 0, and to the edge at `size`.
        for outward_change, distance in ((-change, position), (change, size - position)):
            if outward_change == 0:  # the segment is parallel to this edge
                if distance < 0:
                    return None
            elif outward_change < 0:
                first_t = max(first_t, distance / outward_change)
            else:
                last_t = min(last_t, distance / outward_change)
    if first_t > last_t:
        return None
    clipped_start, clipped_end = start, end
    if first_t:
        clipped_start = (start_x + first_t * (end_x - start_x), start_y + first_t * (end_y - start_y))
    if last_t < 1:
        clipped_end = (start_x + last_t * (end_x - start_x), start_y + last_t * (end_y - start_y))
    return clipped_start, clipped_end


def thin_points(points: Sequence[Point]) -> list[Point]:
    """Drop points of a line that make no visible difference.

    In each column of dots, the first, the last, the lowest and the highest point are kept.
    """
    visible: list[Point] = []
    points_in_column: list[Point] = []
    current_column = None
    for point in points:
        column = int(point[0] * DOTS_PER_CELL)
        if column != current_column:
            visible += _ends_and_extremes(points_in_column)
            points_in_column, current_column = [], column
        points_in_column.append(point)
    return visible + _ends_and_extremes(points_in_column)


def _ends_and_extremes(points: list[Point]) -> list[Point]:
    """The first, the lowest, the highest and the last of `points`, in their order."""
    if len(points) < 3:
        return points
    heights = [y for _, y in points]
    indices = {0, heights.index(min(heights)), heights.index(max(heights)), len(points) - 1}
    return [points[index] for index in sorted(indices)]

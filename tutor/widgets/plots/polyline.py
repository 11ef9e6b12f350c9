"""Prepares lines for a canvas: splits them at missing values, clips them, and drops points that cannot be seen."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

Point = tuple[float, float]
"""x and y, in cells of the canvas, with y upwards."""

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


def find_exits(points: Sequence[Point], columns: float, rows: float) -> tuple[list[Point], list[Point]]:
    """The points where a line leaves a canvas of columns × rows cells at its top, and those at its bottom.

    A line that lies wholly above or below the canvas has one such point, at the edge nearest to its last point.
    """
    tops: list[Point] = []
    bottoms: list[Point] = []
    if all(0 <= x <= columns and 0 <= y <= rows for x, y in points):
        return tops, bottoms  # as usual
    is_seen = False  # whether any piece of the line is on the canvas
    previous: Point | None = None  # `None` before the first point and after a gap
    last: Point | None = None
    for point in points:
        if not (isfinite(point[0]) and isfinite(point[1])):
            previous = None
            continue
        ends = previous or point, point
        clipped_ends = clip_segment(*ends, columns, rows)
        is_seen = is_seen or clipped_ends is not None
        for end, clipped_end in zip(ends, clipped_ends or ends, strict=True):
            if clipped_end != end and end[1] > rows:
                tops.append((clipped_end[0], rows))
            elif clipped_end != end and end[1] < 0:
                bottoms.append((clipped_end[0], 0.0))
        previous = last = point
    if not is_seen and last is not None and 0 <= last[0] <= columns:
        if last[1] > rows:
            tops.append((last[0], rows))
        else:
            bottoms.append((last[0], 0.0))
    return tops, bottoms


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

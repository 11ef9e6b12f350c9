"""Prepares lines for a canvas: splits them at missing values, clips them, and drops points that cannot be seen."""

from collections.abc import Iterable, Iterator, Sequence
from math import isfinite

Point = tuple[float, float]

DOTS_PER_CELL = 2
"""Columns of dots in a braille cell; finer differences cannot be seen."""


def visible_pieces(points: Iterable[Point], columns: float, rows: float) -> Iterator[list[Point]]:
    """The visible pieces of a line through `points`, all given in cells of a canvas columns × rows."""
    piece: list[Point] = []
    before: Point | None = None
    for point in points:
        if not (isfinite(point[0]) and isfinite(point[1])):
            before = None
            continue
        inside = 0 <= point[0] <= columns and 0 <= point[1] <= rows
        if before is None:
            if piece:
                yield thin_points(piece)
            piece = [point] if inside else []
        else:
            part = clip_segment(before, point, columns, rows)
            if part is not None:
                if not piece or piece[-1] != part[0]:
                    if piece:
                        yield thin_points(piece)
                    piece = [part[0]]
                piece.append(part[1])
        before = point
    if piece:
        yield thin_points(piece)


def clip_segment(start: Point, end: Point, columns: float, rows: float) -> tuple[Point, Point] | None:
    """The part of a segment that lies on the canvas (Liang and Barsky 1984); `None` when none does."""
    (x, y), (to_x, to_y) = start, end
    if 0 <= x <= columns and 0 <= to_x <= columns and 0 <= y <= rows and 0 <= to_y <= rows:
        return start, end
    first, last = 0.0, 1.0
    for at, by, most in ((x, to_x - x, columns), (y, to_y - y, rows)):
        for step, room in ((-by, at), (by, most - at)):
            if step == 0:
                if room < 0:
                    return None
            elif step < 0:
                first = max(first, room / step)
            else:
                last = min(last, room / step)
    if first > last:
        return None
    begin = (x + first * (to_x - x), y + first * (to_y - y)) if first else start
    finish = (x + last * (to_x - x), y + last * (to_y - y)) if last < 1 else end
    return begin, finish


def thin_points(points: Sequence[Point]) -> list[Point]:
    """Drop points that change nothing: within one column of dots only the ends and extremes of a run remain."""
    visible: list[Point] = []
    run: list[Point] = []
    column = None
    for point in points:
        here = int(point[0] * DOTS_PER_CELL)
        if here != column:
            visible += _ends_and_extremes(run)
            run, column = [], here
        run.append(point)
    return visible + _ends_and_extremes(run)


def _ends_and_extremes(run: list[Point]) -> list[Point]:
    """The points of a run that are seen in one column of dots: the first, the lowest, the highest and the last."""
    if len(run) < 3:
        return run
    heights = [point[1] for point in run]
    chosen = {0, heights.index(min(heights)), heights.index(max(heights)), len(run) - 1}
    return [run[index] for index in sorted(chosen)]

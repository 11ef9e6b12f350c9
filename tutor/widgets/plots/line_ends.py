"""Keeps the glyphs at the ends of lines apart: two lines that end in one cell would show only one of their glyphs.

The legend would then name a line by a sign that is nowhere in the picture.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import floor

from tutor.widgets.plots.canvas import Canvas, Stamp
from tutor.widgets.plots.polyline import Point

MAX_COLUMNS_BACK, MAX_ROWS_OFF = 3, 1.0
"""How far a glyph may be moved from the end of its line, and be off the line; farther it would not mark the end."""


def separate_line_ends(canvas: Canvas) -> list[Stamp]:
    """Return the stamps of `canvas`; the glyph at the end of a line moves back along its line if it shares its cell.

    Of two ends in one cell, the later one, which is drawn on top, stays.
    """
    glyph_counts = Counter(canvas.cell(point) for stamp in canvas.stamps for point in stamp.points)
    separated = []
    for stamp in canvas.stamps:
        shares_cell = bool(stamp.line) and glyph_counts[canvas.cell(stamp.points[0])] > 1
        free_points = (point for point in _points_back(stamp.line) if not glyph_counts[canvas.cell(point)])
        free_point = next(free_points, None) if shares_cell else None
        if free_point is None:
            separated.append(stamp)
        else:
            glyph_counts[canvas.cell(stamp.points[0])] -= 1
            glyph_counts[canvas.cell(free_point)] += 1
            separated.append(replace(stamp, points=[free_point]))
    return separated


def _points_back(line: Sequence[Point]) -> Iterator[Point]:
    """Yield points beside the end of a line and at its height, from the column left of it, as far as the line is near.

    At the line's own height there, the sign could be a row above or below the end, and contradict the value there.
    """
    end_x, end_y = line[-1]
    column = floor(end_x) - 1
    last_column = column + 1 - MAX_COLUMNS_BACK
    for (x, y), (earlier_x, earlier_y) in pairwise(reversed(line)):
        while earlier_x <= column + 0.5 <= x and column >= last_column:
            share = (x - column - 0.5) / (x - earlier_x) if x > earlier_x else 0.0
            if abs(y + (earlier_y - y) * share - end_y) > MAX_ROWS_OFF:
                return
            yield column + 0.5, end_y
            column -= 1

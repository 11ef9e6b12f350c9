"""Keeps the signs at the ends of lines apart: two lines that end in one cell would show only one of their signs.

The legend would then name a line by a sign that is nowhere in the picture.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from math import floor

from tutor.widgets.plots.canvas import Canvas, Stamp
from tutor.widgets.plots.dot_signs import MAX_SINGLE_POINTS
from tutor.widgets.plots.looks import EXIT_GLYPHS
from tutor.widgets.plots.polyline import Point
from tutor.widgets.plots.sides import keep_sides

MAX_COLUMNS_BACK, MAX_ROWS_OFF = 3, 1.0
"""How far a glyph may be moved from the end of its line, and be off the line; farther it would not mark the end."""


def separate_line_ends(canvas: Canvas) -> list[Stamp]:
    """Return the stamps of `canvas`; the glyph at the end of a line moves back along its line if it shares its cell.

    Of two ends in one cell, the later one, which is drawn on top, stays. Signs of dots that would share cells are
    characters instead, which need less room.
    """
    stamps = _with_characters_where_crowded(canvas)
    if not any(stamp.line for stamp in stamps):
        return stamps
    stamp_counts = Counter(cell for stamp in stamps for cell in canvas.cells_of(stamp))
    separated = []
    for stamp in stamps:
        shares_cell = bool(stamp.line) and any(stamp_counts[cell] > 1 for cell in canvas.cells_of(stamp))
        free_points = (point for point in _points_back(stamp.line) if not stamp_counts[canvas.cell(point)])
        free_point = next(free_points, None) if shares_cell else None
        if free_point is None:
            separated.append(stamp)
        else:
            stamp_counts[canvas.cell(stamp.points[0])] -= 1
            stamp_counts[canvas.cell(free_point)] += 1
            separated.append(replace(stamp, points=[free_point]))
    return separated


def _with_characters_where_crowded(canvas: Canvas) -> list[Stamp]:
    """The stamps of `canvas`, in which no sign of dots cuts another one that is seen by itself, or is cut.

    In a cell there is either a character or dots of one colour. So signs of dots that share a cell with a character
    become characters, and so do those of single points and ends of lines that share cells. What looks alike remains
    alike: stamps of one sign and colour, and all ends of lines, are in dots together or not at all.
    """
    if not any(stamp.sign for stamp in canvas.stamps):
        return canvas.stamps
    stamps_with_cells = [(stamp, canvas.cells_of(stamp)) for stamp in canvas.stamps]
    stamp_counts = Counter(chain.from_iterable(cells for _, cells in stamps_with_cells))
    singles = [cells for stamp, cells in stamps_with_cells if stamp.sign and len(stamp.points) <= MAX_SINGLE_POINTS]
    single_counts = Counter(chain.from_iterable(singles))
    crowded_cells = {cell for cell, count in single_counts.items() if count > 1}
    for stamp, cells in stamps_with_cells:
        if stamp.line or (stamp.sign is None and stamp.glyph not in EXIT_GLYPHS):
            crowded_cells |= {cell for cell in cells if stamp_counts[cell] > 1}
    crowded = [stamp for stamp, cells in stamps_with_cells if not crowded_cells.isdisjoint(cells)]
    looks = {(stamp.glyph, stamp.colour) for stamp in crowded}
    has_crowded_end = any(stamp.line for stamp in crowded)
    return [
        _as_character(stamp, canvas)
        if (stamp.glyph, stamp.colour) in looks or (stamp.line and has_crowded_end)
        else stamp
        for stamp in canvas.stamps
    ]


def _as_character(stamp: Stamp, canvas: Canvas) -> Stamp:
    """The stamp without dots, at points on their own sides of lines if it keeps to these."""
    if stamp.sign is None or not stamp.has_sides:
        return replace(stamp, sign=None)
    return replace(stamp, sign=None, points=keep_sides(stamp.points, canvas.boundaries, canvas.columns, canvas.rows))


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

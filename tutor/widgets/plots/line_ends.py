"""Decides between signs at the ends of lines that are too near each other to be seen side by side.

Each sign stands at the true end of its line. Where two would overlap by more than a little, the later one is shown
there; the other goes to an earlier point of its line (see `line_markers.py`).
"""

from collections import Counter
from dataclasses import replace
from itertools import chain

from tutor.widgets.plots.canvas import Canvas, Stamp
from tutor.widgets.plots.dot_signs import MAX_SINGLE_POINTS, SMALL_SIGNS
from tutor.widgets.plots.looks import EXIT_GLYPHS
from tutor.widgets.plots.polyline import Point
from tutor.widgets.plots.sides import keep_sides

SIGN_COLUMNS, SIGN_ROWS = 2.0, 0.75
"""Two signs, at points that are fewer cells apart than this, overlap so much that only one of them can be read."""
SAME_COLUMNS, SAME_ROWS = 0.5, 0.25
"""Two points that are fewer cells apart than this, a dot each way, are in the same place."""


def settle_line_ends(canvas: Canvas) -> list[Stamp]:
    """Return the stamps of `canvas`, without each sign at the end of a line that a later sign would cover.

    Signs of dots that would cut each other are characters instead, which need less room.
    """
    stamps = _with_characters_where_crowded(_without_covered_ends(canvas.stamps), canvas)
    settled = []
    for index, stamp in enumerate(stamps):
        later_cells = {cell for later in stamps[index + 1 :] for cell in canvas.cells_of(later)} if stamp.line else ()
        if not (stamp.line and stamp.sign is None and canvas.cell(stamp.points[0]) in later_cells):
            settled.append(stamp)
    return settled


def _without_covered_ends(stamps: list[Stamp]) -> list[Stamp]:
    """Leave out each sign of dots at the end of a line that overlaps a later end, or a later single point.

    A single point is left out only where a later one is in the same place.
    """
    kept = []
    for index, stamp in enumerate(stamps):
        later = [
            point
            for other in stamps[index + 1 :]
            if other.sign is not None and len(other.points) <= MAX_SINGLE_POINTS
            for point in other.points
        ]
        columns, rows = (SIGN_COLUMNS, SIGN_ROWS) if stamp.line else (SAME_COLUMNS, SAME_ROWS)
        is_single = bool(stamp.line) or len(stamp.points) == 1
        if not (is_single and stamp.sign and any(_are_near(stamp.points[0], point, columns, rows) for point in later)):
            kept.append(stamp)
    return kept


def _are_near(one: Point, other: Point, columns: float, rows: float) -> bool:
    """Whether two points are fewer than so many columns and rows apart."""
    return abs(one[0] - other[0]) < columns and abs(one[1] - other[1]) < rows


def _with_characters_where_crowded(stamps: list[Stamp], canvas: Canvas) -> list[Stamp]:
    """The stamps, in which no sign of dots cuts another one that is seen by itself, or is cut.

    In a cell there is either a character or dots of one colour. So signs of dots that share a cell with a character
    become characters, and so do those of single points and ends of lines that share cells. What looks alike remains
    alike: stamps of one sign and colour, and all ends of lines, are in dots together or not at all. So are all single
    signs that are small: beside a character, such a sign would be a speck.
    """
    if not any(stamp.sign for stamp in stamps):
        return stamps
    stamps_with_cells = [(stamp, canvas.cells_of(stamp)) for stamp in stamps]
    stamp_counts = Counter(chain.from_iterable(cells for _, cells in stamps_with_cells))
    singles = [cells for stamp, cells in stamps_with_cells if stamp.sign and len(stamp.points) <= MAX_SINGLE_POINTS]
    single_counts = Counter(chain.from_iterable(singles))
    crowded_cells = {cell for cell, count in single_counts.items() if count > 1}
    for stamp, cells in stamps_with_cells:
        if stamp.line or (stamp.sign is None and stamp.glyph not in EXIT_GLYPHS):
            crowded_cells |= {cell for cell in cells if stamp_counts[cell] > 1}
    crowded = [stamp for stamp, cells in stamps_with_cells if not crowded_cells.isdisjoint(cells)]
    if crowded and canvas.single_signs is SMALL_SIGNS:
        crowded += [stamp for stamp, _ in stamps_with_cells if len(stamp.points) <= MAX_SINGLE_POINTS]
    looks = {(stamp.glyph, stamp.colour) for stamp in crowded}
    has_crowded_end = any(stamp.line for stamp in crowded)
    return [
        _as_character(stamp, canvas)
        if (stamp.glyph, stamp.colour) in looks or (stamp.line and has_crowded_end)
        else stamp
        for stamp in stamps
    ]


def _as_character(stamp: Stamp, canvas: Canvas) -> Stamp:
    """The stamp without dots, at points on their own sides of lines if it keeps to these."""
    if stamp.sign is None or not stamp.has_sides:
        return replace(stamp, sign=None)
    return replace(stamp, sign=None, points=keep_sides(stamp.points, canvas.boundaries, canvas.columns, canvas.rows))

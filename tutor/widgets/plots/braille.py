"""Draws lines as braille dots, two across and four up in each cell.

A cell has one colour: where lines share it, it belongs to the one drawn last, which so is whole. The others have a gap
there, or are under it as long as they run together with it. Solid lines are drawn first, broken ones over them, so that
through their gaps the line beneath is seen; the signs on both say which they are (see `tutor/widgets/plots/looks.py`).
One that a picture is about can be over all of them. So no line ever takes another's colour.
"""

from collections.abc import Iterable, Sequence
from itertools import compress, cycle, pairwise

from tutor.widgets.plots.canvas import Stroke
from tutor.widgets.plots.colours import RGB
from tutor.widgets.plots.polyline import Point

CellPosition = tuple[int, int]
"""Row, from the top, and column."""
Dot = tuple[int, int]
"""Across and up, in dots of the canvas."""
Dots = dict[CellPosition, int]
"""Cell → its dots as bits of a braille character."""

DOT_BITS_UPWARDS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bit of each dot: column, then row from below."""
BRAILLE_BLANK = "\u2800"
SAME = 1e-6
"""Differences in dots that arise in arithmetic only."""


def draw_strokes(strokes: Sequence[Stroke], columns: int, rows: int) -> dict[CellPosition, tuple[str, RGB]]:
    """The cells that the strokes pass, each with its character and the colour of one stroke."""
    drawn: dict[CellPosition, tuple[int, RGB]] = {}
    for stroke in sorted(strokes, key=lambda stroke: (stroke.is_on_top, -_density(stroke))):
        dots: Dots = {}
        for line in stroke.lines:
            places = _trace(line, columns, rows)
            _set_dots(_break_line(places, stroke.dashes) if stroke.dashes else places, dots, rows)
        for cell, bits in dots.items():
            before = drawn.get(cell)
            drawn[cell] = bits | before[0] if before and before[1] == stroke.colour else bits, stroke.colour
    return {cell: (chr(ord(BRAILLE_BLANK) + bits), colour) for cell, (bits, colour) in drawn.items()}


def _density(stroke: Stroke) -> float:
    """The share of its dots that a stroke has."""
    return sum(stroke.dashes[::2]) / sum(stroke.dashes) if stroke.dashes else 1.0


def _trace(line: Sequence[Point], columns: int, rows: int) -> list[Dot]:
    """The dots of a line through points in cells of the canvas, y upwards, each next to the one before."""
    most_x, most_y = 2 * columns - 1, 4 * rows - 1
    before: tuple[float, float] | None = None
    places: list[Dot] = []
    for x, y in line:
        # The same rounding as of points and ticks: of two cells at whose edge it lies, the upper or right one.
        end_x, end_y = min(max(2 * x + SAME, 0.0), most_x), min(max(4 * y + SAME, 0.0), most_y)
        at_x, at_y = before or (end_x, end_y)
        count = max(abs(int(end_x) - int(at_x)), abs(int(end_y) - int(at_y))) or 1
        right, up = (end_x - at_x) / count, (end_y - at_y) / count
        places += [(int(at_x + right * step), int(at_y + up * step)) for step in range(count + 1)]
        before = end_x, end_y
    return places


def _break_line(places: Sequence[Dot], dashes: tuple[int, ...]) -> list[Dot]:
    """Those dots of a line that are left of it, each counted once."""
    mask = [index % 2 == 0 for index, count in enumerate(dashes) for _ in range(count)]
    each = [*places[:1], *(place for before, place in pairwise(places) if place != before)]
    return list(compress(each, cycle(mask)))


def _set_dots(places: Iterable[Dot], dots: Dots, rows: int) -> None:
    """Add these dots, counted from the lower left corner, to the bits of their cells."""
    for x, y in places:
        cell = rows - 1 - y // 4, x // 2
        dots[cell] = dots.get(cell, 0) | DOT_BITS_UPWARDS[x % 2][y % 4]

"""Draws lines as braille dots, two across and four up in each cell.

A cell has one colour: where lines share it, it belongs to the one drawn last, which so is whole. The others have a gap
there, or are under it as long as they run together with it: the signs on them say that they are there
(see `tutor/widgets/plots/marks.py`). So no line ever takes another's colour.
"""

from collections.abc import Sequence

from tutor.widgets.plots.canvas import Stroke
from tutor.widgets.plots.colours import RGB
from tutor.widgets.plots.polyline import Point

Cell = tuple[int, int]
"""Row, from the top, and column."""
Dots = dict[Cell, int]
"""Cell → its dots as bits of a braille character."""

DOT_BITS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bit of each dot: column, then row from below."""
BRAILLE_BLANK = "\u2800"
SAME = 1e-6
"""Differences in dots that arise in arithmetic only."""


def draw_strokes(strokes: Sequence[Stroke], columns: int, rows: int) -> dict[Cell, tuple[str, RGB]]:
    """The cells that the strokes pass, each with its character and the colour of one stroke."""
    drawn: dict[Cell, tuple[int, RGB]] = {}
    for stroke in strokes:
        dots: Dots = {}
        for line in stroke.lines:
            _draw_line(line, dots, columns, rows)
        for cell, bits in dots.items():
            before = drawn.get(cell)
            drawn[cell] = bits | before[0] if before and before[1] == stroke.colour else bits, stroke.colour
    return {cell: (chr(ord(BRAILLE_BLANK) + bits), colour) for cell, (bits, colour) in drawn.items()}


def _draw_line(line: Sequence[Point], dots: Dots, columns: int, rows: int) -> None:
    """Set the dots of a line through points in cells of the canvas, y upwards."""
    most_x, most_y, lowest = 2 * columns - 1, 4 * rows - 1, rows - 1
    before: tuple[float, float] | None = None
    for x, y in line:
        # The same rounding as of points and ticks: of two cells at whose edge it lies, the upper or right one.
        end_x, end_y = min(max(2 * x + SAME, 0.0), most_x), min(max(4 * y + SAME, 0.0), most_y)
        at_x, at_y = before or (end_x, end_y)
        count = max(abs(int(end_x) - int(at_x)), abs(int(end_y) - int(at_y))) or 1
        right, up = (end_x - at_x) / count, (end_y - at_y) / count
        for step in range(count + 1):
            dot_x, dot_y = int(at_x + right * step), int(at_y + up * step)
            cell = lowest - dot_y // 4, dot_x // 2
            dots[cell] = dots.get(cell, 0) | DOT_BITS[dot_x % 2][dot_y % 4]
        before = end_x, end_y

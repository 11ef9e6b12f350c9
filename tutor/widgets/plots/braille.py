"""Draws lines as braille dots, two across and four up in each cell.

A cell has only one colour. Where several lines cross in a cell, it belongs to the line that is drawn last, and the
others have a gap there; where they run together, the cells are shared out (see `shared_cells.py`), or, without colours,
the upper line is whole, and the signs of the lower one stand on it (see `line_markers.py`). References and compared
runs are drawn first, then the lines of the chart in the order of its marks, and last the line that a picture is about.
Without colours, and where two colours are alike, some lines are broken: they are drawn over solid ones, which are seen
through the gaps. So no line ever takes another's colour.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress, cycle, pairwise

from tutor.widgets.plots.canvas import Stroke
from tutor.widgets.plots.dot_signs import Dot
from tutor.widgets.plots.polyline import ROUNDING, Point
from tutor.widgets.plots.shades import RGB
from tutor.widgets.plots.shared_cells import CellPosition, LineCells, cells_along, share_out

CellBits = dict[CellPosition, int]
"""Cell → its dots as bits of a braille character."""

DOT_BITS_UPWARDS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bit of each dot: column, then row from below."""
BRAILLE_BLANK = "\u2800"


def draw_strokes(strokes: Sequence[Stroke], columns: int, rows: int) -> dict[CellPosition, tuple[str, RGB]]:
    """Draw strokes on a canvas of columns × rows cells: cell → its braille character and the colour of one stroke."""
    in_drawing_order = number_strokes(strokes)
    bits_of_strokes: list[CellBits] = []
    courses: list[LineCells] = []
    for stroke, number in in_drawing_order:
        stroke_bits: CellBits = {}
        for line in stroke.lines:
            dots = trace_line(line, stroke, columns, rows)
            set_dots(dots, stroke_bits, rows)
            if stroke.shares_cells:
                cells = cells_along(dots, rows)
                courses.append(LineCells(cells, number, stroke.is_marked, stroke.is_quiet, stroke.has_name))
        bits_of_strokes.append(stroke_bits)
    owners = share_out(courses)
    drawn: dict[CellPosition, tuple[int, RGB]] = {}
    for (stroke, number), stroke_bits in zip(in_drawing_order, bits_of_strokes, strict=True):
        for cell, bits in stroke_bits.items():
            if owners.get(cell, number) != number:
                continue
            earlier_bits, earlier_colour = drawn.get(cell, (0, stroke.colour))
            is_same_colour = earlier_colour == stroke.colour
            drawn[cell] = bits | earlier_bits if is_same_colour else bits, stroke.colour
    return {cell: (chr(ord(BRAILLE_BLANK) + bits), colour) for cell, (bits, colour) in drawn.items()}


def number_strokes(strokes: Sequence[Stroke]) -> list[tuple[Stroke, int]]:
    """The strokes in the order in which they are drawn, each with the number of its look.

    Quiet strokes come first, then the others, and last those that are marked to be on top; of each, solid ones first.
    Strokes with the same look are one line to the eye, and have the number of the last of them.
    """
    in_order = sorted(strokes, key=lambda stroke: (stroke.is_on_top, not stroke.is_quiet, -_density(stroke)))
    number_of_look = {(stroke.colour, stroke.dashes): number for number, stroke in enumerate(in_order)}
    return [(stroke, number_of_look[stroke.colour, stroke.dashes]) for stroke in in_order]


def _density(stroke: Stroke) -> float:
    """The share of a stroke that its dashes cover; 1 for a solid one."""
    return sum(stroke.dashes[::2]) / sum(stroke.dashes) if stroke.dashes else 1.0


def trace_line(line: Sequence[Point], stroke: Stroke, columns: int, rows: int) -> Sequence[Dot]:
    """The dots of one of the lines of a stroke: all along it, or those within its dashes."""
    dots = _trace(tuple(line), columns, rows)
    return _break_line(dots, stroke.dashes) if stroke.dashes else dots


@lru_cache(maxsize=128)
def _trace(points: tuple[Point, ...], columns: int, rows: int) -> Sequence[Dot]:
    """The dots of a line through `points`, which are in cells with y upwards; each dot touches the one before.

    Cached, because a line is traced to find what covers it before it is drawn, and often drawn again unchanged.
    """
    max_x, max_y = 2 * columns - 1, 4 * rows - 1
    start: tuple[float, float] | None = None
    dots: list[Dot] = []
    for x, y in points:
        # Rounded like points and ticks: a position at the edge of two cells belongs to the upper or right one.
        end_x, end_y = min(max(2 * x + ROUNDING, 0.0), max_x), min(max(4 * y + ROUNDING, 0.0), max_y)
        start_x, start_y = start or (end_x, end_y)
        # The number of steps is the number of dots in the direction in which the line goes further.
        step_count = max(abs(int(end_x) - int(start_x)), abs(int(end_y) - int(start_y))) or 1
        step_x, step_y = (end_x - start_x) / step_count, (end_y - start_y) / step_count
        dots += [(int(start_x + step_x * step), int(start_y + step_y * step)) for step in range(step_count + 1)]
        start = end_x, end_y
    return dots


def _break_line(dots: Sequence[Dot], dashes: tuple[int, ...]) -> list[Dot]:
    """Keep the dots of a line that are within dashes; `dashes` has the lengths in dots of dashes and gaps in turn.

    With lengths (3, 1), three dots of every four remain.
    """
    # For each dot of one period, whether it remains: entries with even indices are dashes.
    is_drawn = [index % 2 == 0 for index, length in enumerate(dashes) for _ in range(length)]
    distinct_dots = [*dots[:1], *(dot for before, dot in pairwise(dots) if dot != before)]
    return list(compress(distinct_dots, cycle(is_drawn)))


def set_dots(dots: Iterable[Dot], cell_bits: CellBits, rows: int) -> None:
    """Add `dots` to the bits of their cells."""
    for x, y in dots:
        cell = rows - 1 - y // 4, x // 2
        cell_bits[cell] = cell_bits.get(cell, 0) | DOT_BITS_UPWARDS[x % 2][y % 4]

"""Draws lines as braille dots, two across and four up in each cell, and settles which line a shared cell belongs to.

A cell has one colour. Where two lines cross, the one drawn later goes over the other, which has a gap there; where
they run together, the cells belong to them in turn. So no line ever takes another's colour.
"""

from collections.abc import Mapping, Sequence

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
CROSSING = 3
"""Cells that two lines share where they cross; where they share more, they run together."""


def draw_strokes(strokes: Sequence[Stroke], columns: int, rows: int) -> dict[Cell, tuple[str, RGB]]:
    """The cells that the strokes pass, each with its character and the colour of one stroke."""
    by_colour: dict[RGB, Dots] = {}
    for stroke in strokes:
        dots = by_colour.setdefault(stroke.colour, {})
        for line in stroke.lines:
            _draw_line(line, dots, columns, rows)
    layers = list(by_colour.items())
    owners = _owners([dots for _, dots in layers])
    return {
        cell: (chr(ord(BRAILLE_BLANK) + bits), colour)
        for index, (colour, dots) in enumerate(layers)
        for cell, bits in dots.items()
        if owners.get(cell, index) == index
    }


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


def _owners(layers: Sequence[Mapping[Cell, int]]) -> dict[Cell, int]:
    """Decide for each cell shared by several layers which one gets it."""
    passed: dict[Cell, list[int]] = {}
    for index, dots in enumerate(layers):
        for cell in dots:
            passed.setdefault(cell, []).append(index)
    shared = {cell: indices for cell, indices in passed.items() if len(indices) > 1}
    owners: dict[Cell, int] = {}
    for cell in shared:
        if cell not in owners:
            group = _find_connected(cell, shared)
            for row, column in group:
                candidates = shared[row, column]
                turn = (column // 2 + row) % len(candidates) if len(group) > CROSSING else -1
                owners[row, column] = candidates[turn]
    return owners


def _find_connected(cell: Cell, shared: Mapping[Cell, list[int]]) -> set[Cell]:
    """The shared cells connected to `cell`."""
    group, found = {cell}, [cell]
    while found:
        row, column = found.pop()
        for other in ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
            if other in shared and other not in group:
                group.add(other)
                found.append(other)
    return group

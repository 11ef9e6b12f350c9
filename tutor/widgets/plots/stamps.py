"""Draws the signs of points over the lines of a canvas: as characters, or in dots."""

from collections.abc import Set as AbstractSet

from tutor.widgets.plots.braille import BRAILLE_BLANK, CellBits, set_dots, trace_line
from tutor.widgets.plots.canvas import BRAILLE, Canvas, Stamp
from tutor.widgets.plots.dot_signs import MAX_SINGLE_POINTS, DotSign
from tutor.widgets.plots.shared_cells import CellPosition, cells_along
from tutor.widgets.plots.strips import ColouredText

CELLS_PER_POINT = 4
"""Of so many cells of the line that a picture is about, one shows the points of a cloud on which the line lies."""


def draw_stamps(canvas: Canvas, drawn: dict[CellPosition, ColouredText]) -> None:
    """Add the stamps of a canvas to what is drawn in its cells; the last one in a cell covers the others.

    The line that a picture is about lies over clouds of points in dots, which are seen here and there in it.
    """
    line_cells = _cells_of_top_lines(canvas)
    for stamp in canvas.stamps:
        if stamp.sign is None:
            for point in stamp.points:
                column, row = canvas.cell(point)
                drawn[canvas.rows - 1 - row, column] = stamp.glyph, stamp.colour
        else:
            is_cloud = len(stamp.points) > MAX_SINGLE_POINTS
            _draw_in_dots(stamp, stamp.sign, canvas, drawn, line_cells if is_cloud else frozenset())


def _cells_of_top_lines(canvas: Canvas) -> AbstractSet[CellPosition]:
    """The cells of the lines that a picture is about, without those in which points are seen."""
    lines = [(line, stroke) for stroke in canvas.strokes if stroke.is_on_top for line in stroke.lines]
    cells_of_lines = (
        cells_along(trace_line(line, stroke, canvas.columns, canvas.rows), canvas.rows) for line, stroke in lines
    )
    return {cell for cells in cells_of_lines for index, cell in enumerate(cells) if index % CELLS_PER_POINT}


def _draw_in_dots(
    stamp: Stamp,
    sign: DotSign,
    canvas: Canvas,
    drawn: dict[CellPosition, ColouredText],
    line_cells: AbstractSet[CellPosition],
) -> None:
    """Draw a sign at each point of a stamp, beneath the lines in `line_cells`.

    In its other cells only dots of the same colour remain, around the sign.
    """
    corners = {sign.corner(point, canvas.columns, canvas.rows) for point in stamp.points}
    own_bits: CellBits = {}
    set_dots(((left + x, bottom + y) for left, bottom in corners for x, y in sign.dots), own_bits, canvas.rows)
    kept_bits: CellBits = {}  # dots of the same colour that are there already
    for cell in own_bits:
        character, colour = drawn.get(cell, (" ", stamp.colour))
        if character in BRAILLE and colour == stamp.colour:
            kept_bits[cell] = ord(character) - ord(BRAILLE_BLANK)
    box_bits: CellBits = {}  # all dots in the rectangle around each sign
    if kept_bits:
        box = [(x, y) for x in range(sign.columns) for y in range(sign.rows)]
        set_dots(((left + x, bottom + y) for left, bottom in corners for x, y in box), box_bits, canvas.rows)
    for cell, bits in own_bits.items():
        if cell in line_cells and cell in drawn:
            continue
        around = kept_bits.get(cell, 0) & ~box_bits.get(cell, 0)
        drawn[cell] = chr(ord(BRAILLE_BLANK) + (bits | around)), stamp.colour

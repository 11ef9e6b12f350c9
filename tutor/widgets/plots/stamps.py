"""Draws the signs of points over the lines of a canvas: as characters, or in dots."""

from tutor.widgets.plots.braille import BRAILLE_BLANK, CellBits, set_dots
from tutor.widgets.plots.canvas import BRAILLE, Canvas, Stamp
from tutor.widgets.plots.dot_signs import DotSign
from tutor.widgets.plots.shared_cells import CellPosition
from tutor.widgets.plots.strips import ColouredText


def draw_stamps(canvas: Canvas, drawn: dict[CellPosition, ColouredText]) -> None:
    """Add the stamps of a canvas to what is drawn in its cells; the last one in a cell covers the others."""
    for stamp in canvas.stamps:
        if stamp.sign is None:
            for point in stamp.points:
                column, row = canvas.cell(point)
                drawn[canvas.rows - 1 - row, column] = stamp.glyph, stamp.colour
        else:
            _draw_in_dots(stamp, stamp.sign, canvas, drawn)


def _draw_in_dots(stamp: Stamp, sign: DotSign, canvas: Canvas, drawn: dict[CellPosition, ColouredText]) -> None:
    """Draw a sign at each point of a stamp. In its cells only dots of the same colour remain, around the sign."""
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
        around = kept_bits.get(cell, 0) & ~box_bits.get(cell, 0)
        drawn[cell] = chr(ord(BRAILLE_BLANK) + (bits | around)), stamp.colour

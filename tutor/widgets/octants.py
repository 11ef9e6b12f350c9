"""Draws the dots of pictures as octants, 2 × 4 solid dots in a cell, instead of braille.

A widget draws braille everywhere; this filter replaces it on the way to a terminal that is known to draw octants
(`text/terminals.py`). It is only asked for by pictures, so that braille in a text remains what it is.
"""

from functools import lru_cache

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.patterns import compile_lazily

FIRST_BRAILLE, FIRST_OCTANT = 0x2800, 0x1CD00
BRAILLE_BITS = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
"""The bit of each dot in a braille character, row by row from the top, left before right."""
OTHER_OCTANTS = {
    0b0000_0000: " ",
    0b0000_0001: "\U0001cea8",
    0b0000_0010: "\U0001ceab",
    0b0000_0011: "\U0001fb82",
    0b0000_0101: "\u2598",
    0b0000_1010: "\u259d",
    0b0000_1111: "\u2580",
    0b0001_0100: "\U0001fbe6",
    0b0010_1000: "\U0001fbe7",
    0b0011_1111: "\U0001fb85",
    0b0100_0000: "\U0001cea3",
    0b0101_0000: "\u2596",
    0b0101_0101: "\u258c",
    0b0101_1010: "\u259e",
    0b0101_1111: "\u259b",
    0b1000_0000: "\U0001cea0",
    0b1010_0000: "\u2597",
    0b1010_0101: "\u259a",
    0b1010_1010: "\u2590",
    0b1010_1111: "\u259c",
    0b1100_0000: "\u2582",
    0b1111_0000: "\u2584",
    0b1111_0101: "\u2599",
    0b1111_1010: "\u259f",
    0b1111_1100: "\u2586",
    0b1111_1111: "\u2588",
}
"""Dots → the character, for the octants that Unicode already had under another name. Dots are as in `make_octants`."""
STAND_INS = {
    "\U0001cea8": "\U0001fb00",
    "\U0001ceab": "\U0001fb01",
    "\U0001cea3": "\U0001fb0f",
    "\U0001cea0": "\U0001fb1e",
    "\U0001fbe6": "\U0001fb03",
    "\U0001fbe7": "\U0001fb07",
    "\U0001fb82": "\U0001fb02",
    "\U0001fb85": "\U0001fb0e",
}
"""Octants that some terminals do not draw → the sextant, a character of 2 × 3 solid dots, that looks most like each.

The terminals that draw octants draw all sextants. A dot of braille in their place is so much smaller than those beside
it that a line seems to be broken there.
"""
_BRAILLE = compile_lazily("[\u2800-\u28ff]")


def make_octants() -> list[str]:
    """List the octant for each set of dots, as 8 bits.

    Bit 0 is the upper left dot, bit 1 the one to its right, and so on downwards. The characters that were new in
    Unicode 16 follow each other in the order of their bits.
    """
    new_octants = iter(range(FIRST_OCTANT, FIRST_OCTANT + 256 - len(OTHER_OCTANTS)))
    return [OTHER_OCTANTS.get(dots) or chr(next(new_octants)) for dots in range(256)]


def make_octant_table(undrawn: str = "") -> dict[int, str]:
    """Make a table for `str.translate`, from braille to the octant with the same dots.

    For an octant in `undrawn` its stand-in is taken.
    """
    return {
        FIRST_BRAILLE + sum(bit for index, bit in enumerate(BRAILLE_BITS) if dots >> index & 1): (
            STAND_INS[octant] if octant in undrawn else octant
        )
        for dots, octant in enumerate(make_octants())
    }


class OctantFilter(LineFilter):
    """Turns braille into octants; each character is one cell wide, as before."""

    def __init__(self, undrawn: str = "") -> None:
        """Let sextants stand in for the octants in `undrawn`, which the terminal does not draw."""
        super().__init__()
        self._table = make_octant_table(undrawn)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with octants in place of braille. A segment without braille is the same object."""
        return [
            Segment(segment.text.translate(self._table), segment.style) if _BRAILLE.search(segment.text) else segment
            for segment in segments
        ]


@lru_cache(maxsize=2)
def octant_filter(undrawn: str) -> OctantFilter:
    """The filter for a terminal that does not draw the octants in `undrawn`.

    The same arguments give the same object.
    """
    return OctantFilter(undrawn)

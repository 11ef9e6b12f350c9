"""Reads what is drawn back from its cells: colours, dots of lines, the levels of a field, the ticks of axes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.app import App
from textual.color import Color
from textual.strip import Strip
from textual.theme import Theme

from tutor.screens.themes import THEMES
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.dot_signs import DotSign
from tutor.widgets.plots.shades import RGB

DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row, from the top, of each dot of a braille character, in the order of its bits."""


@dataclass(frozen=True)
class Cell:
    row: int
    column: int
    sign: str
    colour: RGB | None
    behind: RGB | None

    @property
    def dots(self) -> list[tuple[float, float]]:
        """The middles of the dots of a braille character: across in columns, down in rows."""
        bits = ord(self.sign) - 0x2800
        if not 0 < bits < 256:
            return []
        places = [place for index, place in enumerate(DOTS) if bits >> index & 1]
        return [(self.column + (x + 0.5) / 2, self.row + (y + 0.5) / 4) for x, y in places]


def palette(theme: Theme = THEMES[0]) -> Palette:
    program: App[object] = App()
    program.register_theme(theme)
    program.theme = theme.name
    program.get_css_variables()  # which an app that runs has done
    return theme_palette(program)


def cells(strips: Sequence[Strip]) -> Iterator[Cell]:
    for row, strip in enumerate(strips):
        column = 0
        for text, style, _ in strip:
            colours = (style.color, style.bgcolor) if style is not None else (None, None)
            front, back = (None if colour is None else Color.from_rich_color(colour).rgb for colour in colours)
            for sign in text:
                yield Cell(row, column, sign, front, back)
                column += 1


def stroke(strips: Sequence[Strip], colour: RGB) -> list[tuple[float, float]]:
    """The dots of the lines of one colour, from the left."""
    return sorted(dot for cell in cells(strips) if cell.colour == colour for dot in cell.dots)


def places_of_sign(strips: Sequence[Strip], sign: DotSign, colour: RGB) -> list[tuple[int, int]]:
    """Where a sign is drawn whole in a colour: the dots to the left of it, and below it, from the lower left corner."""
    across, down = 2, 4
    height = down * len(strips)
    dots = {(int(across * x), height - 1 - int(down * y)) for x, y in stroke(strips, colour)}
    corners = {(x - sign.dots[0][0], y - sign.dots[0][1]) for x, y in dots}
    box = [(x, y) for x in range(sign.columns) for y in range(sign.rows)]
    return sorted(
        (left, bottom)
        for left, bottom in corners
        if {(x, y) for x, y in box if (left + x, bottom + y) in dots} == set(sign.dots)
    )


def levels(strips: Sequence[Strip], ramp: Sequence[RGB]) -> dict[tuple[int, int], int]:
    """Half row and column → the level of the field that is drawn there, where nothing stands in front."""
    known = {colour: level for level, colour in enumerate(ramp)}
    found = {}
    for cell in cells(strips):
        if cell.sign in "▀▄":
            halves = (cell.colour, cell.behind) if cell.sign == "▀" else (cell.behind, cell.colour)
            for half, colour in enumerate(halves):
                if colour in known:
                    found[2 * cell.row + half, cell.column] = known[colour]
    return found


def tick_places(strips: Sequence[Strip]) -> tuple[list[int], list[int]]:
    """The columns of the ticks of the horizontal axis, and the rows of those of the vertical one, upwards."""
    foot = next(row for row, strip in reversed(list(enumerate(strips))) if "└" in strip.text)
    corner = strips[foot].text.index("└")
    across = [column for column, sign in enumerate(strips[foot].text) if sign == "┬"]
    up = [row for row in range(foot - 1, -1, -1) if strips[row].text[corner : corner + 1] == "┤"]
    return across, up

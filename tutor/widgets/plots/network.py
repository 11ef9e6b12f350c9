"""Draws a whole network: each unit's field, with its incoming connections at the left.

A connection is one cell with the sign of its weight; a stronger weight has a stronger background. `0` is close to 0,
`×` is pruned.
"""

from collections.abc import Sequence
from math import isfinite

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Network, Unit
from tutor.widgets.plots.chart import description_strips
from tutor.widgets.plots.colours import BAND_COUNT, Palette, make_readable, make_style
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.settable import as_settable
from tutor.widgets.plots.strips import fit_strip, pad_page, strip

MAX_FIELD_ROWS = 7
"""Rows of a unit's field at most."""
MAX_SPREAD = 8
"""Cells between two columns at most, where there is room."""
FAINT_SHARE = 0.05
"""The share of the strongest weight below which a connection is drawn as close to 0."""


def network_strips(
    picture: Network, palette: Palette, width: int, height: int, ratio: float = CELL_RATIO
) -> list[Strip]:
    """`picture` in exactly width × height cells, each `ratio` times as high as wide."""
    palette = palette.of_planes
    legend = NETWORK_LEGEND if cell_len(NETWORK_LEGEND) <= width else SHORT_LEGEND
    head = [strip((picture.title, palette.plain + Style(bold=True))), strip((legend, palette.quiet))]
    room = height - len(head)
    most = max(len(column) for column in picture.columns)
    rows = min(MAX_FIELD_ROWS, room // max(1, most), int(_field_width(picture, width) / ratio))
    if rows < 1:
        return description_strips(picture.title, picture.description, palette, width, height)
    if rows > 1 and most * rows + most - 1 > room:
        rows -= 1
    across = round(rows * ratio)
    strongest = max((abs(w) for column in picture.columns for unit in column for w in unit.weights), default=0.0)
    columns = [_column(column, rows, across, room, palette, strongest) for column in picture.columns]
    spare = width - sum(column[0].cell_length for column in columns)
    between = Strip.blank(min(MAX_SPREAD, spare // max(1, len(columns))))
    lines = [Strip.join([part for column in columns for part in (column[row], between)]) for row in range(room)]
    return pad_page([*head, *lines], width, height)


NETWORK_LEGEND = (
    "blue + · orange −   connections at the left of each unit, from the top unit before it   0 near 0   × dead"
)

SHORT_LEGEND = "blue + · orange −   0 near 0   × dead"
"""The legend where there is no room for all of it."""


def _field_width(picture: Network, width: int) -> int:
    """The most cells a field can be wide, after names and connections have taken their room."""
    lead = sum(_lead(column) + 2 for column in picture.columns)
    return (width - lead) // len(picture.columns)


def _lead(column: Sequence[Unit]) -> int:
    """Cells before a field: the connections, or the name of an input."""
    return max(len(unit.weights) or len(unit.name) for unit in column)


def _column(
    units: Sequence[Unit], rows: int, across: int, room: int, palette: Palette, strongest: float
) -> list[Strip]:
    """One column, `room` lines high, its units one below the other in the middle."""
    lead = _lead(units)
    width = lead + 1 + across + 1
    gap = 1 if len(units) * (rows + 1) - 1 <= room else 0
    lines: list[Strip] = []
    for unit in units:
        for row in range(rows):
            listens = row == rows // 2
            before = _connections(unit, palette, strongest) if listens else Strip([])
            spot = as_settable(strip((" ", palette.plain)), unit.bias_key) if listens else Strip.blank(1)
            field = _field(unit, row, rows, across, palette)
            parts = [fit_strip(before, lead), spot, as_settable(field, unit.bias_key, shown=False), Strip.blank(1)]
            lines.append(Strip.join(parts))
        lines += [Strip.blank(width)] * gap
    above = max(0, (room - len(lines)) // 2)
    lines = [Strip.blank(width)] * above + lines
    return [*lines, *[Strip.blank(width)] * (room - len(lines))][:room]


def _connections(unit: Unit, palette: Palette, strongest: float) -> Strip:
    if not unit.weights:
        return strip((unit.name, palette.quiet))
    cells = []
    pruned_ones, keys = unit.pruned or [False] * len(unit.weights), unit.keys or [""] * len(unit.weights)
    for weight, pruned, key in zip(unit.weights, pruned_ones, keys, strict=True):
        share = weight / strongest if strongest and isfinite(weight) else 0.0
        sign = "×" if pruned else "0" if abs(share) < FAINT_SHARE else "+" if share > 0 else "−"
        ground = palette.diverging[_band(share)]
        cells.append(as_settable(strip((sign, make_style(*make_readable(palette.text, ground, palette)))), key))
    return Strip.join(cells)


def _field(unit: Unit, row: int, rows: int, across: int, palette: Palette) -> Strip:
    """One line of cells of a field: two rows of its values, from the top."""
    count = len(unit.field)
    upper = unit.field[count - 1 - int((2 * row + 0.5) / (2 * rows) * count)]
    lower = unit.field[count - 1 - int((2 * row + 1.5) / (2 * rows) * count)]
    cells = []
    for column in range(across):
        place = int((column + 0.5) / across * count)
        top, bottom = (palette.diverging[_band(values[place])] for values in (upper, lower))
        cells.append(Segment("▀", make_style(top, bottom)))
    return Strip(cells).simplify()


def _band(value: float) -> int:
    return min(BAND_COUNT - 1, max(0, int((value + 1) / 2 * BAND_COUNT))) if isfinite(value) else BAND_COUNT // 2

"""Draws a whole network: each unit's field, and between two layers their connections."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Network, Unit
from tutor.text.numbers import format_number
from tutor.widgets.plots.chart import description_strips
from tutor.widgets.plots.colours import BAND_COUNT, Palette, make_style
from tutor.widgets.plots.edges import Edge, Side, edge_style, make_edges
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.settable import SELECTED_MARK, settable_style
from tutor.widgets.plots.strips import make_strip, pad_page

MAX_FIELD_ROWS = 7
"""Rows of a unit's field at most."""
MIN_LAYER_GAP, MAX_LAYER_GAP = 2, 14
"""Columns of the connections between two layers at least, and at most."""
MAX_UNIT_GAP = 2
"""Rows between two units of a layer at most."""
BRAILLE_BLANK = "\u2800"


@dataclass(frozen=True)
class NetworkPlan:
    """Where the units of a network are drawn."""

    rows: int
    """Of a field."""
    across: int
    """Columns of a field."""
    lefts: tuple[int, ...]
    """For each layer, the column in which its fields begin."""
    tops: tuple[tuple[int, ...], ...]
    """For each layer, the rows in which they begin."""

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to a field."""
        return any(
            left <= column < left + self.across and any(top <= row < top + self.rows for top in tops)
            for left, tops in zip(self.lefts, self.tops, strict=True)
        )


Page = list[list[Segment]]
"""Each cell of the picture."""


def network_strips(
    picture: Network, palette: Palette, width: int, height: int, ratio: float = CELL_RATIO, picked: str = ""
) -> list[Strip]:
    """`picture` in exactly width × height cells, each `ratio` times as high as wide, with the quantity picked."""
    palette = palette.of_planes
    head = _heading_strips(picture, palette, width)
    plan = _find_largest_plan(picture, width, height - len(head), ratio)
    if plan is None:
        return description_strips(picture.title, picture.description, palette, width, height)
    page: Page = [[BLANK] * width for _ in range(height - len(head))]
    for units, left, tops in zip(picture.columns, plan.lefts, plan.tops, strict=True):
        for unit, top in zip(units, tops, strict=True):
            _draw_unit(page, unit, left, top, plan, palette)
    strongest = max((abs(w) for column in picture.columns for unit in column for w in unit.weights), default=0.0)
    chosen: Edge | None = None
    for layer in range(1, len(picture.columns)):
        columns = range(plan.lefts[layer - 1] + plan.across, plan.lefts[layer])
        sides = Side(plan.tops[layer - 1], plan.rows), Side(plan.tops[layer], plan.rows)
        edges = make_edges(picture.columns[layer], *sides, columns, strongest, picked)
        _draw_edges(page, edges, palette)
        if picked and edges and edges[-1].key == picked:
            chosen = edges[-1]
        for unit, top in zip(picture.columns[layer], plan.tops[layer], strict=True):
            if picked and unit.bias_key == picked:
                style = settable_style(palette.style("accent", bold=True), picked)
                page[top + plan.rows // 2][plan.lefts[layer] - 1] = Segment(SELECTED_MARK, style)
    if chosen:
        _draw_picked(page, chosen, plan, palette)
    return pad_page([*head, *(_row_strip(row, width) for row in page)], width, height)


BLANK = Segment(" ")


def least_size(picture: Network) -> tuple[int, int]:
    """The columns and rows it needs at least, for fields of three rows, or two where a layer has many units."""
    most, count = max(len(column) for column in picture.columns), len(picture.columns)
    rows = 4 if most < MANY_UNITS else 3
    return _input_name_width(picture) + 6 * count + ROOMY_LAYER_GAP * (count - 1), most * rows + 1


def full_size(picture: Network) -> tuple[int, int]:
    """The columns and rows beyond which it does not grow."""
    most, count = max(len(column) for column in picture.columns), len(picture.columns)
    columns = _input_name_width(picture) + 2 * MAX_FIELD_ROWS * count + MAX_LAYER_GAP * (count - 1)
    return columns, (MAX_FIELD_ROWS + 1) * most + 1


ROOMY_LAYER_GAP = 5
"""Columns between two layers beside another picture."""
MANY_UNITS = 6
"""Units of a layer from which their fields may be lower."""


def _heading_strips(picture: Network, palette: Palette, width: int) -> list[Strip]:
    """The title with the legend at its right, or beneath it."""
    title = make_strip((picture.title, palette.strong))
    items = [
        make_strip((sample, edge_style(share, palette)), (f" {word}", palette.quiet)) for sample, share, word in LEGEND
    ]
    thick = [make_strip((THICK, palette.quiet))]
    if any(any(unit.pruned) for column in picture.columns for unit in column):
        thick = [make_strip((DEAD, palette.quiet)), *thick]
    legend = Strip([])
    for item in (*items, *thick):
        longer = Strip.join([legend, Strip.blank(2), item]) if legend.cell_length else item
        if longer.cell_length <= width:
            legend = longer
    spare = width - title.cell_length - legend.cell_length
    return [Strip.join([title, Strip.blank(spare), legend])] if spare >= 2 else [title, legend]


MINUS = "−"
"""The sign on the line of a negative weight."""
LEGEND = (("⠤⠤⠤⠤", 1.0, "+"), (f"⠤⠤{MINUS}⠤⠤", -1.0, "−"), ("⠄⠀⠄", 0.0, "near 0"))
"""A piece of each line, the share of the strongest weight that it stands for, and its word."""
DEAD, THICK = "no line: dead", "thick: large"


def _input_name_width(picture: Network) -> int:
    """Columns that the names of the inputs take, with the space after them."""
    return max(cell_len(unit.name) for unit in picture.columns[0]) + 1


def _find_largest_plan(picture: Network, width: int, room: int, ratio: float) -> NetworkPlan | None:
    """The largest fields that leave room for the connections; `None` where there is none."""
    lead, count = _input_name_width(picture), len(picture.columns)
    most = max(len(column) for column in picture.columns)
    for is_narrow in (False, True):
        for rows in range(min(MAX_FIELD_ROWS, room // most), 0, -1):
            across = max(1, round(rows * ratio))
            gap = (width - lead - across * count) // max(1, count - 1)
            if (
                gap >= (MIN_LAYER_GAP if is_narrow else _usual_gap(rows))
                and most * rows + (most - 1) * (rows > 1) <= room
            ):
                return _place_fields(picture, width, room, (rows, across, min(gap, MAX_LAYER_GAP)))
    return None


def _usual_gap(rows: int) -> int:
    """Columns between two layers, so that lines between large fields are not too steep to be told apart."""
    return max(4, 2 * rows - 2)


def _place_fields(picture: Network, width: int, room: int, sizes: tuple[int, int, int]) -> NetworkPlan:
    """Place fields of such a size in the middle, with gaps between layers; what is left is between the units."""
    rows, across, gap = sizes
    count, most = len(picture.columns), max(len(column) for column in picture.columns)
    left = (width - (across + gap) * count + gap + _input_name_width(picture)) // 2
    between = min(MAX_UNIT_GAP, (room - most * rows) // max(1, most - 1)) if most > 1 else 0
    tops = []
    for column in picture.columns:
        high = len(column) * (rows + between) - between
        above = (room - high) // 2
        tops.append(tuple(above + index * (rows + between) for index in range(len(column))))
    return NetworkPlan(rows, across, tuple(left + index * (across + gap) for index in range(count)), tuple(tops))


def _draw_unit(page: Page, unit: Unit, left: int, top: int, plan: NetworkPlan, palette: Palette) -> None:
    """Draw the field, and its name before it where it is an input."""
    middle = top + plan.rows // 2
    for row in range(plan.rows):
        page[top + row][left : left + plan.across] = _field_segments(unit, row, plan.rows, plan.across, palette)
    if not unit.weights:
        start = left - cell_len(unit.name) - 1
        page[middle][start : left - 1] = [Segment(sign, palette.quiet) for sign in unit.name]


def _draw_edges(page: Page, edges: Sequence[Edge], palette: Palette) -> None:
    """Draw connections, the stronger over the weaker; in a cell that two of one colour share are the dots of both."""
    drawn: dict[tuple[int, int], tuple[int, bool, Style]] = {}
    for edge in edges:
        style, is_positive = settable_style(edge_style(edge.share, palette), edge.key), edge.share > 0
        for cell, bits in edge.bits.items():
            before = drawn.get(cell)
            drawn[cell] = bits | before[0] if before and before[1] == is_positive else bits, is_positive, style
    for (row, column), (bits, _, style) in drawn.items():
        page[row][column] = Segment(chr(ord(BRAILLE_BLANK) + bits), style)
    uses = Counter(cell for edge in edges for cell in edge.bits)
    for edge in edges:
        place = edge.place_minus(uses)
        if place:
            page[place[0]][place[1]] = Segment(MINUS, settable_style(edge_style(edge.share, palette), edge.key))


def _draw_picked(page: Page, edge: Edge, plan: NetworkPlan, palette: Palette) -> None:
    """Draw the connection that is picked, over all others, with its value beside it."""
    style = settable_style(palette.strong, edge.key)
    for (row, column), bits in edge.bits.items():
        page[row][column] = Segment(chr(ord(BRAILLE_BLANK) + bits), style)
    value = "dead" if edge.is_pruned else format_number(edge.weight)
    row, start = _place_value(edge, len(value), plan, (len(page), len(page[0])))
    reverse = style + Style(reverse=True)
    page[row][start : start + len(value)] = [Segment(sign, reverse) for sign in value]


def _place_value(edge: Edge, length: int, plan: NetworkPlan, size: tuple[int, int]) -> tuple[int, int]:
    """The row and the column in which the value of a connection begins.

    It is beside its line near the middle of it, where it hides as little of it as can be and no field.
    """
    rows, columns = (sorted({cell[axis] for cell in edge.bits}) for axis in (0, 1))
    middle = (rows[0] + rows[-1]) / 2, (columns[0] + columns[-1] + 1 - length) / 2

    def cost(place: tuple[int, int]) -> float:
        row, start = place
        cells = [(row, column) for column in range(start, start + length)]
        hidden = sum(cell in edge.bits for cell in cells) + sum(plan.covers(*cell) for cell in cells)
        return 4 * hidden + 2 * abs(row - middle[0]) + abs(start - middle[1])

    lines = range(max(0, rows[0] - 1), min(size[0], rows[-1] + 2))
    starts = range(max(0, columns[0] - length), max(0, min(columns[-1] + 1, size[1] - length)) + 1)
    return min(((row, start) for row in lines for start in starts), key=cost)


def _field_segments(unit: Unit, row: int, rows: int, across: int, palette: Palette) -> list[Segment]:
    """One line of cells of a field: two rows of its values, from the top."""
    count = len(unit.field)
    upper = unit.field[count - 1 - int((2 * row + 0.5) / (2 * rows) * count)]
    lower = unit.field[count - 1 - int((2 * row + 1.5) / (2 * rows) * count)]
    cells = []
    for column in range(across):
        place = int((column + 0.5) / across * count)
        top, bottom = palette.diverging[_band_of(upper[place])], palette.diverging[_band_of(lower[place])]
        cells.append(Segment("▀", settable_style(make_style(top, bottom), unit.bias_key)))
    return cells


def _row_strip(row: Sequence[Segment], width: int) -> Strip:
    """A line of the page; neighbours of one style as one piece, for which it is enough to look at the objects."""
    joined: list[Segment] = []
    for _, cells in groupby(row, key=lambda cell: id(cell.style)):
        first, *others = cells
        joined.append(Segment("".join([first.text, *(cell.text for cell in others)]), first.style))
    return Strip(joined, width)


def _band_of(value: float) -> int:
    return min(BAND_COUNT - 1, max(0, int((value + 1) / 2 * BAND_COUNT))) if isfinite(value) else BAND_COUNT // 2

"""Draws a whole network: the output of each unit as a small heat map, its *field*, and connections between layers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby
from math import isfinite

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Network, Unit
from tutor.text.numbers import format_number
from tutor.widgets.plots.braille import BRAILLE_BLANK
from tutor.widgets.plots.chart import description_strips
from tutor.widgets.plots.colours import Palette, make_style
from tutor.widgets.plots.edges import Edge, LayerPorts, edge_style, make_edges
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.ramps import BAND_COUNT
from tutor.widgets.plots.settable import SELECTED_MARK, settable_style
from tutor.widgets.plots.strips import make_strip, pad_page

MAX_FIELD_ROWS = 7
"""The most rows of a unit's field."""
MIN_LAYER_GAP, MAX_LAYER_GAP = 2, 14
"""(fewest, most) columns between two layers, for their connections."""
MAX_UNIT_GAP = 2
"""The most rows between two units of a layer."""


@dataclass(frozen=True)
class NetworkPlan:
    """Where the units of a network are drawn."""

    field_rows: int
    field_columns: int
    lefts: tuple[int, ...]
    """For each layer, the column in which its fields begin."""
    tops: tuple[tuple[int, ...], ...]
    """For each layer, the row in which each of its fields begins."""

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell belongs to a field."""
        for left, tops in zip(self.lefts, self.tops, strict=True):
            if left <= column < left + self.field_columns:
                return any(top <= row < top + self.field_rows for top in tops)
        return False


Page = list[list[Segment]]
"""The cells of the picture, row by row."""


def network_strips(
    picture: Network, palette: Palette, width: int, height: int, ratio: float = CELL_RATIO, picked: str = ""
) -> list[Strip]:
    """Draw `picture` in exactly width × height cells, each `ratio` times as high as wide.

    `picked` is the key of the weight or bias that is marked, or "".
    """
    palette = palette.of_planes
    heading = _heading_strips(picture, palette, width)
    page_rows = height - len(heading)
    plan = find_largest_plan(picture, width, page_rows, ratio)
    if plan is None:
        return description_strips(picture.title, picture.description, palette, width, height)
    # With the names of the layers above them, the fields have a row less.
    plan_below_names = find_largest_plan(picture, width, page_rows - 1, ratio)
    if plan_below_names is not None and plan_below_names.field_rows == plan.field_rows:  # the fields are not smaller
        names = _name_layers(picture, plan_below_names, width)
        if names:
            rows_above = min(chain.from_iterable(plan_below_names.tops))  # moved above the names
            heading += [*[Strip([])] * rows_above, make_strip((names, palette.quiet))]
            page_rows -= rows_above + 1
            moved_tops = tuple(tuple(top - rows_above for top in layer_tops) for layer_tops in plan_below_names.tops)
            plan = replace(plan_below_names, tops=moved_tops)
    page: Page = [[BLANK] * width for _ in range(page_rows)]
    for units, left, tops in zip(picture.columns, plan.lefts, plan.tops, strict=True):
        for unit, top in zip(units, tops, strict=True):
            _draw_unit(page, unit, left, top, plan, palette)
    _draw_connections(page, picture, plan, palette, picked)
    return pad_page([*heading, *(_row_strip(row, width) for row in page)], width, height)


def _draw_connections(page: Page, picture: Network, plan: NetworkPlan, palette: Palette, picked: str) -> None:
    """Draw the connections between all layers, and mark the weight or bias whose key is `picked`."""
    weights = [abs(weight) for column in picture.columns for unit in column for weight in unit.weights]
    largest_weight = max(weights, default=0.0)
    picked_edge: Edge | None = None
    for layer in range(1, len(picture.columns)):
        columns = range(plan.lefts[layer - 1] + plan.field_columns, plan.lefts[layer])
        before, after = LayerPorts(plan.tops[layer - 1], plan.field_rows), LayerPorts(plan.tops[layer], plan.field_rows)
        units = picture.columns[layer]
        edges = make_edges(units, before, after, columns, largest_weight=largest_weight, picked=picked)
        _draw_edges(page, edges, palette)
        if picked and edges and edges[-1].key == picked:  # if the picked connection is in this layer, it is the last
            picked_edge = edges[-1]
        for unit, top in zip(units, plan.tops[layer], strict=True):
            if picked and unit.bias_key == picked:
                style = settable_style(palette.style("accent", bold=True), picked)
                page[top + plan.field_rows // 2][plan.lefts[layer] - 1] = Segment(SELECTED_MARK, style)
    if picked_edge:  # last, so that it is drawn over the edges of all layers
        _draw_picked(page, picked_edge, plan, palette)


BLANK = Segment(" ")


def least_size(picture: Network) -> tuple[int, int]:
    """The fewest columns and rows that a network needs: with fields of three rows, or of two if a layer is large."""
    max_units, layer_count = _max_units(picture), len(picture.columns)
    rows_per_unit = 4 if max_units < MANY_UNITS else 3  # a field of three or two rows, and a row between two units
    field_columns = 6  # of a field of three rows: a row is as long as two columns
    columns = _input_name_width(picture) + field_columns * layer_count + ROOMY_LAYER_GAP * (layer_count - 1)
    return columns, max_units * rows_per_unit + 1  # 1 is the row for the title


def full_size(picture: Network) -> tuple[int, int]:
    """The columns and rows beyond which the picture does not grow."""
    layer_count = len(picture.columns)
    field_columns = 2 * MAX_FIELD_ROWS
    columns = _input_name_width(picture) + field_columns * layer_count + MAX_LAYER_GAP * (layer_count - 1)
    rows_per_unit = MAX_FIELD_ROWS + 1  # with a row between two units
    return columns, rows_per_unit * _max_units(picture) + 1  # 1 is the row for the title


def _max_units(picture: Network) -> int:
    """The number of units in the largest layer."""
    return max(len(column) for column in picture.columns)


ROOMY_LAYER_GAP = 5
"""The columns between two layers that `least_size` asks for, though the network can be drawn with fewer."""
MANY_UNITS = 6
"""If a layer has so many units, `least_size` asks for lower fields."""


def _heading_strips(picture: Network, palette: Palette, width: int) -> list[Strip]:
    """The title with the legend to its right or beneath it; entries that do not fit are left out."""
    title = make_strip((picture.title, palette.strong))
    entries = [
        make_strip(
            (sample.replace(MINUS, LINE_DOTS) if palette.has_colours else sample, edge_style(relative_weight, palette)),
            (f" {word}", palette.quiet),
        )
        for sample, relative_weight, word in LINE_ENTRIES
    ]
    if any(any(unit.pruned) for column in picture.columns for unit in column):
        entries.append(make_strip((DEAD_WORDS, palette.quiet)))
    entries.append(make_strip((THICK_WORDS, palette.quiet)))
    legend = Strip([])
    for entry in entries:
        longer_legend = Strip.join([legend, Strip.blank(2), entry]) if legend.cell_length else entry
        if longer_legend.cell_length <= width:
            legend = longer_legend
    gap = width - title.cell_length - legend.cell_length
    return [Strip.join([title, Strip.blank(gap), legend])] if gap >= 2 else [title, legend]


def _name_layers(picture: Network, plan: NetworkPlan, width: int) -> str:
    """A line with the name of each layer above its middle, or "" if two of them would touch or one has no room."""
    line = ""
    for name, left in zip(picture.names, plan.lefts, strict=False):
        if not name:
            continue
        start = left + (plan.field_columns - cell_len(name)) // 2
        is_touching = bool(line) and start < cell_len(line) + 1
        if is_touching or start < 0 or start + cell_len(name) > width:
            return ""
        line = line.ljust(start) + name
    return line


MINUS = "−"
"""The sign on the line of a negative weight, where there are no colours."""
LINE_DOTS = "⠤"
"""A cell of a line."""
LINE_ENTRIES = ((4 * LINE_DOTS, 1.0, "+"), (f"⠤⠤{MINUS}⠤⠤", -1.0, "−"), ("⠄⠀⠄", 0.0, "near 0"))
"""Entries of the legend: (a piece of a line, the relative weight that it shows, a word for it)."""
DEAD_WORDS, THICK_WORDS = "no line: dead", "thick: large"
"""Further entries: for pruned weights, if there are any, and for large ones."""


def _input_name_width(picture: Network) -> int:
    """Columns that the names of the inputs take, with the space after them."""
    return max(cell_len(unit.name) for unit in picture.columns[0]) + 1


def find_largest_plan(picture: Network, width: int, height: int, ratio: float) -> NetworkPlan | None:
    """Find the plan with the largest fields in width × height cells that leave room for connections, or `None`.

    If no size of fields leaves the usual room for the connections, the connections get less.
    """
    layer_count, max_units = len(picture.columns), _max_units(picture)
    network_width = width - _input_name_width(picture)
    for is_narrow in (False, True):
        for field_rows in range(min(MAX_FIELD_ROWS, height // max_units), 0, -1):
            field_columns = max(1, round(field_rows * ratio))
            layer_gap = (network_width - field_columns * layer_count) // max(1, layer_count - 1)
            min_layer_gap = MIN_LAYER_GAP if is_narrow else _usual_layer_gap(field_rows)
            min_unit_gap = 1 if field_rows > 1 else 0  # fields of one row have no gap
            needed_height = max_units * field_rows + (max_units - 1) * min_unit_gap
            if layer_gap >= min_layer_gap and needed_height <= height:
                layer_gap = min(layer_gap, MAX_LAYER_GAP)
                return _place_fields(picture, width, height, field_rows, field_columns, layer_gap)
    return None


def _usual_layer_gap(field_rows: int) -> int:
    """Columns between two layers that keep the lines between fields of this height flat enough to be told apart."""
    return max(4, 2 * field_rows - 2)


def _place_fields(
    picture: Network, width: int, height: int, field_rows: int, field_columns: int, layer_gap: int
) -> NetworkPlan:
    """Place fields of this size in the middle of width × height cells, and share spare rows among the gaps."""
    layer_count, max_units = len(picture.columns), _max_units(picture)
    network_width = (field_columns + layer_gap) * layer_count - layer_gap
    left = (width - network_width + _input_name_width(picture)) // 2
    lefts = tuple(left + layer * (field_columns + layer_gap) for layer in range(layer_count))
    spare_rows = height - max_units * field_rows
    unit_gap = min(MAX_UNIT_GAP, spare_rows // max(1, max_units - 1)) if max_units > 1 else 0
    tops = []
    for column in picture.columns:
        column_height = len(column) * (field_rows + unit_gap) - unit_gap
        top = (height - column_height) // 2
        tops.append(tuple(top + index * (field_rows + unit_gap) for index in range(len(column))))
    return NetworkPlan(field_rows, field_columns, lefts, tuple(tops))


def _draw_unit(page: Page, unit: Unit, left: int, top: int, plan: NetworkPlan, palette: Palette) -> None:
    """Draw a unit's field, and before it the unit's name if it has no weights: such a unit is an input."""
    middle = top + plan.field_rows // 2
    for row in range(plan.field_rows):
        cells = _field_segments(unit, row, plan.field_rows, plan.field_columns, palette)
        page[top + row][left : left + plan.field_columns] = cells
    if not unit.weights:
        start = left - cell_len(unit.name) - 1
        page[middle][start : left - 1] = [Segment(sign, palette.quiet) for sign in unit.name]


def _draw_edges(page: Page, edges: Sequence[Edge], palette: Palette) -> None:
    """Draw connections, given from the weakest to the strongest: a cell has the dots of all lines that pass through it.

    So every line goes on without a gap where it crosses others; the colour of the cell is that of the strongest. Where
    there are no colours, negative weights have a minus.
    """
    styles = [settable_style(edge_style(edge.relative_weight, palette), edge.key) for edge in edges]
    drawn: dict[tuple[int, int], tuple[int, Style]] = {}  # cell → (dots, style)
    for edge, style in zip(edges, styles, strict=True):
        for cell, bits in edge.bits.items():
            earlier_bits, _ = drawn.get(cell, (0, style))
            drawn[cell] = bits | earlier_bits, style
    for (row, column), (bits, style) in drawn.items():
        page[row][column] = Segment(chr(ord(BRAILLE_BLANK) + bits), style)
    if palette.has_colours:
        return
    line_counts = Counter(cell for edge in edges for cell in edge.bits)
    for edge, style in zip(edges, styles, strict=True):
        minus_cell = edge.place_minus(line_counts)
        if minus_cell is not None:
            row, column = minus_cell
            page[row][column] = Segment(MINUS, style)


def _draw_picked(page: Page, edge: Edge, plan: NetworkPlan, palette: Palette) -> None:
    """Draw the picked connection over all others, with its value beside it."""
    style = settable_style(palette.strong, edge.key)
    for (row, column), bits in edge.bits.items():
        page[row][column] = Segment(chr(ord(BRAILLE_BLANK) + bits), style)
    value = "dead" if edge.is_pruned else format_number(edge.weight)
    row, start = _place_value(edge, len(value), plan, rows=len(page), columns=len(page[0]))
    reverse = style + Style(reverse=True)
    page[row][start : start + len(value)] = [Segment(sign, reverse) for sign in value]


def _place_value(edge: Edge, length: int, plan: NetworkPlan, *, rows: int, columns: int) -> tuple[int, int]:
    """Choose the row and column where the value of a connection begins; `length` is its number of characters.

    The place is near the middle of the line, and covers as few cells of the line and of fields as possible.
    """
    edge_rows, edge_columns = [row for row, _ in edge.bits], [column for _, column in edge.bits]
    top, bottom, left, right = min(edge_rows), max(edge_rows), min(edge_columns), max(edge_columns)
    middle_row, middle_start = (top + bottom) / 2, (left + right + 1 - length) / 2

    def cost(row_and_start: tuple[int, int]) -> float:
        """Each covered cell costs as much as a distance of two rows, or of four columns, from the middle."""
        row, start = row_and_start
        cells = [(row, column) for column in range(start, start + length)]
        covered = sum(cell in edge.bits for cell in cells) + sum(plan.covers(*cell) for cell in cells)
        return 4 * covered + 2 * abs(row - middle_row) + abs(start - middle_start)

    possible_rows = range(max(0, top - 1), min(rows, bottom + 2))
    possible_starts = range(max(0, left - length), max(0, min(right + 1, columns - length)) + 1)
    return min(((row, start) for row in possible_rows for start in possible_starts), key=cost)


def _field_segments(unit: Unit, row: int, rows: int, columns: int, palette: Palette) -> list[Segment]:
    """Draw one row of a field that has rows × columns cells; each cell shows two values, one above the other.

    `unit.field` is square, and its first row is the lowest. A half cell shows the value at its middle.
    """
    size = len(unit.field)
    # There are 2 · rows half rows, counted from the top. This row has the half rows 2 · row and 2 · row + 1.
    upper_values = unit.field[size - 1 - int((2 * row + 0.5) / (2 * rows) * size)]
    lower_values = unit.field[size - 1 - int((2 * row + 1.5) / (2 * rows) * size)]
    cells = []
    for column in range(columns):
        index = int((column + 0.5) / columns * size)
        upper = palette.diverging[_band_of(upper_values[index])]
        lower = palette.diverging[_band_of(lower_values[index])]
        cells.append(Segment("▀", settable_style(make_style(upper, lower), unit.bias_key)))
    return cells


def _row_strip(row: Sequence[Segment], width: int) -> Strip:
    """Join the cells of a row into a strip; neighbours with the same style object become one segment."""
    joined: list[Segment] = []
    for _, cells in groupby(row, key=lambda cell: id(cell.style)):  # equal styles are one cached object
        first, *others = cells
        joined.append(Segment("".join([first.text, *(cell.text for cell in others)]), first.style))
    return Strip(joined, width)


def _band_of(value: float) -> int:
    """The number of the band of an output from −1 to 1; the middle band if the value is not finite."""
    if not isfinite(value):
        return BAND_COUNT // 2
    return min(BAND_COUNT - 1, max(0, int((value + 1) / 2 * BAND_COUNT)))

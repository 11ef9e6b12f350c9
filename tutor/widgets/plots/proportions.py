"""Decides the scale of a chart: how many cells its canvas has, and which range of each axis it shows.

A chart of quantities fills its box. On a plane and in an image one unit is as long across as up: where the box has
another shape, a picture that has edges (a field, an image) gets margins, and one without shows more of the plane. The
cells of a table have numbers in them, and are wider than high.
"""

from dataclasses import dataclass
from math import ceil, floor

from tutor.sims.engine.chart import Chart, HeatMap
from tutor.widgets.plots.axes import (
    MAX_COUNTED,
    Range,
    hull,
    is_even_step,
    near_steps,
    plane_tick_step,
    spans_with_ticks,
)
from tutor.widgets.plots.heatmap import shows_signs

CELL_RATIO = 2.0
"""How many times as high as wide a cell is, unless a setting says otherwise."""
TABLE_WIDENING = 2.0
"""How many times as wide as high a cell of a table is at most: numbers have to fit in."""
MAX_WIDENING = 2.0
"""How many times its data's width or height a plane without edges may show."""
MIN_COLUMNS, MIN_ROWS = 4, 2
"""Cells that a canvas has at least: a narrow table gets more range, never wider cells."""
WORTH_EQUAL = 0.66
"""The share of its size that an image keeps at least for cells that are all equal, whole numbers of half blocks."""
WORTH_WHOLE = 0.5
"""The share of its size that an image keeps at least for cells with signs that are all equal."""
MIN_EVENNESS = 0.75
"""The share of its size that a plane keeps at least for ticks that are equally many rows apart."""
MIN_EVEN_SIZE = 0.9
"""A plane takes the first round step of its ticks that leaves it this share of its size."""
SNAPPING_TOLERANCE = 0.03
"""How far from square such a cell may be."""
MARGIN = 0.04
"""The share of a plane's range that is left free around data without edges."""


@dataclass(frozen=True)
class Frame:
    """A canvas in cells, and the ranges that it shows."""

    columns: int
    rows: int
    x_range: Range
    y_range: Range

    @property
    def unit(self) -> float:
        """Columns of one unit: the larger, the more there is to see."""
        return self.columns / (self.x_range[1] - self.x_range[0])


def fit_frame(chart: Chart, columns: int, rows: int, ratio: float = CELL_RATIO) -> Frame:
    """The frame for a plane or an image in at most columns × rows cells, whose height is `ratio` times their width."""
    has_edges, x_range, y_range = _ranges_to_show(chart)
    across, up = x_range[1] - x_range[0], y_range[1] - y_range[0]
    if chart.scale != "plane":
        return _fit_image(chart, columns, rows, ratio, (x_range, y_range))
    # The middle of a plane, and its edges where they can, lie in the middle of a cell.
    across_side, up_side = max(1, (columns - 1) // 2), max(1, (rows - 1) // 2)
    unit = 2 * min(across_side / across, up_side * ratio / up)
    spare = 1.0 if has_edges else MAX_WIDENING
    shown = (
        _widen(x_range, max(across, min(spare * across, 2 * across_side / unit))),
        _widen(y_range, max(up, min(spare * up, 2 * up_side * ratio / unit))),
    )
    unit = _find_even_unit((x_range, y_range), unit, ratio, chart.y_down, shown)
    wide = 2 * min(across_side, max(MIN_COLUMNS // 2, round(spare * unit * across / 2))) + 1
    high = 2 * min(up_side, max(MIN_ROWS // 2, round(spare * unit * up / ratio / 2))) + 1
    wide, high = min(wide, columns), min(high, rows)
    return Frame(wide, high, _widen(x_range, wide / unit), _widen(y_range, high * ratio / unit))


def _find_even_unit(
    ranges: tuple[Range, Range], unit: float, ratio: float, whole: bool, shown: tuple[Range, Range] | None = None
) -> float:
    """The columns of a unit of a plane, so that its ticks are equally many rows apart, where that costs little.

    More than the `ranges` of the data may be `shown`, and have ticks.
    """
    across, up = (high - low for low, high in ranges)
    units = [unit * MIN_EVENNESS]
    for step in near_steps(plane_tick_step(ranges, round(unit * across), round(unit * up / ratio))):
        rows = floor(step * unit / ratio + 1e-6)
        even = rows * ratio / step
        if rows and is_even_step(step, even / ratio, shown or ranges, whole):
            if even >= MIN_EVEN_SIZE * unit:
                return even
            units.append(even)
    return max(units) if len(units) > 1 and max(units) > units[0] else unit


def _fit_image(chart: Chart, columns: int, rows: int, ratio: float, ranges: tuple[Range, Range]) -> Frame:
    """The frame for an image or a table: its edges lie at the edges of cells."""
    x_range, y_range = ranges
    across, up = x_range[1] - x_range[0], y_range[1] - y_range[0]
    unit = min(columns / across, rows * ratio / up)
    if chart.scale == "table" and columns >= across and rows >= up:
        cell_columns, cell_rows = _table_cell_size(columns / across, rows / up, ratio)
        unit, ratio = cell_columns, cell_columns / cell_rows
    else:
        unit = _snap_unit(chart, unit, across, up, ratio)
    wide = _limit_cells(unit * across, columns, MIN_COLUMNS)
    high = _limit_cells(unit * up / ratio, rows, MIN_ROWS)
    return Frame(wide, high, _widen(x_range, wide / unit), _extend_upwards(chart, y_range, high * ratio / unit))


def _ranges_to_show(chart: Chart) -> tuple[bool, Range, Range]:
    """Whether the picture has edges, and the ranges of x and y that it must show."""
    fields = [mark for mark in chart.marks if isinstance(mark, HeatMap)]
    has_edges = bool(fields) or bool(chart.x_range and chart.y_range)
    x_range, y_range = (chart.x_range or hull(chart.coordinates("x")), chart.y_range or hull(chart.coordinates("y")))
    if has_edges:
        return True, x_range, y_range
    # A line of points must not become a plane that is infinitely large in one direction.
    most = max(x_range[1] - x_range[0], y_range[1] - y_range[0])
    x_range, y_range = (_widen(span, max((span[1] - span[0]) * (1 + MARGIN), most / 8)) for span in (x_range, y_range))
    return False, x_range, y_range


def _limit_cells(needed: float, most: int, least: int) -> int:
    """Whole cells for `needed` of them: no more than `most`, no fewer than `least`."""
    return max(min(most, ceil(needed - 1e-6)), min(most, least))


def _table_cell_size(columns: float, rows: float, ratio: float) -> tuple[int, int]:
    """The columns and rows of each cell of a table: whole numbers, as wide as it may be before it is high."""
    high = max(1, min(floor(rows), floor(columns / ratio)))
    return min(floor(columns), floor(TABLE_WIDENING * ratio * high)), high


def _snap_unit(chart: Chart, unit: float, across: float, up: float, ratio: float) -> float:
    """The columns of a unit, so that each cell of an image is as many columns and half rows as the next.

    In a cell with a sign there is always a whole row for it: in half a row it would colour the other half too.
    """
    field = next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)
    if field is None:
        return unit
    cell = (field.x_range[1] - field.x_range[0]) / max(1, len(field.values[0]))
    columns = floor(unit * cell + 1e-6)
    if shows_signs(field):
        for whole in range(columns, 0, -1):
            halves = round(whole * 2 / ratio)
            is_allowed = halves > 1 and (halves % 2 == 0 or max(across, up) > MAX_COUNTED)  # ticks are whole rows apart
            is_square = is_allowed and abs(halves * ratio / 2 / whole - 1) <= SNAPPING_TOLERANCE
            if is_square and whole >= WORTH_WHOLE * unit * cell:
                return whole / cell
    halves = round(columns * 2 / ratio)
    is_square = bool(halves) and abs(halves * ratio / 2 / columns - 1) <= SNAPPING_TOLERANCE
    if is_square and columns >= WORTH_EQUAL * unit * cell:
        return columns / cell
    return _find_even_unit(spans_with_ticks(chart, *_ranges_to_show(chart)[1:]), unit, ratio, chart.y_down)


def _widen(span: Range, length: float) -> Range:
    """`span` made longer, its middle kept."""
    more = (length - (span[1] - span[0])) / 2
    return span[0] - more, span[1] + more


def _extend_upwards(chart: Chart, span: Range, length: float) -> Range:
    """`span` made longer at the top of the picture, so that an edge stays at the edge of a cell."""
    return (span[1] - length, span[1]) if chart.y_down else (span[0], span[0] + length)

"""Decides the scale of a plane, an image or a table: how many cells its canvas has, and which ranges it shows.

On a plane and in an image, one unit has the same length across and up. If the box has another shape, a picture with
edges (a heat map, an image) gets margins, and a picture without edges shows more of the plane. The cells of a table
contain numbers, so they are wider than high.

In this module, a *unit* is the number of columns for a length of 1 on the x axis, and a cell of the terminal is `ratio`
times as high as wide.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor

from tutor.sims.engine.chart import Chart, HeatMap
from tutor.widgets.plots.cell_numbers import shows_signs
from tutor.widgets.plots.plane_axes import is_even_step, plane_tick_step, spans_with_ticks
from tutor.widgets.plots.ticks import Range, between_steps, hull, near_steps

CELL_RATIO = 2.0
"""How many times as high as wide a cell of the terminal is, unless a setting says otherwise."""
TABLE_HEIGHTENING = 4 / 3
"""How many times as high as wide a cell of a table may be: three columns are the width of a number and a blank."""
TABLE_WIDENING = 2.0
"""How many times as wide as high a cell of a table may be, so that numbers fit into it."""
MAX_WIDENING = 2.0
"""How many times the width or height of its data a plane without edges may show."""
MIN_COLUMNS, MIN_ROWS = 4, 2
"""The smallest size of a canvas. A table that would be smaller shows a larger range, not larger cells."""
MIN_EQUAL_SIZE = 0.66
"""An image may be made smaller so that all its cells are equally large, if it keeps this share of its size."""
MIN_EQUAL_SIGN_SIZE = 0.5
"""The same for an image whose cells have signs in them."""
MIN_EVEN_SIZE = 0.75
"""A plane may be made smaller so that its ticks are equally many rows apart, if it keeps this share of its size."""
GOOD_EVEN_SIZE = 0.9
"""A plane takes the first round step of its ticks with which it keeps this share of its size."""
FAIR_EVEN_SIZE = 0.85
"""The same before it takes a less round step."""
WORTH_LESS_ROUND = 1.05
"""A less round step is taken only if the plane gets this many times as large by it as by the round one."""
SNAPPING_TOLERANCE = 0.03
"""How far from square the cells of an image may be if they are equally large."""
MARGIN = 0.04
"""The share of a plane's range that is left free around its data if it has no edges."""


@dataclass(frozen=True)
class Viewport:
    """The size of a canvas in cells, and the part of the plane that it shows."""

    columns: int
    rows: int
    x_range: Range
    y_range: Range

    @property
    def unit(self) -> float:
        """Columns for a length of 1 on the x axis: the more there are, the more detail can be seen."""
        return self.columns / (self.x_range[1] - self.x_range[0])


def fit_viewport(chart: Chart, columns: int, rows: int, ratio: float = CELL_RATIO) -> Viewport:
    """Fit a viewport for a plane, an image or a table into at most columns × rows cells."""
    has_edges, x_range, y_range = _ranges_to_show(chart)
    if chart.scale != "plane":
        return _fit_image(chart, columns, rows, ratio, (x_range, y_range))
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    # The numbers of cells are odd, so that the middle of a plane and, if possible, its edges are in the middle of a
    # cell.
    max_half_columns, max_half_rows = max(1, (columns - 1) // 2), max(1, (rows - 1) // 2)
    # The largest unit with which the data fit in both directions. From here on, a length of 1 has `unit` columns across
    # and `unit / ratio` rows up. So n columns show a length of n / unit, and n rows a length of n · ratio / unit.
    unit = 2 * min(max_half_columns / width, max_half_rows * ratio / height)
    widening = 1.0 if has_edges else MAX_WIDENING
    shown_ranges = (
        _widen(x_range, max(width, min(widening * width, 2 * max_half_columns / unit))),
        _widen(y_range, max(height, min(widening * height, 2 * max_half_rows * ratio / unit))),
    )
    unit = _find_even_unit((x_range, y_range), unit, ratio, shown_ranges, has_whole_ticks=chart.y_down)
    half_columns = min(max_half_columns, max(MIN_COLUMNS // 2, round(widening * unit * width / 2)))
    half_rows = min(max_half_rows, max(MIN_ROWS // 2, round(widening * unit * height / ratio / 2)))
    columns, rows = min(2 * half_columns + 1, columns), min(2 * half_rows + 1, rows)
    x_shown, y_shown = _widen(x_range, columns / unit), _widen(y_range, rows * ratio / unit)
    if not _has_heat_map(chart):  # the edges of a heat map are in the middles of cells, and so must be 0 without one
        x_shown, y_shown = _centre_zero(x_shown, 1 / unit), _centre_zero(y_shown, ratio / unit)
    return Viewport(columns, rows, x_shown, y_shown)


@lru_cache(maxsize=64)
def _find_even_unit(
    ranges: tuple[Range, Range],
    unit: float,
    ratio: float,
    shown: tuple[Range, Range] | None = None,
    *,
    has_whole_ticks: bool,
) -> float:
    """Find a unit of a plane, at most `unit`, with which its ticks are equally many rows apart.

    `ranges` are the ranges of the data; `shown` are the ranges that are shown and have ticks, if they are larger. With
    `has_whole_ticks`, ticks are only at whole numbers. The result is `unit` itself if any other would make the plane
    too small. A less round step is taken if it puts ticks at all ends of the ranges, as at −3, 0 and 3, and makes the
    plane larger.

    It is cached because a plane seldom shows another part of itself from step to step.
    """
    width, height = (high - low for low, high in ranges)
    smaller_units = []
    chosen = 0.0  # the first unit that makes the plane hardly smaller; 0 before one is found
    fair = 0.0  # the largest unit of a round step that makes the plane a little smaller
    usual_step = plane_tick_step(ranges, round(unit * width), round(unit * height / ratio))
    for step in near_steps(usual_step):
        is_round = step not in between_steps(usual_step)
        if not is_round and not chosen:
            chosen = fair
        rows = floor(step * unit / ratio + 1e-6)  # rows from one tick to the next
        even_unit = rows * ratio / step  # the unit with which a step is exactly that many rows
        if rows and is_even_step(step, even_unit / ratio, shown or ranges, has_whole_ticks=has_whole_ticks):
            if chosen and even_unit > WORTH_LESS_ROUND * chosen and _is_at_ends(step, ranges):
                return even_unit
            if not chosen and even_unit >= GOOD_EVEN_SIZE * unit:
                chosen = even_unit
            if is_round and even_unit >= FAIR_EVEN_SIZE * unit:
                fair = max(fair, even_unit)
            smaller_units.append(even_unit)
    if chosen:
        return chosen
    largest = max(smaller_units, default=0.0)
    return largest if largest > MIN_EVEN_SIZE * unit else unit


def _is_at_ends(step: float, ranges: tuple[Range, Range]) -> bool:
    """Whether all ends of the ranges are multiples of `step`."""
    multiples = [end / step for ends in ranges for end in ends]
    return all(abs(multiple - round(multiple)) < 1e-9 for multiple in multiples)


def _fit_image(chart: Chart, columns: int, rows: int, ratio: float, ranges: tuple[Range, Range]) -> Viewport:
    """Fit a viewport for an image or a table, whose edges are at edges of the terminal's cells."""
    x_range, y_range = ranges
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    has_room = rows >= height and floor(columns / width) * TABLE_HEIGHTENING >= ratio
    if chart.scale == "table" and has_room:
        cell_columns, cell_rows = table_cell_size(columns / width, rows / height, ratio)
        unit: float = cell_columns
        ratio = cell_columns / cell_rows  # the ratio of a table's own cells replaces that of the terminal's
    else:
        largest_unit = min(columns / width, rows * ratio / height)
        unit = _snap_unit(chart, largest_unit, ratio)
    columns = _limit_cells(unit * width, most=columns, least=MIN_COLUMNS)
    rows = _limit_cells(unit * height / ratio, most=rows, least=MIN_ROWS)
    y_range = _extend_upwards(chart, y_range, rows * ratio / unit)
    return Viewport(columns, rows, _widen(x_range, columns / unit), y_range)


def _has_heat_map(chart: Chart) -> bool:
    """Whether a chart has a field, whose edges are to be seen."""
    return any(isinstance(mark, HeatMap) for mark in chart.marks)


def _ranges_to_show(chart: Chart) -> tuple[bool, Range, Range]:
    """(whether the picture has edges, the range of x that it must show, that of y)."""
    has_edges = _has_heat_map(chart) or bool(chart.x_range and chart.y_range)
    x_range, y_range = (chart.x_range or hull(chart.coordinates("x")), chart.y_range or hull(chart.coordinates("y")))
    if has_edges:
        return True, x_range, y_range
    # If all points are on a horizontal or vertical line, the plane must still have some height and width.
    min_length = max(x_range[1] - x_range[0], y_range[1] - y_range[0]) / 8
    x_range, y_range = (
        _widen(span, max((span[1] - span[0]) * (1 + MARGIN), min_length)) for span in (x_range, y_range)
    )
    return False, x_range, y_range


def _limit_cells(needed: float, *, most: int, least: int) -> int:
    """Round `needed` up to whole cells, from `least` to `most`; `most` counts more, if it is smaller than `least`."""
    return min(most, max(least, ceil(needed - 1e-6)))


def table_cell_size(max_columns: float, max_rows: float, ratio: float) -> tuple[int, int]:
    """The columns and rows of each cell of a table, as large as there is room for.

    A cell is at most `TABLE_WIDENING` times as wide as high and, if there is room, `TABLE_HEIGHTENING` times as high as
    wide.
    """
    rows = max(1, min(floor(max_rows), floor(TABLE_HEIGHTENING * floor(max_columns) / ratio + 1e-6)))
    return min(floor(max_columns), floor(TABLE_WIDENING * ratio * rows)), rows


def _snap_unit(chart: Chart, unit: float, ratio: float) -> float:
    """Find a unit, at most `unit`, with which all cells of an image have equally many columns and half rows.

    A cell with a sign has whole rows, so that all signs are equally far apart. Only if that is impossible, for
    terminals whose cells have an odd shape, it may have half a row too. If an image would become too small, its ticks
    are made even instead; if that is impossible too, `unit` is returned.
    """
    heat_map = next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)
    if heat_map is None:
        return unit
    cell_width = (heat_map.x_range[1] - heat_map.x_range[0]) / max(1, len(heat_map.values[0]))  # in units of x
    max_columns = unit * cell_width
    cell_columns = 0
    if shows_signs(heat_map):
        cell_columns = _equal_cell_columns(max_columns, ratio, MIN_EQUAL_SIGN_SIZE, has_whole_rows=True)
    if not cell_columns:
        cell_columns = _equal_cell_columns(max_columns, ratio, MIN_EQUAL_SIZE, has_whole_rows=False)
    if cell_columns:
        return cell_columns / cell_width
    _, x_range, y_range = _ranges_to_show(chart)
    return _find_even_unit(spans_with_ticks(chart, x_range, y_range), unit, ratio, has_whole_ticks=chart.y_down)


def _equal_cell_columns(max_columns: float, ratio: float, min_share: float, *, has_whole_rows: bool) -> int:
    """The columns of each cell of an image, if all are equally large and square; 0 if that is impossible.

    They are as many as possible up to `max_columns`, and not less than the share `min_share` of it.
    """
    for columns in range(floor(max_columns + 1e-6), 0, -1):
        half_rows = round(columns / ratio * 2)
        is_allowed = half_rows > 0 and (half_rows % 2 == 0 or not has_whole_rows)
        if is_allowed and columns >= min_share * max_columns and _is_square(columns, half_rows, ratio):
            return columns
    return 0


def _is_square(columns: int, half_rows: int, ratio: float) -> bool:
    """Whether so many columns are about as long as so many half rows."""
    half_rows_in_columns = half_rows * ratio / 2
    return abs(half_rows_in_columns / columns - 1) <= SNAPPING_TOLERANCE


def _centre_zero(span: Range, cell: float) -> Range:
    """Move a range by at most half of a cell, given as a length, so that 0 is in the middle of a cell.

    Ticks that are whole cells apart are then in the middles of cells too, where their marks on the axis are.
    """
    low, high = span
    position = -low / cell - 0.5  # of 0, in cells from the middle of the first one
    shift = (position - round(position)) * cell
    return low + shift, high + shift


def _widen(span: Range, length: float) -> Range:
    """Extend `span` to `length` by the same amount at both ends."""
    extension = (length - (span[1] - span[0])) / 2
    return span[0] - extension, span[1] + extension


def _extend_upwards(chart: Chart, span: Range, length: float) -> Range:
    """Extend `span` to `length` at the top of the picture, so that its lower end stays at the edge of a cell."""
    return (span[1] - length, span[1]) if chart.y_down else (span[0], span[0] + length)

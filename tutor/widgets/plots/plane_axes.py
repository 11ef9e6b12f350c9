"""The axes of a plane or an image, on which one unit is as long across as up."""

from dataclasses import replace
from math import ceil

from tutor.sims.engine.chart import Chart, HeatMap
from tutor.widgets.plots.axes import Axis, make_axis
from tutor.widgets.plots.ticks import Range, multiples_between, near_steps, nice_step, usual_tick_count

MAX_COUNTED = 6
"""The rows and columns up to which each of an image has its number, where there is room."""
MIN_TICK_ROWS = 2
"""The rows from one tick of a plane to the next, at least."""


def make_plane_axes(chart: Chart, x_range: Range, y_range: Range, columns: int, rows: int) -> tuple[Axis, Axis]:
    """Both axes of a plane or an image, with ticks at the same distances where both have room for them.

    The axes of an image that have no names, as those of a sheet of several images, have no ticks.
    """
    if chart.scale == "image" and not chart.x_label and not chart.y_label:
        return Axis(*x_range, (), ()), Axis(*y_range, (), (), down=chart.y_down)
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    whole = chart.y_down  # rows and columns of an image or a table are counted
    is_small_image = chart.scale == "image" and whole and max(width, height) <= MAX_COUNTED
    has_room_for_numbers = columns >= 3 * width and rows >= height  # three columns for each number
    is_numbered = has_room_for_numbers and (chart.scale == "table" or is_small_image)
    if is_numbered:  # each row and column has its number
        x_count, y_count = round(width) + 1, round(height) + 1
    else:
        x_count, y_count = usual_tick_count("x", columns), usual_tick_count("y", rows)
    min_step = max(nice_step(width, x_count), nice_step(height, y_count))
    if chart.scale != "table" and not is_numbered:
        even_step = find_even_step(min_step, rows / height, spans_with_ticks(chart, x_range, y_range), whole=whole)
        if even_step:
            min_step = even_step
            x_count = y_count = 1 + 2 * ceil(max(width, height) / even_step)  # so many that `min_step` decides
    x_axis = make_axis(*x_range, x_count, exact=True, whole=whole, min_step=min_step)
    y_axis = make_axis(*y_range, y_count, exact=True, whole=whole, min_step=min_step)
    heat_map = _heat_map_of(chart)
    if chart.scale == "image" and heat_map is not None:
        x_axis = _move_ticks_to_middles(x_axis, heat_map.x_range)
        y_axis = _move_ticks_to_middles(y_axis, heat_map.y_range)
    return x_axis.with_legible_ticks(columns), replace(y_axis, down=chart.y_down)


def _heat_map_of(chart: Chart) -> HeatMap | None:
    """The heat map of a chart, if it has one."""
    return next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)


def plane_tick_step(spans: tuple[Range, Range], columns: int, rows: int) -> float:
    """About how far apart the ticks of both axes of a plane are; `spans` are their ranges."""
    width, height = (high - low for low, high in spans)
    return max(nice_step(width, usual_tick_count("x", columns)), nice_step(height, usual_tick_count("y", rows)))


def spans_with_ticks(chart: Chart, x_range: Range, y_range: Range) -> tuple[Range, Range]:
    """The parts of both axes that can have ticks.

    If the cells of an image begin at whole numbers, their ticks are moved into the middles of the cells later, so that
    there is none at the end of the last cell.
    """
    heat_map = _heat_map_of(chart)
    if chart.scale == "plane" or heat_map is None:
        return x_range, y_range
    (left, right), (bottom, top) = heat_map.x_range, heat_map.y_range
    begins_at_whole_number = left == int(left)
    return ((left, right - 1), (bottom, top - 1)) if begins_at_whole_number else (x_range, y_range)


def find_even_step(min_step: float, unit_rows: float, spans: tuple[Range, Range], whole: bool = False) -> float:
    """The step nearest to `min_step` with which the ticks of both axes are a whole number of rows apart; 0 for none.

    1 is `unit_rows` rows long on the y axis, and `spans` are the parts of both axes that can have ticks.
    """
    for step in near_steps(min_step):
        if is_even_step(step, unit_rows, spans, whole):
            return step
    return 0.0


def is_even_step(step: float, unit_rows: float, spans: tuple[Range, Range], whole: bool) -> bool:
    """Whether a step is a whole number of rows, a whole number if `whole`, and gives both axes more than one tick."""
    rows = step * unit_rows
    is_even = rows > MIN_TICK_ROWS - 1e-6 and abs(rows - round(rows)) < 1e-6
    is_allowed = not whole or (step >= 1 and abs(step - round(step)) < 1e-9)
    return is_even and is_allowed and all(len(multiples_between(low, high, step)) > 1 for low, high in spans)


def _move_ticks_to_middles(axis: Axis, span: Range) -> Axis:
    """The axis of an image, with the ticks in the middles of the cells that they number.

    It is returned as it is if cells lie around whole numbers already. `span` is the range of the heat map.
    """
    if span[0] != int(span[0]):
        return axis
    moved = [
        (tick + 0.5, label) for tick, label in zip(axis.ticks, axis.labels, strict=True) if span[0] <= tick < span[1]
    ]
    return replace(axis, ticks=tuple(tick for tick, _ in moved), labels=tuple(label for _, label in moved))

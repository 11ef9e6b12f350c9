"""The axes of a plane or an image, where one unit has the same length across and up."""

from dataclasses import replace
from functools import lru_cache
from math import ceil

from tutor.sims.engine.chart import Chart, HeatMap
from tutor.widgets.plots.axes import Axis, make_axis
from tutor.widgets.plots.ticks import Range, multiples_between, near_steps, nice_step, usual_tick_count

MAX_NUMBERED_CELLS = 6
"""In an image with at most so many rows and columns, each of them has its number if there is room."""
MIN_TICK_ROWS = 2
"""The fewest rows between two ticks of a plane."""


def make_plane_axes(chart: Chart, x_range: Range, y_range: Range, columns: int, rows: int) -> tuple[Axis, Axis]:
    """Make both axes of a plane or an image, with the same distance between ticks if both have room for that.

    If the axes of an image have no names, as with a sheet of several images, they have no ticks either.
    """
    if chart.scale == "image" and not chart.x_label and not chart.y_label:
        return Axis(*x_range, (), ()), Axis(*y_range, (), (), down=chart.y_down)
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    has_whole_ticks = chart.y_down  # rows and columns of an image or a table have whole numbers
    is_small_image = chart.scale == "image" and has_whole_ticks and max(width, height) <= MAX_NUMBERED_CELLS
    has_room_for_numbers = columns >= 3 * width and rows >= height  # a number takes three columns
    is_numbered = has_room_for_numbers and (chart.scale == "table" or is_small_image)
    if is_numbered:  # a tick for each row and column
        x_count, y_count = round(width) + 1, round(height) + 1
    else:
        x_count, y_count = usual_tick_count("x", columns), usual_tick_count("y", rows)
    min_step = max(nice_step(width, x_count), nice_step(height, y_count))
    if chart.scale != "table" and not is_numbered:
        even_step = find_even_step(
            min_step, rows / height, spans_with_ticks(chart, x_range, y_range), has_whole_ticks=has_whole_ticks
        )
        if even_step:
            min_step = even_step
            # More ticks than fit, so that `min_step` decides.
            x_count = y_count = 1 + 2 * ceil(max(width, height) / even_step)
    x_axis = make_axis(*x_range, x_count, keeps_ends=True, has_whole_ticks=has_whole_ticks, min_step=min_step)
    y_axis = make_axis(*y_range, y_count, keeps_ends=True, has_whole_ticks=has_whole_ticks, min_step=min_step)
    heat_map = _heat_map_of(chart)
    if chart.scale == "image" and heat_map is not None:
        x_axis = _move_ticks_to_middles(x_axis, heat_map.x_range)
        y_axis = _move_ticks_to_middles(y_axis, heat_map.y_range)
    return x_axis.with_legible_ticks(columns), replace(y_axis, down=chart.y_down)


def _heat_map_of(chart: Chart) -> HeatMap | None:
    """The heat map of a chart, if it has one."""
    return next((mark for mark in chart.marks if isinstance(mark, HeatMap)), None)


def plane_tick_step(spans: tuple[Range, Range], columns: int, rows: int) -> float:
    """The usual distance between ticks on both axes of a plane of columns × rows; `spans` are the axes' ranges."""
    width, height = (high - low for low, high in spans)
    return max(nice_step(width, usual_tick_count("x", columns)), nice_step(height, usual_tick_count("y", rows)))


def spans_with_ticks(chart: Chart, x_range: Range, y_range: Range) -> tuple[Range, Range]:
    """The parts of both axes that can have ticks.

    If the cells of an image begin at whole numbers, ticks are later moved to the middles of the cells. So there is no
    tick at the end of the last cell.
    """
    heat_map = _heat_map_of(chart)
    if chart.scale == "plane" or heat_map is None:
        return x_range, y_range
    (left, right), (bottom, top) = heat_map.x_range, heat_map.y_range
    begins_at_whole_number = left == int(left)
    return ((left, right - 1), (bottom, top - 1)) if begins_at_whole_number else (x_range, y_range)


@lru_cache(maxsize=64)
def find_even_step(
    min_step: float, unit_rows: float, spans: tuple[Range, Range], *, has_whole_ticks: bool = False
) -> float:
    """Find the step nearest to `min_step` with which the ticks of both axes are whole rows apart; 0 if there is none.

    A length of 1 is `unit_rows` rows on the y axis. `spans` are the parts of both axes that can have ticks.
    It is cached like `make_axis`.
    """
    for step in near_steps(min_step):
        if is_even_step(step, unit_rows, spans, has_whole_ticks=has_whole_ticks):
            return step
    return 0.0


def is_even_step(step: float, unit_rows: float, spans: tuple[Range, Range], *, has_whole_ticks: bool) -> bool:
    """Whether a step gives both axes several ticks that are whole rows apart, and at whole numbers if required.

    `unit_rows` and `spans` are as for `find_even_step`.
    """
    rows = step * unit_rows  # from one tick to the next on the y axis
    is_even = rows > MIN_TICK_ROWS - 1e-6 and abs(rows - round(rows)) < 1e-6
    is_allowed = not has_whole_ticks or (step >= 1 and abs(step - round(step)) < 1e-9)
    return is_even and is_allowed and all(len(multiples_between(low, high, step)) > 1 for low, high in spans)


def _move_ticks_to_middles(axis: Axis, span: Range) -> Axis:
    """Move the ticks of an image's axis to the middles of the cells that they number.

    The axis is returned unchanged if cells are centred on whole numbers already. `span` is the range of the heat map.
    """
    begins_at_whole_number = span[0] == int(span[0])
    if not begins_at_whole_number:
        return axis
    labelled_ticks = zip(axis.ticks, axis.labels, strict=True)
    # Half a unit further; the tick at the end of the last cell numbers none.
    moved = [(tick + 0.5, label) for tick, label in labelled_ticks if span[0] <= tick < span[1]]
    return replace(axis, ticks=tuple(tick for tick, _ in moved), labels=tuple(label for _, label in moved))

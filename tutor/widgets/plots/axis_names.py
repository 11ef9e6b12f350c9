"""Writes the names of the axes where these are: that of y above its axis, that of x beside or below its numbers."""

from collections.abc import Sequence
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip

from tutor.patterns import compile_lazily
from tutor.sims.engine.chart import Bars, Chart
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.strips import fit_strip, make_strip

LOG_SCALE = ", log scale"
"""A part of an axis name that is left out if there is no room, since the ticks also show it."""
_LABEL = compile_lazily(r"\S+")
GAP = 2
"""The fewest blanks between the name of the x axis and a number of its ticks."""


MIN_ROWS_WITH_NAME = 15
"""A chart of so many rows has a row for the name of its x axis below the numbers. A lower one needs it for its data."""


def has_row_for_name(chart: Chart, height: int) -> bool:
    """Whether a chart of quantities that is `height` rows high has a row of its own for the name of its x axis.

    Its numbers do not decide, so that the axes of neighbours are in one row, and none moves from step to step.
    """
    return bool(chart.x_label) and chart.has_row_below and height >= MIN_ROWS_WITH_NAME


def name_axes(
    chart: Chart,
    palette: Palette,
    plot: Sequence[Strip],
    width: int,
    margin: int,
    spare: int = 0,
    *,
    has_row_below: bool = False,
) -> list[Strip]:
    """Add the axis names to a drawn plot of `width` cells: that of y in a line above it, that of x at its foot.

    The name of x is after the last tick label, where it may take `spare` cells to the right of the plot. If it has no
    room there, it is in a line below if the plot `has_row_below`, or else between two labels or in the line above, at
    the right. As a run goes on, the last label moves, so a chart that has the line below always uses it. The name of y
    is above its axis, which is after `margin` cells.
    """
    y_arrow = "↓" if chart.y_down else "↑"
    y_name = f"{y_arrow} {chart.y_label}" if chart.y_label else ""
    x_name = f"{chart.x_label} →" if chart.x_label else ""
    if not x_name:
        return [_join_axis_names("", y_name, palette.quiet, width, margin), *plot]
    name = make_strip((x_name, palette.quiet))
    start = None
    if not has_row_below or chart.scale != "chart":
        start = _find_place_at_end(plot[-1].text, name.cell_length, width, spare)
    if start is None and has_row_below:
        name_row = Strip.join([Strip.blank(max(0, width - name.cell_length)), name])
        return [_join_axis_names("", y_name, palette.quiet, width, margin), *plot, fit_strip(name_row, width)]
    has_bars = any(isinstance(mark, Bars) for mark in chart.marks)
    if start is None and not has_bars:
        start = _find_place_between(plot[-1].text, name.cell_length)
    if start is None:
        return [_join_axis_names(x_name, y_name, palette.quiet, width, margin), *plot]
    ticks = plot[-1].extend_cell_length(start)
    named_ticks = Strip.join([ticks.crop(0, start), name, ticks.crop(start + name.cell_length)])
    return [_join_axis_names("", y_name, palette.quiet, width, margin), *plot[:-1], named_ticks]


def _find_place_at_end(labels: str, length: int, width: int, spare: int) -> int | None:
    """The column after the last tick label at which a name of `length` cells has room; `None` if it has none."""
    spans = [match.span() for match in _LABEL.finditer(labels)]
    beyond_last = (spans[-1][1] if spans else 0) + GAP
    return max(beyond_last, width - length) if beyond_last + length <= width + spare else None


def _find_place_between(labels: str, length: int) -> int | None:
    """The column at which a name has room in the middle between the last two tick labels; `None` if it has none.

    Nearer to the last one, its arrow would point at this as if the name became that number.
    """
    spans = [match.span() for match in _LABEL.finditer(labels)]
    if len(spans) < 2:
        return None
    (_, previous_end), (last_start, _) = spans[-2:]
    blanks = last_start - previous_end - length
    return previous_end + blanks // 2 if blanks >= 2 * GAP else None


@lru_cache(maxsize=64)
def _join_axis_names(x_name: str, y_name: str, style: Style, width: int, margin: int) -> Strip:
    """Put the name of y at the left, shortened if necessary, and the name of x at the right; cached between steps."""
    right = make_strip((x_name, style))
    # Leaves two blanks between the names; an unshortened name may take one of these.
    left_width = max(0, width - 2 - right.cell_length) if x_name else width
    y_names = (" " * margin + y_name, y_name, y_name.replace(LOG_SCALE, ", log"), y_name.replace(LOG_SCALE, ""))
    from_longest = [make_strip((name, style)) for name in y_names]
    shortest = from_longest[-1]
    left = next((strip for strip in from_longest if strip.cell_length <= left_width), shortest)
    if left.cell_length > left_width + 1:
        left = fit_strip(left, left_width)
    gap = Strip.blank(max(0, width - left.cell_length - right.cell_length))
    return fit_strip(Strip.join([left, gap, right]), width)

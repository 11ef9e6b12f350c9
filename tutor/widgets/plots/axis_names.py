"""Writes the names of the axes where these are: that of y above its axis, that of x beside the numbers of its ticks."""

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


def name_axes(
    chart: Chart, palette: Palette, plot: Sequence[Strip], width: int, margin: int, spare: int = 0
) -> list[Strip]:
    """Add the axis names to a drawn plot of `width` cells: a line above it, and a name in its line of tick labels.

    The name of x may take `spare` cells to the right of the plot. If it has no room among the labels, it is in the line
    above, at the right. The name of y is above its axis, which is after `margin` cells.
    """
    y_arrow = "↓" if chart.y_down else "↑"
    y_name = f"{y_arrow} {chart.y_label}" if chart.y_label else ""
    x_name = f"{chart.x_label} →" if chart.x_label else ""
    name = make_strip((x_name, palette.quiet))
    has_bars = any(isinstance(mark, Bars) for mark in chart.marks)
    start = _find_place(plot[-1].text, name.cell_length, width, spare, is_between_allowed=not has_bars)
    if not x_name or start is None:
        return [_join_axis_names(x_name, y_name, palette.quiet, width, margin), *plot]
    ticks = plot[-1].extend_cell_length(start)
    named_ticks = Strip.join([ticks.crop(0, start), name, ticks.crop(start + name.cell_length)])
    return [_join_axis_names("", y_name, palette.quiet, width, margin), *plot[:-1], named_ticks]


def _find_place(labels: str, length: int, width: int, spare: int, *, is_between_allowed: bool) -> int | None:
    """The column at which a name of `length` cells has room in the line of the tick labels; `None` if it has none.

    It is at the right end of the axis, or beyond it, or in the middle between the last two labels: nearer to the last
    one, its arrow would point at this as if the name became that number.
    """
    spans = [match.span() for match in _LABEL.finditer(labels)]
    beyond_last = (spans[-1][1] if spans else 0) + GAP
    if beyond_last + length <= width + spare:
        return max(beyond_last, width - length)
    if is_between_allowed and len(spans) > 1:
        (_, previous_end), (last_start, _) = spans[-2:]
        blanks = last_start - previous_end - length
        if blanks >= 2 * GAP:
            return previous_end + blanks // 2
    return None


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

"""Draws a chart as strips: as bars, as a plane or an image in its proportions, or as a plot that fills its box."""

from textual.strip import Strip

from tutor.sims.engine.chart import Bars, Chart
from tutor.widgets.plots.axes import choose_x_axis, choose_y_axis, name_bars
from tutor.widgets.plots.bars import horizontal_bar_strips
from tutor.widgets.plots.canvas import Draw
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.plane import plane_strips
from tutor.widgets.plots.plotted import axis_names, draw_plot, heading_lines
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.strips import centre_strip, make_strip, pad_page, wrap_words

MIN_CHART_SIZE = (24, 6)
"""Columns and rows below which a chart is described in words instead of drawn."""


def chart_strips(
    chart: Chart, palette: Palette, width: int, height: int, draw: Draw, ratio: float = CELL_RATIO
) -> list[Strip]:
    """`chart` in exactly width × height cells, each `ratio` times as high as wide."""
    if width < MIN_CHART_SIZE[0] or height < MIN_CHART_SIZE[1]:
        return description_strips(chart.title, chart.description, palette, width, height)
    if chart.scale not in {"image", "table"}:
        palette = palette.of_planes
    if chart.scale != "chart" and chart.has_data:
        return pad_page(plane_strips(chart, palette, width, height, draw, ratio), width, height)
    lines = heading_lines(chart, palette, width, height)
    bars = next((mark for mark in chart.marks if isinstance(mark, Bars)), None)
    if bars is not None and len(chart.marks) == 1:
        lying = horizontal_bar_strips(bars, palette, width, height - len(lines) - 1, chart.y_range)
        if lying is not None:
            labels = _bar_label_words(chart)
            return pad_page([*lines, *([make_strip((labels, palette.quiet))] if labels else []), *lying], width, height)
    if not chart.has_data:
        return pad_page([*lines, *_empty_plot_strips(chart, palette, width, height - len(lines))], width, height)
    rows = height - len(lines) - 3
    y = choose_y_axis(chart, rows).with_half_cell_margins(rows)
    columns = width - y.label_width - 1
    if bars is not None and len(bars.names) <= columns:
        columns -= columns % len(bars.names)  # each bar has as much room as the next
        x = name_bars(bars.names, columns)
    else:
        x = choose_x_axis(chart, columns).with_half_cell_margins(columns)
    body = draw_plot(chart, x, y, (columns, rows), palette, draw)
    return pad_page([*lines, axis_names(chart, palette, width, y.label_width), *body], width, height)


def description_strips(title: str, description: str, palette: Palette, width: int, height: int) -> list[Strip]:
    """Describe a picture in words, where there is too little room to draw it."""
    lines = [make_strip((line, palette.strong)) for line in wrap_words(title, width)]
    lines += [make_strip((line, palette.quiet)) for line in wrap_words(description, width)]
    return pad_page(lines, width, height)


def _bar_label_words(chart: Chart) -> str:
    """The axis labels for horizontal bars, whose values run to the right; the title is not said again."""
    labels = ((chart.x_label, "↓"), (chart.y_label, "→"))
    return "   ".join(f"{label} {arrow}" for label, arrow in labels if label.lower() not in {"", chart.title.lower()})


def _empty_plot_strips(chart: Chart, palette: Palette, width: int, height: int) -> list[Strip]:
    """Empty axes with a sentence between them, for a chart without data yet."""
    rows = max(1, height - 3)
    words = wrap_words(chart.description, width - 4)[:rows]
    above = (rows - len(words)) // 2
    between = [""] * above + words + [""] * (rows - above - len(words))
    edge = make_strip(("│", palette.lines))
    lines = [Strip.join([edge, centre_strip(make_strip((line, palette.quiet)), width - 1)]) for line in between]
    foot = make_strip(("└" + "─" * (width - 1), palette.lines))
    return [axis_names(chart, palette, width), *lines, foot]

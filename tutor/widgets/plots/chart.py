"""Draws a chart as strips: as bars, as a plane or an image in its proportions, or as a plot that fills its box."""

from dataclasses import replace

from textual.strip import Strip

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Line, Points
from tutor.widgets.plots.axes import Axis, choose_x_axis, choose_y_axis, name_bars
from tutor.widgets.plots.axis_names import has_row_for_name, name_axes
from tutor.widgets.plots.bars import horizontal_bar_strips
from tutor.widgets.plots.canvas import CanvasDrawer
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.looks import names_with_words
from tutor.widgets.plots.plane import plane_strips
from tutor.widgets.plots.plotted import draw_plot, heading_lines
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.strips import centre_strip, cut_lines, make_strip, pad_page, wrap_words

MIN_CHART_SIZE = (24, 6)
"""(columns, rows) below which a chart is described in words instead of drawn."""
MIN_CELLS_FOR_ALL_MARKS = 800
"""In a chart with fewer cells, title and axes included, points that give way to other marks are left out."""
SIDE_MARGIN = 1.5
"""The columns beyond both ends of the x axis of a chart: so much that a sign of dots at an end is whole there."""
MIN_EVEN_WIDTH = 0.95
"""The smallest share of its columns that the data of a chart keep so that its ticks are equally far apart."""
USUAL_PLACEHOLDER_ROWS = 5
"""Rows within the frame of a chart without data, unless half of its room is more.

A larger frame would be the largest thing on the screen, and empty; a smaller one would leave a hole in a tall terminal.
"""


def chart_strips(
    chart: Chart, palette: Palette, width: int, height: int, draw: CanvasDrawer, ratio: float = CELL_RATIO
) -> list[Strip]:
    """Draw `chart` in exactly width × height cells, each `ratio` times as high as wide.

    `draw` draws the canvas. A chart of horizontal bars does not need it.
    """
    if width < MIN_CHART_SIZE[0] or height < MIN_CHART_SIZE[1]:
        return description_strips(chart.title, chart.description, palette, width, height)
    chart = leave_out_marks(chart, width, height)
    palette = palette_for(chart, palette)
    if not chart.has_data:
        return _placeholder_strips(chart, palette, width, height)
    if chart.scale != "chart":
        return pad_page(plane_strips(chart, palette, width, height, draw, ratio), width, height)
    heading = heading_lines(chart, palette, width, height)
    body_height = height - len(heading)
    bars = next((mark for mark in chart.marks if isinstance(mark, Bars)), None)
    if bars is not None and len(chart.marks) == 1:  # bars alone are horizontal, if they fit
        has_spare_row = body_height > 2 * len(bars.names)
        rows_for_bars = body_height - (2 if has_spare_row else 1)  # without the line above the bars and one below them
        bar_strips = horizontal_bar_strips(bars, palette, width, rows_for_bars, chart.y_range)
        if bar_strips is not None:
            # Without a line between them, the legend's square would look like a part of the first bar.
            above_bars = make_strip((_bar_label_words(chart, bars), palette.quiet))
            return pad_page([*heading, above_bars, *bar_strips], width, height)
    has_row_below = has_row_for_name(chart, height)
    body = _plot_strips(chart, bars, palette, width, body_height, draw, has_row_below=has_row_below)
    return pad_page([*heading, *body], width, height)


def leave_out_marks(chart: Chart, width: int, height: int) -> Chart:
    """The chart as it is drawn in width × height cells: without the points that give way if these are few."""
    kept = [mark for mark in chart.marks if not (isinstance(mark, Points) and mark.gives_way)]
    if width * height >= MIN_CELLS_FOR_ALL_MARKS or len(kept) == len(chart.marks):
        return chart
    return replace(chart, marks=tuple(kept))


def palette_for(chart: Chart, palette: Palette) -> Palette:
    """The palette with the ramps for the scale of the chart."""
    if chart.scale not in {"image", "table"}:  # lines and points must be readable on the heat map behind them
        return palette.of_planes
    if any(isinstance(mark, HeatMap) and mark.is_ink for mark in chart.marks):
        return palette.of_handwriting
    has_frames = any(isinstance(mark, Line) for mark in chart.marks)
    return palette.of_tables if has_frames or chart.scale == "table" else palette.of_images


def _plot_strips(
    chart: Chart,
    bars: Bars | None,
    palette: Palette,
    width: int,
    height: int,
    draw: CanvasDrawer,
    *,
    has_row_below: bool,
) -> list[Strip]:
    """Draw a chart of quantities between its named axes; `bars` are its standing bars, if any.

    If it `has_row_below`, its last row is for the name of the x axis.
    """
    rows = height - 3 - has_row_below  # without the names, the x axis and its tick labels
    y_axis = choose_y_axis(chart, rows).with_half_cell_margins(rows)
    columns = width - y_axis.label_width - 1
    if bars is not None and len(bars.names) <= columns:
        columns -= columns % len(bars.names)  # all bars get equally many columns
        x_axis = name_bars(names_with_words(bars), columns)
    else:
        x_axis = _even_x_axis(chart, columns).with_half_cell_margins(columns)
    plot = draw_plot(chart, x_axis, y_axis, (columns, rows), palette, draw)
    return name_axes(chart, palette, plot, width, y_axis.label_width, has_row_below=has_row_below)


def _even_x_axis(chart: Chart, columns: int) -> Axis:
    """The horizontal axis between the middles of the first and the last column.

    It is extended until its ticks are equally many columns apart, if that costs little; not behind a field, which would
    end before it, nor below stacks of points, which need all columns.
    """
    axis = choose_x_axis(chart, columns).with_margins(columns - 1, SIDE_MARGIN - 0.5)
    even = axis.with_even_ticks(columns, MIN_EVEN_WIDTH)
    needs_columns = any(isinstance(mark, HeatMap) or getattr(mark, "stack_room", 0) for mark in chart.marks)
    return axis if needs_columns or len(even.ticks) < len(axis.ticks) else even


def description_strips(title: str, description: str, palette: Palette, width: int, height: int) -> list[Strip]:
    """Write a picture's title and description, for a pane too small to draw it in."""
    title_lines = wrap_words(title, width)
    description_lines = cut_lines(wrap_words(description, width), width, height - len(title_lines))
    strips = [make_strip((line, palette.strong)) for line in title_lines]
    strips += [make_strip((line, palette.quiet)) for line in description_lines]
    return pad_page(strips, width, height)


def _placeholder_strips(chart: Chart, palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw a chart without data: its title, and below it a dotted frame with words about what will appear there."""
    heading = [make_strip((line, palette.strong)) for line in wrap_words(chart.title, width)]
    text_lines = wrap_words(chart.description, width - 4)  # within the edges of the frame, and a blank inside each
    rows = min(height - len(heading) - 2, max(USUAL_PLACEHOLDER_ROWS, height // 2))  # without the edges of the frame
    if rows < len(text_lines):
        return description_strips(chart.title, chart.description, palette, width, height)
    first_row = (rows - len(text_lines)) // 2
    frame = [make_strip((f"┌{'╌' * (width - 2)}┐", palette.lines))]
    for row in range(rows):
        is_text = first_row <= row < first_row + len(text_lines)
        text = text_lines[row - first_row] if is_text else ""
        edge = ("╎", palette.lines)
        inside = centre_strip(make_strip((text, palette.quiet)), width - 2)
        frame.append(Strip.join([make_strip(edge), inside, make_strip(edge)]))
    frame.append(make_strip((f"└{'╌' * (width - 2)}┘", palette.lines)))
    return pad_page([*heading, *frame], width, height)


def _bar_label_words(chart: Chart, bars: Bars) -> str:
    """The axis labels of horizontal bars, whose values run to the right.

    A label is left out if the title repeats it, or the names of the bars, such as "class 0".
    """
    labels_and_arrows = ((chart.x_label, "↓"), (chart.y_label, "→"))
    redundant = {"", chart.title.lower()}
    if all(name.startswith(f"{chart.x_label} ") for name in bars.names):
        redundant.add(chart.x_label.lower())
    return "   ".join(f"{label} {arrow}" for label, arrow in labels_and_arrows if label.lower() not in redundant)

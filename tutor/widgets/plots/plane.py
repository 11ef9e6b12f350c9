"""Draws a plane or an image in its true proportions, with its legend beside it if that makes the picture larger."""

from dataclasses import dataclass, replace

from textual.strip import Strip

from tutor.sims.engine.chart import Chart
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.axis_names import name_axes
from tutor.widgets.plots.canvas import CanvasDrawer
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.legend import legend_entries
from tutor.widgets.plots.plane_axes import make_plane_axes
from tutor.widgets.plots.plotted import draw_plot, heading_lines
from tutor.widgets.plots.proportions import CELL_RATIO, Viewport, fit_viewport
from tutor.widgets.plots.recent import remember_recent
from tutor.widgets.plots.strips import fit_strip, make_strip

MIN_LABEL_WIDTH = 3
"""The first guess for the width of the vertical axis's labels, in cells."""
MIN_PICTURE_WIDTH = 8
"""The fewest columns that are left for a picture beside its legend."""
GAP = 2
"""Columns between the picture and the lines beside it."""
ROUNDED_DOWN = 0.999
"""A unit that is at least so many times another one counts as at least as large: units have rounding errors."""


@dataclass(frozen=True)
class Fit:
    """What fits into a pane: a viewport with its axes, and perhaps the legend beside it."""

    viewport: Viewport
    x: Axis
    y: Axis
    side: tuple[Strip, ...] = ()
    """The lines of the legend and the axis names, if they are beside the picture."""

    @property
    def width(self) -> int:
        """Columns of the picture, with the labels of the vertical axis and the axis itself."""
        return self.y.label_width + 1 + self.viewport.columns


def plane_strips(
    chart: Chart, palette: Palette, width: int, height: int, draw: CanvasDrawer, ratio: float
) -> list[Strip]:
    """A plane or an image with its heading, in at most `height` lines of `width` cells."""
    fit = fit_in_pane(chart, palette, width, height, ratio)
    if fit.side:
        return _strips_with_side(chart, palette, fit, width, draw)
    body = draw_plot(chart, fit.x, fit.y, (fit.viewport.columns, fit.viewport.rows), palette, draw)
    left = (width - fit.width) // 2  # centres the picture
    heading = heading_lines(chart, palette, width, height)
    has_row_below = len(heading) + 1 + len(body) < height  # 1 row: the name of y
    spare = width - fit.width - left
    named = name_axes(chart, palette, body, fit.width, fit.y.label_width, spare, has_row_below=has_row_below)
    centred = [fit_strip(Strip.join([Strip.blank(left), line]), width) for line in named]
    return [*heading, *centred]


@remember_recent
def fit_in_pane(chart: Chart, palette: Palette, width: int, height: int, ratio: float = CELL_RATIO) -> Fit:
    """Fit the largest picture of a chart into a pane: below its legend, or with the legend beside it.

    The pane has width × height cells, each `ratio` times as high as wide.
    """
    heading = heading_lines(chart, palette, width, height)
    # 3 rows: axis names, axis, tick labels.
    below_legend = _fit_with_labels(chart, width, height - len(heading) - 3, ratio)
    side_rows = height - 3  # 3 rows: title, axis, tick labels
    side = _side_strips(chart, palette, side_rows)
    picture_width = width - max(line.cell_length for line in side) - GAP
    if len(side) <= side_rows and picture_width >= MIN_PICTURE_WIDTH:
        beside_legend = _fit_with_labels(chart, picture_width, side_rows, ratio)
        if beside_legend.viewport.unit >= below_legend.viewport.unit * ROUNDED_DOWN:
            return replace(beside_legend, side=tuple(side))
    return below_legend


def _fit_with_labels(chart: Chart, width: int, rows: int, ratio: float) -> Fit:
    """Fit the largest viewport into `width` cells, some of which are for the labels of the vertical axis.

    The viewport depends on the width of the labels, and the labels depend on the viewport. So fitting is repeated until
    the labels have room.
    """
    label_width = MIN_LABEL_WIDTH
    while True:
        viewport = fit_viewport(chart, max(2, width - label_width - 1), max(1, rows), ratio)
        x, y = make_plane_axes(chart, viewport.x_range, viewport.y_range, viewport.columns, viewport.rows)
        if y.label_width <= label_width or label_width >= width - 3:
            return Fit(viewport, x, y)
        label_width = y.label_width


def _strips_with_side(chart: Chart, palette: Palette, fit: Fit, width: int, draw: CanvasDrawer) -> list[Strip]:
    """Draw the title, and below it the picture with its legend to its right, both centred in `width` cells."""
    body = draw_plot(chart, fit.x, fit.y, (fit.viewport.columns, fit.viewport.rows), palette, draw)
    total_width = fit.width + GAP + max(line.cell_length for line in fit.side)
    margin = Strip.blank((width - total_width) // 2)
    lines = [make_strip((chart.title, palette.strong))]
    for index, line in enumerate(body):
        parts = [margin, fit_strip(line, fit.width)]
        if index < len(fit.side):
            parts += [Strip.blank(GAP), fit.side[index]]
        lines.append(Strip.join(parts))
    return [fit_strip(line, width) for line in lines]


def _side_strips(chart: Chart, palette: Palette, rows: int) -> list[Strip]:
    """The legend, one entry per line, and below it the axis names; at least one line.

    With too few `rows`, the names share a line, and there is no blank line before them.
    """
    y_arrow = "↓" if chart.y_down else "↑"
    names = [f"{arrow} {label}" for arrow, label in (("→", chart.x_label), (y_arrow, chart.y_label)) if label]
    entries = [make_strip(*entry) for entry in legend_entries(chart, palette)]
    has_room = len(entries) + 3 <= rows  # 3 rows: a blank line and two names
    if names and not has_room:
        names = ["   ".join(names)]
    gap = [Strip([])] if has_room and entries and names else []
    name_lines = [make_strip((name, palette.quiet)) for name in names]
    return [*entries, *gap, *name_lines] or [Strip([])]

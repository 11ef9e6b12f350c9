"""Draws a plane or an image in its true proportions, with its legend beside it where that leaves the picture larger."""

from dataclasses import dataclass, replace

from textual.strip import Strip

from tutor.sims.engine.chart import Chart
from tutor.widgets.plots.axes import Axis, make_plane_axes
from tutor.widgets.plots.canvas import Draw
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.legend import legend_entries
from tutor.widgets.plots.plotted import axis_names, draw_plot, heading_lines
from tutor.widgets.plots.proportions import CELL_RATIO, Frame, fit_frame
from tutor.widgets.plots.strips import fit_strip, make_strip

MIN_LABEL_WIDTH = 3
"""Cells for the labels of the vertical axis to begin with."""
GAP = 2
"""Cells between the picture and what is beside it."""


@dataclass(frozen=True)
class Fit:
    """A frame with its axes, as it fits a pane."""

    frame: Frame
    x: Axis
    y: Axis
    side: tuple[Strip, ...] = ()
    """The legend and the names of the axes, where they are beside the picture."""

    @property
    def width(self) -> int:
        """Cells with the labels of the vertical axis."""
        return self.y.label_width + 1 + self.frame.columns


def plane_strips(chart: Chart, palette: Palette, width: int, height: int, draw: Draw, ratio: float) -> list[Strip]:
    """A plane or an image with its heading, in at most `height` lines of `width` cells."""
    fit = fit_in_pane(chart, palette, width, height, ratio)
    if fit.side:
        return _strips_with_side(chart, palette, fit, width, draw)
    body = draw_plot(chart, fit.x, fit.y, (fit.frame.columns, fit.frame.rows), palette, draw)
    names = axis_names(chart, palette, fit.width, fit.y.label_width)
    left = (width - fit.width) // 2
    heading = heading_lines(chart, palette, width, height)
    return [*heading, *(fit_strip(Strip.join([Strip.blank(left), line]), width) for line in (names, *body))]


def fit_in_pane(chart: Chart, palette: Palette, width: int, height: int, ratio: float = CELL_RATIO) -> Fit:
    """The larger of two frames: below the legend, or with the legend beside it."""
    under = _fit_with_labels(chart, width, height - len(heading_lines(chart, palette, width, height)) - 3, ratio)
    side = _side_strips(chart, palette, height - 3)
    side_width = max(line.cell_length for line in side)
    if len(side) <= height - 3 and width - side_width - GAP >= 8:
        beside = _fit_with_labels(chart, width - side_width - GAP, height - 3, ratio)
        if beside.frame.unit >= under.frame.unit * 0.999:
            return replace(beside, side=tuple(side))
    return under


def _fit_with_labels(chart: Chart, width: int, rows: int, ratio: float) -> Fit:
    """The largest frame in `width` cells, of which the labels of the vertical axis take some.

    How wide these are depends on the frame, and the frame on that: it is fitted until they have room.
    """
    label_width = MIN_LABEL_WIDTH
    while True:
        frame = fit_frame(chart, max(2, width - label_width - 1), max(1, rows), ratio)
        x, y = make_plane_axes(chart, frame.x_range, frame.y_range, frame.columns, frame.rows)
        if y.label_width <= label_width or label_width >= width - 3:
            return Fit(frame, x, y)
        label_width = y.label_width


def _strips_with_side(chart: Chart, palette: Palette, fit: Fit, width: int, draw: Draw) -> list[Strip]:
    """The picture with its side lines at its right, the title above both, all of it in the middle."""
    body = draw_plot(chart, fit.x, fit.y, (fit.frame.columns, fit.frame.rows), palette, draw)
    total = fit.width + GAP + max(line.cell_length for line in fit.side)
    margin = Strip.blank((width - total) // 2)
    lines = [Strip.join([margin, make_strip((chart.title, palette.strong))])]
    for index, line in enumerate(body):
        parts = [margin, fit_strip(line, fit.width)]
        parts += [Strip.blank(GAP), fit.side[index]] if index < len(fit.side) else []
        lines.append(Strip.join(parts))
    return [fit_strip(line, width) for line in lines]


def _side_strips(chart: Chart, palette: Palette, room: int) -> list[Strip]:
    """The legend, one entry a line, and the names of the axes: in one line where that is needed for `room` lines."""
    up = "↓" if chart.y_down else "↑"
    names = [f"→ {chart.x_label}" if chart.x_label else "", f"{up} {chart.y_label}" if chart.y_label else ""]
    entries = [make_strip(*item) for item in legend_entries(chart, palette)]
    if len(entries) + 3 > room:
        names = ["   ".join(filter(None, names))]
        return [*entries, *(make_strip((name, palette.quiet)) for name in names if name)] or [Strip([])]
    between = [Strip([])] if entries and any(names) else []
    return [*entries, *between, *(make_strip((name, palette.quiet)) for name in names if name)] or [Strip([])]

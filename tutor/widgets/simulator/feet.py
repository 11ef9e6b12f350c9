"""Puts the horizontal axes of pictures that stand side by side into one row.

A plane keeps its proportions, so it may end above the foot of its place. A chart of quantities fills its place; beside
such a plane it is as much lower, so that both axes are in one row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.geometry import Region

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Picture
from tutor.widgets.plots.axis_names import has_row_for_name
from tutor.widgets.plots.chart import palette_for
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.plane import fit_in_pane
from tutor.widgets.plots.plotted import heading_lines
from tutor.widgets.plots.room import FRAME_ROWS, MIN_CURVE, is_plane

AXIS_ROWS = 3
"""Rows of a plane besides its heading and its canvas: the axis names, the axis, and its labels."""
MAX_LOSS = 0.25
"""The largest share of its height that a chart loses."""


def without_rows_below(
    pictures: Sequence[Picture], regions: Sequence[Region], palette: Palette, ratio: float
) -> list[Picture]:
    """The pictures that are shown, with no row for the name of an x axis beside a plane that has no row to spare."""
    placed = list(zip(pictures, regions, strict=False))
    full = [
        region
        for picture, region in placed
        if isinstance(picture, Chart) and is_plane(picture) and not _spare_rows(picture, palette, region, ratio)
    ]
    return [
        replace(picture, has_row_below=False)
        if isinstance(picture, Chart) and fills_its_place(picture) and _beside(region, full)
        else picture
        for picture, region in placed
    ]


def align_feet(
    pictures: Sequence[Picture], regions: Sequence[Region], palette: Palette, ratio: float
) -> tuple[Region, ...]:
    """The regions of the pictures that are shown, with each chart as low as the lowest plane that it stands beside."""
    placed = list(zip(pictures, regions, strict=False))
    spare_rows = {
        region: _spare_rows(picture, palette, region, ratio)
        for picture, region in placed
        if isinstance(picture, Chart) and _has_fixed_height(picture)
    }
    aligned = []
    for picture, region in placed:
        rows = min((spare_rows[other] for other in _beside(region, spare_rows)), default=0)
        if rows and isinstance(picture, Chart) and has_row_for_name(picture, region.height - rows + 1):
            rows -= 1
        is_small_loss = rows <= MAX_LOSS * region.height and region.height - rows >= MIN_CURVE[1] + FRAME_ROWS
        can_align = is_small_loss and isinstance(picture, Chart) and fills_its_place(picture)
        aligned.append(Region(region.x, region.y, region.width, region.height - (rows if can_align else 0)))
    return tuple(aligned)


def _beside(region: Region, others: Iterable[Region]) -> list[Region]:
    """Those of the other regions that end in the same row, beside this one."""
    return [other for other in others if other.bottom == region.bottom and other.x != region.x]


def _spare_rows(chart: Chart, palette: Palette, region: Region, ratio: float) -> int:
    """The rows that a plane surely leaves free at the foot of its place at each step."""
    return count_spare_rows(chart, palette_for(chart, palette), region, ratio) if _has_fixed_height(chart) else 0


def _has_fixed_height(chart: Chart) -> bool:
    """Whether a chart is a plane or an image that shows the same part at each step: with a field, or within limits.

    An image without axes has no foot.
    """
    has_field = any(isinstance(mark, HeatMap) for mark in chart.marks)
    has_axes = chart.scale == "plane" or bool(chart.x_label or chart.y_label)
    return is_plane(chart) and has_axes and chart.has_data and (has_field or bool(chart.x_range and chart.y_range))


def fills_its_place(chart: Chart) -> bool:
    """Whether a chart is as high as its place, with a horizontal axis at its foot."""
    is_of_bars = any(isinstance(mark, Bars) for mark in chart.marks)
    return not is_plane(chart) and chart.has_data and not is_of_bars


def count_spare_rows(chart: Chart, palette: Palette, region: Region, ratio: float) -> int:
    """The rows that a plane leaves free at the foot of its place."""
    fit = fit_in_pane(chart, palette, region.width, region.height, ratio)
    heading_rows = 0 if fit.side else len(heading_lines(chart, palette, region.width, region.height))
    return max(0, region.height - heading_rows - fit.viewport.rows - AXIS_ROWS)

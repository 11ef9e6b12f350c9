"""Puts a blank row between a picture and the one below it, so that no title stands at the numbers of another axis.

A picture that leaves rows free in its place has it for nothing; a chart of quantities loses a row, if it has many.
"""

from collections.abc import Sequence
from math import inf

from textual.geometry import Region

from tutor.sims.engine.chart import Chart, Picture
from tutor.widgets.plots.chart import palette_for
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.room import FRAME_ROWS, is_plane, room_of
from tutor.widgets.simulator.feet import count_spare_rows, fills_its_place

MAX_LOSS = 1 / 8
"""The largest share of the rows between its axes that a chart loses to the blank row."""


def separate_rows(
    pictures: Sequence[Picture], regions: Sequence[Region], palette: Palette, ratio: float
) -> tuple[Region, ...]:
    """The regions of the pictures that are shown, with a blank row above each picture that is below another one.

    Either the pictures above it lose a row or those below, whichever costs less, unless that is too much.
    """
    separated = list(regions)
    edges = {region.bottom for region in regions} & {region.y for region in regions}
    for edge in sorted(edges):
        above = [index for index, region in enumerate(separated) if region.bottom == edge]
        below = [index for index, region in enumerate(separated) if region.y == edge]
        costs = [
            max(_cost_of_row(pictures[index], separated[index], palette, ratio) for index in indices)
            for indices in (above, below)
        ]
        if min(costs) > MAX_LOSS:
            continue
        is_lower_moved = costs[1] < costs[0]
        for index in below if is_lower_moved else above:
            x, y, width, height = separated[index]
            separated[index] = Region(x, y + is_lower_moved, width, height - 1)
    return tuple(separated)


def _cost_of_row(picture: Picture, region: Region, palette: Palette, ratio: float) -> float:
    """The share of itself that a picture loses with a row of its place: 0 if that would be blank.

    It is infinite for a plane that needs all its rows, since its scale may become smaller by several.
    """
    if not isinstance(picture, Chart):
        return 0.0 if region.height > room_of(picture).full_rows else inf
    if not picture.has_data:
        return 0.0
    if is_plane(picture):
        return 0.0 if count_spare_rows(picture, palette_for(picture, palette), region, ratio) else inf
    if not fills_its_place(picture) and region.height > room_of(picture).full_rows > 0:
        return 0.0
    return 1 / max(1, region.height - FRAME_ROWS)

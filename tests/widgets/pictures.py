"""The pictures of every simulation as they are drawn, and the lengths of their units."""

import re
from dataclasses import replace
from functools import cache

from textual.strip import Strip

from tests.widgets.drawn import palette, tick_places
from tutor.sims.engine.chart import Chart, HeatMap, Picture
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.chart import chart_strips, leave_out_marks
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.plot import draw_canvas, picture_strips
from tutor.widgets.plots.strips import ColouredText

SIZES = [(80, 24), (100, 30), (140, 44), (200, 60)]
PANES = [(42, 12), (60, 12), (40, 30), (24, 6)]
"""Parts of a screen: low, and narrow."""
PALETTE = palette()
STEPS = (0, 3, 40)
NUMBER = re.compile(r"(?<!\S)−?[\d.,]+(?!\S)")
"""A number in the line of the ticks, which may hold the name of the axis too."""


@cache
def pictures(name: str) -> list[Picture]:
    """The pictures of a simulation before, early in and late in its run."""
    player = Player(find_simulation(name).build())
    found: list[Picture] = []
    for step in STEPS:
        player.jump(step)
        found += player.view().pictures
    return found


def charts(name: str) -> list[Chart]:
    return [picture for picture in pictures(name) if isinstance(picture, Chart)]


def drawn(picture: Picture, size: tuple[int, int], ratio: float = 2.0) -> list[Strip]:
    return picture_strips(picture, PALETTE, *size, ratio)


def has_axes(strips: list[Strip]) -> bool:
    """Whether a chart is drawn with axes: all but a sheet of images, of which nothing is counted along an axis."""
    return any("└" in strip.text for strip in strips)


Unit = tuple[float, float]
"""The columns, or as many half rows, of one unit, and how far off that can be because cells are whole."""


def filled(field: HeatMap) -> HeatMap:
    """The field when all of it is computed."""
    return replace(field, values=[[1.0 if value is None else value for value in row] for row in field.values])


def tick_units(strips: list[Strip]) -> tuple[Unit, Unit] | None:
    """The same, measured on the ticks of the axes and their numbers."""
    if not has_axes(strips):
        return None
    across, up = tick_places(strips)
    foot = next(strip.text for strip in reversed(strips) if strip.text.strip())
    numbers = NUMBER.findall(foot)[: len(across)]
    values = [float(word.replace("−", "-").replace(",", "")) for word in numbers]
    corner = next(strip.text.index("└") for strip in reversed(strips) if "└" in strip.text)
    heights = [float(strips[row].text[:corner].split()[-1].replace("−", "-").replace(",", "")) for row in up]
    if len(values) < 2 or len(heights) < 2 or len(values) != len(across):
        return None
    one, other = abs(values[-1] - values[0]), abs(heights[-1] - heights[0])
    return ((across[-1] - across[0]) / one, 1 / one), (2 * (up[0] - up[-1]) / other, 2 / other)


def canvases(
    name: str, size: tuple[int, int] = (70, 20), palette: Palette = PALETTE
) -> list[tuple[Chart, Canvas, list[list[ColouredText]]]]:
    """The charts of a simulation with what is drawn between their axes."""
    found: list[tuple[Chart, Canvas, list[list[ColouredText]]]] = []
    for picture in pictures(name):
        if isinstance(picture, Chart):
            shown = leave_out_marks(picture, *size)

            def look(canvas: Canvas, chart: Chart = shown) -> list[list[ColouredText]]:
                drawn = draw_canvas(canvas)
                found.append((chart, canvas, drawn))
                return drawn

            chart_strips(picture, palette, *size, look)
    return found

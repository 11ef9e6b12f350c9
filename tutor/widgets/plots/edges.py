"""Draws the connections between two layers of a network as lines of braille dots.

The colour of a line shows the sign of its weight; without colours, the line of a negative weight has a minus on it. A
weight near 0 has a dotted line, a large weight a thick line, and a pruned weight no line. The line of the picked weight
has the colour of text and is never dotted, since it may be the only one to be seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from rich.style import Style

from tutor.sims.engine.chart import Unit
from tutor.widgets.plots.colours import Palette, make_style
from tutor.widgets.plots.shades import RGB, contrast, mix

NEAR_ZERO, LARGE = 0.05, 0.5
"""Limits of relative weights: the line of a weight is dotted below the first, and thick from the second on."""
SOLID, DOTTED = (1, 0), (1, 3)
"""(length of a dash, length of a gap), in dots."""
MAX_PORT_DISTANCE = 4.0
"""The largest distance, in dots, between two neighbouring lines where they leave or reach a unit: a row of cells."""
SHADE_STEPS = 10
"""The number of steps from the faintest line that can be read to the strongest."""

CellPosition = tuple[int, int]
"""Row, from the top, and column."""
Bits = Mapping[CellPosition, int]
"""Cell → its dots as bits of a braille character."""

DOT_BITS_DOWNWARDS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot: column, then row from above."""


@dataclass(frozen=True)
class LayerPorts:
    """The rows of a layer's units, and in these its *ports*: the heights at which connections meet the units."""

    tops: tuple[int, ...]
    """The row in which each of its units begins."""
    rows: int
    """The rows of each unit."""

    def find_port(self, unit: int, *, line: int, line_count: int) -> float:
        """The height at which a line meets `unit`, in dots below the top of the picture.

        `line` is the index of the line among the `line_count` lines that meet this unit. The middle line meets the
        middle of the unit.
        """
        unit_dots = 4 * self.rows  # a cell is four dots high
        distance = min(MAX_PORT_DISTANCE, (unit_dots - 1) / line_count)
        middle_line = (line_count - 1) / 2
        dots_below_top = unit_dots / 2 + (line - middle_line) * distance
        last_port = unit_dots - 2  # leaves one more dot of the unit below it, for the second dot of a thick line
        return 4 * self.tops[unit] + min(dots_below_top, last_port)


@dataclass(frozen=True)
class Edge:
    """A connection with the cells of its line."""

    weight: float
    relative_weight: float
    """The weight divided by the largest absolute weight of the network: from −1 to 1."""
    key: str
    """The path of the weight in the state."""
    bits: Bits
    is_pruned: bool = False

    def place_minus(self, line_counts: Mapping[CellPosition, int]) -> CellPosition | None:
        """Choose the cell for the minus of a negative weight; `None` for any other weight, and for one near 0.

        `line_counts` has the number of lines in each cell. Of the cells of this line with the fewest lines, the
        nearest to its middle is taken.
        """
        if self.relative_weight > -NEAR_ZERO:
            return None
        columns = sorted(column for _, column in self.bits)
        middle = (columns[0] + columns[-1]) / 2
        return min(self.bits, key=lambda cell: (line_counts[cell], abs(cell[1] - middle), cell))


def make_edges(
    units: Sequence[Unit], before: LayerPorts, after: LayerPorts, columns: range, *, largest_weight: float, picked: str
) -> list[Edge]:
    """Make the connections into `units`, from the weakest to the strongest, with the picked one last.

    They run across `columns` from the layer `before` to the layer `after`, which has these units. `largest_weight` is
    the largest absolute weight of the network. `picked` is the key of a weight, or ""; a pruned connection is left out
    unless it is picked.
    """
    edges = []
    for target, unit in enumerate(units):
        pruned, keys = unit.pruned or [False] * len(unit.weights), unit.keys or [""] * len(unit.weights)
        for source, (weight, is_pruned, key) in enumerate(zip(unit.weights, pruned, keys, strict=True)):
            is_picked = bool(key) and key == picked
            if is_pruned and not is_picked:
                continue
            relative_weight = weight / largest_weight if largest_weight and isfinite(weight) else 0.0
            # One line leaves the source for each unit of this layer.
            start = before.find_port(source, line=target, line_count=len(units))
            # One line reaches this unit for each of its weights.
            end = after.find_port(target, line=source, line_count=len(unit.weights))
            is_dotted = abs(relative_weight) < NEAR_ZERO and not is_picked
            is_thick = abs(relative_weight) >= LARGE
            bits = trace_line(start, end, columns, DOTTED if is_dotted else SOLID, is_thick=is_thick)
            edges.append(Edge(weight, relative_weight, key, bits, is_pruned))
    # False sorts before True, so the picked connection is last; the others are sorted by strength, weakest first.
    return sorted(edges, key=lambda edge: (bool(picked) and edge.key == picked, abs(edge.relative_weight)))


@lru_cache(maxsize=1024)
def trace_line(start: float, end: float, columns: range, dashes: tuple[int, int], *, is_thick: bool) -> Bits:
    """The dots, by cell, of a line across `columns`; `start` and `end` are its ends in dots below the top."""
    last_x = 2 * len(columns) - 1  # in dots from the left; a cell is two dots wide
    # The number of steps is the number of dots in the direction in which the line goes further.
    step_count = max(last_x, abs(int(end) - int(start)), 1)
    dash_length, period = dashes[0], sum(dashes)
    second_x = second_y = 0  # where a second dot is, from each dot of the line
    if is_thick:  # below it, or to its right if the line is steep
        is_steep = abs(end - start) > last_x
        second_x, second_y = (1, 0) if is_steep else (0, 1)
    bits: dict[CellPosition, int] = {}
    for step in range(step_count + 1):
        if step % period >= dash_length:
            continue
        x, y = int(last_x * step / step_count + 0.5), int(start + (end - start) * step / step_count)
        for dot_x, dot_y in ((x, y), (min(x + second_x, last_x), y + second_y)):
            cell = dot_y // 4, columns.start + dot_x // 2
            bits[cell] = bits.get(cell, 0) | DOT_BITS_DOWNWARDS[dot_x % 2][dot_y % 4]
    return bits


def edge_style(relative_weight: float, palette: Palette) -> Style:
    """The style of a connection: blue for a positive weight, orange for a negative one, stronger for a larger one."""
    if abs(relative_weight) < NEAR_ZERO:
        return palette.quiet
    colour = palette.roles["blue" if relative_weight > 0 else "orange"]
    level = round(abs(relative_weight) * SHADE_STEPS)
    return make_style(_shade_at(level, colour, palette.ground, palette.contrast))


@lru_cache(maxsize=256)
def _shade_at(level: int, colour: RGB, ground: RGB, min_contrast: float) -> RGB:
    """Mix the shade of a colour for a level: 0 is the faintest that can be read, `SHADE_STEPS` is the colour itself."""
    shares = [step / SHADE_STEPS for step in range(SHADE_STEPS + 1)]
    readable = [share for share in shares if contrast(mix(ground, colour, share), ground) >= min_contrast]
    faintest = readable[0] if readable else 1.0
    return mix(ground, colour, faintest + (1 - faintest) * level / SHADE_STEPS)

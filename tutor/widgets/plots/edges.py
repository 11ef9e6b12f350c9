"""Draws the connections between two layers of a network as lines of braille dots.

The colour of a line shows the sign of its weight, and the line of a negative weight also has a minus on it. A weight
near 0 has a dotted line, a large weight a thick line, and a pruned weight no line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from rich.style import Style

from tutor.sims.engine.chart import Unit
from tutor.widgets.plots.colours import RGB, Palette, contrast, make_style, mix

NEAR_ZERO, LARGE = 0.05, 0.5
"""Shares of the strongest weight: the line of a weight is dotted below the first, and thick from the second on."""
SOLID, DOTTED = (1, 0), (1, 3)
"""(length of a dash, length of a gap), in dots."""
PORT_DOTS = 3.0
"""The largest distance, in dots, between two neighbouring lines where they leave or reach a unit."""
SHADE_STEPS = 10
"""The number of steps from the faintest line that can be read to the strongest."""

CellPosition = tuple[int, int]
"""Row, from the top, and column."""
Bits = Mapping[CellPosition, int]
"""Cell → its dots as bits of a braille character."""

DOT_BITS_DOWNWARDS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""The bit of each dot: column, then row from above."""


@dataclass(frozen=True)
class Side:
    """A layer at one side of its connections."""

    tops: tuple[int, ...]
    """The row in which each of its units begins."""
    rows: int
    """The rows of each unit."""

    def find_port(self, unit: int, index: int, count: int) -> float:
        """The height at which a line meets `unit`, in dots below the top of the picture.

        The line is the one at `index` of `count` lines that meet this unit. The middle line meets the middle of the
        unit.
        """
        unit_dots = 4 * self.rows  # a cell is four dots high
        distance = min(PORT_DOTS, (unit_dots - 1) / count)
        dots_below_top = unit_dots / 2 + (index - (count - 1) / 2) * distance
        last_port = unit_dots - 2  # leaves one more dot of the unit below it, for the second dot of a thick line
        return 4 * self.tops[unit] + min(dots_below_top, last_port)


@dataclass(frozen=True)
class Edge:
    """A connection with the cells of its line."""

    weight: float
    share: float
    """The weight as a share of the strongest one, with its sign."""
    key: str
    """The path of the weight in the state."""
    bits: Bits
    is_pruned: bool = False

    def place_minus(self, uses: Mapping[CellPosition, int]) -> CellPosition | None:
        """Choose the cell for the minus of a negative weight; `None` for any other weight, and for one near 0.

        `uses` counts the lines in each cell. Of the cells with the fewest lines, the nearest to the middle of this line
        is taken.
        """
        if self.share > -NEAR_ZERO:
            return None
        columns = sorted(column for _, column in self.bits)
        middle = (columns[0] + columns[-1]) / 2
        return min(self.bits, key=lambda cell: (uses[cell], abs(cell[1] - middle), cell))


def make_edges(
    units: Sequence[Unit], before: Side, after: Side, columns: range, strongest: float, picked: str
) -> list[Edge]:
    """Make the connections into `units`, from the weakest to the strongest, with the picked one last.

    They run across `columns` from the layer `before` to the layer `after`, which has these units. A pruned connection
    is left out unless it is picked. `picked` is the key of a weight, or "".
    """
    edges = []
    for target, unit in enumerate(units):
        pruned, keys = unit.pruned or [False] * len(unit.weights), unit.keys or [""] * len(unit.weights)
        for source, (weight, is_pruned, key) in enumerate(zip(unit.weights, pruned, keys, strict=True)):
            is_picked = bool(key) and key == picked
            if is_pruned and not is_picked:
                continue
            share = weight / strongest if strongest and isfinite(weight) else 0.0
            # One line leaves the source for each unit of this layer.
            start = before.find_port(source, target, len(units))
            # One line reaches this unit for each of its weights.
            end = after.find_port(target, source, len(unit.weights))
            is_dotted = abs(share) < NEAR_ZERO and not is_picked
            is_thick = abs(share) >= LARGE or is_picked
            bits = trace_line(start, end, columns, DOTTED if is_dotted else SOLID, is_thick)
            edges.append(Edge(weight, share, key, bits, is_pruned))
    # False sorts before True, so the picked connection is last; the others are sorted by strength, weakest first.
    return sorted(edges, key=lambda edge: (bool(picked) and edge.key == picked, abs(edge.share)))


@lru_cache(maxsize=1024)
def trace_line(start: float, end: float, columns: range, dashes: tuple[int, int], is_thick: bool) -> Bits:
    """The dots, by cell, of a line across `columns`; `start` and `end` are its ends in dots below the top."""
    last_x = 2 * len(columns) - 1  # a cell is two dots wide
    # The number of steps is the number of dots in the direction in which the line goes further.
    step_count = max(last_x, abs(int(end) - int(start)), 1)
    dash_length, period = dashes[0], sum(dashes)
    thick_x = thick_y = 0
    if is_thick:  # the second dot is below the first, or to its right if the line is steep
        thick_x, thick_y = (0, 1) if abs(end - start) <= last_x else (1, 0)
    bits: dict[CellPosition, int] = {}
    for step in range(step_count + 1):
        if step % period >= dash_length:
            continue
        x, y = int(last_x * step / step_count + 0.5), int(start + (end - start) * step / step_count)
        for dot_x, dot_y in ((x, y), (min(x + thick_x, last_x), y + thick_y)):
            cell = dot_y // 4, columns.start + dot_x // 2
            bits[cell] = bits.get(cell, 0) | DOT_BITS_DOWNWARDS[dot_x % 2][dot_y % 4]
    return bits


def edge_style(share: float, palette: Palette) -> Style:
    """The style of a connection whose weight is this share of the strongest."""
    if abs(share) < NEAR_ZERO:
        return palette.quiet
    colour = palette.roles["blue" if share > 0 else "orange"]
    return make_style(_shade_at(colour, palette.ground, palette.contrast, round(abs(share) * SHADE_STEPS)))


@lru_cache(maxsize=256)
def _shade_at(colour: RGB, ground: RGB, min_contrast: float, level: int) -> RGB:
    """Mix a colour's shade for a level: 0 is the faintest that can be read, `SHADE_STEPS` is the colour itself."""
    shares = [step / SHADE_STEPS for step in range(SHADE_STEPS + 1)]
    readable = [share for share in shares if contrast(mix(ground, colour, share), ground) >= min_contrast]
    faintest = readable[0] if readable else 1.0
    return mix(ground, colour, faintest + (1 - faintest) * level / SHADE_STEPS)

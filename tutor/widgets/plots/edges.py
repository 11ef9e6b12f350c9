"""Draws the connections between two layers of a network as lines of braille dots.

The colour of a line shows the sign of its weight, and a negative weight has a minus on its line. A weight near 0 has a
dotted line, a large one a thick line, and a pruned one none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from rich.style import Style

from tutor.sims.engine.chart import Unit
from tutor.widgets.plots.colours import RGB, Palette, contrast, make_style, mix

NEAR_ZERO, LARGE = 0.05, 0.5
"""The shares of the strongest weight below which a line is dotted, and from which it is thick."""
SOLID, DOTTED = (1, 0), (1, 3)
"""The lengths, in dots, of a dash and a gap, which alternate along a line."""
PORT_DOTS = 3.0
"""How far apart, in dots, two lines leave or reach a unit, at most."""
SHADE_STEPS = 10
"""Steps from the faintest line that can be read to the strongest."""

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
        """The height at which a line reaches `unit`, in dots below the top of the picture.

        It is the line at `index` of the `count` lines of this unit, of which the middle one is in the unit's middle.
        """
        unit_dots = 4 * self.rows  # a cell is four dots high
        distance = min(PORT_DOTS, (unit_dots - 1) / count)
        dots_below_top = unit_dots / 2 + (index - (count - 1) / 2) * distance
        last_port = unit_dots - 2  # below it is the last dot of the unit, for the second dot of a thick line
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
        """The cell for the minus of a negative weight; `None` for another weight.

        Of the cells that the fewest lines use, as `uses` counts them, it is the one nearest to the line's middle.
        """
        if self.share > -NEAR_ZERO:
            return None
        columns = sorted(column for _, column in self.bits)
        middle = (columns[0] + columns[-1]) / 2
        return min(self.bits, key=lambda cell: (uses[cell], abs(cell[1] - middle), cell))


def make_edges(
    units: Sequence[Unit], before: Side, after: Side, columns: range, strongest: float, picked: str
) -> list[Edge]:
    """The connections into `units`, from the weakest to the strongest, with the picked one last.

    They run across `columns` from the layer `before` to the layer of these units, `after`. A pruned connection is left
    out unless it is picked; `picked` is the key of a weight, or "".
    """
    edges = []
    for target, unit in enumerate(units):
        pruned, keys = unit.pruned or [False] * len(unit.weights), unit.keys or [""] * len(unit.weights)
        for source, (weight, is_pruned, key) in enumerate(zip(unit.weights, pruned, keys, strict=True)):
            is_picked = bool(key) and key == picked
            if is_pruned and not is_picked:
                continue
            share = weight / strongest if strongest and isfinite(weight) else 0.0
            start = before.find_port(source, target, len(units))  # a line leaves the source for each unit here
            end = after.find_port(target, source, len(unit.weights))  # a line reaches this unit for each weight
            is_dotted = abs(share) < NEAR_ZERO and not is_picked
            is_thick = abs(share) >= LARGE or is_picked
            bits = trace_line(start, end, columns, DOTTED if is_dotted else SOLID, is_thick)
            edges.append(Edge(weight, share, key, bits, is_pruned))
    # False comes before true, so that the picked one is last; of the others the weakest is first.
    return sorted(edges, key=lambda edge: (bool(picked) and edge.key == picked, abs(edge.share)))


@lru_cache(maxsize=1024)
def trace_line(start: float, end: float, columns: range, dashes: tuple[int, int], is_thick: bool) -> Bits:
    """The dots, cell by cell, of a line across `columns` that runs from `start` to `end` dots below the top."""
    last_x = 2 * len(columns) - 1  # a cell is two dots wide
    # As many steps as there are dots in the direction in which the line runs further.
    step_count = max(last_x, abs(int(end) - int(start)), 1)
    dash_length, period = dashes[0], sum(dashes)
    thick_x = thick_y = 0
    if is_thick:  # the offset of a second dot: below the first, or at the right of it in a steep line
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
    """A colour's shade at a level from 0, the faintest that can be read, to `SHADE_STEPS`, the colour itself."""
    shares = [step / SHADE_STEPS for step in range(SHADE_STEPS + 1)]
    readable = [share for share in shares if contrast(mix(ground, colour, share), ground) >= min_contrast]
    faintest = readable[0] if readable else 1.0
    return mix(ground, colour, faintest + (1 - faintest) * level / SHADE_STEPS)

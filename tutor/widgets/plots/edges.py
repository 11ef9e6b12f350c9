"""Draws the connections between two layers of a network as lines of braille dots.

The colour of a line is the sign of its weight, and a negative weight has a minus on its line. One near 0 has single
dots, and a pruned one no line. A large weight has a thick line.
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
"""Dots drawn and dots left out, again and again, along a line."""
PORT_DOTS = 3.0
"""Dots between two lines where they leave or reach a unit, at most."""
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
    """A layer at one side of its connections: the rows in which its units begin, and the rows of each."""

    tops: tuple[int, ...]
    rows: int

    def find_port(self, unit: int, index: int, count: int) -> float:
        """How far below the top, in dots, the line between `unit` and `index` of `count` at the other side ends."""
        apart = min(PORT_DOTS, (4 * self.rows - 1) / count)
        place = 2 * self.rows + (index - (count - 1) / 2) * apart
        return 4 * self.tops[unit] + min(place, 4 * self.rows - 2)


@dataclass(frozen=True)
class Edge:
    """A connection with the cells of its line."""

    weight: float
    share: float
    """Of the strongest weight, with its sign."""
    key: str
    """The path of its weight in the state."""
    bits: Bits
    is_pruned: bool = False

    def place_minus(self, uses: Mapping[CellPosition, int]) -> CellPosition | None:
        """The cell of the sign of a negative weight: nearest to the middle of those that the fewest lines share."""
        if self.share > -NEAR_ZERO:
            return None
        columns = sorted(column for _, column in self.bits)
        middle = (columns[0] + columns[-1]) / 2
        return min(self.bits, key=lambda cell: (uses[cell], abs(cell[1] - middle), cell))


def make_edges(
    units: Sequence[Unit], before: Side, after: Side, columns: range, strongest: float, picked: str
) -> list[Edge]:
    """The connections of a layer, from the weakest to the strongest, with the one that is picked last."""
    edges = []
    for place, unit in enumerate(units):
        pruned, keys = unit.pruned or [False] * len(unit.weights), unit.keys or [""] * len(unit.weights)
        for source, (weight, is_pruned, key) in enumerate(zip(unit.weights, pruned, keys, strict=True)):
            share = weight / strongest if strongest and isfinite(weight) else 0.0
            is_picked = bool(key) and key == picked
            if is_pruned and not is_picked:
                continue
            start = before.find_port(source, place, len(units))
            end = after.find_port(place, source, len(unit.weights))
            dashes = SOLID if is_picked else DOTTED if abs(share) < NEAR_ZERO else SOLID
            bits = trace_line(start, end, columns, dashes, is_picked or abs(share) >= LARGE)
            edges.append(Edge(weight, share, key, bits, is_pruned))
    return sorted(edges, key=lambda edge: (bool(picked) and edge.key == picked, abs(edge.share)))


@lru_cache(maxsize=1024)
def trace_line(start: float, end: float, columns: range, dashes: tuple[int, int], is_thick: bool) -> Bits:
    """The dots of a line across `columns`, from `start` to `end` dots below the top, cell by cell."""
    across = 2 * len(columns) - 1
    count = max(across, abs(int(end) - int(start)), 1)
    drawn, period = dashes[0], sum(dashes)
    more = ((0, 1) if abs(end - start) <= across else (1, 0)) if is_thick else (0, 0)
    bits: dict[CellPosition, int] = {}
    for step in range(count + 1):
        if step % period >= drawn:
            continue
        x, y = int(across * step / count + 0.5), int(start + (end - start) * step / count)
        for dot_x, dot_y in ((x, y), (min(x + more[0], across), y + more[1])):
            cell = dot_y // 4, columns.start + dot_x // 2
            bits[cell] = bits.get(cell, 0) | DOT_BITS_DOWNWARDS[dot_x % 2][dot_y % 4]
    return bits


def edge_style(share: float, palette: Palette) -> Style:
    """The look of a connection whose weight is this share of the strongest."""
    if abs(share) < NEAR_ZERO:
        return palette.quiet
    colour = palette.roles["blue" if share > 0 else "orange"]
    return make_style(_shade_at(colour, palette.ground, palette.contrast, round(abs(share) * SHADE_STEPS)))


@lru_cache(maxsize=256)
def _shade_at(colour: RGB, ground: RGB, least: float, level: int) -> RGB:
    """A colour's shade at a level from 0, the faintest that can be read, to `SHADE_STEPS`, the colour itself."""
    shades = (step / SHADE_STEPS for step in range(SHADE_STEPS + 1))
    faintest = next((share for share in shades if contrast(mix(ground, colour, share), ground) >= least), 1.0)
    return mix(ground, colour, faintest + (1 - faintest) * level / SHADE_STEPS)

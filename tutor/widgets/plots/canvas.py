"""The canvas between the axes of a chart: its contents in cells, independent of the library that draws it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.colours import RGB
from tutor.widgets.plots.heatmap import Backdrop
from tutor.widgets.plots.polyline import Point
from tutor.widgets.plots.strips import Run

BRAILLE = frozenset(map(chr, range(0x2800, 0x2900)))
"""The signs that lines are drawn with, all patterns of dots."""


@dataclass(frozen=True)
class Stroke:
    """Lines of one colour, each a list of points in cells of the canvas, y upwards."""

    lines: list[list[Point]]
    colour: RGB
    dashes: tuple[int, ...] = ()
    """The dots that they have and lack in turn; empty for solid lines."""
    is_on_top: bool = False
    """Whether they are drawn over all others."""


@dataclass(frozen=True)
class Stamp:
    """One character at each of some points."""

    points: list[Point]
    glyph: str
    colour: RGB


@dataclass(frozen=True)
class Column:
    """A vertical bar in some columns of cells, from `low` to `high`."""

    cells: range
    low: float
    high: float
    colour: RGB
    filling: str
    is_downward: bool
    """Whether it begins at `high`."""
    is_narrow: bool
    """Whether it is half as wide as its cells, where there is no free column between two bars."""


@dataclass
class Canvas:
    """What to draw between a pair of axes, in cells of the canvas and clipped to it."""

    columns: int
    rows: int
    x: Axis
    y: Axis
    frame: RGB
    ticks: RGB
    strokes: list[Stroke] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    bars: list[Column] = field(default_factory=list)
    backdrop: Backdrop | None = None
    """The field of colours behind everything else."""
    reach: float = 0.0
    """How many cells the colours at the edge of a field reach beyond it: to the end of the cell that contains it."""

    @property
    def margin(self) -> int:
        """Cells left of the canvas: the tick labels and the axis."""
        return self.y.label_width + 1

    def point(self, x: float, y: float) -> Point:
        """A place in the units of the axes, in cells of the canvas."""
        return self.x.share_of(x) * self.columns, self.y.share_of(y) * self.rows

    def points(self, xs: Iterable[float], ys: Iterable[float]) -> Iterator[Point]:
        """The same for many places."""
        return (self.point(x, y) for x, y in zip(xs, ys, strict=True))

    def holds(self, point: Point) -> bool:
        """Whether a point lies on the canvas."""
        return 0 <= point[0] <= self.columns and 0 <= point[1] <= self.rows


Draw = Callable[[Canvas], list[list[Run]]]
"""Draws a canvas with its two axes and their ticks: `rows` + 2 lines."""

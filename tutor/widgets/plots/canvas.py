"""The canvas between the axes of a chart: its contents in cells, independent of the library that draws it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.dot_signs import DotSign
from tutor.widgets.plots.heatmap import Backdrop
from tutor.widgets.plots.polyline import ROUNDING, Point
from tutor.widgets.plots.shades import RGB
from tutor.widgets.plots.sides import Boundaries
from tutor.widgets.plots.strips import ColouredText

BRAILLE = frozenset(map(chr, range(0x2800, 0x2900)))
"""All braille characters, with which lines are drawn."""


@dataclass(frozen=True)
class Stroke:
    """Lines of one colour, each a list of points in cells of the canvas, y upwards."""

    lines: list[list[Point]]
    colour: RGB
    dashes: tuple[int, ...] = ()
    """The lengths, in braille dots, of dashes and gaps in turn; empty for solid lines."""
    is_on_top: bool = False
    """Whether they are drawn over all others."""
    is_quiet: bool = False
    """Whether they are drawn beneath all others: what a chart compares its own lines with."""
    shares_cells: bool = True
    """Whether they share cells with lines that run together with them; frames of cells do not."""
    glyph: str = ""
    """The glyph that tells them from others; "" for none."""
    has_name: bool = True
    """Whether the legend names them; others, such as a bundle of curves, may be covered."""
    is_marked: bool = False
    """Whether their glyph stands on them where others cover them, so that they need no cells there."""


@dataclass(frozen=True)
class Stamp:
    """The same character or sign at each of some points, given in cells of the canvas."""

    points: list[Point]
    glyph: str
    colour: RGB
    sign: DotSign | None = None
    """The sign in dots that is drawn in place of the character; `None` for the character itself."""
    has_sides: bool = False
    """Whether its points keep to their side of lines, also as characters."""
    line: Sequence[Point] = ()
    """For the glyph at the end of a line, points of that line up to its end."""


@dataclass(frozen=True)
class StandingBar:
    """A vertical bar over some columns of cells, from `low` to `high`, in rows from the bottom of the canvas."""

    columns: range
    low: float
    high: float
    colour: RGB
    filling: str
    is_downward: bool
    """Whether the bar grows downwards from `high`, as a bar for a negative value does."""
    is_narrow: bool
    """Whether the bar fills only the left half of its cells, because there is no free column between two bars."""


@dataclass
class Canvas:
    """What to draw between a pair of axes; all points are in cells of the canvas, with y upwards, and clipped to it."""

    columns: int
    rows: int
    x: Axis
    y: Axis
    axis_colour: RGB
    tick_colour: RGB
    strokes: list[Stroke] = field(default_factory=list)
    frames: list[Stroke] = field(default_factory=list)
    """The outlines of cells or windows of an image or a table, whole and not clipped: see `frames.py`."""
    stamps: list[Stamp] = field(default_factory=list)
    standing_bars: list[StandingBar] = field(default_factory=list)
    backdrop: Backdrop | None = None
    """The heat map behind everything else."""
    field_reach: float = 0.0
    """How many cells the heat map is drawn beyond its own range: up to the end of the cell with its edge."""
    boundaries: Boundaries | None = None
    """The lines of which every point with a name is drawn on its own side; `None` if there are none."""
    has_cells: bool = False
    """Whether it shows an image or a table, whose cells may have outlines."""
    single_signs: Mapping[str, DotSign] = field(default_factory=dict)
    """Character → the sign in dots that is drawn in place of it for single points and ends of lines."""
    cloud_signs: Mapping[str, DotSign] = field(default_factory=dict)
    """The same for clouds of points."""
    marks_exits: bool = False
    """Whether an arrow marks each place where a line with a name leaves it at the top or bottom."""

    @property
    def margin(self) -> int:
        """Columns to the left of the canvas: the tick labels and the axis."""
        return self.y.label_width + 1

    def to_cells(self, x: float, y: float) -> Point:
        """Convert a point from the units of the axes to cells of the canvas, with y upwards."""
        return self.x.share_of(x) * self.columns, self.y.share_of(y) * self.rows

    def all_to_cells(self, xs: Iterable[float], ys: Iterable[float]) -> Iterator[Point]:
        """Convert many points, as `to_cells` does."""
        return (self.to_cells(x, y) for x, y in zip(xs, ys, strict=True))

    def cell(self, point: Point) -> tuple[int, int]:
        """The column, and the row from below, of the cell in which a point of the canvas lies."""
        x, y = point
        return cell_of(x, self.columns), cell_of(y, self.rows)

    def cells_of(self, stamp: Stamp) -> set[tuple[int, int]]:
        """The column, and the row from below, of each cell in which a stamp has a character or dots."""
        if stamp.sign is None:
            return {self.cell(point) for point in stamp.points}
        corners = {stamp.sign.corner(point, self.columns, self.rows) for point in stamp.points}
        return {((left + x) // 2, (bottom + y) // 4) for left, bottom in corners for x, y in stamp.sign.dots}

    def holds(self, point: Point) -> bool:
        """Whether a point lies on the canvas."""
        column, row = point
        return 0 <= column <= self.columns and 0 <= row <= self.rows


def cell_of(position: float, cells: int) -> int:
    """The index of the cell at a position. A position at the edge of two cells belongs to the upper or right one."""
    return max(0, min(floor(position + ROUNDING), cells - 1))


CanvasDrawer = Callable[[Canvas], list[list[ColouredText]]]
"""A function that draws a canvas with its axes and their ticks, as `rows` + 2 lines."""

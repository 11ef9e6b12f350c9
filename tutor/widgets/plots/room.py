"""How much room a picture needs to be drawn at all, and how much of it it can use."""

from dataclasses import dataclass, replace
from math import floor, sqrt
from typing import Literal

from tutor.sims.engine.chart import Bars, Chart, Diagram, Graph, HeatMap, Network, Picture
from tutor.widgets.plots import graph, network
from tutor.widgets.plots.diagram import NORMAL_COLUMN_GAP, diagram_height, diagram_widths, plan_layout
from tutor.widgets.plots.heatmap import shows_signs
from tutor.widgets.plots.ticks import hull

FRAME_COLUMNS, FRAME_ROWS = 8, 5
"""Cells that the title, the axes and their numbers take."""
HEADING_ROWS = 4
"""Rows above lying bars at most: title, legend of two lines, names of the axes."""
MIN_SIDE = 11
"""Rows below which a plane shows little beside another picture: of a square, or of one as large."""
MIN_IMAGE_SIDE = 10
"""The same for a small image: two rows for each cell of a kernel of 5 × 5."""
MIN_CURVE, MIN_BARS = (28, 8), (17, 5)
"""Columns and rows below which curves and bars show little beside another picture."""
NARROW_NETWORK = 42
"""Columns up to which a network is beside numbers on a small screen."""
FULL_CURVE = (96, 24)
"""Columns and rows beyond which a curve is only larger."""
MAX_ASPECT = 4.0
"""How many times as wide as tall, or as tall as wide, a plane counts at most."""
LONG_RATIO = 1.8
"""How many times as wide as tall a plane is that wants the width of a curve."""
WIDE_ASPECT = 3.5
"""How many times as wide as tall a plane is that is larger with the whole width and few rows than beside numbers."""
WIDEST, TALLEST = 6.0, 0.6
"""Columns of a curve for each of its rows, and rows for each of its columns, beyond which more do not help."""


@dataclass(frozen=True)
class PictureRoom:
    """The kind and size of place that a picture needs."""

    kind: Literal["plane", "curve", "bars", "boxes", "network"]
    """A plane is as wide as tall; curves and bars fill what they get; boxes and networks have a size of their own."""
    columns: int = 0
    """Columns below which it is not drawn."""
    rows: int = 0
    """Rows below which it is not drawn."""
    full_columns: int = 0
    """Columns beyond which it does not grow."""
    full_rows: int = 0
    """Rows beyond which it does not grow."""
    aspect: float = 0.0
    """How many times as wide as tall a plane is; 0 while that is not known."""
    cells: tuple[int, int] = (0, 0)
    """The columns and rows of a small image, whose cells grow by whole columns; zeros for another picture."""

    @property
    def is_wide(self) -> bool:
        """Whether it needs the whole width of a small screen."""
        if self.kind == "plane":
            return self.aspect >= WIDE_ASPECT
        return not (self.kind == "network" and self.columns <= NARROW_NETWORK)

    def larger_with(self, other: "PictureRoom") -> "PictureRoom":
        """The room that both need, so that a place once needed is kept."""
        return PictureRoom(
            self.kind,
            max(self.columns, other.columns),
            max(self.rows, other.rows),
            max(self.full_columns, other.full_columns),
            max(self.full_rows, other.full_rows),
            self.aspect or other.aspect,
            self.cells if all(self.cells) else other.cells,
        )

    def usable_cells(self, width: int, height: int) -> float:
        """How many cells of width × height it can use; 0 if it would not be drawn or be too small."""
        if self.kind == "plane":
            aspect = self.aspect or 1.0
            side = min((width - FRAME_COLUMNS) / 2 / aspect, height - FRAME_ROWS) * sqrt(aspect)
            across, up = self.cells
            if side < (MIN_IMAGE_SIDE if across else MIN_SIDE):
                return 0.0
            whole = floor(min((width - FRAME_COLUMNS) / across, 2 * (height - FRAME_ROWS) / up)) if across else 0
            return whole * across * whole * up / 2 if whole > 1 else 2 * side * side
        if self.kind in {"curve", "bars"}:
            least = MIN_BARS if self.kind == "bars" else MIN_CURVE
            columns, rows = min(width - FRAME_COLUMNS, FULL_CURVE[0]), min(height - FRAME_ROWS, FULL_CURVE[1])
            if columns < least[0] or rows < least[1]:
                return 0.0
            wide = min(columns, WIDEST * rows)
            return wide * min(rows, TALLEST * wide)
        if width < self.columns or height < self.rows:
            return 0.0
        return float(min(width, self.full_columns) * min(height, self.full_rows))


def room_of(picture: Picture) -> PictureRoom:
    """The room that `picture` wants."""
    if isinstance(picture, Chart):
        if is_plane(picture):
            return (
                CURVE if _is_long(picture) else replace(PLANE, aspect=_aspect_of(picture), cells=_cell_counts(picture))
            )
        return BARS if all(isinstance(mark, Bars) for mark in picture.marks) else CURVE
    if isinstance(picture, Network):
        return PictureRoom("network", *network.least_size(picture), *network.full_size(picture))
    if isinstance(picture, Graph):
        return PictureRoom("boxes", *graph.least_size(picture), *graph.full_size(picture))
    return _room_of_boxes(picture)


def has_numbers_in_full(picture: Picture, width: int, height: int) -> bool:
    """Whether the numbers of `picture` are written in it with all figures, in width × height cells."""
    if isinstance(picture, Graph):
        return graph.writes_all_figures(picture, width, height)
    if isinstance(picture, Diagram):
        return plan_layout(picture, width) is not None and diagram_height(picture, width) <= height
    if isinstance(picture, Chart):  # lying bars have their numbers at their ends
        bars = [mark for mark in picture.marks if isinstance(mark, Bars)]
        return len(picture.marks) == len(bars) == 1 and height - HEADING_ROWS >= len(bars[0].names)
    return False


PLANE, CURVE, BARS = PictureRoom("plane"), PictureRoom("curve"), PictureRoom("bars")


def is_plane(chart: Chart) -> bool:
    """Whether horizontal and vertical lengths are comparable in it."""
    return chart.scale != "chart"


def _aspect_of(chart: Chart) -> float:
    """How many times as wide as tall what a plane must show is; 0 while it has nothing to show."""
    if not chart.has_data:
        return 0.0
    left, right = chart.x_range or hull(chart.coordinates("x"))
    low, high = chart.y_range or hull(chart.coordinates("y"))
    return min(max((right - left) / (high - low), 1 / MAX_ASPECT), MAX_ASPECT)


def _cell_counts(chart: Chart) -> tuple[int, int]:
    """The columns and rows of an image whose cells show signs or numbers; zeros for another plane."""
    for mark in chart.marks:
        if isinstance(mark, HeatMap) and chart.scale == "image" and shows_signs(mark):
            return len(mark.values[0]), len(mark.values)
    return 0, 0


def _is_long(chart: Chart) -> bool:
    """Whether a plane is so wide that it needs as much width as a curve."""
    for mark in chart.marks:
        if isinstance(mark, HeatMap):
            return mark.x_range[1] - mark.x_range[0] > LONG_RATIO * (mark.y_range[1] - mark.y_range[0])
    return False


def _room_of_boxes(diagram: Diagram) -> PictureRoom:
    narrow, roomy = diagram_widths(diagram)
    return PictureRoom(
        "boxes", narrow, diagram_height(diagram, narrow), roomy + NORMAL_COLUMN_GAP, 1 + diagram_height(diagram, narrow)
    )

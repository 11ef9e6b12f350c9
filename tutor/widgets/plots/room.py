"""Says how much room a picture needs to be drawn at all, and how much it can use; all in columns and rows of cells."""

from dataclasses import dataclass, replace
from math import floor, sqrt
from typing import Literal

from tutor.sims.engine.chart import Bars, Chart, Diagram, Graph, HeatMap, Network, Picture
from tutor.widgets.plots import graph, network
from tutor.widgets.plots.bars import bars_have_all_figures
from tutor.widgets.plots.cell_numbers import shows_signs
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.diagram import (
    NORMAL_COLUMN_GAP,
    diagram_full_size,
    diagram_height,
    diagram_widths,
    writes_all_figures,
)
from tutor.widgets.plots.proportions import CELL_RATIO, table_cell_size
from tutor.widgets.plots.ticks import hull

FRAME_COLUMNS, FRAME_ROWS = 8, 5
"""Columns and rows that the title, the axes and their numbers take."""
IMAGE_FRAME_COLUMNS = 4
"""The columns that the axis of a small image and its numbers take."""
HEADING_ROWS = 4
"""The most rows above horizontal bars: of the title, a legend of two lines, and the axis names."""
MIN_SIDE = 11
"""A plane shows too little beside another picture if it is smaller than a square with so many rows."""
MIN_IMAGE_SIDE, MIN_LITTLE_SIDE = 10, 5
"""The same for a small image: two rows for each cell of a kernel of 5 × 5; one, if it can do with little room."""
FULL_CELL_ROWS = 4
"""Rows of each cell of a small image beyond which it becomes larger but shows no more: six columns hold −0.51."""
MIN_CURVE, MIN_BARS = (28, 8), (17, 5)
"""(columns, rows) below which a curve, or a chart of bars, shows too little beside another picture."""
NARROW_NETWORK_COLUMNS = 36
"""On a small screen, a network is beside the numbers only if it needs no more columns than this.

The lines of a wider one would be so steep there that nobody could follow them.
"""
FULL_CURVE = (96, 24)
"""(columns, rows) beyond which a curve becomes larger but shows no more."""
THIN_BARS_WEIGHT = 0.5
"""How much the rows of bars count that have none between them, and so are thin."""
LITTLE_WEIGHT = 0.2
"""The weight of a picture that can do with little room."""
MAX_ASPECT = 4.0
"""The largest aspect that a plane is counted with. The smallest is its inverse."""
LONG_ASPECT = 1.8
"""A heat map whose width is more times its height than this gets the room of a curve."""
WIDE_ASPECT = 3.5
"""From this aspect on, a plane is larger in a few rows of the whole width than beside the numbers."""
MAX_COLUMNS_PER_ROW, MAX_ROWS_PER_COLUMN = 6.0, 0.6
"""A curve has no use for more columns, or for more rows, in proportion to its other side."""


@dataclass(frozen=True)
class PictureRoom:
    """How much room a picture needs, how much it can use, and in which proportions."""

    kind: Literal["plane", "curve", "bars", "boxes", "network"]
    """A plane keeps its proportions; curves and bars fill their place; boxes and networks have a size of their own."""
    min_columns: int = 0
    """The picture is not drawn in fewer columns than this."""
    min_rows: int = 0
    """The picture is not drawn in fewer rows than this."""
    full_columns: int = 0
    """The picture does not grow beyond so many columns."""
    full_rows: int = 0
    """The picture does not grow beyond so many rows."""
    aspect: float = 0.0
    """Width over height of a plane, in its units; 0 until it is known."""
    cells: tuple[int, int] = (0, 0)
    """The columns and rows of a small image or a table, whose cells grow by whole rows; zeros for any other picture."""
    is_table: bool = False
    """Whether the cells need not be square."""
    weight: float = 1.0
    """How much a cell for this picture counts, in comparison with a cell for another picture."""

    @property
    def is_wide(self) -> bool:
        """Whether the picture needs the whole width of a small screen."""
        if self.kind == "plane":
            return self.aspect >= WIDE_ASPECT
        return not (self.kind == "network" and self.min_columns <= NARROW_NETWORK_COLUMNS)

    def larger_with(self, other: "PictureRoom") -> "PictureRoom":
        """The room that is enough for both, so that a picture keeps its place when it needs less than before."""
        return PictureRoom(
            self.kind,
            max(self.min_columns, other.min_columns),
            max(self.min_rows, other.min_rows),
            max(self.full_columns, other.full_columns),
            max(self.full_rows, other.full_rows),
            self.aspect or other.aspect,
            self.cells if all(self.cells) else other.cells,
            self.is_table,
            self.weight,
        )

    def usable_cells(self, width: int, height: int) -> float:
        """How many cells of a pane of width × height the picture can use; 0 if it is not drawn or too small."""
        if all(self.cells) and self.is_table:
            return self._usable_table_cells(width - IMAGE_FRAME_COLUMNS, height - FRAME_ROWS)
        if all(self.cells):
            return self._usable_image_cells(width - IMAGE_FRAME_COLUMNS, height - FRAME_ROWS)
        if self.kind == "plane":
            return self._usable_plane_cells(width - FRAME_COLUMNS, height - FRAME_ROWS)
        if self.kind in {"curve", "bars"}:
            return self._usable_curve_cells(width - FRAME_COLUMNS, height - FRAME_ROWS)
        if width < self.min_columns or height < self.min_rows:
            return 0.0
        return float(min(width, self.full_columns) * min(height, self.full_rows))

    def _usable_plane_cells(self, columns: int, rows: int) -> float:
        """How many of these cells a plane can use without changing its proportions; cells are twice as high as wide."""
        side = _largest_side(self.aspect or 1.0, columns, rows)
        return 2 * side * side if side >= MIN_SIDE else 0.0  # a square has `side` rows and 2 · `side` columns

    def _usable_image_cells(self, columns: int, rows: int) -> float:
        """How many of these cells a small image can use if each of its own cells has equally many whole rows."""
        image_columns, image_rows = self.cells
        min_side = MIN_LITTLE_SIDE if self.weight < 1 else MIN_IMAGE_SIDE
        if _largest_side(image_columns / image_rows, columns, rows) < min_side:
            return 0.0
        max_cell_rows = floor(min(columns / 2 / image_columns, rows / image_rows))  # 2 columns are as long as a row
        cell_rows = min(max_cell_rows, FULL_CELL_ROWS)
        return 2.0 * cell_rows * cell_rows * image_columns * image_rows

    def _usable_table_cells(self, columns: int, rows: int) -> float:
        """How many of these cells a table can use; 0 if its signs would have no blank between them."""
        table_columns, table_rows = self.cells
        if columns < 2 * table_columns or rows < table_rows:
            return 0.0
        cell_columns, cell_rows = table_cell_size(columns / table_columns, rows / table_rows, CELL_RATIO)
        return float(cell_columns * cell_rows * table_columns * table_rows)

    def _usable_curve_cells(self, columns: int, rows: int) -> float:
        """How many of these cells a curve or bars can use; bars become longer with more columns, and need few rows."""
        min_columns, min_rows = MIN_BARS if self.kind == "bars" else MIN_CURVE
        max_columns, max_rows = FULL_CURVE
        columns, rows = min(columns, max_columns), min(rows, max_rows)
        if columns < min_columns or rows < min_rows:
            return 0.0
        if self.kind == "bars":
            wanted_rows = max(1, self.full_rows - HEADING_ROWS) if self.full_rows else rows
            return columns * (wanted_rows if rows >= wanted_rows else THIN_BARS_WEIGHT * rows)
        usable_columns = min(columns, MAX_COLUMNS_PER_ROW * rows)
        return usable_columns * min(rows, MAX_ROWS_PER_COLUMN * usable_columns)


def _largest_side(aspect: float, columns: int, rows: int) -> float:
    """The side, in rows, of the square that has the area of the largest plane of this aspect in columns × rows."""
    height = min(columns / 2 / aspect, rows)  # the height of the plane in rows; its width is `aspect` times as large
    return height * sqrt(aspect)


def room_of(picture: Picture) -> PictureRoom:
    """The room that `picture` wants."""
    if isinstance(picture, Chart):
        room = _room_of_chart(picture)
        has_little_to_show = picture.gives_way or not picture.has_data
        return replace(room, weight=LITTLE_WEIGHT) if has_little_to_show else room
    if isinstance(picture, Network):
        return PictureRoom("network", *network.least_size(picture), *network.full_size(picture))
    if isinstance(picture, Graph):
        return PictureRoom("boxes", *graph.least_size(picture), *graph.full_size(picture))
    return _room_of_boxes(picture)


def has_numbers_in_full(picture: Picture, palette: Palette, width: int, height: int) -> bool:
    """Whether `picture`, drawn in width × height cells, shows its numbers with all figures."""
    if isinstance(picture, Graph):
        return graph.writes_all_figures(picture, width, height)
    if isinstance(picture, Diagram):
        return writes_all_figures(picture, palette, width, height)
    if isinstance(picture, Chart):  # horizontal bars have their numbers at their ends
        bars = [mark for mark in picture.marks if isinstance(mark, Bars)]
        has_bars_alone = len(picture.marks) == len(bars) == 1
        has_rows = has_bars_alone and height - HEADING_ROWS >= len(bars[0].names)
        return has_rows and bars_have_all_figures(bars[0], width)
    return False


PLANE, CURVE, BARS = PictureRoom("plane"), PictureRoom("curve"), PictureRoom("bars")


def _room_of_chart(chart: Chart) -> PictureRoom:
    """The room that a chart wants, if it does not give way to another picture."""
    if is_plane(chart) and _is_long(chart):
        return replace(CURVE, cells=_cell_counts(chart), is_table=chart.scale == "table")
    if is_plane(chart):
        return replace(PLANE, aspect=_aspect_of(chart), cells=_cell_counts(chart))
    return _room_of_bars(chart) if all(isinstance(mark, Bars) for mark in chart.marks) else CURVE


def _room_of_bars(chart: Chart) -> PictureRoom:
    """The room that bars want. With more than a row for each bar and one between two bars, they only get thicker."""
    count = sum(len(mark.names) for mark in chart.marks if isinstance(mark, Bars))
    return replace(BARS, full_rows=HEADING_ROWS + 2 * count - 1)


def is_plane(chart: Chart) -> bool:
    """Whether horizontal and vertical lengths in the chart are comparable."""
    return chart.scale != "chart"


def _aspect_of(chart: Chart) -> float:
    """Width over height of what a plane shows; 0 until it has data."""
    if not chart.has_data:
        return 0.0
    left, right = chart.x_range or hull(chart.coordinates("x"))
    low, high = chart.y_range or hull(chart.coordinates("y"))
    return min(max((right - left) / (high - low), 1 / MAX_ASPECT), MAX_ASPECT)


def _cell_counts(chart: Chart) -> tuple[int, int]:
    """The columns and rows of an image or a table whose cells show signs or numbers; zeros for any other plane."""
    for mark in chart.marks:
        if isinstance(mark, HeatMap) and chart.scale in {"image", "table"} and shows_signs(mark):
            return len(mark.values[0]), len(mark.values)
    return 0, 0


def _is_long(chart: Chart) -> bool:
    """Whether the heat map of a plane is so wide that it needs as much width as a curve."""
    for mark in chart.marks:
        if isinstance(mark, HeatMap):
            return mark.x_range[1] - mark.x_range[0] > LONG_ASPECT * (mark.y_range[1] - mark.y_range[0])
    return False


def _room_of_boxes(diagram: Diagram) -> PictureRoom:
    """The room that a diagram wants."""
    min_width, _ = diagram_widths(diagram)
    full_width, full_height = diagram_full_size(diagram)
    height = diagram_height(diagram, min_width)
    return PictureRoom(
        "boxes",
        min_columns=min_width,
        min_rows=height,
        full_columns=full_width + NORMAL_COLUMN_GAP,
        full_rows=full_height + 2,  # two more for blank lines below the title and below the boxes
    )

"""Marks lines where others cover them: their signs stand there on some of their own points.

Without colours, the line on top is whole and can be followed, and the one beneath is followed from sign to sign. With
colours, pieces of both are seen in turn (see `shared_cells.py`). A line whose sign would be covered at its end has it
on a few earlier points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tutor.widgets.plots.braille import number_strokes, trace_line
from tutor.widgets.plots.canvas import Canvas, Stamp, Stroke
from tutor.widgets.plots.polyline import Point
from tutor.widgets.plots.shared_cells import CellPosition, cells_along, long_runs

COLUMNS_APART, ROWS_APART = 8.0, 4.0
"""Two signs of one line are at least so many cells apart, across or up."""
COLUMNS_APART_IN_COLOURS = 20.0
"""The same where lines have colours: there a sign only says which line this is, and many would look like data."""
COLUMNS_BETWEEN, ROWS_BETWEEN = 3.0, 1.0
"""Signs of different lines are at least so many cells apart, across or up."""


@dataclass
class _Places:
    """Where signs stand on a canvas."""

    canvas: Canvas
    points: list[Point] = field(default_factory=list)
    cells: set[tuple[int, int]] = field(default_factory=set)

    def add(self, stamp: Stamp) -> None:
        """Take the places of a stamp."""
        self.points += stamp.points
        self.cells |= self.canvas.cells_of(stamp)

    def have_room_for(self, stamp: Stamp) -> bool:
        """Whether a sign can stand there without touching another."""
        return not _is_near(stamp.points[0], self.points, COLUMNS_BETWEEN, ROWS_BETWEEN) and self.cells.isdisjoint(
            self.canvas.cells_of(stamp)
        )


def mark_covered_lines(canvas: Canvas, *, has_colours: bool) -> None:
    """Add the signs of lines that others cover, and note in their strokes that they are marked.

    With colours, only lines with a covered end have signs; where lines run together, pieces of each are seen in turn.
    """
    numbered = [pair for pair in number_strokes(canvas.strokes) if pair[0].shares_cells]
    if len({number for _, number in numbered}) < 2 or not any(stroke.glyph for stroke, _ in numbered):
        return
    places = _Places(canvas)
    for stamp in canvas.stamps:
        places.add(stamp)
    cells_of_lines = [[_cells_of(line, stroke, canvas) for line in stroke.lines] for stroke, _ in numbered]
    top_looks: dict[CellPosition, int] = {}
    for (_, number), cells_of_stroke in zip(numbered, cells_of_lines, strict=True):
        for cells in cells_of_stroke:
            top_looks.update((cell, max(number, top_looks.get(cell, number))) for cell in cells)
    marked: list[Stroke] = []
    for (stroke, number), cells_of_stroke in reversed(list(zip(numbered, cells_of_lines, strict=True))):
        if stroke.glyph:
            _mark_end(stroke, places, COLUMNS_APART_IN_COLOURS if has_colours else COLUMNS_APART)
            if not has_colours and _mark_runs(stroke, number, cells_of_stroke, top_looks, places):
                marked.append(stroke)
    canvas.strokes = [
        replace(stroke, is_marked=True) if any(stroke is other for other in marked) else stroke
        for stroke in canvas.strokes
    ]


def _cells_of(line: Sequence[Point], stroke: Stroke, canvas: Canvas) -> list[CellPosition]:
    """The cells of one of the lines of a stroke, in its order."""
    return cells_along(trace_line(line, stroke, canvas.columns, canvas.rows), canvas.rows)


def _mark_end(stroke: Stroke, places: _Places, columns_apart: float) -> None:
    """Where a line has no sign at its end, because another is there, put it on earlier points of the line.

    It is on several, if there is room, so that none of them is taken for the end.
    """
    if any(_is_of(stamp, stroke) for stamp in places.canvas.stamps) or not stroke.lines:
        return
    for stamp in _stamps_along(stroke.lines[-1][::-1], stroke, (), places, columns_apart):
        places.canvas.stamps.append(stamp)
        places.add(stamp)


def _mark_runs(
    stroke: Stroke,
    number: int,
    cells_of_lines: Sequence[Sequence[CellPosition]],
    top_looks: Mapping[CellPosition, int],
    places: _Places,
) -> bool:
    """Put the sign of a stroke on its points in each long run in which a later one covers it.

    Returns: whether it has a sign in every such run.
    """
    found: list[Stamp] = []
    own = [point for stamp in places.canvas.stamps if _is_of(stamp, stroke) for point in stamp.points]
    is_covered = False
    for line, cells in zip(stroke.lines, cells_of_lines, strict=True):
        is_hidden = [top_looks[cell] > number for cell in cells]
        is_mostly_seen = 2 * sum(is_hidden) < len(cells)
        points_in_cells: dict[CellPosition, list[Point]] = {}
        for point in line:
            points_in_cells.setdefault(_row_and_column(point, places.canvas), []).append(point)
        for run in long_runs(cells, is_hidden):
            is_covered = True
            points = [point for cell in dict.fromkeys(run) for point in points_in_cells.get(cell, ())]
            stamps = list(_stamps_in_run(points, stroke, own, places))
            found += stamps
            own += [point for stamp in stamps for point in stamp.points]
            has_sign = any(_row_and_column(point, places.canvas) in run for point in own)
            if not has_sign and not (is_mostly_seen and len(run) < COLUMNS_APART):
                return False
    for stamp in found:
        places.canvas.stamps.append(stamp)
        places.add(stamp)
    return is_covered


def _stamps_in_run(points: Sequence[Point], stroke: Stroke, own: Sequence[Point], places: _Places) -> Iterator[Stamp]:
    """The signs of a line at some of its points in a run, the first not at its beginning.

    `own` are the points at which the line has its sign already.
    """
    return _stamps_along(points, stroke, [*own, *((x - COLUMNS_APART / 2, y) for x, y in points[:1])], places)


def _stamps_along(
    points: Sequence[Point],
    stroke: Stroke,
    avoided: Sequence[Point],
    places: _Places,
    columns_apart: float = COLUMNS_APART,
) -> Iterator[Stamp]:
    """Yield the signs of a line at points that have room and are far enough from each other and from `avoided`."""
    taken = list(avoided)
    for point in points:
        if not _is_near(point, taken, columns_apart, ROWS_APART):
            stamp = _stamp_at(point, stroke, places.canvas)
            if places.have_room_for(stamp):
                yield stamp
                taken.append(point)


def _row_and_column(point: Point, canvas: Canvas) -> CellPosition:
    """The row, from the top, and the column of the cell of a point."""
    column, row = canvas.cell(point)
    return canvas.rows - 1 - row, column


def _is_of(stamp: Stamp, stroke: Stroke) -> bool:
    """Whether a stamp is the sign of a stroke."""
    return stamp.glyph == stroke.glyph and stamp.colour == stroke.colour


def _stamp_at(point: Point, stroke: Stroke, canvas: Canvas) -> Stamp:
    """The sign of a stroke at a point: in dots, unless signs at the ends of lines are characters."""
    in_dots = all(stamp.sign for stamp in canvas.stamps if stamp.line)
    return Stamp([point], stroke.glyph, stroke.colour, canvas.single_signs.get(stroke.glyph) if in_dots else None)


def _is_near(point: Point, others: Sequence[Point], columns: float, rows: float) -> bool:
    """Whether a point is fewer than so many columns and rows from one of the others."""
    x, y = point
    return any(abs(x - other_x) < columns and abs(y - other_y) < rows for other_x, other_y in others)

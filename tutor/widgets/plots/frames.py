"""Places frames, the outlines of cells or windows of an image or a table, so that they cover no sign and no number.

A dot takes a whole cell of the terminal. Of the two rows or columns of terminal cells that meet at an edge of a frame,
the edge is drawn in the inner one unless it has text there, else in the outer one; if both have text, it is left out,
and the other edges show the frame.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from tutor.sims.engine.chart import Line
from tutor.widgets.plots.canvas import Canvas, Stroke
from tutor.widgets.plots.polyline import Point, visible_pieces

CellPosition = tuple[int, int]
"""Column, and row from below."""
HALF_DOT_ACROSS, HALF_DOT_UP = 0.25, 0.125
"""Half the distance of two dots, in columns and in rows."""


def is_frame(line: Line) -> bool:
    """Whether a line is the outline of a rectangle with sides along the axes."""
    corners = set(zip(line.x, line.y, strict=True))
    return len(line.x) == 5 and len(corners) == 4 and len(set(line.x)) == len(set(line.y)) == 2


def frame_strokes(canvas: Canvas) -> Iterator[Stroke]:
    """Yield the strokes of the canvas's frames, once everything else is on it."""
    texts = frozenset(_text_cells(canvas)) if canvas.frames else frozenset()
    for frame in canvas.frames:
        corners = [point for line in frame.lines for point in line]
        edges = _place_edges(corners, canvas, texts)
        yield Stroke(edges, frame.colour, frame.dashes, frame.is_on_top, shares_cells=False)


def _text_cells(canvas: Canvas) -> Iterator[CellPosition]:
    """Yield each cell with a glyph, or with a sign or a digit of the heat map."""
    for stamp in canvas.stamps:
        yield from canvas.cells_of(stamp)
    if canvas.backdrop is not None and canvas.backdrop.signs is not None:
        for (row, column), character in canvas.backdrop.signs.items():
            if character:
                yield column, canvas.rows - 1 - row


def _place_edges(corners: Sequence[Point], canvas: Canvas, texts: AbstractSet[CellPosition]) -> list[list[Point]]:
    """The edges of a frame that can be drawn without covering a text; the whole outline if there is none such."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    low, high = min(y for _, y in corners), max(y for _, y in corners)
    inner_right, top = right - HALF_DOT_ACROSS, high - HALF_DOT_UP  # within the cells that the frame is around
    edges = []
    ends = []  # where the edges across begin and end
    for places, end in (((left, left - HALF_DOT_ACROSS), left), ((inner_right, right), inner_right)):
        upright = _place_edge([((place, low), (place, top)) for place in places], canvas, texts)
        edges.append(upright)
        ends.append(upright[0][0] if upright else end)
    for places in ((low, low - HALF_DOT_UP), (top, high)):
        edges.append(_place_edge([((ends[0], place), (ends[1], place)) for place in places], canvas, texts))
    outline = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    return [edge for edge in edges if edge] or [outline]


def _place_edge(places: Sequence[tuple[Point, Point]], canvas: Canvas, texts: AbstractSet[CellPosition]) -> list[Point]:
    """The first of the places of an edge that is on the canvas and covers no text; empty if there is none."""
    for place in places:
        piece = next(visible_pieces(place, canvas.columns, canvas.rows), [])
        if len(piece) > 1 and texts.isdisjoint(_cells_between(piece[0], piece[-1], canvas)):
            return piece
    return []


def _cells_between(start: Point, end: Point, canvas: Canvas) -> Iterator[CellPosition]:
    """Yield the cells of an edge from `start`, at its left or lower end, to `end`."""
    (first_column, first_row), (last_column, last_row) = canvas.cell(start), canvas.cell(end)
    for column in range(first_column, last_column + 1):
        for row in range(first_row, last_row + 1):
            yield column, row

"""The table of marks: how each of the primitives of a chart is drawn on a canvas, and what its legend shows.

A new primitive needs a function that draws it, one for its legend, and a line in the table. Most marks need neither,
because they consist of primitives (see `tutor/sims/engine/chart.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, isfinite
from typing import Any

from rich.style import Style

from tutor.sims.engine.chart import RUN_ROLES, Bars, HeatMap, Label, Line, Points, Primitive
from tutor.text.numbers import format_rounded
from tutor.widgets.plots.canvas import Canvas, Stamp, StandingBar, Stroke
from tutor.widgets.plots.colours import Palette, line_colour, make_style
from tutor.widgets.plots.dot_signs import MAX_SINGLE_POINTS
from tutor.widgets.plots.frames import is_frame
from tutor.widgets.plots.heatmap import gap_sign, gap_style, make_backdrop, sign_style
from tutor.widgets.plots.looks import EXIT_GLYPHS, SHAPE_GLYPHS, Look, bar_roles, choose_bar_fillings
from tutor.widgets.plots.polyline import Point, find_exit, visible_pieces
from tutor.widgets.plots.shades import RGB, contrast
from tutor.widgets.plots.sides import has_sides, keep_sides
from tutor.widgets.plots.stacks import stack_points

POINTS_PER_CELL = 2
"""The points in each cell of a line that stand for it where its cells are counted."""
RUN_LETTERS = "ABCabc"
"""The letters of the lines of compared runs."""
AXIS_GAP = 3
"""Cells that stay free between the vertical axis and a value beside a mark."""
RIGHT_OF_MIDDLE = 0.1
"""Columns by which a label in a cell of an image is moved, so that of two middle columns it takes the right one.

The left one may have the edge of a frame in it.
"""
BAR_GAP = 0.3
"""The share of a standing bar's columns that is left free beside it."""

QUIET_ROLES = frozenset(("muted", *RUN_ROLES.values()))
"""The roles of lines that others are compared with: references, and runs kept for comparison."""

StyledText = tuple[str, Style]
"""Characters of one style."""
LegendEntry = list[StyledText]
"""An entry of a legend."""


def draw_line(mark: Line, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a line through its points, with its glyph on the last one; a lone point becomes a glyph.

    If its last point is above or below a chart of quantities, an arrow at the edge stands in place of the glyph.
    """
    colour = palette.roles[mark.role]
    points = list(canvas.all_to_cells(mark.x, mark.y))
    if canvas.has_cells and is_frame(mark):
        canvas.frames.append(Stroke([points], colour, look.dashes, mark.is_on_top))
        return
    pieces = list(visible_pieces(points, canvas.columns, canvas.rows))
    last = canvas.strokes[-1] if canvas.strokes else None
    is_quiet, has_name = mark.role in QUIET_ROLES, bool(mark.label)
    stroke = Stroke(pieces, colour, look.dashes, mark.is_on_top, is_quiet, glyph=look.glyph, has_name=has_name)
    if last is not None and replace(last, lines=pieces) == stroke:
        last.lines.extend(pieces)  # these are drawn together as one stroke
    else:
        canvas.strokes.append(stroke)
    visible_points = [point for piece in pieces for point in piece]
    if len(visible_points) == 1:
        glyph = look.glyph or SHAPE_GLYPHS["dot"]
        canvas.stamps.append(Stamp(visible_points, glyph, colour, canvas.single_signs.get(glyph)))
    elif look.glyph:
        end = _find_end(points, pieces, canvas, look.glyph)
        if end is not None:
            sign = canvas.single_signs.get(look.glyph)
            canvas.stamps.append(Stamp([end], look.glyph, colour, sign, line=pieces[-1]))
    has_end = bool(look.glyph) or not visible_points
    if mark.label and canvas.marks_exits and has_end:
        exit_and_arrow = find_exit(points, canvas.columns, canvas.rows)
        if exit_and_arrow is not None:
            point, is_top = exit_and_arrow
            canvas.stamps.append(Stamp([point], EXIT_GLYPHS[0 if is_top else 1], colour))


def _find_end(points: Sequence[Point], pieces: Sequence[Sequence[Point]], canvas: Canvas, glyph: str) -> Point | None:
    """The point at which a line has its glyph: its last one; `None` if that is not on the canvas.

    Anywhere else on the line, a glyph would look like a data point that does not exist. Only the letter of a compared
    run, which is not taken for one, stands just before the place where its line leaves the canvas.
    """
    last = next((point for point in reversed(points) if isfinite(point[0]) and isfinite(point[1])), None)
    if last is not None and canvas.holds(last):
        return last
    if glyph not in RUN_LETTERS or not pieces:
        return None
    last_piece = pieces[-1]
    along = [point for start, end in pairwise(last_piece) for point in _points_between(start, end)] or last_piece
    exit_cell = canvas.cell(last_piece[-1])  # it has the arrow
    return next((point for point in reversed(along) if canvas.cell(point) != exit_cell), along[0])


def _points_between(start: Point, end: Point) -> list[Point]:
    """Points on a straight piece of a line, from `start` to before `end`, about `POINTS_PER_CELL` per cell."""
    (start_x, start_y), (end_x, end_y) = start, end
    count = max(1, round(POINTS_PER_CELL * max(abs(end_x - start_x), abs(end_y - start_y))))
    step_x, step_y = (end_x - start_x) / count, (end_y - start_y) / count
    return [(start_x + step_x * step, start_y + step_y * step) for step in range(count)]


def draw_points(mark: Points, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a sign at each point on the canvas; characters are on the point's own side of every line.

    With `stack_room`, in units of y, points in one cell are stacked.
    """
    points: Sequence[Point] = [point for point in canvas.all_to_cells(mark.x, mark.y) if canvas.holds(point)]
    colour = palette.roles[mark.role]
    glyph = SHAPE_GLYPHS[mark.shape]
    is_single = len(mark.x) <= MAX_SINGLE_POINTS and (canvas.cloud_signs or not mark.label)
    signs = canvas.single_signs if is_single else canvas.cloud_signs  # named points are all drawn in the same way
    sign = None if mark.stack_room else signs.get(glyph)
    if sign is None and has_sides(mark):
        points = keep_sides(points, canvas.boundaries, canvas.columns, canvas.rows)
    if mark.stack_room:
        max_rows = floor(mark.stack_room * canvas.rows / (canvas.y.high - canvas.y.low) + 1e-6)
        points, left_out = stack_points(points, canvas, max_rows, _line_cells(canvas))
        for row, count in left_out.items():
            rows = range(row, min(row + max(1, max_rows), canvas.rows))
            points = _write_left_out(count, rows, points, canvas, colour)
    canvas.stamps.append(Stamp(list(points), glyph, colour, sign, has_sides=has_sides(mark)))


def _write_left_out(count: int, rows: range, points: Sequence[Point], canvas: Canvas, colour: RGB) -> Sequence[Point]:
    """Write how many points are left out, in the first of these rows with room for it, as far right as possible.

    Returns: the points that remain. If no row has room, the number covers some points, which are then left out too.
    """
    taken = {canvas.cell(point) for point in points}
    width = len(f"+{count}")
    last_start = max(0, canvas.columns - width)
    for row in rows:
        for start in range(last_start, -1, -1):
            columns_with_margins = range(start - 1, start + width + 1)
            if taken.isdisjoint((column, row) for column in columns_with_margins):
                _stamp_text(f"+{count}", start, row + 0.5, canvas, colour)
                return points
    start, row = max(0, last_start - 1), rows[-1]  # one cell more, since the number may get another digit
    remaining = [point for point in points if canvas.cell(point)[1] != row or point[0] < start]
    _stamp_text(f"+{count + len(points) - len(remaining)}", start, row + 0.5, canvas, colour)
    return remaining


def draw_bars(mark: Bars, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw standing bars at 1, 2, 3 and so on of the x axis."""
    zero = canvas.y.share_of(0.0) * canvas.rows
    columns_per_bar = canvas.columns // max(1, len(mark.names))
    width = max(1, columns_per_bar - max(1, round(BAR_GAP * columns_per_bar)))
    roles, fillings = bar_roles(mark), choose_bar_fillings(mark)
    for index, value in enumerate(mark.values):
        if isfinite(value):
            middle, end = canvas.to_cells(index + 1, value)
            left = floor(middle + 1e-6) - width // 2
            bar = StandingBar(
                columns=range(left, left + width),
                low=min(zero, end),
                high=max(zero, end),
                colour=palette.roles[roles[index]],
                filling=fillings[index],
                is_downward=end < zero,
                is_narrow=columns_per_bar < 2,
            )
            canvas.standing_bars.append(bar)


def draw_heat_map(mark: HeatMap, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a heat map behind everything else."""
    canvas.backdrop = make_backdrop(mark, canvas.x, canvas.y, canvas.columns, canvas.rows, palette, canvas.field_reach)


def draw_label(mark: Label, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a text centred at a point, or beside the point; a text that would leave the canvas is moved."""
    x, y = canvas.to_cells(mark.x, mark.y)
    if not (isfinite(x) and isfinite(y) and canvas.holds((x, y))):
        return
    if mark.is_beside:
        _draw_beside((x, y), mark.text, canvas, palette.roles[mark.role or "muted"])
        return
    if mark.is_in_cell:
        # A cell of the image is 1 × 1 in units of the axes. The text needs one column more, to be apart from the next.
        cell_columns = canvas.columns / (canvas.x.high - canvas.x.low)
        cell_rows = canvas.rows / (canvas.y.high - canvas.y.low)
        if cell_columns < len(mark.text) + 1 - 1e-6 or cell_rows < 1 - 1e-6:
            return
        x += RIGHT_OF_MIDDLE
    # If the middle is between two columns, the left one is taken, so that texts of equal length have the same place in
    # their cells.
    start = max(0, min(ceil(x - (len(mark.text) + 1) / 2 - 1e-6), canvas.columns - len(mark.text)))
    colour = palette.roles[mark.role] if mark.role else _readable_ink((x, y), canvas, palette)
    _stamp_text(mark.text[: canvas.columns], start, y, canvas, colour)


def _stamp_text(text: str, start: int, y: float, canvas: Canvas, colour: RGB) -> None:
    """Put a text on the canvas from the column `start` on, letter by letter."""
    for index, letter in enumerate(text):
        canvas.stamps.append(Stamp([(start + index + 0.5, y)], letter, colour))


def _draw_beside(point: Point, text: str, canvas: Canvas, colour: RGB) -> None:
    """Draw a text to the right or left of a point, otherwise above or below it; do nothing if it would cover something.

    It keeps away from the vertical axis, where it would look like the label of a tick.
    """
    column, row = canvas.cell(point)
    length, covered = len(text), _covered_cells(canvas)
    centred_start = max(AXIS_GAP, min(column - length // 2, canvas.columns - length))
    # A sign of dots is also in cells beside that of its point, and in one above or below it.
    right = next((end for end in (column + 1, column + 2) if (end, row) not in covered), column + 1) + 1, row
    left = next((end for end in (column - 1, column - 2) if (end, row) not in covered), column - 1) - length, row
    above = centred_start, next((end for end in (row + 1, row + 2) if (column, end) not in covered), row + 1)
    below = centred_start, next((end for end in (row - 1, row - 2) if (column, end) not in covered), row - 1)
    for start, text_row in (right, left, above, below):
        # The columns of the text, and one more at each side.
        columns_with_margins = range(start - 1, start + length + 1)
        cells = {(text_column, text_row) for text_column in columns_with_margins}
        is_inside = AXIS_GAP <= start <= canvas.columns - length and 0 <= text_row < canvas.rows
        if is_inside and cells.isdisjoint(covered):
            _stamp_text(text, start, text_row + 0.5, canvas, colour)
            return


def _covered_cells(canvas: Canvas) -> set[tuple[int, int]]:
    """(column, row from below) of each cell that already has a line or a glyph."""
    return _line_cells(canvas).union(*map(canvas.cells_of, canvas.stamps))


def _line_cells(canvas: Canvas) -> set[tuple[int, int]]:
    """(column, row from below) of each cell that already has a line."""
    points: list[Point] = []
    for stroke in canvas.strokes:
        for line in stroke.lines:
            points += [*line, *(point for start, end in pairwise(line) for point in _points_between(start, end))]
    return {canvas.cell(point) for point in points}


def _readable_ink(point: Point, canvas: Canvas, palette: Palette) -> RGB:
    """The palette's colour of text or of the ground, whichever contrasts more with the heat map at a point."""
    x, y = point
    row, column = canvas.rows - 1 - floor(y), floor(x)
    is_inside = 0 <= row < canvas.rows and 0 <= column < canvas.columns
    field_colour = canvas.backdrop.colour_at(row, column) if canvas.backdrop is not None and is_inside else None
    background = field_colour or palette.ground
    return max((palette.text, palette.ground), key=lambda ink: contrast(ink, background))


def line_legend(mark: Line, palette: Palette, look: Look) -> Iterator[LegendEntry]:
    """The entry of a line: a piece of it, and its name."""
    yield [(look.sample, make_style(line_colour(palette.roles[mark.role], palette))), (f" {mark.label}", palette.plain)]


def points_legend(mark: Points, palette: Palette, look: Look) -> Iterator[LegendEntry]:
    """The entry of points: their glyph, and their name."""
    yield [(SHAPE_GLYPHS[mark.shape], palette.style(mark.role)), (f" {mark.label}", palette.plain)]


def heat_map_legend(mark: HeatMap, palette: Palette, look: Look) -> Iterator[LegendEntry]:
    """The entries of a heat map: its colours from low to high, and the sign for a gap if it has gaps.

    If the cells have signs on them, the signs are drawn on colours here too, so that they are not taken for points.
    """
    ramp = palette.diverging if mark.diverging else palette.sequential
    blocks: LegendEntry = [("█", make_style(ramp[round(k * (len(ramp) - 1) / 4)])) for k in range(5)]
    if mark.has_signs:
        minus = ("− ", sign_style("−", ramp[0], ramp, palette))
        plus = (" +", sign_style("+", ramp[-1], ramp, palette))
        yield [(f"{mark.label} ", palette.plain), minus, *blocks[1:-1], plus]  # the signs have the colours of the ends
    else:
        low, high = ("low", "high") if mark.span is None else map(format_rounded, mark.span)
        yield [(f"{mark.label} {low} ", palette.plain), *blocks[::2], (f" {high}", palette.plain)]
    if mark.has_gaps:
        sign = gap_sign(mark)
        yield [(sign, gap_style(sign, palette)), (" not computed yet", palette.plain)]


def bars_legend(mark: Bars, palette: Palette, look: Look) -> Iterator[LegendEntry]:
    """An entry for each meaning of the bars: their filling, and what they mean."""
    filling_of_role = dict(zip(bar_roles(mark), choose_bar_fillings(mark), strict=True))
    for role, filling in filling_of_role.items():
        if role in mark.meanings:
            yield [(2 * filling, palette.style(role)), (f" {mark.meanings[role]}", palette.plain)]


def no_legend(mark: Primitive, palette: Palette, look: Look) -> Iterator[LegendEntry]:
    """No entry: the mark carries its own name."""
    return iter(())


@dataclass(frozen=True)
class MarkDrawing:
    """The functions that draw a primitive and make its legend entries; only lines use the `Look`."""

    draw: Callable[[Any, Canvas, Palette, Look], None]
    legend: Callable[[Any, Palette, Look], Iterator[LegendEntry]] = no_legend


MARK_DRAWINGS: Mapping[type[Primitive], MarkDrawing] = {
    Line: MarkDrawing(draw_line, line_legend),
    Points: MarkDrawing(draw_points, points_legend),
    HeatMap: MarkDrawing(draw_heat_map, heat_map_legend),
    Bars: MarkDrawing(draw_bars, bars_legend),
    Label: MarkDrawing(draw_label),
}
"""Primitive → how it is drawn."""

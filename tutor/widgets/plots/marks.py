"""The table of marks: how each of the primitives of a chart is drawn on a canvas, and what its legend shows.

Another primitive is a function that draws it, one for its legend, and a line in the table. Most marks need neither:
they consist of primitives (see `tutor/sims/engine/chart.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite
from typing import Any

from rich.style import Style

from tutor.sims.engine.chart import Bars, HeatMap, Label, Line, Points, Primitive
from tutor.text.numbers import format_rounded
from tutor.widgets.plots.canvas import Canvas, Column, Stamp, Stroke
from tutor.widgets.plots.colours import RGB, Palette, contrast
from tutor.widgets.plots.heatmap import make_backdrop
from tutor.widgets.plots.looks import LINE_GLYPHS, SHAPE_GLYPHS, Look, bar_roles, choose_bar_fillings
from tutor.widgets.plots.polyline import Point, visible_pieces

MAX_LINE_GLYPHS, CELLS_PER_GLYPH, POINTS_PER_CELL = 4, 6, 2
"""Glyphs on a line at most, and about how many cells of it each has."""
CELLS_PER_POINT, POINTS_PER_GLYPH = 3, 5
"""From how many columns for each of its points a line has few, and of how many of these one has a glyph."""
GLYPH_SHIFTS = (0.125, 0.625, 0.375, 0.875, 0.5, 0.0, 0.25)
"""The place of the glyphs of a kind in their parts of a line, those of the first four farthest from each other."""
MIDDLE_TOLERANCE = 0.25
"""How far from the middle of a cell, in rows, a line may be where its glyph is placed."""

AXIS_GAP = 3
"""Cells that stay free between the vertical axis and a value beside a mark."""
BAR_GAP = 0.3
"""How much of the room of a standing bar is left free beside it."""

Piece = tuple[str, Style]
"""Text with its style."""
Item = list[Piece]
"""An entry of a legend."""


def draw_line(mark: Line, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a line through its points, with a few of its glyphs set on it."""
    colour = palette.roles[mark.role]
    lines = list(visible_pieces(canvas.points(mark.x, mark.y), canvas.columns, canvas.rows))
    before = canvas.strokes[-1] if canvas.strokes else None
    if before and (before.colour, before.dashes, before.is_on_top) == (colour, look.dashes, mark.is_on_top):
        before.lines.extend(lines)
    else:
        canvas.strokes.append(Stroke(lines, colour, look.dashes, mark.is_on_top))
    points = [point for line in lines for point in line]
    if len(points) == 1:
        canvas.stamps.append(Stamp(points, look.glyph or SHAPE_GLYPHS["dot"], colour))
    elif look.glyph:
        own = [point for point in canvas.points(mark.x, mark.y) if canvas.holds(point)]
        is_sparse = 2 < len(own) <= canvas.columns / CELLS_PER_POINT
        places = _choose_own_points(own, look.glyph) if is_sparse else _choose_glyph_places(lines, look.glyph)
        canvas.stamps.append(Stamp(places, look.glyph, colour))


def _choose_own_points(points: Sequence[Point], glyph: str) -> list[Point]:
    """A few of the points of a line that has few: elsewhere, a glyph would seem to be one that it does not have.

    Each glyph has its own here too. A line of two points is no series: it joins its ends.
    """
    count = max(1, min(MAX_LINE_GLYPHS, len(points) // POINTS_PER_GLYPH))
    return [points[int((place + _glyph_shift(glyph)) / count * len(points))] for place in range(count)]


def _choose_glyph_places(lines: Sequence[Sequence[Point]], glyph: str) -> list[Point]:
    """Points for the glyphs of a line: spread evenly, shifted by glyph so that lines that run together differ.

    Each is moved a little, to where the line crosses the middle of a row. One that finds no such point is left out,
    unless none does.
    """
    points = [point for line in lines for start, end in pairwise(line) for point in _points_between(start, end)]
    if not points:
        return [line[0] for line in lines if line]
    count = max(1, min(MAX_LINE_GLYPHS, len(points) // (POINTS_PER_CELL * CELLS_PER_GLYPH)))
    anchors = [int((place + _glyph_shift(glyph)) / count * len(points)) for place in range(count)]
    reach = len(points) // (4 * count)  # a quarter of a glyph's part of the line, to both sides
    candidates = [_nearest_to_middle(points[max(0, anchor - reach) : anchor + reach + 1]) for anchor in anchors]
    chosen = [point for point in candidates if _distance_from_middle(point) <= MIDDLE_TOLERANCE]
    return chosen or candidates


def _points_between(start: Point, end: Point) -> list[Point]:
    """Points on a piece of a line, `POINTS_PER_CELL` of them to a cell."""
    count = max(1, round(POINTS_PER_CELL * max(abs(end[0] - start[0]), abs(end[1] - start[1]))))
    right, up = (end[0] - start[0]) / count, (end[1] - start[1]) / count
    return [(start[0] + right * step, start[1] + up * step) for step in range(count)]


def _nearest_to_middle(points: Sequence[Point]) -> Point:
    """The one of `points` that is nearest to the middle of a row, and of those that are, nearest to their middle."""
    least = max(MIDDLE_TOLERANCE, min(map(_distance_from_middle, points)))
    half = len(points) // 2
    near = [place for place, point in enumerate(points) if _distance_from_middle(point) <= least]
    return points[min(near, key=lambda place: abs(place - half))]


def _distance_from_middle(point: Point) -> float:
    """How far from the middle of its row a point is."""
    return abs(point[1] % 1 - 0.5)


def _glyph_shift(glyph: str) -> float:
    """Where in its part of a line a glyph is placed: in another place for each of a kind."""
    order = LINE_GLYPHS.index(glyph) if glyph in LINE_GLYPHS else "ABCabc".find(glyph)
    return GLYPH_SHIFTS[order % len(GLYPH_SHIFTS)]


def draw_points(mark: Points, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a glyph at each point that lies on the canvas."""
    points = [point for point in canvas.points(mark.x, mark.y) if canvas.holds(point)]
    if mark.stack_room:
        points = _stack_points(
            points, canvas, floor(mark.stack_room * canvas.rows / (canvas.y.high - canvas.y.low) + 1e-6)
        )
    canvas.stamps.append(Stamp(points, SHAPE_GLYPHS[mark.shape], palette.roles[mark.role]))


def _stack_points(points: Sequence[Point], canvas: Canvas, most: int) -> list[Point]:
    """The same points, but those that share a cell one row above each other, in at most `most` rows."""
    taken = Counter[tuple[int, int]]()
    stacked = []
    for x, y in points:
        cell = min(floor(x), canvas.columns - 1), min(floor(y), canvas.rows - 1)
        stacked.append((x, y + min(taken[cell], max(0, most - 1), canvas.rows - 1 - cell[1])))
        taken[cell] += 1
    return stacked


def draw_bars(mark: Bars, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw standing bars at 1, 2, 3 and so on."""
    zero = canvas.y.share_of(0.0) * canvas.rows
    room = canvas.columns // max(1, len(mark.names))
    width = max(1, room - max(1, round(BAR_GAP * room)))
    roles, fillings = bar_roles(mark), choose_bar_fillings(mark)
    for index, value in enumerate(mark.values):
        if isfinite(value):
            x, top = canvas.point(index + 1, value)
            left = floor(x + 1e-6) - width // 2
            cells = range(left, left + width)
            colour, is_narrow = palette.roles[roles[index]], room < 2
            low, high, is_downward = min(zero, top), max(zero, top), top < zero
            canvas.bars.append(Column(cells, low, high, colour, fillings[index], is_downward, is_narrow))


def draw_heat_map(mark: HeatMap, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a field of colours behind everything else."""
    canvas.backdrop = make_backdrop(mark, canvas.x, canvas.y, canvas.columns, canvas.rows, palette, canvas.reach)


def draw_label(mark: Label, canvas: Canvas, palette: Palette, look: Look) -> None:
    """Draw a word around its place, letter by letter, moved where it would leave the canvas."""
    x, y = canvas.point(mark.x, mark.y)
    if isfinite(x) and isfinite(y) and canvas.holds((x, y)):
        if mark.is_beside:
            _draw_beside((x, y), mark.text, canvas, palette.roles[mark.role or "muted"])
            return
        # Of two columns always the left one: words of one length lie alike in cells of one width.
        first = max(0, min(ceil(x - (len(mark.text) + 1) / 2 - 1e-6), canvas.columns - len(mark.text)))
        colour = palette.roles[mark.role] if mark.role else _readable_ink((x, y), canvas, palette)
        for index, letter in enumerate(mark.text[: canvas.columns]):
            canvas.stamps.append(Stamp([(first + index + 0.5, y)], letter, colour))


def _draw_beside(point: Point, text: str, canvas: Canvas, colour: RGB) -> None:
    """Draw a word to the right or left of a point, else in the row above or below it, where it covers nothing.

    At the axis it would look like the label of a tick.
    """
    column, row = find_cell(point, canvas)
    length, covered = len(text), _covered_cells(canvas)
    middle = max(AXIS_GAP, min(column - length // 2, canvas.columns - length))
    places = [(column + 2, row), (column - 1 - length, row), (middle, row + 1), (middle, row - 1)]
    for first, line in places:
        cells = {(place, line) for place in range(first - 1, first + length + 1)}
        is_inside = AXIS_GAP <= first <= canvas.columns - length and 0 <= line < canvas.rows
        if is_inside and cells.isdisjoint(covered):
            for index, letter in enumerate(text):
                canvas.stamps.append(Stamp([(first + index + 0.5, line + 0.5)], letter, colour))
            return


def _covered_cells(canvas: Canvas) -> set[tuple[int, int]]:
    """The columns and rows, from below, in which there is a line or a sign already."""
    points = [point for stamp in canvas.stamps for point in stamp.points]
    for stroke in canvas.strokes:
        for line in stroke.lines:
            points += [*line, *(point for start, end in pairwise(line) for point in _points_between(start, end))]
    return {find_cell(point, canvas) for point in points}


def find_cell(point: Point, canvas: Canvas) -> tuple[int, int]:
    """The column and the row, from below, in which a point lies."""
    return min(floor(point[0]), canvas.columns - 1), min(floor(point[1]), canvas.rows - 1)


def _readable_ink(point: Point, canvas: Canvas, palette: Palette) -> RGB:
    """The colour of text or of the ground, whichever can be read better at a point of a field."""
    row, column = canvas.rows - 1 - floor(point[1]), floor(point[0])
    is_inside = 0 <= row < canvas.rows and 0 <= column < canvas.columns
    field = canvas.backdrop.ground(row, column) if canvas.backdrop is not None and is_inside else None
    return max((palette.text, palette.ground), key=lambda ink: contrast(ink, field or palette.ground))


def line_legend(mark: Line, palette: Palette, look: Look) -> Iterator[Item]:
    """A piece of the line beside its name."""
    yield [(look.sample, palette.style(mark.role)), (f" {mark.label}", palette.plain)]


def points_legend(mark: Points, palette: Palette, look: Look) -> Iterator[Item]:
    """The shape beside the name."""
    yield [(SHAPE_GLYPHS[mark.shape], palette.style(mark.role)), (f" {mark.label}", palette.plain)]


def heat_map_legend(mark: HeatMap, palette: Palette, look: Look) -> Iterator[Item]:
    """The colours from low to high, and the sign of a gap where there is one."""
    low, high = ("−", "+") if mark.diverging else ("low", "high")
    if mark.span is not None:
        low, high = map(format_rounded, mark.span)
    ramp = palette.diverging if mark.diverging else palette.sequential
    blocks = [("█", Style(color="#{:02x}{:02x}{:02x}".format(*colour))) for colour in ramp[::3]]
    yield [(f"{mark.label} {low} ", palette.plain), *blocks, (f" {high}", palette.plain)]
    if mark.has_gaps:
        yield [("·", palette.quiet), (" not computed yet", palette.plain)]


def bars_legend(mark: Bars, palette: Palette, look: Look) -> Iterator[Item]:
    """The filling of the bars of each meaning that there are."""
    for role, filling in dict(zip(bar_roles(mark), choose_bar_fillings(mark), strict=True)).items():
        if role in mark.meanings:
            yield [(2 * filling, palette.style(role)), (f" {mark.meanings[role]}", palette.plain)]


def no_legend(mark: Primitive, palette: Palette, look: Look) -> Iterator[Item]:
    """No entry: the mark carries its own name."""
    return iter(())


@dataclass(frozen=True)
class MarkDrawing:
    """How a primitive is drawn, and what the legend shows of it; the look is that of a line."""

    draw: Callable[[Any, Canvas, Palette, Look], None]
    legend: Callable[[Any, Palette, Look], Iterator[Item]] = no_legend


MARK_DRAWINGS: Mapping[type[Primitive], MarkDrawing] = {
    Line: MarkDrawing(draw_line, line_legend),
    Points: MarkDrawing(draw_points, points_legend),
    HeatMap: MarkDrawing(draw_heat_map, heat_map_legend),
    Bars: MarkDrawing(draw_bars, bars_legend),
    Label: MarkDrawing(draw_label),
}
"""Primitive → how it is drawn."""

"""The table of marks: how each of the primitives of a chart is drawn on a canvas, and what its legend shows.

Another primitive is a function that draws it, one for its legend, and a line in the table. Most marks need neither:
they consist of primitives (see `tutor/sims/engine/chart.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from rich.style import Style

from tutor.sims.engine.chart import RUN_ROLES, Bars, Chart, HeatMap, Label, Line, Points, Primitive, Role, Shape
from tutor.widgets.plots.canvas import Canvas, Column, Stamp, Stroke
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.heatmap import backdrop
from tutor.widgets.plots.polyline import visible_pieces

SHAPE_GLYPHS: dict[Shape, str] = {
    "dot": "●",
    "ring": "○",
    "cross": "×",
    "triangle": "△",
    "plus": "+",
    "square": "■",
    "diamond": "◆",
    "A": "A",
    "B": "B",
    "C": "C",
    "a": "a",
    "b": "b",
    "c": "c",
}
"""What a shape looks like; each one cell wide."""

LINE_GLYPHS = ("", "○", "×", "□", "△", "▽", "+")
"""Glyphs placed on the lines of a chart to distinguish them without colour. The first line has none."""

FEW_LINES = 3
"""Lines of one name beyond which they are a grid: glyphs on each would look like points."""

Item = list[tuple[str, Style]]
"""An entry of a legend: pieces of text, each with its style."""


def line_glyphs(chart: Chart) -> dict[int, str]:
    """For each `Line` of a chart, by its index among the marks, the glyph set on it; "" for none.

    A line whose points are marked, by points of its role without a name, has their shape.
    The lines of a compared run have its letter, a small one from the second on.
    """
    letters = {role: letter for letter, role in RUN_ROLES.items()}
    first_labels: dict[Role, str] = {}
    marked = {
        mark.role: SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points) and not mark.label
    }
    used_glyphs = {SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points)}
    free = iter([glyph for glyph in LINE_GLYPHS if glyph not in used_glyphs])
    by_label: dict[str, str] = {}
    glyphs: dict[int, str] = {}
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Line) and mark.role in letters:
            is_first = first_labels.setdefault(mark.role, mark.label) == mark.label
            glyphs[index] = letters[mark.role] if is_first else letters[mark.role].lower()
        elif isinstance(mark, Line) and mark.label:
            if mark.label not in by_label:
                is_grid = (
                    sum(isinstance(other, Line) and other.label == mark.label for other in chart.marks) > FEW_LINES
                )
                by_label[mark.label] = "" if is_grid else marked.get(mark.role) or next(free, "")
            glyphs[index] = by_label[mark.label]
    return glyphs


def draw_line(mark: Line, canvas: Canvas, palette: Palette, glyph: str) -> None:
    """A line through its points, with a few of its glyphs set on it."""
    colour = palette.roles[mark.role]
    lines = list(visible_pieces(canvas.points(mark.x, mark.y), canvas.columns, canvas.rows))
    if canvas.strokes and canvas.strokes[-1].colour == colour:
        canvas.strokes[-1].lines.extend(lines)
    else:
        canvas.strokes.append(Stroke(lines, colour))
    points = [point for line in lines for point in line]
    if len(points) == 1:
        canvas.stamps.append(Stamp(points, glyph or SHAPE_GLYPHS["dot"], colour))
    elif glyph:
        step = max(1, len(points) // 4)
        canvas.stamps.append(Stamp(points[step // 2 :: step], glyph, colour))


def draw_points(mark: Points, canvas: Canvas, palette: Palette, glyph: str) -> None:
    """A glyph at each point that lies on the canvas."""
    points = [point for point in canvas.points(mark.x, mark.y) if canvas.holds(point)]
    canvas.stamps.append(Stamp(points, SHAPE_GLYPHS[mark.shape], palette.roles[mark.role]))


def draw_bars(mark: Bars, canvas: Canvas, palette: Palette, glyph: str) -> None:
    """Standing bars at 1, 2, 3 and so on."""
    zero = canvas.y.share(0.0) * canvas.rows
    for index, value in enumerate(mark.values):
        if isfinite(value):
            x, top = canvas.point(index + 1, value)
            role: Role = mark.roles[index] if index < len(mark.roles) else "primary"
            canvas.bars.append(Column(x, min(zero, top), max(zero, top), palette.roles[role]))


def draw_heat_map(mark: HeatMap, canvas: Canvas, palette: Palette, glyph: str) -> None:
    """A field of colours behind everything else."""
    canvas.backdrop = backdrop(mark, canvas.x, canvas.y, canvas.columns, canvas.rows, palette, canvas.reach)


def draw_label(mark: Label, canvas: Canvas, palette: Palette, glyph: str) -> None:
    """A word around its place, letter by letter, moved where it would leave the canvas."""
    x, y = canvas.point(mark.x, mark.y)
    if isfinite(x) and isfinite(y) and canvas.holds((x, y)):
        first = max(0, min(round(x - len(mark.text) / 2), canvas.columns - len(mark.text)))
        for index, letter in enumerate(mark.text[: canvas.columns]):
            canvas.stamps.append(Stamp([(first + index + 0.5, y)], letter, palette.roles[mark.role]))


def line_legend(mark: Line, palette: Palette, glyph: str) -> Iterator[Item]:
    """A piece of the line beside its name."""
    sample = f"─{glyph}─" if glyph else "──"
    yield [(sample, palette.style(mark.role)), (f" {mark.label}", palette.plain)]


def points_legend(mark: Points, palette: Palette, glyph: str) -> Iterator[Item]:
    """The shape beside the name."""
    yield [(SHAPE_GLYPHS[mark.shape], palette.style(mark.role)), (f" {mark.label}", palette.plain)]


def heat_map_legend(mark: HeatMap, palette: Palette, glyph: str) -> Iterator[Item]:
    """The colours from low to high, and the sign of a gap where there is one."""
    low, high = ("−", "+") if mark.diverging else ("low", "high")
    ramp = palette.diverging if mark.diverging else palette.sequential
    blocks = [("█", Style(color="#{:02x}{:02x}{:02x}".format(*colour))) for colour in ramp[::3]]
    yield [(f"{mark.label} {low} ", palette.plain), *blocks, (f" {high}", palette.plain)]
    if mark.has_gaps:
        yield [("·", palette.quiet), (" not computed yet", palette.plain)]


def no_legend(mark: Primitive, palette: Palette, glyph: str) -> Iterator[Item]:
    """Return nothing: the mark carries its own name."""
    return iter(())


@dataclass(frozen=True)
class MarkDrawing:
    """How a primitive is drawn, and what the legend shows of it; `glyph` is the one set on a line."""

    draw: Callable[[Any, Canvas, Palette, str], None]
    legend: Callable[[Any, Palette, str], Iterator[Item]] = no_legend


MARK_DRAWINGS: Mapping[type[Primitive], MarkDrawing] = {
    Line: MarkDrawing(draw_line, line_legend),
    Points: MarkDrawing(draw_points, points_legend),
    HeatMap: MarkDrawing(draw_heat_map, heat_map_legend),
    Bars: MarkDrawing(draw_bars),
    Label: MarkDrawing(draw_label),
}
"""Primitive → how it is drawn."""

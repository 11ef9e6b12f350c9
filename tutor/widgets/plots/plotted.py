"""Draws what lies between the axes of a chart and around it: the canvas with its backdrop, the heading, the names.

The function that draws the canvas is passed in (`Draw`), so this module does not depend on a plotting library.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Chart, Label, Line, Mark, Primitive
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.canvas import BRAILLE, Canvas, Draw
from tutor.widgets.plots.colours import RGB, Palette, make_readable, make_style
from tutor.widgets.plots.legend import draw_heading
from tutor.widgets.plots.looks import Look, choose_line_looks, marked_roles
from tutor.widgets.plots.marks import MARK_DRAWINGS, find_cell
from tutor.widgets.plots.strips import Run, fit_strip, make_strip

FIELD_REACH = 0.8
"""Cells that a field may reach beyond its edge, in whose middle the end of an axis stands."""
LOG_SCALE = ", log scale"
"""What the name of an axis may leave out where there is no room: its ticks say it too."""


def heading_lines(chart: Chart, palette: Palette, width: int, height: int) -> list[Strip]:
    """The title with the legend, or the title alone where the legend would take the picture's place."""
    lines = draw_heading(chart, palette, width)
    return lines[:1] if len(lines) > max(1, height - 6) else lines


def axis_names(chart: Chart, palette: Palette, width: int, margin: int = 0) -> Strip:
    """The names of the axes in one line: y at its axis, x at the right."""
    arrow = "↓" if chart.y_down else "↑"
    y = f"{arrow} {chart.y_label}" if chart.y_label else ""
    return _kept_axis_names(f"{chart.x_label} →" if chart.x_label else "", y, palette.quiet, width, margin)


@lru_cache(maxsize=64)
def _kept_axis_names(x: str, y: str, style: Style, width: int, margin: int) -> Strip:
    """The name of the vertical axis at the left and that of the other at the right; kept from step to step."""
    right = make_strip((x, style))
    room = max(0, width - 2 - right.cell_length)
    shorter = (" " * margin + y, y, y.replace(LOG_SCALE, ", log"), y.replace(LOG_SCALE, ""))
    lefts = [make_strip((text, style)) for text in shorter]
    left = next((line for line in lefts if line.cell_length <= room), lefts[-1])
    if left.cell_length > room + 1:
        left = fit_strip(left, room)
    return fit_strip(
        Strip.join([left, Strip.blank(max(0, width - left.cell_length - right.cell_length)), right]), width
    )


def draw_plot(chart: Chart, x: Axis, y: Axis, size: tuple[int, int], palette: Palette, draw: Draw) -> list[Strip]:
    """The canvas of size columns × rows with its axes, as strips: two lines more than it has rows."""
    reach = 0.0 if chart.scale in {"image", "table"} else FIELD_REACH
    canvas = Canvas(*size, x, y, palette.frame, palette.roles["muted"], reach=reach)
    looks, marked = choose_line_looks(chart), marked_roles(chart)
    for index, mark in sorted(enumerate(chart.marks), key=lambda item: _is_beside(item[1])):
        if isinstance(mark, Primitive):
            # The points of a line show its sign; more of them between these would be points that it does not have.
            look = looks.get(index, Look())
            if isinstance(mark, Line) and mark.role in marked:
                look = look._replace(glyph="")
            MARK_DRAWINGS[type(mark)].draw(mark, canvas, palette, look)
    if canvas.backdrop is not None:
        canvas.backdrop = replace(canvas.backdrop, points=frozenset(_point_cells(canvas)))
    lines = draw(canvas)
    if not x.ticks and not y.ticks and not chart.x_label and not chart.y_label:  # nothing is read off its axes
        lines = [_without_axis(runs, canvas.margin) for runs in lines[: canvas.rows]]
    return [_line_strip(runs, row, canvas, palette) for row, runs in enumerate(lines)]


def _point_cells(canvas: Canvas) -> Iterator[tuple[int, int]]:
    """The row, from the top, and the column of each point and sign on a canvas."""
    for x, y in (point for stamp in canvas.stamps for point in stamp.points):
        column, row = find_cell((x, y), canvas)
        yield canvas.rows - 1 - row, column


def _is_beside(mark: Mark) -> bool:
    """Whether it stands beside others: it is drawn last, since it must know where these are."""
    return isinstance(mark, Label) and mark.is_beside


def _without_axis(runs: list[Run], margin: int) -> list[Run]:
    """A drawn line with blanks in place of the vertical axis."""
    rest: list[Run] = [(" " * margin, None)]
    cut = margin
    for text, colour in runs:
        rest += [(text[cut:], colour)] if len(text) > cut else []
        cut = max(0, cut - len(text))
    return rest


def _line_strip(runs: list[Run], row: int, canvas: Canvas, palette: Palette) -> Strip:
    """A drawn line as a strip, over the backdrop where there is one."""
    behind = canvas.backdrop
    if behind is None or row >= canvas.rows:
        return Strip([Segment(text, make_style(colour or palette.text)) for text, colour in runs])
    made: list[Segment] = []
    place = -canvas.margin
    for text, colour in runs:
        for part in _split_at_spaces(text):
            end = place + len(part)
            if place < 0:
                made.append(Segment(part, make_style(colour or palette.text)))
            elif part.isspace():
                made += behind.make_segments(row, place, min(end, canvas.columns))
            else:
                shade = colour or palette.text
                grounds = (behind.ground(row, column) for column in range(place, end))
                made += [_mark_segment(sign, shade, field, palette) for sign, field in zip(part, grounds, strict=True)]
            place = end
    return Strip(made)


def _mark_segment(sign: str, shade: RGB, field: RGB | None, palette: Palette) -> Segment:
    """One character of a mark, over the field where there is one."""
    if field is None:
        return Segment(sign, make_style(shade))
    return Segment(sign, make_style(*make_readable(shade, field, palette, is_line=sign in BRAILLE)))


def _split_at_spaces(text: str) -> Iterator[str]:
    """Split `text` into runs of spaces and runs of other characters."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or (text[index] == " ") != (text[start] == " "):
            yield text[start:index]
            start = index

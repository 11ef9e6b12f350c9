"""Draws what lies between the axes of a chart and around it: the canvas with its backdrop, the heading, the names.

The function that draws the canvas is passed in (`CanvasDrawer`), so this module does not depend on a plotting library.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Chart, Label, Line, Mark, Primitive
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.canvas import BRAILLE, Canvas, CanvasDrawer
from tutor.widgets.plots.colours import Palette, line_colour, make_readable, make_style
from tutor.widgets.plots.dot_signs import choose_cloud_signs, choose_single_signs, has_classes
from tutor.widgets.plots.frames import frame_strokes
from tutor.widgets.plots.legend import draw_heading, title_strips
from tutor.widgets.plots.line_ends import settle_line_ends
from tutor.widgets.plots.line_markers import mark_covered_lines
from tutor.widgets.plots.line_patterns import choose_drawn_looks
from tutor.widgets.plots.looks import Look, glyphs_of_marked_lines
from tutor.widgets.plots.marks import MARK_DRAWINGS
from tutor.widgets.plots.recent import remember_recent
from tutor.widgets.plots.shades import RGB
from tutor.widgets.plots.sides import find_boundaries
from tutor.widgets.plots.strips import ColouredText, fit_strip, make_strip

FIELD_REACH = 0.8
"""Cells by which a heat map is drawn beyond its own range, since the ends of its axes are in the middles of cells."""


@remember_recent
def heading_lines(chart: Chart, palette: Palette, width: int, height: int) -> Sequence[Strip]:
    """The title with the legend, reduced so that enough lines are left for the picture.

    The legend is left out first; after that, the title is cut to one line.
    """
    max_lines = max(1, height - 6)
    cut_title = fit_strip(make_strip((chart.title, palette.strong)), width)
    with_legend = draw_heading(chart, palette, width)
    without_legend = title_strips(chart.title, palette.strong, width)
    # The last of these has a single line, so it always fits.
    return next(lines for lines in (with_legend, without_legend, [cut_title]) if len(lines) <= max_lines)


def draw_plot(
    chart: Chart, x: Axis, y: Axis, size: tuple[int, int], palette: Palette, draw: CanvasDrawer
) -> list[Strip]:
    """Draw the marks of a chart on a canvas of `size` (columns, rows) between its axes, as rows + 2 strips.

    `draw` draws the canvas once its content is known. A picture without ticks and axis names, such as a sheet of
    images, has no axes, and two strips fewer.
    """
    columns, rows = size
    # The edges of an image or a table are at edges of cells, so nothing of it is drawn beyond its range.
    has_cells = chart.scale in {"image", "table"}
    field_reach = 0.0 if has_cells else FIELD_REACH
    is_of_quantities = chart.scale == "chart"
    canvas = Canvas(
        columns,
        rows,
        x,
        y,
        axis_colour=palette.frame,
        tick_colour=palette.roles["muted"],
        field_reach=field_reach,
        has_cells=has_cells,
        marks_exits=is_of_quantities,
    )
    if not prefers_ascii():  # dots are too alike in ASCII
        canvas.single_signs = choose_single_signs(chart, columns, rows)
        canvas.cloud_signs = choose_cloud_signs(chart, columns, rows, canvas.to_cells)
    canvas.boundaries = find_boundaries(chart, x, y, columns, rows)
    looks, marked_line_roles = choose_drawn_looks(chart, palette), glyphs_of_marked_lines(chart).keys()
    texts_beside_last = sorted(enumerate(chart.marks), key=lambda index_and_mark: _is_beside(index_and_mark[1]))
    for index, mark in texts_beside_last:
        if isinstance(mark, Primitive):
            look = looks.get(index, Look())
            if isinstance(mark, Line) and mark.role in marked_line_roles:
                # The points have the glyph; on the line between them it would look like more points.
                look = look._replace(glyph="")
            MARK_DRAWINGS[type(mark)].draw(mark, canvas, palette, look)
    canvas.strokes += frame_strokes(canvas)
    canvas.stamps = settle_line_ends(canvas)
    mark_covered_lines(canvas, has_colours=palette.has_colours)
    if canvas.backdrop is not None:
        points = frozenset(_point_cells(canvas))
        clear = canvas.backdrop.without_shades(_cells_around_signs(canvas))
        canvas.backdrop = replace(clear, points=points, has_classes=has_classes(chart))
    lines = draw(canvas)
    has_axes = x.ticks or y.ticks or chart.x_label or chart.y_label
    if not has_axes:
        lines = [_without_axis(texts, canvas.margin) for texts in lines[: canvas.rows]]
    return [_line_strip(texts, row, canvas, palette) for row, texts in enumerate(lines)]


def _point_cells(canvas: Canvas) -> Iterator[tuple[int, int]]:
    """Yield (row from the top, column) of each cell of the points on a canvas."""
    for stamp in canvas.stamps:
        for column, row_from_below in canvas.cells_of(stamp):
            yield canvas.rows - 1 - row_from_below, column


def _cells_around_signs(canvas: Canvas) -> Iterator[tuple[int, int]]:
    """Yield (row from the top, column) of the cells of the rectangle around each sign in dots on a canvas."""
    for stamp in canvas.stamps:
        for point in stamp.points if stamp.sign else ():
            cells = canvas.cells_of(replace(stamp, points=[point]))
            columns, rows_from_below = {column for column, _ in cells}, {row for _, row in cells}
            for row in rows_from_below:
                yield from ((canvas.rows - 1 - row, column) for column in columns)


def _is_beside(mark: Mark) -> bool:
    """Whether a mark is a text beside other marks. Such texts are drawn last, so that they cover no other mark."""
    return isinstance(mark, Label) and mark.is_beside


def _without_axis(texts: list[ColouredText], margin: int) -> list[ColouredText]:
    """Replace the first `margin` cells of a drawn line, which are the vertical axis and its labels, by blanks."""
    without_axis: list[ColouredText] = [(" " * margin, None)]
    cells_to_drop = margin
    for text, colour in texts:
        if len(text) > cells_to_drop:
            without_axis.append((text[cells_to_drop:], colour))
        cells_to_drop = max(0, cells_to_drop - len(text))
    return without_axis


def _line_strip(texts: list[ColouredText], row: int, canvas: Canvas, palette: Palette) -> Strip:
    """Turn a drawn line into a strip, with the backdrop behind it if there is one."""
    backdrop = canvas.backdrop
    if backdrop is None or row >= canvas.rows:
        return Strip([Segment(text, _style_without_field(text, colour or palette.text)) for text, colour in texts])
    segments: list[Segment] = []
    column = -canvas.margin  # counted from the left edge of the canvas
    for text, text_colour in texts:
        colour = text_colour or palette.text
        for piece in _split_at_spaces(text):
            end = column + len(piece)
            if column < 0:  # labels and axis, left of the canvas
                segments.append(Segment(piece, make_style(colour)))
            elif piece.isspace():
                segments += backdrop.make_segments(row, column, min(end, canvas.columns))
            else:
                for offset, character in enumerate(piece):
                    field_colour = backdrop.colour_at(row, column + offset)
                    is_line = character in BRAILLE and (row, column + offset) not in backdrop.points
                    segments.append(_mark_segment(character, colour, field_colour, palette, is_line=is_line))
            column = end
    return Strip(segments)


def _style_without_field(text: str, colour: RGB) -> Style:
    """The style of a text over the ground; full blocks have their colour behind them, against gaps between lines."""
    return make_style(colour, colour if set(text) == {"█"} else None)


def _mark_segment(character: str, colour: RGB, field_colour: RGB | None, palette: Palette, *, is_line: bool) -> Segment:
    """One character of a mark, over the heat map if there is one, in colours that can be read."""
    if field_colour is None:
        return Segment(character, make_style(line_colour(colour, palette) if is_line else colour))
    readable_colours = make_readable(colour, field_colour, palette, is_line=is_line)
    return Segment(character, make_style(*readable_colours))


def _split_at_spaces(text: str) -> Iterator[str]:
    """Split a text into pieces that are all spaces and pieces without spaces, in their order."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or (text[index] == " ") != (text[start] == " "):
            yield text[start:index]
            start = index

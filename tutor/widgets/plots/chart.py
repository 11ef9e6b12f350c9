"""Draws a chart as strips: title, legend, axis labels, and the canvas with its background.

The function that draws the canvas is passed in (`Draw`), so this module does not depend on a plotting library.
"""

from collections.abc import Iterator

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Bars, Chart, Primitive
from tutor.widgets.plots.axes import x_axis, y_axis
from tutor.widgets.plots.bars import horizontal_bars
from tutor.widgets.plots.canvas import Canvas, Draw
from tutor.widgets.plots.colours import RGB, Palette, make_style, separate_from_field
from tutor.widgets.plots.legend import draw_heading
from tutor.widgets.plots.marks import MARK_DRAWINGS, line_glyphs
from tutor.widgets.plots.strips import Run, centre_strip, fit_strip, pad_page, strip, wrap_words

MIN_CHART_SIZE = (24, 6)
"""Columns and rows below which a chart is described in words instead of drawn."""


def chart_strips(chart: Chart, palette: Palette, width: int, height: int, draw: Draw) -> list[Strip]:
    """`chart` in exactly width × height cells."""
    if width < MIN_CHART_SIZE[0] or height < MIN_CHART_SIZE[1]:
        return description_strips(chart.title, chart.description, palette, width, height)
    lines = draw_heading(chart, palette, width)
    if len(lines) > max(1, height - 6):
        lines = lines[:1]
    bars = next((mark for mark in chart.marks if isinstance(mark, Bars)), None)
    if bars is not None and len(chart.marks) == 1:
        lying = horizontal_bars(bars, palette, width, height - len(lines) - 1, chart.y_range)
        if lying is not None:
            label_line = strip((_bar_labels(chart), palette.quiet))
            return pad_page([*lines, label_line, *lying], width, height)
    if not chart.has_data:
        return pad_page([*lines, *_empty_plot(chart, palette, width, height - len(lines))], width, height)
    return pad_page([*lines, *_plot(chart, palette, width, height - len(lines), draw)], width, height)


def description_strips(title: str, description: str, palette: Palette, width: int, height: int) -> list[Strip]:
    """Describe a picture in words, where there is too little room to draw it."""
    lines = [strip((line, palette.plain + Style(bold=True))) for line in wrap_words(title, width)]
    lines += [strip((line, palette.quiet)) for line in wrap_words(description, width)]
    return pad_page(lines, width, height)


def _bar_labels(chart: Chart) -> str:
    """The axis labels for horizontal bars, whose values run to the right."""
    return "   ".join(f"{label} {arrow}" for label, arrow in ((chart.x_label, "↓"), (chart.y_label, "→")) if label)


def _empty_plot(chart: Chart, palette: Palette, width: int, height: int) -> list[Strip]:
    """Empty axes with a sentence between them, for a chart without data yet."""
    rows = max(1, height - 3)
    words = wrap_words(chart.description, width - 4)[:rows]
    above = (rows - len(words)) // 2
    between = [""] * above + words + [""] * (rows - above - len(words))
    edge = strip(("│", palette.lines))
    lines = [Strip.join([edge, centre_strip(strip((line, palette.quiet)), width - 1)]) for line in between]
    foot = strip(("└" + "─" * (width - 1), palette.lines))
    return [_labels(chart, palette, width), *lines, foot]


def _labels(chart: Chart, palette: Palette, width: int, margin: int = 0) -> Strip:
    """The names of the axes in one line: y at its axis, x at the right."""
    arrow = "↓" if chart.y_down else "↑"
    y = f"{' ' * margin}{arrow} {chart.y_label}" if chart.y_label else ""
    x = f"{chart.x_label} →" if chart.x_label else ""
    left, right = strip((y, palette.quiet)), strip((x, palette.quiet))
    if left.cell_length + 2 + right.cell_length > width:
        left = strip((y.lstrip(), palette.quiet))
    return fit_strip(
        Strip.join([left, Strip.blank(max(2, width - left.cell_length - right.cell_length)), right]), width
    )


def _plot(chart: Chart, palette: Palette, width: int, height: int, draw: Draw) -> list[Strip]:
    rows = height - 3
    y = y_axis(chart, rows)
    columns = width - y.label_width - 1
    canvas = Canvas(columns, rows, x_axis(chart, columns), y, palette.frame, palette.roles["muted"])
    glyphs = line_glyphs(chart)
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Primitive):
            MARK_DRAWINGS[type(mark)].draw(mark, canvas, palette, glyphs.get(index, ""))
    body = [_line(runs, row, canvas, palette) for row, runs in enumerate(draw(canvas))]
    return [_labels(chart, palette, width, y.label_width), *body]


def _line(runs: list[Run], row: int, canvas: Canvas, palette: Palette) -> Strip:
    """A drawn line as a strip, over the backdrop where there is one."""
    behind = canvas.backdrop
    if behind is None or row >= canvas.rows:
        return Strip([Segment(text, make_style(colour or palette.text)) for text, colour in runs])
    made: list[Segment] = []
    place = -canvas.margin
    for text, colour in runs:
        for part in _parts(text):
            end = place + len(part)
            if place < 0:
                made.append(Segment(part, make_style(colour or palette.text)))
            elif part.isspace():
                made += behind.segments(row, place, min(end, canvas.columns))
            else:
                shade = colour or palette.text
                made += [_over(sign, shade, behind.ground(row, place + k), palette) for k, sign in enumerate(part)]
            place = end
    return Strip(made)


def _over(sign: str, shade: RGB, field: RGB | None, palette: Palette) -> Segment:
    """A mark on a coloured field, whose colour is softened until the mark can be read."""
    return Segment(
        sign, make_style(shade) if field is None else make_style(*separate_from_field(shade, field, palette))
    )


def _parts(text: str) -> Iterator[str]:
    """Split `text` into runs of spaces and runs of other characters."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or (text[index] == " ") != (text[start] == " "):
            yield text[start:index]
            start = index

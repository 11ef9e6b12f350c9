"""The widget that draws a picture; the only module that knows plotext, which it loads at the first drawing.

plotext keeps one figure for the whole process. It is cleared and drawn whole each time, here and
nowhere else, and never from two threads: Textual draws all widgets in one.
"""

from typing import Any

from textual.app import RenderResult
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tutor.sims.engine.chart import Chart, Network, Picture
from tutor.widgets.literal import literal
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.colours import Palette, palette_of
from tutor.widgets.plots.diagram import diagram_strips
from tutor.widgets.plots.network import network_strips
from tutor.widgets.plots.settable import quantity_at, show_picked
from tutor.widgets.plots.strips import Run, read_ansi


class PictureView(Widget):
    """A chart or a diagram, as large as the place it is given."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    PictureView {
        height: 1fr;
        width: 1fr;
        color: $foreground;
    }
    """

    class Picked(Message):
        """A weight, or another quantity that can be set, was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, picture: Picture | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._picture = picture
        self._drawn: list[Strip] = []
        self._drawn_for: tuple[Size, Palette, str] | None = None
        self._picked = ""
        self._say()

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    @property
    def description(self) -> str:
        """One sentence that says what the picture shows now."""
        return "" if self._picture is None else self._picture.description

    def show(self, picture: Picture) -> None:
        """Show `picture` instead."""
        self._picture = picture
        self._drawn_for = None
        self._say()
        self.refresh()

    def pick(self, key: str) -> None:
        """Show which quantity is picked: "" for none."""
        if key != self._picked:
            self._picked = key
            self.refresh()

    def on_click(self, event: Click) -> None:
        """A click picks the quantity that stands there."""
        key = quantity_at(event.style)
        if key:
            self.post_message(self.Picked(key))

    def _say(self) -> None:
        self.tooltip = literal(self.description) if self.description else None

    def render(self) -> RenderResult:
        """What the picture shows, in words: its lines are drawn by `render_line`."""
        return self.description

    def render_line(self, y: int) -> Strip:
        """One line of the picture; the first line requested draws the whole picture."""
        size, palette = self.size, palette_of(self.app)
        if self._drawn_for != (size, palette, self._picked):
            strips = picture_strips(self._picture, palette, size.width, size.height)
            strips = show_picked(strips, self._picked) if self._picked else strips
            ground = self.rich_style  # made again each time it is asked for
            self._drawn = [line.apply_style(ground) for line in strips]
            self._drawn_for = (size, palette, self._picked)
        return self._drawn[y] if y < len(self._drawn) else Strip.blank(size.width, self.rich_style)


def picture_strips(picture: Picture | None, palette: Palette, width: int, height: int) -> list[Strip]:
    """`picture` in exactly width × height cells."""
    if picture is None or width < 1 or height < 1:
        return [Strip.blank(max(0, width))] * max(0, height)
    if isinstance(picture, Chart):
        return chart_strips(picture, palette, width, height, draw_canvas)
    if isinstance(picture, Network):
        return network_strips(picture, palette, width, height)
    return diagram_strips(picture, palette, width, height)


def draw_canvas(canvas: Canvas) -> list[list[Run]]:
    """`canvas` between its axes, drawn by plotext: `rows` + 2 lines of runs."""
    import plotext

    figure: Any = plotext.figure
    plotext.terminal.limit(False, False)
    figure.clear()
    figure.plot_size(canvas.margin + canvas.columns, canvas.rows + 2)
    figure.canvas("default")
    figure.legend(False)
    _frame(plotext, figure, canvas)
    for bar in canvas.bars:
        width = max(1.0, 0.7 * canvas.columns / max(1, len(canvas.bars)))
        sides = (bar.x - width / 2, bar.x + width / 2)
        marker = plotext.marker("█", bar.colour)
        figure.draw(figure.rectangle(sides, (bar.low, bar.high), marker=marker))
    for stroke in canvas.strokes:
        _draw_stroke(plotext, figure, stroke.lines, stroke.colour)
    for stamp in canvas.stamps:
        if stamp.points:
            x, y = (list(side) for side in zip(*stamp.points, strict=True))
            figure.draw(figure.signal(x, y, marker=plotext.marker(stamp.glyph, stamp.colour)))
    lines = read_ansi(figure.build().string())
    figure.clear()
    return lines[: canvas.rows + 2]


def _frame(plotext: Any, figure: Any, canvas: Canvas) -> None:
    """The two axes with their ticks; the units of the figure are cells of the canvas."""
    figure.axes(True, pixel=plotext.pixel(canvas.frame))
    for name, axis, cells in (("x", canvas.x, canvas.columns), ("y", canvas.y, canvas.rows)):
        figure.axes(False, axis=name, side=1)
        ruler = figure.ruler(name)
        ruler.alignment(lim="edge")
        ruler.lim(0, cells)
        ruler.pixel(plotext.pixel(canvas.ticks))
        places = [axis.along(tick) * cells for tick in axis.ticks]
        ruler.ticks(places, [str(label) for label in axis.labels])


def _draw_stroke(plotext: Any, figure: Any, lines: list[list[tuple[float, float]]], colour: Any) -> None:
    """Lines of one colour as one signal, with the joints between them left out."""
    points = [point for line in lines for point in line]
    if not points:
        return
    x, y = (list(side) for side in zip(*points, strict=True))
    signal = figure.signal(x, y, marker=plotext.marker("braille", colour)).lines()
    start = 0
    for line in lines[:-1]:
        start += len(line)
        signal.line(start, False)
    figure.draw(signal)

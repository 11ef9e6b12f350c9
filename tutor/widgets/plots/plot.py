"""The widget that draws a picture; the only module that uses plotext, which is imported at the first drawing.

plotext has one figure for the whole process. Only this module clears it and draws on it, and never from two threads,
since Textual draws all widgets in one thread.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.style import Style
from textual.app import RenderResult
from textual.events import Click
from textual.filter import LineFilter
from textual.message import Message
from textual.strip import Strip

from tutor.sims.engine.chart import Chart, Graph, Network, Picture
from tutor.text.terminals import undrawn_octants
from tutor.widgets.bare_lines import BareLines
from tutor.widgets.literal import literal
from tutor.widgets.plots.axes import Axis
from tutor.widgets.plots.braille import BRAILLE_BLANK, draw_strokes
from tutor.widgets.plots.canvas import Canvas, CanvasDrawer, cell_of
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.diagram import diagram_strips
from tutor.widgets.plots.graph import graph_strips
from tutor.widgets.plots.network import network_strips
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.settable import quantity_at, show_picked
from tutor.widgets.plots.shades import RGB
from tutor.widgets.plots.stamps import draw_stamps
from tutor.widgets.plots.standing_bars import draw_standing_bar
from tutor.widgets.plots.strips import ColouredText, read_ansi

if TYPE_CHECKING:
    from tutor.widgets.plots.pixels import PixelTerminal


class PictureView(BareLines):
    """Any picture of a simulation, drawn as large as the widget."""

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
        self._lines: list[Strip] = []
        self._drawn_for: tuple[object, ...] | None = None
        """The size, palette and so on for which the lines were drawn; `None` if the lines are outdated."""
        self._picked = ""
        self._plain_and_styled: list[tuple[Strip, Strip]] = []
        """Each line as it was last drawn, without the widget's background and with it."""
        self._last_background: Style | None = None
        self._picture_number: int | None = None
        """The number under which a terminal holds the pixels of the picture; `None` if it was never given any."""
        self._has_pixels = False
        """Whether the lines that were drawn show these pixels."""
        self._set_tooltip()

    @property
    def picture(self) -> Picture | None:
        """The picture shown."""
        return self._picture

    @property
    def description(self) -> str:
        """One sentence about what the picture shows now."""
        return "" if self._picture is None else self._picture.description

    def show(self, picture: Picture) -> None:
        """Show `picture` instead of the present one."""
        self._picture = picture
        self._drawn_for = None
        self._set_tooltip()
        self.refresh()

    def pick(self, key: str) -> None:
        """Mark the quantity with this key as the one that was picked; "" for none."""
        if key != self._picked:
            self._picked = key
            self.refresh()

    def on_click(self, event: Click) -> None:
        """Report which quantity was clicked, if any; the listener calls `pick`."""
        key = quantity_at(event.style)
        if key:
            self.post_message(self.Picked(key))

    def _set_tooltip(self) -> None:
        """Show the description while the mouse is over the picture."""
        self.tooltip = literal(self.description) if self.description else None

    def render(self) -> RenderResult:
        """Describe the picture in words; `render_line` draws it."""
        return self.description

    def render_line(self, y: int) -> Strip:
        """One line of the picture; the first line requested draws the whole picture."""
        size, palette = self.size, theme_palette(self.app)
        ratio = getattr(self.app, "cell_ratio", CELL_RATIO)
        terminal = self._pixel_terminal()
        drawn_for = (size, palette, self._picked, terminal and (terminal.cell_size, terminal.generation))
        if self._drawn_for != drawn_for:
            draw = draw_canvas if terminal is None else self._draw_with_pixels
            self._has_pixels = False
            strips = picture_strips(self._picture, palette, size.width, size.height, ratio, self._picked, draw)
            if not self._has_pixels:  # it is another kind of picture now, or in cells
                self.forget_pixels()
            self._lines = self._apply_background(strips)
            self._drawn_for = drawn_for
        return self._lines[y] if y < len(self._lines) else Strip.blank(size.width, self.rich_style)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The filters of the app, and one that replaces braille by octants if the terminal can draw these."""
        filters, dots = super().get_line_filters(), getattr(self.app, "dots", "braille")
        is_for_a_file = self.app.is_headless and dots == "auto"
        undrawn = None if is_for_a_file else undrawn_octants(dots)  # those that the terminal lacks; `None`: use braille
        if undrawn is None:
            return filters
        from tutor.widgets.octants import octant_filter

        return [*filters, octant_filter(undrawn)]

    def _pixel_terminal(self) -> "PixelTerminal | None":
        """The terminal if it shows fields in pixels; not for a covered screen, whose colours Textual may change."""
        terminal: PixelTerminal | None = getattr(self.app, "pixel_terminal", None)
        return terminal if terminal is not None and self.screen is self.app.screen else None

    def _draw_with_pixels(self, canvas: Canvas) -> list[list[ColouredText]]:
        """Draw a canvas as `draw_canvas` does, with its heat map as a picture in pixels."""
        from tutor.widgets.plots.pixels import put_picture

        terminal = self._pixel_terminal()
        if terminal is not None and canvas.backdrop is not None:
            if self._picture_number is None:
                self._picture_number = terminal.make_number()
            put_picture(canvas, terminal, self._picture_number)
            self._has_pixels = canvas.backdrop.picture is not None
        return draw_canvas(canvas)

    def on_unmount(self) -> None:
        """Let the terminal forget the picture."""
        self.forget_pixels()

    def forget_pixels(self) -> None:
        """Let the terminal forget the picture; it is sent again if the widget is drawn again."""
        terminal: PixelTerminal | None = getattr(self.app, "pixel_terminal", None)
        if terminal is not None and self._picture_number is not None:
            terminal.delete(self._picture_number)
            self._drawn_for = None

    def _apply_background(self, strips: list[Strip]) -> list[Strip]:
        """Add the widget's background to `strips`; a line that has not changed stays the same object."""
        background = self.rich_style  # computed once, since Textual computes it at each access
        earlier = self._plain_and_styled if background == self._last_background else []
        styled = []
        for row, strip in enumerate(strips):
            earlier_plain, earlier_styled = earlier[row] if row < len(earlier) else (None, strip)
            styled.append(earlier_styled if earlier_plain == strip else strip.apply_style(background))
        self._plain_and_styled, self._last_background = list(zip(strips, styled, strict=True)), background
        return styled


def picture_strips(
    picture: Picture | None,
    palette: Palette,
    width: int,
    height: int,
    ratio: float = CELL_RATIO,
    picked: str = "",
    draw: CanvasDrawer | None = None,
) -> list[Strip]:
    """Draw `picture` in exactly width × height cells, each `ratio` times as high as wide.

    `picked` is the key of the picked quantity, or "". `draw` draws the canvas of a chart; `None` is `draw_canvas`.
    """
    if picture is None or width < 1 or height < 1:
        return [Strip.blank(max(0, width))] * max(0, height)
    if isinstance(picture, Chart):
        return chart_strips(picture, palette, width, height, draw or draw_canvas, ratio)
    if isinstance(picture, Network):
        return network_strips(picture, palette, width, height, ratio, picked)
    if isinstance(picture, Graph):
        return graph_strips(picture, palette, width, height)
    strips = diagram_strips(picture, palette, width, height)
    return show_picked(strips, picked) if picked else strips


def draw_canvas(canvas: Canvas) -> list[list[ColouredText]]:
    """Draw a canvas between its axes, as `rows` + 2 lines: the last two are the horizontal axis and its tick labels."""
    x_ticks, y_ticks = _ticks_in_cells(canvas.x, canvas.columns), _ticks_in_cells(canvas.y, canvas.rows)
    lines = _draw_axes(canvas.columns, canvas.rows, x_ticks, y_ticks, canvas.axis_colour, canvas.tick_colour)
    return _draw_marks(lines, canvas)


Ticks = tuple[tuple[int, str], ...]
"""For each tick of an axis, the number of its cell and its label."""


def _ticks_in_cells(axis: Axis, cells: int) -> Ticks:
    """The ticks of an axis of so many cells: all that can be seen of its range."""
    places = (cell_of(axis.share_of_axis_value(tick) * cells, cells) for tick in axis.ticks)
    return tuple(zip(places, axis.labels, strict=True))


@lru_cache(maxsize=32)
def _draw_axes(
    columns: int, rows: int, x_ticks: Ticks, y_ticks: Ticks, axis_colour: RGB, tick_colour: RGB
) -> list[list[ColouredText]]:
    """Draw axes and their ticks with plotext; cached because ticks seldom move to other cells from step to step."""
    import plotext

    figure: Any = plotext.figure
    plotext.terminal.limit(False, False)
    figure.clear()
    label_width = max((len(label) for _, label in y_ticks), default=0)
    figure.plot_size(label_width + 1 + columns, rows + 2)
    figure.canvas("default")
    figure.legend(False)
    figure.axes(True, pixel=plotext.pixel(axis_colour))
    for name, ticks, cells in (("x", x_ticks, columns), ("y", y_ticks, rows)):
        figure.axes(False, axis=name, side=1)
        ruler = figure.ruler(name)
        ruler.alignment(lim="edge")
        ruler.lim(0, cells)
        ruler.pixel(plotext.pixel(tick_colour))
        labels = [_hang_minus(label, cells - cell) if name == "x" else label for cell, label in ticks]
        ruler.ticks([cell + 0.5 for cell, _ in ticks], labels)
    return read_ansi(figure.build().string())[: rows + 2]


def _hang_minus(label: str, cells_to_end: int) -> str:
    """The label of a tick below an axis with a blank where it needs one, so that its figures stand as without a minus.

    plotext centres a label, and one of an even length begins half a cell too far right: a digit after a minus would
    stand beside its tick. A blank at the end makes the length odd, unless the axis ends before it.
    """
    half = len(label) // 2
    return f"{label} " if label.startswith("−") and len(label) % 2 == 0 and half < cells_to_end else label


def _draw_marks(lines: list[list[ColouredText]], canvas: Canvas) -> list[list[ColouredText]]:
    """Add the marks of the canvas to the lines with its axes: strokes, bars over these, and stamps over both."""
    # (row from the top, column) → the character there and its colour; what comes later covers what was there.
    drawn: dict[tuple[int, int], ColouredText] = dict(draw_strokes(canvas.strokes, canvas.columns, canvas.rows))
    for bar in canvas.standing_bars:
        drawn |= draw_standing_bar(bar, canvas.columns, canvas.rows)
    draw_stamps(canvas, drawn)
    drawn_in_row: dict[int, dict[int, ColouredText]] = {}  # row → column of the line, with the axis → what is there
    for (row, column), character_and_colour in drawn.items():
        drawn_in_row.setdefault(row, {})[canvas.margin + column] = character_and_colour
    return [_overlay(texts, drawn_in_row[row]) if row in drawn_in_row else texts for row, texts in enumerate(lines)]


def _overlay(texts: list[ColouredText], drawn: dict[int, ColouredText]) -> list[ColouredText]:
    """Put the characters of `drawn` (column → character and colour) over the line that consists of `texts`.

    Dots of lines are put into blank cells only. Drawn neighbours of the same colour are joined.
    """
    merged: list[ColouredText] = []
    columns = iter(sorted(drawn))
    drawn_column = next(columns, None)
    start = 0  # the column at which a text begins
    for text, colour in texts:
        end = start + len(text)
        place = start  # the first column of the text that is not merged yet
        while drawn_column is not None and drawn_column < end:
            character, new_colour = drawn[drawn_column]
            are_dots = character >= BRAILLE_BLANK  # braille; in Unicode, glyphs and blocks come before it
            if not are_dots or text[drawn_column - start] == " ":
                if place < drawn_column:
                    merged.append((text[place - start : drawn_column - start], colour))
                is_next_to_last = place == drawn_column and bool(merged)
                if is_next_to_last and merged[-1][1] == new_colour and merged[-1][0][-1] != " " != character:
                    merged[-1] = merged[-1][0] + character, new_colour
                else:
                    merged.append((character, new_colour))
                place = drawn_column + 1
            drawn_column = next(columns, None)
        if place < end:
            merged.append((text[place - start :], colour))
        start = end
    return merged

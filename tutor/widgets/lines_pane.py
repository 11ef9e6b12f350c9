"""A scrollable pane of preformatted lines."""

from abc import abstractmethod
from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tutor.widgets.deferred import is_alive

SCROLLBAR = 2
"""Cells that the scrollbar takes, with one that keeps lines off it."""


class LinesPane(ScrollView, can_focus=False):
    """Lines made to fit the pane's width; a subclass makes them."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LinesPane {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        color: $foreground;
        background: transparent;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Strip] = ()
        self._made_for = Size(0, 0)
        self._ground = Style()
        """The pane's colours, behind its lines."""

    @abstractmethod
    def make(self, width: int, height: int) -> Sequence[Strip]:
        """Make the lines for a pane of this size."""

    def rebuild(self) -> None:
        """Make the lines again after their content has changed."""
        size = self.container_size if is_alive(self) else Size(0, 0)
        self._made_for = self.size
        self._ground = self.rich_style
        if not size.width or not self.size.width:
            self._lines = ()
            return
        self._lines = self.make(size.width, size.height)
        if len(self._lines) > size.height:
            self._lines = self.make(size.width - SCROLLBAR, size.height)
        self.virtual_size = Size(size.width - 1, len(self._lines))
        self.refresh()

    def notify_style_update(self) -> None:
        """Redraw in the colours of a new theme."""
        super().notify_style_update()
        self._made_for = Size(0, 0)

    def render_line(self, y: int) -> Strip:
        """Return one line, allowing for scrolling."""
        if self._made_for != self.size:
            self.rebuild()
        place = self.scroll_offset.y + y
        width = self.size.width
        if place >= len(self._lines):
            return Strip.blank(width, self._ground)
        return self._lines[place].adjust_cell_length(width).apply_style(self._ground)

"""A scrollable pane of preformatted lines."""

from abc import abstractmethod
from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tutor.widgets.bare_lines import BareLines, keep_equal
from tutor.widgets.deferred import is_alive

SCROLLBAR = 2
"""Cells that the scrollbar takes, with one that keeps lines off it."""


class LinesPane(BareLines, ScrollView, can_focus=False):
    """Lines made to fit the pane's width; a subclass makes them."""

    ALLOW_SELECT = False
    virtual_size = Reactive(Size(0, 0))
    """How many lines there are. The pane's own place does not depend on it: the screen is not laid out again."""
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
        self._made_for_size = Size(0, 0)
        """The size of the pane that they were made for."""
        self._ground = Style()
        """The pane's colours, behind its lines."""

    @abstractmethod
    def make_lines(self, width: int, height: int) -> Sequence[Strip]:
        """Make the lines for a pane of this size."""

    def rebuild(self) -> None:
        """Make the lines again after their content has changed."""
        size = self.container_size if is_alive(self) else Size(0, 0)
        self._made_for_size = self.size
        self._ground = self.rich_style
        if not size.width or not self.size.width:
            self._lines = ()
            return
        lines = self.make_lines(size.width, size.height)
        if len(lines) > size.height:
            lines = self.make_lines(size.width - SCROLLBAR, size.height)
        self._lines = keep_equal(lines, self._lines)
        self.virtual_size = Size(size.width - 1, len(lines))
        self.refresh()

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Make the lines for another size at once, so that the scrollbar is drawn beside them as they will be."""
        has_changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self._made_for_size != self.size:
            self.rebuild()
        return has_changed

    def watch_virtual_size(self, virtual_size: Size) -> None:
        """Show the scrollbar, or take it away; only that needs another layout."""
        self._scroll_update(virtual_size)

    def notify_style_update(self) -> None:
        """Redraw in the colours of a new theme."""
        super().notify_style_update()
        self._made_for_size = Size(0, 0)

    def render_line(self, y: int) -> Strip:
        """Return one line, allowing for scrolling."""
        if self._made_for_size != self.size:
            self.rebuild()
        place = self.scroll_offset.y + y
        width = self.size.width
        if place >= len(self._lines):
            return Strip.blank(width, self._ground)
        return self._lines[place].adjust_cell_length(width).apply_style(self._ground)

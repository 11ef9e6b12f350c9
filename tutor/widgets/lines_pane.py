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

SCROLLBAR_CELLS = 2
"""The width of the scrollbar, with a blank between it and the lines."""


class LinesPane(BareLines, ScrollView, can_focus=False):
    """A pane of lines that a subclass makes to fit the pane's width."""

    ALLOW_SELECT = False
    virtual_size = Reactive(Size(0, 0))
    """As in Textual, but its change does not lay the screen out again: the pane's own size does not depend on it."""
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
        """The size of the pane for which the lines were made."""
        self._pane_style = Style()
        """The pane's own colours, beneath those of its lines."""

    @abstractmethod
    def make_lines(self, width: int, height: int) -> Sequence[Strip]:
        """Make the lines for a pane of this size."""

    def rebuild(self) -> None:
        """Make the lines again after their content has changed; a subclass calls this."""
        full_size = self.container_size if is_alive(self) else Size(0, 0)  # with the column that a scrollbar may take
        self._made_for_size = self.size
        self._pane_style = self.rich_style
        if not full_size.width or not self.size.width:  # not laid out yet, or no column is left beside the scrollbar
            self._lines = ()
            return
        lines = self._make_fitting_lines(full_size)
        self._lines = keep_equal(lines, self._lines)
        # Narrower than the pane, so that it never scrolls sideways.
        self.virtual_size = Size(full_size.width - 1, len(lines))
        self.refresh()

    def _make_fitting_lines(self, full_size: Size) -> Sequence[Strip]:
        """Make lines that fill the pane or, if there are too many for its height, leave room for a scrollbar.

        Making long lists twice at each step of a simulation takes long. So a pane with a scrollbar keeps it if its
        lines are so many that they would not fit without it either: a little more width joins at most pairs of them.
        """
        if self.show_vertical_scrollbar:
            lines = self.make_lines(full_size.width - SCROLLBAR_CELLS, full_size.height)
            if len(lines) > 2 * full_size.height:
                return lines
        lines = self.make_lines(full_size.width, full_size.height)
        if len(lines) <= full_size.height:
            return lines
        return self.make_lines(full_size.width - SCROLLBAR_CELLS, full_size.height)

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Make the lines for a new size at once, since their number decides whether there is a scrollbar."""
        has_changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self._made_for_size != self.size:
            self.rebuild()
        return has_changed

    def watch_virtual_size(self, virtual_size: Size) -> None:
        """Show or hide the scrollbar, which Textual lays out again only if that has changed."""
        self._scroll_update(virtual_size)

    def notify_style_update(self) -> None:
        """Make the lines again in the colours of a new theme, when they are drawn next."""
        super().notify_style_update()
        self._made_for_size = Size(0, 0)  # no pane has this size, so that `render_line` makes them

    def render_line(self, y: int) -> Strip:
        """The line in row `y` of the pane, as far as it is scrolled now."""
        if self._made_for_size != self.size:
            self.rebuild()
        index = self.scroll_offset.y + y
        width = self.size.width
        if index >= len(self._lines):
            return Strip.blank(width, self._pane_style)
        return self._lines[index].adjust_cell_length(width).apply_style(self._pane_style)

"""Places the terminal's own cursor on the focus, so that screen readers and braille displays follow it."""

from textual import widgets
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input

HOME = Offset(0, 0)
"""Where the cursor is while nothing is focused: the top left corner of the screen."""


def find_cursor_position(focused: Widget | None) -> Offset:
    """Find the cell of the screen for the terminal's cursor while `focused` has the focus."""
    if focused is None or not focused.region:
        return HOME
    if isinstance(focused, Input):
        return focused.cursor_screen_offset
    top_left = focused.content_region.offset
    if isinstance(focused, widgets.OptionList) and focused.highlighted is not None:
        line = focused._index_to_line.get(focused.highlighted, 0)  # Textual has no public way to ask
        return _clamp_to(focused, top_left + Offset(0, line - focused.scroll_offset.y))
    if focused.children:
        narrations = focused.query_children("#narration")
        if narrations:  # a simulator: screen readers should read its sentence about the step
            return narrations.first().content_region.offset
    return top_left


def _clamp_to(widget: Widget, position: Offset) -> Offset:
    """The cell of `widget` that is nearest to `position`."""
    region = widget.region
    return Offset(
        min(max(position.x, region.x), region.right - 1),
        min(max(position.y, region.y), region.bottom - 1),
    )

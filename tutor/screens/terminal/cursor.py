"""Places the terminal's own cursor on the focus, so that screen readers and braille displays follow it."""

from textual import widgets
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Input

HOME = Offset(0, 0)
"""Its position while nothing is focused."""


def cursor_place(focused: Widget | None) -> Offset:
    """The screen cell for the cursor while `focused` has the focus."""
    if focused is None or not focused.region:
        return HOME
    if isinstance(focused, Input):
        return focused.cursor_screen_offset
    place = focused.content_region.offset
    if isinstance(focused, widgets.OptionList) and focused.highlighted is not None:
        line = focused._index_to_line.get(focused.highlighted, 0)  # Textual has no public way to ask
        return _clamp_to(place + Offset(0, line - focused.scroll_offset.y), focused)
    narrations = focused.query_children("#narration") if focused.children else None
    if narrations:  # a simulator has the focus: its sentence about the step is what is read
        return narrations.first().content_region.offset
    return place


def _clamp_to(place: Offset, widget: Widget) -> Offset:
    """Clamp `place` to the widget."""
    region = widget.region
    return Offset(
        min(max(place.x, region.x), region.right - 1),
        min(max(place.y, region.y), region.bottom - 1),
    )

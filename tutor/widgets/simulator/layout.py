"""Where things stand in the simulator, for each size it may have; where room is short, numbers give way first."""

from textual.geometry import Size
from textual.widget import Widget

WIDE_COLUMNS = 100
"""Columns from which the parameters stand beside the picture."""
SLIM_COLUMNS = 72
"""Columns below which readings and worked lines stand one above the other."""
TALL_ROWS = 32
"""Rows from which the numbers get more room."""
MIN_ROWS, TALL_NUMBER_ROWS = 7, 12
"""Rows of the numbers, and those on a tall screen."""
SLIM_NUMBER_ROWS = 14
"""Rows of the numbers on a slim screen."""
EDITING_NUMBER_ROWS = 5
"""Rows of the numbers on a slim and tall screen while parameters are edited."""
MIN_PICTURE_ROWS = 10
"""Rows that a picture has before the numbers have any."""
MIN_WORKED_LINES_ROWS = 7
"""Rows below which a slim screen shows readings and no worked lines."""
TEXT_ROWS, SLIM_TEXT_ROWS = 4, 6
"""Rows of heading, timeline and narration."""


def set_size_classes(simulator: Widget, width: int) -> None:
    """Give the simulator the classes of its width, by which its style sheet places the parts."""
    known = simulator.classes
    simulator.set_class(width < WIDE_COLUMNS, "-narrow", update=False)
    simulator.set_class(width < SLIM_COLUMNS, "-slim", update=False)
    simulator.set_class(width >= WIDE_COLUMNS or simulator.has_class("-controls"), "-controls", update=False)
    if simulator.classes != known:  # once for all of them: every part of the simulator is styled again
        simulator.update_node_styles()


def number_rows(size: Size, wanted: int, *, editing: bool = False) -> int:
    """The rows of readings and worked lines in a simulator of that size; `wanted` is what a tall one gives them.

    While parameters are edited on a slim screen, they stand below the picture, and the numbers make room.
    """
    slim = size.width < SLIM_COLUMNS
    if slim and editing:
        return EDITING_NUMBER_ROWS if size.height >= TALL_ROWS else 0
    rows = SLIM_NUMBER_ROWS if slim else wanted if size.height >= TALL_ROWS else MIN_ROWS
    return max(0, min(rows, size.height - (SLIM_TEXT_ROWS if slim else TEXT_ROWS) - MIN_PICTURE_ROWS))


STYLE = """
Simulator {
    height: 1fr;
    layout: vertical;
    & > #heading { height: 1; color: $text-muted; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    & > #stage { height: 1fr; }
    & > #stage > Controls { width: 38; display: none; border-left: solid $panel; }
    &.-controls > #stage > Controls { display: block; }
    &.-narrow > #stage > Controls { width: 37; }
    &.-slim > #stage { layout: vertical; }
    &.-slim > #stage > Controls { width: 1fr; height: 8; border-left: none; border-top: solid $panel; }
    &.-slim > #stage > Controls > #help { height: 3; }
    & > #narration { padding: 0 1; height: 2; color: $text-accent; }
    &.-saying > #narration { height: 4; }
    & > #numbers { padding: 0 1; }
    & > #numbers > #readings { width: 2fr; height: 1fr; }
    & > #numbers > #worked { width: 3fr; height: 1fr; margin-left: 2; }
    &.-slim > #heading { height: 2; text-wrap: wrap; }
    &.-slim > #narration { height: 3; }
    &.-slim > #numbers { layout: vertical; }
    &.-slim > #numbers > #readings { width: 1fr; height: 5; }
    &.-slim > #numbers > #worked { width: 1fr; height: 1fr; margin: 1 0 0 0; }
    &.-slim.-short > #numbers > #readings { height: 1fr; }
    &.-slim.-short > #numbers > #worked { display: none; }
    &:focus > #heading { color: $text-primary; text-style: bold; }
}
"""

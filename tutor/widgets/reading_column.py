"""One column of a width that is easy to read, in the middle of a wide screen and above the middle of a tall one."""

from textual.events import Resize

from tutor.widgets.placed import EdgeScroll

COLUMN_CELLS = 80
"""The most cells of the column."""
MIN_ROWS = 24
"""The rows of the smallest terminal, in which none is spared above the column."""
SHARE_ABOVE = 4
"""One of so many rows that a screen has besides those is left above the column: what is answered grows below it."""


def rows_above(screen_rows: int) -> int:
    """The rows that are left above the column on a screen of `screen_rows`; always less than a third of them."""
    return 1 + max(0, screen_rows - MIN_ROWS) // SHARE_ABOVE


class ReadingColumn(EdgeScroll):
    """A column that scrolls. It keeps its place while what is in it grows."""

    DEFAULT_CSS = f"""
    ReadingColumn {{
        height: 1fr;
        padding: 1 2;
        align-horizontal: center;
        & > * {{ max-width: {COLUMN_CELLS}; }}
    }}
    """

    def on_mount(self) -> None:
        """Leave rows above the column before it is first drawn."""
        self._leave_rows_above()

    def on_resize(self, _: Resize) -> None:
        """Leave as many rows above the column as suit the new height."""
        self._leave_rows_above()

    def _leave_rows_above(self) -> None:
        _, right, bottom, left = self.styles.padding
        self.styles.padding = (rows_above(self.app.size.height), right, bottom, left)

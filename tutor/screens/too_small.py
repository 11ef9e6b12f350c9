"""What a terminal that is too small shows instead of a screen."""

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size

from tutor.widgets.literal import Static
from tutor.widgets.modal import Modal

LEAST = Size(40, 12)
"""Columns and rows below which nothing can be laid out."""


def is_too_small(size: Size) -> bool:
    """True when a terminal of this size cannot hold a screen."""
    return size.width < LEAST.width or size.height < LEAST.height


class TooSmall(Modal[None]):
    """Says how much room is needed, and gives way when there is enough."""

    DEFAULT_CSS = """
    TooSmall { background: $background; color: $foreground; align: center middle; }
    TooSmall Static { width: auto; max-width: 100%; text-align: center; color: $foreground; }
    """

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Static(self._sentence(self.app.size))

    def on_resize(self, event: Resize) -> None:
        """Say the new size."""
        self.query_one(Static).update(self._sentence(event.size))

    def _sentence(self, size: Size) -> str:
        needs = f"Chainrule needs {LEAST.width}×{LEAST.height}; this is {size.width}×{size.height}."
        return f"{needs} Enlarge the terminal, or press ctrl+q to leave."

"""A row of buttons, which stand below each other where the row is too narrow for them."""

from textual.containers import Horizontal
from textual.content import Content

from tutor.widgets.literal import Button

CELLS_BETWEEN_BUTTONS = 2
"""Cells between two buttons beside each other."""
BUTTON_PADDING_CELLS = 2
"""Cells beside the label within a button, one at each side."""


class ButtonRow(Horizontal):
    """Buttons beside each other, or where they do not fit below each other, a row apart."""

    DEFAULT_CSS = """
    ButtonRow {
        height: auto;
        margin-top: 1;
        & > Button { margin-right: 2; }
        &.-stacked { layout: vertical; margin-top: 0; }
        &.-stacked > Button { height: auto; max-width: 100%; margin: 1 0 0 0; }
    }
    """

    def on_resize(self) -> None:
        """Arrange the buttons for the new width."""
        self._arrange()

    def add(self, button: Button) -> None:
        """Add a button at the end."""
        self.mount(button)
        self._arrange()

    def _arrange(self) -> None:
        """Put the buttons below each other if they are too wide for one row."""
        cells = [Content(str(button.label)).cell_length for button in self.query_children(Button)]
        gaps = BUTTON_PADDING_CELLS * len(cells) + CELLS_BETWEEN_BUTTONS * (len(cells) - 1)
        self.set_class(sum(cells) + gaps > self.size.width, "-stacked")

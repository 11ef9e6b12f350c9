"""Inputs that Textual lacks: a line that accepts pasted paragraphs, and a list that selects one row."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key, Paste
from textual.widgets import Input
from textual.widgets.option_list import Option

from tutor.expressions.source import join_lines
from tutor.widgets.literal import OptionList

HELP_SIGN = "?"
"""The key for help. It works during typing too, since no answer in the course contains this character."""


class SingleLineInput(Input):
    """An `Input` that accepts pasted text of several lines, and leaves `?` to the help."""

    DEFAULT_CSS = """
    SingleLineInput.-textual-compact:focus {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        background-tint: initial;
    }
    """

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Consume every character except the one for help; Textual asks this before it looks for a binding."""
        return character != HELP_SIGN and super().check_consume_key(key, character)

    async def _on_key(self, event: Key) -> None:
        """Leave the help key to the screen. Any other key is typed by Textual's own handler, which is called next."""
        if event.character == HELP_SIGN:
            event.prevent_default()  # keeps that handler from being called

    def _on_paste(self, event: Paste) -> None:
        """Join the pasted lines; Textual's own handler, called next, inserts them."""
        if len(event.text.splitlines()) > 1:
            event.text = join_lines(event.text)

    def action_paste(self) -> None:
        """Paste all lines of a text copied in this program, joined; Textual would paste only the first."""
        start, end = self.selection
        self.replace(join_lines(self.app.clipboard), start, end)


class RadioList(OptionList):
    """A list whose highlighted row is the selected one."""

    HELP_TITLE = "Pick"
    HELP = "A list. The arrows, j and k pick; Tab goes on to the next list; Enter begins."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Pick", key_display="↑↓", id="pick.down", tooltip="Pick the next one"),
        Binding("up,k", "cursor_up", "Up", show=False, id="pick.up", tooltip="Pick the one before"),
        Binding("enter", "screen.begin", "Begin", id="pick.begin", tooltip="Begin with what is picked"),
    ]
    DEFAULT_CSS = """
    RadioList {
        height: auto;
        background: transparent;
        border: none;
        padding: 0;
        &:focus { border: none; background-tint: initial; }
        &:blur > .option-list--option-highlighted { background: transparent; color: $foreground; text-style: none; }
    }
    """

    def __init__(self, rows: Sequence[tuple[str, str]], picked: str, *, id: str | None = None) -> None:
        """Offer `rows`, each a name and a label; `picked` is selected at first."""
        self._rows = list(rows)
        names = [name for name, _ in rows]
        self._picked_index = names.index(picked) if picked in names else 0
        options = [Option(self._row_content(index), id=name) for index, name in enumerate(names)]
        super().__init__(*options, id=id)
        self.highlighted = self._picked_index

    @property
    def picked(self) -> str:
        """The name of the selected row."""
        return self._rows[self._picked_index][0]

    def _row_content(self, index: int) -> Content:
        """A row: its radio button and its label."""
        _, label = self._rows[index]
        button = "(●)" if index == self._picked_index else "( )"
        return Content.assemble((f"{button} ", "$text-accent"), label)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Move the selection with the cursor."""
        previous_index, self._picked_index = self._picked_index, event.option_index
        for index in {previous_index, self._picked_index}:
            self.replace_option_prompt_at_index(index, self._row_content(index))

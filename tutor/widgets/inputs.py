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
"""Nothing that is typed in the course has it: it asks for help on a line, too."""


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
        """Consume every character except the one for help."""
        return character != HELP_SIGN and super().check_consume_key(key, character)

    async def _on_key(self, event: Key) -> None:
        """Leave the help key to the screen; Textual's own handler, called next, types the rest."""
        if event.character == HELP_SIGN:
            event.prevent_default()

    def _on_paste(self, event: Paste) -> None:
        """Join the pasted lines; Textual's own handler, called next, inserts them."""
        if len(event.text.splitlines()) > 1:
            event.text = join_lines(event.text)

    def action_paste(self) -> None:
        """Paste everything copied in this program."""
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
        &:blur > .option-list--option-highlighted { background: transparent; color: $foreground; }
    }
    """

    def __init__(self, rows: Sequence[tuple[str, str]], picked: str, *, id: str | None = None) -> None:
        """Offer `rows`, each a name and a label; `picked` is selected at first."""
        self._rows = list(rows)
        names = [name for name, _ in rows]
        self._picked_index = names.index(picked) if picked in names else 0
        super().__init__(*(Option(self._row_content(number), id=name) for number, name in enumerate(names)), id=id)
        self.highlighted = self._picked_index

    @property
    def picked(self) -> str:
        """The name of the selected row."""
        return self._rows[self._picked_index][0]

    def _row_content(self, number: int) -> Content:
        """A row with its radio button."""
        sign = "(●)" if number == self._picked_index else "( )"
        return Content.assemble((f"{sign} ", "$text-accent"), self._rows[number][1])

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Move the selection with the cursor."""
        before, self._picked_index = self._picked_index, event.option_index
        for number in {before, self._picked_index}:
            self.replace_option_prompt_at_index(number, self._row_content(number))

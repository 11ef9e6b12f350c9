"""The editor for a learner's code: Textual's, with syntax highlighting and automatic indents."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from tutor.widgets.exercise.colours import COLOUR_NAMES, colour_spans

INDENT = 4
"""Spaces of one indent."""
KEYS_MEANT_OTHERWISE = ("f6", "f7", "ctrl+e", "ctrl+u", "ctrl+z")
"""Keys bound by Textual's editor that have another meaning in this program."""


class CodeTheme(TextAreaTheme):
    """The colours of code, which are those of the program's theme."""

    def apply_css(self, text_area: TextArea) -> None:
        """Take the colours from the style sheet; Textual calls this before it draws the editor."""
        super().apply_css(text_area)
        get_style = text_area.get_component_rich_style
        self.syntax_styles = {name: get_style(f"code--{name}", partial=True) for name in COLOUR_NAMES}


class CodeEditor(TextArea):
    """A few dozen lines of Python."""

    HELP_TITLE = "Editor"
    HELP = (
        "Your code. Letters type here; ^s saves it and has it checked. Tab indents, Shift+Tab takes that back, "
        "^u undoes, ^y does again. Esc leaves the editor, and saves."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"code--{name}" for name in COLOUR_NAMES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+u", "undo", "Undo", show=False, id="code.undo", tooltip="Undo what was typed"),
        Binding("tab", "indent", "Indent", show=False, id="code.indent", tooltip="Indent to the next stop"),
        Binding("shift+tab", "dedent", "Indent less", show=False, id="code.dedent", tooltip="Take one indent off"),
    ]
    DEFAULT_CSS = """
    CodeEditor {
        height: 1fr;
        border: none;
        padding: 0;
        &:focus { border: none; }
        & > .code--keyword { color: $text-accent; text-style: bold; }
        & > .code--string { color: $text-success; }
        & > .code--number { color: $text-warning; }
        & > .code--comment { color: $text-muted; text-style: italic; }
        & > .code--function { color: $text-primary; text-style: bold; }
        & > .code--builtin { color: $text-secondary; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, show_line_numbers=True, tab_behavior="focus", soft_wrap=False)
        self.indent_width = INDENT
        self._drop_textual_bindings()
        self.register_theme(CodeTheme("chainrule"))
        self.theme = "chainrule"

    def _drop_textual_bindings(self) -> None:
        """Drop Textual's bindings of `KEYS_MEANT_OTHERWISE`. This program's bindings have ids, and remain."""
        bindings = self._bindings.key_to_bindings
        for key in KEYS_MEANT_OTHERWISE:
            bindings[key] = [binding for binding in bindings.get(key, ()) if binding.id]

    def _build_highlight_map(self) -> None:
        """Find the colours of the text; Textual calls this whenever the text has changed."""
        self._line_cache.clear()
        self._highlights.clear()
        self._highlights.update(colour_spans(self.document.lines))

    def go_to_gap(self) -> None:
        """Move the cursor to the function body still to be written and select its placeholder; otherwise to the end."""
        self.move_cursor(self.document.end)
        for row, line in enumerate(self.document.lines):
            if line.strip() == "raise NotImplementedError":
                self.move_cursor((row, len(line) - len(line.lstrip())))
                self.move_cursor((row, len(line)), select=True)
                return

    def look_at_cursor(self) -> None:
        """Scroll to the cursor, and as far to the left as the cursor allows.

        The scroll position from before the first layout is wrong, since the editor did not know its width then.
        """
        self.scroll_to(x=0, animate=False, immediate=True)
        self.scroll_cursor_visible()

    async def _on_key(self, event: Key) -> None:
        """Begin an indented line at Enter; any other key is typed by Textual's own handler, which is called next."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._type_new_line()

    def _type_new_line(self) -> None:
        """Begin a line, indented like this one, and deeper after a colon."""
        (row, column), _ = sorted(self.selection)  # the start of the selection, which the new line replaces
        before_cursor = self.document.get_line(row)[:column]
        indent = before_cursor[: len(before_cursor) - len(before_cursor.lstrip())]
        if before_cursor.rstrip().endswith(":"):
            indent += " " * INDENT
        self._type_text(f"\n{indent}")

    def action_indent(self) -> None:
        """Insert spaces up to the next tab stop."""
        self._type_text(" " * self._find_columns_to_next_tab_stop())

    def action_dedent(self) -> None:
        """Remove one indent, or what there is of it, from the beginning of the line."""
        row, _ = self.cursor_location
        line = self.document.get_line(row)
        leading_spaces = len(line) - len(line.lstrip(" "))
        removed_spaces = min(INDENT, leading_spaces)
        if removed_spaces and not self.read_only:
            self.delete((row, 0), (row, removed_spaces))

    def _type_text(self, text: str) -> None:
        """Replace the selection by `text`, or insert it at the cursor."""
        if not self.read_only:
            self.replace(text, *sorted(self.selection), maintain_selection_offset=False)

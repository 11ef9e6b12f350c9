"""Widgets that show text literally: lessons, records, files and learners never supply markup.

Textual reads a plain string as markup: `[red]` colours it, `[@click=…]` makes it run an action of the program. So every
widget that takes a string is imported from here, and takes it literally. Strings elsewhere (a border's title, a
tooltip, a hit of the command palette) go through `literal`. A test reads the source files for both.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from rich.text import Text
from textual import widgets
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content, ContentText
from textual.notifications import SeverityLevel
from textual.theme import Theme
from textual.types import OptionListContent
from textual.visual import VisualType
from textual.widgets._select import SelectCurrent, SelectOverlay

from tutor.widgets.signals import follow

Value = TypeVar("Value")


def literal(text: ContentText) -> Content:
    """Wrap `text` so that every character is shown; content is returned unchanged."""
    return Content.from_text(text, markup=False)


class LiteralApp(App[None]):
    """An app whose notifications are literal, since they may quote a lesson or what was typed."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show `message` literally, whatever Textual's default for `markup` is."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)


class Static(widgets.Static):
    """A few lines of text, shown literally."""

    def __init__(
        self,
        content: VisualType = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)


class Button(widgets.Button):
    """A button whose label is shown literally. The next step is filled (`variant="primary"`), all others are plain."""

    DEFAULT_CSS = """
    Button.-style-default {
        background: $panel;
        color: $foreground;
        text-style: none;
        &:hover { background: $block-cursor-blurred-background; }
        &:focus {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
            background-tint: initial;
        }
        &.-primary {
            background: $primary;
            color: $background;
            text-style: bold;
            &:hover { background: $primary; text-style: bold underline; }
            &:focus { background: $primary; color: $background; text-style: bold underline; }
        }
    }
    """
    HELP = "A button. Enter does what it says; Tab goes on to the next one, Shift+Tab back."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "Go on", id="button.go-on", tooltip="Do what the button says"),
    ]

    def __init__(self, label: ContentText, *, does: str = "", **options: Any) -> None:
        """A button with `label`; the key bar says of Enter what the button `does`, by default `Go on`."""
        super().__init__(literal(label), **options)
        if does:
            self._describe_enter(does)

    def _describe_enter(self, description: str) -> None:
        """Replace what the key bar says about Enter while this button has the focus."""
        key_to_bindings = self._bindings.key_to_bindings  # a copy for this button alone
        for key, bindings in list(key_to_bindings.items()):
            key_to_bindings[key] = [
                replace(binding, description=description) if binding.id == "button.go-on" else binding
                for binding in bindings
            ]

    def validate_label(self, label: ContentText) -> Content:
        """Show later labels literally, too."""
        return literal(label)

    def watch_label(self) -> None:
        """Resize the button with its label; Textual keeps the first width."""
        self.refresh(layout=True)


class OptionList(widgets.OptionList):
    """A list to choose from, whose strings are shown literally."""

    def __init__(self, *content: OptionListContent, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(*content, id=id, classes=classes, markup=False)

    def on_mount(self) -> None:
        """Redraw when the theme changes. Colours in the list's texts may change even if its own style does not."""
        follow(self, self.app.theme_changed_signal, self._redraw_in_new_colours)

    def _redraw_in_new_colours(self, _: Theme) -> None:
        self._clear_caches()  # the rendered lines, for which Textual has no public name
        self.refresh()


class DropDown(SelectOverlay):
    """The open list of a `Select`, which names its keys."""

    HELP_TITLE = "Open list"
    HELP = "An open list. The arrows move in it, letters go to what begins with them, Enter takes a line."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", "Pick", key_display="↑↓", id="list.down", tooltip="To the next line"),
        Binding("up", "cursor_up", "Up", show=False, id="list.up", tooltip="To the line before"),
        Binding("enter", "select", "Take this", id="list.take", tooltip="Take the line under the cursor"),
        Binding("escape", "dismiss", "Close", id="list.close", tooltip="Close the list; nothing changes"),
    ]


class Select(widgets.Select[Value]):
    """A drop-down list whose strings are shown literally."""

    HELP = "A list of values. Enter opens it."

    def compose(self) -> ComposeResult:
        """Yield the selected value, and the list of all."""
        yield SelectCurrent(self.prompt)
        yield DropDown(type_to_search=self._type_to_search).data_bind(compact=Select.compact)

    def __init__(self, options: Iterable[tuple[str, Value]], **settings: Any) -> None:
        super().__init__(_as_texts(options), **settings)


def _as_texts(options: Iterable[tuple[str, Value]]) -> list[tuple[Text, Value]]:
    """The options with `Text` labels. `Text` is not read as markup, and typing still finds such a label."""
    return [(Text(label), value) for label, value in options]

"""Text shown as it stands: what lessons, records, files and learners say is never read as markup.

Textual reads a plain string as markup: `[red]` colours it, `[@click=…]` makes it run an action of the
program. So every widget that takes a string comes from here, and takes it literally; what is no widget's
content (a border's title, a tooltip, a hit of the palette) goes through `literal`. A test over the source
files holds both.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from rich.text import Text
from textual import widgets
from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content, ContentText
from textual.notifications import SeverityLevel
from textual.types import OptionListContent
from textual.visual import VisualType

Value = TypeVar("Value")


def literal(text: ContentText) -> Content:
    """`text` as content that shows every character of it; content stays as it is."""
    return Content.from_text(text, markup=False)


class LiteralApp(App[None]):
    """An app whose passing notices are shown as they stand: they may quote a lesson, or what was typed."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show `message`, never as markup: widgets and screens come here with `markup` at Textual's default."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)


class Static(widgets.Static):
    """A few lines of text; a string is shown as it stands."""

    def __init__(
        self,
        content: VisualType = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)


class Button(widgets.Button):
    """A button whose words are shown as they stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "Go on", id="button.go-on", tooltip="Do what the button says"),
    ]

    def __init__(self, label: ContentText, **options: Any) -> None:
        super().__init__(literal(label), **options)

    def validate_label(self, label: ContentText) -> Content:
        """Words that are set later stand as they are, too."""
        return literal(label)

    def watch_label(self) -> None:
        """A button grows with its words; Textual's keeps the width of the first."""
        self.refresh(layout=True)


class OptionList(widgets.OptionList):
    """A list to choose from; a string in it is shown as it stands."""

    def __init__(self, *content: OptionListContent, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(*content, id=id, classes=classes, markup=False)


class Select(widgets.Select[Value]):
    """A list that opens when it is wanted; its words are shown as they stand."""

    def __init__(self, options: Iterable[tuple[str, Value]], **settings: Any) -> None:
        super().__init__(_as_texts(options), **settings)


def _as_texts(options: Iterable[tuple[str, Value]]) -> list[tuple[Text, Value]]:
    """A `Text` is no markup, and typing finds a choice by it."""
    return [(Text(words), value) for words, value in options]

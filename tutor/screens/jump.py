"""Puts a letter on everything that can be opened or focused on the screen beneath; pressing one does it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Key, MouseDown, MouseEvent, MouseUp
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget

from tutor.widgets.deferred import call_after_paint
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, OptionList, Static
from tutor.widgets.modal import Modal

if TYPE_CHECKING:
    from typing import Any

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The letters of labels, those under the fingers first."""


@dataclass(frozen=True)
class Target:
    """Something a letter can jump to."""

    place: Offset
    """Where a click would open it, and where its label is shown, unless there is room beside it."""
    widget: Widget
    is_clicked: bool
    """Whether it is opened as a click opens it, rather than focused."""
    within: Offset
    """Its place within the widget, which may move before it is clicked."""

    def place_of_label(self, cells: int) -> Offset:
        """Where a label of so many cells is shown: beside a row of a list if there is room, for the row has a mark."""
        is_row, room = isinstance(self.widget, OptionList), self.widget.styles.padding.left
        return self.place - Offset(cells, 0) if is_row and room >= cells else self.place

    @classmethod
    def at(cls, place: Offset, widget: Widget, is_clicked: bool) -> "Target":
        """Make a target at a position on the screen."""
        return cls(place, widget, is_clicked, place - widget.region.offset)


def find_targets(screen: "Screen[Any]") -> list[Target]:
    """What can be opened or focused on `screen` and is visible, from the top down."""
    found: dict[Offset, Target] = {}
    for target in (*_find_widget_targets(screen), *_find_link_targets(screen)):
        found.setdefault(target.place, target)
    return sorted(found.values(), key=lambda target: (target.place.y, target.place.x))


def _find_widget_targets(screen: "Screen[Any]") -> Iterator[Target]:
    """The rows of lists, focusable widgets, and clickable ones."""
    for widget in screen.query("*").results(Widget):
        region = widget.content_region.intersection(_visible_region(screen, widget))
        if not region or isinstance(widget, KeyBar):
            continue
        if isinstance(widget, OptionList) and widget.can_focus:
            yield from _find_row_targets(widget, region)
        elif widget.focusable and widget is not screen.focused:
            yield Target.at(region.offset, widget, isinstance(widget, Button))
        elif widget.styles.pointer == "pointer" and not widget.can_focus:
            for cell in getattr(widget, "click_cells", (0,)):
                yield Target.at(region.offset + Offset(cell, 0), widget, True)


def _visible_region(screen: "Screen[Any]", widget: Widget) -> Region:
    """The part of a widget that is visible."""
    # `find_widget` knows only what is laid out, for which Textual has no public test.
    geometry = screen.find_widget(widget) if widget in screen._compositor.visible_widgets else None
    return geometry.visible_region if geometry is not None else Region()


def _find_row_targets(widget: OptionList, region: Region) -> Iterator[Target]:
    """The visible rows of a list, each of which may have several lines."""
    seen = set()
    for y in range(region.y, region.bottom):
        row = _option_at(widget, Offset(region.x, y))
        if row is not None and row not in seen:
            seen.add(row)
            yield Target.at(Offset(region.x, y), widget, True)


def _option_at(widget: OptionList, place: Offset) -> int | None:
    """The option at a position on the screen, if it can be chosen."""
    index = widget.screen.get_style_at(place.x, place.y).meta.get("option")
    return None if index is None or widget.get_option_at_index(index).disabled else int(index)


def _find_link_targets(screen: "Screen[Any]") -> Iterator[Target]:
    """The beginnings of clickable text."""
    action_to_the_left: object = None
    for y in range(screen.size.height):
        for x in range(screen.size.width):
            meta = screen.get_style_at(x, y).meta
            action = meta.get("@click")
            if action is not None and action != action_to_the_left:
                widget = screen.get_widget_at(x, y)[0]
                if not isinstance(widget, KeyBar):
                    yield Target.at(Offset(x, y), widget, True)
            action_to_the_left = action


def make_labels(count: int) -> list[str]:
    """Make `count` labels, none a prefix of another: single letters while they last, otherwise pairs."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return [first + second for first in LETTERS for second in LETTERS][:count]


def click(target: Target) -> None:
    """Click a target, wherever it is by now."""
    x, y = target.widget.region.offset + target.within
    for kind in (MouseDown, MouseUp, Click):
        # The left button, without movement and without Shift, Meta or Ctrl.
        event: MouseEvent = kind(None, x, y, 0, 0, 1, False, False, False, x, y)
        target.widget.screen._forward_event(event)


class LetterBar(KeyBar):
    """The keys, and before them that letters open things."""

    def render(self) -> Content:
        """Name the letters, then the keys."""
        return Content.assemble(("a–z", "bold $accent"), " Open  ", super().render())


class JumpLabel(Static):
    """The letters of a target, shown at its position."""

    def __init__(self, letters: str, place: Offset) -> None:
        super().__init__(Content.styled(letters, "bold"))
        self.letters = letters
        self.styles.offset = place


class JumpScreen(Modal[None]):
    """Letters on everything that can be gone to or opened here. Press one; Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o", "dismiss", "Close", id="jump.close", tooltip="Go nowhere"),
        Binding("enter", "dismiss", "Go on", show=False, id="jump.go-on", tooltip="Take the letters away, and go on"),
    ]
    DEFAULT_CSS = """
    JumpScreen {
        & > JumpLabel { position: absolute; width: auto; height: 1; background: $warning; color: $text; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.styles.background = "transparent"  # the style sheet of the app has a colour for every screen
        self._targets: dict[str, Target] = {}
        self._typed = ""

    def compose(self) -> ComposeResult:
        """A label on each target."""
        targets = find_targets(self.beneath) if self.beneath is not None else []
        self._targets = dict(zip(make_labels(len(targets)), targets, strict=False))
        for name, target in self._targets.items():
            yield JumpLabel(name, target.place_of_label(len(name)))
        yield LetterBar()

    def on_mount(self) -> None:
        """If there is nothing to jump to, say so and close."""
        if not self._targets:
            self.dismiss()
            self.notify("Nothing here to go to or to open.", timeout=3)

    def on_key(self, event: Key) -> None:
        """Jump to the target of that letter; ignore other letters."""
        typed = self._typed + (event.character or "")
        if not event.is_printable or not any(name.startswith(typed) for name in self._targets):
            return
        event.stop()
        event.prevent_default()
        self._typed = typed
        if typed in self._targets:
            self._jump_to(self._targets[typed])
        for label in self.query(JumpLabel):
            label.display = label.letters.startswith(typed)

    def _jump_to(self, target: Target) -> None:
        """Close, then open or focus the target on the screen beneath."""
        beneath = self.beneath
        if beneath is None:
            return
        self.dismiss()
        if target.is_clicked:
            call_after_paint(beneath, click, target)
        else:
            target.widget.focus()

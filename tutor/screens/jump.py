"""Puts a letter on everything that can be opened or focused on the screen beneath; pressing one does it."""

from collections.abc import Iterator, Sequence
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
MAX_LETTERS_NAMED = 3
"""The most labels that the last line names."""


@dataclass(frozen=True)
class Target:
    """Something a letter can jump to."""

    position: Offset
    """The cell of the screen where a click would open it."""
    widget: Widget
    is_clicked: bool
    """Whether it is opened as a click opens it, rather than focused."""
    offset_in_widget: Offset
    """`position` relative to the widget, which may move before it is clicked."""

    @property
    def is_row_with_mark(self) -> bool:
        """Whether it is a row of a list that begins with a mark at the edge of the page, such as those of the map."""
        return isinstance(self.widget, OptionList) and self.widget.styles.padding.left > 0

    @classmethod
    def at(cls, position: Offset, widget: Widget, *, is_clicked: bool) -> "Target":
        """Make a target at a position on the screen."""
        return cls(position, widget, is_clicked, position - widget.region.offset)


def find_targets(screen: "Screen[Any]") -> list[Target]:
    """What can be opened or focused on `screen` and is visible, from the top down; one target at each position."""
    targets: dict[Offset, Target] = {}
    for target in (*_find_widget_targets(screen), *_find_link_targets(screen)):
        targets.setdefault(target.position, target)  # a link may begin in the first cell of its widget
    return sorted(targets.values(), key=lambda target: (target.position.y, target.position.x))


def _find_widget_targets(screen: "Screen[Any]") -> Iterator[Target]:
    """The rows of lists, focusable widgets, and clickable ones."""
    for widget in screen.query("*").results(Widget):
        region = widget.content_region.intersection(_visible_region(screen, widget))
        if not region or isinstance(widget, KeyBar):  # what the key bar names has a key already
            continue
        if isinstance(widget, OptionList) and widget.can_focus:
            yield from _find_row_targets(widget, region)
        elif widget.focusable:
            if screen.focused is None or widget not in screen.focused.ancestors_with_self:  # one is there already
                yield Target.at(_beginning(screen, widget, region), widget, is_clicked=isinstance(widget, Button))
        # The mouse pointer shows that the widget can be clicked.
        elif widget.styles.pointer == "pointer" and not widget.can_focus:
            # A widget with several things to click, such as a timeline, says in which columns these are.
            columns = getattr(widget, "click_cells", (0,))
            for column in columns:
                yield Target.at(region.offset + Offset(column, 0), widget, is_clicked=True)


def _visible_region(screen: "Screen[Any]", widget: Widget) -> Region:
    """The part of a widget that is visible."""
    # `find_widget` fails for widgets that are not laid out, and Textual has no public test for that.
    geometry = screen.find_widget(widget) if widget in screen._compositor.visible_widgets else None
    return geometry.visible_region if geometry is not None else Region()


def _beginning(screen: "Screen[Any]", widget: Widget, content: Region) -> Offset:
    """The first cell of a widget's visible `content`; in a frame with a title, the cell before that, if visible."""
    before_title = widget.region.offset + Offset(1, 0)
    is_titled = bool(widget.border_title) and bool(widget.styles.border_top[0])
    is_visible = _visible_region(screen, widget).contains(*before_title)
    return before_title if is_titled and is_visible else content.offset


def _find_row_targets(widget: OptionList, region: Region) -> Iterator[Target]:
    """Yield the options of a list that are in `region` at least in part, each at its first visible line."""
    found_indices = set()
    for y in range(region.y, region.bottom):
        index = _option_at(widget, Offset(region.x, y))
        if index is not None and index not in found_indices:
            found_indices.add(index)
            yield Target.at(Offset(region.x, y), widget, is_clicked=True)


def _option_at(widget: OptionList, position: Offset) -> int | None:
    """The index of the option at a position on the screen; `None` if there is none that can be chosen."""
    index = widget.screen.get_style_at(position.x, position.y).meta.get("option")  # put there by Textual's list
    if index is None or widget.get_option_at_index(index).disabled:
        return None
    return int(index)


def _find_link_targets(screen: "Screen[Any]") -> Iterator[Target]:
    """The first cell of each clickable text."""
    # A link is a run of cells with the same action. The last cell of a row is followed by the first of the next row,
    # since a link may wrap.
    action_of_cell_before: object = None
    for y in range(screen.size.height):
        for x in range(screen.size.width):
            meta = screen.get_style_at(x, y).meta
            action = meta.get("@click")  # where Textual puts the action of a clickable text
            if action is not None and action != action_of_cell_before:
                widget, _ = screen.get_widget_at(x, y)
                if not isinstance(widget, KeyBar):  # its entries have keys already
                    yield Target.at(Offset(x, y), widget, is_clicked=True)
            action_of_cell_before = action


def make_labels(count: int) -> list[str]:
    """Make `count` labels: single letters if there are enough, otherwise pairs of letters.

    No label is a prefix of another, so it is clear when a label is complete. If `count` exceeds the number of pairs,
    there are only as many labels as pairs.
    """
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    return [first + second for first in LETTERS for second in LETTERS][:count]


def click(target: Target) -> None:
    """Click on a target by sending the three events of a mouse click; its widget may have moved meanwhile.

    Textual has no public way to click, so the events go to the screen as the app sends it those of the mouse.
    """
    x, y = target.widget.region.offset + target.offset_in_widget
    for event_class in (MouseDown, MouseUp, Click):
        event: MouseEvent = event_class(
            None, x, y, delta_x=0, delta_y=0, button=1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y
        )
        target.widget.screen._forward_event(event)


class LetterBar(KeyBar):
    """The keys, and before them the letters that open things."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self._letters = " ".join(labels[:MAX_LETTERS_NAMED]) + (" …" if len(labels) > MAX_LETTERS_NAMED else "")

    def render(self) -> Content:
        """Name the first letters, then the keys."""
        return Content.assemble((self._letters, "bold $accent"), " Open  ", super().render())


class JumpLabel(Static):
    """The letters of a target: a tag on what stands there, or in the place of a row's mark a plain key.

    In a column of marks, tags would make one ribbon.
    """

    def __init__(self, letters: str, position: Offset, *, is_plain: bool) -> None:
        super().__init__(Content.styled(letters, "bold"), classes="-plain" if is_plain else None)
        self.letters = letters
        self.styles.offset = position


class JumpScreen(Modal[None]):
    """Letters on the rows, links, buttons and fields in sight. Press one; Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+o", "dismiss", "Close", id="jump.close", tooltip="Go nowhere"),
        Binding("enter", "dismiss", "Go on", show=False, id="jump.go-on", tooltip="Take the letters away, and go on"),
    ]
    DEFAULT_CSS = """
    JumpScreen {
        & > JumpLabel { position: absolute; width: auto; height: 1; background: $warning; color: $text; }
        & > JumpLabel.-plain { background: $background; color: $accent; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.styles.background = "transparent"  # the style sheet of the app has a colour for every screen
        self._targets: dict[str, Target] = {}
        """The letters to type → the target."""
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Yield a label on each target of the screen beneath, then the keys."""
        targets = find_targets(self.beneath) if self.beneath is not None else []
        self._targets = dict(zip(make_labels(len(targets)), targets, strict=False))  # there may be too few labels
        for letters, target in self._targets.items():
            yield JumpLabel(letters, target.position, is_plain=target.is_row_with_mark)
        yield LetterBar(list(self._targets))

    def on_mount(self) -> None:
        """If there is nothing to jump to, say so and close."""
        if not self._targets:
            self.dismiss()
            self.notify("Nothing here to go to or to open.", timeout=3)

    def on_key(self, event: Key) -> None:
        """Jump to the target with the letters typed so far, or hide the labels that begin otherwise."""
        typed = self._typed + (event.character or "")
        if not event.is_printable or not any(letters.startswith(typed) for letters in self._targets):
            return  # a letter of no label changes nothing, and other keys have their bindings
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
            # The click goes to where the target is, and the screen beneath may be laid out again when it is uncovered.
            # The focus needs no place.
            call_after_paint(beneath, click, target)
        else:
            target.widget.focus()

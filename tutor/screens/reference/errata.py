"""The common slips on one page: what is often written, why it fails, and how to check it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tutor.content.collected import CollectedErratum, collect_errata
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.requests import OpenLesson
from tutor.text.numbers import counted
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.lesson.page_parts import ErratumBox
from tutor.widgets.literal import Button, Static
from tutor.widgets.placed import EdgeScroll


class ErrataScreen(CourseScreen):
    """What is commonly written or thought, and why it fails. Tab goes from one to the next; Enter opens its lesson."""

    also_shown = frozenset(("screen.go-on", "screen.jump"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(1)", "Scroll", key_display="↑↓", id="errata.down", tooltip="Scroll down"),
        Binding("tab", "app.focus_next", "Next slip", key_display="Tab", id="errata.tab", tooltip="To the next slip"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="errata.up", tooltip="Scroll up"),
        Binding("space,pagedown", "scroll(20)", "Screen down", show=False, id="errata.space", tooltip="A screen down"),
        Binding("pageup", "scroll(-20)", "Screen up", show=False, id="errata.back", tooltip="A screen up"),
    ]
    DEFAULT_CSS = """
    ErrataScreen {
        & > #errata { padding: 1 2; height: 1fr; scrollbar-gutter: stable; align-horizontal: center; }
        & > #errata > * { height: auto; max-width: 90; }
    }
    """

    def compose(self) -> ComposeResult:
        """Yield the banner, a page with a placeholder until the lessons are read, and the keys."""
        yield Banner("Common slips", "reading the lessons …")
        with EdgeScroll(id="errata"):
            yield Static("reading the lessons …")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the lessons once the screen is painted."""
        self.query_one("#errata").focus()
        call_after_paint(self, self._list_errata)

    async def _list_errata(self) -> None:
        """Read the lessons, and list their errata."""
        scroll = self.query_one("#errata", EdgeScroll)
        errata = collect_errata(self.session.course)
        await scroll.remove_children()
        if not errata:
            await scroll.mount(Static("The lessons list no common slips yet."))
        else:
            await scroll.mount(Static(_INTRODUCTION, classes="how"))
        await scroll.mount_all(LinkedErratumBox(erratum) for erratum in errata)
        self.query_one(Banner).note = counted(len(errata), "slip")

    @on(Button.Pressed)
    def _open_lesson(self, event: Button.Pressed) -> None:
        """Open the page that the button's name says: `adam/2` for page 3 of the lesson `adam`."""
        lesson, _, section = (event.button.name or "").partition("/")
        self.post_message(OpenLesson(lesson, int(section or 0), is_visit=True))

    def action_scroll(self, lines: int) -> None:
        """Scroll the page so many lines down, or up if `lines` is negative."""
        self.query_one("#errata").scroll_relative(y=lines, animate=False, immediate=True)


_INTRODUCTION = "What is often written or thought, why it fails, and how to check it in a simulation.\n"


class LinkedErratumBox(ErratumBox):
    """An erratum outside its lesson: the title says where it is from, and a button leads there."""

    DEFAULT_CSS = "LinkedErratumBox > Button { margin-top: 1; }"

    def __init__(self, erratum: CollectedErratum) -> None:
        source = erratum.source
        super().__init__(erratum.text, f"{source.lesson_words}, {source.topic}")
        self._source = source

    def compose(self) -> ComposeResult:
        """Yield the text, and the button that opens the lesson at its page."""
        yield from super().compose()
        source = self._source
        yield Button(f"To {source.short_words}", name=f"{source.lesson}/{source.section}", compact=True)

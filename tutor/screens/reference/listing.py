"""A searchable list whose entries open their lessons."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key, Resize
from textual.widgets import Input
from textual.widgets.option_list import Option

from tutor.content.collected import NamedFormula, Source, find_entries
from tutor.quiz.session import Session
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.requests import OpenLesson
from tutor.text.numbers import counted
from tutor.widgets.deferred import call_after_paint, focus_now
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList

MAX_LIST_WIDTH = 140
"""The maximum width of the list and of the search line above it, in columns."""
CELLS_AROUND_LIST, CELLS_AROUND_ROW = 4, 3
"""Columns around the list, and columns of the list besides its text: the padding of a row and the scrollbar."""


@dataclass(frozen=True)
class ListingEntry:
    """An entry of a list."""

    content: Content
    source: Source
    words: str
    """The text that is searched."""
    letter: str = ""
    """The letter of formulas that the entry explains, "" for most.

    A query of just this letter finds only its entries.
    """
    part: str = ""
    """The heading above the entries of this part; "" in a list without parts."""
    content_without_letter: Content | None = None
    """Shown instead of `content` if the entry above is about the same letter; `None` for entries without a letter."""
    formula: NamedFormula | None = None
    """The formula that it shows, on the formula sheet."""
    is_spaced: bool = True
    """Whether a blank row separates it from its neighbours."""


class SearchLine(SingleLineInput):
    """The search line of a list. A `/` typed before anything else opens the search of the whole course.

    Three methods see to that: `check_consume_key` and `check_action` let the key bar show the key while it works, and
    `on_key` takes it, before Textual's own handler types it as text.
    """

    HELP = "Type words to search for; the list shows the entries with all of them. Down or Enter goes to the list."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "leave", "To the list", id="search.leave", tooltip="Go to the list"),
        Binding(
            "slash",
            "search_all",
            "Find",
            key_display="/",
            id="search.all",
            tooltip="Search the whole course, before anything is typed here",
        ),
    ]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed as text: not `/` before anything else, which searches the whole course."""
        if character == "/" and not self.value:
            return False
        return super().check_consume_key(key, character)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: the search of the whole course only before anything is typed."""
        if action == "search_all":
            return not self.value
        return super().check_action(action, parameters)

    async def action_search_all(self) -> None:
        """Open the search of the whole course."""
        await self.run_action("screen.open('find')")

    async def action_leave(self) -> None:
        """Focus the list."""
        await self.run_action("screen.list")

    async def on_key(self, event: Key) -> None:
        """Open the search of the whole course if `/` is typed before anything else."""
        if event.character == "/" and not self.value and self.screen.is_active:
            event.stop()
            event.prevent_default()
            await self.action_search_all()


class ListingScreen(CourseScreen):
    """A list to search. Type to narrow it; Enter opens the lesson that an entry comes from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "slash",
            "search",
            "Find",
            key_display="/",
            id="listing.search",
            tooltip="Type what to search for here; again: in the whole course",
        ),
    ]
    DEFAULT_CSS = """
    ListingScreen {
        align-horizontal: center;
        & > Input { border: none; height: 1; margin: 1 2 0 2; padding: 0 1; max-width: 140; background: $boost; }
        & > Input:focus {
            border: none;
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            background-tint: initial;
        }
        & > OptionList { border: none; height: 1fr; margin: 1 2; padding: 0; max-width: 140; }
        & > OptionList { background: $background; }
        & > OptionList:focus { border: none; background-tint: initial; }
        & > OptionList > .option-list--option { padding: 0 1; }
        & > OptionList:blur > .option-list--option-highlighted { background: $surface; text-style: none; }
    }
    """

    heading: ClassVar[str]
    """What the list is called."""
    noun: ClassVar[str] = "entry"
    """What one of its entries is called, in the banner."""
    empty_message: ClassVar[str]
    """The message when no lesson has such an entry."""

    def __init__(self, session: Session, target: str = "") -> None:
        """List everything, and highlight the entry named `target` if given."""
        super().__init__(session)
        self._target = target
        self._entries: Sequence[ListingEntry] = ()
        """All entries; none before the screen is painted."""
        self._matches: Sequence[ListingEntry] = ()
        """The entries in the list, which match what is typed."""
        self._formatted_width = 0
        """The width of the screen for which the entries were formatted."""

    @abstractmethod
    def make_entries(self, width: int) -> Sequence[ListingEntry]:
        """All entries of the lessons, formatted for `width` cells."""

    def compose(self) -> ComposeResult:
        """Yield the banner, the search line, a list, which is filled once the screen is painted, and the keys."""
        yield Banner(self.heading, "reading the lessons …")
        yield SearchLine(placeholder="Type to search here")
        yield OptionList()
        yield from self.compose_below()
        yield KeyBar()

    def compose_below(self) -> ComposeResult:
        """Yield what stands between the list and the keys: nothing, unless a kind of list says something there."""
        yield from ()

    def on_mount(self) -> None:
        """Accept typing at once; the lessons are read once the size is known and the screen is painted."""
        focus_now(self.query_one(OptionList if self._target else Input))

    def on_resize(self, event: Resize) -> None:
        """Rewrite the entries for the current width."""
        if event.size.width != self._formatted_width:
            self._formatted_width = event.size.width
            call_after_paint(self, self._fill_list)

    def _fill_list(self) -> None:
        """Read the entries from the lessons, list those that match what is typed, and go to the target once."""
        list_width = min(MAX_LIST_WIDTH, self._formatted_width - CELLS_AROUND_LIST)
        self._entries = self.make_entries(list_width - CELLS_AROUND_ROW)
        self._show_matches(self.query_one(Input).value)
        for index, entry in enumerate(self._entries):
            if self._target and entry.words.startswith(self._target):
                self._target = ""  # found; later, the cursor stays where the learner puts it.
                option_list = self.query_one(OptionList)
                option_list.highlighted = option_list.get_option_index(str(index))
                # `True` scrolls the entry to the top of the list.
                call_after_paint(self, option_list.scroll_to_highlight, True)

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        """List what matches the text that is typed now."""
        self._show_matches(event.value)
        self.refresh_bindings()  # the binding of `/` works only while nothing is typed

    def _show_matches(self, typed: str) -> None:
        """List the entries that contain every typed word, or those of the letter that was typed."""
        self._matches = find_entries(self._entries, typed)
        options = list(_list_options(self._matches))
        if not options:
            message = f"Nothing here contains “{typed}”." if self._entries else self.empty_message
            options = [Option(message, disabled=True)]
        option_list = self.query_one(OptionList)
        option_list.set_options(options)
        option_list.highlighted = option_list.get_option_index(str(self._best_match(typed))) if self._matches else None
        count = counted(len(self._entries), self.noun)
        self.query_one(Banner).note = count if not typed.strip() else f"{len(self._matches)} of {count}"

    def _best_match(self, typed: str) -> int:
        """The index of the first match that begins with what is typed; otherwise that of the first match, 0."""
        beginning = typed.strip().casefold()
        starts = (index for index, entry in enumerate(self._matches) if entry.words.casefold().startswith(beginning))
        return next(starts, 0)

    def highlighted_entry(self) -> ListingEntry | None:
        """The entry under the cursor, if there is one."""
        option = self.query_one(OptionList).highlighted_option
        return None if option is None or option.id is None else self._matches[int(option.id)]

    @on(OptionList.OptionSelected)
    def _open_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the lesson that the chosen entry comes from, at its page."""
        if event.option_id is not None:
            source = self._matches[int(event.option_id)].source
            self.post_message(OpenLesson(source.lesson, source.section, is_visit=True))

    async def action_list(self) -> None:
        """Focus the list; if no lesson has an entry, there is nothing to choose, so leave."""
        if self._entries:
            self.query_one(OptionList).focus()
        else:
            await self.action_go_on()

    def action_search(self) -> None:
        """Focus the search line."""
        focus_now(self.query_one(Input))

    async def action_back(self) -> None:
        """Clear the search line if it is focused and not empty; otherwise go back."""
        search = self.query_one(Input)
        if search.has_focus and search.value:
            search.value = ""
        else:
            await super().action_back()


def _list_options(entries: Sequence[ListingEntry]) -> Iterator[Option]:
    """The rows of a list: its entries, and between them headings and blank rows, which cannot be chosen."""
    previous: ListingEntry | None = None
    for index, entry in enumerate(entries):
        is_first_of_part = entry.part != (previous.part if previous else "")
        content = entry.content
        needs_space = previous is not None and (previous.is_spaced or entry.is_spaced or is_first_of_part)
        if previous is not None and previous.letter == entry.letter and entry.content_without_letter is not None:
            # Entries of one letter stand together, and only the first of them shows it.
            content = entry.content_without_letter
            needs_space = False
        if needs_space:
            yield Option(Content(" "), disabled=True)
        if is_first_of_part:
            yield Option(Content.styled(entry.part, "bold $text-accent"), disabled=True)
        yield Option(content, id=str(index))
        previous = entry


def origin_content(source: Source, *, is_short: bool = False) -> Content:
    """Say from which lesson and page an entry comes; with `is_short` without the title of the lesson."""
    return Content.styled(source.short_words if is_short else source.words, "$text-quiet")

"""Finds lessons, pages, questions, terms and formulas by a few letters."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widgets import Input
from textual.widgets.option_list import Option

from tutor.content.collected import matches_words
from tutor.content.findable import Findable, FoundKind, contents, lesson_entry
from tutor.quiz.session import Session
from tutor.screens.base import CourseModal
from tutor.screens.requests import OpenLesson, OpenScreen
from tutor.widgets.deferred import focus_now, is_alive, run_in_thread
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList

if TYPE_CHECKING:
    from textual.message import Message

KIND_NAMES: dict[FoundKind, str] = {
    "lesson": "Lessons",
    "page": "Pages",
    "term": "Terms",
    "formula": "Formulas",
    "question": "Questions",
}
"""Kind → the heading of its group; where groups match equally well, in this order."""
MAX_OF_A_KIND = 6
"""The most results that are listed of one kind."""
MAX_FUZZY = 60
"""Longest title whose letters may match apart: a longer text has very many ways to match."""
MIN_FUZZY_LETTERS = 3
"""Letters typed from which they may match apart: fewer are found in nearly every title."""
FUZZY_POINTS = 2.5
"""Points of a fuzzy match, for each letter typed, that count as a full score."""
MIN_FUZZY = 0.45
"""The share of the best fuzzy score from which a title counts as meant."""
MAX_WIDTH = 100
"""The most cells of the box."""
AROUND_ROW = 8
"""Cells of the box that are no row: its border, its padding, the scroll bar and a cell before it."""
QUIET = "$text-quiet"


def score_match(query: str, found: Findable, fuzzy: FuzzySearch) -> float:
    """How well `found` matches: its title as typed, then words anywhere, then letters of its title; else 0."""
    typed, title, detail = (_normalise(text) for text in (query, found.title, found.detail))
    if typed in title:
        return 3 + len(typed) / max(len(title), 1) + title.startswith(typed)
    if matches_words(typed, title, detail):
        return 2 if matches_words(typed, title) else 1.5
    if len(title) > MAX_FUZZY or len(typed) < MIN_FUZZY_LETTERS:
        return 0
    share = fuzzy.match(typed, title)[0] / (FUZZY_POINTS * len(typed))
    return min(share, 1) if share >= MIN_FUZZY else 0


def _normalise(text: str) -> str:
    """Normalise a text for comparison: lower case, hyphens as spaces."""
    return text.casefold().replace("-", " ").strip()


def best_matches(query: str, entries: Iterable[Findable], fuzzy: FuzzySearch) -> list[tuple[FoundKind, list[Findable]]]:
    """The matches, grouped by kind; the kinds and entries that match best come first."""
    scored = [(points, entry) for entry in entries if (points := score_match(query, entry, fuzzy))]
    kinds = list(KIND_NAMES)
    scored.sort(key=lambda pair: (kinds.index(pair[1].kind), -pair[0]))
    groups = [(kind, list(pairs)) for kind, pairs in groupby(scored, key=lambda pair: pair[1].kind)]
    groups.sort(key=lambda group: -group[1][0][0])  # the score of its best entry, which is its first
    return [(kind, [entry for _, entry in pairs]) for kind, pairs in groups]


def request_for(found: Findable) -> "Message":
    """The request to the app that goes there."""
    if found.kind == "term":
        return OpenScreen("glossary", found.title)
    if found.kind == "formula":
        return OpenScreen("formulas", found.title)
    if found.kind == "lesson":
        return OpenLesson(found.source.lesson)
    return OpenLesson(found.source.lesson, found.source.section, found.id, visits=True)


class FindLine(SingleLineInput):
    """The search line. The arrows choose a result, Enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.open", "Open", id="find.open", tooltip="Go to the result under the cursor"),
        Binding("down", "screen.move(1)", "Down", id="find.down", tooltip="The next result"),
        Binding("up", "screen.move(-1)", "Up", id="find.up", tooltip="The result before"),
    ]


class FindScreen(CourseModal):
    """Type a few letters of a lesson, a page, a question, a term or a formula; Enter goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", id="find.close", tooltip="Back to where you were"),
    ]
    DEFAULT_CSS = """
    FindScreen {
        align: center top;
        background: $background 60%;
        & > Vertical { width: 100; max-width: 100%; height: 1fr; margin: 1 0 2 0; }
        & > Vertical { background: $surface; border: round $primary; }
        & Input { border: none; height: 1; padding: 0 1; background: $boost; }
        & Input:focus { border: none; }
        & OptionList { border: none; height: 1fr; background: $surface; padding: 0 1; margin: 1 0 0 0; }
        & OptionList > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
    }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._entries = [lesson_entry(heading) for heading in session.course.headings]
        self._listed: list[Findable] = []
        self._fuzzy = FuzzySearch()
        self._is_reading = True

    def compose(self) -> ComposeResult:
        """The search line and the results."""
        with Vertical() as box:
            box.border_title = "Find"
            yield FindLine(placeholder="a lesson, a page, a question, a term, a formula")
            found = OptionList()
            found.can_focus = False  # the keys stay in the line
            yield found
        yield KeyBar()

    def on_mount(self) -> None:
        """Accept typing at once, and read the lessons meanwhile."""
        focus_now(self.query_one(FindLine))
        self._list_matches()
        run_in_thread(self, self._read_entries, self._end_reading)

    def _read_entries(self) -> Iterator[None]:
        for entry in contents(self.session.course):
            self._entries.append(entry)
            yield

    def _end_reading(self) -> None:
        self._is_reading = False
        self._list_matches()

    @on(Input.Changed)
    def _list_matches(self) -> None:
        """List the matches; before anything is typed, the lessons."""
        query = self.query_one(FindLine).value
        entries = list(self._entries)
        groups = best_matches(query, entries, self._fuzzy) if query.strip() else _lesson_group(entries)
        self._listed, options = [], []
        for kind, found in groups:
            options.append(Option(Content.styled(KIND_NAMES[kind], "bold $text-accent"), disabled=True))
            shown = found if len(groups) == 1 else found[:MAX_OF_A_KIND]
            options += [
                Option(_format_row(entry, self._row_cells), id=str(len(self._listed) + index))
                for index, entry in enumerate(shown)
            ]
            self._listed += shown
            if len(found) > len(shown):
                options.append(Option(Content.styled(f"  and {len(found) - len(shown)} more", QUIET), disabled=True))
        if not self._listed:
            words = "reading the lessons …" if self._is_reading else f"Nothing in the course matches “{query.strip()}”."
            options = [Option(words, disabled=True)]
        results = self.query_one(OptionList)
        results.set_options(options)
        results.highlighted = 1 if self._listed else None  # line 0 is the heading of a group

    @property
    def _row_cells(self) -> int:
        return max(20, min(MAX_WIDTH, self.app.size.width) - AROUND_ROW)

    def on_resize(self) -> None:
        """List the matches across the new width."""
        if is_alive(self):
            self._list_matches()

    def action_move(self, by: int) -> None:
        """Move to the next result, or the previous one."""
        results = self.query_one(OptionList)
        results.action_cursor_down() if by > 0 else results.action_cursor_up()

    def action_open(self) -> None:
        """Open the highlighted result."""
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _open_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None and self.is_active:
            beneath = self.beneath
            self.dismiss()
            assert beneath is not None  # it is active, so it lies on one
            beneath.post_message(request_for(self._listed[int(event.option_id)]))


def _lesson_group(entries: Iterable[Findable]) -> list[tuple[FoundKind, list[Findable]]]:
    return [("lesson", [entry for entry in entries if entry.kind == "lesson"])]


def _format_row(entry: Findable, width: int) -> Content:
    """An entry on one line: its title, and its place at the right."""
    place = entry.source.lesson_words
    if entry.kind != "lesson":
        place += f", page {entry.source.section + 1}"
    room = width - len(place) - 4
    title = Content(entry.title)
    if title.cell_length > room:
        title = title.truncate(room, ellipsis=True)
    return Content.assemble("  ", title, " " * (room + 2 - title.cell_length), (place, QUIET))

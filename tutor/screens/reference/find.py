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
MIN_FUZZY = 0.45
"""The share of the best fuzzy score from which a title counts as meant."""
MAX_WIDTH = 84
"""The most cells of the box."""
AROUND_ROW = 8
"""Cells of the box that are no row: its border, its padding, the scroll bar and a cell before it."""
ROWS = "$text-quiet"


def score(query: str, found: Findable, fuzzy: FuzzySearch) -> float:
    """How well `found` matches: its title as typed, then words anywhere, then letters of its title; else 0."""
    typed, title, detail = (_plain(text) for text in (query, found.title, found.detail))
    if typed in title:
        return 3 + len(typed) / max(len(title), 1) + title.startswith(typed)
    if matches_words(typed, title, detail):
        return 2 if matches_words(typed, title) else 1.5
    if len(title) > MAX_FUZZY or len(typed) < 3:
        return 0
    share = fuzzy.match(typed, title)[0] / (2.5 * len(typed))
    return min(share, 1) if share >= MIN_FUZZY else 0


def _plain(text: str) -> str:
    """Normalise a text for comparison: lower case, hyphens as spaces."""
    return text.casefold().replace("-", " ").strip()


def best(query: str, entries: Iterable[Findable], fuzzy: FuzzySearch) -> list[tuple[FoundKind, list[Findable]]]:
    """The matches, grouped by kind; groups and entries with the best match first."""
    scored = [(points, entry) for entry in entries if (points := score(query, entry, fuzzy))]
    kinds = list(KIND_NAMES)
    scored.sort(key=lambda item: (kinds.index(item[1].kind), -item[0]))
    groups = [(kind, list(items)) for kind, items in groupby(scored, key=lambda item: item[1].kind)]
    groups.sort(key=lambda group: -group[1][0][0])
    return [(kind, [entry for _, entry in items]) for kind, items in groups]


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
        & > Vertical { width: 84; max-width: 100%; height: 1fr; margin: 1 0 2 0; }
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
        self._shown: list[Findable] = []
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
        self._show()
        run_in_thread(self, self._read, self._end_reading)

    def _read(self) -> Iterator[None]:
        for entry in contents(self.session.course):
            self._entries.append(entry)
            yield

    def _end_reading(self) -> None:
        self._is_reading = False
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        """List the matches; before anything is typed, the lessons."""
        query = self.query_one(FindLine).value
        entries = list(self._entries)
        groups = best(query, entries, self._fuzzy) if query.strip() else _lessons(entries)
        self._shown, options = [], []
        for kind, found in groups:
            options.append(Option(Content.styled(KIND_NAMES[kind], "bold $text-accent"), disabled=True))
            most = found if len(groups) == 1 else found[:MAX_OF_A_KIND]
            options += [
                Option(_row(entry, self._row_cells), id=str(len(self._shown) + index))
                for index, entry in enumerate(most)
            ]
            self._shown += most
            if len(found) > len(most):
                options.append(Option(Content.styled(f"  and {len(found) - len(most)} more", ROWS), disabled=True))
        if not self._shown:
            words = "reading the lessons …" if self._is_reading else f"Nothing in the course matches “{query.strip()}”."
            options = [Option(words, disabled=True)]
        listed = self.query_one(OptionList)
        listed.set_options(options)
        listed.highlighted = 1 if self._shown else None

    @property
    def _row_cells(self) -> int:
        return max(20, min(MAX_WIDTH, self.app.size.width) - AROUND_ROW)

    def on_resize(self) -> None:
        """List the matches across the new width."""
        if is_alive(self):
            self._show()

    def action_move(self, by: int) -> None:
        """Move to the next result, or the previous one."""
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if by > 0 else listed.action_cursor_up()

    def action_open(self) -> None:
        """Open the highlighted result."""
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None and self.is_active:
            beneath = self.beneath
            self.dismiss()
            assert beneath is not None  # it is active, so it lies on one
            beneath.post_message(request_for(self._shown[int(event.option_id)]))


def _lessons(entries: Iterable[Findable]) -> list[tuple[FoundKind, list[Findable]]]:
    return [("lesson", [entry for entry in entries if entry.kind == "lesson"])]


def _row(entry: Findable, width: int) -> Content:
    """An entry on one line: its title, and its place at the right."""
    place = entry.source.lesson_words
    if entry.kind != "lesson":
        place += f", page {entry.source.section + 1}"
    room = width - len(place) - 4
    title = Content(entry.title)
    if title.cell_length > room:
        title = title.truncate(room, ellipsis=True)
    return Content.assemble("  ", title, " " * (room + 2 - title.cell_length), (place, ROWS))

"""Finds lessons, pages, questions, terms and formulas by a few letters."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widgets import Input
from textual.widgets.option_list import Option

from tutor.content.collected import matches_words
from tutor.content.findable import Findable, FoundKind, contents, lesson_entry
from tutor.quiz.session import Session
from tutor.screens.base import MIN_WIDE_COLUMNS, CourseModal
from tutor.screens.reference.preview import preview_entry
from tutor.screens.requests import OpenLesson, OpenScreen
from tutor.widgets.deferred import focus_now, is_alive, run_in_thread
from tutor.widgets.inputs import SingleLineInput
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, Static

if TYPE_CHECKING:
    from textual.message import Message

KIND_NAMES: dict[FoundKind, str] = {
    "lesson": "Lessons",
    "page": "Pages",
    "term": "Terms",
    "formula": "Formulas",
    "question": "Questions",
}
"""Kind → the heading of its group. Groups that match equally well are in this order."""
MAX_OF_A_KIND = 6
"""The most results that are listed of one kind."""
MAX_FUZZY_LENGTH = 60
"""The longest title that is searched by fuzzy matching: a longer one has too many ways to match."""
MIN_FUZZY_LETTERS = 3
"""The fewest letters that are searched by fuzzy matching: fewer would be found in nearly every title."""
FUZZY_POINTS_PER_LETTER = 2.5
"""A fuzzy match counts in full if it gets so many points per typed letter from Textual's search."""
MIN_FUZZY_SCORE = 0.45
"""The smallest share of a full score with which a title counts as a fuzzy match."""
MAX_WIDTH, MAX_WIDE_WIDTH = 100, 160
"""The most cells of the box: without the preview, and with it."""
PREVIEW_CELLS = 46
"""Cells of the preview beside the results."""
CELLS_AROUND_PREVIEW = 5
"""Cells of the preview besides its text: its border and its padding."""
CELLS_AROUND_ROW = 6
"""Cells of the box besides its rows: its border, its padding, the scroll bar and the cell before it."""
NUMBER_CELLS = 4
"""Cells of a lesson's number before its title."""
QUIET = "$text-quiet"


def score_match(query: str, entry: Findable, fuzzy: FuzzySearch) -> float:
    """Score how well `entry` matches `query`, from 0 (no match) to 5.

    - 3 to 5: the title contains the query as typed: 3, plus its share of the title, plus 1 at the beginning;
    - 2: the title has all words of the query; 1.5: the title and the detail together have them;
    - up to 1: the title has the letters of the query in order, as Textual's fuzzy search finds them.
    """
    typed, title, detail = _normalise(query), _normalise(entry.title), _normalise(entry.detail)
    if typed in title:
        share_of_title = len(typed) / max(len(title), 1)
        return 3 + share_of_title + (1 if title.startswith(typed) else 0)
    if matches_words(typed, title, detail):
        return 2 if matches_words(typed, title) else 1.5
    if len(title) > MAX_FUZZY_LENGTH or len(typed) < MIN_FUZZY_LETTERS:
        return 0
    points, _ = fuzzy.match(typed, title)
    score = points / (FUZZY_POINTS_PER_LETTER * len(typed))
    return min(score, 1) if score >= MIN_FUZZY_SCORE else 0


def _normalise(text: str) -> str:
    """Normalise a text for comparison: lower case, hyphens as spaces, no blanks around."""
    return text.casefold().replace("-", " ").strip()


def best_matches(query: str, entries: Iterable[Findable], fuzzy: FuzzySearch) -> list[tuple[FoundKind, list[Findable]]]:
    """Group the matching entries by kind; the best matches come first in each group, and the best groups come first."""
    scored: dict[FoundKind, list[tuple[float, Findable]]] = {kind: [] for kind in KIND_NAMES}
    for entry in entries:
        if score := score_match(query, entry, fuzzy):
            scored[entry.kind].append((score, entry))
    best_scores: dict[FoundKind, float] = {}
    groups: dict[FoundKind, list[Findable]] = {}
    for kind, scores_and_entries in scored.items():
        if scores_and_entries:
            scores_and_entries.sort(key=lambda score_and_entry: score_and_entry[0], reverse=True)
            best_scores[kind], _ = scores_and_entries[0]
            groups[kind] = [entry for _, entry in scores_and_entries]
    # Both sorts are stable: among equal matches, entries stay in reading order and kinds in the order of `KIND_NAMES`.
    kinds = sorted(groups, key=lambda kind: best_scores[kind], reverse=True)
    return [(kind, groups[kind]) for kind in kinds]


def request_for(entry: Findable) -> "Message":
    """Make the message that asks the app to go to `entry`."""
    if entry.kind == "term":
        return OpenScreen("glossary", entry.title)
    if entry.kind == "formula":
        return OpenScreen("formulas", entry.title)
    if entry.kind == "lesson":
        return OpenLesson(entry.source.lesson)
    return OpenLesson(entry.source.lesson, entry.source.section, entry.id, is_visit=True)


class FindLine(SingleLineInput):
    """The search line. The arrows choose a result, Enter opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.open", "Open", id="find.open", tooltip="Go to the result under the cursor"),
        Binding("down", "screen.move(1)", "Pick", key_display="↑↓", id="find.down", tooltip="The next result"),
        Binding("up", "screen.move(-1)", "Up", show=False, id="find.up", tooltip="The result before"),
    ]


class FindScreen(CourseModal):
    """Type a few letters of a lesson, a page, a question, a term or a formula; Enter goes there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", id="find.close", tooltip="Back to where you were"),
    ]
    DEFAULT_CSS = """
    FindScreen {
        align: center top;
        & > Vertical { width: 100; max-width: 100%; height: 1fr; margin: 1 0 0 0; }
        & > Vertical { background: $surface; border: round $primary; }
        &.-wide > Vertical { width: 160; }
        & #found { height: 1fr; margin: 1 0 0 0; }
        & #line { height: 1; background: $boost; }
        & #prompt { width: 2; padding: 0 0 0 1; color: $text-accent; }
        & Input { border: none; width: 1fr; height: 1; padding: 0 1; background: transparent; }
        & Input:focus { border: none; }
        & OptionList { border: none; height: 1fr; background: $surface; padding: 0 1; }
        & .preview { display: none; width: 46; height: 100%; padding: 1 2; border-left: solid $panel; }
        &.-wide .preview { display: block; }
        & OptionList > .option-list--option-highlighted {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
    }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (MIN_WIDE_COLUMNS, "-wide")]  # noqa: RUF012  # declared so by Textual

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._entries = [lesson_entry(heading) for heading in session.course.headings]
        """All that can be found: at first only the lessons; a thread adds what it reads from them."""
        self._listed: list[Findable] = []
        """The entries in the list; the id of an option is an index into this."""
        self._fuzzy = FuzzySearch()
        self._is_reading = True
        """Whether the thread is still reading the lessons."""

    def compose(self) -> ComposeResult:
        """Yield a box with the search line, the results and their preview, then the keys."""
        with Vertical() as box:
            box.border_title = "Find"
            with Horizontal(id="line"):
                yield Static("›", id="prompt")
                yield FindLine(placeholder="Type to find a lesson, a page, a question, a term or a formula")
            results = OptionList()
            results.can_focus = False  # the focus stays in the line
            yield Horizontal(results, Static(classes="preview"), id="found")
        yield KeyBar()

    def on_mount(self) -> None:
        """Accept typing at once, and read the lessons meanwhile."""
        focus_now(self.query_one(FindLine))
        self._list_matches()
        run_in_thread(self, self._read_entries, self._end_reading)

    def _read_entries(self) -> Iterator[None]:
        """Read what can be found in the lessons; a generator with a step per entry, as `run_in_thread` needs it."""
        for entry in contents(self.session.course):
            self._entries.append(entry)
            yield

    def _end_reading(self) -> None:
        """List the matches again, now that the thread has read everything."""
        self._is_reading = False
        self._list_matches()

    @on(Input.Changed)
    def _list_matches(self) -> None:
        """List the matches; before anything is typed, the lessons."""
        query = self.query_one(FindLine).value
        entries = list(self._entries)  # a copy, since the thread may add entries meanwhile
        groups = best_matches(query, entries, self._fuzzy) if query.strip() else _lesson_group(entries)
        self._listed = []
        options = []
        for kind, matches in groups:
            options.append(Option(Content.styled(KIND_NAMES[kind], "bold $text-accent"), disabled=True))
            # A single group is not limited to `MAX_OF_A_KIND`.
            listed = matches if len(groups) == 1 else matches[:MAX_OF_A_KIND]
            for entry in listed:
                options.append(Option(_entry_line(entry, self._row_cells), id=str(len(self._listed))))
                self._listed.append(entry)
            more = len(matches) - len(listed)
            if more > 0:
                options.append(Option(Content.styled(f"  and {more} more", QUIET), disabled=True))
        if not self._listed:
            words = "reading the lessons …" if self._is_reading else f"Nothing in the course matches “{query.strip()}”."
            options = [Option(words, disabled=True)]
            self.query_one(".preview", Static).update("")
        results = self.query_one(OptionList)
        results.set_options(options)
        results.highlighted = 1 if self._listed else None  # row 0 is the heading of a group

    @property
    def _row_cells(self) -> int:
        """The cells of a row of the list."""
        width = self.app.size.width
        if width >= MIN_WIDE_COLUMNS:
            return min(MAX_WIDE_WIDTH, width) - PREVIEW_CELLS - CELLS_AROUND_ROW
        return max(20, min(MAX_WIDTH, width) - CELLS_AROUND_ROW)

    @on(OptionList.OptionHighlighted)
    def _preview_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show more of the result under the cursor beside the list."""
        preview = self.query_one(".preview", Static)
        content = Content("")
        if event.option_id is not None and preview.display:
            index = int(event.option_id)
            if index < len(self._listed):  # otherwise the event is about a list that has been replaced
                width = PREVIEW_CELLS - CELLS_AROUND_PREVIEW
                content = preview_entry(self._listed[index], self.session.course, width)
        preview.update(content)

    def on_resize(self) -> None:
        """Rewrite the results for the new width."""
        if is_alive(self):
            self._list_matches()

    def action_move(self, step: int) -> None:
        """Move the cursor to the next result, or to the previous one if `step` is negative."""
        results = self.query_one(OptionList)
        if step > 0:
            results.action_cursor_down()
        else:
            results.action_cursor_up()

    def action_open(self) -> None:
        """Open the highlighted result."""
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _open_selected(self, event: OptionList.OptionSelected) -> None:
        """Close this screen, and send the request from the one beneath: a closed screen gets no answer."""
        event.stop()
        if event.option_id is not None and self.is_active:
            beneath = self.beneath
            self.dismiss()
            assert beneath is not None  # an active modal screen has another one beneath it
            beneath.post_message(request_for(self._listed[int(event.option_id)]))


def _lesson_group(entries: Iterable[Findable]) -> list[tuple[FoundKind, list[Findable]]]:
    """The lessons among the entries, as a group like those of `best_matches`."""
    return [("lesson", [entry for entry in entries if entry.kind == "lesson"])]


def _entry_line(entry: Findable, width: int) -> Content:
    """An entry in `width` cells: its title, and at the right its lesson and page; a lesson has its number before it."""
    min_gap = "  "
    if entry.kind == "lesson":
        lead, place = f"{entry.source.number:>{NUMBER_CELLS}}  ", entry.source.pack
    else:
        lead, place = "  ", f"{entry.source.lesson_words}, page {entry.source.section + 1}"
    title_cells = width - len(lead) - len(min_gap) - len(place)
    title = Content(entry.title)
    if title.cell_length > title_cells:
        title = title.truncate(title_cells, ellipsis=True)
    fill = " " * (title_cells - title.cell_length)
    return Content.assemble((lead, QUIET), title, fill, min_gap, (place, QUIET))

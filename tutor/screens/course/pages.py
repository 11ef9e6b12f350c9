"""The list of a lesson's pages: which are done, which are read, and what is open on each."""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from tutor.content.model import Lesson
from tutor.screens.state_marks import state_mark
from tutor.statistics.completion import LessonProgress
from tutor.statistics.next_lesson import LessonState
from tutor.text.numbers import counted
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, literal
from tutor.widgets.modal import Dialog

MAX_WIDTH = 84
"""The most cells of the list."""
CELLS_AROUND_ROW = 6
"""Cells of the list beside its rows: its border, its padding, and the scroll bar."""

MARK_STYLES: Mapping[LessonState, str] = {"new": "$text-quiet", "begun": "$text-accent", "done": "$text-success"}
"""State of a page → colour of its mark. The marks are those of the lessons on the map."""
MARK_WORDS: Mapping[LessonState, str] = {"new": "not read", "begun": "something open", "done": "done"}


class PagesScreen(Dialog[int | None]):
    """The pages of the lesson: which are read, and where questions or tasks are open. Enter goes to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,g", "dismiss", "Close", id="pages.close", tooltip="Back to the page"),
    ]
    DEFAULT_CSS = f"PagesScreen > OptionList {{ width: {MAX_WIDTH}; height: auto; max-height: 100%; }}"

    def __init__(self, lesson: Lesson, progress: LessonProgress, page: int) -> None:
        """List the pages of `lesson`, with the cursor on `page`, counted from 0."""
        super().__init__()
        self._lesson = lesson
        self._progress = progress
        self._page = page
        self._states: set[LessonState] = set()
        """The states that pages in the list have."""

    def compose(self) -> ComposeResult:
        """Yield a list with a line for each page, then the keys."""
        page_list = PageList(*[Option(line) for line in self._page_lines()])
        page_list.border_title = literal(f"Pages of {self._lesson.heading.front_matter.short_title}")
        page_list.border_subtitle = literal(self._legend())
        page_list.highlighted = self._page
        yield page_list
        yield KeyBar()

    def on_resize(self) -> None:
        """Rewrite the lines for the new width."""
        page_list = self.query_one(OptionList)
        for page, line in enumerate(self._page_lines()):
            page_list.replace_option_prompt_at_index(page, line)

    def _page_lines(self) -> list[Content]:
        """A line for each page: its mark, its number, its title, and at the right what is open on it."""
        unread_pages = set(self._progress.pages.open_pages)
        question_counts = Counter(self._progress.questions.open_pages)  # page → open questions on it
        task_counts = Counter(self._progress.tasks.open_pages)
        lines: list[Content] = []
        self._states.clear()
        for page in range(len(self._lesson.sections)):
            open_words = _open_words(question_counts[page], task_counts[page])
            state: LessonState = "new" if page in unread_pages else "begun" if open_words else "done"
            self._states.add(state)
            lines.append(self._page_line(page, open_words, state))
        return lines

    def _legend(self) -> Content:
        """What the marks in the list mean, for its lower edge."""
        words = [
            Content.assemble((state_mark(state), MARK_STYLES[state]), (f" {meaning}", "$text-quiet"))
            for state, meaning in MARK_WORDS.items()
            if state in self._states
        ]
        return Content.assemble(" ", Content("   ").join(words), " ")

    def _page_line(self, page: int, open_words: str, state: LessonState) -> Content:
        """The line of one page; `open_words` says what is open on it, "" if nothing is."""
        mark = (state_mark(state), MARK_STYLES[state])
        mark_and_number = Content.assemble(mark, f" {page + 1:>2}  ")
        row_cells = min(MAX_WIDTH, self.app.size.width) - CELLS_AROUND_ROW
        title_cells = max(4, row_cells - mark_and_number.cell_length - len(open_words))
        title = Content(self._lesson.sections[page].title).truncate(title_cells - 1, ellipsis=True)
        gap = " " * (title_cells - title.cell_length)
        return Content.assemble(mark_and_number, title, gap, (open_words, "$text-warning"))

    @on(OptionList.OptionSelected)
    def _close_with_page(self, event: OptionList.OptionSelected) -> None:
        """Close the list; the number of the chosen page is its result."""
        event.stop()
        self.dismiss(event.option_index)


def _open_words(question_count: int, task_count: int) -> str:
    """Count what is open on a page: `1 question and 2 tasks open`; "" if nothing is."""
    parts = []
    if question_count:
        parts.append(counted(question_count, "question"))
    if task_count:
        parts.append(counted(task_count, "task"))
    return f"{' and '.join(parts)} open" if parts else ""


class PageList(OptionList):
    """The list of pages, marking those read and naming what is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", id="pages.open", tooltip="Go to the page under the cursor"),
        Binding("down,j", "cursor_down", "Pick", key_display="↑↓", id="pages.down", tooltip="To the next page"),
        Binding("up,k", "cursor_up", "Up", show=False, id="pages.up", tooltip="To the page before"),
    ]

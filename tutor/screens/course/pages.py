"""The list of a lesson's pages: which are done, which are read, and what is open on each."""

from collections import Counter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from tutor.content.model import Lesson
from tutor.screens.state_marks import state_mark
from tutor.statistics.completion import LessonProgress
from tutor.text.numbers import counted
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, literal
from tutor.widgets.modal import Dialog

MAX_WIDTH = 84
"""The most cells of the list."""
AROUND_ROW = 6
"""Cells of the list that are no row: its border, its padding, and the scroll bar."""


class PagesScreen(Dialog[int | None]):
    """The pages of the lesson: which are read, and where questions or tasks are open. Enter goes to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,g", "dismiss", "Close", id="pages.close", tooltip="Back to the page"),
        Binding("j", "move('down')", "Down", show=False, id="pages.down", tooltip="To the next page"),
        Binding("k", "move('up')", "Up", show=False, id="pages.up", tooltip="To the page before"),
    ]
    DEFAULT_CSS = f"PagesScreen > OptionList {{ width: {MAX_WIDTH}; height: auto; max-height: 100%; }}"

    def __init__(self, lesson: Lesson, progress: LessonProgress, page: int) -> None:
        """List the pages of `lesson`, with the cursor on `page`, counted from 0."""
        super().__init__()
        self._lesson = lesson
        self._progress = progress
        self._page = page

    def compose(self) -> ComposeResult:
        """One line for each page."""
        rows = PageList(*map(Option, self._format_rows()))
        rows.border_title = literal(f"Pages: {self._lesson.heading.front_matter.title}")
        rows.highlighted = self._page
        yield rows
        yield KeyBar()

    def on_resize(self) -> None:
        """Write the lines across the new width."""
        rows = self.query_one(OptionList)
        for page, row in enumerate(self._format_rows()):
            rows.replace_option_prompt_at_index(page, row)

    def _format_rows(self) -> list[Content]:
        """Each page with its mark, its title, and at the right what is open on it."""
        unread = set(self._progress.pages.open_pages)
        questions, tasks = Counter(self._progress.questions.open_pages), Counter(self._progress.tasks.open_pages)
        return [
            self._format_row(page, page in unread, _open_words(questions[page], tasks[page]))
            for page in range(len(self._lesson.sections))
        ]

    def _format_row(self, page: int, is_unread: bool, open_words: str) -> Content:
        if is_unread:
            mark = (state_mark("new"), "$text-quiet")
        else:
            mark = (state_mark("begun"), "$text-accent") if open_words else ("✓", "$text-success")
        left = Content.assemble(mark, f" {page + 1:>2}  ")
        room = max(4, min(MAX_WIDTH, self.app.size.width) - AROUND_ROW - left.cell_length - len(open_words))
        title = Content(self._lesson.sections[page].title).truncate(room - 1, ellipsis=True)
        return Content.assemble(left, title, " " * (room - title.cell_length), (open_words, "$text-warning"))

    @on(OptionList.OptionSelected)
    def _close_with_page(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_index)

    def action_move(self, where: str) -> None:
        """Move to the page below or above."""
        rows = self.query_one(OptionList)
        rows.action_cursor_down() if where == "down" else rows.action_cursor_up()


def _open_words(questions: int, tasks: int) -> str:
    """What is open on a page: `1 question and 2 tasks open`."""
    parts = [counted(count, thing) for count, thing in ((questions, "question"), (tasks, "task")) if count]
    return f"{' and '.join(parts)} open" if parts else ""


class PageList(OptionList):
    """The list of pages, marking those read and naming what is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", id="pages.open", tooltip="Go to the page under the cursor"),
    ]

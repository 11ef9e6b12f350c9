"""The list of a lesson's pages: which are read, and what is open on each."""

from collections import Counter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets.option_list import Option

from tutor.content.model import Lesson
from tutor.statistics.completion import LessonProgress
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import counted
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, literal
from tutor.widgets.modal import Dialog

MARKS = {True: ("✓", "○"), False: ("x", "-")}
"""Before a page that was read, and before one that was not; in Unicode, and in ASCII."""


class PagesScreen(Dialog[int | None]):
    """The pages of the lesson: which are read, and where questions or tasks are open. Enter goes to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,g", "dismiss", "Close", id="pages.close", tooltip="Back to the page"),
        Binding("j", "move('down')", "Down", show=False, id="pages.down", tooltip="To the next page"),
        Binding("k", "move('up')", "Up", show=False, id="pages.up", tooltip="To the page before"),
    ]
    DEFAULT_CSS = "PagesScreen > OptionList { width: 84; height: auto; max-height: 100%; }"

    def __init__(self, lesson: Lesson, progress: LessonProgress, place: int) -> None:
        """List the pages of `lesson`, with the cursor on the page `place`, counted from 0."""
        super().__init__()
        self._lesson = lesson
        self._progress = progress
        self._place = place

    def compose(self) -> ComposeResult:
        """One line for each page."""
        unread = set(self._progress.read.open)
        questions, tasks = Counter(self._progress.questions.open), Counter(self._progress.tasks.open)
        rows = PageList(
            *(
                Option(self._row(place, place not in unread, questions[place], tasks[place]))
                for place in range(len(self._lesson.sections))
            )
        )
        rows.border_title = literal(f"Pages: {self._lesson.heading.front.title}")
        rows.highlighted = self._place
        yield rows
        yield KeyBar()

    def _row(self, place: int, is_read: bool, questions: int, tasks: int) -> Content:
        read, unread = MARKS[not prefers_ascii()]
        mark = (read, "$text-success") if is_read else (unread, "$text-muted")
        open_ = [counted(count, thing) for count, thing in ((questions, "question"), (tasks, "task")) if count]
        said = f"  {' and '.join(open_)} open" if open_ else ""
        title = self._lesson.sections[place].title
        return Content.assemble(mark, f" {place + 1:>2}  ", title, (said, "$text-warning"))

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_index)

    def action_move(self, where: str) -> None:
        """Move to the page below or above."""
        rows = self.query_one(OptionList)
        rows.action_cursor_down() if where == "down" else rows.action_cursor_up()


class PageList(OptionList):
    """The list of pages, marking those read and naming what is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Open", id="pages.open", tooltip="Go to the page under the cursor"),
    ]

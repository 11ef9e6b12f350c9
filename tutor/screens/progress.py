"""The record, plain but true: answers, lessons, concepts, and what is due."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.errors import ChainruleError
from tutor.quiz.choose import Scope, Wish
from tutor.screens.bars import bar
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.requests import OpenQuiz
from tutor.widgets.keybar import KeyBar


class ProgressScreen(CourseScreen):
    """What is on your record. Nothing here is a mark: the weakest concept is where reading pays most."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "due", "Review due", id="progress.due", tooltip="Ask the questions whose time has come"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="progress.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="progress.up", tooltip="Scroll up"),
    ]

    def compose(self) -> ComposeResult:
        """Counting a long record takes a moment, so that is said first."""
        yield Banner("Progress", str(self.sitting.store.path))
        with VerticalScroll(id="record"):
            yield Static("counting what is on record …", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Count when the screen stands."""
        self.query_one("#record").focus()
        self.call_after_refresh(self._count)

    def on_screen_resume(self) -> None:
        """Coming back from a review, there is more on record."""
        if self.is_mounted:
            self._count()

    def _count(self) -> None:
        try:
            text = _record(self.sitting.store.summary(), self._titles())
        except ChainruleError as error:
            text = Content(str(error))
        self.query_one("#record Static", Static).update(text)

    def _titles(self) -> dict[str, str]:
        return {heading.front.id: heading.front.title for heading in self.sitting.course.headings}

    def action_due(self) -> None:
        """Ask what is due."""
        self.post_message(OpenQuiz(Wish(Scope(due=True))))

    def action_scroll(self, by: int) -> None:
        """Move by one line."""
        self.query_one("#record").scroll_relative(y=by, animate=False)


def _record(summary: dict[str, Any], titles: dict[str, str]) -> Content:
    """The whole record as text."""
    due = len(summary["due"])
    parts = [
        _title("In all"),
        Content(f"{summary['attempts']:,} answers on record, {due:,} questions due for review"),
    ]
    if summary["lessons"]:
        parts += [Content(""), _title("Lessons")]
        parts += [_lesson(row, titles.get(row["id"], "")) for row in summary["lessons"]]
    if summary["concepts"]:
        parts += [Content(""), _title("Concepts, the weakest first")]
        weakest = sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))
        parts += [_concept(row) for row in weakest]
    if due:
        parts += [Content(""), _title("Due, the longest waiting first")]
        parts += [Content(f"{question}") for question in summary["due"][:20]]
    if due > 20:
        parts.append(Content(f"and {due - 20:,} more"))
    if not summary["lessons"]:
        parts.append(Content("Nothing is here yet: open a lesson and answer a question."))
    return Content("\n").join(parts)


def _title(words: str) -> Content:
    return Content.styled(words, "bold $text-accent")


def _lesson(row: dict[str, Any], title: str) -> Content:
    share = row["right"] / row["attempts"] if row["attempts"] else 0.0
    place = "" if row["section"] is None else f", page {row['section'] + 1}"
    counts = f"{row['right']:,} of {row['attempts']:,} answers right{place}"
    return Content.assemble(f"{row['id']:<18} ", bar(share), f"  {counts}", (f"\n{'':<18} {title}", "dim"))


def _concept(row: dict[str, Any]) -> Content:
    counted = "answer" if row["attempts"] == 1 else "answers"
    return Content.assemble(
        f"{row['id']:<24} ", bar(row["level"]), f"  {row['level']:>4.0%} from {row['attempts']:,} {counted}"
    )

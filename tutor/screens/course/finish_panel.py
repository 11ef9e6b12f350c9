"""What a lesson still needs, on its last page: a button for each page, or words when it is complete."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tutor.content.model import Lesson
from tutor.statistics.completion import LessonProgress
from tutor.statistics.words import describe_finish, describe_further, missing_pages
from tutor.widgets.literal import Button, Static, literal

MAX_LINKS = 9
"""The most pages that get a button: each button has a digit as its key."""


class PageButton(Button):
    """A button that leads to a page on which something is open."""

    HELP_TITLE = "What is open"
    HELP = "A page on which something is open. Enter goes there; Tab goes on to the next one."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "press", "Open", id="place.open", tooltip="To what is open there"),
    ]


class FinishPanel(Vertical):
    """What the lesson still needs, with a button for each; or that it is done, and what that means."""

    DEFAULT_CSS = """
    FinishPanel {
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        margin-top: 1;
        & > Button { min-width: 8; }
        &.-done { border: round $success; border-title-color: $text-success; }
    }
    """

    class GoToPage(Message):
        """The learner wants to go to what is open on a page, counted from 0."""

        def __init__(self, page: int) -> None:
            super().__init__()
            self.page = page

    def __init__(self, lesson: Lesson, progress: LessonProgress) -> None:
        super().__init__()
        self._lesson = lesson
        self.pages: list[int] = []
        """The pages that the buttons lead to, in their order."""
        self._set_progress(progress)

    def _set_progress(self, progress: LessonProgress) -> None:
        """Keep the progress, and give the frame its colour and title."""
        self._progress = progress
        self.set_class(progress.is_done, "-done")
        words = "✓ You have finished this lesson" if progress.is_done else "To finish this lesson"
        self.border_title = literal(words)

    def compose(self) -> ComposeResult:
        """Yield a sentence with a button for each page on which something is missing, or words that it is done."""
        progress = self._progress
        if progress.is_done:
            self.pages = []
            yield Static("\n".join(describe_finish(progress)))
            return
        missing = missing_pages(self._lesson, progress)  # (page, words for what is open on it)
        linked, further = missing[:MAX_LINKS], missing[MAX_LINKS:]
        self.pages = [page for page, _ in linked]
        yield Static(Content(f"{progress.words[0].upper()}{progress.words[1:]}."))
        for number, (page, words) in enumerate(linked, 1):
            yield PageButton(f"{number}  {words}", name=str(page), compact=True)  # `name` is the number of the page
        if further_words := describe_further(progress, [page for page, _ in further]):
            yield Static(f"   and {further_words}", classes="more")

    async def update(self, progress: LessonProgress) -> None:
        """Show `progress`; do nothing if it is shown already."""
        if progress != self._progress:
            self._set_progress(progress)
            await self.recompose()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Ask the lesson's screen to go to the page of the button."""
        if event.button.name:
            event.stop()
            self.post_message(self.GoToPage(int(event.button.name)))

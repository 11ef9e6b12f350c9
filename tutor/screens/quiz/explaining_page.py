"""The page that explains a question, below its verdict or the summary of a quiz on a screen that has room for it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.geometry import Size
from textual.widget import Widget

from tutor.content.model import PictureBlock, Prose, Section
from tutor.errors import ChainruleError
from tutor.quiz.summary import PageToReview, pages_to_review
from tutor.widgets.deferred import call_after_paint, run_in_thread
from tutor.widgets.lesson.block_widgets import compute_texts
from tutor.widgets.lesson.inline_picture import InlinePicture
from tutor.widgets.literal import Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.quiz.item import QuizItem
    from tutor.quiz.quiz import Quiz

MIN_CONTENT_ROWS = 7
"""Rows of text below which the page is not shown."""
MAX_BLANK_ROWS = 3
"""The most rows that are left blank at its foot so that nothing there is cut."""
GOES_ON = "goes on ↓"
"""What the frame says while there is more of the page below."""


def find_explaining_page(course: "Course", item: "QuizItem") -> PageToReview | None:
    """The page that best explains what a question is about."""
    pages = pages_to_review(course, item.instance.concepts if item.instance else (), [item.question])
    return pages[0] if pages else None


def wants_explaining_page(quiz: "Quiz", item: "QuizItem") -> bool:
    """Whether to show the page that explains a question: after a wrong answer; after a quiz, for every answer."""
    has_verdict = item.grade is not None and quiz.is_graded
    return has_verdict and (quiz.is_over or not item.is_right_at_once)


async def show_explaining_page(container: Widget, quiz: "Quiz") -> None:
    """Show the page that explains the current question at the end of `container`; after a right answer, its place."""
    await container.query_children("ExplainingPage, .place").remove()
    course, item = quiz.session.course, quiz.current
    page = find_explaining_page(course, item)
    if page is None or item.grade is None or not quiz.is_graded:
        return
    if wants_explaining_page(quiz, item):
        await container.mount(ExplainingPage(page, course.lesson(page.lesson).sections[page.section]))
    else:
        await container.mount(Static(f"Explained in {page.location}", classes="place"))


class ExplainingPage(VerticalScroll):
    """The page that explains the question, or is worth reading next, without what is to be done. Arrows scroll it."""

    DEFAULT_CSS = """
    ExplainingPage {
        display: none;
        height: 1fr;
        margin-top: 1;
        padding: 0 1;
        border: round $foreground 30%;
        border-title-color: $text-accent;
        border-subtitle-color: $text-muted;
        &:focus { border: round $primary; }
    }
    """

    def __init__(self, page: PageToReview, section: Section, title: str = "") -> None:
        """Show the texts and pictures of `section`; by default, the title says that the place of `page` explains it."""
        super().__init__()
        blocks = tuple(block for block in section.blocks if isinstance(block, (Prose, PictureBlock)))
        self._section = Section(section.title, section.line, blocks)
        self.border_title = literal(title or f"Explained in {page.location}")

    def compose(self) -> ComposeResult:
        """Yield a line that asks for patience while the figures in the texts are computed."""
        yield Static("the page is being read …")

    def on_mount(self) -> None:
        """Compute the figures in the texts, then show these."""
        run_in_thread(self, self._compute_texts, self._show_blocks)

    def _compute_texts(self) -> Iterator[None]:
        """Compute the figures in the texts, as `run_in_thread` needs it: by a generator, a step for each text."""
        yield from compute_texts(self._section)

    async def _show_blocks(self) -> None:
        """Show the texts and pictures in place of the line that asks for patience."""
        await self.remove_children()
        await self.mount_all(map(_make_widget, self._section.blocks))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll, and say in the frame whether the page goes on."""
        super().watch_scroll_y(old_value, new_value)
        self._say_whether_it_goes_on()

    def watch_virtual_size(self, _: Size) -> None:
        """Say in the frame whether the page goes on, now that its texts are laid out, and where they can end."""
        self._say_whether_it_goes_on()
        call_after_paint(self, self._end_between_blocks)

    def _say_whether_it_goes_on(self) -> None:
        self.border_subtitle = literal(GOES_ON if self.scroll_y < self.max_scroll_y else "")

    def on_resize(self, event: Resize) -> None:
        """Hide the page where too little of the screen is left for it."""
        if self.content_size.height + self.styles.padding.bottom < MIN_CONTENT_ROWS:
            self.display = False
        self._say_whether_it_goes_on()
        call_after_paint(self, self._end_between_blocks)

    def _end_between_blocks(self) -> None:
        """Leave rows blank at the foot if a formula or a heading would be cut there before anything is scrolled."""
        if self.scroll_y:
            return
        rows = self.content_size.height + self.styles.padding.bottom
        end = rows
        for block in self.query("MathMarkdown > *"):
            start = block.virtual_region.y + (block.parent.virtual_region.y if isinstance(block.parent, Widget) else 0)
            if start < rows < start + block.virtual_region.height and rows - start <= MAX_BLANK_ROWS:
                end = start
        self.styles.padding = (0, 1, rows - end, 1)


def _make_widget(block: object) -> Widget:
    """The widget of a text or a picture, or one that says why it cannot be shown."""
    if isinstance(block, PictureBlock):
        return InlinePicture(block)
    assert isinstance(block, Prose)
    try:
        return MathMarkdown(block.text)
    except ChainruleError as error:
        return Static(f"! This text cannot be shown: {error}")

"""The end of a quiz: the review before an exam is submitted, and the summary."""

from collections.abc import Iterable
from textwrap import shorten
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tutor.content.plain import plain_inline
from tutor.quiz.item import QuizItem
from tutor.quiz.quiz import Quiz
from tutor.quiz.selection import QuizOptions
from tutor.quiz.summary import (
    COUNTS_AS_PRACTICE,
    CalibrationBin,
    PageToReview,
    Summary,
    describe_calibration,
    describe_score,
)
from tutor.screens.quiz.question_list import FLAG, sign_of
from tutor.screens.requests import OpenLesson, OpenQuiz
from tutor.statistics.words import concept_name
from tutor.text.numbers import counted, format_fixed
from tutor.widgets.literal import Button, Static
from tutor.widgets.plots.bars import share_bar

MAX_QUESTION_CELLS = 74
"""The most cells of a question's line in the review before handing in."""
BESIDE_TITLE = 12
"""Cells of a line that a button with a page's title needs besides the title."""


class ExamReview(Vertical):
    """Before an exam is submitted: every question, with its sign, what it is about, and whether it was flagged."""

    DEFAULT_CSS = """
    ExamReview {
        height: auto;
        & > Static { margin-bottom: 1; }
        & > Button { content-align: left middle; text-align: left; }
    }
    """

    class GoTo(Message):
        """Go to a question, counted from 0."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, quiz: Quiz) -> None:
        super().__init__()
        self._quiz = quiz

    def compose(self) -> ComposeResult:
        """The counts, and a button for each question."""
        quiz = self._quiz
        flagged = f", {len(quiz.flagged)} flagged" if quiz.flagged else ""
        yield Static(f"{len(quiz.items) - len(quiz.unanswered)} of {len(quiz.items)} answered{flagged}.")
        yield Button("Hand in and see the verdicts (^s)", id="hand-in", does="Hand in", compact=True)
        room = self.app.size.width - BESIDE_TITLE
        for number, item in enumerate(quiz.items):
            label = _describe_question(number, item, room)
            yield Button(label, name=str(number), does="Go there", compact=True)

    def on_mount(self) -> None:
        """Focus the submit button."""
        _widen_alike(self.query(Button).results(Button))
        self.query(Button).first().focus()

    @on(Button.Pressed)
    async def _follow_button(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.name is None:
            await self.screen.run_action("hand_in")
        else:
            self.post_message(self.GoTo(int(event.button.name)))


def _describe_question(number: int, item: QuizItem, room: int) -> str:
    """A question's sign, number, topics and first words in `room` cells, and its flag."""
    sign, _ = sign_of(item, is_here=False, graded=False)
    flag = f" {FLAG}" if item.is_flagged else ""
    words = ""
    if item.instance is not None:
        words = f"{' · '.join(item.instance.topics)}: {plain_inline(item.instance.prompt)}"
    begun = shorten(words, min(room, MAX_QUESTION_CELLS) - len(f"{sign} {number + 1:>2}  {flag}"), placeholder=" …")
    return f"{sign} {number + 1:>2}  {begun}{flag}"


def _widen_alike(buttons: Iterable[Button]) -> None:
    """Make buttons below each other as wide as the widest of them."""
    column = list(buttons)
    widest = max((Content(str(button.label)).cell_length for button in column), default=0) + 2
    for button in column:
        button.styles.min_width = widest


class QuizSummary(Vertical):
    """The results of a quiz, and what to do now."""

    DEFAULT_CSS = """
    QuizSummary {
        height: auto;
        & > Button { content-align: left middle; text-align: left; }
        & > #done { margin-top: 1; }
    }
    """
    NAME_CELLS: ClassVar[int] = 24
    """Cells of a concept's name."""

    class ActionRequested(Message):
        """A button asks for an action of the quiz screen."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, summary: Summary | None, signs: Content, quiz: Quiz, empty_message: str) -> None:
        """Show `summary`, or the `empty_message` when there was no question."""
        super().__init__()
        self._summary = summary
        self._signs = signs
        self._quiz = quiz
        self._empty_message = empty_message

    def compose(self) -> ComposeResult:
        """The text, then buttons."""
        yield Static(self._score_content(), id="score")
        if self._summary is not None and self._summary.total:
            yield Static(Content.assemble(("Questions", "$text-quiet"), self._signs), classes="signs")
        yield Static(self._review_content(), id="summary")
        room = self.app.size.width - BESIDE_TITLE
        for number, page in enumerate(self._summary.pages if self._summary else ()):
            yield Button(
                shorten(page.place, room, placeholder=" …"),
                id=f"read-{number}",
                classes="read",
                compact=True,
            )
        yield Button("Done (b)", id="done", compact=True)
        if self._summary is None:
            yield Button("A quiz on everything", id="everything", compact=True)
        if self._quiz.to_retry:
            yield Button(f"Retry the {len(self._quiz.to_retry)} not right (F4)", id="retry", compact=True)
        if self._quiz.items:
            yield Button("Look at the questions again (v)", id="look", compact=True)

    def on_mount(self) -> None:
        """Focus the way on: the page most worth reading, or back to where the quiz was opened."""
        _widen_alike(button for button in self.query(Button).results(Button) if not button.has_class("read"))
        self.query(Button).first().focus(scroll_visible=False)

    @on(Button.Pressed)
    def _follow_button(self, event: Button.Pressed) -> None:
        event.stop()
        id = event.button.id or ""
        if id.startswith("read-") and self._summary is not None:
            page: PageToReview = self._summary.pages[int(id.removeprefix("read-"))]
            self.post_message(OpenLesson(page.lesson, page.section, visits=True))
        elif id == "everything":
            self.post_message(OpenQuiz(QuizOptions()))
        else:
            self.post_message(self.ActionRequested(id))

    # -- words

    def _score_content(self) -> Content:
        """How many answers were right, or that nothing was asked or graded."""
        summary = self._summary
        if summary is None:
            return Content(self._empty_message)
        if not summary.total:
            return Content("No answer was graded.")
        counts = f", {summary.left_out} left out" if summary.left_out else ""
        if summary.second:
            counts += f", {summary.second} more at the second try"
        if summary.hints or summary.second:
            after = f" after {counted(summary.hints, 'hint')}" if summary.hints else ""
            counts += f" · score {format_fixed(summary.score, 1)}{after}"
        each = f" · {format_fixed(summary.seconds / summary.answered, 0)} s per answer" if summary.answered else ""
        rows = [
            Content.assemble((f"{summary.right} of {summary.total} right", "bold"), counts, each),
            *([Content(f"! {self._quiz.record_error}")] if self._quiz.record_error else []),
            *([Content.styled(COUNTS_AS_PRACTICE, "$text-quiet")] if self._quiz.exam and summary.answered else []),
        ]
        return Content("\n").join(rows)

    def _review_content(self) -> Content:
        """The concepts, how sure the learner was, and the heading of the pages to read, whose buttons follow."""
        summary = self._summary
        if summary is None or not summary.total:
            return Content("")
        rows = [Content(""), _heading("By concept, the weakest first")]
        for concept, count, mean in summary.concepts:
            rows.append(
                Content.assemble(
                    f"{concept_name(concept):<{self.NAME_CELLS}} ",
                    share_bar(mean),
                    f" {describe_score(mean, count)}",
                )
            )
        rows += self._describe_calibration(summary)
        if summary.pages:
            rows += [Content(""), _heading("Read next")]
        return Content("\n").join(rows)

    def _describe_calibration(self, summary: Summary) -> list[Content]:
        """Describe how well the learner's confidence matched her results, if she gave it."""
        if not summary.calibration:
            return []
        rows = [Content(""), _heading("How sure you were, and how often you were right")]
        rows += [_calibration_row(bin, self.NAME_CELLS) for bin in summary.calibration]
        if words := describe_calibration(summary.calibration):
            rows.append(Content(words))
        if summary.mistakes_in_words:
            rows.append(Content("Sure and wrong, so look at these first:"))
            rows += [Content(f"  {mistake}") for mistake in summary.mistakes_in_words]
        return rows


def _calibration_row(bin: CalibrationBin, width: int) -> Content:
    return Content.assemble(f"{bin.words:<{width}} ", share_bar(bin.share), f" {bin.right} of {bin.count} right")


def _heading(words: str) -> Content:
    return Content.styled(words, "bold $text-accent")

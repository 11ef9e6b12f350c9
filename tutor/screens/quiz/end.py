"""The end of a quiz: the review before an exam is submitted, and the summary."""

from datetime import datetime
from textwrap import shorten, wrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

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
    summarise,
)
from tutor.screens.quiz.explaining_page import ExplainingPage
from tutor.screens.quiz.question_list import FLAG, legend_line, sign_of, signs_row
from tutor.screens.requests import OpenLesson, OpenQuiz
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_fixed
from tutor.widgets.button_row import BUTTON_PADDING_CELLS, ButtonRow
from tutor.widgets.literal import Button, Static
from tutor.widgets.plots.bars import SHARE_BAR_CELLS, share_bar

MAX_QUESTION_CELLS = 78
"""The most cells of a question's lines in the review before handing in, whose column has 80."""
ROWS_AROUND_QUESTIONS = 10
"""The most rows of the screen around the questions there: banner, counts, button, legend, keys, and rows between."""
MAX_QUESTION_LINES = 5
"""The most lines of a question there; few questions have more, and these only in a narrow terminal."""
MAX_SUMMARY_CELLS = 76
"""The most cells of a question's lines below the summary, whose column has 80."""
MAX_SUMMARY_QUESTIONS = 10
"""The most questions below the summary."""
CELLS_AROUND_LABEL = 12
"""Cells that a button needs besides its label."""


def words_at_leaving(quiz: Quiz) -> str:
    """Say what is kept of a quiz that was left, and how to go on with it."""
    unanswered_count = len(quiz.unanswered_indices)
    answered_count = len(quiz.items) - unanswered_count
    message = f"You left the quiz. {counted(answered_count, 'answer')} of it on record"
    if not quiz.exam and unanswered_count:
        return f"{message}. z goes on with it: {unanswered_count} to go."
    return f"{message}, {unanswered_count} left out." if unanswered_count else f"{message}."


class ExamReview(Vertical):
    """Before an exam is submitted: every question, with its sign, what it is about, and whether it was flagged.

    While a question is open, the first of these has the focus, so that Enter does not hand in what is not answered.
    """

    DEFAULT_CSS = """
    ExamReview {
        height: auto;
        & > #hand-in { margin: 1 0; }
        & > .legend { margin: 0 1 1 1; color: $text-quiet; }
        & > .question { width: 100%; content-align: left middle; text-align: left; background: $background; }
        & > .question:focus { background: $block-cursor-background; }
        &.-airy > .question { margin-bottom: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Pick", key_display="↑↓", id="review.down", tooltip="To the next question"),
        Binding("up,k", "move(-1)", "Up", show=False, id="review.up", tooltip="To the question before"),
    ]

    class GoTo(Message):
        """Go to a question, counted from 0."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self, quiz: Quiz) -> None:
        super().__init__()
        self._quiz = quiz

    def compose(self) -> ComposeResult:
        """Yield the counts, a button that hands the exam in, what the signs mean, and a button for each question."""
        quiz = self._quiz
        flagged = f", {len(quiz.flagged_indices)} flagged" if quiz.flagged_indices else ""
        counts = f"{len(quiz.items) - len(quiz.unanswered_indices)} of {len(quiz.items)} answered{flagged}."
        way_back = " ↑↓ and Enter lead back to a question." if quiz.unanswered_indices or quiz.flagged_indices else ""
        yield Static(Content.assemble((counts, "bold"), way_back))
        open_count = len(quiz.unanswered_indices)
        words = f"Hand in with {open_count} not answered (^s)" if open_count else "Hand in and see the verdicts (^s)"
        variant = "default" if open_count else "primary"
        yield Button(words, id="hand-in", does="Hand in", compact=True, variant=variant)
        yield Static(legend_line(quiz.items), classes="legend")
        for position, item in enumerate(quiz.items):
            label = _question_lines(position, item, MAX_QUESTION_CELLS)
            yield Button(label, name=str(position), does="Go there", classes="question", compact=True)

    def on_mount(self) -> None:
        """Focus the first question that is not answered, or the button that hands the exam in if all are."""
        open_indices = self._quiz.unanswered_indices
        position = open_indices[0] + 1 if open_indices else 0  # the first button hands the exam in
        list(self.query(Button).results(Button))[position].focus()

    def action_move(self, steps: int) -> None:
        """Focus the button `steps` further down, or up if that is negative; at most the last or the first."""
        buttons = list(self.query(Button).results(Button))
        focused_index = 0
        for index, button in enumerate(buttons):
            if button.has_focus:
                focused_index = index
        target_index = min(max(focused_index + steps, 0), len(buttons) - 1)
        buttons[target_index].focus()

    def on_resize(self) -> None:
        """Break the lines of the questions for the current width, with a row between them if all fit."""
        label_cells = min(self.size.width - BUTTON_PADDING_CELLS, MAX_QUESTION_CELLS)
        rows = ROWS_AROUND_QUESTIONS
        for button in self.query(".question").results(Button):
            position = int(button.name or 0)
            label = _question_lines(position, self._quiz.items[position], label_cells)
            rows += len(label.plain.splitlines()) + 1
            button.label = label
        self.set_class(rows <= self.screen.size.height, "-airy")

    @on(Button.Pressed)
    async def _follow_button(self, event: Button.Pressed) -> None:
        """Hand the exam in, or go to the question whose position is the button's name."""
        event.stop()
        if event.button.name is None:  # the button that hands the exam in has no name
            await self.screen.run_action("hand_in")
        else:
            self.post_message(self.GoTo(int(event.button.name)))


def _question_lines(
    position: int, item: QuizItem, max_cells: int, *, is_graded: bool = False, max_lines: int = MAX_QUESTION_LINES
) -> Content:
    """Describe the question at `position`, counted from 0: its sign, number, topics, words, and flag, wrapped.

    The topics are quieter than the words; what is beyond `max_lines` is left out.
    """
    sign, _ = sign_of(item, is_current=False, is_graded=is_graded)
    lead = f"{sign} {position + 1:>2}  "
    flag = f" {FLAG}" if item.is_flagged else ""
    words = topics = ""
    if item.instance is not None:
        topics = " · ".join(item.instance.topics)  # `topics` leaves out a topic that would give the answer away
        words = ": ".join(filter(None, (topics, plain_inline(item.instance.prompt))))
    words_cells = max(1, max_cells - len(lead + flag))
    lines = wrap(words, words_cells, max_lines=max_lines, placeholder=" …", break_on_hyphens=False)
    line_start = "\n" + " " * len(lead)
    text = Content(f"{lead}{line_start.join(lines)}{flag}")
    return text.stylize("$text-quiet", len(lead), len(lead) + len(topics))


async def show_summary(container: Widget, quiz: Quiz, began_at: datetime, empty_message: str) -> None:
    """Show in `container` the results of a quiz that began at `began_at`, and the page that is most worth reading."""
    course = quiz.session.course
    summary = summarise(course, quiz.items, exam=quiz.exam) if quiz.items else None
    signs = signs_row(quiz.items, None, are_graded=True)
    await container.mount(*finished_lesson_lines(quiz, began_at), QuizSummary(summary, signs, quiz, empty_message))
    if summary is not None and summary.pages:
        page = summary.pages[0]
        section = course.lesson(page.lesson).sections[page.section]
        await container.mount(ExplainingPage(page, section, title=section.title))  # its place is on the button


def finished_lesson_lines(quiz: Quiz, began_at: datetime) -> list[Static]:
    """Make a line for each lesson that became complete by the answers of `quiz`, which began at `began_at`."""
    from tutor.statistics.completion import finished_since

    questions = [item.question for item in quiz.items]
    titles = finished_since(quiz.session.course, quiz.session.store, questions, began_at)
    return [Static(Content.styled(f"✓ You have finished: {title}", "$text-success")) for title in titles]


class QuizSummary(Vertical):
    """The results of a quiz, and what to do now."""

    DEFAULT_CSS = """
    QuizSummary {
        height: auto;
        & Button { min-width: 8; content-align: left middle; text-align: left; }
        & > .questions { margin-top: 1; }
    }
    """

    class ActionRequested(Message):
        """A button asks for an action of the quiz screen."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, summary: Summary | None, signs: Content, quiz: Quiz, empty_message: str) -> None:
        """Show `summary`, or the `empty_message` if there was no question; `signs` has a sign for each question."""
        super().__init__()
        self._summary = summary
        self._signs = signs
        self._quiz = quiz
        self._empty_message = empty_message

    def compose(self) -> ComposeResult:
        """Yield the score, the signs of the questions and the review, then a button for each thing to do now."""
        yield Static(self._score_content(), id="score")
        if self._summary is not None and self._summary.answered:  # else every sign would say that it was left out
            yield Static(Content.assemble(("Questions", "$text-quiet"), self._signs), classes="signs")
        yield Static(self._review_content(), id="summary")
        label_cells = self.app.size.width - CELLS_AROUND_LABEL
        for number, page in enumerate(self._summary.pages if self._summary else ()):
            label = shorten(page.location, label_cells, placeholder=" …")
            yield Button(label, id=f"read-{number}", does="Read it", classes="read", compact=True)
        with ButtonRow(classes="actions"):
            yield Button("Back (esc)", id="done", does="Back", compact=True)
            if self._summary is None:
                yield Button("A quiz on everything", id="everything", does="Begin it", compact=True)
            if self._quiz.questions_to_retry:
                label = f"Retry {len(self._quiz.questions_to_retry)} not right (F4)"
                yield Button(label, id="retry", does="Retry", compact=True)
            if self._quiz.items:
                yield Button("Look at the questions again (v)", id="look", does="Look again", compact=True)
        if self._quiz.items:
            yield Static(classes="questions whole")
            yield Static(classes="questions brief")

    def on_mount(self) -> None:
        """Mark and focus the first button: the page most worth reading, or `Back` to where the quiz was opened."""
        first = self.query(Button).first()
        first.variant = "primary"
        first.focus(scroll_visible=False)

    def on_resize(self) -> None:
        """Wrap the questions for the width; they are whole where the rows of the screen allow it."""
        for questions in self.query(".questions").results(Static):
            max_lines = 1 if questions.has_class("brief") else MAX_QUESTION_LINES
            questions.update(self._questions_content(max_lines))
        rest = self.size.height - sum(shown.size.height for shown in self.query(".questions") if shown.display)
        rows = rest + len(self._questions_content(MAX_QUESTION_LINES).plain.splitlines())
        self.set_class(self.region.y + rows <= self.screen.size.height - 1, "-whole")  # a row for the keys

    @on(Button.Pressed)
    def _follow_button(self, event: Button.Pressed) -> None:
        """Open a page or a quiz; the id of any other button names an action of the quiz screen."""
        event.stop()
        id = event.button.id or ""
        if id.startswith("read-") and self._summary is not None:
            page: PageToReview = self._summary.pages[int(id.removeprefix("read-"))]
            self.post_message(OpenLesson(page.lesson, page.section, is_visit=True))
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
        details = f", {summary.left_out} left out" if summary.left_out else ""
        if summary.right_at_second_try:
            details += f", {summary.right_at_second_try} more at the second try"
        # Only these make the score differ from the number of right answers.
        if summary.hints or summary.right_at_second_try:
            after_hints = f" after {counted(summary.hints, 'hint')}" if summary.hints else ""
            details += f" · score {format_fixed(summary.score, 1)}{after_hints}"
        if summary.answered:
            details += f" · {format_fixed(summary.seconds / summary.answered, 0)} s per answer"
        lines = [Content.assemble((f"{summary.right_at_first_try} of {summary.total} right", "bold"), details)]
        if self._quiz.record_error:
            lines.append(Content(f"! {self._quiz.record_error}"))
        if self._quiz.exam and summary.answered:
            lines.append(Content.styled(COUNTS_AS_PRACTICE, "$text-quiet"))
        return Content("\n").join(lines)

    def _review_content(self) -> Content:
        """The concepts, how sure the learner was, and the heading of the pages to read, whose buttons follow."""
        summary = self._summary
        if summary is None or not summary.total:
            return Content("")
        lines = [Content(""), _heading("By concept, the weakest first")]
        name_cells = max((len(concept_name(concept)) for concept, _, _ in summary.concepts), default=0)
        has_bars = any(mean > 0 for _, _, mean in summary.concepts)
        for concept, count, mean in summary.concepts:
            bar = Content.assemble(_bar(mean), " ") if has_bars else Content("")
            lines.append(Content.assemble(f"{concept_name(concept):<{name_cells}}  ", bar, describe_score(mean, count)))
        lines += self._calibration_lines(summary)
        if summary.pages:
            lines += [Content(""), _heading("Read next")]
        return Content("\n").join(lines)

    def _questions_content(self, max_lines: int) -> Content:
        """The first questions, each in at most `max_lines` with its verdict and its topics and words."""
        items = self._quiz.items
        label_cells = min(self.app.size.width - CELLS_AROUND_LABEL, MAX_SUMMARY_CELLS)
        shown = [
            _question_lines(number, item, label_cells, is_graded=True, max_lines=max_lines)
            for number, item in enumerate(items[:MAX_SUMMARY_QUESTIONS])
        ]
        rest = len(items) - len(shown)
        lines = [*shown, Content.styled(f"… {rest} more", "$text-quiet")] if rest else shown
        legend = Content.styled(f"   {legend_line(items, are_graded=True)}", "$text-quiet")
        return Content("\n").join([_heading("Question by question") + legend, *lines])

    def _calibration_lines(self, summary: Summary) -> list[Content]:
        """Describe how well the learner's confidence matched her results; no lines if she was not asked for it."""
        if not summary.calibration:
            return []
        lines = [Content(""), _heading("How sure you were, and how often you were right")]
        name_cells = max(len(bin.words) for bin in summary.calibration)
        lines += [_calibration_line(bin, name_cells) for bin in summary.calibration]
        if words := describe_calibration(summary.calibration):
            lines.append(Content(words))
        if summary.mistakes_in_words:
            lines.append(Content("Sure and wrong, so look at these first:"))
            lines += [Content(f"  {mistake}") for mistake in summary.mistakes_in_words]
        return lines


def _calibration_line(bin: CalibrationBin, name_cells: int) -> Content:
    """A confidence with the share of right answers as a bar and in numbers."""
    return Content.assemble(f"{bin.words:<{name_cells}}  ", _bar(bin.share), f" {bin.right} of {bin.count} right")


def _bar(share: float) -> Content:
    """A bar; for nothing, as many blanks: an empty track would look like a rule."""
    return share_bar(share) if share > 0 else Content(" " * SHARE_BAR_CELLS)


def _heading(words: str) -> Content:
    """The heading of a part of the summary."""
    return Content.styled(words, "bold $text-accent")

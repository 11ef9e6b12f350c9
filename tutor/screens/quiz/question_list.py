"""The panel beside a quiz on a wide screen: every question with its verdict, and where the current one is explained."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tutor.quiz.item import QuizItem
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import pages_to_review
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course

SIGNS = {"right": ("✓", "$text-success"), "partly": ("◐", "$text-warning"), "wrong": ("✗", "$text-error")}
"""Verdict → sign and style."""
NOT_ASKED = ("·", "dim")
LEFT_OUT = ("–", "dim")
ANSWERED = ("●", "$text-accent")
"""In an exam, whose verdicts come at its end."""
OPEN_HERE = ("○", "bold $accent")
"""The question that is on the screen, while it has no answer."""
FLAG = "⚑"
ROWS_AROUND = 5
"""Rows that the panel needs besides the questions: its title, the counts, and what it leaves out."""
ROWS_OF_PAGE = 14
"""Rows that the page takes on which a question is explained, with a formula or two."""


class QuestionList(Widget, can_focus=False):
    """The questions of a quiz, a line each; the topics of one are shown once it was asked."""

    DEFAULT_CSS = """
    QuestionList {
        display: none;
        dock: right;
        width: 46;
        height: 1fr;
        margin: 1 0;
        padding: 1 2;
        border-left: solid $panel;
    }
    """

    def __init__(self, quiz: Quiz) -> None:
        super().__init__(id="questions")
        self._quiz = quiz
        self._position: int | None = None
        """Which question is on the screen, counted from 0; `None` at the end and between them."""
        self._explained: list[Content] = []
        """Where that question is explained, line by line."""

    def show(self, at: int | None) -> None:
        """Mark the question number `at`, counted from 0, and say where it is explained, once its verdict is shown."""
        self._position, self._explained = at, []
        item = None if at is None else self._quiz.items[at]
        if self.display and item is not None and item.grade is not None and self._quiz.is_graded:
            self._explained = explanation_lines(self._quiz.session.course, item, self.size.width)
        self.refresh()

    def render(self) -> Content:
        """The title, a line for each question, the counts, and the page to read."""
        quiz, width = self._quiz, self.size.width
        room = self.size.height - ROWS_AROUND - (ROWS_OF_PAGE if self._explained else 0)
        first, last = visible_window(len(quiz.items), self._position or 0, max(3, room))
        rows = [Content.styled("Questions", "bold $text-accent")]
        if first:
            rows.append(Content.styled(f"… {counted(first, 'question')} before", "$text-quiet"))
        rows += [self._row(number, quiz.items[number], width) for number in range(first, last)]
        if last < len(quiz.items):
            rows.append(Content.styled(f"… {counted(len(quiz.items) - last, 'question')} after", "$text-quiet"))
        rows += [Content(""), *self._counts(quiz.items)]
        if self._explained:
            rows += [Content(""), Content.styled("Explained in", "bold $text-accent"), *self._explained]
        return Content("\n").join(rows)

    def _row(self, number: int, item: QuizItem, width: int) -> Content:
        """The line of a question: sign, number, topics, flag."""
        is_here = number == self._position
        sign, style = sign_of(item, is_here=is_here, graded=self._quiz.is_graded)
        words = " · ".join(item.instance.topics) if item.instance is not None else ""
        flag = Content.styled(f" {FLAG}", "$text-warning") if item.is_flagged else Content("")
        mark = f"[{sign}]" if is_here else f" {sign} "
        row = Content.assemble((mark, style), (f"{number + 1:>3}  ", "bold" if is_here else "$text-quiet"))
        topics = Content.styled(words, "bold" if is_here else "").truncate(
            max(4, width - row.cell_length - flag.cell_length), ellipsis=True
        )
        return Content.assemble(row, topics, flag)

    def _counts(self, items: Sequence[QuizItem]) -> list[Content]:
        """A line that says how many are answered, how many of them right, and how many are to go."""
        answered = [item for item in items if item.verdict is not None]
        if self._quiz.is_graded:
            right = sum(item.is_right_at_once for item in answered)
            done = f"{right} of {counted(len(answered), 'answer')} right" if answered else ""
        else:
            done = f"{counted(len(answered), 'answer')} kept"
        left = len(items) - len(answered)
        to_go = f"{left} {'without an answer' if self._quiz.is_over or self._quiz.exam else 'to go'}" if left else ""
        return [Content.styled(" · ".join(filter(None, (done, to_go))), "$text-quiet")]


def visible_window(count: int, at: int, room: int) -> tuple[int, int]:
    """The first of `count` lines that `room` lines show around line `at`, and the one after the last."""
    first = max(0, min(at - room // 2, count - room))
    return first, min(count, first + room)


def explanation_lines(course: "Course", item: QuizItem, width: int) -> list[Content]:
    """The page that teaches what the question asks about, and the named formulas on it, laid out in `width` cells."""
    from tutor.content.collected import lesson_formulas
    from tutor.maths.render import ascii_line, display

    pages = pages_to_review(course, item.instance.concepts if item.instance else (), [item.question])
    rows = []
    for page in pages[:1]:
        rows.append(Content(f"{page.title} (page {page.section + 1})"))
        for formula in lesson_formulas(course.lesson(page.lesson)):
            if formula.source.section == page.section:
                lines = [ascii_line(formula.latex)] if prefers_ascii() else display(formula.latex, width)
                rows += [Content(""), Content.styled(formula.words, "$text-quiet"), *map(Content, lines)]
    return rows


def sign_of(item: QuizItem, *, is_here: bool, graded: bool) -> tuple[str, str]:
    """The sign of a question and its style: its verdict, or whether it was answered, asked or left out."""
    if item.verdict is not None:
        return SIGNS[item.verdict] if graded else ANSWERED
    if is_here:
        return OPEN_HERE
    return LEFT_OUT if item.instance is not None else NOT_ASKED


def signs_row(items: Sequence[QuizItem], at: int | None, *, graded: bool) -> Content:
    """One sign for each question: right, partly, wrong (or saved), left out, still to come; flagged or not."""
    row = []
    for number, item in enumerate(items):
        sign, style = sign_of(item, is_here=number == at, graded=graded)
        mark = f"[{sign}]" if number == at else f" {sign} "
        row.append(Content.styled(mark, f"{style} bold" if number == at else style))
        if item.is_flagged:
            row.append(Content.styled(FLAG, "$text-warning"))
    return Content("").join(row)

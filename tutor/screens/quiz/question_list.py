"""The panel beside a quiz on a wide screen: every question with its verdict, and where the current one is explained."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from tutor.content.plain import plain_inline
from tutor.questions.base import Instance
from tutor.quiz.item import QuizItem
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import PageToReview
from tutor.screens.quiz.explaining_page import find_explaining_page, wants_explaining_page
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import counted
from tutor.widgets.reading_column import rows_above

if TYPE_CHECKING:
    from tutor.content.course import Course

SIGNS = {"right": ("✓", "$text-success"), "partly": ("◐", "$text-warning"), "wrong": ("✗", "$text-error")}
"""Verdict → sign and style."""
NOT_ASKED = ("·", "$text-quiet")
LEFT_OUT = ("–", "$text-quiet")
ANSWERED = ("●", "$text-accent")
"""The sign of an answered question in an exam: verdicts are shown only at its end."""
OPEN_HERE = ("○", "bold $accent")
"""The sign of the question on the screen until it is answered."""
FLAG = "⚑"
ROWS_AROUND_QUESTIONS = 5
"""Rows of the panel besides the questions: title, blank row, counts, and how many questions are above and below."""
MAX_QUESTION_ROWS = 8
"""The most rows of a question in the panel; one row each where the panel is too low for more."""
ROWS_OF_EXPLANATION = 14
"""Rows kept for the name of the page that explains a question, and for a formula or two of that page."""


class QuestionList(Widget, can_focus=False):
    """The questions of a quiz that were asked, below each other, once two are done; then how many are to come."""

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
        """Which question is on the screen, counted from 0; `None` if none is."""
        self._explanation: list[Content] = []
        """Lines that say where the question on the screen is explained."""

    def show(self, position: int | None) -> None:
        """Mark the question on the screen, counted from 0; once it has a verdict, say where it is explained."""
        self._position, self._explanation = position, []
        if position is not None and self.screen.has_class("-wide", "-listed"):
            self._explanation = self._find_explanation(self._quiz.items[position])
        self.refresh()

    def on_resize(self) -> None:
        """Begin in the row in which the column beside this begins, and lay out formulas for the new width."""
        self.styles.margin = (rows_above(self.app.size.height), 0, 1, 0)
        self.show(self._position)

    def _find_explanation(self, item: QuizItem) -> list[Content]:
        """Find the lines that say where a question is explained.

        There are none before the verdict, nor if the page that explains it is shown below the question.
        """
        quiz = self._quiz
        if item.grade is None or not quiz.is_graded:
            return []
        # In `chainrule.tcss`, wide and tall screens show an `ExplainingPage`; this panel is on wide ones only.
        is_page_shown = wants_explaining_page(quiz, item) and self.screen.has_class("-tall")
        page = None if is_page_shown else find_explaining_page(quiz.session.course, item)
        return explanation_lines(quiz.session.course, page, self.size.width) if page else []

    def render(self) -> Content:
        """The title, a line for each question, the counts, and where the current question is explained."""
        items, width = self._quiz.items, self.size.width
        question_rows = self.size.height - ROWS_AROUND_QUESTIONS
        if self._explanation:
            question_rows -= ROWS_OF_EXPLANATION
        max_lines = max(3, question_rows)  # a low panel still shows the question and its neighbours
        known_count = _known_count(items, self._position)
        start, stop = visible_range(known_count, self._position or 0, max_lines)
        lines = [Content.styled("Questions", "bold $text-accent")]
        if start > 0:
            lines.append(Content.styled(f"… {counted(start, 'question')} before", "$text-quiet"))
        equal_share = max_lines // max(1, len(items))  # rows for each question if all are listed; 0 if they are not
        max_rows = max(1, min(MAX_QUESTION_ROWS, equal_share))
        lines += [self._question_lines(position, items[position], width, max_rows) for position in range(start, stop)]
        if stop < known_count:
            lines.append(Content.styled(f"… {counted(known_count - stop, 'question')} after", "$text-quiet"))
        if self._position is not None:  # the summary has these counts
            lines += [Content(""), self._counts_line(items)]
        if self._explanation:
            lines += [Content(""), Content.styled("Explained in", "bold $text-accent"), *self._explanation]
        return Content("\n").join(lines)

    def _question_lines(self, position: int, item: QuizItem, width: int, max_rows: int) -> Content:
        """The lines of the question at `position`, counted from 0: sign, number, topics, flag; at most `max_rows`."""
        is_current = position == self._position
        sign, style = sign_of(item, is_current=is_current, is_graded=self._quiz.is_graded)
        mark = f"[{sign}]" if is_current else f" {sign} "
        lead = Content.assemble((mark, style), (f"{position + 1:>3}  ", "bold" if is_current else "$text-quiet"))
        flag = Content.styled(f" {FLAG}", "$text-warning") if item.is_flagged else Content("")
        topics_cells = max(4, width - lead.cell_length - flag.cell_length)
        topics_text = "" if item.instance is None else self._words_for(item.instance)
        if max_rows == 1:
            rows = [Content(topics_text).truncate(topics_cells, ellipsis=True).plain]
        else:
            rows = wrap(topics_text, topics_cells, max_lines=max_rows, placeholder=" …", break_on_hyphens=False)
        row_start = "\n" + " " * lead.cell_length
        return Content.assemble(lead, (row_start.join(rows), "bold" if is_current else ""), flag)

    def _words_for(self, instance: Instance) -> str:
        """The words for a question: its topics, or beside the summary, which lists the topics, its first words."""
        is_beside_summary = self._quiz.is_over and self._position is None
        return plain_inline(instance.prompt) if is_beside_summary else " · ".join(instance.topics)

    def _counts_line(self, items: Sequence[QuizItem]) -> Content:
        """Say how many questions are answered, how many of these are right, and how many are to go."""
        answered = [item for item in items if item.verdict is not None]
        counts = []
        if not self._quiz.is_graded:
            counts.append(f"{counted(len(answered), 'answer')} kept")
        elif answered:
            right = sum(item.is_right_at_once for item in answered)
            counts.append(f"{right} of {counted(len(answered), 'answer')} right")
        unanswered = len(items) - len(answered)
        if unanswered:
            counts.append(f"{unanswered} {'left out' if self._quiz.is_over else 'to go'}")
        return Content.styled(" · ".join(counts), "$text-quiet")


def is_worth_listing(quiz: Quiz) -> bool:
    """Whether at least two questions are done, so that signs and words of all of them say something."""
    done = quiz.items if quiz.is_over else [item for item in quiz.items if item.grade is not None]
    return len(done) > 1


def position_words(quiz: Quiz) -> str:
    """Which question is on the screen, and whether it is flagged, for the banner."""
    number, count = quiz.position + 1, len(quiz.items)
    if quiz.seconds_left is not None and not quiz.is_over and not quiz.exam:  # how many are asked depends on the time
        words = f"question {number}"
    else:
        words = f"question {number} of {count}" if count > 1 else "one question"
    return f"{FLAG} flagged · {words}" if quiz.items and quiz.current.is_flagged else words


def time_words(quiz: Quiz) -> str:
    """How much time is left, as what follows the position in the banner; "" without a limit, or at the end."""
    seconds_left = quiz.seconds_left
    if seconds_left is None or quiz.is_over:
        return ""
    if not seconds_left:
        return " · the last one: the time is up"
    minutes, seconds = divmod(int(seconds_left), 60)
    return f" · {minutes}:{seconds:02d} left"


def _known_count(items: Sequence[QuizItem], position: int | None) -> int:
    """How many questions have something to show: those up to the last one that was asked or is on the screen."""
    known = [number for number, item in enumerate(items) if item.instance is not None or number == position]
    return known[-1] + 1 if known else 0


def visible_range(count: int, centre: int, max_lines: int) -> tuple[int, int]:
    """Choose at most `max_lines` of `count` lines, with the line `centre` as near to the middle as possible.

    Returns (index of the first, index after the last), as `range` takes them.
    """
    last_start = count - max_lines  # the largest start that still fills all `max_lines`
    start = max(0, min(centre - max_lines // 2, last_start))
    return start, min(count, start + max_lines)


def explanation_lines(course: "Course", page: PageToReview, width: int) -> list[Content]:
    """The name of a page, and the named formulas on it, in `width` cells."""
    from tutor.content.collected import lesson_formulas
    from tutor.maths.render import ascii_line, display

    lines = [Content(f"{page.title} (page {page.section + 1})")]
    for formula in lesson_formulas(course.lesson(page.lesson)):
        if formula.source.section == page.section:
            formula_lines = [ascii_line(formula.latex)] if prefers_ascii() else display(formula.latex, width)
            lines += [Content(""), Content.styled(formula.words, "$text-quiet")]
            lines += [Content(line) for line in formula_lines]
    return lines


def legend_line(items: Sequence[QuizItem], *, are_graded: bool = False) -> str:
    """Say what the signs mean in the review before an exam is handed in; only signs that occur are explained.

    With `are_graded` these are the signs of the summary. Only there a question is "left out": earlier it is open.
    """
    styled_signs = {sign_of(item, is_current=False, is_graded=are_graded) for item in items}  # (sign, style)
    meanings = {ANSWERED: "answered", LEFT_OUT: "not answered", NOT_ASKED: "not seen yet"}
    if are_graded:
        verdicts = {SIGNS["right"]: "right", SIGNS["partly"]: "partly right", SIGNS["wrong"]: "wrong"}
        meanings = {**verdicts, LEFT_OUT: "left out", NOT_ASKED: "not asked"}
    parts = [f"{sign} {meaning}" for (sign, style), meaning in meanings.items() if (sign, style) in styled_signs]
    if any(item.is_flagged for item in items):
        parts.append(f"{FLAG} flagged")
    return "   ".join(parts)


def sign_of(item: QuizItem, *, is_current: bool, is_graded: bool) -> tuple[str, str]:
    """The sign of a question and its style, from its verdict or from whether it was answered, asked or left out.

    `is_graded` says that verdicts are shown, `is_current` that the question is on the screen.
    """
    if item.verdict is not None:
        return SIGNS[item.verdict] if is_graded else ANSWERED
    if is_current:
        return OPEN_HERE
    return LEFT_OUT if item.instance is not None else NOT_ASKED


def signs_row(items: Sequence[QuizItem], current_position: int | None, *, are_graded: bool) -> Content:
    """Draw the signs of all questions in a row, with a flag after each flagged question.

    `current_position` is that of the question on the screen, counted from 0; its sign is in brackets.
    """
    signs = []
    for position, item in enumerate(items):
        is_current = position == current_position
        sign, style = sign_of(item, is_current=is_current, is_graded=are_graded)
        signs.append(Content.styled(f"[{sign}]", f"{style} bold") if is_current else Content.styled(f" {sign} ", style))
        if item.is_flagged:
            signs.append(Content.styled(FLAG, "$text-warning"))
    return Content("").join(signs)

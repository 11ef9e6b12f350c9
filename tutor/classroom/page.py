"""A class as one HTML page: no script, nothing from elsewhere, every text escaped."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape

from tutor.characters import visible
from tutor.classroom.assignment import format_span
from tutor.classroom.gradebook import feedback_words
from tutor.classroom.report import ClassReport, LearnerRow, QuestionRow
from tutor.classroom.rows import LessonItems
from tutor.classroom.suspicion import choose_sign, legend_lines
from tutor.classroom.words import (
    assignment_lines,
    assignment_title,
    last_seen_day,
    lesson_lines,
    look_first_lines,
    missing_lines,
    right_share_words,
    stuck_lines,
    unchecked_lines,
)
from tutor.text.moments import local_moment
from tutor.text.numbers import counted, format_fixed, format_share

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #999; padding: .3rem .7rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } }
"""


def make_page(report: ClassReport, lessons: Sequence[LessonItems]) -> str:
    """The class as one HTML page."""
    made_at = local_moment(datetime.fromisoformat(report.made_at))
    legend = [f"<p>{_escape_text(line)}</p>" for line in legend_lines(report.learners)]
    body = [
        f"<h1>Class of {len(report.learners)}</h1>",
        f"<p>{counted(report.files, 'file')}, looked over on {_escape_text(made_at)} "
        f"by Chainrule {_escape_text(report.program)}. Every grade was recomputed from the answer.</p>",
        _list_html(assignment_title(report), assignment_lines(report)),
        _list_html("Look at this first", look_first_lines(report)),
        _list_html("Files that could not be read", [fault.error for fault in report.faults]),
        _list_html("Nothing to look over", missing_lines(report)),
        "<h2>Learners</h2>",
        _table_html(_learner_titles(report), [_learner_cells(learner, report) for learner in report.learners]),
        *legend,
        "<h2>Score by lesson, out of 100</h2>",
        _table_html(("learner", *(items.title for items in lessons)), _score_rows(report, lessons)),
        *legend,
        _list_html("Stuck (answered more than once, never right)", stuck_lines(report.learners)),
        "<h2>Questions</h2>",
        _table_html(QUESTION_TITLES, [_question_cells(row) for row in report.questions]),
        _list_html("Earned nothing, since it could not be graded again", unchecked_lines(report.learners)),
        _list_html("Lessons", lesson_lines(report, lessons)),
        _list_html("Remarks", report.remarks),
    ]
    head = f'<meta charset="utf-8"><title>Class of {len(report.learners)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(body) + "\n</body></html>\n"


def _learner_titles(report: ClassReport) -> tuple[str, ...]:
    """The titles of the columns that `_learner_cells` fills."""
    after_marks = ("lessons", "answers", "right", "minutes", "hints", "last seen", "weakest concept", "remarks")
    return ("learner", *_mark_titles(report), *after_marks)


def _learner_cells(learner: LearnerRow, report: ClassReport) -> tuple[object, ...]:
    """One learner's row of the table of learners."""
    weakest = learner.weakest
    return (
        learner.name,
        *_mark_cells(learner, report),
        len(learner.lessons),
        learner.answers,
        _make_figure(right_share_words(learner), choose_sign(learner)),
        round(learner.seconds / 60),
        learner.hints,
        last_seen_day(learner),
        f"{weakest.concept} ({format_share(weakest.known)})" if weakest else "",
        feedback_words(learner, report),
    )


QUESTION_TITLES = (
    "question",
    "lesson",
    "answered by",
    "never right",
    "right at once",
    "discrimination",
    "wrong answers",
)
"""The titles of the columns that `_question_cells` fills."""


def _question_cells(row: QuestionRow) -> tuple[object, ...]:
    """One question's row of the table of questions."""
    return (
        row.question,
        row.lesson,
        row.learners,
        row.failed,
        format_share(row.first_right),
        "" if row.discrimination is None else format_fixed(row.discrimination, 2),
        ", ".join(f"{wrong.means or wrong.answer} ({wrong.learners})" for wrong in row.wrong),
    )


class _Figure(str):
    """A number in a cell with something beside it, such as a sign; it is aligned right like other numbers."""

    __slots__ = ()


def _make_figure(*parts: object) -> _Figure:
    """Join the parts that are not empty into one figure."""
    return _Figure(" ".join(str(part) for part in parts if part != ""))


def _mark_titles(report: ClassReport) -> tuple[str, ...]:
    """The titles of the columns that `_mark_cells` fills."""
    if not report.assignment:
        return ()
    return (report.assignment, "late", "in time") if _has_late(report) else (report.assignment,)


def _has_late(report: ClassReport) -> bool:
    """Whether anybody was late; if so, the table has two more columns."""
    return any(learner.late_seconds is not None for learner in report.learners)


def _mark_cells(learner: LearnerRow, report: ClassReport) -> tuple[object, ...]:
    """The cells on the assignment: its mark and, if anybody was late, how late it was and what was earned in time."""
    if not report.assignment:
        return ()
    score = ""
    if learner.score is not None:
        answered = _answered_words(learner.answered, report.wanted)
        score = _make_figure(learner.score, choose_sign(learner), answered)
    if learner.late_seconds is None:
        return (score, "", "") if _has_late(report) else (score,)
    on_time = "" if learner.score_on_time is None else learner.score_on_time
    return (score, format_span(timedelta(seconds=learner.late_seconds)), on_time)


def _answered_words(answered: int | None, total: int | None) -> str:
    """How much was answered: `(3 of 10 answered)`; "" if everything was, or if nothing was asked for."""
    if answered is None or not total or answered >= total:
        return ""
    return f"({answered:,} of {total:,} answered)"


def _score_rows(report: ClassReport, lessons: Sequence[LessonItems]) -> Iterable[tuple[object, ...]]:
    """A row for each learner with the score of each lesson; the cell of a lesson without answers is empty."""
    for learner in report.learners:
        scores = {
            row.lesson: _make_figure(row.score, choose_sign(learner), _answered_words(row.answered, row.questions))
            for row in learner.lessons
        }
        yield (learner.name, *(scores.get(items.lesson, "") for items in lessons))


def _escape_text(value: object) -> str:
    """Escape a text for HTML, and show characters that are invisible or control a terminal."""
    return escape(visible(str(value)))


def _list_html(title: str, lines: Sequence[str]) -> str:
    """A heading with a list below it; "" if the list is empty."""
    items = "".join(f"<li>{_escape_text(line.strip())}</li>" for line in lines)
    return f"<h2>{_escape_text(title)}</h2><ul>{items}</ul>" if lines else ""


def _table_html(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with a heading above its columns; numbers are set to the right."""
    header_cells = "".join(f'<th scope="col">{_escape_text(cell)}</th>' for cell in heading)
    table_rows = "".join("<tr>" + "".join(map(_cell_html, row)) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{header_cells}</tr></thead><tbody>\n{table_rows}</tbody></table>"


def _cell_html(value: object) -> str:
    """A cell of a table; the class `n` of `STYLE` sets a number to the right."""
    attribute = ' class="n"' if isinstance(value, (int, float, _Figure)) else ""
    return f"<td{attribute}>{_escape_text(value)}</td>"

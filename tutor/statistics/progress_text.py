"""The progress as lines of text: what `chainrule progress` prints."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tutor.errors import clip
from tutor.progress.record.report import MAX_REPORTED_NAME, headline, left_out_words
from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.statistics.overview import Overview, make_overview
from tutor.statistics.panels import NOTHING_ON_RECORD, make_panels, panel_lines
from tutor.statistics.words import describe_needed
from tutor.text.numbers import counted, format_share

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

SAID_IN_FULL = {"next", "lessons", "concepts"}
"""Ids of panels that are left out, since the report has lines of its own for them, with ids for use in commands."""


def progress_lines(
    course: "Course", store: "Store", known: Collection[str] = (), quiz_count: int = DEFAULT_QUIZ_QUESTIONS
) -> list[str]:
    """The report: what to do next, the panels, then each lesson and concept with what it lacks.

    `known` are the lessons that a placement test found known.
    """
    overview = make_overview(course, store, known, quiz_count)
    summary = overview.summary
    if overview.is_empty:
        return [f"{NOTHING_ON_RECORD}. Open a lesson with: chainrule learn node"]
    lines = [headline(store, dict(summary)), f"{overview.done_words}."]
    lines += ["", f"Next: {overview.suggestion.words}", f"  {overview.suggestion.command}"]
    for panel in make_panels(overview):
        if panel.id not in SAID_IN_FULL:
            lines += ["", *panel_lines(panel)]
    lines += _lesson_lines(overview)
    if overview.figures.concepts:
        lines += ["", "Concepts, the weakest first"]
    lines += [_concept_line(row, overview) for row in overview.figures.concepts]
    if summary["due"]:
        lines += ["", "Review now with: chainrule quiz --due"]
    return lines


def _lesson_lines(overview: Overview) -> list[str]:
    """A line for each lesson on record with what it lacks: those of the course in its order, then the others.

    A line is like `  adam: 3 of 4 answers right, read up to section 2, to finish: 1 page to read`. The other lessons
    have gone from the course, or cannot be read now.
    """
    record_rows = {str(row["id"]): row for row in overview.summary["lessons"]}
    of_course = [id for id in overview.titles if id in overview.lessons]
    others = [id for id in record_rows if id not in overview.lessons]
    lines = ["", "Lessons"] if of_course or others else []
    for id in (*of_course, *others):
        row = record_rows.get(id)  # `None` for a lesson of which only tasks were done or pages read
        parts = []
        if row is not None:
            parts.append(f"{row['right']:,} of {counted(row['attempts'], 'answer')} right{left_out_words(row)}")
        if row is not None and row["section"] is not None:
            parts.append(f"read up to section {row['section'] + 1}")
        if id in overview.lessons:
            lesson = overview.lessons[id]
            parts.append("done" if lesson.is_done else f"to finish: {lesson.words}")
        if id in overview.gone:
            parts.append(clip(overview.gone[id], MAX_REPORTED_NAME))
        lines.append(f"  {clip(id, MAX_REPORTED_NAME)}: {', '.join(parts)}")
    return lines


def _concept_line(row: dict[str, Any], overview: Overview) -> str:
    """A concept: `  adam: 64% from 3 answers; 1 more right answer, due tomorrow`."""
    answers = counted(row["attempts"], "answer")
    lack = describe_needed(overview.needed.get(row["id"]), overview.figures.now, overview.figures.day_starts)
    line = f"  {clip(row['id'], MAX_REPORTED_NAME)}: {format_share(row['level'])} from {answers}{left_out_words(row)}"
    return f"{line}; {lack}" if lack else line

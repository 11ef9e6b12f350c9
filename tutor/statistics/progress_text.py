"""The progress as lines of text: what `chainrule progress` prints."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tutor.errors import clip
from tutor.progress.record.report import MAX_REPORTED_NAME, headline, left_out_words
from tutor.statistics.overview import Overview, make_overview
from tutor.statistics.panels import NOTHING_ON_RECORD, make_panels, panel_lines
from tutor.statistics.words import describe_needed
from tutor.text.numbers import counted, format_share

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

SAID_IN_FULL = {"next", "lessons", "concepts"}
"""Panels that the report says with the names that commands take."""


def progress_lines(course: "Course", store: "Store", known: Collection[str] = ()) -> list[str]:
    """Say what to do next, the week, what is strong and what fades, then each lesson and concept, and what it lacks."""
    overview = make_overview(course, store, known)
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
    """List each lesson on record and what it lacks, also lessons that have left the course."""
    rows = {str(row["id"]): row for row in overview.summary["lessons"]}
    gone = [id for id in rows if id not in overview.lessons]
    names = [*(id for id in overview.titles if id in overview.lessons), *gone]
    lines = ["", "Lessons"] if names else []
    for id in names:
        row = rows.get(id)
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
    answers = counted(row["attempts"], "answer")
    lacks = describe_needed(overview.needed.get(row["id"]), overview.figures.now, overview.figures.day_starts)
    level_words = f"{format_share(row['level'])} from {answers}{left_out_words(row)}"
    return f"  {clip(row['id'], MAX_REPORTED_NAME)}: {level_words}{f'; {lacks}' if lacks else ''}"

"""The JSON of `chainrule progress`: the record's summary, completed by the course."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.statistics.completion import LessonProgress
from tutor.statistics.overview import Overview, make_overview

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store


def course_summary(
    course: "Course", store: "Store", known: Collection[str] = (), quiz_count: int = DEFAULT_QUIZ_QUESTIONS
) -> dict[str, Any]:
    """The summary of the record, with what each lesson and each concept lacks, and what to do next.

    A lesson that has left the course keeps what the record says about it. `known` are the lessons that a placement test
    found known.
    """
    overview = make_overview(course, store, known, quiz_count)
    figures = overview.figures
    return {
        **overview.summary,
        "lessons": _lesson_rows(overview),
        "concepts": _concept_rows(overview),
        "goal": None if figures.goal is None else figures.goal.as_dict(),
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "answers": week.answers,
                "right": week.right,
                "strong": week.strong,
                "weak": week.weak,
            }
            for week in figures.weeks
        ],
        "days": [
            {"date": day.date.isoformat(), "answers": day.answers, "right": day.right} for day in figures.last_week
        ],
        "confidence": [
            {"said": bin.confidence, "answers": bin.count, "right": bin.right} for bin in figures.calibration
        ],
        "exercises": [{"title": title, "passed": passed} for title, passed in overview.exercises.items()],
        "schedule": overview.schedule,
        "lessons_done": overview.done,
        "lessons_total": len(overview.titles),
        "next": {"words": overview.suggestion.words, "command": overview.suggestion.command},
    }


def _lesson_rows(overview: Overview) -> list[dict[str, Any]]:
    """An object for each lesson on record, by id: what the record and the course say of it."""
    record_rows = {str(row["id"]): row for row in overview.summary["lessons"]}
    rows = []
    for id in sorted({*record_rows, *overview.lessons}):
        no_answers = {"id": id, "attempts": 0, "right": 0, "left_out": 0, "solved": 0, "section": None}
        row = {
            **record_rows.get(id, no_answers),
            **_completion_keys(overview.lessons.get(id), overview.titles.get(id)),
        }
        if id in overview.gone:
            row["gone"] = overview.gone[id]
        rows.append(row)
    return rows


def _concept_rows(overview: Overview) -> list[dict[str, Any]]:
    """An object for each concept on record, with what it lacks to be strong."""
    rows = []
    for row in overview.summary["concepts"]:
        needed = overview.needed[row["id"]]
        next_review = None if needed.first is None else needed.first.isoformat()
        missing = {"right_answers": needed.answers, "days": needed.days, "next": next_review}
        rows.append({**row, "missing": missing})
    return rows


def _completion_keys(progress: LessonProgress | None, title: str | None) -> dict[str, Any]:
    """The keys that say how far a lesson is, beside those of the record; sections are counted from 0.

    For a lesson that has left the course, both `progress` and `title` are `None`; for a lesson that cannot be read now,
    only `progress` is.
    """
    if progress is None:
        return {"title": title, "done": False}
    counts: dict[str, int] = {}
    for part in (progress.pages, progress.tasks, progress.questions):
        counts[part.name] = part.total
        counts[f"{part.name}_done"] = part.done
    missing = [
        {"what": part.name, "count": len(part.open_pages), "sections": list(part.open_pages)}
        for part in progress.missing
    ]
    return {"title": title, "done": progress.is_done, **counts, "missing": missing}

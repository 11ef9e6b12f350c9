"""The JSON of `chainrule progress`: the record's summary, completed by the course."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from tutor.statistics.completion import LessonProgress
from tutor.statistics.overview import make_overview

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store


def course_summary(course: "Course", store: "Store", known: Collection[str] = ()) -> dict[str, Any]:
    """Return the summary with lessons done of all, what each lesson and each concept lacks, and what to do next.

    A lesson that has gone from the course keeps what the record says of it; `known` are the lessons that a placement
    test found known.
    """
    overview = make_overview(course, store, known)
    figures = overview.figures
    rows = {str(row["id"]): row for row in overview.summary["lessons"]}
    for id in overview.lessons:
        rows.setdefault(id, {"id": id, "attempts": 0, "right": 0, "left_out": 0, "solved": 0, "section": None})
    lessons = [
        {**rows[id], **_completion_keys(overview.lessons.get(id), overview.titles.get(id))} for id in sorted(rows)
    ]
    for row in lessons:
        if row["id"] in overview.gone:
            row["gone"] = overview.gone[row["id"]]
    concepts = []
    for row in overview.summary["concepts"]:
        lack = overview.needed[row["id"]]
        first = None if lack.first is None else lack.first.isoformat()
        concepts.append({**row, "missing": {"right_answers": lack.answers, "days": lack.days, "next": first}})
    return {
        **overview.summary,
        "lessons": lessons,
        "concepts": concepts,
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
            {"date": day.date.isoformat(), "answers": day.answers, "right": day.right} for day in figures.days[-7:]
        ],
        "confidence": [
            {"said": row.confidence, "answers": row.count, "right": row.right} for row in figures.calibration
        ],
        "exercises": [{"title": title, "passed": passed} for title, passed in overview.exercises.items()],
        "schedule": overview.schedule,
        "lessons_done": overview.done,
        "lessons_total": len(overview.titles),
        "next": {"words": overview.suggestion.words, "command": overview.suggestion.command},
    }


def _completion_keys(progress: LessonProgress | None, title: str | None) -> dict[str, Any]:
    """The progress in one lesson; sections are counted from 0, like `section`."""
    if progress is None:
        return {"title": title, "done": False}
    counts = {
        name: count
        for part in (progress.pages, progress.tasks, progress.questions)
        for name, count in ((part.name, part.total), (f"{part.name}_done", part.done))
    }
    missing = [
        {"what": part.name, "count": len(part.open_pages), "sections": list(part.open_pages)}
        for part in progress.missing
    ]
    return {"title": title, "done": progress.is_done, **counts, "missing": missing}

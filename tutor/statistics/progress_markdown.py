"""The progress as Markdown: the tables of the record, and those of what only the course knows."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from tutor.progress.record.report import markdown_parts, markdown_table_lines
from tutor.quiz.session import DEFAULT_QUIZ_QUESTIONS
from tutor.statistics.overview import Overview, make_overview
from tutor.statistics.words import describe_needed

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store


def markdown_report(
    course: "Course", store: "Store", known: Collection[str] = (), quiz_count: int = DEFAULT_QUIZ_QUESTIONS
) -> str:
    """All that `chainrule progress` says, in tables; `known` are the lessons that a placement test found known."""
    overview = make_overview(course, store, known, quiz_count)
    title_lines, table_lines = markdown_parts(store)
    return "\n".join([*title_lines, *_state_table(overview), *table_lines, *_course_tables(overview)])


def _state_table(overview: Overview) -> list[str]:
    """A table: how many lessons are done, what to do next, the goal and the schedule."""
    rows = [
        ("lessons", overview.done_words),
        ("next", overview.suggestion.words),
        ("with", overview.suggestion.command),
    ]
    if overview.figures.goal is not None:
        rows.append(("goal", overview.figures.goal.words))
    if overview.schedule:
        rows.append(("schedule", overview.schedule))
    return markdown_table_lines("Where it stands", ("what", "how it is"), rows)


def _course_tables(overview: Overview) -> Iterator[str]:
    """The lines of four tables: what is left to do, the last 7 days, week by week, and the exercises."""
    yield from markdown_table_lines(
        "What is left to do", ("lesson or concept", "what is left"), [*_rows_of_what_is_left(overview)]
    )
    days = [(day.date.isoformat(), day.answers, day.right) for day in overview.figures.last_week]
    has_answers = any(answers for _, answers, _ in days)
    yield from markdown_table_lines("Last 7 days", ("day", "answers", "right"), days if has_answers else [])
    weeks = [
        (week.monday.isoformat(), week.answers, week.right, week.strong, week.weak) for week in overview.figures.weeks
    ]
    yield from markdown_table_lines("Week by week", ("from", "answers", "right", "concepts strong", "weak"), weeks)
    exercises = [(title, "passed" if passed else "begun") for title, passed in overview.exercises.items()]
    yield from markdown_table_lines("Written yourself", ("exercise", "state"), exercises)


def _rows_of_what_is_left(overview: Overview) -> Iterator[tuple[str, str]]:
    """(lesson or concept, what it lacks) for all of which something is on record."""
    for id, lesson in overview.lessons.items():
        if lesson.is_begun or lesson.is_done:
            yield id, "done" if lesson.is_done else lesson.words
    yield from overview.gone.items()
    figures = overview.figures
    for concept in figures.concepts:
        lack = describe_needed(overview.needed.get(concept["id"]), figures.now, figures.day_starts)
        if lack:
            yield concept["id"], lack

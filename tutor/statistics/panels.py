"""The panels of the progress screen as data; the screen draws them, plain lines say them."""

from dataclasses import dataclass
from typing import Any

from tutor.errors import clip
from tutor.progress.review.mastery import MASTERED_LEVEL, WEAK_LEVEL
from tutor.progress.review.schedule import DESIRED_RETENTION
from tutor.quiz.summary import describe_calibration
from tutor.statistics.completion import LessonProgress
from tutor.statistics.figures import WeekFigures
from tutor.statistics.overview import Overview
from tutor.statistics.words import (
    MAX_SHOWN_NAME,
    MONTHS,
    WEEKDAYS,
    Tone,
    concept_name,
    describe_needed,
    describe_needed_briefly,
    level_tone,
)
from tutor.text.numbers import counted, format_share

MAX_ROWS = 7
"""Rows of a panel that names the first of many."""
FADED_RECALL = DESIRED_RETENTION
"""The recall below which a concept counts as fading."""
GOOD_SHARE = 0.8
"""The share of right answers from which a confidence was well placed."""


@dataclass(frozen=True)
class PanelRow:
    """One line of a panel."""

    name: str
    share: float | None
    """What its bar shows, 0 … 1; no bar for `None`."""
    note: str
    tone: Tone = "plain"
    brief: str = ""
    """The note where names would be cut for it."""
    right_share: float | None = None
    """The part of `share` that was right, if the bar shows answers."""


@dataclass(frozen=True)
class Panel:
    """A frame with a title: words, then rows."""

    id: str
    title: str
    words: tuple[str, ...] = ()
    rows: tuple[PanelRow, ...] = ()


PANELS_TO_COME = (
    Panel("week", "Last 7 days", ("Each day's answers, and how many of them were right.",)),
    Panel("strong", "What is strong", ("The concepts you know: a few right answers on different days each.",)),
    Panel("fading", "What fades or is weak", ("Where ten minutes of review bring back the most.",)),
    Panel("reviews", "Reviews to come", ("Each question comes again shortly before you would forget it.",)),
)
"""What the panels will show once something is on record."""
NOTHING_ON_RECORD = "Nothing is on record yet"


def make_panels(overview: Overview) -> list[Panel]:
    """The panels, what to do now first; while nothing is on record, what they will show."""
    first = _next_panel(overview)
    if overview.is_empty:
        return [first, *PANELS_TO_COME]
    panels = [
        first,
        _week_panel(overview),
        _strong_panel(overview),
        _fading_panel(overview),
        _confidence_panel(overview),
        _reviews_panel(overview),
    ]
    panels.append(_weeks_panel(overview))
    panels += [_lessons_panel(overview), _exercises_panel(overview), _concepts_panel(overview)]
    return [panel for panel in panels if panel.words or panel.rows]


def _next_panel(overview: Overview) -> Panel:
    """What to do now."""
    words = [overview.suggestion.words]
    if overview.figures.answers:
        if overview.figures.due and overview.suggestion.kind != "due":
            words.append(f"{counted(overview.figures.due, 'question')} due")
    else:
        nothing = NOTHING_ON_RECORD if overview.is_empty else "No question is answered yet"
        words.append(f"{nothing}: open a lesson and answer a question.")
    return Panel("next", "The next ten minutes", tuple(words))


def _week_panel(overview: Overview) -> Panel:
    """Last 7 days, a bar for each, and the goal."""
    days = overview.figures.days[-7:]
    most = max(1, *(day.answers for day in days))
    rows = [
        PanelRow(
            "today" if day is days[-1] else WEEKDAYS[day.date.weekday()],
            day.answers / most,
            f"{day.answers:>3} · {day.right} right" if day.answers else "  0",
            right_share=day.right / most,
        )
        for day in days
    ]
    total, right = sum(day.answers for day in days), sum(day.right for day in days)
    goal = (f"Goal: {overview.figures.goal.words}",) if overview.figures.goal is not None else ()
    if not total:
        welcome = "Welcome back: a review now brings back most of what was there."
        return Panel("week", "Last 7 days", (welcome, *goal))
    return Panel("week", f"Last 7 days: {right} of {total:,} right", goal, tuple(rows))


def _weeks_panel(overview: Overview) -> Panel:
    """The last weeks, each with its answers and what was known at its end."""
    weeks = overview.figures.weeks
    most = max([1, *(week.answers for week in weeks)])
    rows = tuple(
        PanelRow(
            f"{week.monday.day} {MONTHS[week.monday.month - 1]}",
            week.answers / most,
            _week_note(week, "at its end" if week is not weeks[-1] else "now"),
            right_share=week.right / most,
        )
        for week in weeks
    )
    return Panel("weeks", "Week by week, from Monday on", (), rows)


def _week_note(week: WeekFigures, when: str) -> str:
    if not week.answers:
        return "  0"
    weak = f", {week.weak} weak" if week.weak else ""
    return f"{week.answers:>3} · {format_share(week.right / week.answers)} right · {when} {week.strong} strong{weak}"


def _strong_panel(overview: Overview) -> Panel:
    """The strong concepts; while there is none, those that are nearest to it."""
    rows = [row for row in reversed(overview.figures.concepts) if row["level"] >= MASTERED_LEVEL]
    if rows:
        return Panel("strong", "What is strong", (), _level_rows(rows, overview, "good"))
    nearest = [row for row in reversed(overview.figures.concepts) if row["level"] >= WEAK_LEVEL][:3]
    nearest_words = "The nearest so far:" if nearest else "None is yet."
    threshold_words = f"A concept is strong from {format_share(MASTERED_LEVEL)}. {nearest_words}"
    return Panel("strong", "What is strong", (threshold_words,), _level_rows(nearest, overview, "plain"))


def _fading_panel(overview: Overview) -> Panel:
    """The weak concepts, then those that are being forgotten."""
    concepts = overview.figures.concepts
    weak = [row for row in concepts if row["level"] < WEAK_LEVEL]
    faded = [row for row in concepts if row["recall"] < FADED_RECALL and row["level"] >= WEAK_LEVEL]
    rows = [*_level_rows(weak, overview, "weak"), *_level_rows(faded, overview, "plain")][:MAX_ROWS]
    if not rows:
        return Panel("fading", "What fades or is weak", ("Nothing fades, and nothing is weak.",))
    return Panel("fading", "What fades or is weak", (), tuple(rows))


def _level_rows(rows: list[dict[str, Any]], overview: Overview, tone: Tone) -> tuple[PanelRow, ...]:
    """Concepts with their levels; of one that has faded also what it was."""
    return tuple(
        PanelRow(
            concept_name(row["id"]),
            row["level"],
            f"{format_share(row['level'])}{', weak' if tone == 'weak' else ''}"
            + (f", was {format_share(row['known'])}" if row["recall"] < FADED_RECALL else ""),
            tone,
            f"{format_share(row['level'])}{', weak' if tone == 'weak' else ''}",
        )
        for row in rows[:MAX_ROWS]
    )


def _lessons_panel(overview: Overview) -> Panel:
    """The lessons begun, with how much of each was done, and those that have gone from the course."""
    rows = [
        PanelRow(title, lesson.share, _lesson_note(lesson), "good" if lesson.is_done else "plain")
        for id, title in overview.titles.items()
        if (lesson := overview.lessons.get(id)) is not None and (lesson.is_begun or lesson.is_done)
    ]
    rows += [PanelRow(clip(id, MAX_SHOWN_NAME), None, clip(why, MAX_SHOWN_NAME)) for id, why in overview.gone.items()]
    return Panel("lessons", "Lessons begun", (), tuple(rows))


def _exercises_panel(overview: Overview) -> Panel:
    rows = tuple(
        PanelRow(title, None, "passed" if passed else "begun", "good" if passed else "plain")
        for title, passed in overview.exercises.items()
    )
    done = sum(overview.exercises.values())
    return Panel("exercises", f"Written yourself: {counted(done, 'exercise')} passed", (), rows)


def _lesson_note(lesson: LessonProgress) -> str:
    if lesson.is_done:
        return "done"
    return " · ".join(f"{part.name} {part.done}/{part.total}" for part in lesson.parts)


def _confidence_panel(overview: Overview) -> Panel:
    """For each confidence the share of right answers."""
    bins = overview.figures.calibration
    rows = tuple(
        PanelRow(
            row.words, row.share, f"{row.right} of {row.count} right", "good" if row.share >= GOOD_SHARE else "plain"
        )
        for row in bins
    )
    calibration_words = describe_calibration(bins)
    return Panel("sure", "How sure, how right", (calibration_words,) if calibration_words else (), rows)


def _reviews_panel(overview: Overview) -> Panel:
    """How many questions fall due on each of the next days."""
    forecast = overview.figures.forecast
    words = (overview.schedule,) if overview.schedule else ()
    if not any(forecast):
        return Panel("reviews", "Reviews to come", words)
    today = overview.figures.days[-1].date.weekday()
    names = ["now", "tomorrow", *(WEEKDAYS[(today + ahead) % 7] for ahead in range(2, len(forecast)))]
    most = max(1, *forecast)
    rows = (PanelRow(name, count / most, f"{count:>3}") for name, count in zip(names, forecast, strict=True))
    return Panel("reviews", "Reviews to come", words, tuple(rows))


def _concepts_panel(overview: Overview) -> Panel:
    rows = tuple(_needed_row(row, overview) for row in overview.figures.concepts)
    return Panel("concepts", "Every concept, the weakest first, and what makes it strong", (), rows)


def _needed_row(row: dict[str, Any], overview: Overview) -> PanelRow:
    """A concept with its level and what it lacks, at length and in brief."""
    level = row["level"]
    needed, figures = overview.needed.get(row["id"]), overview.figures
    long, short = (
        " · ".join(filter(None, (format_share(level), describe(needed, figures.now, figures.day_starts))))
        for describe in (describe_needed, describe_needed_briefly)
    )
    return PanelRow(concept_name(row["id"]), level, long, level_tone(level), brief=short)


def panel_lines(panel: Panel) -> list[str]:
    """A panel as text, a line each."""
    rows = [f"  {row.name}: {' '.join(row.note.split())}" for row in panel.rows]
    return [panel.title, *(f"  {words}" for words in panel.words), *rows]

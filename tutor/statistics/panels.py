"""The panels of the progress screen as data; the screen draws them, plain lines say them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal

from tutor.errors import clip
from tutor.progress.review.mastery import MASTERED_LEVEL, WEAK_LEVEL
from tutor.progress.review.schedule import DESIRED_RETENTION
from tutor.quiz.summary import describe_calibration
from tutor.statistics.completion import lesson_note, part_cells
from tutor.statistics.figures import DayFigures, Figures, WeekFigures
from tutor.statistics.overview import Overview
from tutor.statistics.words import (
    MAX_SHOWN_NAME,
    MONTHS,
    WEEKDAYS,
    Tone,
    describe_due,
    describe_lack,
    describe_lack_briefly,
    level_tone,
)
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted, format_share

Measure = Literal["mastery", "done", "right", "count"]
"""What the bars of a panel show: how well a concept is known, how much of a lesson is done, or how many of the answers
were right, each as a share of a whole; or a count or a time, which is a share of nothing."""
MAX_ROWS = 7
"""The most rows of a panel that shows only the first of many."""
FADED_RECALL = DESIRED_RETENTION
"""A concept whose recall is below this counts as fading."""
GOOD_SHARE = 0.8
"""A confidence was well placed if at least this share of its answers was right."""


@dataclass(frozen=True)
class PanelRow:
    """One line of a panel."""

    name: str
    share: float | None
    """What its bar shows, 0 … 1; no bar for `None`."""
    note: str
    tone: Tone = "plain"
    brief: str = ""
    """A shorter note, for a panel so narrow that the names would be cut otherwise."""
    right_share: float | None = None
    """The part of `share` that was right, if the bar shows answers."""
    due: str = ""
    """When its next review is due, such as `now`; "" if none is. `with_due` says it."""


@dataclass(frozen=True)
class Panel:
    """A frame with a title: words, then rows."""

    id: str
    title: str
    words: tuple[str, ...] = ()
    rows: tuple[PanelRow, ...] = ()
    measure: Measure = "mastery"
    has_number: bool = True
    """Whether its number, which leads to it, is shown; not where it is the only panel."""


ROWS_TO_COME = (
    PanelRow("Last 7 days", None, "your answers, and how many were right"),
    PanelRow("Nearest to strong", None, "the concepts that a few more right answers make strong"),
    PanelRow("What is weak", None, "where ten minutes help most"),
    PanelRow("Reviews to come", None, "each shortly before you would forget"),
)
"""What the other panels will show once something is on record."""
WAS = ", was "
"""What stands between the level of a concept that fades and its former one."""
WAS_KEY = "was: before it faded"
"""Says when a concept had its former level."""
NO_ANSWERS_NOTE = "  0"
"""The note on a day or a week without answers; counts are right-aligned in three cells."""
NEXT_TITLE = "What to do next"
NOTHING_ON_RECORD = "Nothing is on record yet"


def make_panels(overview: Overview) -> list[Panel]:
    """The panels that have something to show; the first says what to do next.

    While nothing is on record, it is the only one, and says what the others will show.
    """
    if overview.is_empty:
        return [_first_panel(overview)]
    panels = [
        _next_panel(overview),
        _week_panel(overview),
        _strong_panel(overview),
        _fading_panel(overview),
        _confidence_panel(overview),
        _reviews_panel(overview),
        _weeks_panel(overview),
        _lessons_panel(overview),
        _exercises_panel(overview),
        _concepts_panel(overview),
        _times_panel(overview),
    ]
    return [panel for panel in panels if panel.words or panel.rows]


def _next_panel(overview: Overview) -> Panel:
    """What to do now."""
    words = [overview.suggestion.words]
    if not overview.figures.answers:
        words.append("No question is answered yet: open a lesson and answer one.")
    elif overview.figures.due and overview.suggestion.kind != "due":
        words.append(f"{counted(overview.figures.due, 'question')} due")
    return Panel("next", NEXT_TITLE, tuple(words))


def _first_panel(overview: Overview) -> Panel:
    """How to begin, and what will be shown after that."""
    promise = f"{NOTHING_ON_RECORD}. After your first answer, this page shows:"
    words = (overview.suggestion.words, "", promise)
    return Panel("next", NEXT_TITLE, words, ROWS_TO_COME, has_number=False)


def _week_panel(overview: Overview) -> Panel:
    """The last 7 days, a bar for each, and the goal."""
    days = overview.figures.last_week
    total, right = sum(day.answers for day in days), sum(day.right for day in days)
    goal_words = (f"Goal: {overview.figures.goal.words}",) if overview.figures.goal is not None else ()
    if not total:
        welcome = "Welcome back: a review now brings back most of what was there."
        return Panel("week", "Last 7 days", (welcome, *goal_words))
    max_answers = max(day.answers for day in days)  # the length of the longest bar
    right_digits = len(str(max(day.right for day in days)))
    rows = [
        PanelRow(
            name="today" if day is days[-1] else WEEKDAYS[day.date.weekday()],
            share=day.answers / max_answers,
            note=_day_note(day, right_digits),
            right_share=day.right / max_answers,
        )
        for day in days
    ]
    return Panel("week", f"Last 7 days: {right} of {total:,} right", goal_words, tuple(rows), "count")


def _day_note(day: DayFigures, right_digits: int) -> str:
    """The note on a day: ` 12 ·  9 right`, its counts right-aligned in 3 and in `right_digits` cells."""
    if not day.answers:
        return NO_ANSWERS_NOTE
    return f"{day.answers:>3} · {day.right:>{right_digits}} right"


def has_older_answers(figures: Figures) -> bool:
    """Whether there are answers of days that the panel of the last 7 days does not show."""
    in_last_week = sum(day.answers for day in figures.last_week)
    in_all_days, in_all_weeks = (sum(span.answers for span in spans) for spans in (figures.days, figures.weeks))
    return max(in_all_days, in_all_weeks) > in_last_week


def _weeks_panel(overview: Overview) -> Panel:
    """The last weeks, each with its answers and how many concepts were strong or weak at its end."""
    weeks = overview.figures.weeks
    if not has_older_answers(overview.figures):
        return Panel("weeks", "")
    max_answers = max([1, *(week.answers for week in weeks)])  # the length of the longest bar
    rows = tuple(
        PanelRow(
            name=f"{week.monday.day} {MONTHS[week.monday.month - 1]}",
            share=week.answers / max_answers,
            note=_week_note(week, "now" if week is weeks[-1] else "at its end"),
            right_share=week.right / max_answers,
        )
        for week in weeks
    )
    return Panel("weeks", "Week by week, from Monday on", (), rows, "count")


def _week_note(week: WeekFigures, when: str) -> str:
    """The note on a week: ` 12 · 75% right · now 3 strong, 1 weak`; `when` says when that many were strong."""
    if not week.answers:
        return NO_ANSWERS_NOTE
    right = format_share(week.right / week.answers)
    weak = f", {week.weak} weak" if week.weak else ""
    return f"{week.answers:>3} · {right} right · {when} {week.strong} strong{weak}"


def _strong_panel(overview: Overview) -> Panel:
    """The strong concepts; while there is none, the three that are nearest to it, and how they become strong."""
    strongest_first = [*reversed(overview.figures.concepts)]
    strong = [concept for concept in strongest_first if concept["level"] >= MASTERED_LEVEL]
    if strong:
        return Panel("strong", "What is strong", (), _level_rows(strong, "good"))
    nearest = [concept for concept in strongest_first if concept["level"] >= WEAK_LEVEL][:3]
    if not nearest:
        words = f"Right answers on a few different days make a concept strong: {format_share(MASTERED_LEVEL)} or more."
        return Panel("strong", "What will be strong", (words,))
    words = f"A few more right answers lift these to {format_share(MASTERED_LEVEL)}:"
    return Panel("strong", "Nearest to strong", (words,), _level_rows(nearest, "plain"))


def _fading_panel(overview: Overview) -> Panel:
    """The weak concepts, then those that are being forgotten; where there are both, the weak ones are called so."""
    concepts = overview.figures.concepts
    weak = [concept for concept in concepts if concept["level"] < WEAK_LEVEL][:MAX_ROWS]
    fading = [concept for concept in concepts if concept["level"] >= WEAK_LEVEL and concept["recall"] < FADED_RECALL]
    fading = fading[: MAX_ROWS - len(weak)]
    if weak and fading:
        rows = (*_level_rows(weak, "weak", mark=", weak"), *_level_rows(fading, "plain"))
        return Panel("fading", "What is weak, and what fades", (), rows)
    if weak:
        return Panel("fading", "What is weak", (), _level_rows(weak, "weak"))
    if fading:
        return Panel("fading", "What fades", (), _level_rows(fading, "plain"))
    return Panel("fading", "What fades or is weak", ("Nothing fades, and nothing is weak.",))


def _level_rows(concepts: list[dict[str, Any]], tone: Tone, mark: str = "") -> tuple[PanelRow, ...]:
    """A row for each of the first `MAX_ROWS` concepts: its level and `mark`, and if it fades, its former level."""
    rows = []
    for concept in concepts[:MAX_ROWS]:
        note = format_share(concept["level"]) + mark
        earlier = f"{WAS}{format_share(concept['known'])}" if concept["recall"] < FADED_RECALL else ""
        rows.append(
            PanelRow(concept_name(concept["id"]), share=concept["level"], note=note + earlier, tone=tone, brief=note)
        )
    return tuple(rows)


def _lessons_panel(overview: Overview) -> Panel:
    """The lessons begun, with how much of each was done, and those that have gone from the course."""
    rows = []
    cells = part_cells(overview.lessons.values())
    for id, title in overview.titles.items():
        lesson = overview.lessons.get(id)
        if lesson is not None and (lesson.is_begun or lesson.is_done):
            tone: Tone = "good" if lesson.is_done else "plain"
            rows.append(PanelRow(title, share=lesson.share, note=lesson_note(lesson, cells), tone=tone))
    for id, reason in overview.gone.items():
        rows.append(PanelRow(clip(id, MAX_SHOWN_NAME), share=None, note=clip(reason, MAX_SHOWN_NAME)))
    return Panel("lessons", "Lessons begun", (), tuple(rows), "done")


def _exercises_panel(overview: Overview) -> Panel:
    """The exercises begun, and whether each has passed."""
    rows = tuple(
        PanelRow(
            title,
            share=None,
            note="passed" if has_passed else "begun",
            tone="good" if has_passed else "plain",
        )
        for title, has_passed in overview.exercises.items()
    )
    passed_count = sum(overview.exercises.values())
    return Panel("exercises", f"Written yourself: {counted(passed_count, 'exercise')} passed", (), rows)


def _confidence_panel(overview: Overview) -> Panel:
    """For each confidence the share of right answers."""
    bins = overview.figures.calibration
    rows = tuple(
        PanelRow(
            name=bin.words,
            share=bin.share,
            note=f"{bin.right} of {bin.count} right",
            tone="good" if bin.share >= GOOD_SHARE else "plain",
        )
        for bin in bins
    )
    calibration_words = describe_calibration(bins)
    return Panel("sure", "How sure, how right", (calibration_words,) if calibration_words else (), rows, "right")


def _reviews_panel(overview: Overview) -> Panel:
    """How many questions fall due on each of the next days."""
    forecast = overview.figures.forecast
    words = (overview.schedule,) if overview.schedule else ()
    if not any(forecast):
        return Panel("reviews", "Reviews to come", words)
    today = overview.figures.days[-1].date.weekday()  # 0 is Monday
    names = ["now", "tomorrow", *(WEEKDAYS[(today + ahead) % 7] for ahead in range(2, len(forecast)))]
    max_count = max(forecast)  # the length of the longest bar
    rows = (
        PanelRow(name, share=count / max_count, note=f"{count:>3}") for name, count in zip(names, forecast, strict=True)
    )
    return Panel("reviews", "Reviews to come", words, tuple(rows), "count")


def _concepts_panel(overview: Overview) -> Panel:
    """Every concept with its level, and what it lacks to be strong."""
    rows = tuple(_needed_row(concept, overview) for concept in overview.figures.concepts)
    return Panel("concepts", "Every concept and what makes it strong", (), rows)


def _needed_row(concept: dict[str, Any], overview: Overview) -> PanelRow:
    """A concept with its level and what it lacks, at length and in brief."""
    level = concept["level"]
    needed_reviews, figures = overview.needed.get(concept["id"]), overview.figures
    lack, brief_lack = describe_lack(needed_reviews), describe_lack_briefly(needed_reviews)
    share = format_share(level)
    return PanelRow(
        name=concept_name(concept["id"]),
        share=level,
        note=f"{share} · {lack}" if lack else share,
        tone=level_tone(level),
        brief=f"{share} · {brief_lack}" if brief_lack else share,
        due=describe_due(needed_reviews, figures.now, figures.day_starts),
    )


def _times_panel(overview: Overview) -> Panel:
    """How long an answer takes, for the concepts where it takes longest; one sentence if it is equally long for all."""
    timed = [
        concept for concept in overview.figures.concepts if isfinite(concept["seconds"])
    ]  # not in a damaged record
    concepts = sorted(timed, key=lambda concept: -concept["seconds"])
    if not concepts:
        return Panel("times", "")
    seconds = [round(concept["seconds"]) for concept in concepts]
    longest = seconds[0]
    if longest == seconds[-1]:
        return Panel("times", "Seconds per answer", (f"About {longest:,} s, whatever the concept.",))
    digits = len(f"{longest:,}")
    rows = tuple(
        PanelRow(concept_name(concept["id"]), share=time / longest, note=f"{time:>{digits},} s")
        for concept, time in zip(concepts[:MAX_ROWS], seconds, strict=False)
    )
    return Panel("times", "Seconds per answer, the longest first", (), rows, "count")


def without_repeats(panels: Sequence[Panel]) -> list[Panel]:
    """The panels for a screen that shows all of them at once, so that no concept appears in two panels.

    A concept in the panel of strong or of fading concepts is left out of the list of every concept. What that list says
    about it (what it lacks to be strong) is added to its row in the other panel.
    """
    needed_rows = {row.name: row for panel in panels if panel.id == "concepts" for row in panel.rows}
    shown_above: set[str] = set()  # `make_panels` puts the list of every concept last
    panels_without_repeats = []
    for panel in panels:
        if panel.id in ("strong", "fading"):
            shown_above |= {row.name for row in panel.rows}
            rows = tuple(_with_lack(row, needed_rows[row.name]) for row in panel.rows)
            panels_without_repeats.append(replace(panel, rows=rows))
        elif panel.id == "concepts":
            others = tuple(row for row in panel.rows if row.name not in shown_above)
            title = panel.title.replace("Every concept", "Every other concept") if shown_above else panel.title
            if others:
                panels_without_repeats.append(replace(panel, title=title, rows=others))
        else:
            panels_without_repeats.append(panel)
    return panels_without_repeats


def _with_lack(row: PanelRow, needed_row: PanelRow) -> PanelRow:
    """`row` with what its concept lacks to be strong: the part of `needed_row`'s brief note that follows the level.

    For example, the notes `54%` and `54% · 2 more right` give the latter. For a weak concept this is added to its brief
    note, since its full note also gives the former level, which matters less.
    """
    _, separator, lack = needed_row.brief.partition(" · ")  # both "" if nothing is lacking
    note = row.brief if row.tone == "weak" else row.note
    return replace(row, note=f"{note}{separator}{lack}", due=needed_row.due)


def with_due(panel: Panel) -> Panel:
    """`panel` with when its rows are due: in its title if that is the same for all, otherwise in their notes."""
    dues = {row.due for row in panel.rows}
    if len(panel.rows) > 1 and len(dues) == 1 and "" not in dues:
        return replace(panel, title=f"{panel.title}, all due {dues.pop()}")
    return replace(panel, rows=tuple(_with_due_in_notes(row) for row in panel.rows))


def _with_due_in_notes(row: PanelRow) -> PanelRow:
    """`row` with when it is due in both of its notes."""
    due = f", due {row.due}" if row.due else ""
    return replace(row, note=f"{row.note}{due}", brief=f"{row.brief}{due}" if row.brief else "")


def panel_lines(panel: Panel) -> list[str]:
    """A panel as lines of text: its title, its words, then its rows without their bars."""
    panel = with_due(panel)
    rows = [f"  {row.name}: {' '.join(row.note.split())}" for row in panel.rows]
    key = f" ({WAS_KEY})" if any(WAS in row.note for row in panel.rows) else ""
    return [f"{panel.title}{key}", *(f"  {words}" for words in panel.words if words), *rows]

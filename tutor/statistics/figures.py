"""Statistics of the record: answers by day, reviews that fall due, levels of concepts, calibration of confidence.

The database counts answers by the hour, so that a long record takes no longer than a short one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from tutor.progress.record.store import Store
from tutor.progress.review.goal import GoalProgress
from tutor.progress.review.mastery import MASTERED_LEVEL, WEAK_LEVEL, Answers, known_at
from tutor.progress.review.schedule import day_of
from tutor.questions.answers.submission import CONFIDENCE_WORDS
from tutor.quiz.summary import CalibrationBin

HISTORY_DAYS = 28
"""How many days the history covers, today included."""
HISTORY_WEEKS = 8
"""How many weeks it covers, the present one included; they begin on Monday."""
NO_ANSWERS = (0, 0, 0)
"""A day without answers: none given, right, left out."""
FORECAST_DAYS = 7
"""How many days the forecast covers, today included."""


@dataclass(frozen=True)
class DayFigures:
    """The answers of one day of the learner's calendar."""

    date: date
    answers: int
    """Includes questions left out of an exam."""
    right: int
    left_out: int = 0


@dataclass(frozen=True)
class WeekFigures:
    """One week: its answers, and what was known at its end."""

    monday: date
    answers: int
    """Without questions left out of an exam."""
    right: int
    strong: int
    """Concepts that the answers so far showed to be known well; in the present week those that are strong now."""
    weak: int


@dataclass(frozen=True)
class Figures:
    """The statistics of a record at one moment: what the progress screen shows."""

    now: datetime
    """The moment at which they were counted."""
    day_starts: int
    """The hour at which the learner's day begins."""
    answers: int
    """The answers as a learner counts them: without those that were undone, and without second tries."""
    seconds: float
    """Time spent on the answers that were not undone."""
    due: int
    days: tuple[DayFigures, ...]
    """The last days, the oldest first, today last."""
    forecast: tuple[int, ...]
    """Number of questions that fall due on each of the next days, today first."""
    concepts: tuple[dict[str, Any], ...]
    """As in `progress --json`, the weakest first."""
    calibration: tuple[CalibrationBin, ...]
    weeks: tuple[WeekFigures, ...] = ()
    """From the first of the last weeks with an answer on, the oldest first; none before there are two."""
    goal: GoalProgress | None = None

    @property
    def right(self) -> int:
        """Number of right answers in `days`."""
        return sum(day.right for day in self.days)

    @property
    def left_out(self) -> int:
        """Number of questions left out of exams in `days`."""
        return sum(day.left_out for day in self.days)


def compute_figures(
    store: Store,
    summary: dict[str, Any] | None = None,
    zone: tzinfo | None = None,
    answers: Sequence[Answers] | None = None,
) -> Figures:
    """Compute the statistics of `store` now; days are those of `zone`, by default the machine's time zone.

    The summary and the totals by question are read where they are not given.

    Raises:
        ChainruleError: the record cannot be read.
    """
    summary = store.summary() if summary is None else summary
    now = store.clock()
    by_day, today = _count_by_day(store, now, zone), day_of(now, zone, store.day_starts)
    levels = [row["level"] for row in summary["concepts"]]
    return Figures(
        now=now,
        day_starts=store.day_starts,
        answers=store.count_answers(),
        seconds=store.seconds_spent(),
        due=len(summary["due"]),
        days=_make_days(by_day, today),
        forecast=tuple(store.forecast(FORECAST_DAYS, now, zone)),
        concepts=tuple(sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))),
        calibration=_make_calibration(store.right_by_confidence()),
        weeks=_make_weeks(store, by_day, levels, today, zone, answers),
        goal=store.goal_progress(now, zone),
    )


Counts = Mapping[date, tuple[int, int, int]]
"""Day of the learner's → answers, right ones, and those left out of an exam."""


def _count_by_day(store: Store, now: datetime, zone: tzinfo | None) -> Counts:
    """Count answers by the learner's own days; the record keeps them by the hour of UTC."""
    since = now - timedelta(days=max(HISTORY_DAYS, 7 * HISTORY_WEEKS) + 2)
    counts: dict[date, tuple[int, int, int]] = {}
    for hour, *found in store.answers_by_hour(since):
        day = day_of(hour, zone, store.day_starts)
        answers, right, left_out = (old + new for old, new in zip(counts.get(day, NO_ANSWERS), found, strict=True))
        counts[day] = answers, right, left_out
    return counts


def _make_days(counts: Counts, today: date) -> tuple[DayFigures, ...]:
    dates = [today - timedelta(days=back) for back in reversed(range(HISTORY_DAYS))]
    return tuple(DayFigures(day, *counts.get(day, NO_ANSWERS)) for day in dates)


def _make_weeks(
    store: Store,
    counts: Counts,
    levels: Collection[float],
    today: date,
    zone: tzinfo | None,
    answers: Sequence[Answers] | None,
) -> tuple[WeekFigures, ...]:
    """The last weeks; what was known at the end of each comes from the answers up to then.

    What is known in the present week are the `levels` of now, which every other panel shows.
    """
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(HISTORY_WEEKS))]
    days = {monday: [counts.get(monday + timedelta(days=n), NO_ANSWERS) for n in range(7)] for monday in mondays}
    while mondays and not any(given for given, *_ in days[mondays[0]]):  # the weeks before the first answer
        mondays.pop(0)
    if len(mondays) < 2:
        return ()
    answers = store.answers() if answers is None else answers
    weeks = []
    for monday in mondays:
        over = datetime.combine(monday + timedelta(weeks=1), time(store.day_starts), zone).astimezone(UTC)
        known = levels if monday == this_monday else known_at(answers, over.isoformat()).values()
        given, right, left_out = (sum(column) for column in zip(*days[monday], strict=True))
        strong, weak = sum(level >= MASTERED_LEVEL for level in known), sum(level < WEAK_LEVEL for level in known)
        weeks.append(WeekFigures(monday, given - left_out, right, strong, weak))
    return tuple(weeks)


def _make_calibration(counts: Mapping[str, tuple[int, int]]) -> tuple[CalibrationBin, ...]:
    return tuple(
        CalibrationBin(confidence, *counts[confidence]) for confidence in CONFIDENCE_WORDS if confidence in counts
    )

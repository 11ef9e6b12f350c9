"""Statistics of the record: answers by day, reviews that fall due, levels of concepts, calibration of confidence.

The database counts answers by the hour, so that a long record takes no longer than a short one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from tutor.progress.record.store import Store
from tutor.progress.review.goal import GoalProgress
from tutor.progress.review.mastery import MASTERED_LEVEL, WEAK_LEVEL, AnswerTotals, known_at
from tutor.progress.review.schedule import day_of
from tutor.questions.answers.submission import CONFIDENCE_WORDS
from tutor.quiz.summary import CalibrationBin

HISTORY_DAYS = 28
"""How many days the history covers, today included."""
HISTORY_WEEKS = 8
"""How many weeks it covers, the present one included; they begin on Monday."""
FORECAST_DAYS = 7
"""How many days the forecast covers, today included."""


class AnswerCounts(NamedTuple):
    """How many answers there were in some time."""

    answers: int
    """Includes questions left out of an exam."""
    right: int
    left_out: int


NO_ANSWERS = AnswerCounts(0, 0, 0)


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
    """How many concepts were strong at the week's end; in the present week, how many are strong now."""
    weak: int
    """How many concepts were weak at the week's end; in the present week, how many are weak now."""


@dataclass(frozen=True)
class Figures:
    """The statistics of a record at one moment: what the progress screen shows."""

    now: datetime
    """The moment at which they were counted."""
    day_starts: int
    """The hour at which the learner's day begins."""
    answers: int
    """How many answers there are, as a learner counts them: without those undone, and without second tries."""
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
    """The last weeks, the oldest first, from the first that has an answer; empty if that is the present week."""
    goal: GoalProgress | None = None

    @property
    def last_week(self) -> tuple[DayFigures, ...]:
        """The last 7 of `days`, today last."""
        return self.days[-7:]

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
    answers: Sequence[AnswerTotals] | None = None,
) -> Figures:
    """Compute the statistics of `store` now; days are those of `zone`, by default the machine's time zone.

    A caller that has already read the `summary` of the record, or its `answers` by question, can pass them, since both
    are slow to read.

    Raises:
        ChainruleError: the record cannot be read.
    """
    summary = store.summary() if summary is None else summary
    now = store.clock()
    counts_by_day = _count_by_day(store, now, zone)
    today = day_of(now, zone, store.day_starts)
    levels = [row["level"] for row in summary["concepts"]]
    return Figures(
        now=now,
        day_starts=store.day_starts,
        answers=store.count_answers(),
        seconds=store.seconds_spent(),
        due=len(summary["due"]),
        days=_make_days(counts_by_day, today),
        forecast=tuple(store.forecast(FORECAST_DAYS, now, zone)),
        concepts=tuple(sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))),
        calibration=_make_calibration(store.right_by_confidence()),
        weeks=_make_weeks(store, counts_by_day, levels, today, zone, answers),
        goal=store.goal_progress(now, zone),
    )


CountsByDay = Mapping[date, AnswerCounts]
"""Day of the learner's calendar → its answers; days without answers are missing."""


def _add_counts(counts: Iterable[AnswerCounts]) -> AnswerCounts:
    """The sums of several counts; `NO_ANSWERS` for none."""
    all_counts = list(counts)
    return AnswerCounts(
        answers=sum(count.answers for count in all_counts),
        right=sum(count.right for count in all_counts),
        left_out=sum(count.left_out for count in all_counts),
    )


def _count_by_day(store: Store, now: datetime, zone: tzinfo | None) -> CountsByDay:
    """Count answers by the learner's own days; the database counts them by the hour of UTC."""
    # Two days more than are shown, since `since` may fall within the first day: because of the time of day, the time
    # zone, and the hour at which the learner's day begins.
    since = now - timedelta(days=max(HISTORY_DAYS, 7 * HISTORY_WEEKS) + 2)
    counts_by_day: dict[date, AnswerCounts] = {}
    for middle_of_hour, *hour_counts in store.answers_by_hour(since):
        day = day_of(middle_of_hour, zone, store.day_starts)
        counts_so_far = counts_by_day.get(day, NO_ANSWERS)
        counts_by_day[day] = _add_counts([counts_so_far, AnswerCounts(*hour_counts)])
    return counts_by_day


def _make_days(counts_by_day: CountsByDay, today: date) -> tuple[DayFigures, ...]:
    """The last `HISTORY_DAYS` days, the oldest first, today last."""
    dates = [today - timedelta(days=days_ago) for days_ago in reversed(range(HISTORY_DAYS))]
    return tuple(DayFigures(day, *counts_by_day.get(day, NO_ANSWERS)) for day in dates)


def _make_weeks(
    store: Store,
    counts_by_day: CountsByDay,
    levels: Collection[float],
    today: date,
    zone: tzinfo | None,
    answers: Sequence[AnswerTotals] | None,
) -> tuple[WeekFigures, ...]:
    """The last weeks, beginning with the first that has an answer; none if that is the present week.

    For earlier weeks, the number of known concepts is computed from the answers up to the end of the week. For the
    present week the current `levels` are used, so that the numbers agree with every other panel.
    """
    this_monday = today - timedelta(days=today.weekday())
    mondays = [this_monday - timedelta(weeks=weeks_ago) for weeks_ago in reversed(range(HISTORY_WEEKS))]
    counts_by_week = {
        monday: _add_counts(counts_by_day.get(monday + timedelta(days=day), NO_ANSWERS) for day in range(7))
        for monday in mondays
    }
    while mondays and not counts_by_week[mondays[0]].answers:  # weeks before the first answer are not shown
        mondays.pop(0)
    if len(mondays) < 2:  # the present week alone shows no trend, and is in another panel
        return ()
    answers = store.answers() if answers is None else answers
    weeks = []
    for monday in mondays:
        counts = counts_by_week[monday]
        levels_then: Collection[float] = levels
        if monday != this_monday:
            week_end = datetime.combine(monday + timedelta(weeks=1), time(store.day_starts), zone).astimezone(UTC)
            levels_then = known_at(answers, week_end.isoformat()).values()
        strong = sum(level >= MASTERED_LEVEL for level in levels_then)
        weak = sum(level < WEAK_LEVEL for level in levels_then)
        weeks.append(WeekFigures(monday, counts.answers - counts.left_out, counts.right, strong, weak))
    return tuple(weeks)


def _make_calibration(counts: Mapping[str, tuple[int, int]]) -> tuple[CalibrationBin, ...]:
    """The bins of the confidences that were given; `counts` has (answers, right answers) of each."""
    return tuple(
        CalibrationBin(confidence, *counts[confidence]) for confidence in CONFIDENCE_WORDS if confidence in counts
    )

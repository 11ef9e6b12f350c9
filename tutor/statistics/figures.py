"""Statistics of the record: answers by day, reviews that fall due, levels of concepts, calibration of confidence.

The database counts answers by the hour, so that a long record takes no longer than a short one.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from tutor.progress.record.store import Store
from tutor.progress.review.schedule import day_of
from tutor.questions.answers.submission import CONFIDENCE_WORDS
from tutor.quiz.summary import CalibrationBin

HISTORY_DAYS = 28
"""How many days the history covers, today included."""
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

    @property
    def days_studied(self) -> int:
        """On how many of the last seven days the learner answered anything."""
        return sum(day.answers > 0 for day in self.days[-7:])

    @property
    def right(self) -> int:
        """Number of right answers in `days`."""
        return sum(day.right for day in self.days)

    @property
    def left_out(self) -> int:
        """Number of questions left out of exams in `days`."""
        return sum(day.left_out for day in self.days)


def compute_figures(store: Store, summary: dict[str, Any] | None = None, zone: tzinfo | None = None) -> Figures:
    """Compute the statistics of `store` now; days are those of `zone`, by default the machine's time zone.

    Raises:
        ChainruleError: the record cannot be read.
    """
    summary = store.summary() if summary is None else summary
    now = store.clock()
    return Figures(
        now=now,
        day_starts=store.day_starts,
        answers=store.count_answers(),
        seconds=store.seconds_spent(),
        due=len(summary["due"]),
        days=_days(store, now, zone),
        forecast=tuple(store.forecast(FORECAST_DAYS, now, zone)),
        concepts=tuple(sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))),
        calibration=_calibration(store.right_by_confidence()),
    )


def _days(store: Store, now: datetime, zone: tzinfo | None) -> tuple[DayFigures, ...]:
    """Count answers by the learner's own days; the record keeps them by the hour of UTC."""
    today = day_of(now, zone, store.day_starts)
    since = now - timedelta(days=HISTORY_DAYS + 2)
    answers, right, left_out = Counter[date](), Counter[date](), Counter[date]()
    for hour, count, good, skipped in store.answers_by_hour(since):
        day = day_of(hour, zone, store.day_starts)
        answers[day] += count
        right[day] += good
        left_out[day] += skipped
    dates = [today - timedelta(days=back) for back in reversed(range(HISTORY_DAYS))]
    return tuple(DayFigures(day, answers[day], right[day], left_out[day]) for day in dates)


def _calibration(counts: Mapping[str, tuple[int, int]]) -> tuple[CalibrationBin, ...]:
    return tuple(
        CalibrationBin(confidence, *counts[confidence]) for confidence in CONFIDENCE_WORDS if confidence in counts
    )

"""The figures of a record: answers by day, what falls due, concepts, how well sureness was placed.

The database counts them, an hour of answers at a time, so that a long record is quick.
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
"""Days that the history looks back."""
FORECAST_DAYS = 7
"""Days that the forecast looks ahead."""


@dataclass(frozen=True)
class DayFigures:
    """The answers of one day of the learner's calendar."""

    date: date
    answers: int
    """Also what was left out of an exam."""
    right: int
    left_out: int = 0


@dataclass(frozen=True)
class Figures:
    """What a record says."""

    answers: int
    """All that are on disk."""
    seconds: float
    """Spent on the answers that stand."""
    due: int
    days: tuple[DayFigures, ...]
    """The last days, the oldest first, today last."""
    forecast: tuple[int, ...]
    """Questions that fall due on each of the next days, today first."""
    concepts: tuple[dict[str, Any], ...]
    """As in `progress --json`, the weakest first."""
    calibration: tuple[CalibrationBin, ...]

    @property
    def studied(self) -> int:
        """On how many of the last seven days something was answered."""
        return sum(day.answers > 0 for day in self.days[-7:])

    @property
    def right(self) -> int:
        """Right answers of the days that are looked at."""
        return sum(day.right for day in self.days)

    @property
    def left_out(self) -> int:
        """What was left out of exams on those days."""
        return sum(day.left_out for day in self.days)


def compute_figures(store: Store, summary: dict[str, Any] | None = None, zone: tzinfo | None = None) -> Figures:
    """The figures of `store` now; `zone` is the learner's, the machine's own when it is not given.

    Raises:
        ChainruleError: the record cannot be read.
    """
    summary = store.summary() if summary is None else summary
    now = store.clock()
    return Figures(
        answers=summary["attempts"],
        seconds=store.seconds_spent(),
        due=len(summary["due"]),
        days=_days(store, now, zone),
        forecast=tuple(store.forecast(FORECAST_DAYS, now, zone)),
        concepts=tuple(sorted(summary["concepts"], key=lambda row: (row["level"], row["id"]))),
        calibration=_calibration(store.right_by_confidence()),
    )


def _days(store: Store, now: datetime, zone: tzinfo | None) -> tuple[DayFigures, ...]:
    """Answers are kept by the hour of UTC, and counted on the learner's own days."""
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

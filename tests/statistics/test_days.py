"""One rule says which day a moment belongs to: the learner's day, which may begin after midnight."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.screens.story import course
from tutor.commands.due import describe_due_time
from tutor.progress.record.store import Store
from tutor.progress.review.needed import NeededReviews
from tutor.progress.review.schedule import day_of
from tutor.statistics.figures import compute_figures
from tutor.statistics.words import describe_needed

TWO_AT_NIGHT = datetime(2026, 1, 5, 2).astimezone()
MOMENTS = [
    (datetime(2026, 1, 5, 1), "now"),
    (datetime(2026, 1, 5, 3), "later today"),
    (datetime(2026, 1, 5, 23), "later today"),
    (datetime(2026, 1, 6, 3), "tomorrow"),
    (datetime(2026, 1, 6, 12), "tomorrow"),
    (datetime(2026, 1, 7, 12), "7 Jan"),
]
"""Moments as they are said at two in the night, where the day begins at midnight."""


@pytest.mark.parametrize(("at", "said"), MOMENTS)
def test_a_moment_is_said_by_the_calendar_where_the_day_begins_at_midnight(at: datetime, said: str) -> None:
    assert describe_needed(NeededReviews(1, 1, at.astimezone()), TWO_AT_NIGHT).endswith(said)


@pytest.mark.parametrize("starts", [0, 4, 6])
@pytest.mark.parametrize("at", [at for at, said in MOMENTS if said != "now"])
def test_what_is_lacking_and_what_is_due_name_the_same_day(tmp_path: Path, at: datetime, starts: int) -> None:
    store = Store.open(tmp_path, clock=lambda: TWO_AT_NIGHT)
    store.day_starts = starts
    figures = compute_figures(store)
    lacking = describe_needed(NeededReviews(1, 1, at.astimezone()), figures.now, figures.day_starts)
    due = describe_due_time(at.astimezone(), TWO_AT_NIGHT, store)
    days = (day_of(at.astimezone(), day_starts=starts) - day_of(TWO_AT_NIGHT, day_starts=starts)).days
    assert ("later today" in lacking, due.startswith("at ")) == (days == 0, days == 0)
    assert ("tomorrow" in lacking, due == "tomorrow") == (days == 1, days == 1)
    assert ("Jan" in lacking, due == f"in {days} days") == (days > 1, days > 1)


def test_the_lesson_after_another_is_the_next_of_the_course_and_the_last_has_none(tmp_path: Path) -> None:
    lessons = course(tmp_path)
    following = lessons.front_matter_after("doubling")
    assert following is not None
    assert following.id == "rates"
    assert lessons.front_matter_after("rates") is None
    assert lessons.front_matter_after("nowhere") is None

"""A goal counts what was done in the day or week of the learner; past weeks are told by what was known then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.progress.helping import START, Clock, attempt
from tutor.progress.record.store import Store
from tutor.progress.review.goal import Goal, read_goal
from tutor.progress.tables.attempt import RETRY
from tutor.statistics.figures import HISTORY_WEEKS, compute_figures

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store.open(tmp_path / "record", clock)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("10 answers a day", Goal(10, "answer", "day")),
        ("1 answer per day", Goal(1, "answer", "day")),
        ("60 minutes a week", Goal(60, "minute", "week")),
        (" 5  Answers each WEEK ", Goal(5, "answer", "week")),
        *(
            (text, None)
            for text in ("", "10", "10 answers", "0 answers a day", "99999 answers a day", "-1 answers a day")
        ),
        *((text, None) for text in ("ten answers a day", "10 answers a month", "1.5 minutes a day", "10answers a day")),
        ("1" * 10_000 + " answers a day", None),
    ],
)
def test_a_goal_is_read_as_people_write_it(text: str, goal: Goal | None) -> None:
    assert read_goal(text) == goal


@pytest.mark.parametrize("starts", [0, 4])
@pytest.mark.parametrize(
    ("now", "day", "week"),
    [
        (datetime(2026, 3, 27, 12, tzinfo=BERLIN), datetime(2026, 3, 27), datetime(2026, 3, 23)),
        (
            datetime(2026, 3, 29, 23, tzinfo=BERLIN),
            datetime(2026, 3, 29),
            datetime(2026, 3, 23),
        ),  # the clock goes forward
        (datetime(2026, 10, 26, 12, tzinfo=BERLIN), datetime(2026, 10, 26), datetime(2026, 10, 26)),  # a Monday
    ],
)
def test_a_period_begins_where_the_learners_day_or_week_does(
    now: datetime, day: datetime, week: datetime, starts: int
) -> None:
    hour = timedelta(hours=starts)
    assert Goal(1, "answer", "day").period_start(now, BERLIN, starts) == (day + hour).replace(tzinfo=BERLIN)
    assert Goal(1, "answer", "week").period_start(now, BERLIN, starts) == (week + hour).replace(tzinfo=BERLIN)


def test_in_the_night_the_day_before_goes_on() -> None:
    night = datetime(2026, 3, 23, 2, tzinfo=BERLIN)  # a Monday
    assert Goal(1, "answer", "week").period_start(night, BERLIN, 4) == datetime(2026, 3, 16, 4, tzinfo=BERLIN)


def test_what_counts_is_what_was_answered_since_then(store: Store, clock: Clock) -> None:
    assert store.goal_progress() is None
    store.goal = Goal(3, "answer", "day")
    day = START.replace(hour=12)
    clock.time = day
    for number, (back, seconds) in enumerate(((0, 70.0), (1, 50.0), (13, 600.0), (30, 600.0))):
        store.add(replace(attempt(number, at=day - timedelta(hours=back)), seconds=seconds))
    store.add_left_out([replace(attempt(7, at=day), verdict="left out", score=0.0, seconds=0.0)])
    store.add(replace(attempt(8, at=day), mode=RETRY, seconds=10.0))
    taken_back = attempt(9, at=day)
    store.add(taken_back)
    store.undo(taken_back.key)
    found = store.goal_progress(zone=UTC)
    assert found is not None
    assert (found.done, found.words, found.is_reached) == (2, "2 of 3 answers today", False)
    store.goal = Goal(2, "minute", "day")
    found = store.goal_progress(zone=UTC)
    assert found is not None
    assert (found.done, found.words, found.is_reached) == (2, "2 minutes today, goal reached", True)
    store.goal = Goal(1, "answer", "week")
    found = store.goal_progress(zone=UTC)
    assert found is not None
    assert found.words == f"{found.done} answers this week, goal reached"
    store.close()


def test_without_a_record_nothing_is_done(store: Store) -> None:
    store.goal = Goal(10, "answer", "day")
    found = store.goal_progress()
    assert found is not None
    assert found.words == "0 of 10 answers today"
    store.close()


def test_the_present_week_counts_as_strong_and_weak_what_is_so_now(store: Store, clock: Clock) -> None:
    """Answers that were right, but are being forgotten: the rows of the concepts and the row of the week agree."""
    for week, concept in enumerate(("one", "two")):
        for number in range(6):
            at = clock.time = START + timedelta(weeks=week, hours=number)
            store.add(replace(attempt(10 * week + number, score=1.0, at=at), concepts=(concept,)))
    seen = set()
    for days in (0, 20, 40):
        clock.time = START + timedelta(weeks=1, days=days)
        figures = compute_figures(store, zone=UTC)
        levels = [row["level"] for row in figures.concepts]
        this_week = figures.weeks[-1]
        assert this_week.strong == sum(level >= 0.8 for level in levels)
        assert this_week.weak == sum(level < 0.6 for level in levels)
        seen.add((this_week.strong, this_week.weak))
    assert len(seen) > 1
    store.close()


def test_weeks_are_told_as_they_were(store: Store, clock: Clock) -> None:
    monday = START.replace(hour=12) - timedelta(days=START.weekday())
    assert compute_figures(store, zone=UTC).weeks == ()
    for week, scores in enumerate(((0.0, 0.0), (), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0))):
        for number, score in enumerate(scores):
            at = monday + timedelta(weeks=week, hours=number)
            clock.time = at
            store.add(replace(attempt(10 * week + number, score=score, at=at), concepts=("one",)))
        if week == 0:
            assert compute_figures(store, zone=UTC).weeks == ()  # a single week is told by its days
    clock.time = monday + timedelta(weeks=2, days=1)
    weeks = compute_figures(store, zone=UTC).weeks
    assert [(each.monday, each.answers, each.right) for each in weeks] == [
        (monday.date(), 2, 0),
        ((monday + timedelta(weeks=1)).date(), 0, 0),
        ((monday + timedelta(weeks=2)).date(), 6, 6),
    ]
    assert [(each.strong, each.weak) for each in weeks[:2]] == [(0, 1), (0, 1)]
    (now,) = compute_figures(store, zone=UTC).concepts
    assert (weeks[-1].strong, weeks[-1].weak) == (int(now["level"] >= 0.8), int(now["level"] < 0.6))
    clock.time = monday + timedelta(weeks=40)
    assert compute_figures(store, zone=UTC).weeks == ()
    clock.time = monday + timedelta(weeks=HISTORY_WEEKS)
    assert len(compute_figures(store, zone=UTC).weeks) == HISTORY_WEEKS - 1
    store.close()

"""What a record says: figures counted by hand, charts that say in words what they show."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from tests.progress.helping import Clock
from tutor.progress.record.store import Store
from tutor.progress.review.mastery import MASTERED_LEVEL, WEAK_LEVEL
from tutor.progress.tables.attempt import Attempt
from tutor.questions.answers.submission import Confidence
from tutor.screens.level_bar import TONE_COLOURS
from tutor.sims.engine.chart import Bars, Line
from tutor.statistics.charts import LEVEL_ROLES, levels_chart, make_charts
from tutor.statistics.figures import FORECAST_DAYS, HISTORY_DAYS, compute_figures
from tutor.statistics.words import Tone
from tutor.widgets.plots.colours import ROLE_VARIABLES

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def answered(
    at: datetime, *, right: bool = True, question: str = "q", concept: str = "adam", confidence: Confidence = ""
) -> Attempt:
    return Attempt(
        question=question,
        lesson="adam",
        kind="number",
        concepts=(concept,),
        seed=at.minute,
        answer="1",
        score=float(right),
        verdict="right" if right else "wrong",
        hints=0,
        seconds=30.0,
        at=at,
        program="test",
        confidence=confidence,
    )


def record(folder: Path, *attempts: Attempt) -> Store:
    clock = Clock()
    clock.time = NOW
    store = Store.open(folder, clock)
    for attempt in attempts:
        store.add(attempt)
    return store


def test_an_empty_record_has_no_figures(tmp_path: Path) -> None:
    found = compute_figures(record(tmp_path), zone=UTC)
    assert (found.answers, found.seconds, found.due) == (0, 0.0, 0)
    assert found.forecast == (0,) * FORECAST_DAYS


def test_answers_are_counted_on_the_learners_own_days(tmp_path: Path) -> None:
    store = record(tmp_path, answered(datetime(2026, 3, 9, 23, 30, tzinfo=UTC), right=False), answered(NOW))
    in_london = compute_figures(store, zone=UTC).days[-2:]
    in_tokyo = compute_figures(store, zone=ZoneInfo("Asia/Tokyo")).days[-2:]
    assert [(day.answers, day.right) for day in in_london] == [(1, 0), (1, 1)]
    assert [(day.answers, day.right) for day in in_tokyo] == [(0, 0), (2, 1)]


def test_half_an_hour_of_time_zone_does_not_lose_an_answer(tmp_path: Path) -> None:
    store = record(tmp_path, *(answered(NOW - timedelta(minutes=17 * number)) for number in range(40)))
    found = compute_figures(store, zone=ZoneInfo("Asia/Kolkata"))
    assert sum(day.answers for day in found.days) == 40
    assert len(found.days) == HISTORY_DAYS


def test_what_was_undone_counts_for_nothing_but_is_on_disk(tmp_path: Path) -> None:
    slip = answered(NOW, right=False)
    store = record(tmp_path, slip)
    store.undo(slip.key)
    found = compute_figures(store, zone=UTC)
    assert found.answers == 0
    assert sum(day.answers for day in found.days) == 0


def test_the_calibration_counts_what_was_said(tmp_path: Path) -> None:
    store = record(
        tmp_path,
        answered(NOW, confidence="sure"),
        answered(NOW, confidence="sure", right=False),
        answered(NOW, confidence="guess"),
        answered(NOW),
    )
    rows = compute_figures(store, zone=UTC).calibration
    assert [(row.words, row.count, row.right) for row in rows] == [("sure", 2, 1), ("a guess", 1, 1)]


def test_every_chart_says_in_words_what_it_shows(tmp_path: Path) -> None:
    store = record(
        tmp_path,
        answered(NOW - timedelta(days=1), question="a", concept="adam", confidence="sure"),
        answered(NOW, question="b", concept="momentum", right=False),
    )
    found = compute_figures(store, zone=UTC)
    forecast, history, levels, times, calibration = make_charts(found)
    assert forecast.description.startswith("1 question due today") or "due today" in forecast.description
    assert "you gave 2 answers, 50% of them right; the most on one day was 1" in history.description
    assert levels.description.startswith("The weakest: momentum")
    assert "30 s" in times.description
    assert calibration.description.startswith("Sure: 1 of 1 right.")


def test_a_level_has_one_colour_in_the_charts_and_in_the_bars() -> None:
    assert TONE_COLOURS.keys() == LEVEL_ROLES.keys() == set(get_args(Tone))
    for tone, colour in TONE_COLOURS.items():
        assert colour == f"${ROLE_VARIABLES[LEVEL_ROLES[tone]][0]}"


def test_the_bars_of_a_chart_are_coloured_as_the_levels_of_the_record_are_called() -> None:
    levels = [0.2, WEAK_LEVEL, MASTERED_LEVEL]
    chart = levels_chart([{"id": f"concept {level}", "level": level} for level in levels])
    (bars,) = chart.marks
    assert isinstance(bars, Bars)
    assert bars.roles == ("tertiary", "primary", "good")


def test_the_charts_show_the_figures(tmp_path: Path) -> None:
    store = record(tmp_path, answered(NOW, right=False), answered(NOW - timedelta(days=2)))
    found = compute_figures(store, zone=UTC)
    forecast, history, *_ = make_charts(found)
    (bars,) = forecast.marks
    assert isinstance(bars, Bars)
    assert list(bars.values) == list(found.forecast)
    assert bars.names[:3] == ["today", "tomorrow", "Thu"]
    answers, right = history.marks
    assert isinstance(answers, Line)
    assert isinstance(right, Line)
    assert (answers.y[-3:], right.y[-3:]) == ([1, 0, 1], [1, 0, 0])
    assert (answers.x[0], answers.x[-1]) == (1 - HISTORY_DAYS, 0)

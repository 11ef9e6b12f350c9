"""What a record says: figures counted by hand, a chart that says in words what it shows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.progress.helping import Clock
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.questions.answers.submission import Confidence
from tutor.sims.engine.chart import Line
from tutor.statistics.charts import history_chart
from tutor.statistics.figures import FORECAST_DAYS, HISTORY_DAYS, compute_figures

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


def test_the_chart_says_in_words_what_it_shows(tmp_path: Path) -> None:
    store = record(
        tmp_path,
        answered(NOW - timedelta(days=1), question="a", concept="adam", confidence="sure"),
        answered(NOW, question="b", concept="momentum", right=False),
    )
    history = history_chart(compute_figures(store, zone=UTC))
    assert "you gave 2 answers, 50% of them right; the most on one day was 1" in history.description


def test_the_chart_shows_the_figures(tmp_path: Path) -> None:
    store = record(tmp_path, answered(NOW, right=False), answered(NOW - timedelta(days=2)))
    answers, right = history_chart(compute_figures(store, zone=UTC)).marks
    assert isinstance(answers, Line)
    assert isinstance(right, Line)
    assert (answers.y[-3:], right.y[-3:]) == ([1, 0, 1], [1, 0, 0])
    assert (answers.x[0], answers.x[-1]) == (1 - HISTORY_DAYS, 0)

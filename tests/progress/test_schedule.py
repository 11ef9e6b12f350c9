"""The schedule agrees with FSRS as its authors run it."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from fsrs import Card, Scheduler

from tests.data import rows
from tutor.progress.review.schedule import (
    AGAIN,
    EASY,
    GOOD,
    HARD,
    day_of,
    end_of_day,
    make_scheduler,
    rate_answer,
    recall_probability,
    replay,
    review_card,
    usual_seconds,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PEERS = rows("schedules")


def peers(kind: str) -> list[dict[str, Any]]:
    """The rows of one kind, at least one."""
    found = [row for row in PEERS if row["kind"] == kind]
    assert found
    return found


def options(row: dict[str, Any]) -> dict[str, Any]:
    """A row's own settings, as the scheduler takes them."""
    found: dict[str, Any] = {"desired_retention": row["desired_retention"], "enable_fuzzing": False}
    if row["parameters"] != "default":
        found["parameters"] = row["parameters"]
    for name in ("learning_steps", "relearning_steps"):
        found[name] = tuple(timedelta(seconds=seconds) for seconds in row[f"{name}_s"])
    return found


def test_memory_states_agree_with_the_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    for row in peers("trace"):
        peer = Scheduler(**options(row))
        monkeypatch.setattr("tutor.progress.review.schedule.make_scheduler", lambda _parameters, peer=peer: peer)
        state = None
        for at, rated, learning, step, stability, difficulty, again in row["reviews"]:
            state, due = review_card(state, rated, datetime.fromisoformat(at))
            found = json.loads(state)
            assert due == datetime.fromisoformat(again), row["id"]
            assert (found["state"], found["step"]) == (learning, step), row["id"]
            assert found["stability"] == pytest.approx(stability, rel=1e-9), row["id"]
            assert found["difficulty"] == pytest.approx(difficulty, rel=1e-9), row["id"]


def test_intervals_agree_with_the_peers() -> None:
    for row in peers("interval-days"):
        state, at, days = None, datetime.fromisoformat(row["start"]), []
        for rated in row["ratings"]:
            state, due = review_card(state, rated, at)
            days.append((due - at).days)
            at = due
        assert days == row["expect_days"], row["id"]


def test_difficulties_agree_with_the_peers() -> None:
    for row in peers("difficulty"):
        state, at = None, START
        for rated, elapsed in zip(row["ratings"], row["elapsed_days"], strict=True):
            at += timedelta(days=elapsed)
            state, _ = review_card(state, rated, at)
        assert state is not None
        assert json.loads(state)["difficulty"] == pytest.approx(row["expect_difficulty"]), row["id"]


WEIGHTS = (0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796)
"""The first published parameters of FSRS-6, w₀ … w₁₀; its forgetting curve falls by the power w₂₀ = 0.1542."""


def test_two_good_answers_are_scheduled_as_the_formulas_say() -> None:
    w = WEIGHTS
    easiest = w[4] - math.exp(3 * w[5]) + 1
    difficulty = w[4] - math.exp(2 * w[5]) + 1
    state, due = review_card(None, GOOD, START)
    first = json.loads(state)
    assert due == START + timedelta(minutes=10)
    assert (first["stability"], first["difficulty"]) == (w[2], pytest.approx(difficulty, rel=1e-12))

    second = json.loads(review_card(state, GOOD, START + timedelta(days=5))[0])
    recall = (1 + (0.9 ** (-1 / 0.1542) - 1) * 5 / w[2]) ** -0.1542
    growth = math.exp(w[8]) * (11 - difficulty) * w[2] ** -w[9] * (math.exp((1 - recall) * w[10]) - 1)
    assert second["stability"] == pytest.approx(w[2] * (1 + growth), rel=1e-12)
    assert second["difficulty"] == pytest.approx(w[7] * easiest + (1 - w[7]) * difficulty, rel=1e-12)


def test_a_wrong_first_answer_is_asked_again_in_a_minute() -> None:
    state, due = review_card(None, AGAIN, START)
    assert due == START + timedelta(minutes=1)
    assert json.loads(state)["stability"] == WEIGHTS[0]


def test_the_time_zone_of_an_answer_changes_nothing() -> None:
    elsewhere = START.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    assert review_card(None, GOOD, elsewhere) == review_card(None, GOOD, START)


def test_a_replayed_series_ends_as_the_reviews_did() -> None:
    series = [(rated, START + timedelta(days=3 * n)) for n, rated in enumerate([GOOD, AGAIN, HARD, GOOD, EASY])]
    state = None
    for rated, at in series:
        state, due = review_card(state, rated, at)
    assert replay(series) == (state, due)
    with pytest.raises(ValueError, match="without a review"):
        replay([])


def test_good_answers_on_time_are_asked_at_growing_intervals() -> None:
    state, at, gaps = None, START, []
    for _ in range(7):
        state, due = review_card(state, GOOD, at)
        gaps.append(due - at)
        at = due
    assert all(late > early for early, late in pairwise(gaps))
    assert gaps[-1] > timedelta(days=100)


def test_the_same_answers_give_the_same_schedule() -> None:
    assert review_card(None, GOOD, START) == review_card(None, GOOD, START)


@pytest.mark.parametrize(
    ("score", "hints", "confidence", "kind", "seconds", "expected"),
    [
        (0.0, 0, "sure", "number", 5, AGAIN),
        (0.4, 0, "", "number", 5, AGAIN),
        (0.5, 0, "sure", "number", 5, HARD),
        (0.6, 0, "sure", "number", 5, HARD),
        (1.0, 1, "sure", "number", 5, HARD),
        (1.0, 0, "guess", "number", 5, HARD),
        (1.0, 0, "think", "number", 5, GOOD),
        (1.0, 0, "", "number", 21, GOOD),
        (1.0, 0, "sure", "number", 20, EASY),
        (1.0, 0, "", "number", 20, EASY),
        (1.0, 0, "", "number", 2, EASY),
        (1.0, 0, "sure", "number", 1.9, GOOD),
        (1.0, 0, "sure", "number", 0, GOOD),
        (1.0, 0, "", "choice", 3, GOOD),
        (1.0, 0, "sure", "choice", 3, EASY),
        (1.0, 0, "sure", "choice", 30, GOOD),
    ],
)
def test_the_machine_rates_by_score_hints_confidence_and_time(
    score: float, hints: int, confidence: str, kind: str, seconds: float, expected: int
) -> None:
    assert rate_answer(score, hints, seconds, 40.0, confidence, kind) == expected


def test_a_usual_time_is_the_learners_own_once_five_are_known() -> None:
    assert usual_seconds("choice", []) == 20
    assert usual_seconds("number", [1, 1, 1, 1]) == 45
    assert usual_seconds("number", [8, 6, 100, 7, 5]) == 7
    assert usual_seconds("number", [8, 6, 100, 7, 5, 9]) == 7.5


def test_the_usual_time_is_the_median_of_the_newest_twenty_five() -> None:
    slow, quick = [900.0] * 40, [10.0]
    assert usual_seconds("number", slow + quick * 13) == 10
    assert usual_seconds("number", slow + quick * 12) == 900
    assert usual_seconds("number", quick * 40 + slow[:13]) == 900
    assert usual_seconds("number", quick * 40 + slow[:12]) == 10


@pytest.mark.parametrize("count", range(5, 13))
def test_the_usual_time_is_a_median(count: int) -> None:
    times = [float(3 * number % 13 + number / 10) for number in range(count)]
    assert usual_seconds("number", times) == median(times)


def test_a_review_by_a_clock_that_went_back_counts_as_made_at_the_last() -> None:
    state, _ = review_card(None, GOOD, START)
    state, _ = review_card(state, GOOD, START + timedelta(days=2))
    for back in (timedelta(seconds=1), timedelta(days=1), timedelta(days=900)):
        assert review_card(state, GOOD, START + timedelta(days=2) - back) == review_card(
            state, GOOD, START + timedelta(days=2)
        )


@pytest.mark.parametrize(
    ("hour", "starts", "day"), [(0, 0, 10), (23, 0, 10), (3, 4, 9), (4, 4, 10), (22, 23, 9), (23, 23, 10)]
)
def test_a_day_lasts_until_the_hour_at_which_the_next_begins(hour: int, starts: int, day: int) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(2026, 3, 10, hour, 30, tzinfo=zone)
    assert day_of(moment.astimezone(UTC), zone, starts) == date(2026, 3, day)
    end = end_of_day(moment, zone, starts)
    assert end.tzinfo is UTC
    assert end == datetime(2026, 3, day, starts, tzinfo=zone) + timedelta(days=1)
    assert day_of(end, zone, starts) == date(2026, 3, day + 1)
    assert day_of(end - timedelta(microseconds=1), zone, starts) == date(2026, 3, day)


def test_every_row_of_the_peers_is_compared() -> None:
    compared = sum(len(peers(kind)) for kind in ("trace", "interval-days", "difficulty"))
    assert compared == len(PEERS)


def test_recall_falls_as_fsrs_says() -> None:
    state, _ = review_card(None, GOOD, START)
    state, _ = review_card(state, GOOD, START + timedelta(days=2))
    card = Card.from_dict(json.loads(state))
    for days in (0, 1, 2, 10, 400):
        now = START + timedelta(days=2 + days)
        assert recall_probability(state, now) == pytest.approx(
            make_scheduler().get_card_retrievability(card, now), rel=1e-12
        )
    stability = json.loads(state)["stability"]
    assert recall_probability(state, START + timedelta(days=2 + stability)) == pytest.approx(0.9, rel=1e-9)
    assert recall_probability(state, START) == 1.0

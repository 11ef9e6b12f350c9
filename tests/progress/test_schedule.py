"""The schedule agrees with FSRS as its authors run it."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tutor.progress.mastery import level
from tutor.progress.schedule import AGAIN, EASY, GOOD, HARD, rating, review

ROWS = Path(__file__).parents[3] / "shared" / "peer_cases" / "schedules.jsonl"
START = datetime(2026, 1, 1, tzinfo=UTC)


def peer_traces() -> list[dict[str, Any]]:
    """Traces with the default parameters, steps and retention, where the folder of peer cases is present."""
    rows = [json.loads(line) for line in ROWS.read_text("utf-8").splitlines()] if ROWS.exists() else []
    usual = {"desired_retention": 0.9, "parameters": "default", "learning_steps_s": [60, 600]}
    usual["relearning_steps_s"] = [600]
    return [row for row in rows if row["kind"] == "trace" and all(row.get(key) == usual[key] for key in usual)]


@pytest.mark.parametrize("row", peer_traces() or [None], ids=lambda row: row["id"] if row else "no peer cases here")
def test_memory_states_agree_with_the_peers(row: dict[str, Any] | None) -> None:
    state = None
    for item in row["reviews"] if row else []:
        state, due = review(state, item["rating"], datetime.fromisoformat(item["t"]))
        found = json.loads(state)
        assert due == datetime.fromisoformat(item["due"])
        assert found["stability"] == pytest.approx(item["stability"], rel=1e-9)
        assert found["difficulty"] == pytest.approx(item["difficulty"], rel=1e-9)


def test_good_answers_on_time_are_asked_at_growing_intervals() -> None:
    state, at, gaps = None, START, []
    for _ in range(7):
        state, due = review(state, GOOD, at)
        gaps.append(due - at)
        at = due
    assert all(late > early for early, late in pairwise(gaps))
    assert gaps[-1] > timedelta(days=100)


def test_the_same_answers_give_the_same_schedule() -> None:
    assert review(None, GOOD, START) == review(None, GOOD, START)


@pytest.mark.parametrize(
    ("score", "hints", "seconds", "expected"),
    [
        (0.0, 0, 5, AGAIN),
        (0.4, 0, 5, AGAIN),
        (0.6, 0, 5, HARD),
        (1.0, 1, 5, HARD),
        (1.0, 0, 30, GOOD),
        (1.0, 0, 0, GOOD),
        (1.0, 0, 8, EASY),
    ],
)
def test_the_machine_rates_by_score_hints_and_time(score: float, hints: int, seconds: float, expected: int) -> None:
    assert rating(score, hints, seconds) == expected


def test_the_level_follows_the_last_answers() -> None:
    assert level([]) == 0
    assert level([1]) == 1
    assert level([0, 1]) == 0.5
    assert level([1] * 30 + [0]) == pytest.approx(0.8)
    assert level([0] * 30 + [1] * 10) > 0.85

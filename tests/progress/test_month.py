"""A small simulated month: the forecast of recall holds for the memory it describes, and is caught out by others."""

import pytest

from benchmarks.month import LEARNERS, bins, month, summary

BY_NAME = {learner.name: learner for learner in LEARNERS}


def reviews(name: str, learners: int = 2) -> list[tuple[float, bool]]:
    return [each for seed in range(learners) for each in month(BY_NAME[name], seed).reviews]


def test_the_forecast_holds_for_a_memory_like_its_own() -> None:
    found = reviews("as FSRS")
    assert len(found) > 1000
    assert all(row.holds for row in (*bins(found), summary(found)))
    assert summary(found).forecast == pytest.approx(0.92, abs=0.02)


@pytest.mark.parametrize("name", ["weak as FSRS", "exponential", "careless"])
def test_a_memory_of_another_kind_is_found_out_and_reviewed_more_often(name: str) -> None:
    found = reviews(name)
    whole = summary(found)
    assert not whole.holds
    assert whole.observed < whole.forecast
    assert len(found) > len(reviews("as FSRS"))


def test_the_same_seed_gives_the_same_month() -> None:
    assert month(LEARNERS[0], 3, days=5).reviews == month(LEARNERS[0], 3, days=5).reviews
    assert month(LEARNERS[0], 3, days=5).reviews != month(LEARNERS[0], 4, days=5).reviews

"""What a record says about how well a concept is known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.progress.helping import START, Clock, attempt
from tutor.progress.record.store import Store
from tutor.progress.review.mastery import level, weak_concepts


def known(store: Store, concept: str = "adam") -> float:
    return {row["id"]: float(row["known"]) for row in store.summary()["concepts"]}[concept]


def test_the_level_is_the_mean_of_the_discounted_posterior() -> None:
    assert level([]) == 0
    assert level([1]) == pytest.approx(2 / 3)
    assert level([0]) == pytest.approx(1 / 3)
    assert level([0, 1]) == pytest.approx((1 + 1) / (2 + 1 + 0.9))
    assert level([1, 0]) == pytest.approx((1 + 0.9) / (2 + 1 + 0.9))
    assert level([1] * 400) == pytest.approx((1 + 10 * (1 - 0.9**50)) / (2 + 10 * (1 - 0.9**50)))


def test_one_slip_does_not_undo_many_right_answers_and_old_ones_fade() -> None:
    assert level([1] * 30 + [0]) > 0.8
    assert level([0] * 30 + [1] * 20) > 0.8


def test_the_same_numbers_asked_again_show_nothing_new(store: Store) -> None:
    for minute in range(5):
        store.add(replace(attempt(1, at=START + timedelta(minutes=minute)), key=f"k{minute}"))
    assert known(store) == pytest.approx(2 / 3, abs=1e-4)
    assert store.summary()["concepts"][0]["attempts"] == 5


@pytest.mark.parametrize("help_", [{"hints": 1}, {"confidence": "guess"}])
def test_a_right_answer_with_a_hint_or_by_a_guess_counts_half(store: Store, help_: dict[str, object]) -> None:
    store.add(replace(attempt(1), **help_))  # type: ignore[arg-type]  # one field of an attempt
    assert known(store) == 0.5


def test_a_level_drops_while_nothing_is_asked_and_comes_back_with_a_review(store: Store, clock: Clock) -> None:
    for number in range(4):
        store.add(attempt(number))
    fresh = store.summary()["concepts"][0]
    assert (fresh["recall"], fresh["level"]) == (1.0, fresh["known"])
    assert weak_concepts(store.summary()) == []
    clock.time += timedelta(days=60)
    stale = store.summary()["concepts"][0]
    assert stale["known"] == fresh["known"]
    assert stale["recall"] < 0.8
    assert stale["level"] == pytest.approx(stale["known"] * stale["recall"], abs=1e-4)
    assert weak_concepts(store.summary()) == ["adam", "momentum"]
    for number in range(4):
        store.add(replace(attempt(number, at=clock.time), seed=100 + number))
    assert store.summary()["concepts"][0]["level"] > fresh["level"]


def test_the_weakest_concept_comes_first(store: Store) -> None:
    store.add(replace(attempt(1, score=0.0), concepts=("b",)))
    store.add(replace(attempt(2, score=0.4), concepts=("c",)))
    store.add(replace(attempt(3, score=0.0), concepts=("a",)))
    store.add(replace(attempt(4), concepts=("d",)))
    assert weak_concepts(store.summary()) == ["a", "b", "c"]


def levels(**found: float) -> list[str]:
    return weak_concepts({"concepts": [{"id": name, "level": known} for name, known in found.items()]})


def test_a_concept_is_weak_below_three_fifths() -> None:
    assert levels(just=0.6, below=0.5999, above=0.6001, none=0.0, all=1.0) == ["none", "below"]


def test_one_right_answer_is_not_weak_and_becomes_so_when_less_than_nine_tenths_are_remembered() -> None:
    known = level([1])
    assert levels(fresh=known, due=known * 0.9 + 1e-12, overdue=known * 0.899) == ["overdue"]
    assert levels(wrong=level([0]), hinted=level([0.5]), right=level([1])) == ["wrong", "hinted"]

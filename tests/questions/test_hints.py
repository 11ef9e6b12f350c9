import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.questions.answers.submission import score_after_hints


@pytest.mark.parametrize(
    ("score", "hints", "total", "left"),
    [(1, 0, 3, 1), (1, 1, 3, 0.9), (1, 2, 3, 0.8), (1, 3, 3, 0.7), (0.5, 1, 2, 0.45), (0, 2, 2, 0), (1, 9, 9, 0.5)],
)
def test_each_hint_costs_a_tenth_and_all_at_most_half(score: float, hints: int, total: int, left: float) -> None:
    assert score_after_hints(score, hints, total) == left


@settings(derandomize=True, deadline=None)
@given(st.floats(0, 1), st.integers(0, 12), st.integers(0, 12))
def test_more_hints_never_earn_more_and_never_all_is_lost(score: float, hints: int, more: int) -> None:
    total = hints + more
    assert 0 <= score_after_hints(score, total, total) <= score_after_hints(score, hints, total) <= score
    assert score_after_hints(score, total, total) >= score / 2


@pytest.mark.parametrize(("hints", "total"), [(1, 0), (-1, 3), (4, 3)])
def test_hints_that_do_not_exist_cannot_have_been_seen(hints: int, total: int) -> None:
    with pytest.raises(ValueError, match="cannot have been seen"):
        score_after_hints(1, hints, total)

from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.errors import UsageError
from tutor.questions.answers.partial_order import PartialOrder

CHAIN = {"1": [], "2": ["1"], "3": ["2"], "4": ["3"]}
DIAMOND = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}


@pytest.mark.parametrize("answer", ["abcd", "acbd"])
def test_any_order_that_keeps_to_the_dependencies_is_right(answer: str) -> None:
    assert PartialOrder.from_dependencies(DIAMOND).score(answer) == 1.0


@pytest.mark.parametrize(
    ("answer", "edits"),
    [("1234", 0), ("4123", 2), ("4213", 4), ("123", 1), ("", 4), ("1x234", 1), ("11234", 1), ("4321", 6)],
)
def test_edits_are_the_fewest_insertions_and_deletions(answer: str, edits: int) -> None:
    assert PartialOrder.from_dependencies(CHAIN).count_edits(answer) == edits
    assert PartialOrder.from_dependencies(CHAIN).score(answer) == max(0, 1 - edits / 4)


def test_far_dependencies_count_when_what_lies_between_is_left_out() -> None:
    assert PartialOrder.from_dependencies(CHAIN).count_edits(["4", "1"]) == 4


def test_items_that_are_only_needed_are_items_too() -> None:
    assert PartialOrder.from_dependencies({"3": ["1", "2"]}).score(["2", "1", "3"]) == 1.0


def test_a_circle_is_refused() -> None:
    with pytest.raises(UsageError, match="waits for itself"):
        PartialOrder.from_dependencies({"a": ["b"], "b": ["a"]})
    with pytest.raises(UsageError, match=f"^'{'a' * 29}…' waits for itself"):
        PartialOrder.from_dependencies({"a" * 31: ["a" * 31]})


def test_too_much_is_refused() -> None:
    with pytest.raises(UsageError, match="at most 100 items"):
        PartialOrder.from_dependencies({str(item): [] for item in range(101)})
    with pytest.raises(UsageError, match="at most 200 places"):
        PartialOrder.from_dependencies(CHAIN).count_edits(["1"] * 201)


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[str, list[str]], list[str]]:
    count = draw(st.integers(1, 5))
    items = [str(item) for item in range(count)]
    depends = {
        item: draw(st.lists(st.sampled_from(items[:index]), unique=True)) if index else []
        for index, item in enumerate(items)
    }
    return depends, draw(st.lists(st.sampled_from([*items, "x"]), max_size=6))


@settings(derandomize=True, deadline=None)
@given(orders())
def test_edits_agree_with_trying_every_right_order(case: tuple[dict[str, list[str]], list[str]]) -> None:
    depends, answer = case
    right = [
        order
        for order in permutations(depends)
        if all(order.index(need) < order.index(item) for item, needs in depends.items() for need in needs)
    ]
    longest = max(common(answer, order) for order in right)
    assert PartialOrder.from_dependencies(depends).count_edits(answer) == len(answer) + len(depends) - 2 * longest


def common(answer: list[str], order: tuple[str, ...]) -> int:
    """The length of the longest common subsequence, by trying all of the answer's."""
    for length in range(len(answer), 0, -1):
        for kept in combinations(answer, length):
            rest = iter(order)
            if all(item in rest for item in kept):
                return length
    return 0

from typing import Any

import pytest

from tests.questions.examples import NUMBER
from tutor.errors import ChainruleError
from tutor.questions.kinds.table import read_question
from tutor.questions.templates.variants import NumberRange, draw_names

SEEDS = range(40)


def drawn(seed: int = 0, **changed: Any) -> dict[str, Any]:
    return draw_names(read_question("number", {**NUMBER, "mistakes": [], **changed}), seed)


def test_the_same_seed_draws_the_same_numbers_and_others_differ() -> None:
    assert all(drawn(seed) == drawn(seed) for seed in SEEDS)
    assert len({tuple(drawn(seed).values()) for seed in SEEDS}) == 8
    assert [drawn(seed)["g"] for seed in range(4)] == [drawn(seed)["g"] for seed in range(4)]


def test_two_questions_with_the_same_choices_draw_apart() -> None:
    given = {"a": {"low": 0, "high": 9999}}
    assert drawn(given=given)["a"] != drawn(given=given, id="another")["a"]


def test_a_range_counts_in_decimal_and_keeps_its_end() -> None:
    assert NumberRange(low=0.1, high=0.5, step=0.1).numbers() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert NumberRange(low=100, high=300, step=25).numbers() == [100, 125, 150, 175, 200, 225, 250, 275, 300]
    assert all(isinstance(number, int) for number in NumberRange(low=0.5, high=2, step=0.5).numbers()[1::2])


def test_conditions_hold_for_every_draw() -> None:
    given = {"a": [1, 2, 3], "b": [1, 2, 3]}
    for seed in SEEDS:
        names = drawn(seed, given=given, where=["a != b", "a + b < 5"])
        assert names["a"] != names["b"]
        assert names["a"] + names["b"] < 5


def test_let_is_computed_in_order_from_what_stands_before() -> None:
    names = drawn(given={"a": [3]}, let={"b": "a * 2", "c": "b / 4", "d": 7, "e": "a < b"})
    assert names == {"a": 3, "b": 6, "c": 1.5, "d": 7, "e": True}
    assert isinstance(names["b"], int)


def test_let_may_run_a_simulation_with_the_drawn_numbers(walk: object) -> None:
    run = {"simulation": "walk", "set": {"learning_rate": "{a}", "start_at": 8}, "steps": "n", "value": "w"}
    names = drawn(given={"a": [0.25], "n": [2]}, let={"w": run, "pair": {**run, "value": "pair"}})
    assert names["w"] == 2.0
    assert names["pair"] == (2.0, -2.0)


def test_numbers_that_yaml_reads_as_words_are_numbers() -> None:
    assert drawn(given={"a": ["1e-3"]})["a"] == 0.001
    assert drawn(given={"a": ["adam"]})["a"] == "adam"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"given": {"a": 3}}, "given a: write a list of choices or"),
        ({"given": {"a": []}}, "given a: write a list of choices or"),
        ({"given": {"a": {"low": 1, "hgh": 2}}}, "given a: write a list of choices or"),
        ({"given": {"a": {"low": 2, "high": 1}}}, "holds no numbers"),
        ({"given": {"a": {"low": 0, "high": 1, "step": 0}}}, "holds no numbers"),
        ({"given": {"a": {"low": 0, "high": 1e9}}}, "holds no numbers"),
        ({"given": {"sqrt": [1]}}, "already has a meaning"),
        ({"given": {"and": [1]}}, "already has a meaning"),
        ({"given": {"now": [1]}}, "already has a meaning"),
        ({"given": {"a b": [1]}}, "is not a name"),
        ({"given": {"a": [1]}, "where": ["a > 1"]}, "no numbers in `given` meet `where`: a > 1"),
        ({"given": {"a": [1]}, "where": ["a"]}, "where: 'a' is no condition"),
        ({"given": {"a": [1]}, "let": {"a": "2"}}, "'a' is given twice"),
        ({"let": {"b": "zz"}}, "let b: there is no 'zz'"),
        ({"let": {"b": {"simulation": "adam"}}}, "let b: a run has simulation, set, steps and value"),
    ],
)
def test_what_cannot_be_drawn_says_why(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ChainruleError, match=message) as raised:
        drawn(**changed)
    assert "\n" not in str(raised.value)

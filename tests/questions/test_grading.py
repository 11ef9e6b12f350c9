from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.questions.grading import grade_line


def number(expected: object, answer: object, **more: object) -> dict[str, Any]:
    return grade_line({"kind": "number", "expected": expected, "answer": answer, **more})


def test_a_right_number_comes_with_the_value_that_was_read() -> None:
    assert number("0.25", "1/4") == {"readable": True, "correct": True, "score": 1.0, "value": 0.25}
    assert number(1228800, "1,228,800")["value"] == 1_228_800
    assert number("2", "3")["correct"] is False


def test_the_bound_is_inside_and_compared_in_decimal() -> None:
    assert number("1", "1.1", rtol=0.1)["correct"] is True
    assert number("1", "1.1", atol="0.1")["correct"] is True
    assert number("1", "1.10000000000000001", atol=0.1)["correct"] is False
    assert number("0.3", "0.1", atol=0.2)["correct"] is True
    assert number("1", "1.0000001", atol=0, rtol=0)["correct"] is False


def test_without_a_tolerance_nine_figures_must_agree() -> None:
    assert number(0.6666666666666666, "2/3")["correct"] is True
    assert number("0.667", "2/3")["correct"] is False


def test_what_is_expected_may_be_an_expression() -> None:
    assert number("1 + sqrt(4)", "3")["correct"] is True
    assert number("sqrt(2)/2", "√2/2", rtol=0)["correct"] is True


def test_what_cannot_be_read_gets_advice_and_no_value() -> None:
    result = number("1", "one")
    assert result == {"readable": False, "correct": False, "score": 0.0, "advice": result["advice"]}
    assert "number" in result["advice"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "there is no kind 'None'"),
        ({"kind": "nummer"}, "did you mean 'number'"),
        ({"kind": ["number"]}, "there is no kind"),
        ({"kind": "number"}, '"expected" is missing'),
        ({"kind": "number", "expected": "1"}, '"answer" is missing'),
        ({"kind": "number", "expected": "1", "answer": None}, '"answer" is missing'),
        ({"kind": "number", "expected": "one", "answer": "1"}, "the expected value 'one' is no number"),
        ({"kind": "number", "expected": float("nan"), "answer": "1"}, "is no number"),
        ({"kind": "number", "expected": "1", "answer": "1", "rtol": -1}, "rtol=-1 cannot be used"),
        ({"kind": "expression", "expected": "x+", "answer": "x"}, "the expected expression cannot be used"),
        ({"kind": "expression", "expected": "x", "answer": "x", "assume": "x"}, '"assume" says what'),
        ({"kind": "expression", "expected": "1/x", "answer": "2/x", "assume": {"x": "tall"}}, "'tall'"),
        ({"kind": "order", "answer": []}, "which items come before which"),
        ({"kind": "order", "depends": {"1": "2"}, "answer": []}, "which items come before which"),
        ({"kind": "order", "depends": {"1": []}}, '"answer" must be a list'),
        ({"kind": "order", "depends": {"1": []}, "answer": "1"}, '"answer" must be a list'),
        ({"kind": "order", "depends": {"1": ["1"]}, "answer": []}, "circle"),
        ({"kind": "order", "depends": {"1": []}, "distractors": ["1"], "answer": []}, "both an item"),
    ],
)
def test_what_is_no_line_to_grade_gets_an_error(data: dict[str, Any], error: str) -> None:
    result = grade_line(data)
    assert list(result) == ["error"]
    assert error in result["error"]


def test_an_order_is_worth_less_for_each_edit() -> None:
    line = {"kind": "order", "depends": {"1": [], "2": ["1"], "3": ["2"]}, "distractors": ["x"]}
    assert grade_line({**line, "answer": ["1", "2", "3"]}) == {"readable": True, "correct": True, "score": 1.0}
    assert grade_line({**line, "answer": ["1", "x", "2", "3"]})["score"] == pytest.approx(2 / 3)
    assert grade_line({**line, "answer": [1, 2, None]})["score"] == pytest.approx(1 / 3)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["number", "order", "expression"])},
        optional=dict.fromkeys(("expected", "answer", "rtol", "atol", "depends", "distractors"), JSON),
    )
)
def test_no_json_object_raises(data: dict[str, Any]) -> None:
    result = grade_line(data)
    assert ("error" in result) != ("readable" in result)


def test_two_hundred_lines_take_less_than_a_second() -> None:
    chain = {str(item): [str(item - 1)] if item else [] for item in range(20)}
    begun = process_time()
    for index in range(100):
        number("0.25", f"0.25{index}", rtol=0.01)
        grade_line({"kind": "order", "depends": chain, "answer": [str(19 - item) for item in range(20)]})
    assert process_time() - begun < 5

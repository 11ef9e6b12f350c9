"""A learner's result against the reference's, without a process: which difference is reported, and in which words."""

from typing import Any

import pytest

from tutor.exercises.comparison import compare


@pytest.mark.parametrize(
    ("expected", "answer", "fault", "why"),
    [
        (True, False, "value", "Your answer is False; wanted is True."),
        ("relu", "tanh", "value", "Your answer is 'tanh'; wanted is 'relu'."),
        ((1.0, True), (1.0, False), "value", "Item 1 of your answer is False; wanted is True."),
        (True, "yes", "type", "Your function returned a text; wanted is True or False."),
        (True, 1, "type", "Your function returned a whole number; wanted is True or False."),
        (True, None, "missing", "Your function returned nothing: its last line must be `return …`."),
    ],
)
def test_what_is_no_number_is_right_or_another_value_or_of_another_type(
    expected: Any, answer: Any, fault: str, why: str
) -> None:
    difference = compare(expected, answer, 1e-9)
    assert difference is not None
    assert (difference.fault, difference.why) == (fault, why)


@pytest.mark.parametrize(("expected", "answer"), [(True, False), ("relu", "tanh"), (1.5, 2.5)])
def test_without_a_tolerance_only_types_and_shapes_count(expected: Any, answer: Any) -> None:
    assert compare(expected, answer, None) is None
    assert compare(expected, expected, 1e-9) is None

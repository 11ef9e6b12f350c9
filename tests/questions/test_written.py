from fractions import Fraction

import pytest

from tests.questions.examples import NUMBER
from tutor.questions.grading import grade_line
from tutor.questions.kinds.table import read_question
from tutor.reading.digits import decimal_places, half_unit, magnitude


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("420", 0),
        ("420.", 0),
        ("420.690", 3),
        ("0.0001", 4),
        ("−1.50e-3", 5),
        ("1.00e5", 0),
        ("1,200", 0),
        ("0", 0),
        ("0.000", 3),
        ("1/3", None),
        ("", None),
    ],
)
def test_decimal_places_are_counted_as_written(text: str, places: int | None) -> None:
    assert decimal_places(text) == places


@pytest.mark.parametrize(("value", "power"), [("1", 0), ("999", 2), ("1000", 3), ("0.001", -3), ("-7/2", 0), ("0", 0)])
def test_the_magnitude_is_the_power_of_ten_of_the_first_figure(value: str, power: int) -> None:
    assert magnitude(Fraction(value)) == power


def test_half_a_unit_of_the_last_figure_is_allowed() -> None:
    assert half_unit(Fraction("123.4"), figures=3) == Fraction(1, 2)
    assert half_unit(Fraction("123.4"), places=1) == Fraction(1, 20)


@pytest.mark.parametrize(
    ("asked", "answer", "right"),
    [
        ({"figures": 3}, "3.14", True),
        ({"figures": 3}, "3.15", False),
        ({"figures": 3}, "-3.14", False),
        ({"places": 2}, "3.14", True),
        ({"places": 0}, "3", True),
        ({"places": 0}, "4", False),
    ],
)
def test_an_answer_that_rounds_to_the_value_is_right(asked: dict[str, int], answer: str, right: bool) -> None:
    assert grade_line({"kind": "number", "expected": "pi", "answer": answer, **asked})["correct"] is right


@pytest.mark.parametrize("count", [0, 15])
def test_as_many_places_as_a_number_can_have_may_be_asked_for(count: int) -> None:
    assert grade_line({"kind": "number", "expected": "1", "answer": "1", "places": count})["correct"] is True


@pytest.mark.parametrize("count", [-1, 16, 1.5, "3", True])
def test_a_number_of_figures_that_cannot_be_asked_for_is_refused(count: object) -> None:
    result = grade_line({"kind": "number", "expected": "1", "answer": "1", "figures": count})
    assert "from 0 to 15" in result["error"]


def test_a_question_that_asks_for_rounding_says_so_and_proves_itself() -> None:
    third = {**NUMBER, "given": {}, "ask": "x", "why": "x", "answer": "1/3", "mistakes": []}
    rounded = read_question("number", {**third, "places": 2})
    assert rounded.check() == []
    assert "to 2 decimal places" in rounded.draw_instance(0).how
    assert "to 1 significant figure," in read_question("number", {**third, "figures": 1}).draw_instance(0).how

"""Answers as learners typed them by hand, and what they were to mean."""

from fractions import Fraction
from time import process_time

import pytest

from tests.questions.examples import CHALLENGE, CHOICE, CHOICES, EXPRESSION, MATCH, ORDER, TEXT
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.grading import grade_line
from tutor.questions.kinds.numeric_instance import describe_near_miss
from tutor.questions.kinds.table import read_question
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead
from tutor.reading.tolerance import tolerance_for


def verdict(instance: Instance, typed: str) -> str:
    outcome = instance.grade_text(typed)
    return outcome.verdict if isinstance(outcome, Grade) else "unreadable"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("z = -3", "-3"), ("x_2=-1.4", "-1.4"), ("η = 0.25", "0.25"), ("∂C/∂w = 2", "2"), (r"\hat{m} = 0.5", "0.5")],
        *[("about 0.29", "0.29"), ("~0.29", "0.29"), ("approx. 3", "3"), ("minus 3", "-3"), ("negative 0.5", "-0.5")],
        *[("0.294...", "0.294"), ("0.294…", "0.294"), ("108,", "108"), ("6.25.", "6.25"), ("2.5;", "2.5")],
        *[("(1,024)", "1024"), ("1,024,", "1024"), ("5.7e−2.", "0.057"), ("(−3)", "-3"), ("((2))", "2")],
        *[("50 percent", "0.5"), ("29.4 per cent", "0.294"), ("2sqrt(4)", "4"), ("2√4", "4"), ("sqrt 4", "2")],
        *[(r"\frac12", "0.5"), (r"\(0.5\)", "0.5"), (r"\frac{\sqrt{4}}{4}", "0.5"), ("—4", "-4"), ("3∗10^2", "300")],
    ],
)
def test_what_stands_around_a_number_is_taken_off(text: str, value: str) -> None:
    read = read_number(text)
    assert isinstance(read, NumberRead), read
    assert read.value == Fraction(value)


@pytest.mark.parametrize("text", ["x = y", "z =", "0..", "1,2,", "about", "minus", "3 = x", "below 0.25", "z == 3"])
def test_what_hides_the_number_stays_unreadable(text: str) -> None:
    assert isinstance(read_number(text), Unreadable)


@pytest.mark.parametrize("text", ["0 degrees", "0 degree", "0deg", "0°", "0 °", "0"])
def test_a_sign_for_a_unit_may_be_said_in_words(text: str) -> None:
    assert read_number(text, "°") == NumberRead(Fraction(0))
    assert read_number(text, "degrees") == NumberRead(Fraction(0))


def test_a_number_rounded_too_far_is_told_how_many_figures_to_give() -> None:
    expected = Fraction(5, 17)
    said = describe_near_miss(Fraction("0.29"), expected, tolerance_for(expected))
    assert said == "0.29 is right as far as it goes, but rounded too far: give 3 significant figures."
    assert "too small" in describe_near_miss(Fraction("0.45"), Fraction("0.5465"), tolerance_for(Fraction("0.5465")))
    assert "close" in describe_near_miss(Fraction("0.297"), expected, tolerance_for(expected))


@pytest.mark.parametrize(
    "typed", ["{}", "option {}", "Answer: {}", "I think {}", "[{}]", '"{}"', "{}?", "the answer is {}"]
)
def test_a_choice_is_its_letter_in_any_dress(typed: str) -> None:
    instance = read_question("choice", CHOICE).draw_instance(0)
    label, text = instance.solution.split(") ", 1)
    assert verdict(instance, typed.format(label)) == "right"
    assert verdict(instance, text.upper().replace(" ", "  ")) == "right"
    assert verdict(instance, f"{label} - {text}") == "right"


@pytest.mark.parametrize("between", ["/", "|", " & ", "·", "\t", " then ", ") ("])
def test_letters_are_parted_by_whatever_is_at_hand(between: str) -> None:
    instance = read_question("choices", CHOICES).draw_instance(0)
    letters = instance.solution.split(", ")
    assert verdict(instance, between.join(letters)) == "right"
    assert verdict(instance, f"options {between.join(letters)}.") == "right"
    assert verdict(instance, f"both [{', '.join(letters)}]") == "right"


@pytest.mark.parametrize("typed", ["a-c", "a or c", "all", "none", "1 b", "2. a 1. b"])
def test_letters_that_could_mean_something_else_are_asked_about(typed: str) -> None:
    assert verdict(read_question("choices", CHOICES).draw_instance(0), typed) == "unreadable"


@pytest.mark.parametrize("between", [" -> ", "->", " - ", "-", " → ", " > ", " => ", ", then ", "\n"])
def test_an_order_may_be_drawn_with_arrows(between: str) -> None:
    instance = read_question("order", ORDER).draw_instance(0)
    letters = instance.solution.split()
    assert verdict(instance, between.join(letters)) == "right"


@pytest.mark.parametrize("numbered", ["{}. {}, ", "{}) {} ", "{}{} ", "{}: {}; "])
def test_an_order_may_be_numbered(numbered: str) -> None:
    instance = read_question("order", ORDER).draw_instance(0)
    letters = enumerate(instance.solution.split(), 1)
    assert verdict(instance, "".join(numbered.format(*pair) for pair in letters)) == "right"


@pytest.mark.parametrize("pair", ["({}, {}) ", "{} is {}, ", "{} → {}; ", "{} - {} ", "{}{}"])
def test_pairs_may_be_written_in_many_ways(pair: str) -> None:
    instance = read_question("match", MATCH).draw_instance(0)
    pairs = [(item[0], item[1]) for item in instance.solution.split()]
    assert verdict(instance, "".join(pair.format(*item) for item in pairs)) == "right"
    assert verdict(instance, " ".join(f"{letter}{number}" for number, letter in pairs)) == "right"


@pytest.mark.parametrize("typed", ["it is called vanishing gradient", "the vanishing gradient effect"])
def test_a_term_among_other_words_is_neither_right_nor_wrong(typed: str) -> None:
    outcome = read_question("text", TEXT).draw_instance(0).grade_text(typed)
    assert isinstance(outcome, Unreadable)
    assert "alone" in outcome.advice


@pytest.mark.usefixtures("walk")
@pytest.mark.parametrize(
    "typed",
    [
        "learning_rate=0.4 and steps=10",
        "Learning_Rate=0.4, Steps=10",
        "learning rate = 0.4 steps 10",
        "learning-rate 0.4 steps: 10",
        "learning_rate → 0.4, steps → 10",
        "learning_rate=0.4\nsteps=10",
    ],
)
def test_a_setting_is_read_however_its_names_are_spelt(typed: str) -> None:
    assert verdict(read_question("challenge", CHALLENGE).draw_instance(0), typed) == "right"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        *[("xlnx", "x*ln(x)"), ("2xsin x", "2*x*sin(x)"), ("xexpx", "x*e^x"), (r"x\,y", "x*y"), (r"x\div y", "x/y")],
        *[(r"\log_{2}(x)", "log2(x)"), ("log_{10}(x)", "log10(x)"), (r"\sqrt2", "sqrt(2)"), (r"\(x+1\)", "x+1")],
        *[("𝑥+𝑦", "x+y"), ("∣x∣", "abs(x)"), ("2Pi", "2*pi"), ("PI x", "pi*x")],
    ],
)
def test_an_expression_pasted_or_run_together_is_read(typed: str, expected: str) -> None:
    result = grade_line({"kind": "expression", "expected": expected, "answer": typed})
    assert result["correct"] is True, result


@pytest.mark.parametrize("typed", ["dC/da = 2k(a - y)", "C' = 2 k (a - y)", "∂C/∂a = 2k(a-y)", "= 2k(a - y)"])
def test_a_formula_may_say_what_it_is_for(typed: str) -> None:
    instance = read_question("expression", EXPRESSION).draw_instance(0)
    assert verdict(instance, typed) == "right"
    assert verdict(instance, f"{typed} = 2k") == "unreadable"


def test_words_that_are_expected_are_variables_and_others_are_not() -> None:
    line = {"kind": "expression", "expected": "mass*speed_1^2/2"}
    assert grade_line({**line, "answer": "1/2*speed1²*mass"})["correct"] is True
    assert grade_line({**line, "answer": "mass*sped_1^2/2"})["readable"] is False
    assert "error" in grade_line({"kind": "expression", "expected": "mass(2)", "answer": "2"})


@pytest.mark.parametrize("typed", ["(x+1)ⁿ", "(x + 1)^n", "(1+x)ⁿ⁺¹/(x+1)", "(1+x)²(x+1)ⁿ⁻²"])
def test_raised_letters_are_powers(typed: str) -> None:
    line = {"kind": "expression", "expected": "(1 + x)^n", "assume": {"n": "integer", "x": "positive"}}
    assert grade_line({**line, "answer": typed})["correct"] is True


@pytest.mark.parametrize(
    ("typed", "says"),
    [("3HW:k", "with a stroke: a/b"), ("(H x W)/k", "write * to multiply"), ("H⁻", "'⁻' has no place")],
)
def test_school_signs_that_are_not_read_are_told_how_to_write_them(typed: str, says: str) -> None:
    question = {**EXPRESSION, "answer": "3*H*W/k", "mistakes": []}
    outcome = read_question("expression", question).draw_instance(0).grade_text(typed)
    assert isinstance(outcome, Unreadable)
    assert says in outcome.advice


@pytest.mark.parametrize("typed", [r"a\b", "$x", "x$", "[0]*10^9", "x[0]", "{x}", "a = 2", r"\x41", "x + 1 = x"])
def test_what_only_looks_like_an_expression_is_refused(typed: str) -> None:
    result = grade_line({"kind": "expression", "expected": "x + a + b", "answer": typed})
    assert result["readable"] is False, result


@pytest.mark.parametrize(
    "typed",
    [
        "99E-2^633064983793",
        "0.99^633064983793",
        "sin(1)^(2^40)",
        "0.5^99999999",
        "x + 0.9999^(10^300)",
        "0.99^(x 10^300)",
    ],
)
def test_powers_of_what_is_almost_one_are_bounded(typed: str) -> None:
    begun = process_time()
    result = grade_line({"kind": "expression", "expected": "x", "answer": typed})
    assert process_time() - begun < 1
    assert result["correct"] is False


def test_a_value_that_is_zero_but_for_rounding_is_given_as_zero() -> None:
    assert grade_line({"kind": "expression", "expected": "0", "answer": "sin(pi)"})["value"] == 0


def test_parts_without_a_value_are_told_at_once() -> None:
    result = grade_line({"kind": "expression", "expected": "x", "answer": "x + y^n * ln(2 - 2) / (n - w)"})
    assert result["advice"].startswith("The logarithm of a negative number or of zero")

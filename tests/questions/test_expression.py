from typing import Any

import pytest

from tests.questions.examples import EXPRESSION
from tutor.questions.base import Grade, Unreadable
from tutor.questions.kinds.formula import ExpressionInstance
from tutor.questions.kinds.table import read_question

PRODUCT = {**EXPRESSION, "given": {}, "mistakes": [], "ask": "x", "why": "Because."}


def made(**change: Any) -> ExpressionInstance:
    instance = read_question("expression", {**PRODUCT, **change}).draw_instance(0)
    assert isinstance(instance, ExpressionInstance)
    return instance


def said(instance: ExpressionInstance, raw: str) -> tuple[str, str]:
    outcome = instance.grade_text(raw)
    if isinstance(outcome, Unreadable):
        return "unreadable", outcome.advice
    return outcome.verdict, outcome.feedback


def test_a_drawn_number_may_be_typed_by_value_or_by_name() -> None:
    instance = read_question("expression", EXPRESSION).draw_instance(0)
    k = instance.names["k"]
    for raw in ("2k(a-y)", f"{2 * k}(a-y)", f"{2 * k}a - {2 * k}y", f"-{2 * k}(y-a)"):
        outcome = instance.grade_text(raw)
        assert isinstance(outcome, Grade), raw
        assert outcome.verdict == "right", raw


@pytest.mark.parametrize(
    ("raw", "question"),
    [
        ("-x(y+1)", "Look at the signs"),
        ("2x(y+1)", "a factor of 2"),
        ("x(y+1)/2", "a factor of 2"),
        ("1/(x(y+1))", "upside down"),
        ("y+1", "left out a factor $x$?"),
        ("x^2 (y+1)", "a factor $x$ too many?"),
        ("x + 7", "$y$ does not come up"),
        ("x y", "not equal"),
    ],
)
def test_a_near_miss_is_said_as_a_question(raw: str, question: str) -> None:
    verdict, feedback = said(made(answer="x (y + 1)"), raw)
    assert verdict == "wrong"
    assert question in feedback


@pytest.mark.parametrize(
    ("raw", "question"),
    [("a b", "a part of the answer"), ("a b - c", "sign between the terms"), ("c", "a part of the answer")],
)
def test_a_term_left_out_is_asked_about(raw: str, question: str) -> None:
    assert question in said(made(answer="a b + c"), raw)[1]


def test_a_term_that_is_taken_away_is_a_part_with_its_sign() -> None:
    assert "a part of the answer" in said(made(answer="a b - c"), "-c")[1]
    assert "a part of the answer" not in said(made(answer="a b - c"), "c")[1]


@pytest.mark.parametrize(
    ("form", "answer", "right", "partly"),
    [
        ("factored", "x (x + 1)", "(1+x) x", "x^2 + x"),
        ("expanded", "x^2 + x", "x x + x", "x(x+1)"),
        ("fraction", "(x + 1)/x", "(1+x)/x", "1 + 1/x"),
        ("no sum", "x y", "y x", "x y + 0"),
    ],
)
def test_an_equal_expression_in_another_form_is_partly_right(form: str, answer: str, right: str, partly: str) -> None:
    instance = made(answer=answer, form=form)
    assert said(instance, right)[0] == "right"
    assert said(instance, partly)[0] == "partly"


def test_an_unknown_letter_is_advised_on() -> None:
    assert said(made(answer="x y"), "x z") == ("unreadable", "There is no 'z' here; the letters in use: x, y.")
    assert said(made(answer="x y", letters=["z"]), "x z")[0] == "wrong"


def test_an_assumption_a_base_and_an_open_function_are_heeded() -> None:
    assert said(made(answer="sqrt(a^2)", assume={"a": "positive"}), "a")[0] == "right"
    assert said(made(answer="log10(x)", log="10"), "log x")[0] == "right"
    assert said(made(answer="f'(x) x", functions=["f", "f'"]), "x f'(x)")[0] == "right"
    assert said(made(answer="f'(x) x", functions=["f", "f'"]), "x f(x)")[0] == "wrong"
    assert said(made(answer="pi x", rtol=0.01), "3.14x")[0] == "right"


def test_what_has_no_value_costs_nothing() -> None:
    assert said(made(answer="x"), "x/0") == ("unreadable", "Division by zero: check what is divided by.")


def test_the_reading_is_shown_as_a_formula() -> None:
    assert made(answer="x y").understood("x/(y+1)") == r"$\frac{x}{y + 1}$"
    assert made(answer="x y").understood("x/(") == ""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"answer": "x +"}, "answer: something is missing"),
        ({"answer": "1/(x-x)"}, "the answer has no value"),
        ({"answer": "x^2 + x", "form": "factored"}, "the answer itself is not written as a product"),
        ({"answer": "x", "mistakes": [{"value": "2x/2", "say": "x"}]}, "mistakes[0] is equal to the right answer"),
        (
            {"answer": "x", "mistakes": [{"value": "2x", "say": "x"}, {"value": "x+x", "say": "y"}]},
            "mistakes[1] is equal to an earlier mistake",
        ),
        ({"answer": "x", "assume": {"x": "tall"}}, "assume: the assumption 'tall'"),
        ({"answer": "x", "mistakes": [{"value": "sine(x)", "say": "x"}]}, "mistakes[0]: there is no 'sine'"),
    ],
)
def test_faults_are_named(change: dict[str, Any], fault: str) -> None:
    found = read_question("expression", {**PRODUCT, **change}).check()
    assert any(fault in one for one in found), found

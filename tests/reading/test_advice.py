"""What is said to what cannot be read: it quotes only what was typed, and the program reads what it writes."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.reading.spellings import DOUBTFUL, IN_LETTERS, UNREADABLE
from tests.reading.test_doors import DOORS, by_grader, by_prediction, by_question
from tutor.questions.base import Grade, Unreadable
from tutor.questions.grading import grade_line
from tutor.questions.kinds.numeric_instance import describe_near_miss
from tutor.questions.kinds.table import read_question
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead
from tutor.reading.tolerance import tolerance_for
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import Prediction, describe_verdict
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_factor, format_number

STEADY = settings(derandomize=True, deadline=None, max_examples=150)
GRAMMAR = ("==", "at place", "Expected", "take '", "`", "has no meaning here", "argument", "not a valid")
"""The words of a parser."""
VECTORS = ("wᵀx + b", "w^T x + b", "w·x + b", "w x + b", "Σ wᵢxᵢ + b", "∑ w_i x_i + b", "sum(w_i x_i) + b", "w@x + b")


def formula(answer: str, expected: str = "w_1 x_1 + w_2 x_2 + b") -> dict[str, Any]:
    return grade_line({"kind": "expression", "expected": expected, "answer": answer})


def quotes(advice: str) -> list[str]:
    """What `advice` quotes as typed; what it asks about or lists is no quotation."""
    before = re.split("did you mean|Did you mean|the letters in use", advice)[0]
    return [piece.removesuffix("…") for piece in re.findall("'([^']+)'", before)]


def check(advice: str, typed: str) -> None:
    """`advice` on `typed` is one line, quotes what was typed, names no other number, and speaks no grammar."""
    assert "\n" not in advice
    assert not [piece for piece in quotes(advice) if piece not in typed]
    assert not [word for word in GRAMMAR if word in advice and word not in typed]
    named = re.search("only the number: (.*)[.]$", advice)
    if named:
        assert named[1] in typed
        rest = typed.replace(named[1], "")
        assert not re.search("[0-9]", rest), advice


@pytest.mark.parametrize("text", [*DOUBTFUL, *UNREADABLE])
def test_advice_quotes_what_was_typed_and_names_no_wrong_number(text: str) -> None:
    for door in ("question", "grader", "prediction", "formula"):
        outcome = "" if text in IN_LETTERS and door == "formula" else DOORS[door](text, "7.5")
        assert isinstance(outcome, str)
        check(outcome, text)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("3.91e-3 apples", "3"),
        ("3.91e-3 or so apples", "3"),
        ("3e -1", "-1"),
        ("3.91x10-3", "3"),
        ("a-5", "5"),
        ("5 below", "5"),
        ("3 tenths", "3"),
        ("2 hundredths", "2"),
        ("3 bn", "3"),
        ("4 ppm", "4"),
        ("0.5 basis points", "0.5"),
        ("1/3 apples", "1"),
        ("2 of 3", "2"),
        ("3^2 apples", "3"),
        ("1,5 to 2,5", "1"),
    ],
)
def test_no_part_of_a_number_is_named_as_the_number(text: str, never: str) -> None:
    read = read_number(text)
    assert isinstance(read, Unreadable)
    named = re.search("only the number: (.*)[.]$", read.advice)
    assert named is None or named[1] != never
    check(read.advice, text)


@STEADY
@given(st.text("0123456789 .,_'eExX+-−×*^/%()=~½⁸√πapples³ᵀΣ", max_size=24))
@example("w^³")
@example("σ^^2")
def test_advice_on_any_text_quotes_what_was_typed(text: str) -> None:
    for outcome in (by_question(text, "7.5"), by_grader(text, "7.5"), by_prediction(text, "7.5")):
        if isinstance(outcome, str):
            check(outcome, text)
    result = formula(text)
    if result.get("advice"):
        check(result["advice"], text)


@STEADY
@given(st.floats(-1e15, 1e15, allow_subnormal=False) | st.integers(-(10**12), 10**12))
@example(1313)
@example(-1313)
@example(41472.0)
@example(-0.00005)
def test_what_the_program_writes_it_reads(number: float) -> None:
    for text in (
        format_number(number),
        format_number(number, 12),
        format_factor(number),
        f"{number:,}",
        f"{number:,}".replace(",", " "),
    ):
        read = read_number(text)
        assert isinstance(read, NumberRead), text
        near = abs(read.value - Fraction(number)) <= abs(Fraction(number)) * Fraction(1, 10**5)
        assert near, text
        expected = repr(float(read.value)) if "." in text or "e" in text else str(int(read.value))
        for door in ("question", "grader", "prediction"):
            outcome = DOORS[door](text, expected)
            assert isinstance(outcome, float), (door, text, outcome)
            assert outcome == pytest.approx(number, rel=1e-5)


@STEADY
@given(st.floats(-100, 100, allow_subnormal=False))
def test_a_parameter_reads_back_what_is_shown_of_it(number: float) -> None:
    for text in (
        format_number(number),
        format_number(number, 12),
        repr(number).replace("-", "−"),
        repr(number).replace(".", ","),
    ):
        if re.fullmatch("[−-]?[1-9][0-9]{0,2},[0-9]{3}", text) is None:
            for door in ("parameter", "challenge"):
                assert DOORS[door](text, "0") == pytest.approx(number, rel=1e-5, abs=1e-12), (door, text)


# -- formulas


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        *[
            (text, "sigmoid(z)^2")
            for text in ("σ²(z)", "σ^2(z)", "sigma^2(z)", "sigmoid²(z)", "σ^{2}(z)", r"\sigma^2(z)")
        ],
        *[("sin^2(x)", "sin(x)^2"), ("sin²(x)", "sin(x)^2"), ("tanh²(x)", "tanh(x)^2"), ("log²(x)", "ln(x)^2")],
        *[("σ²(z)(1-σ(z))", "sigmoid(z)^2*(1-sigmoid(z))"), ("2σ²(z)", "2*sigmoid(z)^2"), ("relu^2(x)", "relu(x)^2")],
        *[("ｚ＋１", "z+1"), ("z + 1.", "z+1"), ("y = z + 1", "z+1"), ("y = z+1 = 1+z", "z+1"), ("z\n + 1", "z+1")],
        *[("np.exp(z)", "e^z"), ("math.exp(z)", "e^z"), ("pow(z, 2)", "z^2"), ("np.tanh(z)", "tanh(z)")],
        *[
            ("mean(x, z)", "(x+z)/2"),
            ("alpha = z", "z"),
            ("α = z", "z"),
            ("σ²x", "sigma^2*x"),
            ("σ^2(z+1)", "sigma^2*(z+1)"),
        ],
    ],
)
def test_a_formula_is_read_as_it_is_meant(typed: str, expected: str) -> None:
    result = formula(typed, expected)
    assert result["correct"] is True, result


@pytest.mark.parametrize(
    "typed",
    ["σ^-1(z)", "σ⁻¹(z)", "sigma^(-1)(z)", "σ^{-2}(z)", "tanh⁻¹(z)", "sigmoid^-1(z)", "exp^(-1)(z)", r"\sigma^{-1}(z)"],
)
def test_a_negative_power_on_a_function_is_asked_about_by_its_own_name(typed: str) -> None:
    result = formula(typed, "ln(z/(1-z))")
    assert result["readable"] is False
    assert result["advice"].endswith("to a negative power can be read in two ways: put the whole in brackets first.")
    assert result["advice"].split()[0] in typed


@pytest.mark.parametrize("typed", VECTORS)
def test_vectors_are_not_read_and_so_not_wrong(typed: str) -> None:
    result = formula(typed)
    assert result["readable"] is False
    assert "write each entry" in result["advice"]


CODE = ("dot(w,x)+b", "np.dot(w,x)", "w.T @ x", "w.T x", "w.dot(x)", "w' x", "w′x", "<w,x>", "norm(w)", "transpose(w)x")


@pytest.mark.parametrize("typed", CODE)
def test_vectors_as_in_a_program_are_named_as_such(typed: str) -> None:
    for expected in ("w_1 x_1 + w_2 x_2 + b", "w*x + b"):
        assert "write each entry" in formula(typed, expected)["advice"]


def test_a_letter_that_the_question_uses_is_no_vector() -> None:
    assert formula("w·x", "w*x")["correct"] is True
    assert formula("z^T", "z^T")["correct"] is True


def test_sides_that_differ_are_asked_about() -> None:
    assert formula("z + 1 = z + 2", "z+1")["readable"] is False
    assert formula("z = z + 1", "z+1")["readable"] is False


# -- wrong answers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("3", "2.66667"), ("2.7", "2.66667"), ("0.4", "0.3679"), ("0.6", "0.622459"), ("2.6", "2.66667")],
)
def test_an_answer_rounded_too_far_is_told_so(answer: str, expected: str) -> None:
    wanted = Fraction(expected)
    said = describe_near_miss(Fraction(answer), wanted, tolerance_for(wanted))
    assert "rounded too far: give 3 significant figures" in said


def test_a_wrong_count_was_not_rounded() -> None:
    assert "rounded" not in describe_near_miss(Fraction(10), Fraction(12), tolerance_for(Fraction(12)))


KEPT_ASIDE: dict[str, Any] = {
    "id": "q",
    "ask": "What are the points called that are kept aside?",
    "answers": ["test data", "test set", "test points", "held-out data"],
    "why": "They test.",
}


@pytest.mark.parametrize(
    "typed", ["testpoints", "test-points", "heldout data", "Ｔest data", "test point", '"test set"']
)
def test_a_term_may_be_written_together_or_apart(typed: str) -> None:
    outcome = read_question("text", KEPT_ASIDE).draw_instance(0).grade_text(typed)
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "right"


@pytest.mark.parametrize(
    ("typed", "misspelt"), [("tset data", True), ("test pionts", True), ("held-out", False), ("text data", False)]
)
def test_only_what_is_misspelt_is_told_to_check_its_spelling(typed: str, misspelt: bool) -> None:
    outcome = read_question("text", KEPT_ASIDE).draw_instance(0).grade_text(typed)
    assert isinstance(outcome, Unreadable)
    assert ("spelling" in outcome.advice) is misspelt


# -- predictions


def test_a_wrong_prediction_is_repeated_beside_what_is_right() -> None:
    ask = Prediction("?", "m[0]", -0.1, ((5.0, "That is the gradient."),), "$m_1 = 0.9 \\cdot 0 - 0.1$.")
    assert describe_verdict(ask, 5.0, "5") == (
        "✗ **Not quite:** you said 5; it is −0.1. That is the gradient. $m_1 = 0.9 \\cdot 0 - 0.1$."
    )
    assert "you said 6 (`2*3`)" in describe_verdict(ask, 6.0, "2*3")
    assert "Right" in describe_verdict(ask, -0.1, "-1/10")


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "rmsprop", "sgd"])
def test_an_optimizer_works_out_the_component_that_it_asks_about(optimizer: str) -> None:
    for function in ("ravine", "bowl", "saddle", "plateau"):
        player = Player(find_simulation("adam").build(optimizer=optimizer, function=function))
        for _ in range(6):
            asked = player.view().prediction
            assert asked is not None
            player.step()
            assert asked.key in [line.key for line in player.view().worked_lines]
            assert format_number(asked.answer) in asked.why


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_arithmetic_is_that_of_another_entry_than_the_one_asked_about(name: str) -> None:
    player = Player(find_simulation(name).build())
    for _ in range(5):
        asked = player.view().prediction
        if not player.step():
            return
        if asked is not None and "[" in asked.key:
            quantity = asked.key.partition("[")[0]
            worked = [line.key for line in player.view().worked_lines if line.key.partition("[")[0] == quantity]
            assert not worked or asked.key in worked

from fractions import Fraction
from typing import Any

import pytest

from tests.questions.examples import NUMBER
from tutor.questions.base import Grade, Unreadable
from tutor.questions.kinds.numeric_instance import NumericInstance
from tutor.questions.kinds.table import QuestionFault, read_question


def instance(seed: int = 0, **changed: Any) -> NumericInstance:
    made = read_question("number", {**NUMBER, **changed}).draw_instance(seed)
    assert isinstance(made, NumericInstance)
    return made


def fixed(answer: object, **changed: Any) -> NumericInstance:
    return instance(given={}, ask="?", why="Because.", mistakes=[], answer=answer, **changed)


def graded(made: NumericInstance, raw: str) -> Grade:
    outcome = made.grade_text(raw)
    assert isinstance(outcome, Grade), outcome
    return outcome


def test_an_instance_has_its_numbers_in_every_text() -> None:
    made = instance(given={"g": [2], "beta1": [0.9]})
    assert made.prompt == "The gradient is $g_1 = {2}$, $\\beta_1 = {0.9}$. What is $\\hat m_1$?"
    assert made.why == "$\\hat m_1 = g_1 = {2}$, whatever $\\beta_1$ is."
    assert made.expected == 2
    assert made.concepts == ("bias-correction",)
    assert made.kind == "number"
    assert made.names == {"g": 2, "beta1": 0.9}


def test_a_right_answer_is_told_why_and_a_known_mistake_which() -> None:
    made = instance(given={"g": [2], "beta1": [0.9]})
    assert graded(made, "2.0") == Grade(1.0, "right", made.why)
    assert graded(made, "0.2") == Grade(0.0, "wrong", "That is $m_1$, before the correction.")


def test_a_whole_answer_is_exact_and_another_needs_three_figures() -> None:
    assert graded(fixed(600_000), "600,001").verdict == "wrong"
    assert graded(fixed("2/3"), "0.667").verdict == "right"
    assert graded(fixed("2/3"), "0.66").verdict == "wrong"
    assert "a number to three significant figures" in fixed("2/3").how
    assert "a number to within 2%, for example" in fixed("2/3", rtol=0.02).how, "an estimate counts no figures"
    assert "figures" not in fixed(600_000).how


def test_the_question_may_give_its_own_tolerance() -> None:
    assert graded(fixed(100, rtol=0.1), "110").verdict == "right"
    assert graded(fixed(100, rtol=0.1), "110.0001").verdict == "wrong"
    assert graded(fixed("1/3", atol=0), "0.333333").verdict == "wrong"
    assert graded(fixed("1/3", atol=0), "1/3").verdict == "right"
    assert fixed("1/3", atol=0).solution == "1/3"


def test_the_solution_reads_back_as_right() -> None:
    for answer in ("1/3", "-1/7", "sqrt(2)", 1e-9, 123456789, "2^60", "10^20 / 3", 0, "-0.5"):
        for changed in ({}, {"rtol": 1e-8}, {"unit": "s"}, {"atol": 0}):
            made = fixed(answer, **changed)
            assert graded(made, made.solution).verdict == "right", (answer, changed, made.solution)


def test_units_are_taken_off_and_per_cent_stay() -> None:
    made = fixed(28_800, unit="multiplications")
    assert made.solution == "28,800 multiplications"
    assert graded(made, "28800 multiplications").verdict == "right"
    share = fixed(12, unit="%")
    assert graded(share, "12 %").verdict == "right"
    assert graded(share, "12").verdict == "right"
    assert "per cent" in share.how


@pytest.mark.parametrize("raw", ["4.5 mm", "4.5mm", "-4.5 mm.", "62 millimetres", "7 ms", "4.5 points", "4.5 point"])
def test_the_unit_that_the_question_speaks_of_may_be_typed(raw: str) -> None:
    made = instance(
        given={}, ask="How many millimetres: $cm$, milliseconds or points?", why="B.", mistakes=[], answer=4.5
    )
    assert isinstance(made.read(raw), Fraction)


@pytest.mark.parametrize(
    "raw", ["4.5 cm", "4.5 kg", "4.5 million", "4.5 k", "2 pi", "4.5 mm 3", "mm", "4.5 mm or so on"]
)
def test_any_other_word_is_asked_about(raw: str) -> None:
    made = instance(given={}, ask="In mm: $cm$ or millimetres, pi, a million?", why="B.", mistakes=[], answer=4.5)
    read = made.read(raw)
    assert isinstance(read, Unreadable) or read != Fraction(9, 2)


@pytest.mark.parametrize(
    ("ask", "counts"),
    [
        ("How many weights has the layer?", True),
        ("There are 9 inputs. Over how many of them does it go? (Leave out the bias.)", True),
        ("In how many orders can they stand?", True),
        ("How many times must the loss be evaluated?", True),
        ("How many times as large is the loss?", False),
        ("How many times larger is it?", False),
        ("How many degrees does it turn?", False),
        ("We know how many there are. What is $h$?", False),
        ("The bias is set so that the step stands at 25. What is the bias?", False),
        ("Activation relu, input 1: what is $h$?", False),
    ],
)
@pytest.mark.parametrize(("raw", "says"), [("26", "off by one. Count again?"), ("24", "off by one. Count again?")])
def test_only_who_was_asked_to_count_is_told_to_count_again(ask: str, counts: bool, raw: str, says: str) -> None:
    made = instance(given={}, ask=ask, why="Because.", mistakes=[], answer=25)
    assert (says in graded(made, raw).feedback) == counts
    assert ("Count again" in made.first_try_feedback(Fraction(raw))) == counts


def test_a_count_of_a_unit_is_measured_not_counted() -> None:
    made = instance(given={}, ask="How many are there?", why="Because.", mistakes=[], answer=25, unit="metres")
    assert "Count again" not in graded(made, "24").feedback


@pytest.mark.parametrize(
    ("answer", "raw", "says"),
    [
        (-3, "3", "Look at the signs"),
        (3, "-3", "Look at the signs"),
        (3, "6", "a factor of 2"),
        (3, "1.5", "a factor of 2"),
        (3, "30", "decimal point"),
        (3, "0.003", "decimal point"),
        (4, "1/4", "upside down"),
        ("1/3", "0.34", "close, but not close enough"),
        (20, "77", "77 is too large."),
        (20, "3", "3 is too small."),
        (0, "1", "1 is too large."),
        (0, "-1", "−1 is too small."),
    ],
)
def test_a_wrong_answer_is_told_what_may_have_slipped(answer: object, raw: str, says: str) -> None:
    grade = graded(fixed(answer), raw)
    assert grade.verdict == "wrong"
    assert grade.score == 0.0
    assert says in grade.feedback


@pytest.mark.parametrize(
    ("raw", "says"), [("2", "2 is too small."), ("83", "83 is too small."), ("116", "116 is too large.")]
)
def test_of_an_estimate_with_a_wide_band_nothing_far_off_is_called_close(raw: str, says: str) -> None:
    made = instance(given={}, ask="?", why="x", answer=100, rtol=0.15, mistakes=[])
    assert graded(made, "90").verdict == "right"
    assert graded(made, raw).feedback == says


def test_the_nearest_known_mistake_speaks() -> None:
    mistakes = [{"value": 50, "say": "fifty"}, {"value": 51, "say": "fifty-one"}]
    made = instance(given={}, ask="?", why="x", answer=100, rtol=0.05, mistakes=mistakes)
    assert graded(made, "50.4").feedback == "fifty"
    assert graded(made, "50.6").feedback == "fifty-one"


def test_a_comma_that_hides_the_answer_is_asked_about_and_no_other() -> None:
    made = fixed("1.234", rtol=0)
    outcome = made.grade_text("1,234")
    assert isinstance(outcome, Unreadable)
    assert "1234 or 1.234" in outcome.advice
    assert isinstance(made.grade_text("1,235"), Unreadable), "asking does not tell that the answer is near"
    assert graded(fixed(1234), "1,235").verdict == "wrong"
    assert graded(fixed(1234), "1,234").verdict == "right"


def test_an_answer_may_be_run_in_a_simulation(walk: object) -> None:
    run = {"simulation": "walk", "set": {"learning_rate": "{rate}"}, "steps": "n", "value": "pair[1]"}
    short = {"value": run | {"steps": 2}, "say": "One step short."}
    given = {"rate": [0.25], "n": [3]}
    made = instance(given=given, ask="{n}", why="{answer}", answer=run, mistakes=[short])
    assert made.expected == Fraction(-1, 2)
    assert made.why == "−0.5"
    assert graded(made, "-1").feedback == "One step short."


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"answer": "h"}, "answer: there is no 'h'; known: g, beta1"),
        ({"answer": "g < 1"}, "answer: 'g < 1' does not give a number"),
        ({"answer": "1 / 0"}, "answer: division by zero"),
        ({"answer": True}, None),
        ({"mistakes": [{"value": "g * 1", "say": "?"}]}, "mistakes[0] gives the right answer"),
        ({"mistakes": [{"value": 9, "say": "a"}, {"value": "3^2", "say": "b"}]}, "mistakes[1] gives 9, as an"),
        ({"mistakes": [{"value": "zz", "say": "a"}]}, "mistakes[0]: there is no 'zz'"),
        ({"hints": []}, "hints are missing"),
        ({"hints": ["{= zz}"]}, "hints: there is no 'zz'"),
        ({"why": " "}, "why is missing"),
        ({"why": "{= zz}"}, "why: there is no 'zz'"),
        ({"ask": "{= zz}"}, "ask: there is no 'zz'"),
        ({"ask": "{betta1} $g$"}, "{betta1} stands for no number here; did you mean {beta1}?"),
        ({"ask": "{answer}"}, "{answer} stands for no number here"),
        ({"why": "{g.x}"}, "{g.x} is left as it is: write {= g.x}"),
        ({"id": "Not An Id"}, "id 'Not An Id' must be small letters"),
        ({"given": {"g": [1]}, "where": ["g > 1"]}, "no numbers"),
        ({"answer": {"simulation": "adm", "value": "w"}}, "answer: there is no simulation 'adm'"),
    ],
)
def test_what_is_wrong_with_a_question_is_found(changed: dict[str, Any], fault: str | None) -> None:
    if fault is None:
        with pytest.raises(Exception, match="answer must be a number"):
            read_question("number", {**NUMBER, **changed})
        return
    found = read_question("number", {**NUMBER, **changed}).check()
    assert any(fault in item for item in found), found
    assert all("\n" not in item for item in found)


def test_a_fault_of_some_numbers_only_says_which() -> None:
    given = {"g": list(range(2, 12)), "beta1": [0.9]}
    mistakes = [{"value": "where_g", "say": "x"}]
    let = {"where_g": "max(g, 5)"}
    (fault,) = read_question("number", {**NUMBER, "given": given, "let": let, "mistakes": mistakes}).check()
    assert "mistakes[0] gives the right answer" in fault
    assert "(with the numbers of seed " in fault


def test_a_question_whose_mistake_is_zero_still_vouches_for_a_wrong_sample() -> None:
    question = read_question(
        "number",
        {"id": "minus-one", "ask": "What?", "answer": -1, "mistakes": [{"value": 0, "say": "No."}], "why": "W."},
    )
    instance = question.draw_instance(0)
    assert all(sample.expect != "right" or instance.grade_text(sample.text) for sample in instance.samples())
    assert [sample.expect for sample in instance.samples()].count("wrong") >= 2


def test_a_negative_tolerance_is_a_fault() -> None:
    with pytest.raises(QuestionFault, match="rtol"):
        read_question("number", {"id": "n", "ask": "What?", "answer": 1, "rtol": -1, "why": "W."})


def test_what_only_rounding_keeps_from_zero_is_shown_as_zero() -> None:
    data = {"id": "angle", "ask": "How far off?", "answer": "5e-20", "atol": 0.001, "why": "W.", "hints": ["H."]}
    assert read_question("number", data).draw_instance(0).solution == "0"
    assert read_question("number", {**data, "answer": 0.0009}).draw_instance(0).solution == "0.0009"


@pytest.mark.parametrize("answer", [90, "1 / 3"])
@pytest.mark.parametrize("ask", ["What percentage is read?", "How accurate is it, in per cent?"])
def test_an_example_beside_a_question_for_a_percentage_is_written_as_one(ask: str, answer: object) -> None:
    data = {"id": "share", "ask": ask, "answer": answer, "why": "W.", "hints": ["H."]}
    assert "for example 12.5 or 0.4" in read_question("number", data).draw_instance(0).how
    points = {**data, "ask": "How many percentage points is it?"}
    assert "12.5 or 0.4" not in read_question("number", points).draw_instance(0).how

from typing import Any

import pytest

from tests.questions.examples import TEXT
from tutor.questions.base import Grade, Unreadable
from tutor.questions.kinds.table import read_question


def answer(raw: str, **change: Any) -> Grade | Unreadable:
    return read_question("text", {**TEXT, **change}).draw_instance(0).grade_text(raw)


@pytest.mark.parametrize(
    "raw", ["Vanishing gradient", "vanishing-gradient", "  the  vanishing gradients. ", "VANISHING  GRADIENT PROBLEM"]
)
def test_case_spacing_hyphens_and_articles_are_forgiven(raw: str) -> None:
    outcome = answer(raw)
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "right"


@pytest.mark.parametrize("raw", ["vanishing gradeint", "vanising gradient", "vanishing gradien"])
def test_a_misspelling_is_advised_on_and_not_guessed_right(raw: str) -> None:
    outcome = answer(raw)
    assert isinstance(outcome, Unreadable)
    assert "spelling" in outcome.advice
    assert "vanishing" not in outcome.advice


def test_a_term_that_is_taken_for_it_is_told_what_it_is() -> None:
    outcome = answer("Exploding gradients")
    assert outcome == Grade(0.0, "wrong", "That is when they grow.")


@pytest.mark.parametrize("raw", ["overfitting", "momentum", "a dying gradient"])
def test_another_term_is_wrong(raw: str) -> None:
    outcome = answer(raw)
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "wrong"


@pytest.mark.parametrize("raw", ["I don't know", "no idea", "xx", "12", "a sentence that goes on and on " * 3, "x = 2"])
def test_what_is_no_term_costs_nothing(raw: str) -> None:
    assert isinstance(answer(raw), Unreadable)


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("vanishing", "That is only a part of the term: type all of it."),
        ("it is a vanishing gradient", "Type HOW: the term alone, with nothing around it."),
    ],
)
def test_a_part_of_the_term_and_a_sentence_around_it_are_advised_on(raw: str, advice: str) -> None:
    how = read_question("text", TEXT).draw_instance(0).how
    assert answer(raw) == Unreadable(advice.replace("HOW", how))


@pytest.mark.parametrize("listed", ["Newton's method", "Newton’s method"])
@pytest.mark.parametrize("typed", ["newton's method", "Newton’s method"])
def test_an_apostrophe_may_be_straight_or_curly(listed: str, typed: str) -> None:
    outcome = answer(typed, answers=[listed], mistakes=[])
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "right"


def test_a_short_name_can_be_an_answer() -> None:
    outcome = answer("l2", answers=["L2"], mistakes=[])
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "right"


def test_faults_are_named() -> None:
    both = [{"value": ["vanishing gradient"], "say": "x"}]
    assert read_question("text", {**TEXT, "answers": []}).check() == ["answers: give one term at least"]
    assert "both an answer and a mistake" in read_question("text", {**TEXT, "mistakes": both}).check()[0]


def test_a_term_in_another_form_is_not_called_misspelt() -> None:
    outcome = answer("banishing gradient", hints=["Nothing is banishing them."])
    assert isinstance(outcome, Unreadable)
    assert outcome.advice == "That is close to the term: try another form of it."


@pytest.mark.parametrize(
    ("typed", "term", "advice"),
    [
        ("training datum", "training data", "try another form of it"),
        ("training datxm", "training data", "check its spelling"),
        ("testset", "text set", "try another form of it"),
    ],
)
def test_words_of_the_field_are_known_in_every_form_and_written_as_one(typed: str, term: str, advice: str) -> None:
    outcome = answer(typed, answers=[term], mistakes=[])
    assert isinstance(outcome, Unreadable)
    assert advice in outcome.advice

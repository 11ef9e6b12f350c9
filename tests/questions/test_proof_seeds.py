"""Which seeds of a question are proved: all numbers that come up, and every order of options of the first seeds."""

from tests.questions.examples import CHOICE
from tutor.questions.base import Instance, Question
from tutor.questions.kinds.table import read_question
from tutor.questions.templates.proof import GRADED_SEEDS, find_faults

NUMBER = {"id": "double", "ask": "What is twice {n}?", "answer": "2 * n", "hints": ["Add."], "why": "It is {answer}."}


def proved(question: Question) -> list[int]:
    """The seeds of which an instance was looked at, without the last look, which is at the names in its texts."""
    seeds = []

    def draw_instance(seed: int) -> Instance:
        seeds.append(seed)
        return question.draw_instance(seed)

    assert find_faults(question, draw_instance) == []
    return seeds[:-1]


def test_what_is_typed_is_proved_once_for_the_same_numbers() -> None:
    question = read_question("number", {**NUMBER, "given": {"n": [3, 5, 7]}})
    assert {question.draw_instance(seed).names["n"] for seed in proved(question)} == {3, 5, 7}
    assert len(proved(question)) == 3


def test_options_are_proved_in_every_order_of_the_first_seeds() -> None:
    question = read_question("choice", {**CHOICE, "given": {"n": [3]}})
    assert proved(question) == list(range(GRADED_SEEDS))

from typing import Any

import pytest

from tests.questions.examples import CHOICE, CHOICES
from tutor.questions.base import Grade, Unreadable
from tutor.questions.kinds.single_choice import SingleChoiceInstance
from tutor.questions.kinds.table import read_question


def instance(seed: int = 0, **changed: object) -> SingleChoiceInstance:
    made = read_question("choice", {**CHOICE, **changed}).draw_instance(seed)
    assert isinstance(made, SingleChoiceInstance)
    return made


def options(*texts: str) -> list[dict[str, object]]:
    return [{"text": text, "right": index == 0, "why": f"why {text}"} for index, text in enumerate(texts)]


def test_options_are_shuffled_by_seed_and_the_right_one_moves_along() -> None:
    orders = {tuple(option.text for option in instance(seed, given={"n": [3]}).options) for seed in range(60)}
    assert len(orders) == 6
    for seed in range(30):
        made = instance(seed)
        assert [option.label for option in made.options] == ["a", "b", "c"]
        assert made.options[made.right].text.startswith("The sum across the")
        assert instance(seed) == made


def test_the_lines_of_an_argument_keep_their_order() -> None:
    texts = [option.text for option in instance(given={"n": [3]}).options]
    orders = {
        tuple(option.text for option in instance(seed, given={"n": [3]}, in_order=True).options) for seed in range(20)
    }
    assert len(orders) == 1
    assert sorted(orders.pop()) == sorted(texts)


def test_every_option_says_why() -> None:
    made = instance()
    for index, option in enumerate(made.options):
        grade = made.grade_text(option.label)
        assert isinstance(grade, Grade)
        assert grade.feedback == made.whys[index]
        assert grade.verdict == ("right" if index == made.right else "wrong")
        assert grade.score == float(index == made.right)


def test_an_option_is_named_by_letter_number_or_text() -> None:
    made = instance(given={"n": [3]})
    second = made.options[1]
    texts = (second.text, second.text.upper().rstrip("."), f"b) {second.text}")
    for typed in ("b", "B", " b ", "b)", "(b)", "b.", "2", "2)", *texts):
        assert made.read(typed) == 1, typed
    assert made.read(made.solution) == made.right


def test_formula_marks_do_not_matter_in_a_typed_text() -> None:
    made = instance(given={}, ask="?", options=options("$\\beta_1$", "**no** one", "{x}"))
    wanted = [index for index, option in enumerate(made.options) if "no" in option.text]
    assert made.read("No one") == wanted[0]


def test_a_text_that_is_also_another_number_is_asked_about() -> None:
    made = instance(given={}, ask="?", options=options("2", "3", "4"))
    places = {option.text: place for place, option in enumerate(made.options, 1)}
    for text in ("2", "3"):
        outcome = made.read(text)
        if places[text] == int(text):
            assert outcome == places[text] - 1
        else:
            assert isinstance(outcome, Unreadable)
            assert "more than one" in outcome.advice
    assert made.read("4") == places["4"] - 1


@pytest.mark.parametrize("typed", ["", "  ", "d", "zz", "0", "4", "ab", "a b", "\x00", "\u202ea", "x" * 301])
def test_what_names_no_option_gets_advice(typed: str) -> None:
    outcome = instance().read(typed)
    assert isinstance(outcome, Unreadable)
    assert "\n" not in outcome.advice


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"options": options("x")}, "options: give 2 to 8, not 1"),
        ({"options": options(*"abcdefghi")}, "options: give 2 to 8, not 9"),
        ({"options": [{"text": "x", "why": "y"}] * 2}, "exactly one option must have `right: true`; none has"),
        ({"options": [{"text": "x", "why": "y", "right": True}] * 2}, "exactly one option"),
        ({"options": [*options("x", "y"), {"text": "z", "why": ""}]}, "every option needs a why"),
        ({"options": options("{n}", "{= n}")}, "two options read the same"),
        ({"options": options("{= zz}", "y")}, "options: there is no 'zz'"),
        ({"options": options("{nn}", "y")}, "{nn} stands for no number here; did you mean {n}?"),
    ],
)
def test_what_is_wrong_with_a_choice_is_found(changed: dict[str, Any], fault: str) -> None:
    found = read_question("choice", {**CHOICE, **changed}).check()
    assert any(fault in item for item in found), found


def test_options_that_are_all_right_are_graded_though_the_check_refuses_them() -> None:
    options = [{"text": text, "right": True, "why": "x"} for text in "ABC"]
    question = read_question("choices", {**CHOICES, "options": options})
    assert question.check()
    grade = question.draw_instance(0).grade_text("abc")
    assert isinstance(grade, Grade)
    assert grade.score == 1.0

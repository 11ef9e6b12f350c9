"""Answers made of letters: `choices`, `order`, `match`."""

from itertools import permutations, product
from typing import Any

import pytest

from tests.questions.examples import CHOICES, MATCH, ORDER
from tutor.questions.base import Grade, Unreadable
from tutor.questions.kinds.match import MatchInstance
from tutor.questions.kinds.multiple_choice import MultipleChoiceInstance
from tutor.questions.kinds.order import OrderInstance
from tutor.questions.kinds.table import read_question


def choices(seed: int = 0) -> MultipleChoiceInstance:
    made = read_question("choices", CHOICES).draw_instance(seed)
    assert isinstance(made, MultipleChoiceInstance)
    return made


def order(seed: int = 0) -> OrderInstance:
    made = read_question("order", ORDER).draw_instance(seed)
    assert isinstance(made, OrderInstance)
    return made


def match(seed: int = 0) -> MatchInstance:
    made = read_question("match", MATCH).draw_instance(seed)
    assert isinstance(made, MatchInstance)
    return made


def grade(outcome: Grade | Unreadable) -> Grade:
    assert isinstance(outcome, Grade)
    return outcome


@pytest.mark.parametrize("between", [", ", ",", " ", "", " and ", "; "])
def test_letters_may_be_parted_in_any_way(between: str) -> None:
    made = choices()
    assert grade(made.grade_text(between.join(made.solution.split(", ")))).score == 1
    assert grade(made.grade_text(between.join(made.solution.upper().split(", ")))).score == 1


def test_numbers_stand_for_letters() -> None:
    made = choices()
    typed = " ".join(str(index + 1) for index in sorted(made.right))
    assert grade(made.grade_text(typed)).verdict == "right"


def test_one_of_two_right_ones_is_worth_a_half_and_a_wrong_one_takes_it_away() -> None:
    made = choices()
    right, wrong = sorted(made.right), sorted(set(range(4)) - made.right)
    assert made.score(frozenset(right[:1])) == 0.5
    assert made.grade(frozenset(right[:1])).verdict == "partly"
    assert made.whys[right[1]] in made.grade(frozenset(right[:1])).feedback
    assert made.score(frozenset({right[0], wrong[0]})) == 0
    assert made.grade(frozenset({right[0], wrong[0]})).feedback.startswith("1 of the 2 letters you gave is right. ")
    assert not made.grade(frozenset(wrong)).feedback.startswith("None")
    assert made.score(frozenset(range(4))) == 0


def test_ticking_at_random_earns_next_to_nothing() -> None:
    made = choices()
    worth = [
        made.score(frozenset(index for index, tick in enumerate(ticks) if tick))
        for ticks in product((False, True), repeat=4)
    ]
    assert sum(worth) / len(worth) < 0.25


@pytest.mark.parametrize("raw", ["e", "a, z", "9", "0", "a b perhaps"])
def test_what_is_no_option_is_unreadable(raw: str) -> None:
    assert isinstance(choices().grade_text(raw), Unreadable)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"options": CHOICES["options"][:2]}, "options: give 3 to 12, not 2"),
        ({"options": [{"text": str(n), "why": "x"} for n in range(3)]}, "one option at least must have `right: true`"),
        ({"options": [{**entry, "why": " "} for entry in CHOICES["options"]]}, "every option needs a why"),
        ({"options": [*CHOICES["options"], CHOICES["options"][3]]}, "two options read the same"),
    ],
)
def test_faults_of_choices_are_named(change: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in read_question("choices", {**CHOICES, **change}).check())


def test_every_order_that_keeps_to_its_needs_is_right_and_no_other() -> None:
    made = order()
    letters = made.solution.split()
    for tried in permutations(letters):
        keeps = all(need in tried[:place] for place, letter in enumerate(tried) for need in made.order.before[letter])
        assert (made.grade(tried).verdict == "right") is keeps


def test_a_missing_or_early_item_is_named() -> None:
    made = order()
    first, second, *rest = made.solution.split()
    assert (
        f"{first} is missing" in made.grade((second, *rest)).feedback
        or "before" in made.grade((second, *rest)).feedback
    )
    assert f"{second}) comes too early: {first})" in made.grade((second, first, *rest)).feedback
    assert made.grade((first, second, *rest[:-1])).score == pytest.approx(0.8)
    assert "is there twice" in str(made.grade_text(f"{first} {first}"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"items": ORDER["items"][:2]}, "3 items at least"),
        ({"items": [{"id": str(n), "text": str(n)} for n in range(3)]}, "any order would be right"),
        ({"items": [*ORDER["items"], {"id": "cost", "text": "again"}]}, "two items have the id 'cost'"),
        ({"items": [*ORDER["items"][:2], {"id": "x", "text": "x", "after": ["forwards"]}]}, "no item 'forwards'"),
        (
            {"items": [{"id": n, "text": n, "after": [m]} for n, m in ("ab", "bc", "ca")]},
            "its dependencies go in a circle",
        ),
    ],
)
def test_faults_of_an_order_are_named(change: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in read_question("order", {**ORDER, **change}).check())


@pytest.mark.parametrize(
    "pattern", ["{n}{l} ", "{n}-{l}, ", "{n}: {l}; ", "{n}→{l} ", "{n} {l}\t".strip() + " ", "{l} "]
)
def test_pairs_may_be_written_in_any_way(pattern: str) -> None:
    made = match()
    typed = "".join(pattern.format(n=pair[0], l=pair[1]) for pair in made.solution.split())
    assert grade(made.grade_text(typed)).score == 1


def test_pairs_may_come_in_any_order() -> None:
    made = match()
    assert grade(made.grade_text(" ".join(reversed(made.solution.split())))).score == 1


def test_one_right_pair_is_luck_and_two_of_three_are_worth_a_half() -> None:
    made = match()
    spare = next(index for index in range(4) if index not in made.correct)
    assert made.grade((made.correct[0], spare, spare)).score == 0
    assert made.grade((made.correct[0], made.correct[1], spare)).score == 0.5


@pytest.mark.parametrize("raw", ["1a", "1a 1b 2c", "1a 2b 4c", "a b", "1a 2b 3z", "1a 2b 3c 4d", "1 2 3"])
def test_incomplete_pairs_are_unreadable(raw: str) -> None:
    assert isinstance(match().grade_text(raw), Unreadable)


def test_faults_of_a_match_are_named() -> None:
    two = read_question("match", {**MATCH, "pairs": MATCH["pairs"][:2]})
    assert any("3 pairs at least" in fault for fault in two.check())
    twin = read_question("match", {**MATCH, "extra": ["from 0 up"]})
    assert any("two on the right read the same" in fault for fault in twin.check())


def test_a_first_answer_to_pairs_is_told_how_many_are_right_and_which() -> None:
    instance = read_question("match", MATCH).draw_instance(0)
    assert isinstance(instance, MatchInstance)
    right = instance.correct
    one = (right[0], right[2], right[1])
    assert instance.first_try_feedback((right[1], right[2], right[0])) == "None of the 3 pairs is right."
    assert instance.first_try_feedback(one) == "1 of the 3 pairs is right: 1."
    assert instance.first_try_feedback(
        (right[0], right[1], next(index for index in range(4) if index not in right))
    ) == ("2 of the 3 pairs are right: 1, 2.")


def test_a_first_answer_in_order_is_told_how_many_letters_after_it_do_not_belong() -> None:
    items = [{"id": "a", "text": "A"}, {"id": "b", "text": "B", "after": ["a"]}]
    distractors = [{"text": text, "why": "x"} for text in "CD"]
    made = read_question("order", {**ORDER, "items": items, "distractors": distractors}).draw_instance(0)
    right = made.solution.split()
    foreign = [letter for letter in "abcd" if letter not in right]
    feedback = [made.first_try_feedback(made.read(" ".join([*right, *foreign[:count]]))) for count in (1, 2)]
    assert feedback == [
        "All is in order, but 1 of what you gave does not belong to it.",
        "All is in order, but 2 of what you gave do not belong to it.",
    ]

"""What an answer counts as: the first try, the second, the same again; hints are counted as they are seen."""

import pytest

from tests.questions.examples import NUMBER
from tutor.questions.answers.asking import Asking
from tutor.questions.answers.submission import describe_retry
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.kinds.table import read_question

WRONG, RIGHT = Grade(0.0, "wrong", "No."), Grade(1.0, "right", "Yes.")


@pytest.fixture
def instance() -> Instance:
    return read_question("number", NUMBER).draw_instance(0)


def test_only_a_first_answer_that_is_not_right_leads_to_a_second(instance: Instance) -> None:
    asking = Asking(instance, tries_again=True)
    assert not asking.leads_to_second_try(RIGHT)
    assert not asking.leads_to_second_try(Unreadable("Type a number."))
    assert asking.leads_to_second_try(WRONG)
    asking.begin_second_try("1", WRONG)
    assert not asking.leads_to_second_try(WRONG)
    assert not Asking(instance, tries_again=False).leads_to_second_try(WRONG)


def test_the_second_answer_is_handed_in_as_such_and_the_same_again_is_none(instance: Instance) -> None:
    asking = Asking(instance, tries_again=True)
    assert not asking.repeats_first("1")
    assert not asking.submission("1", "sure").is_retry
    asking.begin_second_try("1", WRONG)
    assert asking.repeats_first("1.0")
    assert not asking.repeats_first("2")
    assert asking.submission("2", "").is_retry


def test_giving_up_leaves_the_first_answer_as_the_only_one(instance: Instance) -> None:
    asking = Asking(instance, tries_again=True)
    assert asking.give_up() is None
    asking.begin_second_try("1", WRONG)
    assert asking.give_up() == ("1", WRONG)
    assert asking.first is None


def test_hints_come_in_their_order_and_count_with_the_answer(instance: Instance) -> None:
    asking = Asking(instance)
    assert [asking.next_hint() for _ in range(len(instance.hints) + 1)] == [*instance.hints, None]
    assert asking.submission("1", "").hints == len(instance.hints)


def test_a_second_try_earns_half_of_what_the_first_did_not() -> None:
    assert "half the score is left" in describe_retry(0.0)
    assert "half of what is missing is left" in describe_retry(0.5)

from fractions import Fraction
from typing import Any

import pytest

from tests.questions.examples import PREDICT, without
from tutor.errors import ChainruleError
from tutor.questions.base import Grade, Scene
from tutor.questions.kinds.numeric_instance import NumericInstance
from tutor.questions.kinds.table import read_question

pytestmark = pytest.mark.usefixtures("walk")

FIXED: dict[str, Any] = {**PREDICT, "given": {"rate": [0.25], "s": [2]}}


def instance(**changed: object) -> NumericInstance:
    made = read_question("predict", {**FIXED, **changed}).draw_instance(0)
    assert isinstance(made, NumericInstance)
    return made


def test_the_scene_stands_at_the_step_and_the_answer_is_one_further() -> None:
    made = instance()
    assert made.scene == Scene("walk", {"learning_rate": 0.25}, 2)
    assert made.expected == Fraction(1, 2)
    assert made.prompt == "$w$ is 1 and its gradient 2. What is $w$ after a step of 0.25?"
    assert made.why == "1 less 0.25 times 2 is 0.5, which is 0.5."
    assert made.kind == "predict"


def test_a_known_mistake_is_recognised() -> None:
    assert instance().grade_text("1.5") == Grade(0.0, "wrong", "That goes up the slope.")


def test_without_its_own_words_the_simulation_asks() -> None:
    data = without(FIXED, "ask", "value", "mistakes", "why")
    made = read_question("predict", data).draw_instance(0)
    assert made.prompt == "What is $w$ next?"
    assert made.why == "It is $w - \\eta g$."
    assert made.grade_text("0.5") == Grade(1.0, "right", made.why)
    assert made.grade_text("1.5") == Grade(0.0, "wrong", "You went up the slope.")
    assert read_question("predict", data).check() == []


def test_its_own_why_and_mistakes_come_before_the_simulations() -> None:
    data = {**without(FIXED, "ask", "value"), "why": "Mine.", "mistakes": [{"value": "now.w", "say": "No step."}]}
    made = read_question("predict", data).draw_instance(0)
    assert made.why == "Mine."
    assert made.grade_text("1") == Grade(0.0, "wrong", "No step.")
    assert made.grade_text("1.5") == Grade(0.0, "wrong", "You went up the slope.")


def test_hints_may_look_at_the_present_state_but_not_ahead() -> None:
    assert instance(hints=["{= now.w}"]).hints == ("1",)
    with pytest.raises(ChainruleError, match="hints: there is no 'then'"):
        instance(hints=["{= then.w}"])


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"set": {"learning_rte": 1}}, "set: there is no parameter 'learning_rte'; did you mean 'learning_rate'"),
        ({"set": {"learning_rate": 0}}, "set: Learning rate: give a number above 0"),
        ({"simulation": "wlk"}, "there is no simulation 'wlk'; did you mean 'walk'"),
        ({"value": "ww"}, "there is no state key 'ww'"),
        ({"value": "pair"}, "walk's pair after step 3 is no single number"),
        ({"value": "phase"}, "is no single number"),
        ({"value": "late", "step": 0}, "walk's late after step 1 is not computed yet"),
        ({"value": None}, "value is missing"),
        ({"step": 0.5}, None),
        ({"step": "s / 4"}, "step must be a whole number from 0 to 100000"),
        ({"step": -1}, "step must be a whole number"),
        ({"set": {"last": 2}}, "this run of walk is over at step 2: ask at an earlier step"),
        ({"ask": None, "step": 7, "value": None}, "walk asks nothing at step 7"),
        ({"ask": None, "value": "gradient"}, "walk asks for w, not gradient"),
        ({"mistakes": [{"value": "then.w", "say": "?"}]}, "mistakes[0] gives the right answer"),
    ],
)
def test_what_is_wrong_with_a_prediction_is_found(changed: dict[str, Any], fault: str | None) -> None:
    if fault is None:
        with pytest.raises(ChainruleError, match="step must be a whole number or text"):
            read_question("predict", {**FIXED, **changed})
        return
    found = read_question("predict", {**FIXED, **changed}).check()
    assert any(fault in item for item in found), found


@pytest.mark.parametrize("k", [0, 1])
def test_the_quantity_may_be_chosen_by_a_drawn_index(k: int) -> None:
    made = instance(given={"rate": [0.25], "s": [2], "k": [k]}, value="pair[{k}]", mistakes=[])
    other = instance(value=f"pair[{k}]", mistakes=[])
    assert made.expected == other.expected
    with pytest.raises(ChainruleError, match="value: there is no 'kk'"):
        instance(value="pair[{kk}]")

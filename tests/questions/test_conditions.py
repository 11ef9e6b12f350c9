"""A condition that no run can meet is found, in every way in which it can be written, wherever it stands."""

from typing import Any

import pytest

from tests.content.lessons import RICH, said
from tutor.content.runs import goal_fault, goal_names
from tutor.expressions.evaluate import evaluate_condition
from tutor.expressions.names import LESSON_FUNCTIONS
from tutor.expressions.parser import parse_expression
from tutor.questions.kinds.table import read_question
from tutor.questions.templates.conditions import find_unmeetable
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

NEVER = {
    "theta == 0": "'theta' is a list of 2 numbers; compare one number of it, such as theta[0]",
    "theta < 0.1": "'theta' is a list of 2 numbers; compare one number of it, such as theta[0]",
    "0.1 > theta": "'theta' is a list of 2 numbers; compare one number of it, such as theta[0]",
    "optimizer == 3": "'optimizer' is a word: compare it with a word, by == or !=",
    "3 != optimizer": "'optimizer' is a word: compare it with a word, by == or !=",
    "optimizer > adam": "'optimizer' is a word: compare it with a word, by == or !=",
    "optimizer == 'adm'": "'optimizer' is never adm; did you mean 'adam'?",
    "optimizer == newton": "'optimizer' is never newton; it is one of adam, sgd, momentum, rmsprop",
    "learning_rate > 100": "'learning_rate' is never > 100; it is a number above 0, at most 100",
    "1000 <= learning_rate": "'learning_rate' is never >= 1,000; it is a number above 0, at most 100",
    "learning_rate == -1": "'learning_rate' is never −1; it is a number above 0, at most 100",
    "0 < learning_rate <= 0": "'learning_rate' is never <= 0; it is a number above 0, at most 100",
    "loss < optimizer": "'optimizer' is a word: compare it with a word, by == or !=",
}
SOUND = (
    "theta[0] < 0.1",
    "optimizer == adam",
    "optimizer != 'sgd'",
    "nesterov == 1",
    "learning_rate <= 100",
    "loss < pi",
    "loss < learning_rate",
    "m_hat[1] > 0",
)


def adam(step: int = 0) -> Player[Any]:
    player = Player(find_simulation("adam").build())
    player.jump(step)
    return player


@pytest.mark.parametrize(
    "around", ["{}", "step == 7 and {}", "step < 3 or {}", "not ({})", "step >= 0 and not (1 > 2 or {})"]
)
@pytest.mark.parametrize(("written", "fault"), NEVER.items(), ids=list(NEVER))
def test_what_no_run_meets_is_said_wherever_it_stands(written: str, fault: str, around: str) -> None:
    assert goal_fault(around.format(written), adam()) == fault


@pytest.mark.parametrize("written", SOUND)
def test_what_a_run_may_meet_is_let_through(written: str) -> None:
    assert goal_fault(f"step == 7 and {written}", adam()) == ""


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_list_of_any_simulation_passes_for_a_number(name: str) -> None:
    player = Player(find_simulation(name).build())
    player.jump(2)
    names = goal_names(player)
    for key, value in names.items():
        if key in LESSON_FUNCTIONS:
            continue  # no name in a condition
        tree = parse_expression(f"step == -1 and {key} == 0.5")
        whole = hasattr(value, "__len__") or hasattr(value, "__dataclass_fields__")
        fault = find_unmeetable(tree, names, player.simulation.parameters())
        assert bool(fault) >= whole, (key, fault)
        if whole and not isinstance(value, str) and "such as" in fault:
            part = fault.rpartition("such as ")[2]
            assert evaluate_condition(f"{part} == {part} or 1 > 0", names)


def test_a_lesson_with_a_task_that_nobody_can_finish_is_refused(tmp_path: Any) -> None:
    good = "goal: standard.multiplications == 600000"
    for bad, fault in (
        ("goal: step > 2 and standard == 600000", "'standard' has several quantities; compare one of them, such as "),
        ("goal: step > 2 and kernels > 100000", "'kernels' is never > 100,000; it is a whole number from "),
    ):
        assert good in RICH
        (line,) = said(tmp_path, RICH.replace(good, bad, 1))
        assert f": goal: {fault}" in line


def test_a_challenge_with_a_pitfall_that_nobody_can_fall_into_is_refused() -> None:
    question = {
        "id": "toy",
        "simulation": "adam",
        "ask": "Reach it.",
        "allow": ["learning_rate"],
        "goal": "loss < 7",
        "solution": "learning_rate=0.2 steps=3",
        "mistakes": [{"when": "step > 900 and theta > 3", "say": "Too far."}],
        "hints": ["Longer steps."],
        "why": "So it is.",
    }
    found = read_question("challenge", question).check()
    assert "mistakes[0]: 'theta' is a list of 2 numbers; compare one number of it, such as theta[0]" in found

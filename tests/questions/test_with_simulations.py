"""Questions on the simulations of the course: their numbers are those of the lessons."""

from itertools import islice
from typing import Any

import pytest

from tests.questions.examples import NUMBER
from tutor.questions.base import Grade
from tutor.questions.kinds.table import read_question
from tutor.sims.engine.history import history_of
from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.table import SIMULATIONS, find_simulation


def cost(value: str) -> dict[str, Any]:
    return {"simulation": "conv-cost", "set": {"kernels": "{n}"}, "steps": 20, "value": value}


@pytest.mark.parametrize(("kernels", "standard", "pair"), [(125, 600_000, 28_800), (256, 1_228_800, 53_952)])
def test_the_cost_of_a_convolution_is_run_not_typed(kernels: int, standard: int, pair: int) -> None:
    question = read_question(
        "number",
        {
            **NUMBER,
            "given": {"n": [kernels]},
            "let": {"pair": cost("separable.multiplications")},
            "ask": "What do {n} kernels cost?",
            "answer": cost("standard.multiplications"),
            "unit": "multiplications",
            "mistakes": [{"value": "pair", "say": "That is the separable pair."}],
            "why": "{answer} against {pair}.",
        },
    )
    assert question.check() == []
    made = question.draw_instance(0)
    assert made.names == {"n": kernels, "pair": pair}
    assert made.why == f"{standard:,} against {pair:,}."
    assert made.grade_text(f"{standard} multiplications") == Grade(1.0, "right", made.why)
    assert made.grade_text(str(pair)) == Grade(0.0, "wrong", "That is the separable pair.")


def test_a_moment_of_adam_is_predicted() -> None:
    question = read_question(
        "predict",
        {
            "id": "next-m-hat",
            "given": {"s": {"low": 0, "high": 4}, "beta1": [0.8, 0.9]},
            "simulation": "adam",
            "set": {"beta1": "{beta1}"},
            "step": "s",
            "value": "m_hat[0]",
            "ask": "$m_1$ stands at {= now.m[0]}. What is $\\hat m$ next?",
            "mistakes": [{"value": "then.m[0]", "say": "That is $m$, before its correction."}],
            "hints": ["Divide by $1 - \\beta_1^t$."],
            "why": "{= then.m[0]} over $1 - \\beta_1^t$ is {answer}.",
        },
    )
    assert question.check() == []


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_a_simulation_asks_itself_is_a_sound_question(name: str) -> None:
    asked = 0
    for step in range(8):
        question = read_question("predict", {"id": "next", "simulation": name, "step": step, "hints": ["Look."]})
        faults = question.check()
        asked += not faults
        assert all("asks nothing at step" in fault or "is over at step" in fault for fault in faults), faults
    states = list(islice(iterate_states(find_simulation(name).build()), 8))
    asks = any(
        find_simulation(name).build().view(history_of(states[: end + 1])).prediction for end in range(len(states))
    )
    assert bool(asked) == asks

"""What is asked before a step: the quantity its lesson is about, answered by a number or by what works it out."""

import pytest

from tutor.reading.numbers import read_number
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import (
    Prediction,
    describe_verdict,
    gives_away,
    is_right,
    make_estimate,
    read_prediction,
)
from tutor.sims.engine.state import lookup
from tutor.sims.engine.view import Reading, WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_number
from tutor.widgets.simulator.entry import EXPRESSIONS_TOO

COUNTERS = {"epoch", "degree", "step", "t", "iteration", "layer", "row", "column"}
"""Quantities that go up by the same amount at each step, whatever the run does: nothing to predict."""


def predictions(name: str) -> list[tuple[Prediction, float]]:
    """The questions over the first steps of a run, each with its quantity after the step."""
    player = Player(find_simulation(name).build())
    asked = []
    for _ in range(14):
        prediction = player.view().prediction
        moved = player.step()
        if prediction is not None and moved:
            asked.append((prediction, float(lookup(player.state, prediction.key))))
    return asked


@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_simulation_asks_what_its_step_is_about(name: str) -> None:
    asked = predictions(name)
    assert asked
    assert not {prediction.key for prediction, _ in asked} & COUNTERS


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_is_asked_does_not_stand_among_the_numbers_on_the_screen_already(name: str) -> None:
    player, asked, told = Player(find_simulation(name).build()), 0, 0
    for _ in range(14):
        view = player.view()
        if view.prediction is not None and view.prediction.before is None:
            shown_numbers: list[Reading | WorkedLine] = [*view.readings, *view.worked_lines]
            family = view.prediction.key.partition("[")[0]
            asked += 1
            told += any(
                shown.key.partition("[")[0] == family
                and shown.key != view.prediction.key
                and format_number(shown.value) == format_number(view.prediction.answer)
                for shown in shown_numbers
            )
        if not player.step():
            break
    assert told <= asked / 2, "another entry of the same list says it, step after step"


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_answer_is_the_next_state_and_may_be_typed_as_a_calculation(name: str) -> None:
    for prediction, after in predictions(name):
        assert prediction.answer == pytest.approx(after, rel=1e-12, abs=1e-12)
        for typed in (f"{after!r}", f"2*({after!r})/2", f"z = {after!r} + 0*sigmoid(0.5)"):
            read = read_prediction(typed, prediction)
            assert not isinstance(read, Unreadable), typed
            assert is_right(float(read), prediction), typed


@pytest.mark.parametrize(
    ("typed", "value"),
    [("-1.2*0.622459", -0.7469508), ("sigmoid(0.5)", 0.6224593), ("ln 2", 0.6931472), ("0.3 - 0.1·2", 0.1)],
)
def test_a_prediction_is_worked_out_like_on_a_calculator(typed: str, value: float) -> None:
    prediction = Prediction("?", "z", value)
    read = read_prediction(typed, prediction)
    assert not isinstance(read, Unreadable)
    assert is_right(float(read), prediction)


def test_an_estimate_tells_direction_and_size() -> None:
    estimate = make_estimate("loss", "loss", 2.0, 1.0, "next")
    assert estimate is not None
    assert describe_verdict(estimate, 1.4, "1.4").startswith("✓")
    assert "by 1 instead of 0.2" in describe_verdict(estimate, 1.8, "1.8")
    assert "expected it to rise" in describe_verdict(estimate, 2.5, "2.5")
    assert make_estimate("loss", "loss", 2.0, float("inf"), "next") is None


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_example_of_a_prediction_gives_it_away(name: str) -> None:
    expressions = EXPRESSIONS_TOO.partition("such as ")[2].partition(", is")[0].split(" or ")
    assert len(expressions) == 2
    for prediction, _ in predictions(name):
        advice = read_prediction("abc", prediction)
        assert isinstance(advice, Unreadable)
        for example in (*expressions, *advice.advice.rstrip(".").rpartition("for example ")[2].split(" or ")):
            read = read_number(example.split(", ")[0])
            assert not isinstance(read, Unreadable), example
            assert not gives_away(float(read.value), prediction), (example, prediction.prompt)


def test_the_two_questions_on_the_size_of_a_convolution_are_told_apart_by_their_words() -> None:
    player = Player(find_simulation("conv-cost").build(height=12, width=12))
    prompts = []
    for _ in range(2):
        prediction = player.view().prediction
        assert prediction is not None
        prompts.append(prediction.prompt)
        player.step()
    assert prompts[0] != prompts[1]
    assert "height" in prompts[0] + prompts[1] and "width" in prompts[0] + prompts[1]

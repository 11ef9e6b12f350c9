"""The player: bounded memory, branches, walks in slices, marks on the timeline."""

import json

import pytest

from tutor.errors import UsageError
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Event, Player
from tutor.sims.engine.state import to_json_types
from tutor.sims.models.adam_view import AdamSimulation
from tutor.sims.models.conv_cost_view import ConvCostSimulation


def bits(state: object) -> str:
    return json.dumps(to_json_types(state))


def test_a_hundred_thousand_steps_stay_exact_within_the_budget() -> None:
    simulation = AdamSimulation.build(noise=0.5)
    player = Player(simulation, budget_bytes=2**20)
    player.jump(100_000)
    assert player.furthest_step == 100_000
    early, late = bits(player.state_at(70)), bits(player.state)
    for step in (3, 99_999, 70, 50_001, 100_000):
        player.jump(step)
    assert bits(player.state) == late
    assert bits(player.state_at(70)) == early == bits(state_after(simulation, 70))
    assert player._keyframes.total_bytes <= 2**20
    assert sum(trace.itemsize * len(trace) for trace in player._traces.values()) == 8 * 3 * 100_001


def test_back_at_the_start_and_step_at_the_end_do_nothing() -> None:
    player = Player(ConvCostSimulation.build())
    assert not player.back()
    while player.step():
        pass
    assert (player.position, player.can_step, player.step()) == (9, False, False)
    assert player.events == (Event(9, "done", "done"),)


def test_jumping_past_the_end_stands_at_the_end() -> None:
    player = Player(ConvCostSimulation.build())
    player.jump(500)
    assert player.position == 9
    player.jump(2)
    player.jump(500)
    assert (player.position, player.target) == (9, 9)


def test_a_walk_goes_on_in_slices_and_can_be_given_up() -> None:
    player = Player(AdamSimulation.build())
    player.seek(50)
    assert player.run_for(0.0) is False
    assert player.position == 1
    while not player.run_for(0.0):
        pass
    assert player.position == 50
    player.seek(10_000)
    player.run_for(0.0)
    player.stop()
    assert player.run_for(0.0) is True
    assert player.position == player.target == 51


def test_changing_a_parameter_computes_the_whole_run_again() -> None:
    player = Player(AdamSimulation.build())
    player.jump(30)
    player.change(learning_rate=0.02)
    assert player.position == 30
    assert bits(player.state) == bits(state_after(AdamSimulation.build(learning_rate=0.02), 30))
    with pytest.raises(UsageError, match="Learning rate α: give a number"):
        player.change(learning_rate=-1)
    assert player.simulation == AdamSimulation.build(learning_rate=0.02)


def test_a_branch_keeps_the_past_and_changes_the_future() -> None:
    player = Player(AdamSimulation.build())
    player.jump(40)
    player.back()
    player.jump(20)
    past = [bits(player.state_at(step)) for step in range(21)]
    player.branch(learning_rate=0.01)
    player.jump(40)
    assert [bits(player.state_at(step)) for step in range(21)] == past
    assert player.simulation.values()["learning_rate"] == 0.01
    assert bits(player.state) != bits(state_after(AdamSimulation.build(), 40))
    assert player.events == (Event(20, "Learning rate α = 0.01", "changed"),)
    again = Player(AdamSimulation.build(learning_rate=0.01))
    assert again.simulation == player.simulation
    player.jump(10)
    assert player.simulation.values()["learning_rate"] == 0.1


def test_a_parameter_that_shapes_the_state_cannot_branch() -> None:
    player = Player(AdamSimulation.build())
    player.jump(5)
    with pytest.raises(UsageError, match="optimizer cannot change in the middle of a run"):
        player.branch(optimizer="sgd")
    assert player.position == player.furthest_step == 5


def test_a_diverging_run_ends_at_that_step_and_can_be_stepped_back() -> None:
    player = Player(AdamSimulation.build(optimizer="sgd", learning_rate=0.5))
    player.jump(100_000)
    assert player.diverged
    assert not player.can_step
    (event,) = player.events
    assert (event.kind, event.step) == ("diverged", player.position)
    assert player.back()
    assert not player.diverged
    assert player.can_step


def test_the_history_of_a_chart_ends_where_the_run_stands() -> None:
    player = Player(AdamSimulation.build())
    player.jump(5000)
    player.jump(1000)
    trace = player.history.trace("loss", 100)
    assert (trace.steps[0], trace.steps[-1]) == (0, 1000)
    assert 50 < len(trace.steps) <= 101
    assert trace.values[-1] == player.state.loss


def test_reset_repeats_the_same_run() -> None:
    player = Player(AdamSimulation.build(noise=1.0))
    player.jump(25)
    there = bits(player.state)
    player.reset()
    assert player.position == 0
    player.jump(25)
    assert bits(player.state) == there

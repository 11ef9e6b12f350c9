"""The desk: what a learner can do with a run, and what is said about it."""

import pytest

from tutor.errors import UsageError
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession, group_stages, preview_step
from tutor.sims.models.adam_view import AdamSimulation
from tutor.sims.models.conv_cost_view import ConvCostSimulation
from tutor.sims.table import SIMULATIONS, find_simulation


def desk_at(step: int = 0, **values: object) -> SimulationSession:
    player = Player(AdamSimulation.build(**values))
    player.jump(step)
    return SimulationSession(player)


def test_a_change_acts_on_the_whole_run_unless_it_is_told_otherwise() -> None:
    desk = desk_at(6)
    assert desk.change("learning_rate", "0.3")
    assert desk.run_for(float("inf"))
    assert desk.player.state == state_after(AdamSimulation.build(learning_rate=0.3), 6)


def test_a_change_from_here_on_leaves_what_lies_before() -> None:
    desk = desk_at(6)
    before = desk.player.state_at(5)
    desk.toggle_scope()
    assert "from this step on" in desk.message
    desk.change("learning_rate", 0.3)
    desk.step()
    assert desk.player.state_at(5) == before
    assert desk.player.state.step == 7
    assert desk.player.state != state_after(AdamSimulation.build(learning_rate=0.3), 7)
    assert [event.label for event in desk.player.events] == ["Learning rate α = 0.3"]


def test_a_value_that_cannot_be_used_changes_nothing() -> None:
    desk = desk_at(4)
    before = desk.player.state
    with pytest.raises(UsageError, match="Learning rate"):
        desk.change("learning_rate", "-1")
    assert desk.player.state is before
    assert not desk.change("learning_rate", "0.1")


def test_kept_runs_come_along_and_say_what_differs() -> None:
    desk = desk_at(3)
    desk.pin_run()
    assert "**A**" in desk.message
    desk.change("learning_rate", 0.3)
    desk.seek(8)
    assert desk.run_for(float("inf"))
    (letter, loss), *_ = desk.pinned_runs.readings("loss")
    assert (letter, loss) == ("A", state_after(AdamSimulation.build(), 8).loss)
    assert "A: Learning rate α = 0.1" in desk.describe_state()
    desk.back()
    assert desk.run_for(float("inf"))
    assert desk.pinned_runs.readings("step") == [("A", 7)]
    desk.unpin_runs()
    assert "A:" not in desk.describe_state()


def test_no_more_runs_are_kept_than_can_be_told_apart() -> None:
    desk = desk_at()
    for _ in range(4):
        desk.pin_run()
    assert len(desk.pinned_runs) == 3
    assert "kept already" in desk.message


def test_a_preset_starts_anew_and_gives_its_reason() -> None:
    desk = desk_at(5)
    preset = AdamSimulation.presets[1]
    desk.apply_preset(preset)
    assert desk.player.position == 0
    assert desk.player.simulation == AdamSimulation.build(**preset.values)
    assert preset.reason in desk.message


def test_presets_follow_each_other_round_and_back() -> None:
    desk = desk_at(learning_rate=0.987)
    seen = []
    for _ in AdamSimulation.presets:
        desk.cycle_preset(1)
        seen.append(desk.message)
    assert len(set(seen)) == len(AdamSimulation.presets)
    desk.cycle_preset(-1)
    assert desk.message == seen[-2]


def test_stages_show_the_coming_step_and_then_take_it() -> None:
    desk = desk_at(2)
    view = preview_step(desk.player)
    assert view is not None
    parts = group_stages(view.worked_lines)
    for number in range(1, len(parts) + 1):
        desk.show_next_stage()
        assert desk.player.position == 2
        assert desk.staged_lines == tuple(line for part in parts[:number] for line in part.lines)
    desk.show_next_stage()
    assert (desk.player.position, desk.staged_lines) == (3, ())


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_stage_is_numbered_only_where_there_are_several(name: str) -> None:
    desk = SimulationSession(Player(find_simulation(name).build()))
    for _ in range(12):
        view = preview_step(desk.player)
        stage_count = len(group_stages(view.worked_lines)) if view is not None else 0
        for number in range(1, stage_count + 1):
            desk.show_next_stage()
            assert ("stage" in desk.message) == (stage_count > 1), desk.message
            assert stage_count == 1 or f"stage {number} of {stage_count}" in desk.message
        desk.show_next_stage()


def test_looking_at_the_coming_step_leaves_the_run_where_it_is() -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        before = player.state
        preview_step(player)
        assert (player.position, player.state) == (0, before)
    over = Player(ConvCostSimulation.build())
    over.jump(1000)
    assert preview_step(over) is None


def test_the_end_and_the_start_are_said() -> None:
    player = Player(ConvCostSimulation.build())
    player.jump(1000)
    desk = SimulationSession(player)
    assert not desk.step()
    assert desk.message == "The run is over."
    desk.reset()
    desk.back()
    assert desk.message == "This is the start."


def test_a_question_comes_only_when_it_is_wanted_and_there_is_a_next_step() -> None:
    desk = SimulationSession(Player(ConvCostSimulation.build()))
    assert desk.next_prediction() is None
    desk.is_predicting = True
    assert desk.next_prediction() is not None
    desk.seek(1000)
    desk.run_for(float("inf"))
    assert desk.next_prediction() is None


def test_the_answer_to_a_challenge_names_the_allowed_changes_and_the_step() -> None:
    desk = SimulationSession(Player(AdamSimulation.build()), allow=("learning_rate", "beta1"))
    desk.change("learning_rate", 0.30000000000000004)
    desk.seek(7)
    desk.run_for(float("inf"))
    assert desk.format_answer() == "learning_rate=0.30000000000000004 steps=7"

"""The session: what a learner can do with a run, and what is said about it."""

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
    session = desk_at(6)
    assert session.change("learning_rate", "0.3")
    assert session.run_for(float("inf"))
    assert session.player.state == state_after(AdamSimulation.build(learning_rate=0.3), 6)


def test_a_change_from_here_on_leaves_what_lies_before() -> None:
    session = desk_at(6)
    before = session.player.state_at(5)
    session.toggle_scope()
    assert "from this step on" in session.message
    session.change("learning_rate", 0.3)
    session.step()
    assert session.player.state_at(5) == before
    assert session.player.state.step == 7
    assert session.player.state != state_after(AdamSimulation.build(learning_rate=0.3), 7)
    assert [event.label for event in session.player.events] == ["Learning rate α = 0.3"]


def test_a_value_that_cannot_be_used_changes_nothing() -> None:
    session = desk_at(4)
    before = session.player.state
    with pytest.raises(UsageError, match="Learning rate"):
        session.change("learning_rate", "-1")
    assert session.player.state is before
    assert not session.change("learning_rate", "0.1")


def test_kept_runs_come_along_and_say_what_differs() -> None:
    session = desk_at(3)
    session.pin_run()
    assert "**A**" in session.message
    session.change("learning_rate", 0.3)
    session.seek(8)
    assert session.run_for(float("inf"))
    (letter, loss), *_ = session.pinned_runs.readings("loss")
    assert (letter, loss) == ("A", state_after(AdamSimulation.build(), 8).loss)
    assert "A: Learning rate α = 0.1" in session.describe_state()
    session.back()
    assert session.run_for(float("inf"))
    assert session.pinned_runs.readings("step") == [("A", 7)]
    session.unpin_runs()
    assert "A:" not in session.describe_state()


def test_no_more_runs_are_kept_than_can_be_told_apart() -> None:
    session = desk_at()
    for _ in range(4):
        session.pin_run()
    assert len(session.pinned_runs) == 3
    assert "kept already" in session.message


def test_a_preset_starts_anew_and_gives_its_reason() -> None:
    session = desk_at(5)
    preset = AdamSimulation.presets[1]
    session.apply_preset(preset)
    assert session.player.position == 0
    assert session.player.simulation == AdamSimulation.build(**preset.values)
    assert preset.reason in session.message


def test_presets_follow_each_other_round_and_back() -> None:
    session = desk_at(learning_rate=0.987)
    seen = []
    for _ in AdamSimulation.presets:
        session.cycle_preset(1)
        seen.append(session.message)
    assert len(set(seen)) == len(AdamSimulation.presets)
    session.cycle_preset(-1)
    assert session.message == seen[-2]


def test_stages_show_the_coming_step_and_then_take_it() -> None:
    session = desk_at(2)
    view = preview_step(session.player)
    assert view is not None
    parts = group_stages(view.worked_lines)
    for number in range(1, len(parts) + 1):
        session.show_next_stage()
        assert session.player.position == 2
        assert session.staged_lines == tuple(line for part in parts[:number] for line in part.lines)
    session.show_next_stage()
    assert (session.player.position, session.staged_lines) == (3, ())


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_stage_is_numbered_only_where_there_are_several(name: str) -> None:
    session = SimulationSession(Player(find_simulation(name).build()))
    for _ in range(12):
        view = preview_step(session.player)
        stage_count = len(group_stages(view.worked_lines)) if view is not None else 0
        for number in range(1, stage_count + 1):
            session.show_next_stage()
            assert ("stage" in session.message) == (stage_count > 1), session.message
            assert stage_count == 1 or f"stage {number} of {stage_count}" in session.message
        session.show_next_stage()


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
    session = SimulationSession(player)
    assert not session.step()
    assert session.message == "The run is over."
    session.reset()
    session.back()
    assert session.message == "This is the start."


def test_a_question_comes_only_when_it_is_wanted_and_there_is_a_next_step() -> None:
    session = SimulationSession(Player(ConvCostSimulation.build()))
    assert session.next_prediction() is None
    session.is_predicting = True
    assert session.next_prediction() is not None
    session.seek(1000)
    session.run_for(float("inf"))
    assert session.next_prediction() is None


def test_the_answer_to_a_challenge_names_the_allowed_changes_and_the_step() -> None:
    session = SimulationSession(Player(AdamSimulation.build()), allow=("learning_rate", "beta1"))
    session.change("learning_rate", 0.30000000000000004)
    session.seek(7)
    session.run_for(float("inf"))
    assert session.format_answer() == "learning_rate=0.30000000000000004 steps=7"

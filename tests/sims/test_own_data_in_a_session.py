"""Own points and saved networks on the session: they stay at hand whatever is changed, and what is in use is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command
from tests.sims.tables import comma, table
from tutor.errors import UsageError
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession, as_code, escape_markdown
from tutor.sims.engine.simulation import begin_run
from tutor.sims.engine.state import to_json_types
from tutor.sims.playground.files import load, save, with_data
from tutor.sims.playground.view import Playground
from tutor.widgets.markdown.mathtext import text_content


def own(folder: Path, **values: object) -> Playground:
    path = folder / "my_*points*.csv"
    path.write_text(table(";", line=comma, words=("ill", "well")), "utf-8")
    return with_data(path, scale=False, columns="", values=values)


def saved(folder: Path, epochs: int = 100) -> Playground:
    save(Playground.build(), state_after(Playground.build(), epochs), folder / "net.json")
    return load(folder / "net.json", {})


def rows(player: Player[Any]) -> set[tuple[float, ...]]:
    return {tuple(row) for row in np.concatenate([player.state.train, player.state.test])}


@pytest.mark.parametrize("preset", range(len(Playground.presets)))
def test_own_points_survive_every_preset(tmp_path: Path, preset: int) -> None:
    session = SimulationSession(Player(own(tmp_path)))
    mine, chosen = rows(session.player), Playground.presets[preset]
    session.apply_preset(chosen)
    in_use = "dataset" not in chosen.values
    assert (rows(session.player) == mine) == in_use
    assert ("Not in use" in session.message) == (not in_use)
    assert (chosen.reason in session.message) == (not in_use), "the reason is about the preset's own data"
    assert session.player.simulation.uses_file_data == in_use
    for name, value in chosen.values.items():
        assert getattr(session.player.simulation, name) == value
    session.change("dataset", "own")
    assert rows(session.player) == mine


def test_a_preset_says_which_data_it_runs_on_if_the_file_was_set_aside_before(tmp_path: Path) -> None:
    rules = own(tmp_path, dataset="spiral")
    session = SimulationSession(Player(rules))
    assert "Not in use" in session.message
    presets = {preset.name: preset for preset in Playground.presets}
    session.apply_preset(presets["spiral"])
    assert session.message == f"**spiral** (good): {presets['spiral'].reason}"
    session.apply_preset(presets["circle"])
    assert (session.player.simulation.values()["dataset"], session.player.simulation.uses_file_data) == ("own", True)
    assert session.message == f"**circle** (good). {escape_markdown(session.player.simulation.data_notice)}"


def test_a_preset_gives_its_reason_where_it_begins_another_network_than_the_saved_one(tmp_path: Path) -> None:
    rules, presets = saved(tmp_path), {preset.name: preset for preset in Playground.presets}
    session = SimulationSession(Player(rules))
    session.apply_preset(presets["no hidden layer"])
    assert presets["no hidden layer"].reason in session.message
    assert "a new network begins" in text_content(session.message).plain
    session.apply_preset(presets["circle"])
    assert session.message == "**circle** (good). It runs on what was read from your file."


def test_own_points_survive_other_data_seeds_comparing_and_starting_again(tmp_path: Path) -> None:
    session = SimulationSession(Player(own(tmp_path)))
    first = session.player.state
    mine = rows(session.player)
    session.pin_run()
    session.change("dataset", "circle")
    assert rows(session.player) != mine
    assert "dataset=own brings these points back" in text_content(session.message).plain
    session.pin_run()
    session.change("dataset", "own")
    assert to_json_types(session.player.state) == to_json_types(first)
    session.change("seed", 5)
    assert rows(session.player) == mine
    assert to_json_types(session.player.state.train) != to_json_types(first.train)
    session.step()
    session.reset()
    session.cycle_preset(1)
    session.cycle_preset(-1)
    session.change("dataset", "own")
    session.change("seed", 0)
    assert rows(session.player) == mine


def test_every_next_preset_is_reached_with_own_points(tmp_path: Path) -> None:
    session = SimulationSession(Player(own(tmp_path)))
    seen = []
    for _ in Playground.presets:
        session.cycle_preset(1)
        seen.append(session.message.split("(")[0])
    assert set(seen) == {f"**{preset.name}** " for preset in Playground.presets}


def test_a_saved_network_goes_on_until_something_else_is_asked_for(tmp_path: Path) -> None:
    session = SimulationSession(Player(saved(tmp_path)))
    first = session.player.state
    assert first.epoch == 100
    assert session.change("learning_rate", 0.1)
    assert to_json_types(session.player.state.weights) == to_json_types(first.weights)
    for name, value in (("hidden", "3"), ("seed", 5), ("activation", "relu"), ("dataset", "xor"), ("noise", 10)):
        before = getattr(session.player.simulation, name)
        session.change(name, value)
        assert session.player.state.epoch == 0
        assert f"{name}=" in text_content(session.message).plain
        assert "begins" in session.message
        session.change(name, before)
        assert to_json_types(session.player.state.weights) == to_json_types(first.weights)
        assert "begins" not in session.message


@pytest.mark.parametrize(("option", "value"), [("--set", "hidden=3"), ("--seed", "5"), ("--set", "dataset=moons")])
def test_what_becomes_of_a_saved_network_is_said_on_the_command_line(
    command: Command, tmp_path: Path, option: str, value: str
) -> None:
    saved(tmp_path, 3)
    line = ("sim", "playground", "--load", str(tmp_path / "net.json"), option, value, "--steps", "0")
    done = command(*line, "--json")
    name = "seed=5" if option == "--seed" else value
    assert done.error_line.endswith(f"With {name} a new network begins; undo the change to go on with the saved one.")
    assert done.error_line[:20] in command(*line, "--plain").out
    same = command(*line[:4], "--steps", "0", "--plain").out
    assert "a network of 2-4-2-1 units after 3 epochs" in same
    assert "Before training" not in same


def test_the_epochs_of_a_saved_network_count_on_in_its_chart(tmp_path: Path) -> None:
    player = Player(saved(tmp_path, 50))
    player.jump(3)
    losses = next(picture for picture in player.view().pictures if "Loss" in picture.title)
    assert isinstance(losses, Chart)
    line = losses.marks[0]
    assert isinstance(line, Line)
    assert list(line.x) == [50, 51, 52, 53]


def test_the_classes_go_by_their_own_names_in_pictures_and_in_a_saved_network(tmp_path: Path) -> None:
    rules = own(tmp_path)
    save(rules, state_after(rules, 2), tmp_path / "net.json")
    for each in (rules, load(tmp_path / "net.json", {})):
        pictures = [picture for picture in Player(each).view().pictures if isinstance(picture, Chart)]
        labels = {mark.label for picture in pictures for mark in picture.marks if isinstance(mark, Points)}
        assert labels == {"ill (−1)", "well (+1)"}
    moons = Player(rules.with_values(dataset="moons")).view().pictures[0]
    assert isinstance(moons, Chart)
    assert "class +1" in {mark.label for mark in moons.marks if isinstance(mark, Points)}


def test_a_share_that_leaves_none_to_train_on_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("1,2,a\n2,3,b\n2,2,a\n1,1,b\n", "utf-8")
    rules = with_data(path, scale=False, columns="", values={})
    assert "do not fill a batch of 10, so nothing is learned: choose batch=2" in rules.data_notice
    assert "batch" not in rules.with_values(batch=2).data_notice
    for share, what in ((0.1, "train on"), (0.9, "test with")):
        with pytest.raises(UsageError, match=f"some of the 4 points to {what} "):
            rules.with_values(train_fraction=share)
    assert len(begin_run(rules).train) == 2


def test_numbers_to_be_learned_need_the_squared_loss(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text(table(line=lambda k, cells: [*cells[:2], str(k / 20 - 0.5)], header="x1,x2,label\n"), "utf-8")
    rules = with_data(path, scale=False, columns="", values={})
    with pytest.raises(UsageError, match="not two classes"):
        rules.with_values(loss="cross-entropy")
    assert rules.with_values(dataset="circle", loss="cross-entropy").loss == "cross-entropy"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--data", "x.csv", "--load", "y.json"), "--data and --load"),
        (("--scale",), "add --data"),
        (("--columns", "1,2,3"), "add --data"),
        (("--set", "dataset=own"), "add --data FILE"),
        (("--load", "y.json", "--columns", "1,2,3"), "add --data"),
    ],
)
def test_options_that_do_not_go_together_are_refused(command: Command, options: tuple[str, ...], said: str) -> None:
    done = command("sim", "playground", *options, "--json")
    assert done.code == 2
    assert said in done.error_line


def test_a_screen_takes_no_points_from_its_keyboard(command: Command) -> None:
    assert "which the screen needs; name a file" in command("sim", "playground", "--data", "-").error_line


@pytest.mark.parametrize("words", ["a*b*_c_ `d` $x$ [e](f) <b> &amp; \\ # 1. ~~g~~ !", "``", "`", "a``b`c"])
def test_names_are_shown_as_they_are(words: str) -> None:
    assert text_content(f"x {escape_markdown(words)} x").plain == f"x {words} x"
    assert text_content(f"x {as_code(words)} x").plain == f"x {words} x"


def test_a_copied_command_stands_on_a_line_of_its_own() -> None:
    session = SimulationSession(Player(Playground.build()))
    session.report_copied("chainrule sim playground --data '/a `b`/c.csv' --step 1")
    shown = text_content(f"{session.message} Epoch 1: the loss fell.").plain
    assert shown == "Copied: chainrule sim playground --data '/a `b`/c.csv' --step 1\nEpoch 1: the loss fell."

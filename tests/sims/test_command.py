"""The command line of a state: run again, it gives the same state."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tests.sims.tables import comma, table
from tutor.errors import UsageError
from tutor.sims.engine.command_line import apply_changes, format_command_line, read_changes
from tutor.sims.engine.json_lines import json_of_state, state_after
from tutor.sims.engine.parameters import find_parameter_letters, with_parameter_names
from tutor.sims.engine.player import Player
from tutor.sims.playground.files import load, save, with_data
from tutor.sims.playground.view import Playground
from tutor.sims.table import SIMULATIONS, find_simulation


def printed(command: Command, line: str) -> dict[str, object]:
    """The state that the command line `line` leads to."""
    program, *words = shlex.split(line)
    assert program == "chainrule"
    done = command(*words, "--json", "--last")
    assert done.code == 0, done.err
    state: dict[str, object] = json.loads(done.out)
    return state


def recorded(player: Player[Any]) -> dict[str, object]:
    """The state that `player` stands at, as the command prints it."""
    state: dict[str, object] = json.loads(json.dumps(json_of_state(player.simulation, player.state)))
    return state


STEPS = (0, 1, 4)


@pytest.mark.parametrize(
    ("name", "preset"),
    [(name, preset) for name in SIMULATIONS for preset in range(1 + len(find_simulation(name).presets))],
)
def test_the_command_brings_back_every_state(command: Command, name: str, preset: int) -> None:
    rules = find_simulation(name)
    values = rules.presets[preset - 1].values if preset else {}
    player = Player(rules.build(**values, seed=3 * preset))
    for step in STEPS:
        player.jump(step)
        assert printed(command, format_command_line(player)) == recorded(player)


def awkward(folder: Path, name: str) -> Path:
    """A file whose name and folder need quotes."""
    path = folder / "it's $HOME; `ls` *" / name
    path.parent.mkdir(exist_ok=True)
    return path


def own_points(folder: Path) -> Playground:
    path = awkward(folder, "my points.csv")
    path.write_text(table(";", "age;height;weight;sick\n", lambda k, c: [str(k * k % 7), *comma(k, c)]), "utf-8")
    return with_data(path, scale=True, columns="height,weight,sick", values={"train_fraction": 0.6})


def saved(folder: Path) -> Playground:
    rules = Playground.build(regularization="l1", regularization_rate=0.3, batch=7, hidden=(3, 2))
    path = awkward(folder, "my net.json")
    save(rules, state_after(rules, 30), path)
    return load(path, {})


def saved_own(folder: Path) -> Playground:
    rules = own_points(folder).with_values(hidden=(3,), seed=4)
    path = awkward(folder, "own net.json")
    save(rules, state_after(rules, 20), path)
    return load(path, {})


CHANGES: dict[str, dict[str, object]] = {
    "nothing": {},
    "what may change on the way": {"learning_rate": 0.125, "batch": 3, "show_test": True},
    "the shape": {"hidden": ()},
    "the seed": {"seed": 9},
    "the share": {"train_fraction": 0.3},
    "the data": {"dataset": "moons"},
    "the activation": {"activation": "relu"},
    "the points of the file": {"dataset": "own"},
}


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("made", [own_points, saved, saved_own])
def test_files_changes_and_weights_set_by_hand_are_part_of_the_command(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[Path], Playground],
    changed: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    player = Player(made(Path()).with_values(**CHANGES[changed]))
    monkeypatch.chdir("/")
    player.edit("weights[0][0][1]", -0.75)
    assert printed(command, format_command_line(player)) == recorded(player)
    player.jump(3)
    player.edit("biases[0][0]", 1 / 3)
    player.branch(regularization="l2", regularization_rate=0.5)
    player.edit("biases[0][0]", 2 / 3)
    assert printed(command, format_command_line(player)) == recorded(player)
    player.jump(6)
    assert printed(command, format_command_line(player)) == recorded(player)
    assert "my" in format_command_line(player) or "own" in format_command_line(player)


def test_a_branch_at_the_start_and_a_change_after_a_hand_are_part_of_it_too(command: Command) -> None:
    player = Player(Playground.build())
    player.edit("weights[0][0][0]", 0.5)
    player.branch(regularization="l2", regularization_rate=0.1)
    assert player.state.penalty > 0
    assert printed(command, format_command_line(player)) == recorded(player)
    player.jump(2)
    player.edit("weights[0][0][0]", 0.25)
    player.branch(regularization="l1")
    assert printed(command, format_command_line(player)) == recorded(player)


def test_a_change_on_the_way_is_part_of_the_command(command: Command) -> None:
    player = Player(find_simulation("adam").build(learning_rate=1 / 3))
    player.jump(4)
    player.branch(learning_rate=0.7)
    player.jump(6)
    line = format_command_line(player)
    assert line == ("chainrule sim adam --set learning_rate=0.3333333333333333 --change 4:learning_rate=0.7 --step 6")
    assert printed(command, line) == recorded(player)


def test_a_change_that_was_left_behind_is_not_part_of_it() -> None:
    player = Player(find_simulation("adam").build())
    player.jump(4)
    player.branch(learning_rate=0.7)
    player.jump(3)
    assert format_command_line(player) == "chainrule sim adam --step 3"


@pytest.mark.parametrize("text", ["learning_rate=1", "x:learning_rate=1", "3:learning_rate", "3", "", "-1:a=2"])
def test_a_change_that_is_not_written_as_one_says_how_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match="STEP:NAME=VALUE"):
        read_changes((text,))


def test_changes_are_made_in_the_order_of_their_steps() -> None:
    changes = read_changes(("9:noise=0.2", "2:learning_rate=0.2", "2:noise=0.1"))
    assert changes == [(2, {"learning_rate": "0.2", "noise": "0.1"}), (9, {"noise": "0.2"})]
    player = Player(find_simulation("adam").build())
    apply_changes(player, changes)
    assert [event.step for event in player.events] == [2, 9]


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_parameter_may_be_called_by_its_name_its_label_or_its_letter(name: str) -> None:
    known = find_simulation(name).parameters()
    for parameter in known.values():
        for typed in (parameter.name, parameter.name.upper(), parameter.name.replace("_", "-"), parameter.label):
            assert with_parameter_names({typed: 1}, known) == {parameter.name: 1}, typed
    for letter, parameter_name in find_parameter_letters(known).items():
        assert with_parameter_names({letter: 1}, known) in ({parameter_name: 1}, {letter: 1})


@pytest.mark.parametrize(
    "typed", ["α", "alpha", "Alpha", "Learning rate", "learning-rate", "LEARNING_RATE", "Learning rate α"]
)
def test_set_and_change_take_what_is_read_on_the_screen(command: Command, typed: str) -> None:
    usual = command("sim", "adam", "--set", "learning_rate=0.3", "--json", "--last", "--steps", "2")
    assert command("sim", "adam", "--set", f"{typed}=0,3", "--json", "--last", "--steps", "2").out == usual.out
    changed = command("sim", "adam", "--change", "1:learning_rate=0.3", "--json", "--last", "--steps", "2")
    assert command("sim", "adam", "--change", f"1:{typed}=0.3", "--json", "--last", "--steps", "2").out == changed.out
    twice = command("sim", "adam", "--set", "learning_rate=0.3", "--set", "α=0.2", "--json")
    assert twice.error_line == "chainrule: learning_rate is given twice; give it once"

"""The command line of a state: run again, it gives the same state."""

import json
import shlex

import pytest

from tests.conftest import Command
from tutor.errors import UsageError
from tutor.sims.command import apply_changes, command_line, read_changes
from tutor.sims.player import Player
from tutor.sims.record import record
from tutor.sims.table import TABLE, find


def printed(command: Command, line: str) -> dict[str, object]:
    """The state that the command line `line` leads to."""
    program, *words = shlex.split(line)
    assert program == "chainrule"
    done = command(*words, "--json", "--last")
    assert done.code == 0, done.err
    state: dict[str, object] = json.loads(done.out)
    return state


@pytest.mark.parametrize("name", TABLE)
def test_the_command_brings_back_the_state_of_every_preset(command: Command, name: str) -> None:
    rules = find(name)
    for preset in rules.presets[:2]:
        player = Player(rules.build(**preset.values, seed=3))
        player.jump(3)
        again = printed(command, command_line(player) if player.position else command_line(player) + " --steps 0")
        assert again == json.loads(json.dumps(record(player.simulation, player.state)))


def test_a_change_on_the_way_is_part_of_the_command(command: Command) -> None:
    player = Player(find("adam").build(learning_rate=1 / 3))
    player.jump(4)
    player.branch(learning_rate=0.7)
    player.jump(6)
    line = command_line(player)
    assert line == ("chainrule sim adam --set learning_rate=0.3333333333333333 --change 4:learning_rate=0.7 --step 6")
    assert printed(command, line) == json.loads(json.dumps(record(player.simulation, player.state)))


def test_a_change_that_was_left_behind_is_not_part_of_it() -> None:
    player = Player(find("adam").build())
    player.jump(4)
    player.branch(learning_rate=0.7)
    player.jump(3)
    assert command_line(player) == "chainrule sim adam --step 3"


@pytest.mark.parametrize("text", ["learning_rate=1", "x:learning_rate=1", "3:learning_rate", "3", "", "-1:a=2"])
def test_a_change_that_is_not_written_as_one_says_how_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match="STEP:NAME=VALUE"):
        read_changes((text,))


def test_changes_are_made_in_the_order_of_their_steps() -> None:
    changes = read_changes(("9:noise=0.2", "2:learning_rate=0.2", "2:noise=0.1"))
    assert changes == [(2, {"learning_rate": "0.2", "noise": "0.1"}), (9, {"noise": "0.2"})]
    player = Player(find("adam").build())
    apply_changes(player, changes)
    assert [event.step for event in player.events] == [2, 9]

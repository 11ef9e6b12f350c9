"""Line by line wherever a screen would open: for screen readers and braille lines, by a variable or a setting."""

from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.plain.simulation import change_sentence, state_lines
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

OPENING = {
    "the course": ((), "Next is lesson 1"),
    "a lesson": (("learn", "node"), "Section 1 of"),
    "a quiz": (("quiz", "--count", "1"), "Question · "),
    "the placement test": (("placement",), "?"),
    "a simulation": (("sim", "adam"), "Step 0."),
}
"""What opens a screen, its arguments, and what it says line by line."""
BRAILLE = range(0x2800, 0x2900)


def assert_spoken(text: str) -> None:
    """No cursor movement, no colour, no picture made of dots or blocks."""
    assert "\x1b" not in text
    assert not [sign for sign in text if ord(sign) in BRAILLE or sign in "█▀▄▌▐"], text


@pytest.mark.parametrize("name", OPENING)
def test_what_opens_a_screen_is_said_line_by_line_instead(
    name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, said = OPENING[name]
    assert "needs a terminal" in command(*arguments).err
    monkeypatch.setenv("ACCESSIBLE", "1")
    done = command(*arguments, typed="quit\n")
    assert done.code == 0, done.err
    assert said in done.out
    assert_spoken(done.out)


def test_a_setting_does_the_same_and_the_variable_comes_before_it(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text("accessible = true\n", "utf-8")
    assert "Next is lesson 1" in command(typed="quit\n").out
    monkeypatch.setenv("ACCESSIBLE", "0")
    assert "needs a terminal" in command(typed="quit\n").err


def test_the_course_is_walked_through_line_by_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESSIBLE", "1")
    done = command(typed="map\nnonsense\n2\nquit\nquit\n")
    assert "1. The node" in done.out
    assert "Type a number from 1 to" in done.out
    assert "Folding" in done.out.partition("Type a number")[2]


def test_a_run_is_stepped_changed_and_left_by_hand(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCESSIBLE", "1")
    done = command("sim", "descent", typed="\n\nback\nlearning_rate=0.5\nlearning_rate=-3\nnonsense\n3\nquit\n")
    steps = [line for line in done.out.splitlines() if line.startswith("Step ") and line.endswith(".")]
    assert [line for line in steps if line[5:-1].isdecimal()] == [f"Step {step}." for step in (0, 1, 2, 1, 0, 3)], (
        done.out
    )
    assert "Learning rate" in done.out
    assert "Type Enter, back" in done.out


@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_step_is_told_with_what_changed_from_what_to_what(name: str) -> None:
    player = Player(find_simulation(name).build())
    told = 0
    for _ in range(4):
        if not player.step():
            break
        furthest, state = player.furthest_step, player.state
        sentence = change_sentence(player)
        assert player.state is state
        assert player.furthest_step == furthest
        if sentence:
            told += 1
            assert sentence.startswith("Changed: ")
            assert " to " in sentence or " is now " in sentence
            assert sentence.endswith(".")
        lines = state_lines(player)
        assert len(player.view().narration) > 0
        assert_spoken("\n".join(lines))
        for line in player.view().worked_lines:
            assert line.value is not None
    assert told, name

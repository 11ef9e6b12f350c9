"""Every front door in a real terminal: the command, keys in, screen out, and the terminal given back."""

from pathlib import Path

import pytest

from benchmarks.storms import leave
from tests.end_to_end.terminal import Terminal, begun
from tutor.commands.terminal_answer import REQUEST

SCREENS = [
    ((), "Welcome.", "Help"),
    (("learn", "node"), "1 of ", "Next"),
    (("learn", "adam", "--section", "2"), "2 of ", "Previous"),
    (("sim", "softmax"), "step 0", "Step"),
    (("sim", "adam", "--set", "optimizer=momentum", "--step", "3"), "step 3", "Step"),
    (("quiz", "--count", "3"), "1 of 3", "Back"),
    (("quiz", "--lesson", "adam", "--count", "2"), "1 of 2", "Back"),
    (("placement",), "Placement", "Back"),
]
PLAIN = [
    (("learn", "node", "--plain"), "Why it matters", "\x04"),
    (("sim", "adam", "--plain", "--steps", "2"), "Update 1", ""),
    (("quiz", "--plain", "--count", "1", "--seed", "1"), "Answer with", "\x04"),
    (("placement", "--plain", "--seed", "1"), "Question 1", "\x04"),
    (("progress",), "on record", ""),
    (("glossary", "momentum"), "omentum", ""),
    (("formulas", "sigmoid"), "sigmoid", ""),
    (("errata", "1"), "1", ""),
    (("ask", "adam-plain-step"), "Answer with", ""),
    (("grade", "number", "--expected", "0.25", "--answer", "1/4"), "right", ""),
    (("doctor",), "Chainrule can work here.", ""),
    (("settings",), "quiz_count", ""),
    (("completion", "bash"), "complete", ""),
    (("--help",), "Examples", ""),
    (("--version",), "version", ""),
]


def test_the_course_opens_on_its_map_once_a_lesson_was_opened(tmp_path: Path) -> None:
    with Terminal(begun(tmp_path)) as terminal:
        terminal.until("The node")
        terminal.keys("j\r")
        terminal.until("1 of ")
        leave(terminal)


@pytest.mark.parametrize(("arguments", "seen", "key"), SCREENS, ids=[" ".join(row[0]) or "(course)" for row in SCREENS])
def test_a_screen_opens_and_leaves(tmp_path: Path, arguments: tuple[str, ...], seen: str, key: str) -> None:
    with Terminal(tmp_path, *arguments) as terminal:
        terminal.until(seen)
        terminal.until(key)
        leave(terminal)


@pytest.mark.parametrize(("arguments", "seen", "keys"), PLAIN, ids=[" ".join(row[0]) for row in PLAIN])
def test_a_command_in_lines_says_what_it_should(
    tmp_path: Path, arguments: tuple[str, ...], seen: str, keys: str
) -> None:
    with Terminal(tmp_path, *arguments, columns=100, rows=200) as terminal:
        terminal.until(seen)
        if keys:
            terminal.keys(keys)
        assert terminal.leaves() == 0
        lines = terminal.raw.replace(REQUEST, b"")  # `doctor` asks the terminal for its name, which shows nothing
        assert b"\x1b[" not in lines, "a plain line moves no cursor and has no colour"
        assert terminal.wrongs == []

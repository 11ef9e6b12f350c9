"""`chainrule doctor` asks the terminal who it is, and leaves nothing of the answer behind."""

import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.end_to_end.terminal import Terminal

QUESTION = b"\x1b[>0q\x1b[c"
DOCTOR = (sys.executable, "-m", "tutor", "doctor")
DOCTOR_THEN_PROMPT = ("/bin/sh", "-c", f'{" ".join(DOCTOR)}; printf "prompt> "; cat')
"""What the terminal sends too late would be seen behind this prompt."""


def asked(home: Path, command: tuple[str, ...] = DOCTOR, **settings: str) -> Terminal:
    """A terminal in which `doctor` runs, before it has read an answer."""
    terminal = Terminal(home, command=command, rows=60, settings={"TERM": "xterm-kitty"} | settings)
    deadline = monotonic() + 30
    while QUESTION not in terminal.raw and monotonic() < deadline:
        terminal.drain(0.02)
    assert QUESTION in terminal.raw
    return terminal


def test_a_terminal_that_answers_is_named_with_what_to_set(tmp_path: Path) -> None:
    with asked(tmp_path) as terminal:
        terminal.keys("\x1bP>|kitty(0.42.1)\x1b\\\x1b[?62;c")
        terminal.until("Chainrule can work here.")
        assert "kitty 0.42.1, draws octants" in terminal.text
        assert 'write dots = "octants"' in " ".join(terminal.text.split())
        assert terminal.leaves() == 0
        assert terminal.wrongs == []


def test_a_terminal_that_knows_the_second_question_alone_is_not_waited_for(tmp_path: Path) -> None:
    with asked(tmp_path) as terminal:
        terminal.keys("\x1b[?1;2c")
        terminal.until("Chainrule can work here.")
        assert "lines of pictures in braille; kitty" in terminal.text
        assert terminal.leaves() == 0
        assert terminal.wrongs == []


def test_a_terminal_that_never_answers_is_left_alone_after_a_moment(tmp_path: Path) -> None:
    with asked(tmp_path) as terminal:
        terminal.until("Chainrule can work here.")
        assert "lines of pictures in braille; kitty" in terminal.text
        assert terminal.leaves() == 0
        assert terminal.wrongs == []


@pytest.mark.parametrize("answer", ["\x1bP>|kitty(0.42.1)\x1b\\\x1b[?62;c", "\x1bP>|kitty(0.4"])
def test_nothing_of_an_answer_is_seen_or_left_for_the_shell(tmp_path: Path, answer: str) -> None:
    with asked(tmp_path, DOCTOR_THEN_PROMPT) as terminal:
        terminal.keys(answer)
        terminal.until("prompt> ")
        terminal.drain(0.3)
        (prompt,) = (line.rstrip() for line in terminal.screen.display if "prompt>" in line)
        assert prompt == "prompt>"
        assert "^[" not in terminal.text


def test_a_terminal_of_letters_alone_is_not_asked(tmp_path: Path) -> None:
    with Terminal(tmp_path, command=DOCTOR, rows=60, settings={"TERM": "dumb"}) as terminal:
        terminal.until("Chainrule can work here.")
        assert QUESTION not in terminal.raw

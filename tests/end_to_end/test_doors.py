"""A handful of programs of their own, through doors that one process cannot play: closed ends, pipes, a full disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.doors import Door, doors, run
from benchmarks.storms import leave
from tests.doors import Call, hostile_pack
from tests.end_to_end.terminal import Terminal

BY_NAME = {door.name: door for door in doors()}
GLOSSARY = Call(("glossary",), "")


@pytest.mark.parametrize("door", [door for door in doors() if door.ends], ids=lambda door: door.name)
def test_no_end_of_a_pipe_makes_a_trace(door: Door) -> None:
    assert run(door, GLOSSARY).faults == ()


@pytest.mark.parametrize(
    "name", ["PYTHONIOENCODING=ascii:strict", "PYTHONIOENCODING=utf-16", "LC_ALL=C, no UTF-8 mode", "CHAINRULE_ASCII=1"]
)
def test_no_encoding_of_the_system_makes_a_trace(name: str) -> None:
    assert run(BY_NAME[name], Call(("sim", "adam", "--plain", "--last"), "")).faults == ()


@pytest.mark.parametrize(("end", "code"), [(">/dev/full", 1), (">&-", 1), ("| true", 0)])
def test_what_becomes_of_output_that_nobody_takes_is_told_by_the_exit_code(end: str, code: int) -> None:
    assert run(next(door for door in doors() if door.ends == end), GLOSSARY).code == code


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tutor", "--help"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("chainrule: the output cannot be written (No space left on device)")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict", "utf-16"])
def test_a_screen_in_a_foreign_encoding_is_in_ascii(tmp_path: Path, encoding: str) -> None:
    with Terminal(tmp_path, "sim", "adam", settings={"PYTHONIOENCODING": encoding}) as terminal:
        terminal.until("Step")
        leave(terminal)
        assert terminal.raw.isascii()
        assert b"\0" not in terminal.raw
        assert b"\\u" not in terminal.raw


@pytest.mark.parametrize("end", ["2>/dev/null", "2>&-"])
def test_a_screen_is_drawn_where_the_learner_sits(tmp_path: Path, end: str) -> None:
    command = ("/bin/sh", "-c", f'"$0" -m tutor "$@" {end}', sys.executable)
    with Terminal(tmp_path, "sim", "adam", command=command) as terminal:
        terminal.until("Step")
        leave(terminal)


def test_no_lesson_sets_the_title_of_the_terminal(tmp_path: Path) -> None:
    pack = hostile_pack(tmp_path / "pack")
    with Terminal(tmp_path / "home", "--lessons", str(pack), "learn", "hostile") as terminal:
        terminal.until("owned")
        leave(terminal)
        assert b"\x1b]0;" not in terminal.raw
        assert "\u202e".encode() not in terminal.raw

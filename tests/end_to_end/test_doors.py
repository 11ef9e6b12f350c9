"""A handful of programs of their own, through doors that one process cannot play: closed ends, pipes, a full disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.doors import Door, doors, run
from tests.doors import Call

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

"""Ctrl+C ends a check at once, whatever it is at, and nothing but that is said."""

import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LESSONS = Path(__file__).parents[2] / "lessons"
LISTENING = """
import signal, sys
from tutor.__main__ import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main())
"""
"""The program as a terminal starts it: a test may run where Ctrl+C is ignored, which a program inherits."""


def read_until(terminal: int, wanted: str) -> str:
    """What the program writes, up to `wanted` or its end."""
    found = ""
    while wanted not in found:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # its end, on Linux
            break
        if not data:
            break
        found += data.decode(errors="replace")
    return found


@pytest.mark.parametrize("whom", ["all its processes", "itself alone"])
def test_a_check_that_is_interrupted_stops_and_says_so(tmp_path: Path, whom: str) -> None:
    for path in LESSONS.glob("*.md"):  # all: it must not be through before it hears of the interruption
        shutil.copy(path, tmp_path)
    terminal, end = pty.openpty()
    command = [sys.executable, "-c", LISTENING, "check", str(tmp_path)]
    with subprocess.Popen(command, stdin=end, stdout=end, stderr=end, start_new_session=True) as done:
        os.close(end)
        before = read_until(terminal, "1 of ")
        (os.killpg if whom.startswith("all") else os.kill)(done.pid, signal.SIGINT)
        said = read_until(terminal, "stopped\r\n")
        assert done.wait(timeout=60) == 130, before + said
        said += read_until(terminal, "nothing more")
    os.close(terminal)
    assert said.endswith("chainrule: stopped\r\n")
    assert "Traceback" not in said

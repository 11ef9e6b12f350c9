"""Starting: the first full paint on a pseudo-terminal against an empty Textual app, what it costs, and `--help`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.first_paint import cost_rows
from benchmarks.table import Row, middle, processor_time
from tests.end_to_end.terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("an empty app is painted")
Empty().run()
"""
TIMES = 5


def first_paint(seen: str, *command: str) -> float:
    """Milliseconds from the start of the program until `seen`, the last thing painted, is on its screen."""
    with TemporaryDirectory() as home:
        started = perf_counter()
        with Terminal(Path(home), command=command) as terminal:
            terminal.until(seen)
            return 1000 * (perf_counter() - started)


def rows() -> Iterator[Row]:
    """The rows of this family, with the compiled modules kept as an installed program keeps them."""
    with TemporaryDirectory() as compiled:
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        yield from _start_rows()
        yield from cost_rows()


def _start_rows() -> Iterator[Row]:
    """The programs take turns, so that a busy moment hits all alike."""
    programs = {
        "empty": ("an empty app is painted", sys.executable, "-c", EMPTY),
        "course": ("Help", sys.executable, "-m", "tutor"),
        "lesson": ("Pages", sys.executable, "-m", "tutor", "learn", "backprop"),
    }
    found: dict[str, list[float]] = {name: [] for name in programs}
    for turn in range(TIMES + 1):
        for name, (seen, *command) in programs.items():
            taken = first_paint(seen, *command)
            if turn:  # the first turn fills the file cache
                found[name].append(taken)
    floor = middle(found["empty"])
    yield Row("first paint, course", middle(found["course"]), "ms", "empty app", floor, 1.25, goal_is_ratio=True)
    yield Row("first paint, a lesson", middle(found["lesson"]), "ms", "empty app", floor, 1.7, goal_is_ratio=True)
    bare = processor_time(lambda: _run_python("-c", "pass"), 3)
    help_ = processor_time(lambda: _run_python("-m", "tutor", "--help"), 3)
    yield Row("chainrule --help", help_, "ms", "bare Python", bare, 4, goal_is_ratio=True)
    grade = ("-m", "tutor", "grade", "number", "--expected", "0.25", "--answer", "1/4")
    yield Row("chainrule grade", processor_time(lambda: _run_python(*grade), 3), "ms", "bare Python", bare, 500)


def _run_python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

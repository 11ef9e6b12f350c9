"""Living with it: the processor while nothing happens, keys answered while a simulation plays, memory after mixed use.

All on a real pseudo-terminal. The answer to a key includes what the emulator needs to draw it.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from benchmarks.table import Row
from tests.end_to_end.terminal import Terminal

WATCHED = 10.0
"""Seconds that an idle program is watched."""
KEYS = 100
ROUNDS = 12
"""How often the mixed use goes through all its screens."""
LESSONS = ("node", "backprop", "adam", "convolution", "separable")
SIMULATIONS = ("playground", "adam", "convolution", "manifold")


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for name, arguments, seen in (
        ("lesson", ("learn", "node"), "1 of "),
        ("simulator", ("sim", "adam"), "step 0"),
    ):
        with TemporaryDirectory() as home, Terminal(Path(home), *arguments) as terminal:
            terminal.until(seen)
            yield Row(f"idle, {name}: share of a core", 100 * idle(terminal), "%", goal=1)
    with TemporaryDirectory() as home:
        times = sorted(answered(Path(home)))
        yield Row("a key while a simulation plays, median", times[len(times) // 2], "ms", goal=50)
        yield Row("a key while a simulation plays, 99 of 100", times[int(0.99 * len(times)) - 1], "ms", goal=50)
    with TemporaryDirectory() as home:
        first, last = used(Path(home))
        yield Row(f"memory after {ROUNDS} rounds of mixed use", last, "MB", "after one", first, 150)


def idle(terminal: Terminal) -> float:
    """The share of a core that the program takes while nothing happens."""
    _wait(terminal, 3.0)
    before = _seconds(terminal.pid)
    _wait(terminal, WATCHED)
    return (_seconds(terminal.pid) - before) / WATCHED


def answered(home: Path) -> list[float]:
    """Milliseconds from each key until the screen shows what it did, while a simulation plays at 140×44."""
    found = []
    with Terminal(home, "sim", "adam", columns=140, rows=44) as terminal:
        terminal.until("step 0")
        terminal.keys(" ")
        terminal.until(lambda text: "paused" not in text)
        for turn in range(KEYS):
            before = _speed(terminal.text)
            started = perf_counter()
            terminal.keys("+" if turn % 2 else "-")
            terminal.until(lambda text, before=before: _speed(text) != before)  # type: ignore[misc]  # a default
            found.append(1000 * (perf_counter() - started))
            _wait(terminal, 0.05)
    return found


def used(home: Path) -> tuple[float, float]:
    """Peak memory in MB after one round and after all rounds through lessons, simulations, quizzes and the record."""
    with Terminal(home, "learn", "node") as terminal:
        terminal.until("1 of ")
        first = 0.0
        for _ in range(ROUNDS):
            for lesson in LESSONS:
                _go(terminal, f"Lesson {lesson}")
                for _page in range(6):
                    terminal.keys("n")
                    _wait(terminal, 0.15)
            for name in SIMULATIONS:
                _go(terminal, f"Simulation {name}")
                terminal.keys(" ")
                _wait(terminal, 1.0)
                terminal.keys(" \x1b[D\x1b[D\x1b")
                _wait(terminal, 0.2)
            for screen in ("Progress", "Self-quiz", "Glossary"):
                _go(terminal, screen)
                terminal.keys("\x1b")
                _wait(terminal, 0.2)
            first = first or _peak(terminal.pid)
        return first, _peak(terminal.pid)


def _go(terminal: Terminal, name: str) -> None:
    """Open something by the command palette."""
    terminal.keys("\x10")
    _wait(terminal, 0.3)
    terminal.keys(name)
    _wait(terminal, 0.5)
    terminal.keys("\r")
    _wait(terminal, 0.5)


def _speed(text: str) -> str:
    found = re.search(r"(\d+) a second", text)
    return found[1] if found else ""


def _wait(terminal: Terminal, seconds: float) -> None:
    """Let time pass, taking what the program writes."""
    end = monotonic() + seconds
    while monotonic() < end:
        terminal.drain(min(0.2, max(0.01, end - monotonic())))
        sleep(0.005)


def _seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> float:
    """The most memory that a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0

"""Living with it: the processor while nothing happens, keys answered while a simulation plays, memory after mixed use.

`python -m benchmarks.living 60` watches every way of arriving for so many minutes.

All on a real pseudo-terminal. The answer to a key includes what the emulator needs to draw it.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep

from benchmarks.table import Row
from tests.end_to_end.terminal import Terminal, begun

WATCHED = 5.0
"""Seconds that an idle program is watched."""
KEYS = 100
ROUNDS = 12
"""How often the mixed use goes through all its screens."""
LESSONS = ("node", "backprop", "adam", "convolution", "separable")
SIMULATIONS = ("playground", "adam", "convolution", "manifold")


@dataclass(frozen=True)
class Way:
    """How one comes to a screen: the command, and keys, each with what is to be seen before it is pressed."""

    arguments: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    seen: str
    """What is on the screen at last."""
    is_begun: bool = True

    def arrive(self, home: Path) -> Terminal:
        """The program, at that screen."""
        terminal = Terminal(begun(home) if self.is_begun else home, *self.arguments)
        for seen, key in self.keys:
            terminal.until(seen)
            _wait(terminal, 1.5)
            terminal.keys(key)
        terminal.until(self.seen)
        return terminal


WAYS = {
    "the map": Way((), (), "Quit"),
    "a lesson": Way(("learn", "backprop"), (), "1 of "),
    "a simulation": Way(("sim", "adam"), (), "step 0"),
    "a quiz, typing": Way(("quiz",), (), "Help"),
    "welcome, first lesson": Way((), (("Begin", "\r"),), "1 of ", is_begun=False),
    "welcome, map": Way((), (("Begin", "m"),), "Quit", is_begun=False),
    "welcome, help": Way((), (("Begin", "?"),), "Close", is_begun=False),
    "welcome, tour": Way((), (("Begin", "T"),), "1 of 5", is_begun=False),
    "map, progress, back": Way((), (("Quit", "i"), ("Back", "\x1b")), "Quit"),
    "map, palette, back": Way((), (("Quit", "\x10"), ("Course map", "\x1b")), "Quit"),
    "a simulation that plays, help": Way(("sim", "adam"), (("step 0", " "), ("step 3", "\x1bOP")), "Close"),
}
"""Ways of arriving at a screen on which nothing moves."""


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for name, way in WAYS.items():
        with TemporaryDirectory() as home, way.arrive(Path(home)) as terminal:
            yield Row(f"idle, {name}: share of a core", 100 * idle(terminal), "%", goal=1)
    with TemporaryDirectory() as home:
        times = sorted(answered(Path(home)))
        yield Row("a key while a simulation plays, median", times[len(times) // 2], "ms", goal=50)
        yield Row("a key while a simulation plays, 99 of 100", times[int(0.99 * len(times)) - 1], "ms", goal=50)
    with TemporaryDirectory() as home:
        first, last = used(Path(home))
        yield Row(f"memory after {ROUNDS} rounds of mixed use", last, "MB", "after one", first, 120)


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


def long(seconds: float) -> None:
    """Watch every way of arriving for so long, side by side; print processor time, memory and output of each."""
    with ExitStack() as stack:
        open_ = {}
        for name, way in WAYS.items():
            home = Path(stack.enter_context(TemporaryDirectory()))
            open_[name] = stack.enter_context(way.arrive(home))
        for terminal in open_.values():
            terminal.deaf = True
            _wait(terminal, 3.0)
        before = {name: (_seconds(t.pid), _now(t.pid), len(t.raw)) for name, t in open_.items()}
        end = monotonic() + seconds
        while monotonic() < end:
            for terminal in open_.values():
                terminal.drain(0.05)
            sleep(0.5)
        for name, terminal in open_.items():
            used, held, drawn = before[name]
            share = 100 * (_seconds(terminal.pid) - used) / seconds
            memory = f"{held:.1f} MB, then {_now(terminal.pid):.1f} MB"
            print(f"{name}: {share:.2f} % of a core; {memory}; {len(terminal.raw) - drawn:,} bytes drawn", flush=True)


def _now(pid: int) -> float:
    """The memory that a process holds, in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    long(60 * float(sys.argv[1]))  # minutes

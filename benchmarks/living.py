"""Living with it: keys answered while a simulation plays, by the clock; the processor while nothing happens.

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

from benchmarks.side_by_side import Part
from benchmarks.table import Row
from tests.end_to_end.terminal import Terminal, begun

WATCHED = 5.0
"""Seconds that an idle program is watched."""
KEYS = 100


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
            wait(terminal, 1.5)
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
    """The rows that are timed by the clock."""
    with TemporaryDirectory() as home:
        times = sorted(answered(Path(home)))
    yield Row("a key while a simulation plays, median", times[len(times) // 2], "ms", goal=50)
    yield Row("a key while a simulation plays, 99 of 100", times[int(0.99 * len(times)) - 1], "ms", goal=50)


def parts() -> list[Part]:
    """All ways of arriving, watched at once: nothing happens in any."""
    return [Part(idle, seconds=60, waits=True)]


def open_all(stack: ExitStack) -> dict[str, Terminal]:
    """The program in a terminal of its own at the end of each way, until `stack` closes."""
    homes = {name: Path(stack.enter_context(TemporaryDirectory())) for name in WAYS}
    return {name: stack.enter_context(way.arrive(homes[name])) for name, way in WAYS.items()}


def idle() -> list[Row]:
    """The share of a core that the program takes while nothing happens, for each way of arriving."""
    with ExitStack() as stack:
        open_ = open_all(stack)
        for terminal in open_.values():
            wait(terminal, 1.0)
        before, begun_at = {name: _processor_seconds(terminal.pid) for name, terminal in open_.items()}, monotonic()
        while monotonic() - begun_at < WATCHED:
            for terminal in open_.values():
                terminal.drain(0.01)
            sleep(0.1)
        taken = monotonic() - begun_at
        return [
            Row(
                f"idle, {name}: share of a core",
                100 * (_processor_seconds(terminal.pid) - before[name]) / taken,
                "%",
                goal=1,
            )
            for name, terminal in open_.items()
        ]


def answered(home: Path) -> list[float]:
    """Milliseconds from each key until the screen shows what it did, while a simulation plays at 140×44."""
    found = []
    with Terminal(home, "sim", "adam", columns=140, rows=44) as terminal:
        terminal.until("step 0")
        terminal.keys(" ")
        terminal.until(lambda text: "paused" not in text)
        for turn in range(KEYS):
            before = _speed_shown(terminal.until(lambda text: _speed_shown(text) != ""))
            started = perf_counter()
            terminal.keys("+" if turn % 2 else "-")
            terminal.until(lambda text, before=before: _speed_shown(text) not in {"", before})  # type: ignore[misc]  # a default
            found.append(1000 * (perf_counter() - started))
            wait(terminal, 0.05)
    return found


def _speed_shown(text: str) -> str:
    """How many steps a second are played; "" while the line that says so is half drawn."""
    found = re.search(r"(\d+) a second", text)
    return found[1] if found else ""


def wait(terminal: Terminal, seconds: float) -> None:
    """Let time pass, taking what the program writes."""
    end = monotonic() + seconds
    while monotonic() < end:
        terminal.drain(min(0.2, max(0.01, end - monotonic())))
        sleep(0.005)


def _processor_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch_long(seconds: float) -> None:
    """Watch every way of arriving for so long, side by side; print processor time, memory and output of each."""
    with ExitStack() as stack:
        open_ = open_all(stack)
        for terminal in open_.values():
            terminal.deaf = True
            wait(terminal, 3.0)
        before = {name: (_processor_seconds(t.pid), _megabytes_held(t.pid), len(t.raw)) for name, t in open_.items()}
        end = monotonic() + seconds
        while monotonic() < end:
            for terminal in open_.values():
                terminal.drain(0.05)
            sleep(0.5)
        for name, terminal in open_.items():
            used, held, drawn = before[name]
            share = 100 * (_processor_seconds(terminal.pid) - used) / seconds
            memory = f"{held:.1f} MB, then {_megabytes_held(terminal.pid):.1f} MB"
            print(f"{name}: {share:.2f} % of a core; {memory}; {len(terminal.raw) - drawn:,} bytes drawn", flush=True)


def _megabytes_held(pid: int) -> float:
    """The memory that a process holds, in MB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    watch_long(60 * float(sys.argv[1]))  # minutes

"""Memory: the most that the program holds in a lesson, and after mixed use, on a real pseudo-terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.living import wait
from benchmarks.side_by_side import Part
from benchmarks.table import Row
from tests.end_to_end.terminal import Terminal

ROUNDS = 12
"""How often the mixed use goes through all its screens."""
PAGES = 1
"""How many pages of a lesson are turned each time."""
LESSONS = ("node", "backprop", "adam", "convolution")
SIMULATIONS = ("playground", "adam", "convolution", "manifold")
SCREENS = ("Progress", "Self-quiz", "Glossary")
READ = "backprop"
"""The lesson whose pages are all read."""
ATTEMPTS = 5
PALETTE = "╭" + 78 * "─" + "╮"
"""The upper edge of the command palette."""
IN_A_LESSON, AFTER_MIXED_USE = 100.0, 120.0


def parts() -> list[Part]:
    """Both wait for a program that mostly waits for them."""
    return [Part(measure_reading, seconds=30, waits=True), Part(measure_mixed_use, seconds=250, waits=True)]


def measure_reading() -> list[Row]:
    """A lesson read from its first page to its last."""
    with TemporaryDirectory() as home, Terminal(Path(home), "learn", READ) as terminal:
        place = re.search(r"1 of (\d+)", terminal.until("1 of "))
        assert place is not None
        first = peak_megabytes(terminal.pid)
        for number in range(2, int(place[1]) + 1):
            wait(terminal, 0.3)
            terminal.keys("n")
            terminal.until(f"{number} of {place[1]}")
        return [
            Row(
                f"memory in the lesson {READ}", peak_megabytes(terminal.pid), "MB", "its first page", first, IN_A_LESSON
            )
        ]


def measure_mixed_use() -> list[Row]:
    """Rounds through lessons and simulations, and the record, a quiz or the glossary in turns."""
    with TemporaryDirectory() as home, Terminal(Path(home), "learn", "node") as terminal:
        terminal.until(" of ")
        peaks = []
        for turn in range(ROUNDS):
            for lesson in LESSONS:
                _open_by_palette(terminal, f"Lesson {lesson}", lambda text: " minutes" in text)
                _turn_pages(terminal, "np"[turn % 2])
            for name in SIMULATIONS:
                _open_by_palette(terminal, f"Simulation {name}", lambda text: "on a screen of its own" in text)
                terminal.until("space Play")
                terminal.keys(" ")
                wait(terminal, 0.4)
                terminal.keys(" \x1b[D\x1b[D")
                wait(terminal, 0.2)
                _leave(terminal)
            screen = SCREENS[turn % len(SCREENS)]
            _open_by_palette(terminal, screen, lambda text, screen=screen: text.count(screen) > 1)  # type: ignore[misc]
            _leave(terminal)
            peaks.append(peak_megabytes(terminal.pid))
    name = f"memory after {ROUNDS} rounds of mixed use"
    return [Row(name, peaks[-1], "MB", "after one", peaks[0], AFTER_MIXED_USE)]


def _open_by_palette(terminal: Terminal, name: str, is_found: Callable[[str], bool]) -> None:
    """Open something by the command palette, as soon as that has found it."""
    terminal.keys("\x10")
    terminal.until(PALETTE)
    terminal.keys(name)
    terminal.until(lambda text: f" {name} " in text and is_found(text))
    wait(terminal, 0.1)
    terminal.keys("\r")
    terminal.until(lambda text: PALETTE not in text)
    wait(terminal, 0.4)  # nobody types without a pause: in it the program may collect what it no longer needs


def _leave(terminal: Terminal) -> None:
    """Go back to the lesson beneath; on a busy machine Escape may arrive together with the keys before it."""
    for _ in range(ATTEMPTS):
        terminal.keys("\x1b")
        end = monotonic() + 3
        while monotonic() < end:
            wait(terminal, 0.1)
            is_lesson = "F3 Simulation" in terminal.text and "Self-quiz:" not in terminal.text  # which may offer it too
            if is_lesson or "q Quit" in terminal.text:
                return  # pressed twice, it led to the map
    raise AssertionError(f"never left:\n{terminal.text}")


def _turn_pages(terminal: Terminal, key: str) -> None:
    """Forward or back, each page seen before it is left."""
    for _ in range(PAGES):
        number, count = _page_shown(terminal.text)
        if number == (count if key == "n" else 1):
            break
        terminal.keys(key)
        terminal.until(lambda text, number=number: _page_shown(text)[0] not in {0, number})  # type: ignore[misc]  # a default
        wait(terminal, 0.05)


def _page_shown(text: str) -> tuple[int, int]:
    """The page of a lesson that is shown, and how many it has; twice 0 where none is."""
    found = re.search(r"(\d+) of (\d+)\s*$", text[:80])
    return (int(found[1]), int(found[2])) if found else (0, 0)


def peak_megabytes(pid: int) -> float:
    """The most memory that a process has held, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0

"""What a terminal can do to the program: `python -m benchmarks.storms` runs every storm in full and prints a table.

Each storm is a program of its own on a pseudo-terminal; the small versions are in tests/end_to_end.
"""

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks import keystorm
from tests.end_to_end.terminal import Terminal, begun
from tests.screens.story import DOUBLING

TYPES = ("xterm-256color", "xterm", "screen", "tmux", "linux", "vt100", "dumb")
SMALLEST, LARGEST = (20, 5), (400, 120)
QUIT = "\x11"
HOME = "The node"
"""A word of the course map."""


def count_sound_attempts(home: Path) -> int:
    """The attempts on a record, which must be sound."""
    record = home / "record.sqlite3"
    if not record.exists():
        return 0
    with closing(sqlite3.connect(record)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(database.execute("SELECT count(*) FROM attempts").fetchone()[0])


def leave(terminal: Terminal) -> str:
    """Leave the program; everything must be as it was before."""
    terminal.keys(QUIT)
    code = terminal.leaves()
    assert code == 0, (code, terminal.text)
    assert terminal.wrongs == []
    return "left in order"


def resizes(home: Path, count: int = 500, seconds: float = 5.0) -> str:
    """The terminal changes its size while a simulation plays."""
    rng = random.Random(1)
    with Terminal(home, "sim", "adam") as terminal:
        terminal.until("Step")
        terminal.keys(" ")
        terminal.until("step 2")
        terminal.deaf = True
        begun = time.monotonic()
        for number in range(count):
            terminal.resize(rng.randint(SMALLEST[0], LARGEST[0]), rng.randint(SMALLEST[1], LARGEST[1]))
            terminal.drain(max(0.0, begun + (number + 1) * seconds / count - time.monotonic()))
        took = time.monotonic() - begun
        terminal.drain(1.0)
        terminal.deaf = False
        terminal.forget()
        settled = time.monotonic()
        terminal.resize(100, 30)
        terminal.until("Pause")
        settled = time.monotonic() - settled
        return f"{count} sizes in {took:.1f} s, drawn again after {settled:.2f} s; {leave(terminal)}"


def suspension(home: Path, count: int = 5) -> str:
    """Ctrl-Z and fg."""
    with Terminal(home, "sim", "adam") as terminal:
        terminal.until("Step")
        for number in range(1, count + 1):
            terminal.keys("\x1a")
            assert terminal.stops(), "the program did not stop"
            assert terminal.wrongs == []
            terminal.forget()
            terminal.send(signal.SIGCONT)
            terminal.until("Play")
            terminal.keys("l")
            terminal.until(f"step {number} ")
        return f"{count} times stopped, given back, and gone on; {leave(terminal)}"


def quiz(home: Path) -> Terminal:
    """A quiz with a number to be typed on screen."""
    folder = home / "added"
    folder.mkdir(exist_ok=True)
    (folder / "90-doubling.md").write_text(DOUBLING.partition("```{question} choice")[0], "utf-8")
    terminal = Terminal(home, "--lessons", str(folder), "quiz", "--lesson", "doubling", columns=100, rows=40)
    terminal.until("What is twice")
    return terminal


def hang_up(home: Path) -> str:
    """The terminal's window is closed in the middle of a quiz, after an answer."""
    with quiz(home) as terminal:
        terminal.keys("1\r")
        terminal.until("Wrong")
        begun = time.monotonic()
        terminal.hang_up()
        code = terminal.ends()
        took = time.monotonic() - begun
    assert code == 128 + signal.SIGHUP, code
    assert not list(home.glob("crashes/*")), list(home.glob("crashes/*"))
    assert count_sound_attempts(home) == 1
    return f"ended with {code} after {took:.1f} s, the answer is on a sound record"


def told_to_end(home: Path) -> str:
    """Someone ends the program from outside."""
    with Terminal(home, "sim", "adam") as terminal:
        terminal.until("Step")
        terminal.send(signal.SIGTERM)
        code = terminal.leaves()
        assert code == 128 + signal.SIGTERM, code
        assert terminal.wrongs == []
    return f"ended with {code}, terminal given back"


def interrupted(home: Path, gaps: tuple[float, ...] = (0.0, 0.02, 0.05, 0.1)) -> str:
    """Signals that come twice, and one that says "go on" to a program that has not stopped, while it plays."""
    endings = [[signal.SIGINT] * 2, [signal.SIGTERM] * 2, [signal.SIGQUIT], [signal.SIGCONT, signal.SIGINT]]
    for numbers in endings:
        for gap in gaps:
            with Terminal(home, "sim", "adam") as terminal:
                terminal.until("Step")
                terminal.keys(" ")
                for number in numbers:
                    terminal.send(number)
                    terminal.drain(gap)
                code = terminal.leaves()
                assert code == 128 + numbers[-1], (numbers, gap, code)
                assert terminal.wrongs == [], (numbers, gap, terminal.wrongs)
    return f"{len(endings) * len(gaps)} times ended by signals, terminal given back each time"


def slow_line(home: Path, rate: int = 5000, seconds: float = 5.0) -> str:
    """A simulation plays at the end of a slow line, and is left."""
    with Terminal(home, "sim", "playground") as terminal:
        terminal.until("Step")
        terminal.keys("+++ ")
        terminal.deaf = True
        terminal.trickle(rate, seconds)
        began = time.monotonic()
        terminal.keys(QUIT)
        terminal.trickle(rate, 90)
        code, took = terminal.ends(), time.monotonic() - began
        assert code == 0, code
        assert terminal.wrongs == [], terminal.wrongs
        assert took <= 3, took
        return f"at {rate:,} bytes a second, left {took:.1f} s after the key"


def absurd_size(home: Path) -> str:
    """The environment, or the terminal, names a size that no screen has."""
    amounts = []
    for settings in ({"COLUMNS": "100000"}, {"COLUMNS": "100000", "LINES": "100000"}):
        with Terminal(begun(home), settings=settings) as terminal:
            terminal.deaf = True
            terminal.drain(3.0)
            terminal.keys("\x1bOP")
            terminal.drain(1.0)
            drawn = len(terminal.raw)
            leave(terminal)
            assert drawn < 4_000_000, drawn
            amounts.append(f"{drawn:,} bytes")
    return f"{' and '.join(amounts)} drawn; left in order"


def flood(home: Path, rate: int = 100, seconds: float = 5.0) -> str:
    """A key is held down in the playground."""
    with Terminal(home, "sim", "playground", columns=140, rows=44) as terminal:
        terminal.until("step 0")
        terminal.deaf = True
        for _ in range(int(rate * seconds)):
            terminal.keys("l")
            terminal.drain(1 / rate)
        began = time.monotonic()
        terminal.forget()
        terminal.deaf = False
        terminal.forget()
        terminal.keys("\x1bOP")
        terminal.until("Close", 60)
        took = time.monotonic() - began
        return f"{rate} keys a second for {seconds:g} s, the next one answered {took:.2f} s after; {leave(terminal)}"


def paste(home: Path, size: int = 2**20) -> str:
    """A megabyte is pasted into an answer, in one line and in many; then it is handed in."""
    delays = []
    for name, text in (("one line", b"1" * size), ("many lines", b"12345678901234567890\n" * (size // 21))):
        with quiz(home) as terminal:
            terminal.deaf = True
            begun = time.monotonic()
            terminal.pour(b"\x1b[200~" + text + b"\x1b[201~", 60)
            terminal.deaf = False
            terminal.forget()
            terminal.keys("\r\x1bOP")  # Enter, F1
            terminal.until("Close", 60)
            took = time.monotonic() - begun
            terminal.keys("\x1b")
            terminal.until("What is twice")
            leave(terminal)
            delays.append(f"{name} {took:.1f} s until the next key was answered")
    count_sound_attempts(home)
    return f"{size:,} bytes: {', '.join(delays)}; left in order"


def mouse(home: Path, count: int = 10_000) -> str:
    """Mouse events from everywhere: moves, wheels, drags, releases, beyond the edges too."""
    rng = random.Random(2)
    # No button presses on purpose: those could leave the screen, which is what a click is for.
    events = "".join(
        f"\x1b[<{rng.choice((35, 32, 64, 65))};{rng.randint(1, 240)};{rng.randint(1, 80)}{rng.choice('Mm')}"
        for _ in range(count)
    )
    with Terminal(home, "sim", "adam", columns=120, rows=40) as terminal:
        terminal.until("Step")
        terminal.deaf = True
        begun = time.monotonic()
        terminal.pour(events.encode(), 120)
        terminal.deaf = False
        terminal.forget()
        terminal.keys("\x1bOP")  # F1
        terminal.until("Close", 60)
        took = time.monotonic() - begun
        return f"{count:,} events, a key answered {took:.1f} s after the first; {leave(terminal)}"


def early_keys(home: Path, times: int = 5) -> str:
    """Keys are typed before the program has drawn anything."""
    for number in range(times):
        with Terminal(begun(home)) as terminal:
            terminal.drain(0.05 * number)
            terminal.keys("p")
            terminal.until("Back")
            leave(terminal)
    return f"{times} of {times} arrived"


def terminal_types(home: Path, types: tuple[str, ...] = TYPES) -> str:
    """Seven types of terminal, with UTF-8 and with LC_ALL=C."""
    for name in types:
        for locale in ("C.UTF-8", "C"):
            settings = {"TERM": name, "LC_ALL": locale, "COLORTERM": ""}
            with Terminal(begun(home), settings=settings) as terminal:
                terminal.until(HOME)
                terminal.keys("p")
                terminal.until("Back")
                leave(terminal)
            with Terminal(home, "sim", "adam", settings=settings) as terminal:
                terminal.until("Step")
                terminal.keys("lll")
                leave(terminal)
    return f"{len(types)} types, two locales each: all left in order"


STORMS: dict[str, Callable[[Path], str]] = {
    "resizes": resizes,
    "suspension": suspension,
    "hang-up": hang_up,
    "end from outside": told_to_end,
    "interrupted": interrupted,
    "slow line": slow_line,
    "absurd size": absurd_size,
    "flood": flood,
    "paste": paste,
    "mouse": mouse,
    "early keys": early_keys,
    "terminal types": terminal_types,
}


def keys(options: argparse.Namespace) -> int:
    """Keys at every screen, and an end at any moment; see `benchmarks.keystorm`."""
    began = time.monotonic()
    if options.seed is not None:
        outcomes = [keystorm.run_seed(options.seed, options.pace)]
        print(keystorm.failure_report(outcomes[0], options.pace))
    else:
        outcomes = keystorm.run_many(
            options.runs, options.pace, first=options.first, jobs=options.jobs, only=options.only
        )
    print(keystorm.summary(outcomes, options.pace, time.monotonic() - began))
    return 1 if any(outcome.faults for outcome in outcomes) else 0


def main() -> int:
    """Run the storms that were asked for, or all; or so many runs of keys."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storms", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which storms: {', '.join(STORMS)}")
    parser.add_argument("--runs", type=int, help="press keys on every screen so many times, each run with its seed")
    parser.add_argument("--pace", choices=keystorm.PACES, default="mixed", help="how fast keys come")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first run")
    parser.add_argument("--seed", type=int, help="repeat the one run with this seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--only", default="", help="only starts whose name has this in it")
    options = parser.parse_args()
    if options.runs is not None or options.seed is not None:
        return keys(options)
    failed = 0
    for name in options.names or STORMS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                result = STORMS[name](Path(folder))
            except AssertionError as error:
                failed += 1
                result = f"FAILED: {error}"
        print(f"| {name} | {result} |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

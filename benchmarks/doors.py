"""Every command through every door: `python -m benchmarks.doors` runs each as a program of its own and prints a table.

A door is an encoding, a locale, a variable, or an end of a pipe that is closed, broken or full. The small version,
within one process, is tests/headless/test_doors.py. `python -m benchmarks.doors quick` takes every fifth pair.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tests.doors import Call, calls, prepare
from tutor.characters import visible
from tutor.content.find import lessons_folder

ROOT = Path(__file__).parent.parent
SECONDS = 120
USUAL = "LC_ALL=C.UTF-8"
CRASH = re.compile(r"Traceback|Exception ignored|a fault of its own|Fatal Python")
ENCODINGS = (
    *("cp1252", "latin-1", "ascii", "ascii:strict", "cp437", "cp850", "gbk", "shift_jis", "koi8-r", "utf-16"),
    *("utf-8:strict", "utf-8-sig", "utf-8:ignore", "cp037"),
)


@dataclass(frozen=True)
class Door:
    """A way for output to leave: what is set in the environment, and what a shell does with the ends."""

    name: str
    environment: dict[str, str]
    ends: str = ""
    """What stands behind the command in the shell."""
    encoding: str = "utf-8"
    """What comes out is written in it."""
    carries: bool = True
    """Whether what is said on standard error arrives."""
    codes: tuple[int, ...] = (0, 1, 2)


def doors() -> Iterator[Door]:
    """All of them."""
    for name in ENCODINGS:
        yield Door(f"PYTHONIOENCODING={name}", {"PYTHONIOENCODING": name}, encoding=name.partition(":")[0])
    yield Door(
        "LC_ALL=C, no UTF-8 mode", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, encoding="ascii"
    )
    yield Door("LC_ALL=POSIX", {"LC_ALL": "POSIX"})
    yield Door("LC_ALL=C.UTF-8", {"LC_ALL": "C.UTF-8"})
    yield Door("CHAINRULE_ASCII=1", {"CHAINRULE_ASCII": "1"}, encoding="ascii")
    yield Door("TERM unset, COLUMNS=abc", {"TERM": "", "COLUMNS": "abc", "LINES": "-5"})
    yield Door(">/dev/full", {}, ">/dev/full", codes=(1, 2))
    yield Door(">&-", {}, ">&-", codes=(1, 2))
    yield Door("2>&-", {}, "2>&-", carries=False)
    yield Door(">&- 2>&-", {}, ">&- 2>&-", carries=False, codes=(1, 2))
    yield Door(">/dev/full 2>/dev/full", {}, ">/dev/full 2>/dev/full", carries=False, codes=(1, 2))
    yield Door("<&-", {}, "<&-")
    yield Door("| head -1", {}, "| head -1")
    yield Door("| true", {}, "| true")
    yield Door("2>&1 | true", {}, "2>&1 | true", carries=False)


@dataclass(frozen=True)
class Run:
    """What came of one command through one door."""

    door: Door
    call: Call
    code: int
    faults: tuple[str, ...]
    marks: int
    """Question marks in what came out: one for a sign that is lost would be one more."""


def run(door: Door, call: Call) -> Run:
    """Run one command as a program of its own in a folder of its own."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "place"
        prepare(folder, lessons_folder())
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME"}}
        environment = {**kept, "CHAINRULE_HOME": f"{place}/home", "PYTHONPATH": str(ROOT), **door.environment}
        shell = f'"$0" -m tutor "$@" {door.ends}; exit ${{PIPESTATUS[0]}}'
        done = subprocess.run(
            ["bash", "-c", shell, sys.executable, *call.arguments],
            input=call.typed.encode(),
            capture_output=True,
            cwd=folder,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
    return Run(door, call, done.returncode, tuple(faults(door, call, done)), done.stdout.count(b"?"))


def faults(door: Door, call: Call, done: "subprocess.CompletedProcess[bytes]") -> Iterator[str]:
    """What is wrong with what came out."""
    # an exported record is UTF-8 everywhere
    written_in = "utf-8" if call.arguments[:2] == ("export", "-") else door.encoding
    out, err = (
        part.decode(encoding, "replace").removeprefix("\ufeff")
        for part, encoding in ((done.stdout, written_in), (done.stderr, door.encoding))
    )
    is_answer_not_right = done.returncode == 3 and "--exit-code" in call.arguments
    if CRASH.search(done.stderr.decode("latin-1") + err):
        yield "traceback"
    if done.returncode not in door.codes and not is_answer_not_right:
        yield f"exit {done.returncode}"
    if "\ufffd" in out + err or (door.encoding == "ascii" and not out.isascii()):
        yield "lost sign"
    if visible(out) != out or visible(err) != err:
        yield "raw control sign"
    if len(err.splitlines()) > 1 and "2>&1" not in door.ends:
        yield "more than one line of error"
    is_told_in_output = not {"doctor", "code"}.isdisjoint(call.arguments) and out.strip()
    has_reason = is_answer_not_right or is_told_in_output or err.strip()
    if done.returncode and door.carries and not has_reason:
        yield "no reason given"
    if "--json" in call.arguments and done.returncode == 0 and not door.ends and "--help" not in call.arguments:
        try:
            [json.loads(line) for line in ([out] if "--list" in call.arguments else out.splitlines())]
        except ValueError:
            yield "no JSON"


def main(measure: Callable[[Door, Call], Run] = run) -> int:
    """Run all, tell what came of it; the exit code is 1 when anything is wrong."""
    pairs = [(door, call) for door in doors() for call in calls()]
    pairs = pairs[::5] if "quick" in sys.argv[1:] else pairs
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda pair: measure(*pair), pairs))
    usual = {found.call: found.marks for found in runs if found.door.name == USUAL}
    runs = [
        replace(found, faults=(*found.faults, "a sign became a question mark"))
        if found.marks > usual.get(found.call, found.marks) and found.door.encoding != "utf-16"
        else found
        for found in runs
    ]
    print(f"{'door':<34}{'runs':>6}{'faults':>8}  exit codes")
    for door in dict.fromkeys(found.door.name for found in runs):
        those = [found for found in runs if found.door.name == door]
        codes = ", ".join(f"{code}: {count}" for code, count in sorted(Counter(one.code for one in those).items()))
        print(f"{door:<34}{len(those):>6}{sum(len(one.faults) for one in those):>8}  {codes}")
    wrong = Counter(fault for found in runs for fault in found.faults)
    print(
        f"\n{len(runs)} runs; " + (", ".join(f"{count} × {what}" for what, count in wrong.items()) or "nothing wrong")
    )
    for found in runs:
        for fault in found.faults:
            print(f"  {fault}: chainrule {found.call}   [{found.door.name}]")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

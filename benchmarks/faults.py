"""Faults that must lose nothing: `python -m benchmarks.faults [RUNS]` brings them about and prints what happened.

Every fault is real: processes are killed with signal 9, files are cut and overwritten, a process is given no room to
write and no rights. Each runs in a process of its own, forked from this one, on a record in a folder of its own.
"""

import contextlib
import io
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.record import attempts
from tutor.cli import run
from tutor.content.course import Course, open_course
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.tables.attempt import INSERT_ATTEMPT

VERDICTS = (b"right:", b"partly:", b"wrong:")
TYPED = b"1\na\nskip\n" * 2000
NOBODY_USER = 65534
PROGRAMS = 8


@dataclass(frozen=True)
class Finding:
    """What one fault did."""

    fault: str
    runs: int
    notice: str
    """What the learner is told, in one of the runs."""
    afterwards: str
    holds: bool


def fork_process(work: Callable[[], None], output: int | None = None, typed: int | None = None) -> int:
    """Do `work` in a process of its own with its output and input redirected; the process."""
    process = os.fork()
    if process:
        return process
    code = 1
    with contextlib.suppress(BaseException):
        if typed is not None:
            os.dup2(typed, 0)
        if output is not None:
            os.dup2(output, 1)
        sys.stdin, sys.stdout = open(0, encoding="utf-8", closefd=False), open(1, "w", 1, "utf-8", closefd=False)  # noqa: SIM115  # they live as long as the process
        sys.stderr = sys.stdout
        work()
        sys.stdout.flush()
        code = 0
    os._exit(code)


def quiz(home: Path, seed: int, count: int) -> Callable[[], None]:
    """A plain quiz as the command line runs it."""

    def work() -> None:
        os.environ["CHAINRULE_HOME"] = str(home)
        run(("quiz", "--plain", "--count", str(count), "--seed", str(seed)))

    return work


def killed_quiz(home: Path, seed: int, after: float | None, folder: Path) -> tuple[int, float]:
    """How many verdicts a quiz showed until it was killed `after` seconds (or ended), and how long it ran."""
    shown = folder / "shown"
    (folder / "typed").write_bytes(TYPED)
    with shown.open("wb") as output, (folder / "typed").open("rb") as typed:
        started = time.perf_counter()
        process = fork_process(quiz(home, seed, 40), output.fileno(), typed.fileno())
        if after is not None:
            time.sleep(after)
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return sum(line.startswith(VERDICTS) for line in shown.read_bytes().splitlines()), time.perf_counter() - started


def kills(folder: Path, runs: int) -> Iterator[Finding]:
    """Kill a plain quiz at random moments of its run."""
    rng, home = random.Random(1), folder / "home"
    shown, whole = killed_quiz(home, 0, None, folder)
    on_disk, early, kept, notices = on_record(home), 0, on_record(home) >= shown, set[str]()
    for turn in range(1, runs + 1):
        verdicts, _ = killed_quiz(home, turn, rng.uniform(0.0, whole), folder)
        now = on_record(home, notices)
        kept &= verdicts <= now - on_disk <= verdicts + 1
        early += now - on_disk > verdicts
        shown, on_disk = shown + verdicts, now
    notice = "; ".join(notices - {""}) or "nothing"
    after = f"{shown:,} verdicts shown, {on_disk:,} answers on record ({early} kept whose verdict was still to come)"
    yield Finding("kill -9 during a plain quiz", runs, notice, after, kept and notices <= {""})


def on_record(home: Path, notices: set[str] | None = None) -> int:
    """How many answers are there; what the learner is told goes to `notices`."""
    store = Store.open(home)
    if notices is not None:
        notices.add(store.notice)
    count = store.count()
    store.close()
    return count


def crowd(folder: Path, _: int) -> Iterator[Finding]:
    """Eight programs answer at once."""
    home, processes, files = folder / "home", [], []
    (folder / "typed").write_bytes(TYPED)
    for number in range(PROGRAMS):
        files.append((folder / f"shown-{number}").open("w+b"))
        with (folder / "typed").open("rb") as typed:
            processes.append(fork_process(quiz(home, number, 60), files[-1].fileno(), typed.fileno()))
    ends = [os.waitpid(process, 0)[1] for process in processes]
    shown = 0
    for file in files:
        file.seek(0)
        shown += sum(line.startswith(VERDICTS) for line in file)
        file.close()
    count = on_record(home)
    after = f"{shown:,} verdicts shown, {count:,} answers on record"
    yield Finding(f"{PROGRAMS} programs at once", 1, "nothing", after, shown == count > 0 and not any(ends))


def fill_record(home: Path, course: Course, count: int = 200) -> Store:
    """A record with some answers, and a copy of yesterday."""
    store = Store.open(home)
    first, *others = attempts(course, count)
    store.add(first)
    with store.transaction() as database:
        database.executemany(INSERT_ATTEMPT, (each.row() for each in others))
    store.checkpoint()
    return store


def add_until_told(home: Path, course: Course, most: int = 5000) -> None:
    """Add answers until one is refused; prints how many were kept, and why no more."""
    store, kept = Store.open(home), 0
    try:
        for each in attempts(course, most, 10**6):
            store.add(each)
            kept += 1
    except ChainruleError as error:
        print(kept, error)
        return
    print(kept, "nothing")


def add_until_refused(folder: Path, before: Callable[[], None], home: Path, course: Course) -> tuple[int, str]:
    """How many answers a process without room or rights kept, and what it was told."""
    with (folder / "told").open("w+b") as answer_file:

        def work() -> None:
            before()
            add_until_told(home, course)

        os.waitpid(fork_process(work, answer_file.fileno()), 0)
        answer_file.seek(0)
        number, _, text = answer_file.read().decode().strip().partition(" ")
    return int(number or -1), text.replace(str(home), "…")


def full_disk(folder: Path, _: int) -> Iterator[Finding]:
    """No room: files may grow no further; and a small file system where one may be mounted."""
    course, home = open_course(), folder / "home"
    fill_record(home, course).close()

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    kept, notice = add_until_refused(folder, limit, home, course)
    yield _compare_counts("a full disk (a limit of 400 kB a file)", kept, notice, on_record(home), 200)
    small = folder / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=600k tmpfs {small} 2>/dev/null"):
        yield Finding("a full disk (a file system of 600 kB)", 0, "", "no file system may be mounted here", True)
        return
    try:
        fill_record(small / "home", course).close()
        kept, notice = add_until_refused(folder, lambda: None, small / "home", course)
        yield _compare_counts("a full disk (a file system of 600 kB)", kept, notice, on_record(small / "home"), 200)
    finally:
        os.system(f"umount {small}")


def _compare_counts(fault: str, kept: int, notice: str, count: int, before: int) -> Finding:
    after = f"{before} from before and the {kept} that were kept: {count} on record"
    return Finding(fault, 1, notice, after, count == before + kept and "not kept" in notice)


def forbidden(folder: Path, _: int) -> Iterator[Finding]:
    """A folder that may be read and not written, by a user without special rights."""
    course, home = open_course(), folder / "home"
    fill_record(home, course).close()
    folder.chmod(0o755)
    for path in (home / "record.sqlite3", home / "copies", home):
        path.chmod(0o444 if path.is_file() else 0o555)

    def give_up() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setuid(NOBODY_USER)

    kept, notice = add_until_refused(folder, give_up, home, course)
    yield _compare_counts("a read-only folder", kept, notice, on_record(home), 200)


def damage(how: str, data: bytes, rng: random.Random) -> bytes:
    """A file's contents after a misfortune."""
    if how == "cut at a random byte":
        return data[: rng.randrange(len(data))]
    if how == "random bytes overwritten":
        overwritten = bytearray(data)
        for _ in range(rng.choice((1, 10, 100, 1000))):
            overwritten[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(overwritten)
    return b"" if how == "empty" else b"Dear diary, today I learned about Adam. " * 400


def damaged_files(folder: Path, runs: int) -> Iterator[Finding]:
    """The file is damaged between two sittings; yesterday's copy is there, today's answers are not in it."""
    course = open_course()
    store = fill_record(folder / "home", course)
    store.close()
    data = store.path.read_bytes()
    for how in ("cut at a random byte", "random bytes overwritten", "empty", "another program's file"):
        rng, counts, notice, sound, aside = random.Random(how), list[int](), "nothing", True, True
        turns = max(1, runs // 4) if "random" in how else 1
        for turn in range(turns):
            home = folder / f"{how}-{turn}"
            (home / "copies").mkdir(parents=True)
            for copy in (store.folder / "copies").iterdir():
                (home / "copies" / copy.name).write_bytes(copy.read_bytes())
            (home / "record.sqlite3").write_bytes(broken := damage(how, data, rng))
            found = Store.open(home)
            kept = [path.read_bytes() for path in home.glob("record-damaged*.sqlite3")]
            aside &= not found.notice or broken in kept
            for each in attempts(course, 1, 10**6):
                found.add(each)
            counts.append(len(found.attempts()) - 1)
            notice = found.notice or notice
            found.close()
            sound &= Store.open(home).notice == ""
        after = f"{min(counts)} to {max(counts)} of 200 answers, and the next one; the damaged file is kept aside"
        yield Finding(f"the file: {how}", turns, notice, after, sound and aside and min(counts) >= 1)


def stopped_transfers(folder: Path, runs: int) -> Iterator[Finding]:
    """Power loss between write and rename of an export; imports killed at random moments."""
    course, file = open_course(), folder / "out.jsonl"
    store = fill_record(folder / "home", course, 2000)
    export_record(store, file)
    before = file.read_bytes()
    for each in attempts(course, 1, 10**6):
        store.add(each)
    store.close()

    def lose_power() -> None:
        Path.replace = lambda *_: os._exit(9)  # type: ignore[method-assign]  # the power fails here
        export_record(Store.open(store.folder), file)

    os.waitpid(fork_process(lose_power), 0)
    yield Finding("power loss before an export's rename", 1, "nothing", "the earlier file", file.read_bytes() == before)
    yield from _killed_imports(folder, file, max(1, runs // 4))


def _killed_imports(folder: Path, file: Path, runs: int) -> Iterator[Finding]:
    rng, counts, sound, whole = random.Random(3), list[int](), True, 0.0
    for turn in range(runs + 1):
        home = folder / f"other-{turn}"
        with contextlib.closing(Store.open(home)) as other:
            for each in attempts(open_course(), 3, 10**6):
                other.add(each)
        started = time.perf_counter()
        process = fork_process(lambda home=home: ignore_result(import_record(Store.open(home), file)))  # type: ignore[misc]  # bound now
        if turn:
            time.sleep(rng.uniform(0.0, 1.3 * whole))
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        whole = whole or time.perf_counter() - started
        notices = set[str]()
        counts.append(on_record(home, notices))
        sound &= notices == {""} and counts[-1] in {3, 2003}
    none, all_ = counts[1:].count(3), counts[1:].count(2003)
    yield Finding("an import killed half-way", runs, "nothing", f"nothing of it {none} ×, all of it {all_} ×", sound)


def newer_record(folder: Path, _: int) -> Iterator[Finding]:
    """A record that a later version made."""
    course, home = open_course(), folder / "home"
    fill_record(home, course).close()
    with contextlib.closing(sqlite3.connect(home / "record.sqlite3")) as database:
        database.execute("PRAGMA user_version = 99")
    before = (home / "record.sqlite3").read_bytes()
    kept, notice = add_until_refused(folder, lambda: None, home, course)
    same = (home / "record.sqlite3").read_bytes() == before
    yield Finding("a record of a newer version", 1, notice, "the file, untouched", same and kept == 0)


def ignore_result(_: object) -> None:
    """Do nothing with it."""


FAULTS = (kills, crowd, full_disk, forbidden, damaged_files, stopped_transfers, newer_record)


def findings(runs: int) -> Iterator[Finding]:
    """Everything, one after the other."""
    for fault in FAULTS:
        with TemporaryDirectory() as folder:
            yield from fault(Path(folder), runs)


def main() -> int:
    """Print what happened; 1 when something was lost."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    held = True
    for found in findings(runs):
        held &= found.holds
        text = io.StringIO()
        print(f"{'holds' if found.holds else 'FAILED'}  {found.fault} × {found.runs}", file=text)
        print(f"       told: {found.notice}\n       afterwards: {found.afterwards}", file=text)
        print(text.getvalue(), end="", flush=True)
    return not held


if __name__ == "__main__":
    sys.exit(main())

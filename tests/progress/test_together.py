"""Several programs, and several hands, on one record."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.progress.helping import ROOT, Clock, attempt, run, seeds
from tutor.errors import ChainruleError
from tutor.progress.record.reset import reset_record
from tutor.progress.record.store import Store
from tutor.progress.tables.paths import atomic_create

AT_ONCE = """
import sys
from pathlib import Path
import fsrs
from tests.progress.helping import attempt
from tutor.progress.record.store import Store
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    store.add(attempt(10 * int(sys.argv[2]) + number))
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "record", Clock())
    yield opened
    opened.close()


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same record in another window."""
    opened = Store.open(store.folder, store.clock)
    yield opened
    opened.close()


@pytest.mark.parametrize("turn", range(2))
def test_programs_that_make_the_record_at_the_same_moment_lose_nothing(store: Store, turn: int) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, str(store.folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(4)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()
    assert [program.communicate()[1] for program in programs] == [""] * 4
    assert seeds(store) == [10 * program + number for program in range(4) for number in range(5)]
    assert sorted(path.name for path in store.folder.iterdir() if path.suffix == ".sqlite3") == ["record.sqlite3"]
    assert not list(store.folder.glob(".*"))


def test_what_one_window_adds_the_other_sees(store: Store, other: Store) -> None:
    store.add(attempt(1))
    other.add(attempt(2))
    assert (store.count(), other.count()) == (2, 2)


def test_an_answer_after_a_reset_in_another_window_goes_to_the_new_record(store: Store, other: Store) -> None:
    store.add(attempt(1))
    assert other.count() == 1
    kept = reset_record(store)
    assert other.count() == 0
    other.add(attempt(2))
    assert seeds(other) == seeds(store) == [2]
    old = Store.open(store.folder.with_name("old"), store.clock)
    old.folder.mkdir()
    kept.rename(old.path)
    assert seeds(old) == [1]


def test_a_record_deleted_under_a_running_program_is_restored(store: Store) -> None:
    store.add(attempt(1))
    store.path.unlink()
    store.add(attempt(2))
    assert "The record was gone" in store.notice
    assert seeds(store) == [1, 2]


def test_damage_is_mended_once_for_both_windows(store: Store, other: Store) -> None:
    store.add(attempt(1))
    other.count()
    for window in (store, other):
        window.close()
    store.path.write_bytes(b"spoiled")
    assert store.count() == other.count() == 1
    store.add(attempt(2))
    other.add(attempt(3))
    assert seeds(store) == [1, 2, 3]
    assert len(list(store.folder.glob("record-damaged-*"))) == 1


def test_a_locked_record_says_so_in_one_line(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(attempt(1))
    run_elsewhere = Store.open(store.folder, store.clock)
    with run_elsewhere.transaction() as database:
        database.execute("SELECT 1")
        store.lock_timeout = 0.05
        with pytest.raises(ChainruleError, match="locked") as caught:
            store.add(attempt(2))
    assert str(caught.value).startswith("your answer was not kept: ")
    assert "\n" not in str(caught.value)
    assert store.notice == ""
    store.add(attempt(3))
    assert seeds(store) == [1, 3]
    run_elsewhere.close()


def test_a_record_made_first_by_another_program_stays(tmp_path: Path) -> None:
    record = tmp_path / "record.sqlite3"
    with atomic_create(record) as unfinished:
        unfinished.write_text("mine")
        record.write_text("theirs")
    assert record.read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["record.sqlite3"]


def test_a_program_stopped_while_it_makes_the_record_leaves_none(tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from tutor.progress.tables.paths import atomic_create
with atomic_create(Path(sys.argv[1]) / "record.sqlite3") as unfinished:
    unfinished.write_text("half")
    print(unfinished.name, flush=True)
    os._exit(0)
"""
    assert run(code, tmp_path).startswith(".chainrule-")
    found = Store.open(tmp_path, Clock())
    assert found.notice == ""
    found.add(attempt(1))
    assert seeds(found) == [1]

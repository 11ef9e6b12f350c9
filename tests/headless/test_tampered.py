"""A record that somebody tampered with is a damaged record: set aside, restored from its copy, and said."""

import json
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.irregular import IRREGULAR
from tests.progress.helping import START, attempt
from tutor.progress.record.store import Store

FOREVER = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
COLUMNS = "number, key, question, lesson, kind, concepts, seed, answer, score, verdict, hints, seconds, at, program"
DEEP = "[" * 1500 + "]" * 1500
ANSWERS = 4

TAMPERED: dict[str, str] = {
    "a view that never ends": f"DROP VIEW standing; CREATE VIEW standing AS {FOREVER} x AS number, x AS key FROM n",
    "a view in the place of a table": f"DROP TABLE flags; CREATE VIEW flags AS {FOREVER} x AS name, x AS value FROM n",
    "another view": "DROP VIEW standing; CREATE VIEW standing AS SELECT * FROM attempts",
    "a table in the place of a view": "DROP VIEW standing; CREATE TABLE standing AS SELECT * FROM attempts",
    "a missing table": "DROP TABLE cards",
    "a missing view": "DROP VIEW standing",
    "a missing column": "DROP TABLE flags; CREATE TABLE flags (name TEXT PRIMARY KEY)",
    "a missing index": "DROP INDEX attempts_by_time",
    "a missing trigger": "DROP TRIGGER attempts_are_never_deleted",
    "another trigger": f"CREATE TRIGGER t AFTER INSERT ON attempts BEGIN INSERT INTO flags {FOREVER} x, x FROM n; END",
    "another table": "CREATE TABLE more (x)",
    "a negative version": "PRAGMA user_version = -5",
    "no version": "PRAGMA user_version = 0",
    "an absurd version": "PRAGMA user_version = 2000000000",
    "another program's mark": "PRAGMA application_id = 7",
    "a deep list": f"UPDATE attempts SET concepts = '{DEEP}' WHERE number = 2",
    "a deep state": f"UPDATE cards SET state = '{DEEP}'",
    "a state without stability": "UPDATE cards SET state = '{\"state\": 2}'",
    "a card due in the year 0": "UPDATE cards SET due = '0000-01-01T00:00:00+00:00'",
    "a card due at the end of time": "UPDATE cards SET due = '9999-12-31T23:59:59-14:00'",
    "a card due never": "UPDATE cards SET due = 'never'",
    "a card due on a blob": "UPDATE cards SET due = x'00ff'",
    "a place in words": "UPDATE places SET section = 'three'",
    "a place before the first": "UPDATE places SET section = -3",
    "a place on a blob": "UPDATE places SET lesson = x'c0ff'",
    "a place without a time": "UPDATE places SET at = ''",
    "a flag on a blob": "UPDATE flags SET value = x'c0ff'",
    "an undone that nobody knows": "INSERT INTO undone VALUES ('nobody', '2026-03-01T12:00:00+00:00')",
    **{
        f"{name} = {value}": f"UPDATE attempts SET {name} = {value} WHERE number = 2"
        for name, value in (
            ("question", "x'ff00'"),
            ("lesson", "x'ff00'"),
            ("kind", "x''"),
            ("concepts", "'{}'"),
            ("concepts", "'[1]'"),
            ("concepts", "x'5b5d'"),
            ("seed", "'seven'"),
            ("seed", "x'07'"),
            ("seed", "1e300"),
            ("answer", "x'00'"),
            ("verdict", "'great'"),
            ("hints", "'many'"),
            ("hints", "-1"),
            ("seconds", "'long'"),
            ("seconds", "-1"),
            ("seconds", "9e999"),
            ("at", "'0001-01-01T00:00:00+14:00'"),
            ("at", "'9999-12-31T23:59:59-12:00'"),
            ("at", "'2026-02-31T00:00:00+00:00'"),
            ("at", "'2026-03-01T12:00:00'"),
            ("at", "7"),
            ("answer", "hex(zeroblob(140000))"),
            ("question", "hex(zeroblob(140000))"),
            ("program", "x'00'"),
            ("mode", "x'00'"),
        )
    },
}
"""How a record is tampered with → the SQL that does it."""

COMMANDS: list[tuple[tuple[str, ...], int]] = [
    (("progress",), 0),
    (("progress", "--json"), 0),
    (("progress", "--csv"), 0),
    (("progress", "--markdown"), 0),
    (("export", "-"), 0),
    (("regrade",), 0),
    (("quiz", "--plain", "--count", "1"), 0),
    (("quiz", "--plain", "--due"), 0),
    (("quiz", "--plain", "--weak"), 0),
    (("quiz", "--plain", "--read", "--count", "1"), 0),
    (("learn", "adam", "--plain"), 0),
    (("placement", "--plain"), 0),
    (("reset", "--lesson", "adam", "--yes"), 0),
    (("reset", "--yes"), 0),
    (("import", "-"), 2),
    (("doctor",), 0),
]


def tamper(home: Path, sql: str) -> None:
    """A record with a copy of today, then what `sql` makes of it, whatever forbids that."""
    store = Store.open()
    for number in range(ANSWERS):
        store.add(attempt(number, at=START + timedelta(minutes=number)))
    store.save_reading_position("adam", 1)
    with store.transaction() as database:
        database.execute("INSERT INTO flags VALUES ('a', 'b')")
    store.close()
    (copy,) = (home / "copies").iterdir()
    with closing(sqlite3.connect(home / "record.sqlite3")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with closing(sqlite3.connect(home / "record.sqlite3", isolation_level=None)) as database:
        guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%UPDATE%'")
        kept = guards.fetchall()
        for name, _ in kept:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.executescript(sql)
        for _, text in kept:
            database.execute(text)


@pytest.mark.parametrize("how", TAMPERED)
def test_a_tampered_record_is_set_aside_and_restored(command: Command, home: Path, how: str) -> None:
    tamper(home, TAMPERED[how])
    done = command("progress", "--json")
    assert done.code == 0
    assert "set aside as record-damaged-" in done.error_line
    assert "was restored, with 4 attempts" in done.error_line
    assert json.loads(done.out)["attempts"] == ANSWERS
    assert command("progress", "--json").err == ""
    assert len(list(home.glob("record-damaged-*.sqlite3"))) == 1


KINDS = ["a view that never ends", "a place in words", "a card due at the end of time", "a negative version", "at = 7"]


@pytest.mark.parametrize("how", KINDS)
@pytest.mark.parametrize(("arguments", "code"), COMMANDS, ids=str)
def test_no_command_stumbles_over_it(
    command: Command, home: Path, arguments: tuple[str, ...], code: int, how: str
) -> None:
    tamper(home, TAMPERED[how])
    done = command(*arguments)
    assert done.code == code, done.err
    assert "of its own" not in done.err
    if arguments != ("doctor",):
        store = Store.open()
        assert store.notice == ""
        store.close()
        assert list(home.glob("record-damaged-*.sqlite3")) != []


@pytest.mark.parametrize(
    "how", [how for how in TAMPERED if "=" in how or how.startswith(("a card", "a place", "a deep"))]
)
def test_a_large_record_is_mended_when_the_value_is_met(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr("tutor.progress.record.record_file.MAX_BYTES_CHECKED_AT_START", 0)
    tamper(home, TAMPERED[how])
    for arguments in (("progress",), ("progress", "--json"), ("progress", "--csv"), ("export", "-"), ("regrade",)):
        done = command(*arguments)
        assert done.code == 0, done.err
        assert "of its own" not in done.err


@pytest.mark.unix
@pytest.mark.parametrize("make", IRREGULAR)
@pytest.mark.parametrize(
    "arguments", [("progress",), ("quiz", "--plain", "--count", "1"), ("doctor",), ("reset", "--yes")]
)
def test_what_is_no_file_in_the_place_of_the_record_is_never_waited_for(
    command: Command, home: Path, make: Callable[[Path], object], arguments: tuple[str, ...]
) -> None:
    home.mkdir()
    make(home / "record.sqlite3")
    done = command(*arguments)
    assert done.code in {0, 1}
    assert "of its own" not in done.err
    assert (home / "record.sqlite3").lstat()


# -- for nobody else's eyes


def modes(folder: Path) -> set[tuple[bool, int]]:
    """Whether it is a folder, and its rights, for everything there is."""
    return {(path.is_dir(), stat.S_IMODE(path.lstat().st_mode)) for path in [folder, *folder.rglob("*")]}


@pytest.mark.unix
@pytest.mark.parametrize("mask", [0, 0o022])
def test_everything_in_the_folder_is_private_whatever_the_mask(command: Command, home: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        store = Store.open()
        store.add(attempt(1))
        assert modes(home) == {(True, 0o700), (False, 0o600)}
        store.close()
        command("settings", "--init")
        command("export", str(home / "record-mine.jsonl"))
        from tutor.screens.terminal.crash import write_report

        write_report(ValueError("x"))
        command("reset", "--yes")
        command("quiz", "--plain", "--count", "1", typed="1\n")
        assert modes(home) == {(True, 0o700), (False, 0o600)}
    finally:
        os.umask(before)


def test_what_was_open_to_others_is_tightened_at_the_start(command: Command, home: Path) -> None:
    tamper(home, "SELECT 1")
    for path in [*home.rglob("*"), home]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    command("progress")
    assert modes(home) == {(True, 0o700), (False, 0o600)}


def test_a_folder_that_holds_other_things_stays_as_it_is(command: Command, home: Path) -> None:
    tamper(home, "SELECT 1")
    (home / "letters").mkdir()
    (home / "letters" / "mine.txt").write_text("x")
    for path in [*home.rglob("*"), home]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    command("progress")
    kept = [stat.S_IMODE(path.stat().st_mode) for path in (home, home / "letters", home / "letters" / "mine.txt")]
    assert kept == [0o755, 0o755, 0o644]
    assert stat.S_IMODE((home / "record.sqlite3").stat().st_mode) == 0o600


# -- locked, deleted, without copies


def held(home: Path, *, alone: bool = True) -> sqlite3.Connection:
    """Another program that holds the record, for itself alone or against writing only."""
    other = sqlite3.connect(home / "record.sqlite3", isolation_level=None)
    if alone:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    return other


def test_a_locked_record_is_read_all_the_same(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.progress.tables.connections.LOCK_TIMEOUT", 0.05)
    tamper(home, "SELECT 1")
    with closing(held(home)):
        done = command("progress", "--json")
        assert json.loads(done.out)["attempts"] == ANSWERS
        assert "is locked by another program: it is shown as it was last kept" in done.error_line
        assert json.loads(command("doctor", "--json").out)["record"]["attempts"] == ANSWERS
        assert command("export", "-").out.count('"type": "attempt"') == ANSWERS
    assert command("progress", "--json").err == ""


def test_who_waits_for_what_is_told_and_then_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setattr("tutor.progress.tables.connections.LOCK_TIMEOUT", 0.05)
    tamper(home, "SELECT 1")
    told: list[str] = []
    for begun_before in (True, False):
        store = Store.open() if begun_before else None
        with closing(held(home, alone=not begun_before)):
            store = store or Store.open()
            store.lock_timeout, store.notify = 0.2, told.append
            with pytest.raises(Exception, match=r"locked by another program.*; let that program finish") as caught:
                store.add(attempt(50))
            assert "free some room" not in str(caught.value)
            assert [text.split(" waits for ")[0] for text in told] == ["your answer"]
        told.clear()
        store.add(attempt(51))
        assert store.count() == ANSWERS + 1 + (not begun_before)
        store.close()


def test_a_lock_that_is_let_go_in_time_costs_no_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.progress.tables.connections.LOCK_TIMEOUT", 0.05)
    tamper(home, "SELECT 1")
    other = held(home)
    store = Store.open()
    assert store.count() == ANSWERS
    store.notify = lambda _: other.close()
    store.add(attempt(50))
    assert (store.count(), store.notice) == (ANSWERS + 1, "")
    store.close()


def test_a_folder_deleted_in_use_is_said(home: Path) -> None:
    tamper(home, "SELECT 1")
    store = Store.open()
    assert store.count() == ANSWERS
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    home.rmdir()
    store.add(attempt(9))
    assert store.notice == f"The record in {home} was deleted while it was in use, so a new one begins."
    assert store.count() == 1
    store.close()


def test_that_no_copies_can_be_kept_is_said(command: Command, home: Path) -> None:
    home.mkdir()
    (home / "copies").write_text("mine")
    store = Store.open()
    store.add(attempt(1))
    assert f"No daily copies are kept: {home / 'copies'} is not a folder" in store.notice
    store.close()
    assert "No daily copies are kept" in command("progress").error_line
    assert (home / "copies").read_text() == "mine"

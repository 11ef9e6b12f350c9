"""Where the record lies, how its tables grow, and what opening it costs."""

import contextlib
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from tests.connections import Connections
from tests.progress.helping import START, Clock, again, attempt, run
from tutor.errors import UsageError
from tutor.progress.record import record_file
from tutor.progress.record.store import Store
from tutor.progress.review import cards
from tutor.progress.safety import soundness
from tutor.progress.tables import connections, paths, schema


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "record", Clock())
    yield opened
    opened.close()


def test_the_folder_is_the_one_that_was_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", f" {tmp_path} ")
    assert paths.home() == tmp_path
    assert Store.open().path == tmp_path / "record.sqlite3"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CHAINRULE_HOME", "~/below")
    assert paths.home() == tmp_path / "below"


def test_without_a_name_the_platform_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("CHAINRULE_HOME")
    assert paths.home().name == "chainrule"
    assert paths.home().is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_home_of_nobody_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", "~nobody-of-this-name/x")
    with pytest.raises(UsageError, match="give a folder"):
        Store.open()


@pytest.mark.as_written
def test_opening_a_record_loads_nothing_that_the_first_screen_does_not_need(store: Store) -> None:
    store.add(attempt(1))
    code = """
import sys
from pathlib import Path
from tutor.progress.record.store import Store
from tutor.progress.safety import soundness
store = Store.open(Path(sys.argv[1]))
assert store.count() == 1
assert store.due() == ["q1"]
late = {"fsrs", "platformdirs", "shutil", "tutor.progress.safety.rescue"}
print(sorted(late & set(sys.modules)))
"""
    assert run(code, store.folder) == "[]"


def test_an_older_record_gets_the_new_tables_and_keeps_its_answers(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(attempt(1))
    step = ("ALTER TABLE attempts ADD COLUMN mood TEXT", "CREATE TABLE moods (key TEXT PRIMARY KEY)")
    version = schema.SCHEMA_VERSION + 1
    for module in (schema, connections, record_file, soundness):
        monkeypatch.setattr(module, "SCHEMA_VERSION", version)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    newer = again(store)
    assert newer.notice == ""
    assert newer.rows("PRAGMA user_version") == [(version,)]
    assert newer.rows("SELECT seed, mood FROM attempts") == [(1, None)]
    newer.add(attempt(2))
    assert newer.count() == 2
    newer.close()


def test_a_migration_that_fails_leaves_the_record_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.add(attempt(1))
    version = schema.SCHEMA_VERSION
    monkeypatch.setattr(schema, "SCHEMA_VERSION", version + 1)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE half (x)", "NONSENSE")))
    with store.transaction():
        pass
    database = connections.connect(store.path)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(database)
    assert schema.version_of(database) == version
    assert database.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    database.close()
    assert store.count() == 1


def test_a_step_that_another_program_just_took_is_not_taken_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add(attempt(1))
    seen = iter([0])
    actual = schema.version_of
    monkeypatch.setattr(schema, "version_of", lambda database: next(seen, actual(database)))
    with store.transaction():
        pass
    database = connections.connect(store.path)
    schema.migrate(database)
    assert actual(database) == schema.SCHEMA_VERSION
    database.close()
    assert store.count() == 1


def test_what_a_terminal_sent_that_is_no_text_is_kept_as_its_escape(store: Store) -> None:
    store.add(replace(attempt(1), answer="½\udcff\x00"))
    assert again(store).attempts()[0].answer == "½\\udcff\x00"


def test_a_seed_that_no_record_can_hold_says_so(store: Store) -> None:
    with pytest.raises(UsageError, match="18 digits"):
        store.add(replace(attempt(1), seed=2**63))
    assert store.count() == 0
    store.add(replace(attempt(1), seed=-(2**63)))
    assert again(store).attempts()[0].seed == -(2**63)


@pytest.mark.parametrize("seconds", [-3.0, float("nan"), float("inf")])
def test_a_time_taken_that_is_none_is_kept_as_unknown(store: Store, seconds: float) -> None:
    store.add(replace(attempt(1), seconds=seconds))
    assert store.attempts()[0].seconds == 0


def test_attempts_come_in_the_order_of_time_wherever_they_were_made(store: Store) -> None:
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))
    store.add(attempt(2, at=(START + timedelta(minutes=1)).astimezone(west)))
    store.add(attempt(1, at=START.astimezone(east)))
    assert [item.seed for item in store.attempts()] == [1, 2]
    assert store.summary()["last_attempt"] == "2026-03-01T12:01:00+00:00"


def test_a_file_that_cannot_be_opened_leaves_no_connection_open(
    tmp_path: Path, no_connection_is_left_open: Connections
) -> None:
    spoiled = tmp_path / "spoiled.sqlite3"
    spoiled.write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    tries: list[Callable[[Path], object]] = [connections.read_only, connections.connect]
    for make in tries:
        with contextlib.suppress(sqlite3.Error):
            make(spoiled if make is not connections.connect else tmp_path)
    with contextlib.closing(connections.connect(tmp_path / "old.sqlite3")) as database:
        database.execute("PRAGMA user_version = 1")  # said to be an older record, and has no tables
    with pytest.raises(sqlite3.OperationalError):
        connections.read_only(tmp_path / "old.sqlite3")
    assert [by for found, by in no_connection_is_left_open.opened if not found.closed] == []


ATTEMPTS_AND_STANDING = """
        CREATE TABLE attempts (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            question TEXT NOT NULL,
            lesson TEXT NOT NULL,
            kind TEXT NOT NULL,
            concepts TEXT NOT NULL,
            seed INTEGER NOT NULL,
            answer TEXT NOT NULL,
            score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
            verdict TEXT NOT NULL,
            hints INTEGER NOT NULL,
            seconds REAL NOT NULL,
            at TEXT NOT NULL,
            program TEXT NOT NULL
        , confidence TEXT NOT NULL DEFAULT '', mode TEXT NOT NULL DEFAULT '', revision TEXT NOT NULL DEFAULT '')

        CREATE VIEW standing AS
            SELECT a.number, a.key, question, lesson, kind, concepts, seed, answer,
                COALESCE(r.score, a.score) AS score, COALESCE(r.verdict, a.verdict) AS verdict,
                hints, seconds, a.at, a.program, confidence, mode, a.revision
            FROM attempts a
            LEFT JOIN regrades r ON r.key = a.key
                AND r.number = (SELECT number FROM regrades WHERE key = a.key ORDER BY at DESC LIMIT 1)
            WHERE NOT EXISTS (SELECT 1 FROM undone u WHERE u.key = a.key)
"""


def test_what_is_made_from_the_list_of_columns_is_what_records_have_to_the_letter(store: Store) -> None:
    store.add(attempt(1))
    made = store.rows("SELECT sql FROM sqlite_master WHERE name IN ('attempts', 'standing') ORDER BY name")
    assert "\n\n".join(sql.strip() for (sql,) in made) == ATTEMPTS_AND_STANDING.strip().replace("\n\n        ", "\n\n")


@pytest.mark.parametrize("query", ["SELECT_USUAL_TIMES", "SELECT_REVIEW_BEFORE"])
def test_what_is_asked_for_each_answer_reads_an_index_alone(store: Store, query: str) -> None:
    store.add(attempt(1))
    values = {"SELECT_USUAL_TIMES": ("number", "2026"), "SELECT_REVIEW_BEFORE": ("q1", "key")}[query]
    plan = [str(row[-1]) for row in store.rows(f"EXPLAIN QUERY PLAN {getattr(cards, query)}", *values)]
    assert "COVERING INDEX attempts_by_" in plan[0], plan


@pytest.mark.unix
def test_nobody_else_may_look_into_the_folder_of_a_record_nor_into_its_files(tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    files = [tmp_path / "record.sqlite3", copies / "record-2026-03-01.sqlite3"]
    for path in files:
        path.touch()
    for path in (tmp_path, copies, *files):
        path.chmod(0o777)
    paths.restrict_access(tmp_path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, copies, *files)] == [0o700, 0o700, 0o600, 0o600]


@pytest.mark.unix
def test_a_folder_that_holds_other_things_too_stays_open(tmp_path: Path) -> None:
    for name in ("letter.txt", "record.sqlite3"):
        (tmp_path / name).touch(0o644)
    tmp_path.chmod(0o755)
    paths.restrict_access(tmp_path)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (".", "letter.txt", "record.sqlite3")]
    assert modes == [0o755, 0o644, 0o600]

"""What became of an answer: taken back or graded anew, and never forgotten."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, again, attempt
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.progress.tables import connections, schema
from tutor.progress.tables.attempt import COLUMNS
from tutor.progress.tables.history import Regrade, add_regrade

LATER = START + timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "record", Clock())
    yield opened
    opened.close()


def regrade(store: Store, key: str, score: float, hours: int = 1) -> Regrade:
    found = Regrade(key, score, "right" if score == 1 else "wrong", START + timedelta(hours=hours), "0.2.0", "abc")
    with store.transaction() as database:
        assert add_regrade(database, found)
    return found


def test_what_was_said_and_where_comes_back(store: Store) -> None:
    kept = replace(attempt(1), confidence="sure", mode="exam", revision="0a1b2c3d")
    store.add(kept)
    assert again(store).attempts() == [kept]


def test_an_answer_taken_back_counts_no_longer_and_is_still_on_record(store: Store) -> None:
    slip, other = attempt(1, score=0.0), attempt(2)
    for item in (slip, other):
        store.add(item)
    store.undo(slip.key)
    found = again(store)
    assert found.attempts() == [other]
    assert [(item.attempt, item.undone) for item in found.history()] == [(slip, START), (other, None)]
    assert (found.count(), found.count_tries("q1")) == (2, 1)
    assert found.due(START + timedelta(days=99)) == ["q2"]
    assert [row["attempts"] for row in found.summary()["concepts"]] == [1, 1]
    assert found.summary()["attempts"] == 2


def test_the_card_of_an_answer_taken_back_is_what_the_others_make_it(store: Store) -> None:
    store.add(attempt(1))
    card = store.rows("SELECT * FROM cards")
    slip = attempt(1, score=0.0, at=LATER)
    store.add(slip)
    assert store.rows("SELECT * FROM cards") != card
    store.undo(slip.key)
    assert store.rows("SELECT * FROM cards") == card


def test_what_cannot_be_taken_back_says_so_and_changes_nothing(store: Store) -> None:
    with pytest.raises(ChainruleError, match="no such answer"):
        store.undo("nothing")
    assert not store.folder.exists()
    kept = attempt(1)
    store.add(kept)
    store.undo(kept.key)
    with pytest.raises(ChainruleError, match="undone before"):
        store.undo(kept.key)
    assert len(store.rows("SELECT * FROM undone")) == 1


def test_the_newest_grade_counts_and_the_first_is_kept(store: Store) -> None:
    kept = attempt(1, score=0.0)
    store.add(kept)
    grades = regrade(store, kept.key, 1.0), regrade(store, kept.key, 0.5, hours=2)
    assert [(item.score, item.verdict) for item in store.attempts()] == [(0.5, "wrong")]
    (history,) = again(store).history()
    assert history.attempt == kept
    assert history.regrades == grades
    assert (history.score, history.verdict) == (0.5, "wrong")


def test_neither_what_was_undone_nor_a_later_grade_is_ever_changed(store: Store) -> None:
    kept = attempt(1)
    store.add(kept)
    store.undo(kept.key)
    regrade(store, kept.key, 0.0)
    for change in ("UPDATE undone SET at = ''", "DELETE FROM undone", "UPDATE regrades SET score = 1"):
        with closing(connections.connect(store.path)) as database, pytest.raises(sqlite3.IntegrityError, match="never"):
            database.execute(change)
    for add in ("INSERT INTO undone VALUES ('x', '')", "INSERT INTO regrades VALUES (9, 'x', 1, '', '', '', '')"):
        with (
            closing(connections.connect(store.path)) as database,
            pytest.raises(sqlite3.IntegrityError, match="FOREIGN"),
        ):
            database.execute(add)


def first_version(path: Path, count: int = 3) -> list[str]:
    """A record as version 1 made it; the keys of its attempts."""
    path.parent.mkdir(parents=True)
    old = COLUMNS[:13]
    keys = []
    with closing(connections.connect(path)) as database:
        for statement in schema.MIGRATIONS[0]:
            database.execute(statement)
        for number in range(count):
            row = attempt(number).row()[:13]
            keys.append(row[0])
            database.execute(f"INSERT INTO attempts ({', '.join(old)}) VALUES ({', '.join('?' * 13)})", row)
        database.execute("INSERT INTO places VALUES ('adam', 2, '2026-03-01T12:00:00+00:00')")
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
    return keys


def test_a_record_of_the_first_version_keeps_everything(store: Store) -> None:
    keys = first_version(store.path)
    found = again(store)
    assert found.notice == ""
    assert found.rows("PRAGMA user_version") == [(schema.SCHEMA_VERSION,)]
    assert [item.key for item in found.attempts()] == keys
    assert {(item.confidence, item.mode, item.revision) for item in found.attempts()} == {("", "", "")}
    assert found.reading_position("adam") == 2
    found.undo(keys[0])
    found.add(attempt(9))
    assert again(found).count() == 4


def test_a_damaged_record_of_the_first_version_is_read_as_far_as_it_goes(store: Store) -> None:
    keys = first_version(store.path, 120)
    data = bytearray(store.path.read_bytes())
    data[-4096:] = bytes(4096)
    store.path.write_bytes(data)
    found = again(store)
    assert "set aside" in found.notice
    saved = [item.key for item in found.attempts()]
    assert len(saved) > 60
    assert set(saved) <= set(keys)


def test_a_record_of_the_first_version_that_cannot_be_written_is_still_read(store: Store) -> None:
    keys = first_version(store.path)
    before = store.path.read_bytes()
    with closing(connections.read_only(store.path)) as database:
        rows = database.execute("SELECT key FROM standing ORDER BY number").fetchall()
    assert [key for (key,) in rows] == keys
    assert store.path.read_bytes() == before
    assert [path.name for path in store.folder.iterdir()] == ["record.sqlite3"]


def test_what_was_undone_and_graded_anew_is_saved_from_a_damaged_file(store: Store) -> None:
    kept = [attempt(number) for number in range(60)]
    for item in kept:
        store.add(item)
    store.undo(kept[3].key)
    regrade(store, kept[4].key, 0.0)
    store.checkpoint()
    store.close()
    data = store.path.read_bytes()
    store.path.write_bytes(data.replace(b'["momentum", "adam"]', b'["momentum"; "adam"]', 1))
    found = Store.open(store.folder, store.clock)
    assert len(found.attempts()) >= 58
    assert "set aside" in found.notice
    history = {item.attempt.seed: item for item in found.history()}
    assert history[3].undone == START
    assert history[4].score == 0.0

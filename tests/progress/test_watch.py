"""A large record is looked at in the background, and mended when the look finds damage."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from tests.progress.helping import Clock, attempt
from tests.progress.test_rescue import spoil_page_of
from tutor.progress.record import record_file as module
from tutor.progress.record.store import Store
from tutor.progress.safety import integrity_check as watch
from tutor.progress.tables.connections import connect_to_read


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Sixty answers in a record that counts as large, closed."""
    opened = Store.open(tmp_path / "record", Clock())
    for number in range(60):
        opened.add(attempt(number))
    opened.checkpoint()
    opened.close()
    monkeypatch.setattr(module, "MAX_BYTES_CHECKED_AT_START", 0)
    yield opened
    opened.close()


def open_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    actual = watch.IntegrityCheck
    monkeypatch.setattr(watch, "IntegrityCheck", lambda record, **given: actual(record, **(given | {"delay": 0.0})))
    return Store.open(store.folder, store.clock)


def test_a_sound_record_is_left_as_it_is(large: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = open_at_once(large, monkeypatch)
    assert found.integrity_check is not None
    found.integrity_check.wait()
    assert (found.integrity_check.fault, found.count(), found.notice) == ("", 60, "")
    found.close()


def test_damage_that_only_the_long_look_finds_is_mended_at_the_next_question(
    large: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil_page_of(large.path, "cards")
    found = open_at_once(large, monkeypatch)
    assert (found.notice, found.integrity_check is not None) == ("", True)
    assert found.integrity_check is not None
    found.integrity_check.wait()
    assert found.count() == 60
    assert "set aside" in found.notice
    assert len(found.rows("SELECT * FROM cards")) == 60
    found.close()


def test_a_program_that_ends_waits_for_no_look(large: Store) -> None:
    found = Store.open(large.folder, large.clock)
    looking = found.integrity_check
    assert looking is not None
    found.close()
    assert (looking.fault, found.integrity_check) == ("", None)


def test_a_check_that_is_stopped_while_it_opens_the_record_reads_nothing(
    large: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, stopped = Event(), Event()
    checked_versions: list[int] = []

    def connect_late(path: Path, *, threads: bool) -> sqlite3.Connection:
        opening.set()
        stopped.wait(10)
        return connect_to_read(path, threads=threads)

    monkeypatch.setattr(watch, "connect_to_read", connect_late)
    monkeypatch.setattr(watch, "has_valid_cells", lambda _, version: checked_versions.append(version))
    check = watch.IntegrityCheck(large.path, delay=0.0)
    assert opening.wait(10)
    check._stopped.set()  # as `stop` does before it waits for the thread
    stopped.set()
    check.wait()
    assert (check.fault, checked_versions) == ("", [])


def test_nothing_is_looked_at_before_the_program_stands(large: Store) -> None:
    found = Store.open(large.folder, large.clock)
    assert found.integrity_check is not None
    assert found.integrity_check._database is None
    assert watch.START_DELAY >= 1
    found.close()


def test_the_daily_copy_of_a_large_record_is_made_in_the_background(large: Store) -> None:
    clock = large.clock
    assert isinstance(clock, Clock)
    found = Store.open(large.folder, clock)
    assert found.integrity_check is not None
    found.integrity_check.stop()
    clock.time += timedelta(days=1)
    left = found.folder / "copies" / "2026-03-01.4711.part"
    left.write_bytes(b"half a copy")
    os.utime(left, (0, 0))
    found.add(attempt(77))
    found.close()  # waits for the copy
    assert sorted(path.name for path in (found.folder / "copies").iterdir()) == [
        "2026-03-01.sqlite3",
        "2026-03-02.sqlite3",
    ]
    with closing(sqlite3.connect(found.folder / "copies" / "2026-03-02.sqlite3")) as database:
        assert database.execute("SELECT COUNT(*) FROM attempts").fetchone() == (61,)

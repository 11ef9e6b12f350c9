"""Records and their clock, for the tests of the record."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, attempt
from tutor.progress.record.store import Store
from tutor.progress.tables.history import Regrade


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "record", clock)
    yield opened
    opened.close()


@pytest.fixture
def full(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "full")
    for number in range(5):
        store.add(attempt(number))
    store.save_reading_position("adam", 2)
    return store


@pytest.fixture
def eventful(full: Store) -> Store:
    """A record in which something became of the answers."""
    kept = full.attempts()
    full.add(replace(attempt(9), confidence="guess", mode="exam", revision="0a1b"))
    full.undo(kept[0].key)
    full.regrade([Regrade(kept[1].key, 0.0, "wrong", START, "0.2.0", "0a1b")])
    with full.transaction() as database:
        database.execute("INSERT INTO flags VALUES ('placement', '{}')")
    return full

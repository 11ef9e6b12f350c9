"""A record and its clock, for the tests of the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.progress.helping import Clock
from tutor.progress.record.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store.open(tmp_path / "record", clock)
    yield opened
    opened.close()

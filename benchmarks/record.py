"""The record: an answer to disk beside a bare synchronised write, and opening a large record."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Row, middle, milliseconds
from tutor.progress.store import Attempt, Store

START = datetime(2026, 1, 1, tzinfo=UTC)


def attempt(number: int) -> Attempt:
    """The attempt with this number."""
    return Attempt(
        question=f"question-{number % 40}",
        lesson="adam",
        kind="number",
        concepts=("adam",),
        seed=number,
        answer="0.5",
        score=1.0,
        verdict="right",
        hints=0,
        seconds=3.0,
        at=START + timedelta(minutes=number),
        program="0.1.0",
    )


def rows() -> Iterator[Row]:
    """The rows of this family."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        numbers = iter(range(10**9))
        store = Store.open(home)
        taken = middle(milliseconds(lambda: store.add(attempt(next(numbers))), 200))
        with (home / "floor").open("wb", buffering=0) as file:

            def synced() -> None:
                file.write(b"x" * 300)
                os.fsync(file.fileno())

            floor = middle(milliseconds(synced, 200))
        yield Row("an answer to disk", taken, "ms", "write + fsync", floor, 5)
        store.close()
        opened = middle(milliseconds(lambda: Store.open(home).close(), 20))
        yield Row("opening a record of 200", opened, "ms")

"""What the tests of the record share."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt

ROOT = Path(__file__).parent.parent.parent
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time


def attempt(number: int, *, score: float = 1.0, hints: int = 0, at: datetime = START) -> Attempt:
    return Attempt(
        question=f"q{number}",
        lesson="adam",
        kind="number",
        concepts=("momentum", "adam"),
        seed=number,
        answer=f"{number}½ µ",
        score=score,
        verdict="right" if score == 1 else "wrong",
        hints=hints,
        seconds=12.5,
        at=at,
        program="0.1.0",
    )


def again(store: Store) -> Store:
    """The same record as another program finds it."""
    store.close()
    return Store.open(store.folder, store.clock)


def seeds(store: Store) -> list[int]:
    return sorted(item.seed for item in store.attempts())


def use_everything(store: Store) -> int:
    """Read and write all there is; how many attempts stand at the end."""
    store.summary()
    store.last_reading_position()
    store.add(attempt(1000))
    store.save_reading_position("adam", 1)
    store.attempts()
    return store.count()


def run(code: str, *arguments: object, in_child: Callable[[], None] | None = None) -> str:
    """What a program of its own prints; one that is kept from writing writes no compiled modules either, cut short."""
    done = subprocess.run(
        [sys.executable, *(["-B"] if in_child else []), "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        preexec_fn=in_child,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def give_up_power() -> None:
    """From now on a folder's permissions hold for this process, even if it is the superuser's (prctl(2))."""
    if os.geteuid() == 0:
        drop_from_bounding_set, override_permissions, search_anywhere = 24, 1, 2
        for power in (override_permissions, search_anywhere):
            ctypes.CDLL(None).prctl(drop_from_bounding_set, power, 0, 0, 0)

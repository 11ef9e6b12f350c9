"""Which connections to databases a test leaves open, and who should have closed them."""

import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

from tutor.progress.record.store import Store

KEEPERS = ("/tutor/progress/", "/site-packages/", "/tests/connections.py", "contextlib.py", "functools.py")
"""What stands in the path of a file that opens a connection for somebody else: libraries wrap functions."""


def caller(frame: FrameType | None) -> str:
    """Who opens a connection: the nearest file that does not do so for another, and the line; or a store's owner."""
    while frame is not None:
        store = frame.f_locals.get("self")
        if isinstance(store, Store) and hasattr(store, "opened_by"):
            return str(store.opened_by)
        name = frame.f_code.co_filename.replace("\\", "/")
        if not any(keeper in name for keeper in KEEPERS):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return "nobody"


class Tracked(sqlite3.Connection):
    """A connection that knows whether it was closed."""

    closed = False

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        """Wait for no disk: no test pulls the plug, and those that kill a program start it in a process of its own."""
        return super().execute("PRAGMA synchronous = OFF" if sql == "PRAGMA synchronous = FULL" else sql, *arguments)

    def backup(self, target: sqlite3.Connection, **options: Any) -> None:
        with suppress(sqlite3.Error):
            target.execute("PRAGMA synchronous = OFF")
        super().backup(target, **options)

    def close(self) -> None:
        super().close()
        self.closed = True


@dataclass
class Connections:
    """Every connection that is opened while this stands in for sqlite3."""

    opened: list[tuple[Tracked, str]] = field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        connect, init = sqlite3.connect, Store.__init__

        def tracked(*arguments: Any, **options: Any) -> Tracked:
            found: Tracked = connect(*arguments, **{"factory": Tracked} | options)
            self.opened.append((found, caller(sys._getframe(1))))
            return found

        def noted(store: Any, *arguments: Any, **options: Any) -> None:
            store.opened_by = caller(sys._getframe(1))
            init(store, *arguments, **options)

        monkeypatch.setattr(sqlite3, "connect", tracked)
        monkeypatch.setattr(Store, "__init__", noted)

    def left_open(self) -> list[str]:
        """Where the program opened what it did not close; what tests themselves opened is closed for them."""
        left = [(found, by) for found, by in self.opened if not found.closed]
        for found, by in left:
            if "/tests/" in by:
                found.close()
        return [by for _, by in left if "/tests/" not in by]

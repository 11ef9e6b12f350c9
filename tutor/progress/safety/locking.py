"""Transactions on a record that other programs write to as well: each waits for the others, and says so."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from time import monotonic

from tutor.progress.record.schema import LOCK_TIMEOUT
from tutor.progress.safety.backups import is_locked

LOCK_ADVICE = "let that program finish, or close it, then try again"


@contextlib.contextmanager
def transaction(database: sqlite3.Connection, patience: float, told: Callable[[], None]) -> Iterator[None]:
    """All of what is done in it, or nothing.

    Another program is waited for up to `patience` seconds; `told` is called after the first of them.

    Raises:
        sqlite3.Error: it cannot be begun or ended.
    """
    _begin(database, patience, told)
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # some faults, such as a full disk, end it themselves
            database.execute("ROLLBACK")
        raise


def _begin(database: sqlite3.Connection, patience: float, told: Callable[[], None]) -> None:
    until = monotonic() + patience
    database.execute(f"PRAGMA busy_timeout = {round(1000 * min(LOCK_TIMEOUT, patience))}")
    while True:
        try:
            database.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or monotonic() >= until:
                raise
        told()

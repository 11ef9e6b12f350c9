"""Checks a large record, or makes its daily copy, in a thread, so that nobody waits for it."""

import contextlib
import sqlite3
import threading
from datetime import datetime
from pathlib import Path

from tutor.progress.safety.backups import back_up_daily
from tutor.progress.safety.soundness import has_valid_cells
from tutor.progress.tables.connections import FILE_ERRORS, connect_to_read, is_damage
from tutor.progress.tables.paths import file_identity
from tutor.progress.tables.schema import version_of

START_DELAY = 2.0
"""Seconds before it begins: the program's start comes first."""


class IntegrityCheck:
    """Reads all of a record once, on a thread and a connection of its own; `fault` is what it found.

    With `copy_on`, a time, it makes the copy of that day.
    """

    def __init__(self, record: Path, rest: float = START_DELAY, copy_on: datetime | None = None) -> None:
        self.fault = ""
        """What is wrong, in a few words; "" while nothing is known to be."""
        self.file = file_identity(record)
        """The file being checked."""
        self._record = record
        self._rest = rest
        self._copy_on = copy_on
        self._stopped = threading.Event()
        self._database: sqlite3.Connection | None = None
        # A program that ends waits for a copy, which must not be left half made, but not for a check.
        self._thread = threading.Thread(target=self._run, name="record-check", daemon=copy_on is None)
        self._thread.start()

    def stop(self) -> None:
        """Stop the check, finished or not, and close its connection."""
        self._stopped.set()
        if self._database is not None:
            with contextlib.suppress(sqlite3.ProgrammingError):  # it was closed just now
                self._database.interrupt()
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the check is still going on."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until all was read."""
        self._thread.join()

    def _run(self) -> None:
        """Wait a moment, then check the record, or make the day's copy, which checks it too."""
        if self._stopped.wait(self._rest):
            return
        try:
            if self._copy_on is not None:
                back_up_daily(self._record, self._copy_on)
            else:
                self._check_record()
        except FILE_ERRORS as error:  # also an interruption, and a file that has gone meanwhile
            self.fault = "is damaged" if is_damage(error) else ""
        finally:
            self._database = None

    def _check_record(self) -> None:
        """Check tables and indexes, then what every cell holds."""
        with contextlib.closing(connect_to_read(self._record, threads=True)) as database:
            self._database = database
            is_sound = self._stopped.is_set() or database.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            if not is_sound or not has_valid_cells(database, version_of(database)):
                self.fault = "is damaged"

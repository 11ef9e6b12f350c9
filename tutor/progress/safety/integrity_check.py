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
"""Seconds before the check begins, so that it does not slow down the program's start."""


class IntegrityCheck:
    """Reads all of a record once, in a thread with its own connection, and sets `fault` to what is wrong.

    With a `backup_time` it makes the backup of that day instead, which checks the record as well.
    """

    def __init__(self, record: Path, delay: float = START_DELAY, backup_time: datetime | None = None) -> None:
        """Start the thread, which begins its work after `delay` seconds."""
        self.fault = ""
        """What is wrong, in a few words; "" while no fault was found."""
        self.file = file_identity(record)
        """The file being checked."""
        self._record = record
        self._delay = delay
        self._backup_time = backup_time
        self._stopped = threading.Event()
        self._database: sqlite3.Connection | None = None
        """The connection while the check runs, to be interrupted from another thread."""
        # A daemon thread ends with the program. A backup is no daemon thread: the program waits until it is complete.
        self._thread = threading.Thread(target=self._run, name="record-check", daemon=backup_time is None)
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
        """Wait until the check is done."""
        self._thread.join()

    def _run(self) -> None:
        """The work of the thread: wait a moment, then check the record or back it up."""
        if self._stopped.wait(self._delay):
            return
        try:
            if self._backup_time is not None:
                back_up_daily(self._record, self._backup_time)
            else:
                self._check_record()
        except FILE_ERRORS as error:  # this includes an interruption, and a file deleted meanwhile
            self.fault = "is damaged" if is_damage(error) else ""
        finally:
            self._database = None

    def _check_record(self) -> None:
        """Check tables and indices, then what every cell holds."""
        with contextlib.closing(connect_to_read(self._record, threads=True)) as database:
            self._database = database
            if self._stopped.is_set():  # `stop` was called before there was a connection to interrupt
                return
            is_sound = database.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            if not is_sound or not has_valid_cells(database, version_of(database)):
                self.fault = "is damaged"

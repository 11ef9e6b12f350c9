"""Reads what was answered in a record of somebody else, which may be in use; nothing in it is changed."""

import contextlib
import stat
from pathlib import Path
from typing import NamedTuple

from tutor.errors import UsageError
from tutor.files import describe_mode, show_path
from tutor.progress.tables.connections import FILE_ERRORS, snapshot, time_limit
from tutor.progress.tables.history import SELECT_HISTORY, AttemptHistory, group_histories
from tutor.progress.tables.schema import SCHEMA_VERSION, version_of

MAX_SECONDS_TO_READ = 20.0
"""For one record."""


class OtherRecord(NamedTuple):
    """What a record of somebody else holds, as far as it is asked for."""

    histories: tuple[AttemptHistory, ...] = ()
    """Every answer with what became of it, the oldest first."""
    stored: tuple[tuple[str, str], ...] = ()
    """Name and text of each stored text."""


def read_other_record(path: Path) -> OtherRecord:
    """The answers and stored texts of the record at `path`.

    Raises:
        UsageError: it cannot be read, is damaged or newer; one line says what.
    """
    name = show_path(path)
    try:
        if not stat.S_ISREG(mode := path.lstat().st_mode):
            raise UsageError(f"{name}: this is {describe_mode(mode)}, not a record")
        with contextlib.closing(snapshot(path)) as database, time_limit(database, MAX_SECONDS_TO_READ):
            if version_of(database) > SCHEMA_VERSION:
                raise UsageError(f"{name}: a newer Chainrule made this record; update this one to read it")
            stored = database.execute("SELECT name, value FROM flags").fetchall()
            return OtherRecord(
                tuple(group_histories(database.execute(SELECT_HISTORY).fetchall())),
                tuple((str(name), str(value)) for name, value in stored),
            )
    except (*FILE_ERRORS, ValueError, TypeError) as error:
        raise UsageError(f"{name}: this record cannot be read ({error})") from None

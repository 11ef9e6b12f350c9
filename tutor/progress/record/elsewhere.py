"""Reads the answers in another learner's record, which may be in use; nothing in it is changed."""

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
"""Seconds for reading one record."""


class OtherRecord(NamedTuple):
    """The answers and stored texts of another learner's record."""

    histories: tuple[AttemptHistory, ...] = ()
    """Every answer with what became of it, the oldest first."""
    stored: tuple[tuple[str, str], ...] = ()
    """(name, text) of each stored text."""


def read_other_record(path: Path) -> OtherRecord:
    """The answers and stored texts of the record at `path`.

    Raises:
        UsageError: it cannot be read, is damaged or newer; one line says what.
    """
    shown_path = show_path(path)
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            raise UsageError(f"{shown_path}: this is {describe_mode(mode)}, not a record")
        with contextlib.closing(snapshot(path)) as database, time_limit(database, MAX_SECONDS_TO_READ):
            if version_of(database) > SCHEMA_VERSION:
                raise UsageError(f"{shown_path}: a newer Chainrule made this record; update this one to read it")
            history_rows = database.execute(SELECT_HISTORY).fetchall()
            text_rows = database.execute("SELECT name, value FROM flags").fetchall()
            return OtherRecord(
                histories=tuple(group_histories(history_rows)),
                stored=tuple((str(text_name), str(value)) for text_name, value in text_rows),
            )
    except (*FILE_ERRORS, ValueError, TypeError) as error:
        raise UsageError(f"{shown_path}: this record cannot be read ({error})") from None

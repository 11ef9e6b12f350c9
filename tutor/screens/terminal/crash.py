"""Crash reports: written to a file, with one line for the learner that names it."""

import contextlib
import errno
import os
import platform
import stat
import tempfile
import traceback
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tutor import __version__
from tutor.errors import ChainruleError
from tutor.files import private_folder, write_file
from tutor.progress.tables.paths import home

MAX_REPORTS = 5
"""How many reports are kept; older ones are deleted."""


def write_report(error: BaseException) -> Path | None:
    """Write a report to the user-data folder, or else to a temporary one; return its path.

    The report holds no answers: where the program was, and the versions.
    """
    now = datetime.now(UTC)
    text = "\n".join(
        (
            f"Chainrule {__version__} stopped at {now.isoformat(timespec='seconds')}.",
            f"Python {platform.python_version()}, Textual {metadata.version('textual')}, {platform.platform()}",
            "",
            *traceback.format_exception(error),
        )
    )
    for find_folder in (_reports_folder, _temporary_folder):
        with contextlib.suppress(OSError, ChainruleError):
            folder = find_folder()
            private_folder(folder)
            path = folder / f"crash-{now:%Y-%m-%d-%H%M%S-%f}.txt"
            write_file(path, text.encode("utf-8", "backslashreplace"))
            _delete_old_reports(folder)
            return path
    return None


def _reports_folder() -> Path:
    return home() / "crashes"


def _temporary_folder() -> Path:
    """A fixed temporary folder, where the folder of reports cannot be written.

    Raises:
        OSError: there is none, or it is somebody else's.
    """
    owner = os.geteuid() if hasattr(os, "geteuid") else "user"
    folder = Path(tempfile.gettempdir()) / f"chainrule-crashes-{owner}"
    private_folder(folder)
    status = folder.lstat()
    if stat.S_ISLNK(status.st_mode) or (hasattr(os, "geteuid") and (status.st_uid != owner or status.st_mode & 0o077)):
        raise PermissionError(errno.EPERM, "it is not this user's own")
    return folder


def _delete_old_reports(folder: Path) -> None:
    for old in sorted(folder.glob("crash-*.txt"))[:-MAX_REPORTS]:
        old.unlink(missing_ok=True)


def crash_error(error: BaseException) -> ChainruleError:
    """Write the report and return the error with one line for the learner."""
    try:
        path = write_report(error)
    except Exception:  # whatever is broken here must not hide what broke first
        path = None
    where = (
        f"the report is in {path}; please send it with the output of chainrule doctor"
        if path
        else "no report could be written"
    )
    return ChainruleError(f"Chainrule stopped because of a fault of its own; all answers are kept; {where}")

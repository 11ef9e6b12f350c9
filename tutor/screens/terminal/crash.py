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
from tutor.files import create_private_folder, write_file
from tutor.progress.tables.paths import home

MAX_REPORTS = 5
"""How many reports are kept; older ones are deleted."""


def write_report(error: BaseException) -> Path | None:
    """Write a report to the user-data folder, or else to a temporary one; return its path, `None` if neither works.

    The report holds the traceback and the versions, but no answers.
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
            create_private_folder(folder)
            path = folder / f"crash-{now:%Y-%m-%d-%H%M%S-%f}.txt"
            write_file(path, text.encode("utf-8", "backslashreplace"))
            with contextlib.suppress(OSError):  # the report is written, whatever becomes of older ones
                _delete_old_reports(folder)
            return path
    return None


def _reports_folder() -> Path:
    return home() / "crashes"


def _temporary_folder() -> Path:
    """Return a folder of fixed name in the system's temporary folder, for when the folder of reports cannot be written.

    Somebody else may have put a link or a folder of this name there before, so it must be private to this user.

    Raises:
        OSError: it cannot be made, or it is somebody else's.
    """
    has_users = hasattr(os, "geteuid")  # Windows has no user ids
    owner = os.geteuid() if has_users else "user"
    folder = Path(tempfile.gettempdir()) / f"chainrule-crashes-{owner}"
    create_private_folder(folder)
    status = folder.lstat()
    is_link = stat.S_ISLNK(status.st_mode)
    is_open_to_others = has_users and (status.st_uid != owner or status.st_mode & 0o077)
    if is_link or is_open_to_others:
        raise PermissionError(errno.EPERM, "it is not this user's own")
    return folder


def _delete_old_reports(folder: Path) -> None:
    """Delete all reports except the last `MAX_REPORTS`; their names begin with the time, so they sort by age."""
    old_reports = sorted(folder.glob("crash-*.txt"))[:-MAX_REPORTS]
    for report in old_reports:
        report.unlink(missing_ok=True)


def crash_error(error: BaseException) -> ChainruleError:
    """Write the report and return the error with one line for the learner."""
    try:
        path = write_report(error)
    except Exception:  # a fault in here must not hide the fault to report
        path = None
    report_words = "no report could be written"
    if path:
        report_words = f"the report is in {path}; please send it with the output of chainrule doctor"
    return ChainruleError(f"Chainrule stopped because of a fault of its own; all answers are kept; {report_words}")

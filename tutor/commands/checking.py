"""Shows the progress of a check of lessons at a terminal."""

import sys
from typing import TYPE_CHECKING

from tutor.text.numbers import counted
from tutor.text.output import is_terminal, show_progress

if TYPE_CHECKING:
    from tutor.content.check import ReportProgress


def progress_reporter() -> "ReportProgress | None":
    """Return the function to which a check reports its progress; `None` if standard error is no terminal."""
    return show_checked_count if is_terminal(sys.stderr) else None


def show_checked_count(done: int, total: int) -> None:
    """Show on one line how many lessons are checked; remove the line when all are."""
    show_progress(f"{done} of {counted(total, 'lesson')} checked" if done < total else "")

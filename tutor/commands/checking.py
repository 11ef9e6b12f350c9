"""Says at a terminal how far a check of lessons is."""

import sys
from typing import TYPE_CHECKING

from tutor.text.numbers import counted
from tutor.text.output import is_terminal, show_progress

if TYPE_CHECKING:
    from tutor.content.check import ReportProgress


def checked_teller() -> "ReportProgress | None":
    """What tells somebody at a terminal how far a check is; nothing elsewhere."""
    return show_checked if is_terminal(sys.stderr) else None


def show_checked(done: int, all: int) -> None:
    """Say on one line how far the check is; the line goes when it is through."""
    show_progress(f"{done} of {counted(all, 'lesson')} checked" if done < all else "")

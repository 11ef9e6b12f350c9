"""FSRS's parameters that were fitted to the learner: how the record stores them, and which are in use.

They are a stored text of the record, so an export contains them. A text that cannot come from a fit is ignored: then
the published parameters are in use.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tutor.progress.review.schedule import PUBLISHED, Parameters, make_scheduler

FITTED_NAME = "schedule:fitted"
"""The name of the stored text that holds them; the text is empty once they were discarded."""


@dataclass(frozen=True)
class Fitted:
    """Parameters fitted to a learner's earlier reviews, and how well they predict the later ones."""

    parameters: Parameters
    at: datetime
    """When they were fitted."""
    learnt_from: int
    """How many reviews they were fitted to."""
    held_out: int
    """How many later reviews they were judged by."""
    log_loss: float
    """The mean of −ln(forecast chance of what happened) over the held-out reviews."""
    log_loss_before: float
    """The same mean with the parameters that were in use before."""

    def as_text(self) -> str:
        """The stored text: JSON."""
        import msgspec

        return msgspec.json.encode(self).decode()

    @property
    def is_possible(self) -> bool:
        """Whether the values can come from a fit; an imported record may have any values.

        A fit is kept only if it is better than the published parameters, so it must differ from them.
        """
        numbers = (self.learnt_from, self.held_out, self.log_loss, self.log_loss_before)
        return self.parameters != PUBLISHED and self.at.tzinfo is not None and all(number >= 0 for number in numbers)


@lru_cache(maxsize=4)
def parse_fitted(text: str | None) -> Fitted | None:
    """Read the stored text; `None` if nothing is fitted, or if FSRS cannot use the values."""
    if not text:
        return None
    import msgspec  # imported here, since most records have no fit to read

    try:
        fitted = msgspec.json.decode(text, type=Fitted)
        make_scheduler(fitted.parameters)  # raises where they are out of bounds
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return fitted if fitted.is_possible else None


def parameters_from(stored_text: str | None) -> Parameters:
    """The schedule's parameters by the text stored as `FITTED_NAME`: the fitted ones, or `PUBLISHED` for no fit."""
    fitted = parse_fitted(stored_text)
    return fitted.parameters if fitted else PUBLISHED


def fitted_in(database: sqlite3.Connection) -> Fitted | None:
    """The parameters fitted to the learner of this record; `None` while the published ones are in use."""
    row = database.execute("SELECT value FROM flags WHERE name = ?", (FITTED_NAME,)).fetchone()
    return parse_fitted(row[0] if row else None)


def parameters_in_use(database: sqlite3.Connection) -> Parameters:
    """The parameters by which this record schedules its questions."""
    fitted = fitted_in(database)
    return fitted.parameters if fitted else PUBLISHED

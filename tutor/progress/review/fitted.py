"""FSRS's parameters that were fitted to the learner: how the record keeps them, and which are in use.

They lie in one flag of the record, so that an export takes them along. A value that no fit can have left there counts
as none: then the published parameters are in use.
"""

import sqlite3
from datetime import datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from tutor.progress.review.schedule import PUBLISHED, Parameters, scheduler

FITTED_FLAG = "schedule:fitted"
"""The flag that holds them; empty once they were given up."""

Count = Annotated[int, Meta(ge=0)]
Loss = Annotated[float, Meta(ge=0)]


class Fitted(msgspec.Struct, frozen=True):
    """Parameters fitted to a learner's earlier reviews, and how well they foretell the later ones."""

    parameters: Parameters
    at: Annotated[datetime, Meta(tz=True)]
    """When they were fitted."""
    learnt_from: Count
    """How many reviews they were fitted to."""
    held_out: Count
    """How many later ones they were judged by."""
    log_loss: Loss
    """The mean of −ln(chance that the forecast gave to what happened) over those."""
    log_loss_before: Loss
    """The same by the parameters that were in use before."""

    def as_text(self) -> str:
        """What the flag holds."""
        return msgspec.json.encode(self).decode()


@lru_cache(maxsize=4)
def parse_fitted(value: str | None) -> Fitted | None:
    """Read what the flag holds; `None` when nothing is fitted, or nothing that FSRS can use."""
    if not value:
        return None
    try:
        fitted = msgspec.json.decode(value, type=Fitted)
        scheduler(fitted.parameters)
    except ValueError:  # that of msgspec is one, too
        return None
    return fitted if fitted.parameters != PUBLISHED else None


def parameters_of(value: str | None) -> Parameters:
    """The parameters that the schedule has when the flag holds `value`."""
    fitted = parse_fitted(value)
    return fitted.parameters if fitted else PUBLISHED


def fitted_in(database: sqlite3.Connection) -> Fitted | None:
    """What was fitted to the learner of this record; `None` while the published parameters are in use."""
    row = database.execute("SELECT value FROM flags WHERE name = ?", (FITTED_FLAG,)).fetchone()
    return parse_fitted(row[0] if row else None)


def parameters_in_use(database: sqlite3.Connection) -> Parameters:
    """The parameters by which this record schedules its questions."""
    fitted = fitted_in(database)
    return fitted.parameters if fitted else PUBLISHED

"""The outcome of a placement test, saved in the learner's record: which lessons count as known, and why."""

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

PLACEMENT_NAME = "placement"
"""The name of the record's stored text with the outcome."""


class PlacementOutcome(msgspec.Struct, frozen=True):
    """Which lessons a placement test takes as known, and which are still to be learned."""

    shown: tuple[str, ...] = ()
    """Lessons whose questions were answered right."""
    inferred: tuple[str, ...] = ()
    """Prerequisites of the lessons in `shown`, taken as known without a question."""
    open: tuple[str, ...] = ()
    """Lessons that are still to be learned."""

    @property
    def known(self) -> frozenset[str]:
        """The lessons that need not be read."""
        return frozenset((*self.shown, *self.inferred))


def save_outcome(store: "Store", outcome: PlacementOutcome) -> None:
    """Save the outcome in the record, with the time. The answers themselves were recorded as they were given.

    Raises:
        ChainruleError: the record cannot be written.
    """
    value = json.dumps(
        {"shown": outcome.shown, "inferred": outcome.inferred, "at": store.clock().isoformat()}, ensure_ascii=False
    )
    store.save_stored(PLACEMENT_NAME, value, "the outcome of the placement test")


def load_outcome(store: "Store") -> PlacementOutcome:
    """Read the outcome of the last placement test; an empty one when there was none, or if it is malformed.

    The open lessons are not saved: they are all those of the course that are not known.

    Raises:
        ChainruleError: the record cannot be read.
    """
    try:
        outcome = json.loads(store.stored(PLACEMENT_NAME) or "{}")
        return PlacementOutcome(tuple(map(str, outcome["shown"])), tuple(map(str, outcome["inferred"])))
    except (ValueError, KeyError, TypeError):
        return PlacementOutcome()

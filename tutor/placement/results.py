"""What a placement test found, on the learner's record: which lessons are taken as known, and why."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

PLACEMENT_FLAG = "placement"
"""The name under which the outcome is on record."""


@dataclass(frozen=True)
class PlacementOutcome:
    """What a placement test found."""

    shown: tuple[str, ...] = ()
    """Lessons whose questions were answered right."""
    inferred: tuple[str, ...] = ()
    """Lessons that those build on, taken as known without a question."""
    open: tuple[str, ...] = ()
    """Lessons that are still to be learned."""

    @property
    def known(self) -> frozenset[str]:
        """The lessons that need not be read."""
        return frozenset((*self.shown, *self.inferred))


def save_outcome(store: "Store", outcome: PlacementOutcome) -> None:
    """Put what was found on record, what was shown apart from what was inferred; the answers are there already.

    Raises:
        ChainruleError: it could not be kept.
    """
    value = json.dumps(
        {"shown": outcome.shown, "inferred": outcome.inferred, "at": store.clock().isoformat()}, ensure_ascii=False
    )
    store.save_flag(PLACEMENT_FLAG, value, "the outcome of the placement test")


def load_outcome(store: "Store") -> PlacementOutcome:
    """What the last placement test found; nothing when there was none."""
    try:
        outcome = json.loads(store.flag(PLACEMENT_FLAG) or "{}")
        return PlacementOutcome(tuple(map(str, outcome["shown"])), tuple(map(str, outcome["inferred"])))
    except (ValueError, KeyError, TypeError):
        return PlacementOutcome()

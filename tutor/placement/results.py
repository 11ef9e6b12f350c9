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
    with store.transaction("the outcome of the placement test") as database:
        database.execute("INSERT OR REPLACE INTO flags VALUES (?, ?)", (PLACEMENT_FLAG, value))


def load_outcome(store: "Store") -> PlacementOutcome:
    """What the last placement test found; nothing when there was none."""
    rows = store.rows("SELECT value FROM flags WHERE name = ?", PLACEMENT_FLAG)
    try:
        found = json.loads(rows[0][0]) if rows else {}
        return PlacementOutcome(tuple(map(str, found["shown"])), tuple(map(str, found["inferred"])))
    except (ValueError, KeyError, TypeError):
        return PlacementOutcome()

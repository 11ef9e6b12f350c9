"""Scores a sequence of items, some of which must come before others, by its edit distance from a right order.

Items of which neither must come before the other are tied: either may come first, at no cost.

An item needs all that the items it depends on need. Two places of an answer clash when the later one's
item must come before the earlier one's (or is the same item again). Clashing "later needed before
earlier" is a partial order, so the largest set of places without a clash is an antichain, and its size
is the number of places less the largest matching of clashing pairs (Dilworth; König).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tutor.errors import UsageError, clip

MAX_ITEMS = 100
"""The most items an order may have."""
MAX_PLACES = 200
"""The most places an answer may have."""


class PartialOrder(msgspec.Struct, frozen=True):
    """Items, and which others must come before each."""

    before: dict[str, frozenset[str]]
    """Item → every item that must come before it, directly or through others."""

    @classmethod
    def of(cls, depends: Mapping[str, Iterable[str]]) -> "PartialOrder":
        """The order in which each item comes after the items it depends on.

        Raises:
            UsageError: items that wait for each other in a circle, or too many of them.
        """
        direct = {item: frozenset(needs) for item, needs in depends.items()}
        for needs in list(direct.values()):
            for item in needs:
                direct.setdefault(item, frozenset())
        if len(direct) > MAX_ITEMS:
            raise UsageError(f"an order has at most {MAX_ITEMS} items; this one has {len(direct)}")
        before: dict[str, frozenset[str]] = {}
        while len(before) < len(direct):
            ready = [item for item in direct if item not in before and direct[item] <= before.keys()]
            if not ready:
                waiting = next(item for item in direct if item not in before)
                raise UsageError(f"'{clip(waiting, 30)}' waits for itself: its dependencies go in a circle")
            for item in ready:
                before[item] = direct[item].union(*(before[need] for need in direct[item]))
        return cls(before)

    def count_edits(self, answer: Sequence[str]) -> int:
        """The fewest insertions and deletions that turn `answer` into a right order of all items.

        Raises:
            UsageError: the answer is longer than any that is read.
        """
        if len(answer) > MAX_PLACES:
            raise UsageError(f"an answer has at most {MAX_PLACES} places; this one has {len(answer)}")
        places = [item for item in answer if item in self.before]
        in_order = len(places) - _largest_matching(self._clashes(places))
        return (len(answer) - in_order) + (len(self.before) - in_order)

    def _clashes(self, places: Sequence[str]) -> list[list[int]]:
        """For each place the later places whose item must come before its own, or is its own.

        Tied items never clash, as neither is in the other's `before`; another rule for ties belongs here.
        """
        return [
            [later for later in range(place + 1, len(places)) if places[later] in {item, *self.before[item]}]
            for place, item in enumerate(places)
        ]

    def score(self, answer: Sequence[str]) -> float:
        """1 for a right order, less for each edit that is missing, never below 0."""
        items = len(self.before)
        return max(0.0, 1 - self.count_edits(answer) / items) if items else float(not answer)


def _largest_matching(clashes: Sequence[Sequence[int]]) -> int:
    """The largest number of pairs (earlier, later) with no place twice on the same side."""
    earlier_of: dict[int, int] = {}

    def find_partner(earlier: int, seen: set[int]) -> bool:
        """Pair `earlier`, if need be by giving those that are paired other partners; False when none is free."""
        for later in clashes[earlier]:
            if later not in seen:
                seen.add(later)
                if later not in earlier_of or find_partner(earlier_of[later], seen):
                    earlier_of[later] = earlier
                    return True
        return False

    return sum(find_partner(earlier, set()) for earlier in range(len(clashes)))

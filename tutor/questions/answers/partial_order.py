"""Scores a sequence of items, some of which must come before others, by its edit distance from a right order.

Two items are tied if neither must come before the other: either may come first, at no cost.

What must come before an item must also come before all items that depend on it. Two places of an answer
clash when the later one's item must come before the earlier one's (or is the same item again). The places
that can stay are the largest set in which no two clash. Clashing is a partial order, so that such a set is an
antichain, and its size is the number of places less the largest matching of clashing pairs (Dilworth; König).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tutor.errors import UsageError, clip

MAX_ITEMS = 100
"""The most items an order may have."""
MAX_PLACES = 200
"""The most places an answer may have."""


class PartialOrder(msgspec.Struct, frozen=True):
    """Items, and for each of them the items that must come before it."""

    before: dict[str, frozenset[str]]
    """Item → every item that must come before it, directly or through others."""

    @classmethod
    def from_dependencies(cls, depends: Mapping[str, Iterable[str]]) -> "PartialOrder":
        """The order in which each item comes after the items it depends on.

        Raises:
            UsageError: items that wait for each other in a circle, or too many of them.
        """
        direct_needs = {item: frozenset(needs) for item, needs in depends.items()}
        for needs in list(direct_needs.values()):
            for item in needs:  # an item that is only needed may be missing as a key
                direct_needs.setdefault(item, frozenset())
        if len(direct_needs) > MAX_ITEMS:
            raise UsageError(f"an order has at most {MAX_ITEMS} items; this one has {len(direct_needs)}")
        before: dict[str, frozenset[str]] = {}
        while len(before) < len(direct_needs):  # a topological sort, by layers
            waiting = [item for item in direct_needs if item not in before]
            ready = [item for item in waiting if direct_needs[item] <= before.keys()]
            if not ready:
                raise UsageError(f"'{clip(waiting[0], 30)}' waits for itself: its dependencies go in a circle")
            for item in ready:
                needs_of_needs = (before[need] for need in direct_needs[item])
                before[item] = direct_needs[item].union(*needs_of_needs)
        return cls(before)

    def count_edits(self, answer: Sequence[str]) -> int:
        """The fewest insertions and deletions that turn `answer` into a right order of all items.

        Raises:
            UsageError: the answer is longer than any that is read.
        """
        if len(answer) > MAX_PLACES:
            raise UsageError(f"an answer has at most {MAX_PLACES} places; this one has {len(answer)}")
        places = [item for item in answer if item in self.before]
        can_stay = len(places) - _largest_matching(self._clashes(places))  # the size of the largest set without a clash
        deletions, insertions = len(answer) - can_stay, len(self.before) - can_stay
        return deletions + insertions

    def _clashes(self, places: Sequence[str]) -> list[list[int]]:
        """For each place of an answer, the later places that clash: their item must come before, or is the same.

        Tied items never clash, as neither is in the other's `before`. (Another rule for ties would be made here.)
        """
        clashes = []
        for place, item in enumerate(places):
            not_after = {item, *self.before[item]}
            clashes.append([later for later in range(place + 1, len(places)) if places[later] in not_after])
        return clashes

    def score(self, answer: Sequence[str]) -> float:
        """1 for a right order of n items, less 1/n for each edit that it still needs, never below 0."""
        item_count = len(self.before)
        if not item_count:
            return float(not answer)
        return max(0.0, 1 - self.count_edits(answer) / item_count)


def _largest_matching(clashes: Sequence[Sequence[int]]) -> int:
    """The size of a maximum bipartite matching: as many pairs (earlier, later) as possible, each place once on a side.

    `clashes` lists for each earlier place the later places that it may be paired with. By Kuhn's algorithm, an
    augmenting path is searched for from each earlier place.
    """
    earlier_of: dict[int, int] = {}
    """Later place → the earlier one that it is paired with."""

    def find_partner(earlier: int, seen: set[int]) -> bool:
        """Pair `earlier` with a later place, re-pairing other places if necessary; return whether that was possible."""
        for later in clashes[earlier]:
            if later not in seen:
                seen.add(later)
                is_free = later not in earlier_of
                if is_free or find_partner(earlier_of[later], seen):
                    earlier_of[later] = earlier
                    return True
        return False

    return sum(find_partner(earlier, set()) for earlier in range(len(clashes)))

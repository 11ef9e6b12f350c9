"""Finds labels of readings that differ only in an index, such as m₁ and m₂, which can share a row of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tutor.patterns import compile_lazily

_INDEX = compile_lazily(r"[₀-₉]+|_\d+| \d+$")
"""The index in a label: subscripts, also as ASCII, or a number at the end, as in `feature 2`."""
_DIGIT = compile_lazily(r"[\d₀-₉]")
_AS_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "_ ")
MIN_ROWS, MAX_COLUMNS = 2, 2
"""With fewer rows than this, or more columns, a table is no easier to read than a list."""


@dataclass(frozen=True)
class IndexTable:
    """Which labels are in a table, by their places among all labels; the others are in a list."""

    indices: tuple[str, ...]
    """The index above each column."""
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    """(label without its index, the place of the label with each index), in the order of the labels."""
    others: tuple[int, ...]
    """The places of all other labels."""
    noun: str = ""
    """What is counted by the index, if all labels say it, such as `feature` in `μ, feature 1`; no row repeats it."""

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands above each column: the index, after its noun."""
        return tuple(f"{self.noun} {index}".strip() for index in self.indices)


@lru_cache(maxsize=64)
def find_table(labels: Sequence[str]) -> IndexTable | None:
    """The table of the labels that come with the same indices; `None` if there are too few or too many.

    There is none either while a label still lacks one of these indices: it would move into the table later.
    """
    places: dict[str, dict[str, int]] = {}  # a label without its index → index → place
    for place, label in enumerate(labels):
        found = _INDEX.findall(label)
        name = _INDEX.sub("", label)
        if len(found) == 1 and not _DIGIT.search(name):  # with two numbers, such as a unit's and an input's, it is long
            places.setdefault(name, {})[found[0].translate(_AS_DIGITS)] = place
    index_sets = [tuple(place_of) for place_of in places.values() if len(place_of) > 1]
    if not index_sets:
        return None
    indices = max(index_sets, key=index_sets.count)
    rows = tuple((name, tuple(place_of.values())) for name, place_of in places.items() if tuple(place_of) == indices)
    is_incomplete = any(set(place_of) < set(indices) for place_of in places.values())
    if len(rows) < MIN_ROWS or len(indices) > MAX_COLUMNS or is_incomplete:
        return None
    in_table = {place for _, row in rows for place in row}
    others = tuple(place for place in range(len(labels)) if place not in in_table)
    quantities, commas, nouns = zip(*(name.rpartition(", ") for name, _ in rows), strict=True)
    if not all(commas) or len(set(nouns)) > 1:
        return IndexTable(indices, rows, others)
    shortened_rows = tuple((quantity, row) for quantity, (_, row) in zip(quantities, rows, strict=True))
    return IndexTable(indices, shortened_rows, others, nouns[0])

"""How an answer is marked, as data for other programs, which have only a few ways to mark answers.

What a question's own grader does beyond that, such as naming a slip or forgiving a misspelling, is lost there.
"""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class MarkedValue:
    """A number that is right, or the result of a known mistake."""

    is_right: bool
    value: Fraction
    allowed_distance: Fraction
    """How far an answer may be from `value`."""
    feedback: str


@dataclass(frozen=True)
class MarkedTerm:
    """A term that is right, or that is often taken for it."""

    is_right: bool
    text: str
    feedback: str


@dataclass(frozen=True)
class ByOptions:
    """An answer is marked by the options that it picks."""

    right: frozenset[int]
    """Indices of the right options."""
    is_single: bool
    """Whether only one option can be picked; otherwise all right ones are."""


@dataclass(frozen=True)
class ByValue:
    """An answer is a number; it is marked by the first of `values` that it is near enough to."""

    values: tuple[MarkedValue, ...]
    unit: str


@dataclass(frozen=True)
class ByTerm:
    """An answer is a term, in upper or lower case."""

    terms: tuple[MarkedTerm, ...]


@dataclass(frozen=True)
class ByPairs:
    """An answer is a text for each place, such as the right column of a table for the left one."""

    pairs: tuple[tuple[str, str], ...]
    """(place, text that belongs there), both Markdown."""
    extra: tuple[str, ...]
    """Texts that belong to no place."""


Marking = ByOptions | ByValue | ByTerm | ByPairs

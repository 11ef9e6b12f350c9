"""How an answer is marked, as data for other programs, which have only a few ways to mark answers.

What a question's own grader does beyond that, such as naming a slip or forgiving a misspelling, is lost there.
"""

from fractions import Fraction

import msgspec


class MarkedValue(msgspec.Struct, frozen=True):
    """A number that is right, or the result of a known mistake."""

    is_right: bool
    value: Fraction
    allowed_distance: Fraction
    """How far an answer may be from `value`."""
    feedback: str


class MarkedTerm(msgspec.Struct, frozen=True):
    """A term that is right, or that is often taken for it."""

    is_right: bool
    text: str
    feedback: str


class ByOptions(msgspec.Struct, frozen=True):
    """An answer is marked by the options that it picks."""

    right: frozenset[int]
    """Indices of the right options."""
    is_single: bool
    """Whether only one option can be picked; otherwise all right ones are."""


class ByValue(msgspec.Struct, frozen=True):
    """An answer is a number; it is marked by the first of `values` that it is near enough to."""

    values: tuple[MarkedValue, ...]
    unit: str


class ByTerm(msgspec.Struct, frozen=True):
    """An answer is a term, in upper or lower case."""

    terms: tuple[MarkedTerm, ...]


class ByPairs(msgspec.Struct, frozen=True):
    """An answer is a text for each place, such as the right column of a table for the left one."""

    pairs: tuple[tuple[str, str], ...]
    """(place, text that belongs there), both Markdown."""
    extra: tuple[str, ...]
    """Texts that belong to no place."""


Marking = ByOptions | ByValue | ByTerm | ByPairs

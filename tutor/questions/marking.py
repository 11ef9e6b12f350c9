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
    band: Fraction
    """How far off an answer may be."""
    say: str


@dataclass(frozen=True)
class MarkedTerm:
    """A term that is right, or that is often taken for it."""

    is_right: bool
    text: str
    say: str


@dataclass(frozen=True)
class ByOptions:
    """Right options among others."""

    right: frozenset[int]
    is_single: bool
    """Whether only one option can be picked; otherwise all right ones are."""


@dataclass(frozen=True)
class ByValue:
    """One number; it is marked by the first of the values that it is near enough to."""

    values: tuple[MarkedValue, ...]
    unit: str


@dataclass(frozen=True)
class ByTerm:
    """One term, in whatever case."""

    terms: tuple[MarkedTerm, ...]


@dataclass(frozen=True)
class ByPairs:
    """A text for each place."""

    pairs: tuple[tuple[str, str], ...]
    """(place, what belongs there), both Markdown."""
    extra: tuple[str, ...]
    """What belongs to no place."""


Marking = ByOptions | ByValue | ByTerm | ByPairs

"""Strings that make a regular expression work hardest, derived from the expression itself."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _constants as constants  # type: ignore[attr-defined]  # what `re` itself is made of
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

BLANKS = (" ", "\t", "\n")
COMMON = ("a", "0", "é", "(", "[", "{", "$", "\\", "`", "*", "|", "-", ".", ",", "=", '"', ">", "#")
"""Signs that text is made of, taken where a class of characters has them."""
MOST_UNITS = 40
TAILS = ("", "\0")
"""What stands after what is repeated: nothing, or a sign that hardly any pattern takes."""


@dataclass(frozen=True)
class Case:
    """What the pattern begins with, then a piece of it over and over, then a sign that ends it or does not."""

    start: str
    unit: str
    tail: str

    def text(self, length: int) -> str:
        """About `length` characters."""
        return self.start + self.unit * (length // len(self.unit)) + self.tail


def pumped(pattern: "re.Pattern[str]") -> Iterator[Case]:
    """What to try on `pattern`."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    units = _units(tree)
    for start in dict.fromkeys(_starts(tree)):
        for unit in units:
            for tail in TAILS:
                yield Case(start, unit, tail)


def _units(tree: Any) -> Sequence[str]:
    """Pieces to be repeated: each sign the pattern speaks of, pairs of neighbours, and each part's shortest match."""
    starts = [start + tail for start in _starts(tree) for tail in ("", " ", "a ")]
    signs = [*BLANKS, *dict.fromkeys(_signs(tree))]
    pairs = [first + second for first, second in itertools.pairwise(signs)]
    parts = [*_parts(tree), *starts]
    return [unit for unit in dict.fromkeys([*signs[:20], *parts, *pairs]) if 0 < len(unit) < 60][:MOST_UNITS]


def _signs(tree: Any) -> Iterator[str]:
    for operation, argument in tree:
        if operation in {constants.LITERAL, constants.NOT_LITERAL, constants.IN, constants.ANY}:
            yield from _members(operation, argument)
        else:
            for inner in _inside(argument):
                yield from _signs(inner)


def _inside(argument: Any) -> Iterator[Any]:
    """The patterns within a part of a pattern."""
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, (tuple, list)):
        for item in argument:
            yield from _inside(item)


def _members(operation: Any, argument: Any) -> list[str]:
    """Some signs that a class of characters has."""
    if operation is constants.LITERAL:
        return [chr(argument)]
    tree = parser.SubPattern(parser.State(), [(operation, argument)])
    return [sign for sign in (*BLANKS, *COMMON, *_spelled(argument)) if _takes(tree, sign)][:4]


def _spelled(argument: Any) -> Iterator[str]:
    """The signs that a class names one by one."""
    for kind, value in argument if isinstance(argument, list) else ():
        if kind is constants.LITERAL:
            yield chr(value)
        elif kind is constants.RANGE:
            yield chr(value[0])


def _takes(tree: Any, sign: str) -> bool:
    (operation, argument) = tree[0]
    if operation is constants.ANY:
        return True
    if operation is constants.NOT_LITERAL:
        return sign != chr(argument)
    hits = [_hit(kind, value, sign) for kind, value in argument if kind is not constants.NEGATE]
    return any(hits) != (argument[0][0] is constants.NEGATE)


def _hit(kind: Any, value: Any, sign: str) -> bool:
    if kind is constants.LITERAL:
        return sign == chr(value)
    if kind is constants.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    categories = {"SPACE": sign.isspace(), "DIGIT": sign.isdigit(), "WORD": sign.isalnum() or sign == "_"}
    name = str(value).removeprefix("CATEGORY_")
    return not categories[name.removeprefix("NOT_")] if name.startswith("NOT_") else categories[name]


def _shortest(tree: Any) -> str:
    """A short string that `tree` takes, as far as this can be told piece by piece."""
    return "".join(_piece(operation, argument) for operation, argument in tree)


def _piece(operation: Any, argument: Any) -> str:
    if operation in {constants.LITERAL, constants.NOT_LITERAL, constants.IN, constants.ANY}:
        return str(next(iter(_members(operation, argument)), ""))
    if operation in {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}:
        return _shortest(argument[2]) * min(int(argument[0]), 50)
    if operation is constants.BRANCH:
        return _shortest(argument[1][0])
    if operation is constants.SUBPATTERN:
        return _shortest(argument[3])
    return _shortest(argument) if operation is constants.ATOMIC_GROUP else ""


def _parts(tree: Any) -> Iterator[str]:
    """The shortest match of what is repeated, of each branch, and of what stands around them."""
    for operation, argument in tree:
        for inner in _inside(argument):
            yield _shortest(inner)
            yield from _parts(inner)
        if operation in {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}:
            yield _shortest(argument[2])


def _starts(tree: Any, before: str = "") -> Iterator[str]:
    """What stands before each place where something may be repeated."""
    yield before
    for operation, argument in tree:
        if operation in {constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT}:
            yield before
        for inner in _inside(argument):
            yield from _starts(inner, before)
        before += _piece(operation, argument)

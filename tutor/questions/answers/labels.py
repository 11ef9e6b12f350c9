"""Answers made of letters: several options, an order, pairs. Reading them, and shuffling what they stand for."""

import random
import re
from collections.abc import Sequence
from string import ascii_lowercase
from typing import TypeVar

from tutor.expressions.source import one_line, plain_characters
from tutor.patterns import late
from tutor.questions.base import Option, Unreadable
from tutor.reading.answers import refuse_unprintable

_PLACE = late("[0-9]{1,2}")
_DASH = late("[-–—]")

LENGTH = 200
"""The most characters a typed list of letters may have."""
MOST = 12
"""The most entries a question may offer."""

Entry = TypeVar("Entry")

_BETWEEN = late(
    r"[\s,;→⇒&+/|·*]+|(?<![-=])[-=]*+>|\b(?:and|then|both|first|next|finally|options?|answers?)\b", re.IGNORECASE
)
_DASHED = late(r" ?\w(?: ?[-–—] ?\w){2,} ?")
_NUMBERED = late(r"([0-9]{1,2}) ?[.):=-]? ?([A-Za-z])(?![A-Za-z0-9])[ ,;]*")


def shuffled(entries: Sequence[Entry], name: str) -> list[Entry]:
    """`entries` in an order that depends on `name` alone."""
    order = list(entries)
    random.Random(name).shuffle(order)
    return order


def offered(texts: Sequence[str]) -> tuple[Option, ...]:
    """The `texts` as options called a, b, c and so on."""
    return tuple(map(Option, ascii_lowercase[: len(texts)], texts))


def read_letters(raw: str, options: Sequence[Option], how: str) -> list[int] | Unreadable:
    """The indices of the options whose letters, or numbers, were typed: `a, c`, `ac`, `a c`, `1 3`."""
    raw = " ".join(plain_characters(one_line(raw)).split())
    refused = refuse_unprintable(raw, LENGTH)
    if refused is not None:
        return refused if raw else Unreadable(f"Type {how}.")
    found = []
    for word in _words(raw, len(options)):
        index = ascii_lowercase.find(word.lower()) if word.isalpha() else int(word) - 1
        if not 0 <= index < len(options):
            return Unreadable(f"There is no option '{word}': type {how}.")
        found.append(index)
    return found or Unreadable(f"Type {how}.")


def _words(raw: str, count: int) -> list[str]:
    """Single letters, or numbers up to two digits; what is longer is spelt as its letters where that can be."""
    if _DASHED.fullmatch(raw):  # but a-c can mean a to c
        raw = _DASH.sub(" ", raw)
    words = []
    for word in _BETWEEN.sub(" ", _without_numbers(raw)).split():
        bare = word.strip("()[]{}.:?!\"'")
        if bare and set(bare.lower()) <= set(ascii_lowercase[:count]):
            words += list(bare)
        elif _PLACE.fullmatch(bare):
            words.append(bare)
        elif bare:
            return []
    mixed = {word.isdigit() for word in words} == {True, False}
    return [] if mixed else words


def _without_numbers(raw: str) -> str:
    """The letters of `1. a 2. c 3. b`, whose numbers only count."""
    numbers = [int(number) for number, _ in _NUMBERED.findall(raw)]
    if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) and not _NUMBERED.sub("", raw).strip():
        return _NUMBERED.sub(r"\2 ", raw)
    return raw

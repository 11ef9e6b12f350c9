"""Answers made of letters: several options, an order, pairs. Reading them, and shuffling what they stand for."""

import random
import re
from collections.abc import Sequence
from string import ascii_lowercase
from typing import TypeVar

from tutor.questions.answers import refuse_unprintable
from tutor.questions.base import Option, Unreadable

LENGTH = 200
"""The most characters a typed list of letters may have."""
MOST = 12
"""The most entries a question may offer."""

Entry = TypeVar("Entry")

_BETWEEN = re.compile(r"[\s,;>→&+]+|\band\b|\bthen\b", re.IGNORECASE)


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
    refused = refuse_unprintable(raw, LENGTH)
    if refused is not None:
        return refused if raw.strip() else Unreadable(f"Type {how}.")
    found = []
    for word in _words(raw, len(options)):
        index = ascii_lowercase.find(word.lower()) if word.isalpha() else int(word) - 1
        if not 0 <= index < len(options):
            return Unreadable(f"There is no option '{word}': type {how}.")
        found.append(index)
    return found or Unreadable(f"Type {how}.")


def _words(raw: str, count: int) -> list[str]:
    """Single letters, or numbers up to two digits; what is longer is spelt as its letters where that can be."""
    words = []
    for word in _BETWEEN.sub(" ", raw).split():
        bare = word.strip("().:")
        if re.fullmatch(f"[{ascii_lowercase[:count]}]+", bare, re.IGNORECASE):
            words += list(bare)
        elif re.fullmatch("[0-9]{1,2}", bare):
            words.append(bare)
        else:
            return []
    return words

"""Options as letters: shuffles and letters the options of a question, and reads the letters typed as an answer."""

import random
import re
from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import TypeVar

from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.base import Option, Unreadable
from tutor.reading.outcome import refuse_unprintable

_TWO_DIGITS = compile_lazily("[0-9]{1,2}")
_DASH = compile_lazily("[-–—]")

MAX_LETTERS_TEXT = 200
"""The most characters of typed letters."""
MAX_ENTRIES = 12
"""The most entries a question may offer."""

Entry = TypeVar("Entry")

_SEPARATOR = compile_lazily(
    r"[\s,;→⇒&+/|·*]+|(?<![-=])[-=]*+>|\b(?:and|then|both|first|next|finally|options?|answers?)\b", re.IGNORECASE
)
_DASHED = compile_lazily(r" ?\w(?: ?[-–—] ?\w){2,} ?")
_NUMBERED = compile_lazily(r"([0-9]{1,2}) ?[.):=-]? ?([A-Za-z])(?![A-Za-z0-9])[ ,;]*")


def shuffle_entries(entries: Sequence[Entry], name: str) -> list[Entry]:
    """`entries` in an order that depends on `name` alone."""
    order = list(entries)
    random.Random(name).shuffle(order)
    return order


def label_options(texts: Sequence[str]) -> tuple[Option, ...]:
    """The `texts` as options a, b, c and so on."""
    return tuple(map(Option, ascii_lowercase[: len(texts)], texts))


def duplicate_faults(texts: Iterable[str], what: str) -> list[str]:
    """Report each text that two entries share; `what` names the entries, such as "options"."""
    texts = list(texts)
    return [f"two {what} read the same: {text}" for text in dict.fromkeys(texts) if texts.count(text) > 1]


def read_letters(raw: str, options: Sequence[Option], how: str) -> list[int] | Unreadable:
    """The indices of the options whose letters, or numbers, were typed: `a, c`, `ac`, `a c`, `1 3`."""
    raw = " ".join(plain_characters(join_lines(raw)).split())
    refused = refuse_unprintable(raw, MAX_LETTERS_TEXT)
    if refused is not None:
        return refused if raw else Unreadable(f"Type {how}.")
    indices = []
    for word in _split_into_labels(raw, len(options)):
        index = ascii_lowercase.find(word.lower()) if word.isalpha() else int(word) - 1
        if not 0 <= index < len(options):
            return Unreadable(f"There is no option '{word}': type {how}.")
        indices.append(index)
    return indices or Unreadable(f"Type {how}.")


def _split_into_labels(raw: str, count: int) -> list[str]:
    """Split an answer into single letters, or numbers of up to two digits; longer words are split into letters."""
    if _DASHED.fullmatch(raw):  # but a-c can mean a to c
        raw = _DASH.sub(" ", raw)
    words = []
    for word in _SEPARATOR.sub(" ", _without_numbers(raw)).split():
        bare = word.strip("()[]{}.:?!\"'")
        if bare and set(bare.lower()) <= set(ascii_lowercase[:count]):
            words += list(bare)
        elif _TWO_DIGITS.fullmatch(bare):
            words.append(bare)
        elif bare:
            return []
    is_mixed = {word.isdigit() for word in words} == {True, False}
    return [] if is_mixed else words


def _without_numbers(raw: str) -> str:
    """The letters of `1. a 2. c 3. b`, whose numbers only count."""
    numbers = [int(number) for number, _ in _NUMBERED.findall(raw)]
    if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) and not _NUMBERED.sub("", raw).strip():
        return _NUMBERED.sub(r"\2 ", raw)
    return raw

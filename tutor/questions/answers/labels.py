"""Options as letters: shuffles and letters the options of a question, and reads the letters typed as an answer."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import TypeVar

from tutor.expressions.source import join_lines, plain_characters
from tutor.patterns import compile_lazily
from tutor.questions.base import Option, Unreadable
from tutor.reading.outcome import refuse_unusable

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
_JOINED_BY_DASHES = compile_lazily(r" ?\w(?: ?[-–—] ?\w){2,} ?")
"""Matches three letters or more joined by dashes, such as a-c-b; not a-c, since this can mean "a to c"."""
_NUMBERED_LETTER = compile_lazily(r"([0-9]{1,2}) ?[.):=-]? ?([A-Za-z])(?![A-Za-z0-9])[ ,;]*")


def shuffle_entries(entries: Sequence[Entry], seed: str) -> list[Entry]:
    """Return `entries` in a random order, which is always the same for the same `seed`."""
    shuffled = list(entries)
    random.Random(seed).shuffle(shuffled)
    return shuffled


def label_options(texts: Sequence[str]) -> tuple[Option, ...]:
    """The `texts` as options labelled a, b, c and so on."""
    return tuple(Option(label, text) for label, text in zip(ascii_lowercase, texts, strict=False))


def duplicate_faults(texts: Iterable[str], entries_name: str) -> list[str]:
    """A fault for each text that two entries share; `entries_name` is what they are called, such as "options"."""
    counts = Counter(texts)
    return [f"two {entries_name} read the same: {text}" for text, count in counts.items() if count > 1]


def read_letters(raw: str, options: Sequence[Option], how: str) -> list[int] | Unreadable:
    """The indices of the options whose letters, or numbers, were typed: `a, c`, `ac`, `a c`, `1 3`."""
    typed = " ".join(plain_characters(join_lines(raw)).split())
    refusal = refuse_unusable(typed, MAX_LETTERS_TEXT, when_empty=f"Type {how}.")
    if refusal is not None:
        return refusal
    indices = []
    for label in _split_into_labels(typed, len(options)):
        index = ascii_lowercase.find(label.lower()) if label.isalpha() else int(label) - 1  # option 1 has index 0
        if not 0 <= index < len(options):
            return Unreadable(f"There is no option '{label}': type {how}.")
        indices.append(index)
    return indices or Unreadable(f"Type {how}.")


def _split_into_labels(raw: str, option_count: int) -> list[str]:
    """Split an answer into labels: `acb` and `a, c, b` are three letters; `1 3` two numbers, of one or two digits each.

    The result is empty if the answer contains anything else, or both letters and numbers.
    """
    option_letters = set(ascii_lowercase[:option_count])
    if _JOINED_BY_DASHES.fullmatch(raw):
        raw = _DASH.sub(" ", raw)
    labels: list[str] = []
    for word in _SEPARATOR.sub(" ", _without_numbering(raw)).split():
        bare = word.strip("()[]{}.:?!\"'")
        if not bare:
            continue
        if set(bare.lower()) <= option_letters:  # only letters of options: no word is split
            labels += list(bare)
        elif _TWO_DIGITS.fullmatch(bare):
            labels.append(bare)
        else:
            return []
    has_letters_and_numbers = {label.isdigit() for label in labels} == {True, False}
    return [] if has_letters_and_numbers else labels


def _without_numbering(raw: str) -> str:
    """Remove the numbers of a numbered list: `1. a 2. c 3. b` → `a c b`; any other text is unchanged."""
    numbers = [int(number) for number, _ in _NUMBERED_LETTER.findall(raw)]
    counts_up_from_1 = numbers == list(range(1, len(numbers) + 1))
    has_nothing_else = not _NUMBERED_LETTER.sub("", raw).strip()
    if len(numbers) > 1 and counts_up_from_1 and has_nothing_else:
        return _NUMBERED_LETTER.sub(r"\2 ", raw)
    return raw

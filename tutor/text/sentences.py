"""Joins sentences without doubling their full stops, and words to a list with an "and"; writes what precedes a hint."""

from collections.abc import Sequence

SENTENCE_ENDS = (".", "?", "!", "…", ":")
"""Punctuation after which no full stop is added."""


def join_sentences(*parts: str) -> str:
    """The non-empty `parts` as one text; a full stop is added to each part that lacks an end."""
    stripped = [part.strip() for part in parts if part.strip()]
    return " ".join(part if part.endswith(SENTENCE_ENDS) else f"{part}." for part in stripped)


def hint_lead(number: int, total: int) -> str:
    """The words before the text of a hint: `Hint 2 of 3:`."""
    return f"Hint {number} of {total}:"


def join_words(items: Sequence[str], word: str = "and") -> str:
    """Join at least one item to a list in a sentence, with `word` before the last.

    One item gives `a`, two give `a and b`, three `a, b and c`.
    """
    *others, last = items
    return f"{', '.join(others)} {word} {last}" if others else last

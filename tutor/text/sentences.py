"""Joins sentences and words, numbers hints and the like, and finds the step that a sentence names."""

from collections.abc import Sequence

from tutor.patterns import compile_lazily

SENTENCE_ENDS = (".", "?", "!", "…", ":")
"""Punctuation after which no full stop is added."""

_STEP = compile_lazily(
    r"\b(?:step|epoch|update)s?(?:\s*[=<>]=?\s*|\s+)(\d{1,3}(?:,\d{3})+|\d+)"
    r"|(?<![\d,])(\d{1,3}(?:,\d{3})+|\d+) (?:steps|epochs|updates)\b"
)
"""A step of a run in words or in a condition: `step 2,000`, `60 updates`, `step >= 20`."""


def join_sentences(*parts: str) -> str:
    """The non-empty `parts` as one text; a full stop is added to each part that lacks an end."""
    stripped = [part.strip() for part in parts if part.strip()]
    return " ".join(part if part.endswith(SENTENCE_ENDS) else f"{part}." for part in stripped)


def numbered(noun: str, number: int, total: int) -> str:
    """The noun with its number, `Hint 2 of 3`; without a number if there is only one."""
    return f"{noun} {number} of {total}" if total > 1 else noun


def hint_lead(number: int, total: int) -> str:
    """The words before the text of a hint: `Hint 2 of 3:`, or `Hint:` if there is only one."""
    return f"{numbered('Hint', number, total)}:"


def join_words(items: Sequence[str], word: str = "and") -> str:
    """Join at least one item to a list in a sentence, with `word` before the last.

    One item gives `a`, two give `a and b`, three `a, b and c`.
    """
    *others, last = items
    return f"{', '.join(others)} {word} {last}" if others else last


def furthest_step_in(text: str) -> int:
    """The furthest step of a run that a text or a condition names; 0 if it names none."""
    numbers = (match[1] or match[2] for match in _STEP.finditer(text))
    return max((int(number.replace(",", "")) for number in numbers), default=0)

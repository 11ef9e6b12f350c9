"""Sentences put together: no doubled stops, and lists with an "and"."""

from collections.abc import Sequence

ENDS = (".", "?", "!", "…", ":")
"""What a sentence may end with already."""


def sentences(*parts: str) -> str:
    """`parts` as sentences one after another: each ends once, and empty ones are left out."""
    said = [part.strip() for part in parts if part.strip()]
    return " ".join(part if part.endswith(ENDS) else f"{part}." for part in said)


def listed(items: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *rest, last = items
    return f"{', '.join(rest)} {word} {last}" if rest else last

"""A line that is made plain step by step and remembers where each of its characters was typed."""

import re
import unicodedata
from collections.abc import Callable


class Line:
    """What was typed as `typed`, and what it has become as `text`."""

    __slots__ = ("_spans", "text", "typed")

    def __init__(self, typed: str, usual: Callable[[str], str]) -> None:
        """`typed` with each character replaced by `usual` and accents put after their letters."""
        self.typed = typed
        if typed.isascii():
            self.text, self._spans = typed, [(at, at + 1) for at in range(len(typed))]
            return
        pieces = [unicodedata.normalize("NFD", usual(character)) for character in typed]
        self.text = "".join(pieces)
        self._spans = [(at, at + 1) for at, piece in enumerate(pieces) for _ in piece]

    def sub(self, pattern: re.Pattern[str], said: str | Callable[[re.Match[str]], str]) -> None:
        """As `re.sub`."""
        text, pieces, spans, last = self.text, [], [], 0
        for match in pattern.finditer(text):
            new = match.expand(said) if isinstance(said, str) else said(match)
            pieces += [text[last : match.start()], new]
            spans += self._spans[last : match.start()] + self._spans_of(match, new)
            last = match.end()
        if last:
            self.text = "".join([*pieces, text[last:]])
            self._spans = spans + self._spans[last:]

    def _spans_of(self, match: re.Match[str], new: str) -> list[tuple[int, int]]:
        """Where the characters of `new` were typed: each in its place when it is a part of what it replaces."""
        begin, end = match.span()
        inside = match[0].find(new) if new else -1
        if inside >= 0:
            return self._spans[begin + inside : begin + inside + len(new)]
        return [(self._spans[begin][0], self._spans[end - 1][1])] * len(new)

    def piece(self, begin: int, length: int) -> str:
        """What was typed for the `length` characters of `text` from `begin`."""
        spans = self._spans[begin : begin + max(length, 1)]
        if not spans:
            return ""
        return self.typed[min(first for first, _ in spans) : max(last for _, last in spans)]

    def strip(self) -> None:
        """Without blanks at its ends."""
        begin, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        self.text, self._spans = self.text[begin:end], self._spans[begin:end]

"""Typed text: replaces look-alike characters, and keeps for every line and token what was typed originally."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from tutor.errors import clip
from tutor.patterns import compile_lazily

_IN_QUOTES = compile_lazily("'([^']+)'")

_LOOKALIKES = {
    **dict.fromkeys("−˗➖﹣", "-"),
    **dict.fromkeys("➕﹢", "+"),
    **dict.fromkeys("×✕✖⨯⋅·•∙∗╳", "*"),
    **dict.fromkeys("÷⁄∕", "/"),
    **dict.fromkeys("〜～∼", "~"),
    **{"٫": ".", "٬": ",", "٪": "%", "﹪": "%", "’": "'", "。": ".", "、": ","},
}
_FULL_WIDTH = range(0xFF01, 0xFF5F)
"""The full-width forms of ASCII."""
_TO_HALF_WIDTH = 0xFEE0
"""What a full-width form lies above its ASCII character."""
_MATHEMATICAL = range(0x1D400, 0x1D800)
"""Italic, bold and ornate letters and digits for formulas."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of controls, formats, surrogates, private and unassigned characters, and line ends."""
_BREAK = compile_lazily(r"(?<![ \t])[ \t]*+[\r\n\v\f\x85\u2028\u2029]\s*+")
_BREAK_BETWEEN_NUMBERS = compile_lazily(rf"(?<=\d){_BREAK.pattern}(?=\d)")


def join_lines(text: str) -> str:
    """`text` on one line: pasted lines are joined, but in such a way that two numbers do not become one."""
    joined = _BREAK_BETWEEN_NUMBERS.sub("; ", text.strip())
    return _BREAK.sub(" ", joined).replace("\t", " ")


def plain_character(character: str) -> str:
    """Replace a character by the plain one it looks like, if any: `−` by `-`, `𝑥` by `x`."""
    if character.isascii():
        return character
    if character in _LOOKALIKES:
        return _LOOKALIKES[character]
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - _TO_HALF_WIDTH)
    if ord(character) in _MATHEMATICAL:
        return unicodedata.normalize("NFKC", character)
    # Spaces, dashes, and the decimal digits of other scripts.
    by_category = {"Zs": " ", "Pd": "-", "Nd": str(unicodedata.decimal(character, ""))}
    return by_category.get(unicodedata.category(character), character)


def half_width(text: str) -> str:
    """`text` with full-width letters, digits and signs as half-width ones, and nothing else changed."""
    return "".join(chr(ord(item) - _TO_HALF_WIDTH) if ord(item) in _FULL_WIDTH else item for item in text)


def plain_characters(text: str) -> str:
    """`text` with every look-alike as the plain character that it looks like."""
    return text if text.isascii() else "".join(map(plain_character, text))


def invisible_character(text: str) -> str:
    """The name of the first invisible character in `text` (a control, a direction mark), or ""."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE:
            return unicodedata.name(character, f"character {ord(character)}").lower()
    return ""


def quote(piece: str, typed: str) -> str:
    """`piece` in quotation marks if exactly that was typed; otherwise all that was typed."""
    piece = piece.strip()
    return f"'{clip(piece if piece and piece in typed else typed.strip(), 40)}'"


def quote_as_typed(message: str, typed: str) -> str:
    """`message` with only typed text in its quotation marks; a suggestion after "did you mean" is left alone."""
    fault, mark, suggestion = message.partition("did you mean")
    return _IN_QUOTES.sub(lambda match: quote(match[1], typed), fault) + mark + suggestion


class Token(NamedTuple):
    """A piece of the text: its kind, its canonical spelling, where it begins, and how it was typed."""

    kind: str
    """`number`, `name`, `function`, `text`, `sign` (words such as `and` too), or `end`."""
    text: str
    at: int
    original: str
    """The same as it was typed: `α` for `alpha`."""


class SourceLine:
    """A line that is rewritten step by step and remembers where each of its characters was typed."""

    __slots__ = ("_spans", "original", "text")

    def __init__(self, original: str, rewrite: Callable[[str], str] | None = None) -> None:
        """`original`, with each character replaced by what `rewrite` gives for it."""
        self.text = self.original = original
        self._spans: list[tuple[int, int]] | None = None
        """Where each character of `text` was typed; `None` while `text` is what was typed."""
        if rewrite is not None and not original.isascii():
            pieces = [rewrite(character) for character in original]
            self.text = "".join(pieces)
            self._spans = [(at, at + 1) for at, piece in enumerate(pieces) for _ in piece]

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> None:
        """As `re.sub`."""
        matches = list(pattern.finditer(self.text))
        if not matches:
            return
        text, before = self.text, self._spans or [(at, at + 1) for at in range(len(self.text))]
        pieces, spans, last = [], [], 0
        for match in matches:
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            pieces += [text[last : match.start()], new]
            spans += before[last : match.start()] + _spans_for(match, new, before)
            last = match.end()
        self.text = "".join([*pieces, text[last:]])
        self._spans = spans + before[last:]

    def original_at(self, begin: int, length: int) -> str:
        """The original text of the `length` characters of `text` from `begin`."""
        if self._spans is None:
            return self.original[begin : begin + max(length, 1)]
        spans = self._spans[begin : begin + max(length, 1)]
        if not spans:
            return ""
        return self.original[min(first for first, _ in spans) : max(last for _, last in spans)]

    def strip(self) -> None:
        """Remove blanks at both ends."""
        begin, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        if (begin, end) != (0, len(self.text)):
            spans = self._spans or [(at, at + 1) for at in range(len(self.text))]
            self.text, self._spans = self.text[begin:end], spans[begin:end]


def _spans_for(match: re.Match[str], new: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the characters of `new` were typed: each at its own place if `new` is part of what it replaces."""
    begin, end = match.span()
    inside = match[0].find(new) if new else -1
    if inside >= 0:
        return spans[begin + inside : begin + inside + len(new)]
    return [(spans[begin][0], spans[end - 1][1])] * len(new)

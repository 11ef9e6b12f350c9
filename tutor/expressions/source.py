"""Typed text: replaces look-alike characters, and remembers for every line and token what was typed originally."""

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
"""The difference between the code of a full-width form and that of its ASCII character."""
_MATHEMATICAL = range(0x1D400, 0x1D800)
"""Italic, bold and ornate letters and digits for formulas."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of controls, formats, surrogates, private and unassigned characters, and line ends."""
_LINE_BREAK = compile_lazily(r"(?<![ \t])[ \t]*+[\r\n\v\f\x85\u2028\u2029]\s*+")
_LINE_BREAK_BETWEEN_NUMBERS = compile_lazily(rf"(?<=\d){_LINE_BREAK.pattern}(?=\d)")


def join_lines(text: str) -> str:
    """`text` on one line: a line break becomes a space, but `; ` between two numbers, to keep them apart."""
    joined = _LINE_BREAK_BETWEEN_NUMBERS.sub("; ", text.strip())
    return _LINE_BREAK.sub(" ", joined).replace("\t", " ")


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
    match unicodedata.category(character):
        case "Zs":  # spaces
            return " "
        case "Pd":  # dashes
            return "-"
        case "Nd":  # the decimal digits of other scripts
            return str(unicodedata.decimal(character))
    return character


def half_width(text: str) -> str:
    """Replace full-width letters, digits and signs in `text` by the ordinary ones, and change nothing else."""
    return "".join(chr(ord(item) - _TO_HALF_WIDTH) if ord(item) in _FULL_WIDTH else item for item in text)


def plain_characters(text: str) -> str:
    """Replace every character in `text` that looks like a plain one by the plain one."""
    if text.isascii():
        return text
    return "".join(plain_character(character) for character in text)


def invisible_character(text: str) -> str:
    """The name of the first invisible character in `text` (a control, a direction mark), or ""."""
    for character in text:
        if unicodedata.category(character) in _INVISIBLE:
            return unicodedata.name(character, f"character {ord(character)}").lower()
    return ""


def quote(piece: str, typed: str) -> str:
    """Quote `piece` if the learner typed it exactly so; otherwise quote all that she typed."""
    piece = piece.strip()
    quoted = piece if piece and piece in typed else typed.strip()
    return f"'{clip(quoted, 40)}'"


def quote_as_typed(message: str, typed: str) -> str:
    """Replace the quotations in `message` by text that was typed; a suggestion after "did you mean" is left alone."""
    fault, mark, suggestion = message.partition("did you mean")
    return _IN_QUOTES.sub(lambda match: quote(match[1], typed), fault) + mark + suggestion


class Token(NamedTuple):
    """A piece of an expression that the parser takes as one: such as a number, a name or an operator."""

    kind: str
    """`number`, `name`, `function`, `string`, `symbol` (words such as `and` too), or `end`."""
    text: str
    """Its canonical spelling."""
    start: int
    """The index of its first character in the line as the lexer saw it, which may have been rewritten."""
    original: str
    """The token as it was typed: `α` for `alpha`."""


Span = tuple[int, int]
"""The start and stop, like those of a slice, of a piece of the typed text."""


class SourceLine:
    """A line that is rewritten step by step and remembers where each of its characters was typed."""

    __slots__ = ("_spans", "original", "text")

    def __init__(self, original: str, rewrite_character: Callable[[str], str] | None = None) -> None:
        """Take `original`, and rewrite each of its characters, unless the whole line is ASCII."""
        self.text = self.original = original
        self._spans: list[Span] | None = None
        """The span in `original` that each character of `text` comes from; `None` while the two are the same."""
        if rewrite_character is not None and not original.isascii():
            pieces = [rewrite_character(character) for character in original]
            self.text = "".join(pieces)
            self._spans = [(index, index + 1) for index, piece in enumerate(pieces) for _ in piece]

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> None:
        """Replace every match of `pattern` in `text`, as `re.sub` does."""
        matches = list(pattern.finditer(self.text))
        if not matches:
            return
        old_text, old_spans = self.text, self._all_spans()
        new_pieces: list[str] = []
        new_spans: list[Span] = []
        previous_end = 0  # where the previous match ended in the old text
        for match in matches:
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            unmatched = slice(previous_end, match.start())
            new_pieces += [old_text[unmatched], new]
            new_spans += [*old_spans[unmatched], *_spans_of_replacement(match, new, old_spans)]
            previous_end = match.end()
        self.text = "".join([*new_pieces, old_text[previous_end:]])
        self._spans = new_spans + old_spans[previous_end:]

    def _all_spans(self) -> list[Span]:
        """Where each character of `text` was typed."""
        return self._spans or [(index, index + 1) for index in range(len(self.text))]

    def original_at(self, begin: int, length: int) -> str:
        """The typed text that `text[begin : begin + length]` comes from; at least one character, to be quoted."""
        end = begin + max(length, 1)
        if self._spans is None:
            return self.original[begin:end]
        spans = self._spans[begin:end]
        if not spans:
            return ""
        first_start = min(start for start, _ in spans)
        last_stop = max(stop for _, stop in spans)
        return self.original[first_start:last_stop]

    def strip(self) -> None:
        """Remove blanks at both ends."""
        begin, end = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        if end - begin < len(self.text):
            spans = self._all_spans()
            self.text, self._spans = self.text[begin:end], spans[begin:end]


def _spans_of_replacement(match: re.Match[str], new: str, old_spans: list[Span]) -> list[Span]:
    """List, for each character of `new`, which replaces `match`, the span of the typed text that it comes from.

    If `new` is a part of the match, its characters keep their spans; otherwise each gets the span of the whole match.
    `old_spans` has the span of each character of the line that `match` was found in.
    """
    begin, end = match.span()
    offset = match[0].find(new) if new else -1
    if offset >= 0:
        return old_spans[begin + offset : begin + offset + len(new)]
    whole_span = (old_spans[begin][0], old_spans[end - 1][1])
    return [whole_span] * len(new)

"""Signs that look alike, made one: blanks, minus signs, full-width letters, the digits of every script."""

import unicodedata

from tutor.errors import clip
from tutor.patterns import late

_IN_QUOTES = late("'([^']+)'")

_SAME = {
    **dict.fromkeys("−˗➖﹣", "-"),
    **dict.fromkeys("➕﹢", "+"),
    **dict.fromkeys("×✕✖⨯⋅·•∙∗╳", "*"),
    **dict.fromkeys("÷⁄∕", "/"),
    **dict.fromkeys("〜～∼", "~"),
    **{"٫": ".", "٬": ",", "٪": "%", "﹪": "%", "’": "'", "。": ".", "、": ","},
}
_WIDE = range(0xFF01, 0xFF5F)
"""The full-width twins of ASCII."""
_SLANTED = range(0x1D400, 0x1D800)
"""Letters and digits that are slanted, heavy or ornate in a formula."""
_BREAK = late(r"(?<![ \t])[ \t]*+[\r\n\v\f\x85\u2028\u2029]\s*+")
_BETWEEN_NUMBERS = late(rf"(?<=\d){_BREAK.pattern}(?=\d)")


def one_line(text: str) -> str:
    """`text` in one line: what was pasted in several is joined, so that two numbers do not become one."""
    joined = _BETWEEN_NUMBERS.sub("; ", text.strip())
    return _BREAK.sub(" ", joined).replace("\t", " ")


def usual(character: str) -> str:
    """The plain sign that `character` is a twin of; itself when it is none."""
    if character.isascii():
        return character
    if character in _SAME:
        return _SAME[character]
    if ord(character) in _WIDE:
        return chr(ord(character) - 0xFEE0)
    if ord(character) in _SLANTED:
        return unicodedata.normalize("NFKC", character)
    return {"Zs": " ", "Pd": "-", "Nd": str(unicodedata.decimal(character, ""))}.get(
        unicodedata.category(character), character
    )


def narrow(text: str) -> str:
    """`text` with full-width letters, digits and signs as narrow ones, and nothing else changed."""
    return "".join(chr(ord(item) - 0xFEE0) if ord(item) in _WIDE else item for item in text)


def in_usual_signs(text: str) -> str:
    """`text` with every sign that is a twin of a plain one made that."""
    return text if text.isascii() else "".join(map(usual, text))


def hidden(text: str) -> str:
    """The name of the first invisible character in `text` (a control, a mark of direction), or ""."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            return unicodedata.name(character, f"character {ord(character)}").lower()
    return ""


def quoted(piece: str, typed: str) -> str:
    """`piece` in quotation marks where it was typed just so; otherwise all that was typed."""
    piece = piece.strip()
    return f"'{clip(piece if piece and piece in typed else typed.strip(), 40)}'"


def requoted(message: str, typed: str) -> str:
    """`message` with nothing in quotation marks that was not typed; what it suggests instead is left alone."""
    said, mark, suggested = message.partition("did you mean")
    return _IN_QUOTES.sub(lambda match: quoted(match[1], typed), said) + mark + suggested

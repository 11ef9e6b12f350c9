"""Writes text in any encoding, with an ASCII form for characters that the encoding lacks."""

import unicodedata
from functools import lru_cache

from tutor.patterns import compile_lazily

_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜⱼᵢᵀ"
_MARKS = "\\u0300-\\u036f\\u20d0-\\u20ff"
_CLUSTER = compile_lazily(f"[{_SMALL}]+|[^\\x00-\\x7f{_MARKS}][{_MARKS}]*|[\\x20-\\x7e]?[{_MARKS}]+")
"""Characters that are replaced together: a run of superscripts or subscripts, a letter with its accents."""


def transliterate(text: str, encoding: str) -> str:
    """`text` with every character that `encoding` lacks replaced by its ASCII form."""
    if text.isascii() or can_encode(text, encoding):
        return text
    return _CLUSTER.sub(lambda match: _ascii_form(match[0], encoding), text)


def can_encode(text: str, encoding: str) -> bool:
    """Whether every character of `text` can be written in `encoding`."""
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


@lru_cache(maxsize=4096)
def _ascii_form(cluster: str, encoding: str) -> str:
    from tutor.maths.ascii import replace_signs

    for written in (cluster, unicodedata.normalize("NFC", cluster)):
        if can_encode(written, encoding):
            return written
    return replace_signs(cluster)

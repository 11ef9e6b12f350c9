"""Writes text in any encoding, with an ASCII form for characters that the encoding lacks."""

import unicodedata
from functools import lru_cache

from tutor.patterns import compile_lazily

_SUPERSCRIPTS_AND_SUBSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜⱼᵢᵀ"
_ACCENTS = "\\u0300-\\u036f\\u20d0-\\u20ff"
"""Combining marks, as a range for a pattern."""
_CLUSTER = compile_lazily(
    f"[{_SUPERSCRIPTS_AND_SUBSCRIPTS}]+|[^\\x00-\\x7f{_ACCENTS}][{_ACCENTS}]*|[\\x20-\\x7e]?[{_ACCENTS}]+"
)
"""Characters that are replaced together: a run of superscripts or subscripts, or one character with its accents.

The pattern has three cases: a run, since `⁻¹²` becomes one exponent; a character beyond ASCII, with or without accents;
an ASCII character with accents. ASCII characters without accents do not match, and stay as they are.
"""


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
    """The first form of a cluster that `encoding` can write: unchanged, with letter and accent composed, or ASCII."""
    from tutor.maths.ascii import to_ascii

    for form in (cluster, unicodedata.normalize("NFC", cluster)):
        if can_encode(form, encoding):
            return form
    return to_ascii(cluster)

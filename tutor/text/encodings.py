"""What an encoding can carry, and how the signs that it lacks are written instead: in ASCII, and none lost."""

import unicodedata
from functools import lru_cache

from tutor.patterns import late

_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜⱼᵢᵀ"
_MARKS = "\\u0300-\\u036f\\u20d0-\\u20ff"
_CLUSTER = late(f"[{_SMALL}]+|[^\\x00-\\x7f{_MARKS}][{_MARKS}]*|[\\x20-\\x7e]?[{_MARKS}]+")
"""What has to be written together: small signs beside each other, and a letter with its marks."""


def carried(text: str, encoding: str) -> str:
    """`text` in signs that `encoding` has; each of the others in its ASCII form, and none lost."""
    if text.isascii() or can_carry(text, encoding):
        return text
    return _CLUSTER.sub(lambda found: _form(found[0], encoding), text)


def can_carry(text: str, encoding: str) -> bool:
    """Whether every sign of `text` can be written in `encoding`."""
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


@lru_cache(maxsize=4096)
def _form(cluster: str, encoding: str) -> str:
    from tutor.maths.ascii import replace_signs

    for written in (cluster, unicodedata.normalize("NFC", cluster)):
        if can_carry(written, encoding):
            return written
    return replace_signs(cluster)

"""A typed expression cut into tokens: signs and letters of every alphabet made one, LaTeX commands named."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from tutor.errors import clip
from tutor.reading.algebra.names import GREEK
from tutor.reading.algebra.vectors import NO_VECTORS, VECTOR_SIGNS, is_vector_at
from tutor.reading.line import Line
from tutor.reading.notation import RAISED
from tutor.reading.signs import usual
from tutor.reading.tokens import ExpressionError

_MORE = {"″": "''", "∂": "d", "ℓ": "l", "µ": "μ", "∣": "|", "′": "'", "´": "'", "ʹ": "'"}
_ABOVE = {**RAISED, **dict(zip("ⁿⁱʲᵏˡᵐᵗ", "nijklmt", strict=True))}
_RAISED = f"[{''.join(_ABOVE).replace('⁺', '').replace('⁻', '')}]+"
_ABOVE_RUN = re.compile(f"[⁺⁻]?{_RAISED}(?:[⁺⁻]{_RAISED})*")
_BELOW = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aeijklmnoprstuvx", strict=True))
_BELOW_RUN = re.compile(f"[{''.join(_BELOW)}]+")
_VULGAR = re.compile("(?<![0-9])([0-9]*+) ?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])")
_ACCENT = re.compile(f"([A-Za-z{''.join(GREEK)}])([\u0302\u0304\u0303])")
_ACCENTS = {"\u0302": "_hat", "\u0304": "_bar", "\u0303": "_tilde"}
_GREEK = re.compile(f"([{''.join(GREEK)}])(?=([A-Za-z{''.join(GREEK)}])?)")
_LATEX = (
    (re.compile(r"^\s*(\${1,2})([^$]*)\1\s*$"), r"\2"),
    (re.compile(r"^\s*\\[(\[](.*)\\[)\]]\s*$"), r"\1"),
    (re.compile(r"\\(?:left|right|displaystyle)(?![A-Za-z])|\\[,;:!]"), " "),
    (re.compile(r"\\(?:left|right)(?=[|(\[\])])|\\ "), " "),
    (re.compile(r"\\(?:cdot|times|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\b(?:np|numpy|jnp|math|cmath|torch|tf|scipy|Math)\.(?=[A-Za-z])"), ""),
    (re.compile(r"\\sqrt ?([0-9])"), r"\\sqrt{\1}"),
    (re.compile(r"\\(hat|bar|tilde) ?(?:{ ?\\?([A-Za-z]+) ?}|\\?([A-Za-z]))"), r" \2\3_\1"),
    (re.compile(r"\\(?:operatorname|mathrm|text|mathit|boldsymbol|mathbf) ?{ ?([A-Za-z]+) ?}"), r" \1"),
    (re.compile(r"\\partial ?(?=\\?[A-Za-z])"), "d"),
    (re.compile(r"\\[dt]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\frac ?([0-9]) ?([0-9])"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\[lr]?vert(?![A-Za-z])"), "|"),
    (re.compile(r"\\(?!frac|sqrt)([A-Za-z]{2,}+)(?= ?[A-Za-z\\])"), r" \1 "),
    (re.compile(r"\\(?!frac|sqrt)([A-Za-z]{2,}+)"), r" \1"),
)
_LOOSE = re.compile(r"([A-Za-z]) +(?=[_'])")
_TOKEN = re.compile(
    r"(?P<space>[ \t]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![0-9.]))?)"
    r"|(?P<name>[A-Za-z]+[0-9]*(?:_(?:[A-Za-z]+[0-9]*|[0-9]+|\{[A-Za-z0-9,]+\}))*'*)"
    r"|(?P<command>\\(?:frac|sqrt)(?![A-Za-z]))"
    r"|(?P<sign>\*\*|[-+*/^()|,{}!√\[\]])"
)


class Token(NamedTuple):
    """A piece of the text, and where it begins in the text as it was made plain."""

    sort: str
    text: str
    at: int
    typed: str
    """What it was typed as: `α` for `alpha`."""


def plain(text: str) -> Line:
    """`text` in ASCII as far as it is mathematics; letters that only look like others stay what they are."""
    line = Line(text, _usual)
    for pattern, said in _STEPS if not line.text.isascii() else _ASCII_STEPS:
        line.sub(pattern, said)
    line.strip()
    return line


def _usual(character: str) -> str:
    """Every sign as the plain one that it is a twin of."""
    return _MORE.get(character) or usual(character)


def _vulgar(match: re.Match[str]) -> str:
    fraction = unicodedata.normalize("NFKC", match[2]).replace("\N{FRACTION SLASH}", "/")
    return f"({match[1]}+{fraction})" if match[1] else f"({fraction})"


def _composed(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[0])


def _greek(match: re.Match[str]) -> str:
    return f" {GREEK[match[1]]}" + (" " if match[2] else "")


_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_ACCENT, lambda match: match[1] + _ACCENTS[match[2]]),
    (re.compile(".[\u0300-\u036f]+"), _composed),
    (_GREEK, _greek),
    (_ABOVE_RUN, lambda match: "^(" + "".join(_ABOVE[item] for item in match[0]) + ")"),
    (_BELOW_RUN, lambda match: "_" + "".join(_BELOW[item] for item in match[0])),
    (_VULGAR, _vulgar),
    *_LATEX,
    (_LOOSE, r"\1"),
)
_ASCII_STEPS = (*_LATEX, (_LOOSE, r"\1"))


def tokens(line: Line) -> list[Token]:
    """The tokens of a `line` that was made plain; the last is its end.

    Raises:
        ExpressionError: a character that no formula has.
    """
    found, at, text = [], 0, line.text
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(
                NO_VECTORS if is_vector_at(text, at) else _no_place_for(line.piece(at, 1) or text[at])
            )
        if match.lastgroup != "space":
            sort, said = str(match.lastgroup), "^" if match[0] == "**" else match[0]
            found.append(Token(sort, said, at, line.piece(at, len(match[0]))))
        at = match.end()
    return [*found, Token("end", "", len(text), "")]


def _no_place_for(character: str) -> str:
    if character in VECTOR_SIGNS:
        return NO_VECTORS
    if character == "=":
        return "type only what stands after the equals sign"
    if character == ";":
        return "type one expression alone"
    if character == ":":
        return "write a division with a stroke: a/b"
    if character in "<>":
        return "a comparison is no answer here: type one expression"
    if character in "\"'":
        return "quotes have no place in a formula; take them out"
    return f"the sign '{clip(character, 5)}' has no place in a formula: leave it out"

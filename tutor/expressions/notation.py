"""Rewrites typed notation in plain ASCII: Unicode signs, raised and lowered digits, Greek letters, LaTeX.

One table of rules, applied in its order, serves numbers and formulas. Each rule has two replacements. `number` is used
where a number was typed; the result is read by `tutor.reading`, which knows mixed numbers, per cent and thousands.
`formula` is used where a formula was typed; the result is cut into tokens. Some rules have only one of the two, since
numbers and formulas are read differently.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from tutor.characters import FROM_SUBSCRIPT, FROM_SUPERSCRIPT, SUBSCRIPTS, SUPERSCRIPTS
from tutor.expressions.names import GREEK
from tutor.expressions.source import SourceLine, plain_character, plain_characters
from tutor.patterns import compile_lazily

Replacement = str | Callable[[re.Match[str]], str]

_RAISED_WITHOUT_SIGN = f"[{''.join(SUPERSCRIPTS.values()).replace('⁺', '').replace('⁻', '')}]+"
"""A pattern for raised characters other than ⁺ and ⁻."""
_COMBINING_ACCENTS = {"\u0302": "_hat", "\u0304": "_bar", "\u0303": "_tilde"}
_LETTER = f"[A-Za-z{''.join(GREEK)}]"
_FORMULA_LOOKALIKES = {"″": "''", "∂": "d", "ℓ": "l", "µ": "μ", "∣": "|", "′": "'", "´": "'", "ʹ": "'"}


def _power(match: re.Match[str]) -> str:
    """`²` → `^(2)`."""
    return f"^({match[0].translate(FROM_SUPERSCRIPT)})"


def _subscript(match: re.Match[str]) -> str:
    """`₁` → `_1`."""
    return f"_{match[0].translate(FROM_SUBSCRIPT)}"


def _mixed_number(match: re.Match[str]) -> str:
    """`1½` in a typed number → `1 1/2`; as part of an operation, as in 2^½ and ⅔², it gets brackets: `(1+1/2)`."""
    before, after = match.string[: match.start()].rstrip(), match.string[match.end() :]
    whole, fraction = match[1], _fraction_of(match[2])
    # A sign that is the first character is the number's own, and no operation; a / or * is always one.
    has_operation_before = _OPERATION.search(before[1:]) or before[-1:] in {"/", "*"}
    is_alone = not has_operation_before and not _OPERATION.search(after)
    if is_alone or _ends_in_digits(before):
        # The space keeps the fraction apart from the whole number, or from the digits or words before it.
        return f"{whole} {fraction}" if whole or before else fraction
    return f"({whole}+{fraction})" if whole else f"({fraction})"


def _sum_with_fraction(match: re.Match[str]) -> str:
    """`1½` in a formula → `(1+1/2)`.

    After a digit, a point or a comma there are no brackets: the parser then refuses a digit before the fraction, as in
    `1 1/2`, but reads the `1/2` of `max(1,½)`.
    """
    whole, fraction = match[1], _fraction_of(match[2])
    if _ends_in_digits(match.string[: match.start()].rstrip()):
        return f" {whole} {fraction}"
    return f"({whole}+{fraction})" if whole else f"({fraction})"


def _fraction_of(character: str) -> str:
    """Write a vulgar fraction such as `½` as `1/2`."""
    return unicodedata.normalize("NFKC", character).replace("\N{FRACTION SLASH}", "/")


def _ends_in_digits(text: str) -> bool:
    """Whether the last character may belong to a number: a digit, a point or a comma."""
    return text[-1:].isdigit() or text[-1:] in {".", ","}


_VULGAR_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
_OPERATION = compile_lazily(rf"[-+*/^()√{_VULGAR_FRACTIONS}]")


def _raised_fraction(match: re.Match[str]) -> str:
    """`¹/₂` → `(1/2)`."""
    return f"({match[1].translate(FROM_SUPERSCRIPT)}/{match[2].translate(FROM_SUBSCRIPT)})"


def _greek_name(match: re.Match[str]) -> str:
    """`α` → ` alpha`; a space is added if another letter follows, so that `αx` is two names."""
    return f" {GREEK[match[1]]}" + (" " if match[2] else "")


class Rule(NamedTuple):
    """A pattern, and its replacements in a number and in a formula; `None` if the rule does not apply to that kind."""

    pattern: re.Pattern[str]
    number: Replacement | None = None
    formula: Replacement | None = None

    @property
    def matches_ascii(self) -> bool:
        """Whether ASCII text can match it: a pattern that has other characters needs one of them in the text."""
        return self.pattern.pattern.isascii()


_UNICODE = (
    Rule(
        compile_lazily(f"({_LETTER})([\u0302\u0304\u0303])"),
        formula=lambda match: match[1] + _COMBINING_ACCENTS[match[2]],
    ),
    Rule(compile_lazily(".[\u0300-\u036f]+"), formula=lambda match: unicodedata.normalize("NFC", match[0])),
    Rule(compile_lazily(f"([{''.join(GREEK)}])(?=({_LETTER})?)"), formula=_greek_name),
    Rule(compile_lazily(r"(?<![\w)⁰¹²³⁴-⁹⁺⁻])([⁰¹²³⁴-⁹]++) ?/ ?([₀-₉]++)"), _raised_fraction, _raised_fraction),
    Rule(compile_lazily(f"[⁺⁻]?{_RAISED_WITHOUT_SIGN}(?:[⁺⁻]{_RAISED_WITHOUT_SIGN})*"), _power, _power),
    Rule(compile_lazily(f"[{''.join(SUBSCRIPTS.values())}]+"), formula=_subscript),
    Rule(compile_lazily(f"(?<![0-9])([0-9]*+) ?([{_VULGAR_FRACTIONS}])"), _mixed_number, _sum_with_fraction),
)
_LATEX = (
    Rule(compile_lazily(r"\$([^$]*)\$"), number=r"\1"),
    Rule(compile_lazily(r"^\s*(\${1,2})([^$]*)\1\s*$"), formula=r"\2"),
    Rule(compile_lazily(r"\\[(\[]((?:(?!\\[()\[\]]).)*+)\\[)\]]"), number=r"\1"),
    Rule(compile_lazily(r"^\s*\\[(\[](.*)\\[)\]]\s*$"), formula=r"\1"),
    Rule(compile_lazily(r"\\(?:cdot|times|ast)(?![A-Za-z])"), "*", "*"),
    Rule(compile_lazily(r"\\div(?![A-Za-z])"), "/", "/"),
    Rule(compile_lazily(r"\\approx(?![A-Za-z])"), number="≈"),
    Rule(compile_lazily(r"\\(?:left|right|displaystyle)(?![A-Za-z])|\\[,;:! ]"), "", " "),
    Rule(compile_lazily(r"\{,\}"), number=","),
    Rule(compile_lazily(r"\\%| ?per ?cent\b| ?pct\b\.?"), number="%"),
    Rule(compile_lazily(r"\b(?:np|numpy|jnp|math|cmath|torch|tf|scipy|Math)\.(?=[A-Za-z])"), formula=""),
    Rule(compile_lazily(r"\\[dt]frac(?![A-Za-z])"), formula=r"\\frac"),
    Rule(compile_lazily(r"([0-9]) ?\\[dt]?frac ?\{ ?([0-9]+) ?\} ?\{ ?([0-9]+) ?\}"), number=r"\1 \2/\3"),
    Rule(compile_lazily(r"\\sqrt ?\{([^{}]*)\}"), number=r"sqrt(\1)"),
    Rule(compile_lazily(r"\\sqrt ?([0-9])"), formula=r"\\sqrt{\1}"),
    Rule(compile_lazily(r"\\[dt]?frac ?([0-9]) ?([0-9])(?![0-9])"), number=r"(\1/\2)"),
    Rule(compile_lazily(r"\\frac ?([0-9]) ?([0-9])"), formula=r"\\frac{\1}{\2}"),
    Rule(compile_lazily(r"\\[dt]?frac ?\{([^{}]*)\} ?\{([^{}]*)\}"), number=r"((\1)/(\2))"),
    Rule(compile_lazily(r"\^ ?\{([^{}]*)\}"), number=r"^(\1)"),
    Rule(compile_lazily(r"\\(hat|bar|tilde) ?(?:{ ?\\?([A-Za-z]+) ?}|\\?([A-Za-z]))"), formula=r" \2\3_\1"),
    Rule(compile_lazily(r"\\(?:operatorname|mathrm|text|mathit|boldsymbol|mathbf) ?{ ?([A-Za-z]+) ?}"), formula=r" \1"),
    Rule(compile_lazily(r"\\partial ?(?=\\?[A-Za-z])"), formula="d"),
    Rule(compile_lazily(r"\\[lr]?vert(?![A-Za-z])"), formula="|"),
    Rule(compile_lazily(r"\\(?!frac|sqrt)([A-Za-z]{2,}+)(?= ?[A-Za-z\\])"), formula=r" \1 "),
    Rule(compile_lazily(r"\\(?!frac|sqrt)([A-Za-z]{2,}+)"), formula=r" \1"),
)
_TYPED = (
    Rule(compile_lazily(r"([A-Za-z]) +(?=[_'])"), formula=r"\1"),
    Rule(compile_lazily(r"(?:√|\bsqrt) ?([0-9]+(?:\.[0-9]+)?)"), number=r"sqrt(\1)"),
    Rule(compile_lazily("√"), number="sqrt"),
    Rule(compile_lazily("([0-9]) ?sqrt"), number=r"\1*sqrt"),
    Rule(compile_lazily(r"(?<=[0-9.)]) ?[xX] ?(?=[-+]?[0-9.(])"), number="*"),
)

RULES = (*_UNICODE, *_LATEX, *_TYPED)
_NUMBER_RULES = tuple((rule.pattern, rule.number) for rule in RULES if rule.number is not None)
_FORMULA_RULES = tuple((rule.pattern, rule.formula) for rule in RULES if rule.formula is not None)
_ASCII_FORMULA_RULES = tuple(
    (rule.pattern, rule.formula) for rule in RULES if rule.formula is not None and rule.matches_ascii
)
_SPACES = compile_lazily(" +")
_TIMES_TEN = compile_lazily(r"(?<=[0-9.)])( ?)[xX]( ?)(?=10 ?(?:\^|\*\*|[⁺⁻¹²³⁴-⁹⁰]))")


def plain_number(text: str) -> str:
    """Rewrite a number in ASCII; characters that are not mathematics are left alone."""
    line = _SPACES.sub(" ", plain_characters(text)).strip()
    for pattern, replacement in _NUMBER_RULES:
        line = pattern.sub(replacement, line)
    return line


def plain_formula(text: str) -> SourceLine:
    """Rewrite a formula in ASCII; characters that are not mathematics are left alone.

    Letters of other scripts that look like Latin letters are not replaced, so that a message can name them.
    """
    line = SourceLine(text, _decompose)
    rules = _ASCII_FORMULA_RULES if line.text.isascii() else _FORMULA_RULES  # fewer searches for the usual text
    for pattern, replacement in rules:
        line.sub(pattern, replacement)
    line.strip()
    return line


def times_ten(text: str) -> str:
    """`text` with * for the x in 3 x 10^8; for formulas that have no variable x."""
    return _TIMES_TEN.sub(r"\1*\2", text)


def _decompose(character: str) -> str:
    """The plain form of `character`, with its accents as characters after it, which the rules for x̂ and x̄ expect."""
    plain = _FORMULA_LOOKALIKES.get(character) or plain_character(character)
    return unicodedata.normalize("NFD", plain)

"""Advice on text that is not one number plainly written; it quotes what was typed, never a wrong number."""

import re

from tutor.errors import ExpressionError
from tutor.expressions.source import quote_as_typed
from tutor.patterns import compile_lazily
from tutor.reading.digits import read_grouped

_DIGITS = compile_lazily("[0-9]+")
_LETTER = compile_lazily(r"[^\W\d_]")
_NUMERIC = compile_lazily("[0-9πe]")

NUMBER_EXAMPLE = "Type one number, for example 0.25, 1/4 or 2.5e-3."
_AMOUNT = compile_lazily(
    r"\b(?:hundred|thousand|[mb]illion|dozen|half|third|quarter|minus|negative|plus|times|twice|double|triple|zero|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|squared|cubed|root|over|by|divided|below|less|more"
    r"|under|above|between|per|out|of|percent|(?:ten|hundred|thousand|million|fif|six|seven|eigh|nin|twelf)th|trillion"
    r"|milliard|lakh|crore|percentage|pp[mb]|bp|basis|[mb]n|mio|mrd|pair|score|mille|kilo|mega|giga|milli|micro|nano)s?\b"
    r"|[0-9] ?[kmgbt]$",
    re.IGNORECASE,
)
_FUNCTION = compile_lazily(r"\b(?:ln|log|exp|sigmoid|tanh|relu|sqrt|max|min|sin|cos|tan|pi|e)\b|[π^*/(]")
_NUMBER = r"[-+]?(?:[0-9][0-9.,]*[0-9]|[0-9])(?:[eE][-+]?[0-9]+)?"
_NUMBER_WITH_WORD = compile_lazily(rf"({_NUMBER}) ?(?![eExX])[^\W\d_]+\.?")
_WORD_AFTER = compile_lazily(r"[-+−]?[0-9][0-9.,]* ?([^\W\d_]{2,})\.?")
_NUMBER_AMONG_WORDS = compile_lazily(rf"(?<![\w.,^*/+-])({_NUMBER})(?![\w^*/(]|[.,]\w| ?[-+*/^=])")
_PROSE = compile_lazily(r"[\w .,:;?'’°-]*")
_POINT_FOR_TIMES = compile_lazily(
    r"(?<![0-9.,])(?!0[.,]10)([0-9]+(?:[.,][0-9]+)?) ?[.,] ?10 ?(?:\^|\*\*) ?(\([-+]?[0-9]+\)|[-+]?[0-9]+)"
)
_SUNKEN_POWER = compile_lazily(
    r"(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?) ?(?:[xX×✕✖⨯⋅·•∙]|\\cdot|\\times) ?10"
    r"(?: ?([-−–])([0-9]+)|([1-9][0-9]?))(?![0-9])"
)
_RAISED_POINT = compile_lazily(r"(?<![0-9.,])[-+−]?0[⋅·•∙]([0-9]+)(?![0-9.,])")
_LOOSE_POWER = compile_lazily(
    r"(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?)(?:[eE] +([-+]?) ?| +[eE] ?([-+]?) "
    r"?)([0-9]+)(?![0-9.,^(])"
)
_RECURRING = compile_lazily("\\.[0-9]*(?:\\([0-9]+\\)$|[0-9][\u0304\u0305\u0307])")
_COMPARISON = compile_lazily(r"[<>≤≥≠]=?(?= ?[-+−.0-9][^<>]*$)")
_RANGE = compile_lazily(r"[0-9.,]+ ?[–—] ?[0-9.,]+")
_UNFINISHED = compile_lazily(r"[-+]? ?([0-9.,]*[0-9])([eE])[-+]?")
"""A number in e-notation that ends before its exponent, as `1e` and `1e-`."""


def refuse_odd_notation(line: str, typed: str) -> None:
    """Refuse what is not one number plainly written: ranges, recurring decimals, comparisons, powers run together.

    `line` is `typed` in plain signs. A comma or point that may group digits or mark decimals is no odd notation:
    `ask_which` of `outcome.py` asks which of the two was meant.

    Raises:
        ExpressionError: how to write it; for what can be read in two ways, how to write either.
    """
    if _RANGE.fullmatch(typed.strip()):
        raise ExpressionError("type one number, not a range; a difference is written with a minus sign")
    if _RECURRING.search(line):
        raise ExpressionError("write a recurring decimal as a fraction, for example 1/3")
    if compared := _COMPARISON.match(typed.strip()):
        raise ExpressionError(f"leave out the {compared[0]} sign: type the number alone")
    if ";" in line and "(" not in line:
        raise ExpressionError("type one number alone")
    match = _POINT_FOR_TIMES.search(line)
    if match:
        first, power = match[1], match[2].strip("()")
        raise ExpressionError(f"did you mean {first}*10^{power}, or a number with a decimal point? Write * to multiply")
    match = _SUNKEN_POWER.search(typed)
    if match:
        sign, power = ("-" if match[2] else ""), match[3] or match[4]
        other = f"{match[1]}*10 - {match[3]}" if match[3] else f"{match[1]}*10{match[4]}"
        raise ExpressionError(f"did you mean {match[1]}e{sign}{power} or {other}? Write it as one of these")
    match = _RAISED_POINT.fullmatch(typed.strip())
    if match:
        raise ExpressionError(f"did you mean 0.{match[1]}? Write the decimal point on the line, and * to multiply")
    match = _LOOSE_POWER.search(line)
    if match:
        sign = match[2] or match[3] or ""
        raise ExpressionError(f"did you mean {match[1]}e{sign}{match[4]}? Write a power of ten without a blank")


def refuse_unfinished(line: str) -> None:
    """Refuse a number in e-notation without its exponent, which a formula reads as a product with Euler's number.

    Raises:
        ExpressionError: how to finish it, and how to write the product.
    """
    if match := _UNFINISHED.fullmatch(line):
        begun, number = match[1] + match[2], match[1]
        raise ExpressionError(f"{line} is not finished: did you mean {begun}-3, with a power of ten, or {number}*e?")


def advise_on(line: str, typed: str, error: ExpressionError) -> str:
    """Choose the advice for a `line` that could not be computed because of `error`."""
    if not _LETTER.search(_FUNCTION.sub("", line)) and _NUMERIC.search(line):
        return quote_as_typed(str(error), typed)
    if _AMOUNT.search(line):
        return "write the number in digits and signs, for example 1200, 2/3 or 0.5"
    number = _lone_number(line)
    if number and number in typed:
        return f"write only the number: {number}"
    return NUMBER_EXAMPLE


def word_after(typed: str) -> str:
    """The word of two letters or more right after a lone number, as in `4.5 mm`; "" if there is none or it counts."""
    match = _WORD_AFTER.fullmatch(typed.strip())
    word = match[1] if match else ""
    return "" if _AMOUNT.search(typed) or _FUNCTION.search(word) else word


def _lone_number(line: str) -> str:
    """The only number among words in `line`; "" if there is none or more than one."""
    glued = _NUMBER_WITH_WORD.fullmatch(line)
    numbers = [glued[1]] if glued else _NUMBER_AMONG_WORDS.findall(line) if _PROSE.fullmatch(line) else []
    if len(numbers) != 1 or len(_DIGITS.findall(line)) != len(_DIGITS.findall(numbers[0])):
        return ""
    try:
        return numbers[0] if read_grouped(numbers[0].lstrip("+-")) else ""
    except ExpressionError:
        return ""

"""Advice on text that is not a single number in plain notation; it quotes what was typed, never a wrong number."""

import re

from tutor.errors import ExpressionError
from tutor.expressions.source import quote_as_typed
from tutor.patterns import compile_lazily
from tutor.reading.digits import read_grouped

_DIGITS = compile_lazily("[0-9]+")
_LETTER = compile_lazily(r"[^\W\d_]")
_NUMERIC = compile_lazily("[0-9πe]")

NUMBER_EXAMPLE = "Type one number, for example 0.25, 1/4 or 2.5e-3."
_AMOUNT_WORD = compile_lazily(
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
"""Matches `4.5mm` and `3 kg.`; but not `2e` or `3x`, which may be a power of ten or a product."""
_WORD_AFTER = compile_lazily(r"[-+−]?[0-9][0-9.,]* ?([^\W\d_]{2,})\.?")
_NUMBER_AMONG_WORDS = compile_lazily(rf"(?<![\w.,^*/+-])({_NUMBER})(?![\w^*/(]|[.,]\w| ?[-+*/^=])")
"""Matches 4.5 in `about 4.5 mm`; not a number within a word, a power, a product, a list or an equation."""
_PROSE = compile_lazily(r"[\w .,:;?'’°-]*")
_FACTOR = r"(?<![0-9.,])(?P<factor>[0-9]+(?:[.,][0-9]+)?)"
_POINT_FOR_TIMES = compile_lazily(
    rf"(?!0[.,]10){_FACTOR} ?[.,] ?10 ?(?:\^|\*\*) ?(?P<power>\([-+]?[0-9]+\)|[-+]?[0-9]+)"
)
"""A point or comma in place of a multiplication sign: `3.10^8`; but not `0.10^8`, a power of a tenth."""
_SUNKEN_POWER = compile_lazily(
    rf"{_FACTOR} ?(?:[xX×✕✖⨯⋅·•∙]|\\cdot|\\times) ?10"
    r"(?: ?(?P<minus>[-−–])(?P<negative_power>[0-9]+)|(?P<positive_power>[1-9][0-9]?))(?![0-9])"
)
"""A power of ten whose exponent is not raised: `3x10-8`, `3x108`."""
_RAISED_POINT = compile_lazily(r"(?<![0-9.,])[-+−]?0[⋅·•∙](?P<decimals>[0-9]+)(?![0-9.,])")
"""A decimal point written as a multiplication dot: `0·25`."""
_LOOSE_POWER = compile_lazily(
    rf"{_FACTOR}(?:[eE] +(?P<sign>[-+]?) ?| +[eE] ?(?P<sign_after_blank>[-+]?) ?)(?P<power>[0-9]+)(?![0-9.,^(])"
)
"""E-notation with a blank before or after its e: `3e 8`, `3 e-8`."""
_RECURRING = compile_lazily("\\.[0-9]*(?:\\([0-9]+\\)$|[0-9][\u0304\u0305\u0307])")
"""A recurring decimal: `0.(3)`, or a digit with a bar or dot above it."""
_COMPARISON = compile_lazily(r"[<>≤≥≠]=?(?= ?[-+−.0-9][^<>]*$)")
"""A comparison sign before a number: `< 3`."""
_RANGE = compile_lazily(r"[0-9.,]+ ?[–—] ?[0-9.,]+")
"""Two numbers with a dash between them."""
_UNFINISHED = compile_lazily(r"[-+]? ?(?P<factor>[0-9.,]*[0-9])(?P<e>[eE])[-+]?")
"""A number in e-notation that ends before its exponent, as `1e` and `1e-`."""


def refuse_odd_notation(line: str, typed: str) -> None:
    """Refuse text that is not a single number in plain notation, such as ranges, recurring decimals and comparisons.

    `line` is `typed` with its mathematical signs replaced by ASCII. Notations that this replacement hides, such as the
    long dash of a range, are looked for in `typed`. An ambiguous comma or point is not refused here: `ask_which` of
    `outcome.py` asks which reading was meant.

    Raises:
        ExpressionError: the notation is odd; the message says how to write the number, or each of two readings.
    """
    if _RANGE.fullmatch(typed.strip()):
        raise ExpressionError("type one number, not a range; a difference is written with a minus sign")
    if _RECURRING.search(line):
        raise ExpressionError("write a recurring decimal as a fraction, for example 1/3")
    if compared := _COMPARISON.match(typed.strip()):
        raise ExpressionError(f"leave out the {compared[0]} sign: type the number alone")
    if ";" in line and "(" not in line:  # not `max(1; 2)`, where it separates arguments
        raise ExpressionError("type one number alone")
    _refuse_odd_power(line, typed)
    if match := _RAISED_POINT.fullmatch(typed.strip()):
        decimals = match["decimals"]
        raise ExpressionError(f"did you mean 0.{decimals}? Write the decimal point on the line, and * to multiply")


def _refuse_odd_power(line: str, typed: str) -> None:
    """Refuse a power of ten without a clear sign for times or power, as in `3.10^8` and `3x108`, or with a blank in it.

    Raises:
        ExpressionError: there is one; the message says how to write it.
    """
    if match := _POINT_FOR_TIMES.search(line):
        factor, power = match["factor"], match["power"].strip("()")
        raise ExpressionError(
            f"did you mean {factor}*10^{power}, or a number with a decimal point? Write * to multiply"
        )
    if match := _SUNKEN_POWER.search(typed):
        factor = match["factor"]
        if match["minus"]:  # `3x10-8` may be 3e-8 or a difference
            as_power, as_typed = f"{factor}e-{match['negative_power']}", f"{factor}*10 - {match['negative_power']}"
        else:  # `3x108` may be 3e8 or a product
            as_power, as_typed = f"{factor}e{match['positive_power']}", f"{factor}*10{match['positive_power']}"
        raise ExpressionError(f"did you mean {as_power} or {as_typed}? Write it as one of these")
    if match := _LOOSE_POWER.search(line):
        sign = match["sign"] or match["sign_after_blank"] or ""
        in_e_notation = f"{match['factor']}e{sign}{match['power']}"
        raise ExpressionError(f"did you mean {in_e_notation}? Write a power of ten without a blank")


def refuse_unfinished(line: str) -> None:
    """Refuse a number in e-notation without an exponent: a formula would read the e as Euler's number.

    Raises:
        ExpressionError: `line` is such a number; the message says how to finish it, and how to write the product.
    """
    if match := _UNFINISHED.fullmatch(line):
        factor, e = match["factor"], match["e"]
        raise ExpressionError(
            f"{line} is not finished: did you mean {factor}{e}-3, with a power of ten, or {factor}*e?"
        )


def advise_on(line: str, typed: str, error: ExpressionError) -> str:
    """Choose the advice on a `line` that could not be computed because of `error`; `typed` is how it was typed."""
    has_words = _LETTER.search(_FUNCTION.sub("", line))  # apart from functions and constants
    is_computation = _NUMERIC.search(line) and not has_words
    if is_computation:  # the parser's message says what is wrong
        return quote_as_typed(str(error), typed)
    if _AMOUNT_WORD.search(line):  # first of all, since the lone number of `2 thousand` is 2
        return "write the number in digits and signs, for example 1200, 2/3 or 0.5"
    number = _lone_number(line)
    if number and number in typed:  # quoted only if typed exactly so
        return f"write only the number: {number}"
    return NUMBER_EXAMPLE


def word_after(typed: str) -> str:
    """The word of two letters or more after a lone number, such as `mm` of `4.5 mm`.

    It is "" if there is none, or if the word belongs to the number, as in `2 thousand` and `2 pi`.
    """
    match = _WORD_AFTER.fullmatch(typed.strip())
    word = match[1] if match else ""
    belongs_to_number = _AMOUNT_WORD.search(typed) or _FUNCTION.search(word)
    return "" if belongs_to_number else word


def _lone_number(line: str) -> str:
    """The only number among words in `line`, as written there.

    It is "" if there is none, or more than one, or if a word has digits of its own, as in `x2 is 5`. It is "" too if
    the commas and points of the number do not tell which number it is.
    """
    if number_with_word := _NUMBER_WITH_WORD.fullmatch(line):  # one word, which may be joined to the number: `4.5mm`
        numbers = [number_with_word[1]]
    elif _PROSE.fullmatch(line):  # several words, from which the number must be separate
        numbers = _NUMBER_AMONG_WORDS.findall(line)
    else:
        numbers = []
    if len(numbers) != 1:
        return ""
    number = numbers[0]
    has_other_digits = len(_DIGITS.findall(line)) != len(_DIGITS.findall(number))
    if has_other_digits:
        return ""
    try:
        is_readable = read_grouped(number.lstrip("+-")) is not None
    except ExpressionError:  # its marks are ambiguous
        return ""
    return number if is_readable else ""

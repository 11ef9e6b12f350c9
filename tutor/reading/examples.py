"""Examples of how an answer is written, chosen so that none is the right answer or the result of a known mistake.

In this module, a number or text is *taken* if it is the right answer or the result of a known mistake.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

from tutor.patterns import compile_lazily
from tutor.reading.numbers import read_number
from tutor.reading.outcome import Unreadable

WHOLE = ("16 or 1,200", "40 or 2,300", "7 or 1,040", "90 or 3,100", "33 or 5,700", "58 or 8,600")
"""Whole numbers, one of them with a thousands comma."""
DECIMAL = ("0.125 or 1/8", "0.35 or 7/20", "2.75 or 11/4", "0.0625 or 1/16", "4.6 or 23/5", "0.56 or 14/25")
"""One number as a decimal and as a fraction."""
PER_CENT = ("12.5 or 0.4", "37.5 or 0.8", "2.25 or 66.5", "0.15 or 83.5", "6.75 or 54.5")
"""Percentages as they are typed where a question asks for per cent."""
_EXAMPLES = compile_lazily(r"(?<=for example )[^;]+?(?=\.?$)")
"""The examples at the end of a line of advice: `0.25, 1/4 or 2.5e-3`."""
_SEPARATOR = compile_lazily(r", | or ")


def first_not_taken(examples: Iterable[str], is_taken: Callable[[str], bool]) -> str:
    """The first of `examples` that gives nothing away; the last one if all of them do.

    An example consists of parts, such as `0.125` and `1/8` in `0.125 or 1/8`; none of them may be taken.
    """
    example = ""
    for example in examples:
        if not any(is_taken(part) for part in _SEPARATOR.split(example)):
            return example
    return example


def number_example(is_taken: Callable[[Fraction], bool], *, is_whole: bool, is_per_cent: bool = False) -> str:
    """An example of how to write a number, such as `0.125 or 1/8`, that is not taken.

    With `is_whole` it is a whole number; with `is_per_cent` a percentage, whether whole or not.
    """
    examples: tuple[str, ...] = WHOLE if is_whole else DECIMAL
    if is_per_cent:
        examples = PER_CENT
    return first_not_taken(examples, lambda text: _is_taken_number(text, is_taken))


def without_giveaway(advice: str, is_taken: Callable[[Fraction], bool], *, is_whole: bool) -> str:
    """`advice`, with its examples replaced if one of them is taken: with `is_whole`, by whole numbers."""
    match = _EXAMPLES.search(advice)
    if match is None:
        return advice
    examples = match[0]
    if not any(_is_taken_number(part, is_taken) for part in _SEPARATOR.split(examples)):
        return advice
    return advice.replace(examples, number_example(is_taken, is_whole=is_whole))


def _is_taken_number(text: str, is_taken: Callable[[Fraction], bool]) -> bool:
    """Whether `text` can be read as a number that is taken."""
    read = read_number(text)
    return not isinstance(read, Unreadable) and is_taken(read.value)

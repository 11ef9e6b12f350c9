"""Examples of how an answer is written: never the right answer, nor one that a known mistake gives."""

from collections.abc import Callable, Iterable
from fractions import Fraction

from tutor.patterns import compile_lazily
from tutor.reading.numbers import read_number
from tutor.reading.outcome import Unreadable

WHOLE = ("16 or 1,200", "40 or 2,300", "7 or 1,040", "90 or 3,100", "33 or 5,700", "58 or 8,600")
"""Whole numbers, one of them with a thousands comma."""
DECIMAL = ("0.125 or 1/8", "0.35 or 7/20", "2.75 or 11/4", "0.0625 or 1/16", "4.6 or 23/5", "0.56 or 14/25")
"""One number as a decimal and as a fraction."""
_LISTED = compile_lazily(r"(?<=for example )[^;]+?(?=\.?$)")
_BETWEEN = compile_lazily(r", | or ")


def first_free(examples: Iterable[str], is_taken: Callable[[str], bool]) -> str:
    """The first of `examples` that gives nothing away; the last where all would."""
    example = ""
    for example in examples:
        if not any(is_taken(part) for part in _BETWEEN.split(example)):
            break
    return example


def number_example(is_taken: Callable[[Fraction], bool], whole: bool) -> str:
    """How a number is written, by one for which `is_taken` is false."""
    return first_free(WHOLE if whole else DECIMAL, lambda text: _is_taken_number(text, is_taken))


def without_giveaway(advice: str, is_taken: Callable[[Fraction], bool], whole: bool) -> str:
    """`advice` with other examples where one of its own is taken."""
    listed = _LISTED.search(advice)
    if listed is None or not any(_is_taken_number(part, is_taken) for part in _BETWEEN.split(listed[0])):
        return advice
    return advice.replace(listed[0], number_example(is_taken, whole))


def _is_taken_number(text: str, is_taken: Callable[[Fraction], bool]) -> bool:
    read = read_number(text)
    return not isinstance(read, Unreadable) and is_taken(read.value)

"""Numbers that a person can take in: at most six figures in what is asked and in what is to be typed."""

from collections.abc import Iterator
from fractions import Fraction

from tutor.expressions.arithmetic import Tolerance
from tutor.patterns import late
from tutor.questions.base import Instance

FIGURES = 6
"""The most figures of a number that is read or typed; zeros at its ends do not count."""

_NUMBER = late(r"(?<![\w.,])[0-9][0-9,]*(?:\.[0-9]+)?")


def long_numbers(instance: Instance) -> Iterator[str]:
    """A fault for each number with too many figures in the prompt or an option."""
    shown = [("ask", instance.prompt), *(("options", option.text) for option in instance.options)]
    for key, text in shown:
        for match in _NUMBER.finditer(text):
            number = match[0].rstrip(",")
            digits = number.replace(",", "").replace(".", "").lstrip("0")
            if len(digits if "." in number else digits.rstrip("0")) > FIGURES:
                yield f"{key}: {number} has more than {FIGURES} figures; round it, or draw other numbers"


def long_answer(expected: Fraction, tolerance: Tolerance) -> list[str]:
    """A fault when an answer rounded to so many figures would be wrong."""
    rounded = Fraction(f"{float(expected):.{FIGURES - 1}e}")
    if tolerance.covers(rounded, expected):
        return []
    return [f"answer: it needs more than {FIGURES} figures; ask for it rounded, with figures or places"]

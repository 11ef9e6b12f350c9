"""The slips that everyone makes: a sign, a factor, a reciprocal, a digit. Each is said as a question."""

from fractions import Fraction

from tutor.expressions.arithmetic import Tolerance
from tutor.reading.written import magnitude
from tutor.text.numbers import counted, show


def near_miss(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> str:
    """One true and useful sentence on a wrong `answer`."""
    for value, question in _slips(answer, expected):
        if tolerance.covers(answer, value) and not tolerance.covers(value, expected):
            return question
    said = show(int(answer) if answer.denominator == 1 else answer)
    if answer and _rounded_too_far(answer, expected, tolerance):
        near = 20 * abs(answer - expected) <= abs(expected)
        told = f"{said} is right as far as it goes, but" if near else f"If {said} was rounded, it was"
        wanted = tolerance.figures
        return f"{told} rounded too far: give {counted(wanted, 'significant figure') if wanted else 'more figures'}."
    if abs(answer - expected) <= 10 * max(tolerance.atol, tolerance.rtol * abs(expected)):
        return f"{said} is close, but not close enough. Was a number rounded on the way?"
    return f"{said} is too {'large' if answer > expected else 'small'}."


def _rounded_too_far(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> bool:
    """Whether `answer` is `expected` rounded to fewer figures than are asked for."""
    if expected.denominator == 1:
        return False
    shorter = range(1, tolerance.figures or 9)
    return any(
        answer in (Fraction(f"{float(expected):.{figures - 1}e}"), _cut(expected, figures)) for figures in shorter
    )


def _cut(expected: Fraction, figures: int) -> Fraction:
    """`expected` with the figures after the first `figures` left out, except for the very first."""
    unit = Fraction(10) ** (magnitude(expected) - figures + 1)
    return int(expected / unit) * unit if figures > 1 else expected


def _slips(answer: Fraction, expected: Fraction) -> list[tuple[Fraction, str]]:
    missing = "left out the minus sign" if expected < 0 else "added a minus sign"
    slips = [
        (-expected, f"The size is right, the sign is not. Have you {missing}?"),
        (2 * expected, "That is twice the value. Is a factor of 2 too many, or one half left out?"),
        (expected / 2, "That is half the value. Is a factor of 2 left out, or one half too many?"),
    ]
    for power in (1, 2, 3):
        scale = 10**power
        slips += [
            (expected * scale, f"That is {scale:,} times the value. Has the decimal point slipped?"),
            (expected / scale, f"The value is {scale:,} times that. Has the decimal point slipped?"),
        ]
    if expected:
        slips.append((1 / expected, "That is one over the value. Is a fraction upside down?"))
    if expected.denominator == 1 and abs(answer - expected) == 1:
        slips.append((answer, f"That is one too {'many' if answer > expected else 'few'}. Count again?"))
    return slips

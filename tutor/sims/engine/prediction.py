"""A prediction typed before a step: read as every number is, compared, and told what it should have been."""

from fractions import Fraction

from tutor.expressions.source import one_line
from tutor.reading.answers import read_number
from tutor.reading.doubt import asked
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.simulation import Prediction
from tutor.text.numbers import show

RELATIVE_SLACK = 0.005
"""The relative slack of a prediction: three significant figures are enough."""


def read_prediction(text: str, ask: Prediction) -> Fraction | Unreadable:
    """The number that was typed as the answer to `ask`; asked about where it can be read in two ways."""
    read = read_number(text)
    if isinstance(read, Unreadable):
        return read
    expected = Fraction(repr(ask.answer))
    return asked(read, expected, lambda value: is_near(float(value), ask.answer)) or read.value


def is_near(value: float, expected: float) -> bool:
    """Whether `value` is as near to `expected` as a prediction must be."""
    return abs(value - expected) <= max(RELATIVE_SLACK * abs(expected), 1e-12)


def describe_verdict(ask: Prediction, value: float, typed: str) -> str:
    """What to say to a prediction, which is repeated as it was typed. Markdown."""
    if is_near(value, ask.answer):
        return f"✓ **Right:** {show(ask.answer)}. {ask.why}"
    slip = next((say for wrong, say in ask.mistakes if is_near(value, wrong)), "")
    said = _shown(value, typed)
    return f"✗ **Not quite:** you said {said}; it is {show(ask.answer)}. {slip} {ask.why}".replace("  ", " ").strip()


def _shown(value: float, typed: str) -> str:
    """The prediction as a number; with how it was typed, where that was something to work out."""
    shown, line = show(value), one_line(typed)
    plain = line.replace("-", "−").replace(" ", "")
    return shown if plain == shown or set(line) & set("`$\\<>[]_{}") else f"{shown} (`{line}`)"

"""Predictions: a question before a step, the number typed in answer, and the feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from tutor.expressions.source import join_lines
from tutor.reading.examples import without_giveaway
from tutor.reading.numbers import read_number
from tutor.reading.outcome import Unreadable, ask_if_ambiguous
from tutor.text.numbers import format_number, format_roughly

RELATIVE_SLACK = 0.005
"""How far a prediction may be off, as a share of the answer: three significant figures are enough."""
ESTIMATE_SLACK = 0.5
"""How far an estimate of a change may be off, as a share of the change."""


@dataclass(frozen=True)
class Prediction:
    """A question to put before the next step: what will the quantity at `key` be?"""

    prompt: str
    """Markdown with `$…$`."""
    key: str
    answer: float
    mistakes: tuple[tuple[float, str], ...] = ()
    """(value that a known mistake gives, remark for a learner who predicts it)."""
    why: str = ""
    """Why the answer is what it is; Markdown."""
    before: float | None = None
    """For an estimate of a change: the quantity now, before the step. `None` for an exact question.

    An estimate counts as right if it is off by at most half of the change.
    """


def make_prediction(
    prompt: str, key: str, answer: float, mistakes: Sequence[tuple[float, str]] = (), why: str = ""
) -> Prediction:
    """A `Prediction` with those of `mistakes` whose values differ from the answer."""
    return Prediction(prompt, key, float(answer), distinct_mistakes(mistakes, answer), why)


def make_estimate(name: str, key: str, before: float, after: float, when: str) -> Prediction | None:
    """Make a question: will the quantity called `name` fall or rise in the next step, and by how much?

    `when` completes the question: "in the next epoch".

    Returns:
        The question, whose answer is `after`; `None` where `before` or `after` is not finite.
    """
    if not (isfinite(before) and isfinite(after)):
        return None
    if after == before:
        change = f"stayed at {format_number(before)}"
    else:
        verb = "fell" if after < before else "rose"
        change = f"{verb} from {format_number(before)} to {format_number(after)}"
    return Prediction(
        f"The {name} is {format_number(before)}. Will it fall or rise {when}, and by how much? Estimate what it "
        "will be; within half of the true change counts as right.",
        key,
        after,
        why=f"The {name} {change}.",
        before=before,
    )


def distinct_mistakes(mistakes: Sequence[tuple[float, str]], answer: float) -> tuple[tuple[float, str], ...]:
    """The mistakes whose values differ from the answer; of several mistakes with one value, the first.

    A value differs if it is off by more than 1% of the answer, clearly more than what counts as right
    (`RELATIVE_SLACK`).
    """
    distinct: dict[float, str] = {}
    for value, remark in mistakes:
        differs = abs(value - answer) > 0.01 * abs(answer) + 1e-9  # 1e-9 for rounding errors, where the answer is 0
        if differs and value not in distinct:
            distinct[value] = remark
    return tuple(distinct.items())


def read_prediction(text: str, prediction: Prediction) -> Fraction | Unreadable:
    """The number typed as the answer to `prediction`; `Unreadable`, with advice, if it is none or ambiguous."""
    outcome = read_number(text)
    if isinstance(outcome, Unreadable):
        advice = without_giveaway(outcome.advice, lambda value: gives_away(float(value), prediction), is_whole=False)
        return Unreadable(advice)
    expected = Fraction(repr(prediction.answer))  # from its decimal digits, like `outcome`: 0.1 is 1/10
    question = ask_if_ambiguous(outcome, expected, lambda value: is_right(float(value), prediction))
    return question or outcome.value


def gives_away(value: float, prediction: Prediction) -> bool:
    """Whether advice must not use `value` as an example: it is the answer, or the value of a known mistake."""
    return is_right(value, prediction) or any(is_near(value, wrong) for wrong, _ in prediction.mistakes)


def is_right(value: float, prediction: Prediction) -> bool:
    """Whether `value` is a right answer: to three figures, or within half of the change if that is estimated.

    The slack is never 0, so that a rounding error in an answer of 0 does not matter.
    """
    if prediction.before is None:
        return is_near(value, prediction.answer)
    change = abs(prediction.answer - prediction.before)
    return abs(value - prediction.answer) <= max(ESTIMATE_SLACK * change, 1e-12)


def is_near(value: float, expected: float) -> bool:
    """Whether `value` agrees with `expected` to three figures, or is within 1e-12 of an `expected` close to 0."""
    return abs(value - expected) <= max(RELATIVE_SLACK * abs(expected), 1e-12)


def describe_verdict(prediction: Prediction, value: float, typed: str) -> str:
    """The feedback, in Markdown, for a learner who typed `typed` and so predicted `value`."""
    answer = format_number(prediction.answer)
    if is_right(value, prediction):
        return f"✓ **Right:** {answer}. {prediction.why}"
    remark = _find_mistake_remark(prediction, value) or _judge_change(prediction, value)
    guess = _format_guess(value, typed)
    feedback = f"✗ **Not quite:** you said {guess}; it is {answer}. {remark} {prediction.why}"
    return feedback.replace("  ", " ").strip()  # without a remark, two spaces meet


def _find_mistake_remark(prediction: Prediction, value: float) -> str:
    """The remark on the known mistake that gives `value`; empty if none does."""
    for wrong_value, remark in prediction.mistakes:
        if is_near(value, wrong_value):
            return remark
    return ""


def _judge_change(prediction: Prediction, value: float) -> str:
    """A sentence on a wrong estimate: right direction but wrong size, or wrong direction; empty if none was asked."""
    if prediction.before is None:
        return ""
    change, expected_change = prediction.answer - prediction.before, value - prediction.before
    if change * expected_change > 0:
        verb = "falls" if change < 0 else "rises"
        return f"It {verb}, as you said, but by {format_roughly(change)} instead of {format_roughly(expected_change)}."
    if expected_change == 0:
        return "You expected it to stay as it is."
    return f"You expected it to {'fall' if expected_change < 0 else 'rise'}."


def _format_guess(value: float, typed: str) -> str:
    """The guess as a number, followed by what was typed if that looks different: "0.5 (`1/2`)"."""
    number, line = format_number(value), join_lines(typed)
    is_same = line.replace("-", "−").replace(" ", "") == number
    has_markup = not set(line).isdisjoint("`$\\<>[]_{}")  # it would be read as Markdown, and is left out
    return number if is_same or has_markup else f"{number} (`{line}`)"

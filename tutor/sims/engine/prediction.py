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
    """Values that known mistakes give, each with what to say to it."""
    why: str = ""
    """Why the answer is what it is; Markdown."""
    before: float | None = None
    """For an estimate: the quantity as it is now. The direction counts, and the change to within a half of it."""


def make_prediction(
    prompt: str, key: str, answer: float, mistakes: Sequence[tuple[float, str]] = (), why: str = ""
) -> Prediction:
    """A `Prediction`; of the `mistakes` it has those that differ from the answer."""
    return Prediction(prompt, key, float(answer), distinct_mistakes(mistakes, answer), why)


def make_estimate(name: str, key: str, now: float, after: float, when: str) -> Prediction | None:
    """Will the quantity called `name` rise or fall, and by how much? `None` where it is or becomes infinite."""
    if not (isfinite(now) and isfinite(after)):
        return None
    verb = "fell" if after < now else "rose" if after > now else "stayed"
    moved = (
        f"{verb} at {format_number(now)}"
        if verb == "stayed"
        else (f"{verb} from {format_number(now)} to {format_number(after)}")
    )
    return Prediction(
        f"The {name} is {format_number(now)}. Will it fall or rise {when}, and by how much? Estimate what it "
        f"will be; "
        "within half of the true change counts as right.",
        key,
        after,
        why=f"The {name} {moved}.",
        before=now,
    )


def distinct_mistakes(mistakes: Sequence[tuple[float, str]], answer: float) -> tuple[tuple[float, str], ...]:
    """The mistakes whose values differ from the answer and from those of earlier mistakes."""
    distinct: dict[float, str] = {}
    for value, remark in mistakes:
        if abs(value - answer) > 0.01 * abs(answer) + 1e-9 and value not in distinct:
            distinct[value] = remark
    return tuple(distinct.items())


def read_prediction(text: str, prediction: Prediction) -> Fraction | Unreadable:
    """The number typed as the answer to `prediction`; advice where it cannot be read, or can be read in two ways."""
    read = read_number(text)
    if isinstance(read, Unreadable):
        return Unreadable(
            without_giveaway(read.advice, lambda value: gives_away(float(value), prediction), whole=False)
        )
    expected = Fraction(repr(prediction.answer))
    return ask_if_ambiguous(read, expected, lambda value: is_right(float(value), prediction)) or read.value


def gives_away(value: float, prediction: Prediction) -> bool:
    """Whether an example with this value would be right, or what a known mistake gives."""
    return is_right(value, prediction) or any(is_near(value, wrong) for wrong, _ in prediction.mistakes)


def is_right(value: float, prediction: Prediction) -> bool:
    """Whether `value` answers `prediction`: to three figures, or as an estimate of a change."""
    if prediction.before is None:
        return is_near(value, prediction.answer)
    change = abs(prediction.answer - prediction.before)
    return abs(value - prediction.answer) <= max(ESTIMATE_SLACK * change, 1e-12)


def is_near(value: float, expected: float) -> bool:
    """Whether `value` is as near to `expected` as a prediction must be."""
    return abs(value - expected) <= max(RELATIVE_SLACK * abs(expected), 1e-12)


def describe_verdict(prediction: Prediction, value: float, typed: str) -> str:
    """The feedback for a learner who predicted `value`, quoted as it was typed. Markdown."""
    if is_right(value, prediction):
        return f"✓ **Right:** {format_number(prediction.answer)}. {prediction.why}"
    mistake = next((remark for wrong, remark in prediction.mistakes if is_near(value, wrong)), "") or _judge_change(
        prediction, value
    )
    guess = _show_guess(value, typed)
    return (
        (f"✗ **Not quite:** you said {guess}; it is {format_number(prediction.answer)}. {mistake} {prediction.why}")
        .replace("  ", " ")
        .strip()
    )


def _judge_change(prediction: Prediction, value: float) -> str:
    """What is right about an estimate: whether the quantity rises or falls, and by how much."""
    if prediction.before is None:
        return ""
    change, guess = prediction.answer - prediction.before, value - prediction.before
    if change * guess > 0:
        falls = "falls" if change < 0 else "rises"
        return f"It {falls}, as you said, but by {format_roughly(change)} instead of {format_roughly(guess)}."
    return f"You expected it to {'fall' if guess < 0 else 'rise' if guess else 'stay as it is'}."


def _show_guess(value: float, typed: str) -> str:
    """The guess as a number, followed by the expression if one was typed."""
    shown, line = format_number(value), join_lines(typed)
    plain = line.replace("-", "−").replace(" ", "")
    return shown if plain == shown or set(line) & set("`$\\<>[]_{}") else f"{shown} (`{line}`)"

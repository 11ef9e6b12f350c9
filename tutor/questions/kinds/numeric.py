"""The common part of questions whose answer is one number: reading, grading, known mistakes, near misses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import msgspec

from tutor.errors import ChainruleError
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.questions.base import Grade, Instance, Sample, Unreadable
from tutor.questions.marking import ByValue, MarkedValue
from tutor.questions.templates.placeholders import error_context, fill
from tutor.questions.templates.proof import GRADED_SEEDS, overlong_answer
from tutor.questions.templates.runs import SimulationRun, compute_number
from tutor.reading.advice import word_after
from tutor.reading.digits import magnitude
from tutor.reading.examples import number_example, without_giveaway
from tutor.reading.numbers import read_number
from tutor.reading.outcome import ask_if_ambiguous
from tutor.reading.tolerance import tolerance_for
from tutor.text.giveaways import (
    FACTOR_OF_TWO,
    LOOK_AT_SIGNS,
    NOT_IT,
    OFF_BY_ONE,
    SLIPPED,
    UPSIDE_DOWN,
    numbers_in,
    without_answer,
)
from tutor.text.numbers import counted, format_number, format_percent

Value = int | float | str | SimulationRun
"""What YAML may give for a number: the number, an expression, or a run of a simulation."""


UNIT_WORDS = {"mm": "millimetre", "cm": "centimetre", "km": "kilometre", "ms": "millisecond", "kg": "kilogram"}
"""Units as one writes them after a number, and as a question may speak of them."""
ESTIMATE_RTOL = Fraction(1, 100)
"""A relative tolerance from which a question asks for an estimate, and no figures are counted."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_FORMULA = re.compile(r"\$[^$]*\$")
SENTENCE_END = re.compile(r"(?<=[.?])")
HOW_MANY = re.compile(r"\bhow many (?!times (?:as|the|that|\w+er)\b|degrees\b|per cent\b)", re.IGNORECASE)
"""Asks how many things there are, not how many times as large something is."""


class NumberMistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known mistake: its result, and the feedback."""

    value: Value
    say: str


@dataclass(frozen=True)
class KnownMistake:
    """A known mistake with its numbers drawn."""

    value: Fraction
    say: str


def known_mistakes(mistakes: Sequence[NumberMistake], names: Mapping[str, object]) -> tuple[KnownMistake, ...]:
    """The `mistakes` with the numbers of `names`.

    Raises:
        ChainruleError: one does not compute.
    """
    known = []
    for index, mistake in enumerate(mistakes):
        with error_context(f"mistakes[{index}]"):
            known.append(KnownMistake(compute_number(mistake.value, names), fill(mistake.say, names)))
    return tuple(known)


@dataclass(frozen=True, kw_only=True)
class NumericInstance(Instance):
    """A question with one number for an answer."""

    expected: Fraction
    tolerance: Tolerance
    unit: str = ""
    rounding: str = ""
    """How far a lesson asks to round: "to 2 decimal places"."""
    known: tuple[KnownMistake, ...] = ()

    @property
    def how(self) -> str:
        """How to answer, with how many figures suffice."""
        in_words = {1: "one significant figure", 2: "two significant figures", 3: "three significant figures"}
        figures = in_words.get(self.tolerance.figures)
        precision = f" {self.rounding}" if self.rounding else f" to {figures}" if figures else ""
        if self.tolerance.rtol >= ESTIMATE_RTOL:
            precision = f" to within {format_percent(float(self.tolerance.rtol))}"
        unit = {"": "", "%": " in per cent"}.get(self.unit, f" of {self.unit}")
        example = number_example(self._would_give_away, self.expected.denominator == 1)
        return f"a number{unit}{precision}, for example {example}"

    def _would_give_away(self, value: Fraction) -> bool:
        """Whether an example with this value would be right, or what a mistake gives."""
        near_misses = (value for value, _ in _near_misses_of(self.expected))
        return (
            self.tolerance.covers(value, self.expected)
            or any(self._tolerance_around(mistake.value).covers(value, mistake.value) for mistake in self.known)
            or any(self.tolerance.covers(value, near_miss) for near_miss in near_misses)
            or (self._asks_how_many and _is_miscounted(value, self.expected))
        )

    @property
    def solution(self) -> str:
        """The expected value in as few figures as are right."""
        is_near_zero = 100 * abs(self.expected) < self.tolerance.atol
        value = Fraction(0) if is_near_zero else self.expected
        return " ".join(part for part in (self._write_typed(value, self.tolerance), self.unit) if part)

    @property
    def marking(self) -> ByValue:
        """The right value, then those of the known mistakes."""
        near = self.tolerance.band(self.expected)
        known = (
            MarkedValue(False, each.value, self._tolerance_around(each.value).band(each.value), each.say)
            for each in self.known
        )
        return ByValue((MarkedValue(True, self.expected, near, self.why), *known), self.unit)

    def read(self, raw: str) -> Fraction | Unreadable:
        """The number that was typed; a mark that could be of thousands or of decimals is asked about."""
        number = read_number(raw, self.unit)
        if isinstance(number, Unreadable) and not self.unit and self._is_named_in_prompt(word_after(raw)):
            number = read_number(raw, word_after(raw))
        if isinstance(number, Unreadable):
            advice = without_giveaway(number.advice, self._would_give_away, self.expected.denominator == 1)
            return Unreadable(advice)
        return ask_if_ambiguous(number, self.expected, self._is_right) or number.value

    def _is_named_in_prompt(self, word: str) -> bool:
        """Whether the question itself speaks of a `word`, such as the unit of its numbers."""
        word = UNIT_WORDS.get(word, word)
        prompt_words = {each.casefold().rstrip("s") for each in _WORD.findall(_FORMULA.sub(" ", self.prompt))}
        return bool(word) and word.casefold().rstrip("s") in prompt_words

    @property
    def _asks_how_many(self) -> bool:
        """Whether the question is how many of something there are: only there can one have counted wrongly."""
        questions = (sentence for sentence in SENTENCE_END.split(self.prompt) if sentence.endswith("?"))
        return not self.unit and any(map(HOW_MANY.search, questions))

    def _is_right(self, value: Fraction) -> bool:
        return self.tolerance.covers(value, self.expected)

    def grade(self, answer: Fraction) -> Grade:
        """Right within the tolerance; else what the nearest known mistake says, or a hint at the slip."""
        if self.tolerance.covers(answer, self.expected):
            return Grade(1.0, "right", self.why or "That is the value.")
        return Grade(0.0, "wrong", self._feedback(answer))

    def _feedback(self, answer: Fraction) -> str:
        """What the nearest known mistake says of a wrong answer, or else what a near miss does."""
        matching = [
            mistake for mistake in self.known if self._tolerance_around(mistake.value).covers(answer, mistake.value)
        ]
        if matching:
            return min(matching, key=lambda mistake: abs(answer - mistake.value)).say
        return describe_near_miss(answer, self.expected, self.tolerance, asks_how_many=self._asks_how_many)

    def lead(self, answer: Fraction) -> str:
        """What the mistake is, or how far off the number is; never the number that is right."""
        near = describe_near_miss(answer, self.expected, self.tolerance, asks_how_many=self._asks_how_many)
        texts = (without_answer(text, self.gives_away) for text in (self._feedback(answer), near))
        return next(filter(None, texts), NOT_IT)

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains the right number, whatever its sign."""
        return any(self._is_right(number) or self._is_right(-number) for number in numbers_in(text))

    def _tolerance_around(self, value: Fraction) -> Tolerance:
        usual = tolerance_for(value)
        return Tolerance(max(usual.rtol, self.tolerance.rtol), max(usual.atol, self.tolerance.atol))

    def samples(self) -> tuple[Sample, ...]:
        """The solution, every known mistake that no other hides, a number that is nothing known, rubbish."""
        wrong = [
            Sample(self._write_typed(mistake.value, Tolerance(EXACT_RTOL)), "wrong", mistake.say)
            for mistake in self.known
            if self._feedback(mistake.value) == mistake.say
        ]
        return (
            Sample(self.solution, "right"),
            *wrong,
            Sample(self._write_typed(self._find_unknown_mistake(), Tolerance(EXACT_RTOL)), "wrong"),
            Sample("forty-two", "unreadable", "number"),
            Sample("__import__('os')", "unreadable", "number"),
        )

    def _find_unknown_mistake(self) -> Fraction:
        """The first of many candidates that is neither right nor a known mistake.

        Raises:
            ChainruleError: none is; nearly any number counts as right.
        """
        candidates = (self.expected * factor + factor * factor + 1 for factor in range(3, 10**4))
        for value in candidates:
            if not self.tolerance.covers(value, self.expected) and not any(
                self._tolerance_around(mistake.value).covers(value, mistake.value) for mistake in self.known
            ):
                return value
        raise ChainruleError("nearly any number counts as right, or as a known mistake: make rtol or atol smaller")

    def _write_typed(self, value: Fraction, tolerance: Tolerance) -> str:
        """`value` in as few figures as still read back within `tolerance`."""
        number = int(value) if value.denominator == 1 else value
        for figures in range(6, 18):
            for text in (format_number(number, figures), format_number(number, figures).replace(",", "")):
                read = self.read(text)
                if isinstance(read, Fraction) and tolerance.covers(read, value):
                    return text
        return f"{value.numerator}/{value.denominator}"


def find_numeric_faults(instance: NumericInstance) -> list[str]:
    """Find an answer too long to type, and mistakes whose value is right, or is that of an earlier mistake."""
    faults = overlong_answer(instance.expected, instance.tolerance)
    for index, mistake in enumerate(instance.known):
        if instance.tolerance.covers(mistake.value, instance.expected):
            faults.append(f"mistakes[{index}] gives the right answer, {format_number(mistake.value)}")
        elif instance.seed < GRADED_SEEDS and mistake.value in [earlier.value for earlier in instance.known[:index]]:
            faults.append(f"mistakes[{index}] gives {format_number(mistake.value)}, as an earlier mistake does")
    return faults


# -- near misses: the slips that everyone makes, each said as a question


def describe_near_miss(
    answer: Fraction, expected: Fraction, tolerance: Tolerance, *, asks_how_many: bool = False
) -> str:
    """One true and useful sentence on a wrong `answer`; `asks_how_many` where the question is how many there are."""
    for value, question in _near_misses_beside(answer, expected, asks_how_many=asks_how_many):
        if tolerance.covers(answer, value) and not tolerance.covers(value, expected):
            return question
    shown = format_number(int(answer) if answer.denominator == 1 else answer)
    if answer and _is_rounded_too_far(answer, expected, tolerance):
        is_near = 20 * abs(answer - expected) <= abs(expected)
        verdict = f"{shown} is right as far as it goes, but" if is_near else f"If {shown} was rounded, it was"
        figures = tolerance.figures
        return (
            f"{verdict} rounded too far: give {counted(figures, 'significant figure') if figures else 'more figures'}."
        )
    if _is_close(answer, expected, tolerance):
        return f"{shown} is close, but not close enough. Was a number rounded on the way?"
    return f"{shown} is too {'large' if answer > expected else 'small'}."


def _is_close(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> bool:
    """Whether rounding may explain a wrong answer: within ten tolerances, and (an estimate's are wide) a tenth."""
    distance = abs(answer - expected)
    ten_tolerances = 10 * max(tolerance.atol, tolerance.rtol * abs(expected))
    return distance <= ten_tolerances and (not expected or 10 * distance <= abs(expected))


def _is_rounded_too_far(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> bool:
    """Whether `answer` is `expected` rounded to fewer figures than are asked for."""
    if expected.denominator == 1:
        return False
    shorter = range(1, tolerance.figures or 9)
    return any(
        answer in (Fraction(f"{float(expected):.{figures - 1}e}"), _truncate(expected, figures)) for figures in shorter
    )


def _truncate(expected: Fraction, figures: int) -> Fraction:
    """`expected` with the figures after the first `figures` left out, except for the very first."""
    unit = Fraction(10) ** (magnitude(expected) - figures + 1)
    return int(expected / unit) * unit if figures > 1 else expected


def _near_misses_beside(
    answer: Fraction, expected: Fraction, *, asks_how_many: bool
) -> tuple[tuple[Fraction, str], ...]:
    """The near misses of the value, and `answer` itself where it was miscounted by one."""
    near_misses = _near_misses_of(expected)
    if asks_how_many and _is_miscounted(answer, expected):
        return (*near_misses, (answer, OFF_BY_ONE))
    return near_misses


def _is_miscounted(answer: Fraction, expected: Fraction) -> bool:
    """Whether `answer` is one more or one less than a whole number of things."""
    return expected.denominator == 1 and abs(answer - expected) == 1


@lru_cache(maxsize=64)
def _near_misses_of(expected: Fraction) -> tuple[tuple[Fraction, str], ...]:
    """What the usual slips make of the value, and what is said to each; asked for by every answer to a question."""
    near_misses = [
        (-expected, LOOK_AT_SIGNS),
        (2 * expected, FACTOR_OF_TWO),
        (expected / 2, FACTOR_OF_TWO),
    ]
    for power in (1, 2, 3):
        scale = 10**power
        near_misses += [(expected * scale, SLIPPED), (expected / scale, SLIPPED)]
    if expected:
        near_misses.append((1 / expected, UPSIDE_DOWN))
    return tuple(near_misses)

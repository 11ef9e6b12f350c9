"""The instance that `number` and `predict` share, with one number for an answer: reading, grading, near misses."""

import re
from collections.abc import Mapping, Sequence
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
    cut_before_answer,
    numbers_in,
)
from tutor.text.numbers import counted, format_number, format_percent

Value = int | float | str | SimulationRun
"""What YAML may give for a number: the number, an expression, or a run of a simulation."""


UNIT_WORDS = {"mm": "millimetre", "cm": "centimetre", "km": "kilometre", "ms": "millisecond", "kg": "kilogram"}
"""Abbreviation of a unit, as it is typed after a number → the word that a question may use for it."""
ESTIMATE_RTOL = Fraction(1, 100)
"""With at least this relative tolerance, a question asks for "to within 5%" instead of significant figures."""
FIGURES_WORDS = {1: "one significant figure", 2: "two significant figures", 3: "three significant figures"}
CLOSE_TOLERANCES = 10
"""An answer within this many tolerances of the right one may be wrong only because of rounding."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_FORMULA = re.compile(r"\$[^$]*\$")
_PER_CENT = re.compile(r"\bper cent\b|\bpercentage\b(?! point)", re.IGNORECASE)
"""Matches a question for a percentage."""
SENTENCE_END = re.compile(r"(?<=[.?])")
HOW_MANY = re.compile(r"\bhow many (?!times (?:as|the|that|\w+er)\b|degrees\b|per cent\b)", re.IGNORECASE)
"""Matches a question for a number of things; not "how many times as large", "how many degrees" and the like."""


class NumberMistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known mistake: its result, and the feedback."""

    value: Value
    say: str


class KnownMistake(msgspec.Struct, frozen=True):
    """A known mistake with its numbers drawn."""

    value: Fraction
    feedback: str


def fill_mistakes(mistakes: Sequence[NumberMistake], names: Mapping[str, object]) -> tuple[KnownMistake, ...]:
    """Put the numbers of `names` into `mistakes`.

    Raises:
        ChainruleError: one does not compute.
    """
    known = []
    for index, mistake in enumerate(mistakes):
        with error_context(f"mistakes[{index}]"):
            known.append(KnownMistake(compute_number(mistake.value, names), fill(mistake.say, names)))
    return tuple(known)


class NumericInstance(Instance, frozen=True, kw_only=True):
    """A question with one number for an answer."""

    expected: Fraction
    tolerance: Tolerance
    unit: str = ""
    """The unit, which may be typed after the number; "" if there is none."""
    rounding: str = ""
    """How far a lesson asks to round: "to 2 decimal places"."""
    known_mistakes: tuple[KnownMistake, ...] = ()

    @property
    def how(self) -> str:
        """How to answer: "a number of ms to two significant figures, for example 4.6"."""
        unit_words = f" of {self.unit}" if self.unit else ""
        if self.unit == "%":
            unit_words = " in per cent"
        asks_per_cent = self.unit == "%" or _PER_CENT.search(self.prompt) is not None
        example = number_example(self._would_give_away, is_whole=self._is_whole, is_per_cent=asks_per_cent)
        return f"a number{unit_words}{self._precision_words}, for example {example}"

    @property
    def _precision_words(self) -> str:
        """How near the answer must be: " to two significant figures", " to within 5%"; "" if it must be exact."""
        if self.tolerance.rtol >= ESTIMATE_RTOL:
            return f" to within {format_percent(float(self.tolerance.rtol))}"
        if self.rounding:
            return f" {self.rounding}"
        figures = FIGURES_WORDS.get(self.tolerance.figures)
        return f" to {figures}" if figures else ""

    @property
    def _is_whole(self) -> bool:
        """Whether the right answer is a whole number."""
        return self.expected.denominator == 1

    def _would_give_away(self, value: Fraction) -> bool:
        """Whether an example with this value would be right, a known mistake or a near miss."""
        near_misses = (value for value, _ in _near_misses_of(self.expected))
        return (
            self._is_right(value)
            or any(self._is_mistake(value, mistake) for mistake in self.known_mistakes)
            or any(self.tolerance.covers(value, near_miss) for near_miss in near_misses)
            or (self._asks_how_many and _is_miscounted(value, self.expected))
        )

    @property
    def solution(self) -> str:
        """The expected value with its unit, in the fewest figures that count as right."""
        is_near_zero = 100 * abs(self.expected) < self.tolerance.atol  # 0 counts as right, and 3e-17 would look odd
        value = Fraction(0) if is_near_zero else self.expected
        number = self._write_typed(value, self.tolerance)
        return f"{number} {self.unit}" if self.unit else number

    @property
    def marking(self) -> ByValue:
        """The right value, then those of the known mistakes."""
        right = MarkedValue(True, self.expected, self.tolerance.allowed_distance(self.expected), self.why)
        mistakes = []
        for mistake in self.known_mistakes:
            allowed_distance = self._tolerance_around(mistake.value).allowed_distance(mistake.value)
            mistakes.append(MarkedValue(False, mistake.value, allowed_distance, mistake.feedback))
        return ByValue((right, *mistakes), self.unit)

    def read(self, raw: str) -> Fraction | Unreadable:
        """Read the number that was typed; advice asks about a comma or point that may mark thousands or decimals."""
        number = read_number(raw, self.unit)
        if isinstance(number, Unreadable) and not self.unit:
            word = word_after(raw)  # after the number: perhaps a unit from the prompt
            if self._is_named_in_prompt(word):
                number = read_number(raw, word)
        if isinstance(number, Unreadable):
            return Unreadable(without_giveaway(number.advice, self._would_give_away, is_whole=self._is_whole))
        return ask_if_ambiguous(number, self.expected, self._is_right) or number.value

    def _is_named_in_prompt(self, word: str) -> bool:
        """Whether the prompt contains `word`, such as a unit, in the singular or the plural."""
        word = UNIT_WORDS.get(word, word)
        prompt = _FORMULA.sub(" ", self.prompt)
        singulars = {prompt_word.casefold().rstrip("s") for prompt_word in _WORD.findall(prompt)}
        return bool(word) and word.casefold().rstrip("s") in singulars

    @property
    def _asks_how_many(self) -> bool:
        """Whether the question asks for a number of things: only then an answer may be off by one from miscounting."""
        questions = (sentence for sentence in SENTENCE_END.split(self.prompt) if sentence.endswith("?"))
        return not self.unit and any(HOW_MANY.search(question) for question in questions)

    def _is_right(self, value: Fraction) -> bool:
        return self.tolerance.covers(value, self.expected)

    def _is_mistake(self, value: Fraction, mistake: KnownMistake) -> bool:
        return self._tolerance_around(mistake.value).covers(value, mistake.value)

    def grade(self, answer: Fraction) -> Grade:
        """Right within the tolerance, otherwise wrong."""
        if self._is_right(answer):
            return Grade(1.0, "right", self.why or "That is the value.")
        return Grade(0.0, "wrong", self._feedback(answer))

    def _feedback(self, answer: Fraction) -> str:
        """Feedback on a wrong answer: that of the nearest known mistake, or else of a near miss."""
        matching = [mistake for mistake in self.known_mistakes if self._is_mistake(answer, mistake)]
        if matching:
            nearest_mistake = min(matching, key=lambda mistake: abs(answer - mistake.value))
            return nearest_mistake.feedback
        return self._near_miss_feedback(answer)

    def _near_miss_feedback(self, answer: Fraction) -> str:
        return describe_near_miss(answer, self.expected, self.tolerance, asks_how_many=self._asks_how_many)

    def first_try_feedback(self, answer: Fraction) -> str:
        """What the mistake is, or how far off the number is; never the number that is right."""
        for feedback in (self._feedback(answer), self._near_miss_feedback(answer)):
            leading = cut_before_answer(feedback, self.gives_away)
            if leading:
                return leading
        return NOT_IT

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains the right number, whatever its sign."""
        return any(self._is_right(number) or self._is_right(-number) for number in numbers_in(text))

    def _tolerance_around(self, value: Fraction) -> Tolerance:
        """The tolerance within which an answer counts as the known mistake with this `value`."""
        usual = tolerance_for(value)
        return Tolerance(max(usual.rtol, self.tolerance.rtol), max(usual.atol, self.tolerance.atol))

    def samples(self) -> tuple[Sample, ...]:
        """The solution, the known mistakes that get their own feedback, a number that is none of them, and rubbish."""
        exactly = Tolerance(EXACT_RTOL)
        mistakes = [
            Sample(self._write_typed(mistake.value, exactly), "wrong", mistake.feedback)
            for mistake in self.known_mistakes
            if self._feedback(mistake.value) == mistake.feedback
        ]
        return (
            Sample(self.solution, "right"),
            *mistakes,
            Sample(self._write_typed(self._find_unknown_mistake(), exactly), "wrong"),
            Sample("forty-two", "unreadable", "number"),
            Sample("__import__('os')", "unreadable", "number"),
        )

    def _find_unknown_mistake(self) -> Fraction:
        """Find a number that is neither right nor a known mistake: the first such one of many candidates.

        Raises:
            ChainruleError: there is none, since nearly any number counts as right.
        """
        candidates = (self.expected * factor + factor * factor + 1 for factor in range(3, 10**4))
        for value in candidates:
            is_known_mistake = any(self._is_mistake(value, mistake) for mistake in self.known_mistakes)
            if not self._is_right(value) and not is_known_mistake:
                return value
        raise ChainruleError("nearly any number counts as right, or as a known mistake: make rtol or atol smaller")

    def _write_typed(self, value: Fraction, tolerance: Tolerance) -> str:
        """Write `value` as a learner would, with as few figures (at least six) as are read back within `tolerance`."""
        number = int(value) if value.denominator == 1 else value
        for figures in range(6, 18):  # 17 give any double
            text = format_number(number, figures)
            for typed in (text, text.replace(",", "")):  # a comma may be ambiguous
                answer = self.read(typed)
                if isinstance(answer, Fraction) and tolerance.covers(answer, value):
                    return typed
        return f"{value.numerator}/{value.denominator}"


def find_numeric_faults(instance: NumericInstance) -> list[str]:
    """Find an answer too long to type, and mistakes whose value is right, or is that of an earlier mistake."""
    faults = overlong_answer(instance.expected, instance.tolerance)
    for index, mistake in enumerate(instance.known_mistakes):
        earlier_values = [earlier.value for earlier in instance.known_mistakes[:index]]
        if instance.tolerance.covers(mistake.value, instance.expected):
            faults.append(f"mistakes[{index}] gives the right answer, {format_number(mistake.value)}")
        elif instance.seed < GRADED_SEEDS and mistake.value in earlier_values:
            faults.append(f"mistakes[{index}] gives {format_number(mistake.value)}, as an earlier mistake does")
    return faults


# -- near misses: the slips that everyone makes, each said as a question


def describe_near_miss(
    answer: Fraction, expected: Fraction, tolerance: Tolerance, *, asks_how_many: bool = False
) -> str:
    """Say in one sentence, in Markdown, what may have gone wrong with `answer`, which is not `expected`.

    `asks_how_many` is true if the question asks for a number of things: then the learner may have miscounted.
    """
    near_misses = _near_misses_of(expected)
    if asks_how_many and _is_miscounted(answer, expected):
        near_misses = (*near_misses, (answer, OFF_BY_ONE))
    for value, question in near_misses:
        if tolerance.covers(answer, value) and not tolerance.covers(value, expected):
            return question
    number = format_number(int(answer) if answer.denominator == 1 else answer)
    if answer and _is_rounded_too_far(answer, expected, tolerance):
        is_within_twentieth = 20 * abs(answer - expected) <= abs(expected)
        # A number rounded to one figure may be far off; only within a twentieth it is called right as far as it goes.
        verdict = (
            f"{number} is right as far as it goes, but" if is_within_twentieth else f"If {number} was rounded, it was"
        )
        figures = counted(tolerance.figures, "significant figure") if tolerance.figures else "more figures"
        return f"{verdict} rounded too far: give {figures}."
    if _is_close(answer, expected, tolerance):
        return f"{number} is close, but not close enough. Was a number rounded on the way?"
    return f"{number} is too {'large' if answer > expected else 'small'}."


def _is_close(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> bool:
    """Whether rounding on the way may explain a wrong answer: it is within ten tolerances of the right one.

    It must also be within a tenth of the value, since ten tolerances of an estimate would be too wide.
    """
    distance = abs(answer - expected)
    is_within_tenth = not expected or 10 * distance <= abs(expected)
    return distance <= CLOSE_TOLERANCES * tolerance.allowed_distance(expected) and is_within_tenth


def _is_rounded_too_far(answer: Fraction, expected: Fraction, tolerance: Tolerance) -> bool:
    """Whether `answer` is `expected` rounded, or cut off, to fewer figures than are asked for."""
    if expected.denominator == 1:
        return False
    for figures in range(1, tolerance.figures or 9):
        rounded = Fraction(f"{float(expected):.{figures - 1}e}")
        if answer in (rounded, _truncate(expected, figures)):
            return True
    return False


def _truncate(value: Fraction, figures: int) -> Fraction:
    """`value` cut off after `figures` figures; unchanged for one figure, which is too little to show such a slip."""
    if figures == 1:
        return value
    unit = Fraction(10) ** (magnitude(value) - figures + 1)
    return int(value / unit) * unit


def _is_miscounted(answer: Fraction, expected: Fraction) -> bool:
    """Whether `answer` is one more or one less than `expected`, a whole number of things."""
    return expected.denominator == 1 and abs(answer - expected) == 1


@lru_cache(maxsize=64)
def _near_misses_of(expected: Fraction) -> tuple[tuple[Fraction, str], ...]:
    """The results of common slips in computing the value, each with a question that points at the slip.

    They are cached, since they are needed for every answer to the question.
    """
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

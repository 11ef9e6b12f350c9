"""Recognises how wrong answers are related to the right ones: negated, a factor off, transposed, in reverse order.

A relation is reported only if no known mistake of the exercise fits, and if it holds for every number in every wrong
case.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from tutor.exercises.cases import CaseOutcome
from tutor.exercises.comparison import compare
from tutor.exercises.exercise import Exercise
from tutor.text.numbers import format_rounded
from tutor.text.sentences import join_words

Numbers = np.ndarray[Any, np.dtype[np.float64]]
MIN_NUMBERS = 3
"""Numbers that must agree with a relation: fewer agree by chance."""


class _WrongPart(NamedTuple):
    """A part of an answer that is wrong in one case."""

    given: Numbers
    wanted: Numbers
    outcome: CaseOutcome
    """The case to which it belongs."""


def find_relation(exercise: Exercise, outcomes: Sequence[CaseOutcome]) -> str | None:
    """Say how the wrong answers are related to the right ones; `None` if there is no simple relation.

    If an answer has several parts, all wrong parts must be related in the same way.
    """
    wrong_outcomes = [outcome for outcome in outcomes if outcome.fault == "value" and not outcome.case.is_hard]
    if exercise.judge or not wrong_outcomes:
        return None
    wrong_parts: dict[int, list[_WrongPart]] = {}  # index of a part in the answer → its wrong values
    for outcome in wrong_outcomes:
        for index, given, wanted in _pair_numbers(outcome.case.expected, outcome.answer):
            if not _are_close(given, wanted):
                wrong_parts.setdefault(index, []).append(_WrongPart(given, wanted, outcome))
    relations = {_find_relation_of_part(exercise, parts) for parts in wrong_parts.values()}
    relation = relations.pop() if len(relations) == 1 else None
    if not relation:
        return None
    names = [exercise.part_names[index] for index in sorted(wrong_parts) if index < len(exercise.part_names)]
    part_words = f" of {' and of '.join(names)}" if names else ""
    return relation.format(part=part_words)


def find_right_parts(exercise: Exercise, outcomes: Sequence[CaseOutcome]) -> str:
    """A sentence with the parts of an answer that are right in every case; "" if none is, or it has no parts."""
    names = exercise.part_names
    if exercise.judge or any(not isinstance(outcome.answer, (list, tuple)) for outcome in outcomes):
        return ""
    for outcome in outcomes:  # every answer must have all parts, since a part must be right in every case
        has_all_parts = len(outcome.answer) == len(names) and len(outcome.case.expected) == len(names)
        if not has_all_parts:
            return ""
    right_names = []
    for index, name in enumerate(names):
        pairs = [(outcome.case.expected[index], outcome.answer[index]) for outcome in outcomes]
        if all(compare(expected, answer, exercise.tolerance) is None for expected, answer in pairs):
            right_names.append(name)
    return f"{join_words(right_names)} {'is' if len(right_names) == 1 else 'are'} right." if right_names else ""


def _pair_numbers(expected: Any, answer: Any) -> Iterator[tuple[int, Numbers, Numbers]]:
    """Yield (index, given numbers, wanted numbers) for each part of an answer that is a number or an array.

    Only the items of a tuple have different meanings; for anything else the index is 0.
    """
    if isinstance(expected, (list, tuple)):
        for position, (expected_item, item) in enumerate(zip(expected, answer, strict=True)):
            index = position if isinstance(expected, tuple) else 0
            for _, given, wanted in _pair_numbers(expected_item, item):
                yield index, given, wanted
        return
    wanted_array, given_array = np.asarray(expected), np.asarray(answer)
    if wanted_array.dtype.kind in "fiu" and given_array.dtype.kind in "fiu":
        yield 0, given_array.astype(float), wanted_array.astype(float)


def _are_close(given: Numbers, wanted: Numbers) -> bool:
    """Whether two arrays have one shape, and numbers that agree up to rounding."""
    if given.shape != wanted.shape:
        return False
    with np.errstate(all="ignore"):
        largest = float(np.abs(wanted).max(initial=0.0))
        return bool(np.allclose(given, wanted, rtol=1e-7, atol=1e-12 * largest))


def _find_relation_of_part(exercise: Exercise, parts: Sequence[_WrongPart]) -> str | None:
    """The relation that holds for one part of the answer in all cases; `None` if none does, or if it may be chance."""
    number_count = sum(part.given.size for part in parts)
    are_all_zero = not any(part.wanted.any() for part in parts)  # too many relations hold for zeros
    if number_count < MIN_NUMBERS or are_all_zero:
        return None
    with np.errstate(all="ignore"):
        for holds, relation in _RELATIONS:
            if all(holds(part.given, part.wanted) for part in parts):
                return relation
    for index, name in enumerate(exercise.parameter_names):
        if all(_is_input(part.given, part.outcome, index) for part in parts):
            return f"Your function returned {name} as it came."
    return _describe_factor(exercise, parts)


def _is_input(given: Numbers, outcome: CaseOutcome, index: int) -> bool:
    """Whether the array `given` is the argument at `index` of the same call."""
    argument = outcome.case.inputs[index] if index < len(outcome.case.inputs) else None
    if not isinstance(argument, np.ndarray) or argument.dtype.kind not in "fiu" or given.size <= 1:
        return False
    return _are_close(given, argument.astype(float))


def _square(numbers: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        return numbers**2


def _right_after(move: Callable[[Numbers], Numbers], *, min_axes: int) -> Callable[[Numbers, Numbers], bool]:
    """Make a test of whether an answer with at least `min_axes` axes becomes right when `move` moves its numbers."""
    return lambda given, wanted: given.size > 1 and given.ndim >= min_axes and _are_close(move(given), wanted)


def _changed_by(change: Callable[[Numbers], Numbers]) -> Callable[[Numbers, Numbers], bool]:
    """Make a test of whether an answer is the right one after `change`."""
    return lambda given, wanted: _are_close(given, change(wanted))


_RELATIONS: tuple[tuple[Callable[[Numbers, Numbers], bool], str], ...] = (
    (_changed_by(np.zeros_like), "Every number{part} is 0: is anything put in its place?"),
    (_changed_by(np.negative), "Every number{part} has the wrong sign."),
    (_changed_by(lambda wanted: 1 - wanted), "Every number{part} is 1 minus what is wanted."),
    (_changed_by(lambda wanted: wanted + 1), "Every number{part} is too large by 1."),
    (_changed_by(lambda wanted: wanted - 1), "Every number{part} is too small by 1."),
    (_changed_by(_square), "Every number{part} is squared once too often: is a square root missing?"),
    (_changed_by(lambda wanted: 1 / wanted), "Every number{part} is 1 divided by what is wanted."),
    (
        lambda given, wanted: _are_close(_square(given), np.abs(wanted)),
        "Every number{part} is the square root of what is wanted: is a square missing?",
    ),
    (
        lambda given, wanted: _are_close(np.abs(given), np.abs(wanted)),
        "The sizes of the numbers{part} are right, but some signs are wrong.",
    ),
    (_right_after(np.transpose, min_axes=2), "The result{part} is transposed: rows and columns change places."),
    (_right_after(lambda given: given[::-1], min_axes=1), "The numbers{part} are right, but in reverse order."),
    (_right_after(lambda given: given[..., ::-1], min_axes=2), "Each row{part} is right, but in reverse order."),
    (_right_after(np.flip, min_axes=2), "The result{part} is rotated by 180°."),
    (
        lambda given, wanted: _are_close(np.sort(given, axis=None), np.sort(wanted, axis=None)),
        "The numbers{part} are right, but in other places.",
    ),
)
"""Pairs of a test of (given, wanted) numbers and what is said if it holds in all cases; the first that holds counts.

`{part}` stands for the part of the answer, such as " of theta".
"""


def _describe_factor(exercise: Exercise, parts: Sequence[_WrongPart]) -> str | None:
    """Say that the numbers of all cases are off by one factor, or by a length or a number of each case's inputs.

    The sentence has `{part}` in it, as those of `_RELATIONS` have.
    """
    factors = []
    for part in parts:
        factor = _find_factor(part.given, part.wanted)
        if factor is None:
            return None
        factors.append(factor)
    for index, name in enumerate(exercise.parameter_names):
        for words, measure in _MEASURES:
            sizes = [_measure_input(part.outcome, index, measure) for part in parts]
            if len(set(sizes)) == 1 or 0 in sizes:  # a constant size says no more than a plain factor
                continue
            factor_words = words.format(name=name)
            if np.allclose(factors, sizes, rtol=1e-7):
                return f"Every number{{part}} is too large by a factor of {factor_words}"
            if np.allclose(factors, [1 / size for size in sizes], rtol=1e-7):
                return f"Every number{{part}} is too small by a factor of {factor_words}"
    if np.allclose(factors, factors[0], rtol=1e-7):
        factor_text = format_rounded(factors[0])
        return f"Every number{{part}} is {factor_text} times what it should be: is a factor missing, or one too many?"
    return None


def _find_factor(given: Numbers, wanted: Numbers) -> float | None:
    """The factor, other than 0, by which all numbers are off; `None` if there is none."""
    if not wanted.size or given.shape != wanted.shape:
        return None
    largest = np.abs(wanted).argmax()  # the index of the number at which rounding matters least
    if not wanted.flat[largest]:
        return None
    factor = float(given.flat[largest] / wanted.flat[largest])
    if not np.isfinite(factor) or factor == 0 or not _are_close(given, factor * wanted):
        return None
    return factor


def _measure_input(outcome: CaseOutcome, index: int, measure: Callable[[Any], float]) -> float:
    """Apply `measure` to the argument at `index` of a call; 0 if the call leaves that argument out."""
    inputs = outcome.case.inputs
    return measure(inputs[index]) if index < len(inputs) else 0.0


def _length(value: Any) -> float:
    """The length of an array's first axis; 0 for anything else."""
    return float(len(value)) if isinstance(value, np.ndarray) and value.ndim else 0.0


def _entry_count(value: Any) -> float:
    """The number of entries of an array; 0 for anything else."""
    return float(value.size) if isinstance(value, np.ndarray) else 0.0


def _number(value: Any) -> float:
    """`value` if it is a number; 0 for anything else."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


_MEASURES: tuple[tuple[str, Callable[[Any], float]], ...] = (
    ("{name}.", _number),
    ("len({name}): is a mean wanted, or a sum?", _length),
    ("the number of entries of {name}: is a mean wanted, or a sum?", _entry_count),
)
"""(words, measure) of the properties of an input that may be the factor by which an answer is off."""

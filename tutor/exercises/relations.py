"""Recognises how wrong answers are related to the right ones: negated, a factor off, transposed, in reverse order.

This is said where no known mistake of the exercise fits, and only of what holds of every number in every wrong case.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tutor.exercises.cases import CaseOutcome
from tutor.exercises.comparison import compare
from tutor.exercises.exercise import Exercise
from tutor.text.numbers import format_rounded
from tutor.text.sentences import join_words

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Numbers, Numbers]
"""A part of an answer, and the right one."""
MIN_NUMBERS = 3
"""Numbers that must agree with a relation: fewer agree by chance."""


def find_relation(exercise: Exercise, outcomes: Sequence[CaseOutcome]) -> str | None:
    """Say how the wrong answers are related to the right ones; `None` if they are in no simple way.

    Where an answer has several parts, those that are wrong must all be related in the same way.
    """
    wrong = [item for item in outcomes if item.fault == "value" and not item.case.is_hard]
    if exercise.judge or not wrong:
        return None
    parts: dict[int, list[tuple[Pair, CaseOutcome]]] = {}
    for outcome in wrong:
        for place, pair in _pair_numbers(outcome.case.expected, outcome.answer):
            if not _are_close(*pair):
                parts.setdefault(place, []).append((pair, outcome))
    relations = {_relate(exercise, found) for found in parts.values()}
    relation = relations.pop() if len(relations) == 1 else None
    if not relation:
        return None
    names = [exercise.part_names[place] for place in sorted(parts) if place < len(exercise.part_names)]
    return relation.format(part=f" of {' and of '.join(names)}" if names else "")


def find_right_parts(exercise: Exercise, outcomes: Sequence[CaseOutcome]) -> str:
    """Name the parts of an answer that are right in every case; empty if none is, or it has no parts."""
    names = exercise.part_names
    if exercise.judge or any(not isinstance(item.answer, (list, tuple)) for item in outcomes):
        return ""
    if any(len(item.answer) != len(names) or len(item.case.expected) != len(names) for item in outcomes):
        return ""
    right = [
        name
        for place, name in enumerate(names)
        if all(compare(each.case.expected[place], each.answer[place], exercise.tolerance) is None for each in outcomes)
    ]
    return f"{join_words(right)} {'is' if len(right) == 1 else 'are'} right." if right else ""


def _pair_numbers(expected: Any, answer: Any) -> Iterator[tuple[int, Pair]]:
    """Yield the parts of an answer as numbers, each with its place."""
    if isinstance(expected, (list, tuple)):
        for place, (wanted, given) in enumerate(zip(expected, answer, strict=True)):
            for _, pair in _pair_numbers(wanted, given):
                yield place if isinstance(expected, tuple) else 0, pair
        return
    wanted, given = np.asarray(expected), np.asarray(answer)
    if wanted.dtype.kind in "fiu" and given.dtype.kind in "fiu":
        yield 0, (given.astype(float), wanted.astype(float))


def _are_close(mine: Numbers, wanted: Numbers) -> bool:
    if mine.shape != wanted.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(mine, wanted, rtol=1e-7, atol=1e-12 * float(np.abs(wanted).max(initial=0.0))))


def _relate(exercise: Exercise, outcomes: Sequence[tuple[Pair, CaseOutcome]]) -> str | None:
    """The relation that holds of one part in all cases."""
    pairs = [pair for pair, _ in outcomes]
    if sum(mine.size for mine, _ in pairs) < MIN_NUMBERS or not any(wanted.any() for _, wanted in pairs):
        return None
    with np.errstate(all="ignore"):
        relation = next((relation for holds, relation in _RELATIONS if all(holds(*pair) for pair in pairs)), None)
    if relation:
        return relation
    for place, name in enumerate(exercise.parameter_names):
        if all(_is_input(pair[0], outcome, place) for pair, outcome in outcomes):
            return f"Your function returned {name} as it came."
    return _tell_factor(exercise, outcomes)


def _is_input(mine: Numbers, outcome: CaseOutcome, place: int) -> bool:
    given = outcome.case.inputs[place] if place < len(outcome.case.inputs) else None
    return (
        isinstance(given, np.ndarray) and given.dtype.kind in "fiu" and mine.size > 1 and _are_close(mine, given * 1.0)
    )


def _square(numbers: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        return numbers**2


def _moved_by(move: Callable[[Numbers], Numbers], axes: int) -> Callable[[Numbers, Numbers], bool]:
    """Make a test whether an answer with at least so many axes, once moved, is the right one."""
    return lambda mine, wanted: mine.size > 1 and mine.ndim >= axes and _are_close(move(mine), wanted)


def _changed_by(change: Callable[[Numbers], Numbers]) -> Callable[[Numbers, Numbers], bool]:
    """Make a test whether an answer is what a change makes of the right one."""
    return lambda mine, wanted: _are_close(mine, change(wanted))


_RELATIONS: tuple[tuple[Callable[[Numbers, Numbers], bool], str], ...] = (
    (_changed_by(np.zeros_like), "Every number{part} is 0: is anything put in its place?"),
    (_changed_by(np.negative), "Every number{part} has the wrong sign."),
    (_changed_by(lambda wanted: 1 - wanted), "Every number{part} is 1 minus what is wanted."),
    (_changed_by(lambda wanted: wanted + 1), "Every number{part} is too large by 1."),
    (_changed_by(lambda wanted: wanted - 1), "Every number{part} is too small by 1."),
    (_changed_by(_square), "Every number{part} is squared once too often: is a square root missing?"),
    (_changed_by(lambda wanted: 1 / wanted), "Every number{part} is 1 divided by what is wanted."),
    (
        lambda mine, wanted: _are_close(_square(mine), np.abs(wanted)),
        "Every number{part} is the square root of what is wanted: is a square missing?",
    ),
    (
        lambda mine, wanted: _are_close(np.abs(mine), np.abs(wanted)),
        "The sizes of the numbers{part} are right, but some signs are wrong.",
    ),
    (_moved_by(np.transpose, 2), "The result{part} is transposed: rows and columns change places."),
    (_moved_by(lambda mine: mine[::-1], 1), "The numbers{part} are right, but in reverse order."),
    (_moved_by(lambda mine: mine[..., ::-1], 2), "Each row{part} is right, but in reverse order."),
    (_moved_by(np.flip, 2), "The result{part} is rotated by 180°."),
    (
        lambda mine, wanted: _are_close(np.sort(mine, axis=None), np.sort(wanted, axis=None)),
        "The numbers{part} are right, but in other places.",
    ),
)
"""What may hold of an answer and the right one, and what is said then; the first that holds of all."""


def _tell_factor(exercise: Exercise, outcomes: Sequence[tuple[Pair, CaseOutcome]]) -> str | None:
    """Say that the numbers of all cases are off by one factor, or by a length or a number of each case's inputs."""
    factors = [_find_factor(*pair) for pair, _ in outcomes]
    if any(factor is None for factor in factors):
        return None
    known = [factor for factor in factors if factor is not None]
    for place, name in enumerate(exercise.parameter_names):
        for words, measure in _MEASURES:
            sizes = [measure(outcome.case.inputs[place : place + 1]) for _, outcome in outcomes]
            if len(set(sizes)) > 1 and 0 not in sizes:
                for is_large, power in ((True, 1), (False, -1)):
                    if np.allclose(known, [float(size) ** power for size in sizes], rtol=1e-7):
                        too = "large" if is_large else "small"
                        return f"Every number{{part}} is too {too} by a factor of {words.format(name=name)}"
    if np.allclose(known, known[0], rtol=1e-7):
        factor = format_rounded(known[0])
        return f"Every number{{part}} is {factor} times what it should be: is a factor missing, or one too many?"
    return None


def _find_factor(mine: Numbers, wanted: Numbers) -> float | None:
    """The factor by which all numbers are off; `None` if there is none."""
    at = np.abs(wanted).argmax() if wanted.size else 0
    if not wanted.size or mine.shape != wanted.shape or not wanted.flat[at]:
        return None
    factor = float(mine.flat[at] / wanted.flat[at])
    return factor if np.isfinite(factor) and factor and _are_close(mine, factor * wanted) else None


def _measure_length(values: Sequence[Any]) -> float:
    return float(len(values[0])) if values and isinstance(values[0], np.ndarray) and values[0].ndim else 0.0


def _measure_size(values: Sequence[Any]) -> float:
    return float(values[0].size) if values and isinstance(values[0], np.ndarray) else 0.0


def _measure_number(values: Sequence[Any]) -> float:
    is_number = values and isinstance(values[0], (int, float)) and not isinstance(values[0], bool)
    return float(values[0]) if is_number else 0.0


_MEASURES: tuple[tuple[str, Callable[[Sequence[Any]], float]], ...] = (
    ("{name}.", _measure_number),
    ("len({name}): is a mean wanted, or a sum?", _measure_length),
    ("the number of entries of {name}: is a mean wanted, or a sum?", _measure_size),
)
"""Numbers that belong to an input, by which all numbers of an answer may be off."""

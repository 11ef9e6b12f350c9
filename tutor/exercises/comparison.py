"""Compares a learner's result with the reference's: where they first differ, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal

import numpy as np

from tutor.errors import clip
from tutor.sandbox.values import Opaque
from tutor.text.numbers import counted, format_number

ABSOLUTE_SHARE = 1e-3
"""A number may be off by this share of the tolerance, relative to the largest number of its array."""
MAX_REORDERED = 4
"""The most items of a tuple for which all orders are tried."""
Fault = Literal["missing", "type", "shape", "value", "not finite"]
"""What is wrong with an answer: it is None, has another type or shape, or contains a wrong number, an inf or a nan."""


@dataclass(frozen=True)
class Difference:
    """The first difference between an answer and the reference."""

    fault: Fault
    why: str
    index: tuple[int, ...] | None = None
    """Where it is: positions in lists and tuples, then in the array, all counted from 0; `None` for the whole."""


@dataclass(frozen=True)
class _Part:
    """A part of an answer, with the name that messages use for it."""

    name: str = "your answer"
    parts: tuple[str, ...] = ()
    """The names of its own parts, where they have any."""

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole answer: `name` has its default."""
        return self.name == _Part.name

    def item(self, index: int) -> "_Part":
        """The item of this part at `index`."""
        if index < len(self.parts):
            return _Part(self.parts[index])
        return _Part(f"item {index} of {self.name}" if " " in self.name else f"{self.name}[{index}]")

    def sentence(self, predicate: str) -> str:
        """A sentence with this part as its subject; a name of Python is not capitalised."""
        subject = self.name if " " not in self.name else self.name[:1].upper() + self.name[1:]
        return f"{subject} {predicate}"

    def type_sentence(self, value: Any, wanted: Any) -> str:
        """A sentence comparing this part's type with the expected one."""
        subject = "Your function returned" if self.is_whole else self.sentence("is")
        return f"{subject} {_type_words(value)}; wanted is {_type_words(wanted)}."


def compare(
    expected: Any, answer: Any, tolerance: float | None, inputs: Sequence[Any] = (), parts: Sequence[str] = ()
) -> Difference | None:
    """Return the first difference beyond `tolerance`, relative to the expected number; `None` if there is none.

    A list is accepted for a tuple, an integer for a whole float, and a number for an array without axes.

    Args:
        expected: the reference's result.
        answer: the learner's.
        tolerance: with `None` only types and shapes are compared.
        inputs: the arguments of the call, whose shapes may explain a wrong shape.
        parts: the names of the items of a tuple.
    """
    difference = _compare(expected, answer, tolerance, inputs, _Part(parts=tuple(parts)))
    if difference is not None and tolerance is not None and _is_reordered(expected, answer, tolerance):
        order = f" Return ({', '.join(parts)})." if parts else ""
        return Difference(difference.fault, f"These are the right values in another order.{order}", difference.index)
    return difference


def agree(expected: Any, answer: Any, tolerance: float) -> bool:
    """Whether two answers agree within `tolerance`; quicker than `compare`, which also says how they differ."""
    return _compare(expected, answer, tolerance, (), _Part()) is None


def _is_reordered(expected: Any, answer: Any, tolerance: float) -> bool:
    """Whether a tuple has the right items in another order."""
    if not isinstance(expected, tuple) or not isinstance(answer, (list, tuple)) or len(answer) != len(expected):
        return False
    if not 1 < len(expected) <= MAX_REORDERED:
        return False
    return any(agree(expected, tuple(reordered), tolerance) for reordered in permutations(answer))


def _compare(
    expected: Any, answer: Any, tolerance: float | None, inputs: Sequence[Any], part: _Part
) -> Difference | None:
    """The first difference between two values of any type; `part` is what messages call the learner's."""
    if answer is None and expected is not None:
        returned_nothing = "Your function returned nothing: its last line must be `return …`."
        return Difference("missing", returned_nothing if part.is_whole else part.sentence("is None."))
    if isinstance(expected, (list, tuple)):
        return _compare_parts(expected, answer, tolerance, inputs, part)
    if isinstance(expected, (np.ndarray, np.generic, int, float)) and not isinstance(expected, bool):
        return _compare_arrays(expected, answer, tolerance, inputs, part)
    if type(answer) is not type(expected):
        return Difference("type", part.type_sentence(answer, expected))
    if tolerance is not None and answer != expected:  # True and False, texts: equal or not
        return Difference("value", part.sentence(f"is {clip(repr(answer))}; wanted is {clip(repr(expected))}."))
    return None


def _compare_parts(
    expected: Sequence[Any], answer: Any, tolerance: float | None, inputs: Sequence[Any], part: _Part
) -> Difference | None:
    """The first difference between the items of two lists or tuples; `None` where they are equal."""
    if not isinstance(answer, (list, tuple)) or len(answer) != len(expected):
        return Difference("type", part.type_sentence(answer, expected))
    for position, (expected_item, item) in enumerate(zip(expected, answer, strict=True)):
        difference = _compare(expected_item, item, tolerance, inputs, part.item(position))
        if difference is not None:
            index_inside = difference.index or ()
            return Difference(difference.fault, difference.why, (position, *index_inside))
    return None


def _compare_arrays(
    expected: Any, answer: Any, tolerance: float | None, inputs: Sequence[Any], part: _Part
) -> Difference | None:
    """How numbers and arrays differ, in type, shape or value; `None` where they are equal."""
    is_number = isinstance(answer, (np.ndarray, np.generic, int, float)) and not isinstance(answer, bool)
    # Only numbers are asked for their axes: a list may be ragged, so that NumPy cannot tell its axes.
    lacks_axes = is_number and isinstance(expected, np.ndarray) and expected.ndim > 0 and np.ndim(answer) == 0
    if not is_number or lacks_axes:
        hint = " Make it an array with np.array(…)." if isinstance(answer, (list, tuple)) else ""
        return Difference("type", part.type_sentence(answer, expected) + hint)
    wanted, given = np.asarray(expected), np.asarray(answer)
    if given.ndim > 0 and wanted.ndim == 0:
        return Difference("type", part.type_sentence(answer, expected))
    if wanted.shape != given.shape:
        # Whole numbers are wanted but there is one axis too many: probably class scores instead of the best class.
        wants_index = wanted.dtype.kind in "iu" and given.shape[:-1] == wanted.shape
        guess = _ARE_THESE_SCORES if wants_index else _guess_shape(wanted.shape, given.shape, inputs)
        return Difference("shape", f"The shape of {part.name} is {given.shape}; wanted is {wanted.shape}.{guess}")
    return None if tolerance is None else _compare_numbers(wanted, given, tolerance, part)


def _compare_numbers(wanted: Any, given: Any, tolerance: float, part: _Part) -> Difference | None:
    """The first number in which two arrays of one shape differ; `None` where they are equal within `tolerance`."""
    wrong_indices = np.argwhere(~_is_near(wanted, given, tolerance))
    if not len(wrong_indices):
        return None
    index = tuple(int(position) for position in wrong_indices[0])
    given_number, wanted_number = given[index], wanted[index]
    is_wrongly_infinite = bool(np.isfinite(wanted_number) and not np.isfinite(given_number))  # or nan
    given_text = str(given_number) if is_wrongly_infinite else _format_number(given_number)
    place = f" at index {list(index)}" if index else ""
    why = part.sentence(f"is {given_text}{place}; wanted is {_format_number(wanted_number)}.")
    return Difference("not finite" if is_wrongly_infinite else "value", why, index)


_ARE_THESE_SCORES = " Are these scores? Wanted is where the largest stands: argmax(axis=-1)."


def _is_near(wanted: Any, given: Any, tolerance: float) -> Any:
    """Where two arrays agree: |given − wanted| ≤ tolerance · |wanted| + `ABSOLUTE_SHARE` · tolerance · max |wanted|.

    An infinity or nan agrees only with the same value.

    The second term is for numbers far below the largest, whose last digits change if a sum has another order.
    """
    with np.errstate(all="ignore"):
        finite_sizes = np.abs(wanted[np.isfinite(wanted)])
        largest = float(finite_sizes.max()) if finite_sizes.size else 0.0
        near = np.abs(given - wanted) <= tolerance * np.abs(wanted) + ABSOLUTE_SHARE * tolerance * largest
        return (near & np.isfinite(wanted)) | (wanted == given) | (np.isnan(wanted) & np.isnan(given))


def _guess_shape(wanted: tuple[int, ...], given: tuple[int, ...], inputs: Sequence[Any]) -> str:
    """A question that guesses from two shapes what went wrong, with a space before it; "" without an idea."""
    if given == wanted[::-1]:
        return " Is it transposed?"
    if [length for length in given if length != 1] == [length for length in wanted if length != 1]:
        return " An axis of length 1 is too much or missing: look at keepdims, or at [:, None]."
    input_shapes = [np.shape(value) for value in inputs if isinstance(value, np.ndarray)]
    if any(_is_without_axis(given, shape) and _is_without_axis(wanted, shape) for shape in input_shapes):
        return " Did you sum over the wrong axis?"
    if len(given) < len(wanted):
        return " Did you sum over an axis that should remain?"
    return ""


def _is_without_axis(shape: tuple[int, ...], larger: tuple[int, ...]) -> bool:
    """Whether `shape` is the shape `larger` without one of its axes, as after a sum over it."""
    return any(larger[:axis] + larger[axis + 1 :] == shape for axis in range(len(larger)))


def _format_number(value: Any) -> str:
    """One number of an array in ten figures; a complex one as NumPy writes it."""
    return str(value) if np.iscomplexobj(value) else format_number(value.item(), figures=10)


def _type_words(value: Any) -> str:
    """Describe a value's type in words."""
    if value is None:
        return "nothing"
    if isinstance(value, Opaque):
        article = "an" if value.type_name[:1].lower() in "aeiou" else "a"
        return f"{article} {value.type_name}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {counted(len(value), 'item')}"
    names = {bool: "True or False", str: "a text", dict: "a dictionary", int: "a whole number", float: "a number"}
    return names.get(type(value), "a number")

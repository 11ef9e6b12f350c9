"""A step of a simulation that a learner can write: when her function is called, and how its result is used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np


class CallArguments(NamedTuple):
    """The arguments with which a learner's function is called: first `values`, then those written in `source`."""

    values: Sequence[object]
    """Positional arguments, which are sent to the process that runs the learner's code."""
    source: str = ""
    """Further arguments as Python source, for objects that only that process can make: `lambda w: 2 * w`."""


@dataclass(frozen=True)
class CodeStep:
    """A step of a simulation in which a learner's function replaces the program's own arithmetic.

    The callables get the simulation, the state before the step, and the state after it as the program computes it. At
    each step `exercises/drive.py` calls them in their order here, and the learner's function between the last two.
    """

    function: str
    """The name of the function, as its exercise has it."""
    is_called: Callable[[Any, Any], bool]
    """(simulation, program's state after) → whether the function is called in this step."""
    arguments: Callable[[Any, Any, Any], CallArguments]
    """(simulation, state before, program's state after) → what the function is called with."""
    take: Callable[[Any, Any, Any, Any], Any]
    """(simulation, state before, program's state after, what the function returned) → the learner's state after.

    Raises:
        ValueError, TypeError, IndexError: the function returned something of another type or shape.
    """
    parameter_values: Mapping[str, object] = field(default_factory=dict)
    """Parameter name → value, with which a simulation calls the function; the other parameters have their defaults."""


def read_numbers(value: object, count: int) -> tuple[float, ...]:
    """The numbers in `value`, an array or a list that a function returned, flattened; there must be `count` of them.

    Raises:
        ValueError, TypeError: `value` is no array of numbers, or has more or fewer than `count`.
    """
    numbers = tuple(float(item) for item in np.asarray(value, dtype=float).ravel())
    if len(numbers) != count:
        raise ValueError(f"not {count} but {len(numbers)}")
    return numbers


def read_rows(value: object, rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
    """The rows of `value`, an array that a function returned, whose shape must be (rows, columns).

    Raises:
        ValueError, TypeError: `value` is no array of numbers, or has another shape.
    """
    array = np.asarray(value, dtype=float)
    if array.shape != (rows, columns):
        raise ValueError(f"not {(rows, columns)} but {array.shape}")
    return tuple(tuple(float(item) for item in row) for row in array)

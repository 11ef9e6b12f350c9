"""A step of a simulation that a learner can write: which function takes it, and what becomes of its answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class CodeStep:
    """A place in a simulation's steps where a learner's function replaces the program's arithmetic."""

    function: str
    """Its name, that of an exercise."""
    is_called: Callable[[Any, Any], bool]
    """(simulation, state of the program after the step): whether this step is the function's."""
    arguments: Callable[[Any, Any, Any], tuple[Sequence[object], str]]
    """(simulation, state before, state of the program after) → values, and further arguments as they are typed."""
    take: Callable[[Any, Any, Any, Any], Any]
    """(simulation, state before, state of the program after, what the function returned) → the state after.

    Raises:
        ValueError, TypeError, IndexError: it returned something else than it should.
    """
    given: Mapping[str, object] = field(default_factory=dict)
    """Parameters with which the function takes steps, where the usual ones do not call it."""


def read_numbers(value: object, count: int) -> tuple[float, ...]:
    """The `count` numbers of an array or a list that a function returned.

    Raises:
        ValueError, TypeError: it is none, or has more or fewer.
    """
    numbers = tuple(float(item) for item in np.asarray(value, dtype=float).ravel())
    if len(numbers) != count:
        raise ValueError(f"not {count} but {len(numbers)}")
    return numbers


def read_rows(value: object, rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
    """The numbers of an array of `rows` by `columns` that a function returned.

    Raises:
        ValueError, TypeError: it is none, or has another shape.
    """
    array = np.asarray(value, dtype=float)
    if array.shape != (rows, columns):
        raise ValueError(f"not {(rows, columns)} but {array.shape}")
    return tuple(tuple(float(item) for item in row) for row in array)

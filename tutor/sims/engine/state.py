"""States: frozen snapshots of a run, the paths that name a quantity in one, and their JSON form.

A path is a state key with indices: `loss`, `m_hat[0]`, `separable.multiplications`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import NoneType
from typing import Any, ClassVar

import numpy as np

from tutor.errors import UsageError, clip, unknown_name_error


@dataclass(frozen=True)
class State:
    """The base class of states. A simulation's own state adds its quantities; `None` means "not computed yet".

    Where a quantity has certainly been computed, `or 0.0` after it is for the type checker alone. A state with arrays
    is declared with `eq=False`, since arrays cannot be compared as a whole.
    """

    constant: ClassVar[frozenset[str]] = frozenset()
    """Fields that are the same in every state of a run, such as its data: always finite, and in memory only once."""
    derived: ClassVar[frozenset[str]] = frozenset()
    """Fields that `complete` of the simulation computes from the others, and no step reads: keyframes omit them."""

    step: int
    """How many steps led here; the start state is 0."""


def freeze_vector(values: np.ndarray) -> tuple[float, ...]:
    """A vector, shape (n,), as a tuple: states hold tuples, since these cannot be changed."""
    return tuple(np.asarray(values, dtype=float).tolist())


def freeze_matrix(values: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """A matrix, shape (m, n), as a tuple of its rows: states hold tuples, since these cannot be changed."""
    return tuple(map(tuple, np.asarray(values, dtype=float).tolist()))


def to_json_types(value: Any) -> Any:
    """`value` as JSON's own types: nested lists, and `"nan"`, `"inf"`, `"-inf"` as strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json_types(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json_types(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist() if _is_finite(value) else to_json_types(value.tolist())  # nan and inf one by one
    if isinstance(value, (tuple, list)):
        return [to_json_types(item) for item in value]
    if isinstance(value, np.generic):
        return to_json_types(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return "nan"
        return "inf" if value > 0 else "-inf"
    return value


_PATH_SEGMENT = re.compile(r"\.?([A-Za-z_][A-Za-z_0-9]*)|\[(-?\d{1,9})\]")


def lookup(state: Any, path: str) -> Any:
    """The quantity that `path` names in `state` (a state, or its JSON form).

    Raises:
        UsageError: no such key (with the nearest known one) or no such index.
    """
    value, position = state, 0
    while position < len(path):
        segment = _PATH_SEGMENT.match(path, position)
        if segment is None:
            raise UsageError(f"'{clip(path)}' is not a path like loss, m_hat[0] or separable.multiplications")
        value = _get_member(value, segment, path)
        position = segment.end()
    return value


def has_quantity(state: Any, path: str) -> bool:
    """Whether `state` has the quantity that `path` names."""
    try:
        lookup(state, path)
    except UsageError:
        return False
    return True


def _get_member(value: Any, segment: re.Match[str], path: str) -> Any:
    """The attribute, key or item of `value` that one segment of `path` names.

    `segment` matches a key (`m_hat`) or an index (`[0]`). An index into what is not computed yet gives `None`. The
    whole `path` is for messages.
    """
    key, index = segment.groups()
    if key is not None:
        known_keys = value if isinstance(value, dict) else _field_names(type(value))
        if key not in known_keys:
            raise unknown_name_error("state key", key, list(known_keys))
        return value[key] if isinstance(value, dict) else getattr(value, key)
    if value is None:
        return None
    try:
        return value[int(index)]
    except (IndexError, TypeError, KeyError):
        raise UsageError(f"'{clip(path)}' reaches outside the list it indexes") from None


def find_overflow(state: object) -> str:
    """The name of the first quantity in `state` that is infinite or not a number; "" when all are finite."""
    for name in _changing_fields(type(state)):
        if not _is_finite(getattr(state, name)):
            return name
    return ""


_FIELD_NAMES: dict[type, tuple[str, ...]] = {}
"""Cache of `_field_names`, which a run calls at each step: type → field names."""


def _field_names(value_type: type) -> tuple[str, ...]:
    """The field names of the type of a state, or of a value in a state; empty if the type is no dataclass."""
    if value_type not in _FIELD_NAMES:
        names = tuple(item.name for item in fields(value_type)) if is_dataclass(value_type) else ()
        _FIELD_NAMES[value_type] = names
    return _FIELD_NAMES[value_type]


_CHANGING_FIELDS: dict[type, tuple[str, ...]] = {}
"""Cache of `_changing_fields`: type → field names."""


def _changing_fields(value_type: type) -> tuple[str, ...]:
    """As `_field_names`, without the fields that are `constant` in a run."""
    if value_type not in _CHANGING_FIELDS:
        constant_names = getattr(value_type, "constant", ())
        _CHANGING_FIELDS[value_type] = tuple(name for name in _field_names(value_type) if name not in constant_names)
    return _CHANGING_FIELDS[value_type]


def _has_finite_sum(values: Sequence[Any]) -> bool:
    """Whether these are numbers with a finite sum, so that each of them is finite; faster than looking at each."""
    if not values or not isinstance(values[0], (int, float)):
        return not values
    try:
        return math.isfinite(sum(values))
    except (TypeError, OverflowError):  # not numbers alone, or integers that are no floats
        return False


def _is_finite(value: object) -> bool:
    """Whether all numbers in `value`, at any depth, are finite; what is not a number counts as finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (int, str, NoneType)):
        return True
    if isinstance(value, (tuple, list)):
        return _has_finite_sum(value) or all(map(_is_finite, value))
    if isinstance(value, np.ndarray):
        if value.dtype.kind != "f":
            return True
        # `np.isfinite(value).all()` gives the same and takes three times as long.
        return int(np.count_nonzero(np.isfinite(value))) == value.size
    return not find_overflow(value)  # a part of a state that is a dataclass itself; anything else has no numbers


def count_bytes(value: object) -> int:
    """About how many bytes `value` takes in memory: the cost of keeping it in a history.

    The constants are CPython's sizes of an object's head (56, 112 for an array), of a reference (8), and of a float
    (32). Whole numbers and texts are few in a state, and count as nothing.
    """
    if isinstance(value, float):
        return 32
    if isinstance(value, (int, str, NoneType)):
        return 0
    if isinstance(value, np.ndarray):
        return 112 + int(value.nbytes)
    if isinstance(value, (tuple, list)):
        if set(map(type, value)) == {float}:  # numbers alone, as most are
            return 56 + 40 * len(value)
        return 56 + 8 * len(value) + sum(map(count_bytes, value))
    names = _changing_fields(type(value))  # constant fields are in memory only once per run
    if not names:
        return 0
    return 56 + 8 * len(names) + sum(count_bytes(getattr(value, name)) for name in names)

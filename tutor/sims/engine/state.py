"""States: frozen snapshots of a run, the paths that name a quantity in one, and their JSON form.

A path is a state key with indices: `loss`, `m_hat[0]`, `separable.multiplications`.
"""

import math
import re
from dataclasses import dataclass, fields, is_dataclass
from types import NoneType
from typing import Any, ClassVar

import numpy as np

from tutor.errors import UsageError, clip, unknown_name_error


@dataclass(frozen=True)
class State:
    """The base class of states. A simulation's own state adds its quantities; `None` is "not computed yet"."""

    constant: ClassVar[frozenset[str]] = frozenset()
    """What every state of a run holds alike, such as its data: finite from the start, kept in memory once."""
    derived: ClassVar[frozenset[str]] = frozenset()
    """What a simulation's `complete` computes from the rest, and no step reads: keyframes are kept without it."""

    step: int
    """How many steps led here; the start state is 0."""


def freeze_vector(values: np.ndarray) -> tuple[float, ...]:
    """A vector, shape (n,), as a state holds it: nothing can change it."""
    return tuple(np.asarray(values, dtype=float).tolist())


def freeze_matrix(values: np.ndarray) -> tuple[tuple[float, ...], ...]:
    """A matrix, shape (m, n), as a state holds it: a tuple of its rows."""
    return tuple(map(tuple, np.asarray(values, dtype=float).tolist()))


def to_json_types(value: Any) -> Any:
    """`value` as JSON's own types: nested lists, and `"nan"`, `"inf"`, `"-inf"` as strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json_types(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json_types(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist() if _is_finite(value) else to_json_types(value.tolist())
    if isinstance(value, (tuple, list)):
        return [to_json_types(item) for item in value]
    if isinstance(value, np.generic):
        return to_json_types(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value


_PATH_PART = re.compile(r"\.?([A-Za-z_][A-Za-z_0-9]*)|\[(-?\d{1,9})\]")


def lookup(state: Any, path: str) -> Any:
    """The quantity that `path` names in `state` (a state, or its JSON form).

    Raises:
        UsageError: no such key (with the nearest known one) or no such index.
    """
    value, position = state, 0
    while position < len(path):
        match = _PATH_PART.match(path, position)
        if match is None:
            raise UsageError(f"'{clip(path)}' is not a path like loss, m_hat[0] or separable.multiplications")
        value = _part_at(value, match, path)
        position = match.end()
    return value


def has_quantity(state: Any, path: str) -> bool:
    """Whether `state` has the quantity that `path` names."""
    try:
        lookup(state, path)
    except UsageError:
        return False
    return True


def _part_at(value: Any, part: re.Match[str], path: str) -> Any:
    """The part of `value` that one part of `path`, a key or an index, names; of what is not computed yet, `None`."""
    key, index = part.groups()
    if key is not None:
        known = value if isinstance(value, dict) else _part_names(type(value))
        if key in known:
            return value[key] if isinstance(value, dict) else getattr(value, key)
        raise unknown_name_error("state key", key, list(known))
    if value is None:
        return None
    try:
        return value[int(index)]
    except (IndexError, TypeError, KeyError):
        raise UsageError(f"'{clip(path)}' reaches outside the list it indexes") from None


def find_overflow(state: object) -> str:
    """The name of the first quantity in `state` that is infinite or not a number; "" when all are finite."""
    for name in _changing_parts(type(state)):
        if not _is_finite(getattr(state, name)):
            return name
    return ""


_PART_NAMES: dict[type, tuple[str, ...]] = {}
"""Type → what `_part_names` found, since a run asks for it at each step."""


def _part_names(kind: type) -> tuple[str, ...]:
    """The names of all parts of a state, or of a part of one, in their order; none if it has no named parts."""
    if kind not in _PART_NAMES:
        _PART_NAMES[kind] = tuple(item.name for item in fields(kind)) if is_dataclass(kind) else ()
    return _PART_NAMES[kind]


_CHANGING_PARTS: dict[type, tuple[str, ...]] = {}
"""Type → what `_changing_parts` found."""


def _changing_parts(kind: type) -> tuple[str, ...]:
    """The names of the changing parts of a state, or of a part of one; none if it has no named parts."""
    if kind not in _CHANGING_PARTS:
        constant = getattr(kind, "constant", ())
        _CHANGING_PARTS[kind] = tuple(name for name in _part_names(kind) if name not in constant)
    return _CHANGING_PARTS[kind]


def _is_finite(value: object) -> bool:
    """Whether a value, and all that it consists of, is finite; what is no number counts as finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (int, str, NoneType)):
        return True
    if isinstance(value, (tuple, list)):
        if set(map(type, value)) == {float}:  # numbers alone, as most are
            return all(map(math.isfinite, value))
        return all(map(_is_finite, value))
    if isinstance(value, np.ndarray):
        # `all` takes three times as long to find the same.
        return value.dtype.kind != "f" or int(np.count_nonzero(np.isfinite(value))) == value.size
    return not find_overflow(value)


def count_bytes(value: object) -> int:
    """About how many bytes `value` takes in memory: the cost of keeping it in a history.

    The constants are CPython's sizes of an object's head, of a reference, and of a float.
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
    names = _changing_parts(type(value))
    return 56 + 8 * len(names) + sum(count_bytes(getattr(value, name)) for name in names) if names else 0

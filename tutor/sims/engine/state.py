"""States: frozen snapshots of a run, the paths that name a quantity in one, and their JSON form.

A path is a state key with indices: `loss`, `m_hat[0]`, `separable.multiplications`.
"""

import math
import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from tutor.errors import UsageError, clip, unknown_name_error


@dataclass(frozen=True)
class State:
    """What every state has. A simulation's own state adds its quantities; `None` is "not computed yet"."""

    step: int
    """How many steps led here; the start state is 0."""


def to_json_types(value: Any) -> Any:
    """`value` as JSON's own types: nested lists, and `"nan"`, `"inf"`, `"-inf"` as strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_json_types(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): to_json_types(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return to_json_types(value.tolist())
    if isinstance(value, (tuple, list)):
        return [to_json_types(item) for item in value]
    if isinstance(value, np.generic):
        return to_json_types(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    return value


_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z_0-9]*)|\[(-?\d{1,9})\]")


def lookup(state: Any, path: str) -> Any:
    """The quantity that `path` names in `state` (a state, or its `plain` form).

    Raises:
        UsageError: no such key (with the nearest known one) or no such index.
    """
    value, position = state, 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise UsageError(f"'{clip(path)}' is not a path like loss, m_hat[0] or separable.multiplications")
        value = _enter(value, match[1], match[2], path)
        position = match.end()
    return value


def has_quantity(state: Any, path: str) -> bool:
    """Whether `state` has the quantity that `path` names."""
    try:
        lookup(state, path)
    except UsageError:
        return False
    return True


def _enter(value: Any, key: str | None, index: str | None, path: str) -> Any:
    if key is not None:
        if isinstance(value, dict):
            names = list(value)
            if key in value:
                return value[key]
        else:
            names = [item.name for item in fields(value)] if is_dataclass(value) else []
            if key in names:
                return getattr(value, key)
        raise unknown_name_error("state key", key, names)
    if value is None:
        return None
    try:
        return value[int(index or 0)]
    except (IndexError, TypeError, KeyError):
        raise UsageError(f"'{clip(path)}' reaches outside the list it indexes") from None


def find_overflow(state: Any) -> str:
    """The name of the first quantity in `state` that is infinite or not a number; "" when all are finite."""
    for item in fields(state):
        if not _finite(getattr(state, item.name)):
            return item.name
    return ""


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, np.ndarray):
        return value.dtype.kind != "f" or bool(np.isfinite(value).all())
    if isinstance(value, (tuple, list)):
        return all(_finite(item) for item in value)
    if is_dataclass(value):
        return not find_overflow(value)
    return True


def count_bytes(value: Any) -> int:
    """About how many bytes `value` takes in memory: the cost of keeping it in a history."""
    if isinstance(value, np.ndarray):
        return 112 + int(value.nbytes)
    if isinstance(value, (tuple, list)):
        return 56 + sum(8 + count_bytes(item) for item in value)
    if is_dataclass(value):
        return 56 + sum(8 + count_bytes(getattr(value, item.name)) for item in fields(value))
    return 32 if isinstance(value, float) else 0

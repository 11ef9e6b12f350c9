"""Converts values to JSON and back: the format of the pipe between the program and a learner's code.

Decoding never runs code from the other side: an array is bytes with a shape, and everything else is plain JSON.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 12
"""How deeply lists may be nested."""
MAX_ITEMS = 200_000
"""Items of one list, and numbers of one array, that are sent."""
MAX_INTEGER = 2**4096
"""Python's integers of at least this size are not sent."""
_ARRAY_KINDS = "biufc"
"""Arrays of truth values, integers, and real or complex numbers, as NumPy abbreviates them."""


@dataclass(frozen=True)
class Opaque:
    """A value that cannot be sent, such as a function; only its type's name is known."""

    type_name: str

    def __repr__(self) -> str:
        """Its type as a report shows it, in lists too."""
        return f"<{self.type_name}>"


def encode(value: Any, depth: int = 0) -> Any:
    """Convert `value` to what JSON can hold; `depth` is the number of lists around it.

    A value that JSON cannot hold, or that is too deep or too long, becomes `Opaque`; nothing is raised.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):  # before `float`, of which NumPy's float64 is a subclass
        return _encode_array(value)
    if isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) < MAX_INTEGER else _opaque(value)
    if isinstance(value, Opaque):
        return {"opaque": value.type_name}
    if isinstance(value, (list, tuple)) and depth < MAX_DEPTH and len(value) <= MAX_ITEMS:
        name = "tuple" if isinstance(value, tuple) else "list"
        return {name: [encode(item, depth + 1) for item in value]}
    if isinstance(value, dict) and depth < MAX_DEPTH and len(value) <= MAX_ITEMS:
        return {"dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}
    return _opaque(value)


def _opaque(value: object) -> dict[str, str]:
    """A value that cannot be sent, as its type's name."""
    return {"opaque": type(value).__name__[:80]}


def _encode_array(value: Any) -> Any:
    """An array as JSON, with its bytes in base64; an array of another type, or a too large one, becomes `Opaque`."""
    array = np.asarray(value)
    # A complex number takes 16 bytes; longer types, such as `clongdouble`, differ between machines.
    if array.dtype.kind not in _ARRAY_KINDS or array.size > MAX_ITEMS or array.dtype.itemsize > 16:
        return _opaque(value)
    little_endian = array.astype(array.dtype.newbyteorder("<"))
    return {
        "array": base64.b64encode(little_endian.tobytes()).decode("ascii"),
        "type": little_endian.dtype.str,
        "shape": list(array.shape),
        "scalar": not isinstance(value, np.ndarray),
    }


def decode(data: Any, depth: int = 0) -> Any:
    """Return the value that `encode` turned into `data`; `depth` is the number of lists around it.

    Raises:
        ValueError: `data` was not written by `encode`.
    """
    if data is None or isinstance(data, (bool, int, float, str)):
        return data
    if not isinstance(data, Mapping) or depth > MAX_DEPTH + 1:  # deeper than `encode` goes
        raise ValueError("this is no value")
    match data:
        case {"array": str(text), "type": str(name), "shape": list(shape)}:
            return _decode_array(text, name, shape, bool(data.get("scalar")))
        case {"list": list(items)}:
            return [decode(item, depth + 1) for item in items]
        case {"tuple": list(items)}:
            return tuple(decode(item, depth + 1) for item in items)
        case {"dict": list(items)}:
            return _decode_mapping(items, depth)
        case {"opaque": str(name)}:
            return Opaque(name[:80])
    raise ValueError("this is no value")


def _decode_array(text: str, type_name: str, shape: Sequence[object], is_scalar: bool) -> Any:
    """The array whose bytes are `text` in base64; one of NumPy's numbers with `is_scalar`."""
    dtype = np.dtype(type_name)
    axis_lengths = [int(length) for length in shape if isinstance(length, int) and length >= 0]
    is_shape = len(axis_lengths) == len(shape)
    if dtype.kind not in _ARRAY_KINDS or not is_shape:
        raise ValueError("this is no array of numbers")
    array = np.frombuffer(base64.b64decode(text, validate=True), dtype=dtype).reshape(axis_lengths)
    if is_scalar and array.ndim == 0:
        return array[()]  # the number itself, of NumPy's type
    return array.copy()  # an array over a buffer cannot be written to


def _decode_mapping(pairs: Sequence[Any], depth: int) -> dict[Any, Any]:
    """The dictionary of these [key, value] pairs, both encoded."""
    mapping: dict[Any, Any] = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError("this is no value")
        encoded_key, encoded_value = pair
        key = decode(encoded_key, depth + 1)
        if not isinstance(key, (str, int, float, bool, tuple, type(None))):
            raise ValueError("this is no key")
        mapping[key] = decode(encoded_value, depth + 1)
    return mapping

"""Which version of a question an answer was given to."""

import hashlib
import json
from typing import Any

import msgspec

from tutor.questions.base import Question

LENGTH = 12
"""Hexadecimal digits; two versions of one question have the same by chance once in 10¹⁴."""


def revision(question: Question) -> str:
    """A short hash of the question as its lesson writes it: its kind and its keys, not their layout.

    A key that has its usual value counts as not written, so that a new key of a later program changes nothing.
    """
    written = json.dumps([type(question).__name__, _written(question)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "backslashreplace")).hexdigest()[:LENGTH]


def _written(value: Any) -> Any:
    """`value` as JSON can hold it, without the keys that have their usual value."""
    if isinstance(value, msgspec.Struct):
        fields = ((field.name, getattr(value, field.name), field) for field in msgspec.structs.fields(value))
        return {name: _written(found) for name, found, field in fields if found != _usual(field)}
    if isinstance(value, dict):
        return {str(name): _written(found) for name, found in value.items()}
    if isinstance(value, (list, tuple)):
        return [_written(found) for found in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)


def _usual(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default

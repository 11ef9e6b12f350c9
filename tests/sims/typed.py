"""What of a view is not of the type that its dataclass declares: a role that is none, a title that is missing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

SHOUTED = re.compile(r"\b[A-Z]{5,}\b")


def mistyped(value: Any, kind: Any, where: str = "view") -> Iterator[str]:
    """Describe each part of `value` that is not of the type `kind`, and each word that is all capitals."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value not in arguments:
            yield f"{where}: {value!r} is none of {arguments}"
    elif origin in (Union, UnionType):
        yield from _mistyped_choice(value, arguments, where)
    elif origin in (tuple, Sequence):
        yield from _mistyped_items(value, arguments, where)
    elif origin in (dict, Mapping):
        yield from _mistyped_items(list(value), arguments[:1], where)
        yield from _mistyped_items(list(value.values()), arguments[1:], where)
    elif kind is not Any:
        yield from _mistyped_plain(value, kind, where)


def _mistyped_plain(value: Any, kind: Any, where: str) -> Iterator[str]:
    """The same of what is no container."""
    if kind is float and isinstance(value, (int, np.number)) and not isinstance(value, bool):
        return
    if not isinstance(value, kind):
        yield f"{where}: {value!r} is no {kind.__name__}"
    elif isinstance(value, str) and SHOUTED.search(value):
        yield f"{where}: {value!r} is in capitals"
    elif is_dataclass(value):
        for name, declared in _declared(value.__class__):
            yield from mistyped(getattr(value, name), declared, f"{where}.{name}")


def _mistyped_choice(value: Any, kinds: tuple[Any, ...], where: str) -> Iterator[str]:
    """The same of what may be of several types."""
    classes = [kind for kind in kinds if isinstance(kind, type) and isinstance(value, kind)]
    if classes:
        yield from mistyped(value, classes[0], where)
    elif all(any(mistyped(value, kind)) for kind in kinds):
        yield f"{where}: {value!r} is no {' | '.join(map(str, kinds))}"


def _mistyped_items(values: Any, arguments: tuple[Any, ...], where: str) -> Iterator[str]:
    """The same of the items; of many numbers only those at both ends."""
    if isinstance(values, str) or not isinstance(values, (Sequence, np.ndarray)):
        yield f"{where}: {values!r} is no sequence"
        return
    fixed = len(arguments) > 1 and arguments[1] is not ...
    if fixed and len(values) != len(arguments):
        yield f"{where}: {len(values)} items instead of {len(arguments)}"
        return
    is_plain = arguments[0] in (float, float | None, int, bool)
    looked_at = range(len(values)) if len(values) < 40 or not is_plain else (0, len(values) - 1)
    for place in looked_at:
        yield from mistyped(values[place], arguments[place if fixed else 0], f"{where}[{place}]")


@cache
def _declared(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))

"""YAML into typed records, with every fault named: missing keys, unknown keys, values of a wrong type."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from tutor.content.yamls import Note, Tree
from tutor.errors import clip, unknown_name_error

T = TypeVar("T", bound=msgspec.Struct)


def typed(tree: Tree, record: type[T], wants: Mapping[str, str]) -> tuple[T | None, list[Note]]:
    """`tree` as a `record`, or every reason why it is none.

    Args:
        tree: the YAML; nothing at all counts as no keys.
        record: the struct whose fields are the keys.
        wants: for each key what belongs there, in words with an example.
    """
    if tree.notes:
        return None, list(tree.notes)
    given = {} if tree.value is None else tree.value
    if not isinstance(given, dict):
        return None, [(tree.line(), "write keys and values here, one a line: " + ", ".join(wants))]
    known = {item.encode_name: item for item in msgspec.structs.fields(record)}
    notes = [(tree.line((key,)), str(unknown_name_error("key", key, known))) for key in given if key not in known]
    notes += [
        (tree.first, f"the key '{name}' is missing; {name} is {wants[name]}")
        for name, item in known.items()
        if item.required and name not in given
    ]
    values: dict[str, Any] = {}
    for name in known.keys() & given.keys():
        try:
            values[known[name].name] = msgspec.convert(given[name], known[name].type)
        except msgspec.ValidationError:
            shown = "" if isinstance(given[name], (list, dict)) else f": {clip(str(given[name]), 30)}"
            notes.append((tree.line((name,)), f"{name}{shown} cannot be used; {name} is {wants[name]}"))
    return (None, notes) if notes else (record(**values), [])

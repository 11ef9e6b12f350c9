"""The tree that a block of YAML is read into: its values, their lines, and the faults.

Numbers, `true`, `false` and `null` are read as YAML 1.2 does: `no` and `on` stay texts, and `1e-3` is a number.
"""

import math
from typing import Any

import msgspec

from tutor.characters import visible
from tutor.patterns import compile_lazily

Note = tuple[int, str]
"""A fault inside one file: the line and what to do."""

KeyPath = tuple[str | int, ...]
"""Where a value is in a block of YAML: the keys and list indices that lead to it from the top, () for the whole."""

MAX_DEPTH = 12
"""How deeply values may be nested."""

MAX_DIGITS = 40
"""The longest whole number, in characters: Python's conversion is slow for very long ones."""

_WHOLE = compile_lazily(r"[-+]?[0-9]+")
_NUMBER = compile_lazily(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Tree(msgspec.Struct):
    """A parsed block of YAML: its value, the line of each value inside it, and its faults."""

    first_line: int
    """The line of the file on which the block's text begins."""
    value: Any = None
    lines: dict[KeyPath, int] = msgspec.field(default_factory=dict)
    """Key path of a value → the line on which it begins."""
    notes: list[Note] = msgspec.field(default_factory=list)

    def line(self, key_path: KeyPath = ()) -> int:
        """The line of the value at `key_path`; where there is none, of the nearest value that would contain it."""
        while key_path and key_path not in self.lines:
            key_path = key_path[:-1]
        return self.lines.get(key_path, self.first_line)

    def subtree(self, key_path: KeyPath) -> "Tree":
        """The value at `key_path` as a tree of its own, whose key paths begin there."""
        value = self.value
        for key in key_path:
            value = value[key]
        depth = len(key_path)
        lines_inside = {path[depth:]: line for path, line in self.lines.items() if path[:depth] == key_path}
        return Tree(self.line(key_path), value, lines_inside)


def resolve(text: str) -> Any:
    """Interpret an unquoted text: as a number, true, false, null, or the text itself.

    A number that no float can hold, such as 1e999, remains a text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= MAX_DIGITS:
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return visible(text)

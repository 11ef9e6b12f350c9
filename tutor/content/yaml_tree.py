"""The tree that a block of YAML is read into: its values, their lines, and the faults.

Numbers, `true`, `false` and `null` are read as YAML 1.2 does: `no` and `on` stay texts, and `1e-3` is a number.
"""

import math
from dataclasses import dataclass, field
from typing import Any

from tutor.characters import visible
from tutor.patterns import compile_lazily

Note = tuple[int, str]
"""A fault inside one file: the line and what to do."""

Place = tuple[str | int, ...]
"""Where a value is in a block of YAML: the keys and list indices that lead to it."""

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


@dataclass
class Tree:
    """A parsed block of YAML: its value, the position of each part, and its faults."""

    first_line: int
    """The line of the file on which the block's text begins."""
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    """Place of a value → the line on which it begins."""
    notes: list[Note] = field(default_factory=list)

    def line(self, place: Place = ()) -> int:
        """The line of the value at `place`; where there is none, of the nearest value that would contain it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, self.first_line)

    def part(self, place: Place) -> "Tree":
        """The value at `place` as a tree of its own, with places counted from there."""
        value = self.value
        for key in place:
            value = value[key]
        depth = len(place)
        lines = {inner[depth:]: line for inner, line in self.lines.items() if inner[:depth] == place}
        return Tree(self.line(place), value, lines)


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

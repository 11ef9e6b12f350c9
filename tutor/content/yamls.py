"""YAML with line numbers and within bounds: plain mappings, lists, texts and numbers, nothing else.

Numbers, `true`, `false` and `null` are read as YAML 1.2 does: `no` and `on` stay texts, and `1e-3` is a number.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from tutor.errors import clip, unknown_name_error
from tutor.patterns import late
from tutor.text.characters import visible

T = TypeVar("T", bound=msgspec.Struct)

Note = tuple[int, str]
"""A fault inside one file: the line and what to do."""

Place = tuple[str | int, ...]
"""The way to a value: keys and list indices."""

MAX_BLOCK_BYTES = 64 * 1024
MAX_DEPTH = 12
MAX_CACHED_TREES = 1024
"""How many blocks are kept as trees: those of two courses."""
MAX_CACHED_TEXT = 4096
"""The longest block that is kept as a tree, in characters."""

_WHOLE = late(r"[-+]?[0-9]+")
_NUMBER = late(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PLAIN = late(
    r"(?P<key>[a-z_]++): (?:(?P<words>[A-Za-z][A-Za-z0-9_]*+(?:[ -][A-Za-z0-9_]++)*+|[0-9]++)"
    r"|\"(?P<quoted>[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*+)\""
    r"|\[(?P<list>(?:[A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+(?:, [A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+)*+)?)\])"
)
"""A line of YAML that can mean only one thing."""
SHORT = 600
"""Characters of a text that is read by its lines: so few that no bound on an entry or a list can be broken."""


@dataclass
class Tree:
    """A block of YAML, read: its value, where each part stands, and what is wrong with it."""

    first: int
    """The line of the file on which the block's text begins."""
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def line(self, place: Place = ()) -> int:
        """The line of the value at `place`, or of the nearest thing around it that is there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, self.first)


def parse(text: str, first: int = 1) -> Tree:
    """Read one block of YAML whose text begins on line `first` of its file. Never raises.

    A lesson is read anew for its headings, its check and after each edit: a block that is as it was is not
    parsed again. So nobody may change the tree.
    """
    return _parse_cached(text, first) if len(text) <= MAX_CACHED_TEXT else _parse(text, first)


def _parse(text: str, first: int) -> Tree:
    tree = Tree(first)
    if len(text.encode()) > MAX_BLOCK_BYTES:
        tree.notes.append((first, "this block is larger than 64 KB; make it smaller"))
        return tree
    if not read_plain(tree, text):
        from tutor.content.events import build  # brings in PyYAML, which takes a tenth of a start

        build(tree, text)
    return tree


_parse_cached = lru_cache(maxsize=MAX_CACHED_TREES)(_parse)


def read_plain(tree: Tree, text: str) -> bool:
    """Read `text` if it is as plain as the front matter of most lessons; False when it takes YAML's whole grammar.

    Each line is a key with a word or words, a text in quotes, or words in brackets. A test holds it to what YAML's
    parser makes of the same text.
    """
    if len(text) > SHORT:
        return False
    lines = [_PLAIN.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    if len({found["key"] for found in lines if found}) < len(lines):  # one is not plain, or a key is there twice
        return False
    tree.lines[()] = tree.first
    tree.value = {}
    for number, found in enumerate(filter(None, lines), tree.first):
        key = found["key"]
        tree.lines[key,] = number
        if found["list"] is None:
            tree.value[key] = visible(found["quoted"]) if found["words"] is None else resolve(found["words"])
        else:
            tree.value[key] = [resolve(item) for item in found["list"].split(", ")] if found["list"] else []
            tree.lines.update({(key, index): number for index in range(len(tree.value[key]))})
    return True


def resolve(text: str) -> Any:
    """What a text without quotes means: a number, true, false, nothing, or itself.

    A number that no float can hold stays text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= 40:
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return visible(text)


def read_record(tree: Tree, record: type[T], wants: Mapping[str, str]) -> tuple[T | None, list[Note]]:
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

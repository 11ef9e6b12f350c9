"""Reads YAML with line numbers and within bounds: plain mappings, lists, texts and numbers, nothing else."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from tutor.characters import visible
from tutor.content.yaml_tree import Note, Tree, resolve
from tutor.errors import clip, nearest, unknown_name_error
from tutor.patterns import compile_lazily

T = TypeVar("T", bound=msgspec.Struct)

MAX_BLOCK_BYTES = 64 * 1024
MAX_CACHED_TREES = 1024
"""How many blocks are kept as trees: those of two courses."""
MAX_CACHED_TEXT = 4096
"""The longest block that is kept as a tree, in characters."""

_PLAIN = compile_lazily(
    r"(?P<key>[a-z_]++): (?:(?P<words>[A-Za-z][A-Za-z0-9_]*+(?:[ -][A-Za-z0-9_]++)*+|[0-9]++)"
    r"|\"(?P<quoted>[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*+)\""
    r"|\[(?P<list>(?:[A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+(?:, [A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+)*+)?)\])"
)
"""A line of YAML simple enough to be read without the full grammar."""
_ENTRY = compile_lazily(r" - at `\$\[([0-9]+)\]")
"""Which entry of a list is the wrong one, as msgspec says it."""
MAX_PLAIN_TEXT = 600
"""Longest text that is read line by line, in characters: too short to exceed any limit on entries or lists."""


def parse(text: str, first_line: int = 1) -> Tree:
    """Read one block of YAML whose text begins on line `first_line` of its file. Never raises.

    Trees are cached, since a lesson is read for its headings, its check and after each edit: do not change one.
    """
    return _parse_cached(text, first_line) if len(text) <= MAX_CACHED_TEXT else _parse(text, first_line)


def _parse(text: str, first_line: int) -> Tree:
    tree = Tree(first_line)
    if len(text.encode()) > MAX_BLOCK_BYTES:
        tree.notes.append((first_line, "this block is larger than 64 KB; make it smaller"))
        return tree
    if not read_plain(tree, text):
        from tutor.content.yaml_events import build  # brings in PyYAML, which takes a tenth of a start

        build(tree, text)
    return tree


_parse_cached = lru_cache(maxsize=MAX_CACHED_TREES)(_parse)


def read_plain(tree: Tree, text: str) -> bool:
    """Read `text` if it is as plain as the front matter of most lessons; False when it takes YAML's whole grammar.

    Each line is a key with a word or words, a text in quotes, or words in brackets. A test holds it to what YAML's
    parser makes of the same text.
    """
    if len(text) > MAX_PLAIN_TEXT:
        return False
    lines = [_PLAIN.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    if len({found["key"] for found in lines if found}) < len(lines):  # one is not plain, or a key is there twice
        return False
    tree.lines[()] = tree.first_line
    tree.value = {}
    for number, found in enumerate(filter(None, lines), tree.first_line):
        key = found["key"]
        tree.lines[key,] = number
        if found["list"] is None:
            tree.value[key] = visible(found["quoted"]) if found["words"] is None else resolve(found["words"])
        else:
            tree.value[key] = [resolve(item) for item in found["list"].split(", ")] if found["list"] else []
            tree.lines.update({(key, index): number for index in range(len(tree.value[key]))})
    return True


NO_SYNONYMS: Mapping[str, str] = {}
Part = tuple[type[msgspec.Struct], Mapping[str, str]]
"""What the mappings in a list are converted to, and what belongs to each of their keys."""
NO_PARTS: Mapping[str, Part] = {}


def convert_tree(
    tree: Tree,
    record: type[T],
    wants: Mapping[str, str],
    synonyms: Mapping[str, str] = NO_SYNONYMS,
    parts: Mapping[str, Part] = NO_PARTS,
) -> tuple[T | None, list[Note]]:
    """Convert `tree` to a `record`, or list every reason why it is not one.

    Args:
        tree: the YAML; nothing at all counts as no keys.
        record: the struct whose fields are the keys.
        wants: for each key what belongs there, in words with an example.
        synonyms: words that people write for a key, which are nearer in meaning than in spelling.
        parts: key of a list → what its mappings are, so that the faults of each are named by themselves.
    """
    if tree.notes:
        return None, list(tree.notes)
    mapping = {} if tree.value is None else tree.value
    if not isinstance(mapping, dict):
        return None, [(tree.line(), "write keys and values here, one a line: " + ", ".join(wants))]
    known = {item.encode_name: item for item in msgspec.structs.fields(record)}
    unknown = [key for key in mapping if key not in known]
    notes = [(tree.line((key,)), _unknown_key_words(key, known, synonyms)) for key in unknown]
    misspelt = {synonyms.get(key.lower()) or nearest(key, known) for key in unknown}
    notes += [
        (tree.first_line, f"the key '{name}' is missing; {name} is {wants[name]}")
        for name, item in known.items()
        if item.required and name not in {*mapping, *misspelt}
    ]
    values: dict[str, Any] = {}
    for name in known.keys() & mapping.keys():
        try:
            values[known[name].name] = msgspec.convert(mapping[name], known[name].type)
        except msgspec.ValidationError as error:
            own = _part_notes(tree, name, known[name].type, parts[name], wants[name]) if name in parts else []
            line = tree.line((name, *map(int, _ENTRY.findall(str(error)))))
            notes += own or [(line, _useless_words(name, mapping[name], wants[name]))]
    return (None, notes) if notes else (record(**values), [])


def _useless_words(name: str, value: object, want: str) -> str:
    return f"{name}{_excerpt(value)} cannot be used; {name} is {want}"


def _excerpt(value: object) -> str:
    """The value of a key behind its name, where it is short."""
    if isinstance(value, (list, dict)):
        return ""
    return " without a value" if value is None else f": {clip(str(value), 30)}"


def _part_notes(tree: Tree, name: str, wanted: Any, part: Part, want: str) -> list[Note]:
    """The faults of the entries in the list `name`, each by its own line; none where it is no list."""
    notes: list[Note] = []
    for number, entry in enumerate(tree.value[name] if isinstance(tree.value[name], list) else []):
        if isinstance(entry, dict):
            notes += convert_tree(tree.part((name, number)), *part)[1]
            continue
        try:
            msgspec.convert([entry], wanted)
        except msgspec.ValidationError:
            notes.append((tree.line((name, number)), _useless_words(name, entry, want)))
    return notes


def _unknown_key_words(key: str, known: Mapping[str, object], synonyms: Mapping[str, str]) -> str:
    meant = synonyms.get(key.lower())
    return f"there is no key '{clip(key)}'; write '{meant}'" if meant else str(unknown_name_error("key", key, known))

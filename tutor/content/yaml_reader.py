"""Reads YAML with line numbers and within bounds: plain mappings, lists, texts and numbers, nothing else."""

from collections.abc import Mapping, Sequence
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
"""How many trees are cached: enough for the blocks of two courses."""
MAX_CACHED_TEXT = 4096
"""The longest block whose tree is cached, in characters."""

_PLAIN_LINE = compile_lazily(
    r"(?P<key>[a-z_]++): (?:(?P<words>[A-Za-z][A-Za-z0-9_]*+(?:[ -][A-Za-z0-9_]++)*+|[0-9]++)"
    r"|\"(?P<quoted>[^\"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*+)\""
    r"|\[(?P<list>(?:[A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+(?:, [A-Za-z0-9_]++(?:-[A-Za-z0-9_]++)*+)*+)?)\])"
)
"""A line of YAML simple enough to be read without the full grammar."""
_ENTRY = compile_lazily(r" - at `\$\[([0-9]+)\]")
"""The index that a message of msgspec gives for the wrong entry of a list."""
MAX_PLAIN_TEXT = 600
"""The longest text that `read_plain` reads, in characters: too short to exceed a limit on entries or lists."""


def parse(text: str, first_line: int = 1) -> Tree:
    """Read one block of YAML whose text begins on line `first_line` of its file. Never raises: faults are its notes.

    Trees are cached, since a lesson is read for its headings, its check and after each edit: do not change one.
    """
    return _parse_cached(text, first_line) if len(text) <= MAX_CACHED_TEXT else _parse(text, first_line)


def _parse(text: str, first_line: int) -> Tree:
    """What `parse` does, without the cache."""
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
    """Fill `tree` from a simple `text`, such as most front matter; False if `text` needs YAML's whole grammar.

    In a simple text each line is a key with words, with a text in quotes, or with a list of words in brackets, and no
    key is repeated. A test compares the results with those of YAML's parser.
    """
    if len(text) > MAX_PLAIN_TEXT:
        return False
    matches = [_PLAIN_LINE.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    plain_lines = [match for match in matches if match is not None]
    has_odd_line = len(plain_lines) < len(matches)
    has_repeated_key = len({match["key"] for match in plain_lines}) < len(plain_lines)
    if has_odd_line or has_repeated_key:
        return False
    tree.lines[()] = tree.first_line
    tree.value = {}
    for line, match in enumerate(plain_lines, tree.first_line):
        key = match["key"]
        tree.lines[key,] = line
        if match["words"] is not None:
            tree.value[key] = resolve(match["words"])
        elif match["quoted"] is not None:
            tree.value[key] = visible(match["quoted"])
        else:
            entries = match["list"].split(", ") if match["list"] else []
            tree.value[key] = [resolve(entry) for entry in entries]
            for index in range(len(entries)):
                tree.lines[key, index] = line
    return True


NO_SYNONYMS: Mapping[str, str] = {}
EntryForm = tuple[type[msgspec.Struct], Mapping[str, str]]
"""The struct that each mapping in a list is converted to; and its key help: key → what belongs there."""
NO_ENTRY_FORMS: Mapping[str, EntryForm] = {}


def convert_tree(
    tree: Tree,
    struct_type: type[T],
    key_help: Mapping[str, str],
    synonyms: Mapping[str, str] = NO_SYNONYMS,
    entry_forms: Mapping[str, EntryForm] = NO_ENTRY_FORMS,
) -> tuple[T | None, list[Note]]:
    """Convert `tree` to a `struct_type`: (the struct, []), or (`None`, notes on every reason why it is not one).

    Args:
        tree: the YAML; nothing at all counts as no keys.
        struct_type: the struct whose fields are the keys.
        key_help: key → what belongs there, in words with an example.
        synonyms: a word that people write instead of a key, and that no spelling correction would find → the key.
        entry_forms: key of a list of mappings → what these are converted to, so that each fault in them gets a note.
    """
    if tree.notes:
        return None, list(tree.notes)
    mapping = {} if tree.value is None else tree.value
    if not isinstance(mapping, dict):
        return None, [(tree.line(), "write keys and values here, one a line: " + ", ".join(key_help))]
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct_type)}  # by their keys in the YAML
    required_keys = [key for key, field in fields.items() if field.required]
    notes = _key_notes(tree, mapping, list(fields), required_keys, key_help, synonyms)
    values: dict[str, Any] = {}
    for key in fields.keys() & mapping.keys():
        field = fields[key]
        try:
            values[field.name] = msgspec.convert(mapping[key], field.type)
        except msgspec.ValidationError as error:
            entry_form = entry_forms.get(key)
            entry_notes = _entry_notes(tree, key, field.type, entry_form, key_help[key]) if entry_form else []
            if entry_notes:
                notes += entry_notes
                continue
            indices = [int(index) for index in _ENTRY.findall(str(error))]  # of a list's wrong entry
            notes.append((tree.line((key, *indices)), _unusable_message(key, mapping[key], key_help[key])))
    if notes:
        return None, notes
    return struct_type(**values), []


def _key_notes(
    tree: Tree,
    mapping: Mapping[str, object],
    known_keys: Sequence[str],
    required_keys: Sequence[str],
    key_help: Mapping[str, str],
    synonyms: Mapping[str, str],
) -> list[Note]:
    """Notes on the keys of a `mapping` that are not known, and on required keys that it lacks."""
    unknown_keys = [key for key in mapping if key not in known_keys]
    notes = [(tree.line((key,)), _unknown_key_message(key, known_keys, synonyms)) for key in unknown_keys]
    meant_keys = {synonyms.get(key.lower()) or nearest(key, known_keys) for key in unknown_keys}
    for key in required_keys:
        if key not in mapping and key not in meant_keys:  # one that was misspelt has its note already
            notes.append((tree.first_line, f"the key '{key}' is missing; {key} is {key_help[key]}"))
    return notes


def _unusable_message(key: str, value: object, value_help: str) -> str:
    """The message on a value that cannot be used; `value_help` says what belongs there."""
    return f"{key}{_excerpt(value)} cannot be used; {key} is {value_help}"


def _excerpt(value: object) -> str:
    """What a message shows of a value, after its key: the value, cut if it is long; "" for a list or a mapping."""
    if isinstance(value, (list, dict)):
        return ""
    return " without a value" if value is None else f": {clip(str(value), 30)}"


def _entry_notes(tree: Tree, key: str, list_type: Any, entry_form: EntryForm, value_help: str) -> list[Note]:
    """The faults of the entries in the list at `key`, each with its own line; [] if there is no list at `key`."""
    entries = tree.value[key]
    if not isinstance(entries, list):
        return []
    struct_type, entry_key_help = entry_form
    notes: list[Note] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            _, notes_on_entry = convert_tree(tree.subtree((key, index)), struct_type, entry_key_help)
            notes += notes_on_entry
            continue
        try:  # only the type of the list is known: the entry is tried as a list of one
            msgspec.convert([entry], list_type)
        except msgspec.ValidationError:
            notes.append((tree.line((key, index)), _unusable_message(key, entry, value_help)))
    return notes


def _unknown_key_message(key: str, known_keys: Sequence[str], synonyms: Mapping[str, str]) -> str:
    """The message on a key that is not known, with the one that was probably meant."""
    meant_key = synonyms.get(key.lower())
    if meant_key:
        return f"there is no key '{clip(key)}'; write '{meant_key}'"
    return str(unknown_name_error("key", key, known_keys))

"""Builds a tree of YAML from the parser's events, so that every bound is checked before a value grows."""

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from tutor.characters import visible
from tutor.content.limits import MAX_YAML_ENTRIES, MAX_YAML_TEXT
from tutor.content.yaml_tree import MAX_DEPTH, KeyPath, Note, Tree, resolve
from tutor.errors import clip
from tutor.patterns import compile_lazily

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without its C library
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # the same interface

_ESCAPED = compile_lazily("[\0\a\b\t\v\f\r\x1b\x85\u2028\u2029]")
_DOLLAR = compile_lazily(r"(?<!\\)\$")
_TOO_DEEP = "this is nested too deeply"
_INDENT = "indent each key like the line above it, and within single quotes write a ' twice"
_BRACKET = "put commas between the entries, and close the bracket"
_ADVICE = {
    "escape": r"in double quotes write \\ for each backslash, or use single quotes",
    "mapping values": "put a text that has a colon in quotes, and indent each key like the line above it",
    "start any token": "indent with blanks, not with tabs, and put a text that begins with a sign in quotes",
    "expected key": _INDENT,
    "expected <block end>": _INDENT,
    "expected '-'": "begin each entry of the list with - under the - of the entry before",
    "end of stream": "close the quotes, and within single quotes write a ' twice",
    "expected ',' or": _BRACKET,
    "expected comment or line break": "leave nothing after the | or > on its line",
    "could not find expected ':'": "write each key as key: value, with a blank after the colon",
    "alphabetic or numeric": "put a text that begins with a sign in quotes",
}
"""Part of a YAML parser's message → advice to the author."""


class _RefusedError(Exception):
    """Raised to stop reading a block; the fault, which makes the rest meaningless, has been noted before."""


def build(tree: Tree, text: str) -> None:
    """Parse `text` and set the value of `tree`, `None` if it cannot be read; faults are added to the tree's notes."""
    try:
        tree.value = _Builder(tree, yaml.parse(text, Loader=Loader)).build_document()
    except _RefusedError:
        tree.value = None
    except yaml.YAMLError as error:
        tree.value = None
        tree.notes.append(_explain(error, text, tree.first_line))


def _explain(error: yaml.YAMLError, text: str, first_line: int) -> Note:
    """The parser's error as a note with advice."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it breaks off"
        last_line = text.count("\n")  # an error at the very end is marked on the line after it
        line = first_line + min(mark.line if mark else 0, last_line)
        if "nesting" in problem:  # PyYAML 6.0.4 has a bound of its own, and may reach it before ours: it reads ahead
            return line, _TOO_DEEP
        matching_advice = [advice for part, advice in _ADVICE.items() if part in problem]
        advice = matching_advice[0] if matching_advice else problem
        return line, f"this YAML cannot be read: {advice}"
    position = getattr(error, "position", 0)
    line = first_line + text.encode()[:position].count(b"\n")
    return line, "this YAML cannot be read: it holds a control character"


class _Builder:
    """Builds one document's value from events, and notes what is not allowed on the way."""

    def __init__(self, tree: Tree, events: Iterator[Any]) -> None:
        self.tree = tree
        self.events = events

    def build_document(self) -> Any:
        """The value of the document; a second one, after a line `---`, is refused."""
        value: Any = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.refuse(event, "a line --- cannot stand inside a block")
                value = self.build_value(next(self.events), ())
        return value

    def build_value(self, event: Any, key_path: KeyPath) -> Any:
        """The value at `key_path` that begins with `event`; consumes its events up to its end."""
        self.tree.lines.setdefault(key_path, self.line_of(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:  # with these a short text could grow huge
            self.refuse(event, "& and * cannot begin a value here; write the value out, or put it in quotes")
        if event.tag is not None:
            self.refuse(event, "! cannot begin a value here; put it in quotes")
        if len(key_path) > MAX_DEPTH:
            self.refuse(event, _TOO_DEEP)
        if isinstance(event, yaml.ScalarEvent):
            return self.read_scalar(event)
        return self.build_list(key_path) if isinstance(event, yaml.SequenceStartEvent) else self.build_mapping(key_path)

    def read_scalar(self, event: yaml.ScalarEvent) -> Any:
        """A text, number, true, false or null."""
        if event.style == '"' and _is_mangled(event.value):
            text = r"a backslash in double quotes was taken for an escape like \t or \b"
            self.tree.notes.append((self.line_of(event), rf"{text}; write \\ for each, or use single quotes"))
        if len(event.value) > MAX_YAML_TEXT:
            self.refuse(event, f"this text has more than {MAX_YAML_TEXT:,} characters; make it shorter")
        is_unquoted = event.implicit[0]
        return resolve(event.value) if is_unquoted else visible(event.value)

    def build_list(self, key_path: KeyPath) -> list[Any]:
        """The list whose start was just read."""
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.build_value(event, (*key_path, len(items))))
            self.check_size(len(items), event)
        return items

    def build_mapping(self, key_path: KeyPath) -> dict[str, Any]:
        """The mapping whose start was just read; a key that occurs twice is noted as a fault."""
        items: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key must be a plain word")
            key = visible(event.value)
            if key in items:
                message = f"the key '{clip(key, 40)}' is already on line {self.tree.line((*key_path, key))}; keep one"
                self.tree.notes.append((self.line_of(event), message))
            self.tree.lines.setdefault((*key_path, key), self.line_of(event))
            items[key] = self.build_value(next(self.events), (*key_path, key))
            self.check_size(len(items), event)
        return items

    def check_size(self, entries: int, event: Any) -> None:
        """Refuse a list or mapping with more entries than `MAX_YAML_ENTRIES`."""
        if entries > MAX_YAML_ENTRIES:
            self.refuse(event, f"this has more than {MAX_YAML_ENTRIES} entries; write fewer")

    def line_of(self, event: Any) -> int:
        """The line of the file on which an event begins."""
        return self.tree.first_line + int(event.start_mark.line)

    def refuse(self, event: Any, message: str) -> NoReturn:
        """Note what is not allowed, and stop reading the block."""
        self.tree.notes.append((self.line_of(event), message))
        raise _RefusedError


def _is_mangled(text: str) -> bool:
    r"""Whether a text in double quotes has characters that YAML makes of LaTeX commands: of `\theta` a tab and `heta`.

    A line end, which it makes of the `\n` in `\nabla`, counts only within a formula: elsewhere it may be meant.
    """
    formulas = _DOLLAR.split(text)[1::2]  # every second piece stands between two dollar signs
    return _ESCAPED.search(text) is not None or any("\n" in formula for formula in formulas)

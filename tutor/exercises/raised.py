"""An exception from a learner's code, with the line and the values where it happened."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tutor.text.numbers import counted
from tutor.text.sentences import join_words

MAX_NAMED = 6
"""Values of one line that are described."""
_SHORT = 24
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Operand:
    """A part of the failing expression with a description of its value; the type is empty if unknown."""

    text: str
    type: str = ""
    shape: tuple[int, ...] | None = None
    """The lengths of its axes, if it is an array or one of NumPy's numbers."""
    length: int | None = None
    """How many items a list, a tuple, a dictionary or a text has."""
    value: str = ""
    """A number or a text as Python writes it."""
    numbers: str = ""
    """The kind of an array's numbers, as NumPy abbreviates it: `f`, `i`, `b`, `U`, `O`."""
    finite: bool | None = None
    """Whether all numbers of an array are finite; `None` if unknown."""

    @property
    def is_empty(self) -> bool:
        """Whether it is known to have no entries."""
        return self.length == 0 or (self.is_array and 0 in (self.shape or ()))

    @property
    def is_array(self) -> bool:
        """Whether it has axes."""
        return self.type == "ndarray"

    @property
    def is_number(self) -> bool:
        """Whether it is one number."""
        return self.type in {"int", "float", "bool"} or (self.shape == () and not self.is_array)

    @property
    def with_shape(self) -> str:
        """The text with its shape behind it, as sentences name it: `W (3, 2)`."""
        return f"{self.text} {self.shape}" if self.is_array else self.text

    def describe(self) -> str:
        """Say what it is: `W has shape (3, 2)`."""
        if self.is_array:
            return f"{self.text} {'is empty, with' if self.is_empty else 'has'} shape {self.shape}"
        if self.type == "NoneType":
            return f"{self.text} is None"
        if self.value and self.type != "str":
            return f"{self.text} is {_clip(self.value)}"
        if self.type == "str":
            return f"{self.text} is the text '{_clip(self.value)}'"
        if self.length is not None:
            thing = {"dict": "dictionary"}.get(self.type, self.type)
            return f"{self.text} is a {thing} of {counted(self.length, 'item')}"
        return f"{self.text} is of type {self.type}"


@dataclass(frozen=True)
class RaisedError:
    """An error raised by a learner's code."""

    type: str
    message: str
    line: int | None
    """The line of the learner's file; `None` where it is not in it."""
    column: int | None = None
    """Where Python could not read on in that line, counted from 1."""
    code: str = ""
    """The text of that line."""
    kind: str = ""
    """What the expression is, as Python's grammar names it: `MatMult`, `Call`, `Subscript`."""
    expression: str = ""
    """The part of the line that failed."""
    operands: tuple[Operand, ...] = ()
    """What that part combines."""
    values: tuple[Operand, ...] = ()
    """The names on the line whose values are data."""
    known: tuple[str, ...] = ()
    """The names that the line could have used, where it used one that does not exist."""
    earlier: str = ""
    """The function of an earlier exercise in which it was raised."""
    earlier_line: int | None = None
    advice: str = ""
    """What to do about it, where the exercise tells more than the error itself."""

    @property
    def callee(self) -> str:
        """What the part that failed calls: `np.sum(a).T` of `np.sum(a).T(b)`; empty if it is no call."""
        text = self.expression.strip()
        try:
            call = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # it is cut where it is long
            return text.partition("(")[0]
        return (ast.get_source_segment(text, call.func) or "") if isinstance(call, ast.Call) else ""

    def named_values(self) -> str:
        """Describe the values of the names on the line; empty if there are none."""
        shown = self.values[:MAX_NAMED]
        return join_words([item.describe() for item in shown]) if shown else ""


@dataclass
class _Reader:
    """Reads a report from a learner's process, which may contain anything."""

    report: Mapping[str, Any]
    max_length: int = field(default=200)
    """Characters of a text beyond which it is cut."""

    def text(self, name: str) -> str:
        """A text, cut where it is too long."""
        return str(self.report.get(name) or "")[: self.max_length]

    def number(self, name: str) -> int | None:
        """A whole number."""
        value = self.report.get(name)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        """True or False."""
        value = self.report.get(name)
        return value if isinstance(value, bool) else None

    def items(self, name: str) -> Sequence[Any]:
        """A list."""
        value = self.report.get(name)
        return value if isinstance(value, list) else ()

    def mapping(self, name: str) -> "_Reader":
        """A mapping; an empty one where there is none."""
        value = self.report.get(name)
        return _Reader(value if isinstance(value, Mapping) else {})


def read_error(error: Mapping[str, Any]) -> RaisedError:
    """Read an exception as reported by the learner's process."""
    reader, long = _Reader(error), _Reader(error, 500)
    earlier = reader.mapping("earlier")
    if earlier.report:  # it failed in another file: the values on this line explain nothing
        reader.report = {**error, "kind": "", "expression": "", "operands": ()}
    texts = [str(item)[:200] for item in reader.items("texts")]
    operands = (_read_operand(item, text) for item, text in zip(reader.items("operands"), texts, strict=False))
    return RaisedError(
        reader.text("type") or "Error",
        long.text("message"),
        reader.number("line"),
        reader.number("column"),
        code=long.text("code"),
        kind=reader.text("kind"),
        expression=reader.text("expression"),
        operands=tuple(operands),
        values=tuple(_read_operand(item, "") for item in reader.items("values") if isinstance(item, Mapping)),
        known=tuple(str(item)[:80] for item in reader.items("known")),
        earlier=earlier.text("function"),
        earlier_line=earlier.number("line"),
    )


def _read_operand(item: Any, text: str) -> Operand:
    """Read one value of the failing line, as the learner's process reports it."""
    if not isinstance(item, Mapping):
        return Operand(text)
    reader = _Reader(item)
    shape = reader.items("shape") if "shape" in item else None
    return Operand(
        reader.text("text") or text,
        reader.text("type"),
        None if shape is None else tuple(length for length in shape if isinstance(length, int)),
        reader.number("length"),
        reader.text("value"),
        reader.text("numbers"),
        reader.flag("finite"),
    )


def _clip(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"

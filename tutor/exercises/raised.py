"""An exception from a learner's code, with the line and the values where it happened."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.text.numbers import counted
from tutor.text.sentences import join_words

MAX_NAMED = 6
"""Values of one line that are described."""
MAX_VALUE_LENGTH = 24
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Operand:
    """A part of the failing expression with a description of its value; the type is empty if unknown."""

    text: str
    type: str = ""
    shape: tuple[int, ...] | None = None
    """The shape, if it is an array or one of NumPy's numbers; otherwise `None`."""
    length: int | None = None
    """How many items a list, a tuple, a dictionary or a text has."""
    value: str = ""
    """A number or a text as Python writes it."""
    dtype_kind: str = ""
    """The kind of an array's entries, as NumPy abbreviates it: `f`, `i`, `b`, `U`, `O`."""
    is_finite: bool | None = None
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
            type_word = "dictionary" if self.type == "dict" else self.type
            return f"{self.text} is a {type_word} of {counted(self.length, 'item')}"
        return f"{self.text} is of type {self.type}"


@dataclass(frozen=True)
class RaisedError:
    """An error raised by a learner's code."""

    type: str
    message: str
    line: int | None
    """The line of the learner's file; `None` where it is not in it."""
    column: int | None = None
    """The column in that line at which Python could not read on, counted from 1."""
    code: str = ""
    """The text of that line."""
    kind: str = ""
    """What the expression is, as Python's grammar names it: `MatMult`, `Call`, `Subscript`."""
    expression: str = ""
    """The part of the line that failed."""
    operands: tuple[Operand, ...] = ()
    """The operands that the failed part combines."""
    values: tuple[Operand, ...] = ()
    """The names on the line whose values are data."""
    known: tuple[str, ...] = ()
    """The names that the line could have used, where it used one that does not exist."""
    earlier: str = ""
    """The function of an earlier exercise in which it was raised; "" if it was raised in this one."""
    earlier_line: int | None = None
    advice: str = ""
    """Advice on what to do, if the exercise shows more than the error itself; otherwise ""."""

    @property
    def first_operand(self) -> Operand | None:
        """The first operand, such as the value that is indexed or called; `None` if no operand is known."""
        return self.operands[0] if self.operands else None

    def find_operand(self, is_wanted: Callable[[Operand], object]) -> Operand | None:
        """The first operand for which `is_wanted` is true; `None` if there is none."""
        return next((operand for operand in self.operands if is_wanted(operand)), None)

    @property
    def callee(self) -> str:
        """The function that the failed part calls, as written: `np.sum` in `np.sum(a)`; "" if it is no call."""
        text = self.expression.strip()
        call = parse_part(text)
        if call is None:
            return text.partition("(")[0]
        if not isinstance(call, ast.Call):
            return ""
        return ast.get_source_segment(text, call.func) or ""

    def named_values(self) -> str:
        """Describe the values of the names on the line; empty if there are none."""
        descriptions = [operand.describe() for operand in self.values[:MAX_NAMED]]
        return join_words(descriptions) if descriptions else ""


def parse_part(text: str) -> ast.expr | None:
    """Parse a part of a line; `None` if that fails, for example because a long part was cut in the middle."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@dataclass
class _Reader:
    """Reads a report from a learner's process, which may contain anything."""

    report: Mapping[str, Any]
    max_length: int = 200
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
    reader, reader_of_long_texts = _Reader(error), _Reader(error, max_length=500)
    earlier = reader.mapping("earlier")
    if earlier.report:  # it failed in an earlier solution, so the values on this line explain nothing
        reader.report = {**error, "kind": "", "expression": "", "operands": ()}
    operand_texts = [str(text)[:200] for text in reader.items("texts")]
    # Not strict: the learner's process may send more of one than of the other.
    reports_with_texts = zip(reader.items("operands"), operand_texts, strict=False)
    operands = (_read_operand(report, text) for report, text in reports_with_texts)
    values = (_read_operand(report, "") for report in reader.items("values") if isinstance(report, Mapping))
    return RaisedError(
        type=reader.text("type") or "Error",
        message=reader_of_long_texts.text("message"),
        line=reader.number("line"),
        column=reader.number("column"),
        code=reader_of_long_texts.text("code"),
        kind=reader.text("kind"),
        expression=reader.text("expression"),
        operands=tuple(operands),
        values=tuple(values),
        known=tuple(str(name)[:80] for name in reader.items("known")),
        earlier=earlier.text("function"),
        earlier_line=earlier.number("line"),
    )


def _read_operand(report: Any, text: str) -> Operand:
    """Read one value of the failing line, as the learner's process reports it; `text` is its part of the line."""
    if not isinstance(report, Mapping):
        return Operand(text)
    reader = _Reader(report)
    shape = reader.items("shape") if "shape" in report else None
    return Operand(
        text=reader.text("text") or text,
        type=reader.text("type"),
        shape=None if shape is None else tuple(length for length in shape if isinstance(length, int)),
        length=reader.number("length"),
        value=reader.text("value"),
        dtype_kind=reader.text("numbers"),
        is_finite=reader.flag("finite"),
    )


def _clip(text: str) -> str:
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"

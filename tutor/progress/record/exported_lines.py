"""The lines of an exported record as types: their keys, and the type and range of each value."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tutor.errors import clip
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, LEFT_OUT, MAX_TEXT_LENGTH, YEAR_RANGE, AttemptColumn
from tutor.text.numbers import format_number

EXPORT_FORMAT = 3
"""The number of the export format: the version of the tables whose contents it has.

Later versions of the tables changed nothing that is exported.
"""
READABLE_FORMATS = range(1, EXPORT_FORMAT + 1)
"""The formats that an import reads: 1 lacks the newer columns of attempts, undos and regrades; 2 lacks the questions
left out of exams."""

Text = Annotated[str, Meta(max_length=MAX_TEXT_LENGTH)]
Names = Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=100)]
Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


def _line_field(column: AttemptColumn) -> tuple[str, Any] | tuple[str, Any, Any]:
    """The field of an attempt's line for a column, as `msgspec.defstruct` takes it: name, type, and perhaps a default.

    Columns that came after the first version of the tables have a default.
    """
    type_ = _line_type(column)
    if column.since == 1:
        return column.name, type_
    return column.name, type_, column.default


def _line_type(column: AttemptColumn) -> Any:
    """The type of a column's value in a line, with its bounds and the checks that only an import makes."""
    extra_checks = dict(column.import_checks)
    choices = extra_checks.pop("choices", column.choices)
    if choices:
        return Literal[choices]
    max_length = MAX_TEXT_LENGTH if column.value_type is str and not column.text_format else None
    limits: dict[str, Any] = {"ge": column.low, "le": column.high, "max_length": max_length}
    bounds = {name: value for name, value in limits.items() if value is not None}
    bounds.update(extra_checks)
    type_: Any = {"time": Time, "names": Names, "": column.value_type}[column.text_format]
    return Annotated[type_, Meta(**bounds)] if bounds else type_


if TYPE_CHECKING:

    class AttemptLine(msgspec.Struct, tag_field="type", tag="attempt"):
        """One attempt in a file, with a key for each column; the type checker knows those that are used by name."""

        key: str
        answer: str
        score: float
        verdict: str
        at: datetime
else:
    AttemptLine = msgspec.defstruct(
        "AttemptLine",
        [_line_field(column) for column in ATTEMPT_COLUMNS],
        module=__name__,
        forbid_unknown_fields=True,
        tag_field="type",
        tag="attempt",
    )


class PlaceLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="place"):
    """A line for the reading position in one lesson."""

    lesson: Text
    section: Count
    at: Time


class StoredTextLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="flag"):
    """A line for a stored text, which the format calls a flag."""

    name: Text
    value: Text


class UndoneLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="undone"):
    """A line for an attempt that was undone."""

    key: Text
    at: Time


class RegradeLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="regrade"):
    """A line for a later grade of an attempt."""

    key: Text
    score: Annotated[float, Meta(ge=0, le=1)]
    verdict: Literal["right", "partly", "wrong"]
    at: Time
    program: Text
    revision: Text


class CardLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="card"):
    """A line for the review schedule of one question."""

    question: Text
    due: Time
    state: dict[str, Any]


class Head(msgspec.Struct):
    """The first line of an export: its format, and how many lines of each type follow."""

    chainrule: Literal["record"]
    format: int
    attempts: Count = 0
    places: Count = 0
    cards: Count = 0
    flags: Count = 0
    undone: Count = 0
    regrades: Count = 0
    program: Any = ""
    owner: Any = ""
    """This and the next three fields say whose record it is, and what it was handed in for. They may have any type,
    since an import ignores them."""
    student_id: Any = ""
    assignment: Any = ""
    handed_in: Any = ""
    digest: Any = ""
    """The digest of the file, as `ExportDigest` computes it."""


Line = AttemptLine | PlaceLine | CardLine | StoredTextLine | UndoneLine | RegradeLine
COUNT_NAMES: dict[type[Line], str] = {
    AttemptLine: "attempts",
    PlaceLine: "places",
    CardLine: "cards",
    StoredTextLine: "flags",
    UndoneLine: "undone",
    RegradeLine: "regrades",
}
"""Type of a line → the key of the first line that counts such lines."""


def find_contradiction(line: Line) -> str:
    """Describe values of a line that are valid by themselves but contradict each other; "" if there are none."""
    at = getattr(line, "at", None)
    if at is not None and at.year not in YEAR_RANGE:
        return (
            f"nothing was answered in the year {at.year}: at must lie from {YEAR_RANGE.start} to {YEAR_RANGE.stop - 1}"
        )
    if isinstance(line, AttemptLine) and line.verdict == LEFT_OUT and (line.score or line.answer):
        return "what was left out has no answer and the score 0"
    return ""


# Parts of msgspec's messages, as "Expected `int`, got `str` - at `$.hints`" and "Expected `int` >= 0 - at `$.hints`".
_KEY_PATH = re.compile(r" - at `(?:key in )?\$([^`]{0,200})`$")
"""The path to the faulty key, at the end of a message; `$` is the whole line."""
_QUOTED = re.compile("`([^`]{0,200})`")
"""The name of a key or a type."""
_BOUND = re.compile(r"Expected `[a-z]+` (of length )?(>=|<=) ([-+.0-9e]+)")
"""A bound of a number, or of the length of a text."""
_TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time",
}
_TIME_WORDS = "a time with its zone, such as 2026-03-01T12:00:00+00:00"
NOT_JSON = "this line is not JSON as chainrule export writes it"


def explain_decode_error(message: str) -> str:
    """Rewrite a message of msgspec about a line in plain words.

    Such messages are "Expected `int`, got `str` - at `$.hints`", or "Object missing required field `key`".
    """
    path = _KEY_PATH.search(message)
    problem = message[: path.start()] if path else message
    key = clip(path[1].removeprefix("."), 40) if path and path[1] else "the line"
    quoted = [clip(name, 30) for name in _QUOTED.findall(problem)]
    if "missing required field" in problem:
        return f"the key {quoted[0]} is missing"
    if "unknown field" in problem:
        return f"there is no key {quoted[0]} in a line of this type; leave it out"
    if bound := _BOUND.match(problem):
        is_length, comparison, limit = bound[1], bound[2], format_number(float(bound[3]))
        side = "at least" if comparison == ">=" else "at most"
        if is_length:
            return f"{key} must have {side} {limit} characters"
        return f"{key} must be {side} {limit}"
    if "RFC3339" in problem or "`datetime`" in problem:  # "Invalid RFC3339 encoded datetime"
        return f"{key} must be {_TIME_WORDS}"
    if problem == "Expected `str`":
        return f"{key} must be text"
    if problem.startswith("Expected") and len(quoted) == 2:
        expected_types, actual_type = quoted
        expected = " or ".join(_TYPE_WORDS.get(name, name) for name in expected_types.split(" | "))
        # msgspec calls a number `float` if it is written with decimals or an exponent, and `int` otherwise.
        actual = "a fraction" if actual_type == "float" else _TYPE_WORDS.get(actual_type, actual_type)
        return f"{key} must be {expected}, not {actual}"
    if problem.startswith("Invalid"):
        value = problem.rpartition("value ")[2]
        return f"{key} cannot be {clip(value, 30)}" if value.startswith(("'", '"')) else f"{key} cannot be read"
    if "out of range" in problem:
        return f"{key} is too large a number"
    return NOT_JSON

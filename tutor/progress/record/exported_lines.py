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
"""The number of the export format: what the tables of that version have; later ones changed nothing that lines hold."""
READABLE_FORMATS = range(1, EXPORT_FORMAT + 1)
"""The formats that an import reads: the first lacks what an attempt got later and what became of it, the second what
was left out of an exam."""

Text = Annotated[str, Meta(max_length=MAX_TEXT_LENGTH)]
Names = Annotated[tuple[Annotated[str, Meta(max_length=100)], ...], Meta(max_length=100)]
Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


def _line_field(column: AttemptColumn) -> tuple[str, Any] | tuple[str, Any, Any]:
    """Make the field of an attempt's line from its column; later columns have a default."""
    imported = dict(column.imported)
    choices = imported.pop("choices", column.choices)
    longest = MAX_TEXT_LENGTH if column.kind is str and not column.holds else None
    limits: dict[str, Any] = {"ge": column.low, "le": column.high, "max_length": longest}
    bounds = {name: value for name, value in limits.items() if value is not None} | imported
    type_: Any = {"time": Time, "names": Names, "": column.kind}[column.holds]
    type_ = Literal[choices] if choices else Annotated[type_, Meta(**bounds)] if bounds else type_
    return (column.name, type_) if column.since == 1 else (column.name, type_, column.default)


if TYPE_CHECKING:

    class AttemptLine(msgspec.Struct, tag_field="type", tag="attempt"):
        """One attempt in a file: a key for each column, of which these are asked for by name."""

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
    """Whose record it is, and what it was handed in for: of whatever type, since an import passes them over."""
    student_id: Any = ""
    assignment: Any = ""
    handed_in: Any = ""
    digest: Any = ""
    """By which a reader tells whether the file was changed, as `ExportDigest` computes it."""


Line = AttemptLine | PlaceLine | CardLine | StoredTextLine | UndoneLine | RegradeLine
COUNT_NAMES: dict[type[Line], str] = {
    AttemptLine: "attempts",
    PlaceLine: "places",
    CardLine: "cards",
    StoredTextLine: "flags",
    UndoneLine: "undone",
    RegradeLine: "regrades",
}
"""How the first line calls what it counts."""


def find_contradiction(line: Line) -> str:
    """Describe values of a line that are valid one by one but impossible together; "" if there are none."""
    at = getattr(line, "at", None)
    if at is not None and at.year not in YEAR_RANGE:
        return (
            f"nothing was answered in the year {at.year}: at must lie from {YEAR_RANGE.start} to {YEAR_RANGE.stop - 1}"
        )
    if isinstance(line, AttemptLine) and line.verdict == LEFT_OUT and (line.score or line.answer):
        return "what was left out has no answer and the score 0"
    return ""


_PLACE = re.compile(r" - at `(?:key in )?\$([^`]{0,200})`$")
_QUOTED = re.compile("`([^`]{0,200})`")
_BOUND = re.compile(r"Expected `[a-z]+` (of length )?(>=|<=) ([-+.0-9e]+)")
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time",
}
_TIME = "a time with its zone, such as 2026-03-01T12:00:00+00:00"
NOT_JSON = "this line is not JSON as chainrule export writes it"


def explain_decode_error(message: str) -> str:
    """Rewrite a message of msgspec about a line in plain words."""
    place = _PLACE.search(message)
    text = message[: place.start()] if place else message
    key = clip(place[1].removeprefix("."), 40) if place and place[1] else "the line"
    quoted = [clip(name, 30) for name in _QUOTED.findall(text)]
    if "missing required field" in text:
        return f"the key {quoted[0]} is missing"
    if "unknown field" in text:
        return f"there is no key {quoted[0]} in a line of this type; leave it out"
    if bound := _BOUND.match(text):
        side, unit = "at least" if bound[2] == ">=" else "at most", " characters" if bound[1] else ""
        return f"{key} must {'have' if unit else 'be'} {side} {format_number(float(bound[3]))}{unit}"
    if "RFC3339" in text or "`datetime`" in text:
        return f"{key} must be {_TIME}"
    if text == "Expected `str`":
        return f"{key} must be text"
    if text.startswith("Expected") and len(quoted) == 2:
        expected, got = (" or ".join(_WORDS.get(name, name) for name in types.split(" | ")) for types in quoted)
        return f"{key} must be {expected}, not {'a fraction' if quoted[1] == 'float' else got}"
    if text.startswith("Invalid"):
        value = text.rpartition("value ")[2]
        return f"{key} cannot be {clip(value, 30)}" if value.startswith(("'", '"')) else f"{key} cannot be read"
    return f"{key} is too large a number" if "out of range" in text else NOT_JSON

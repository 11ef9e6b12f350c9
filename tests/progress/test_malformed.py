"""A line of an exported record with anything wrong: the key and what belongs there, not a parser's message."""

import json
from typing import Any

import msgspec
import pytest

from tests.progress.helping import START
from tutor.progress.record.exported_lines import COUNT_NAMES, NOT_JSON, AttemptLine, Line, explain_decode_error
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, MAX_TEXT_LENGTH, AttemptColumn

VALUES: list[object] = [None, True, 3, -1, 1.5, 10**30, "", "x", "9" * 500, "[/x]", "`x`", [], [1], {}, {"a": {}}]
EXAMPLES: dict[type, object] = {str: "x", int: 1, float: 0.5}
decoder = msgspec.json.Decoder(Line)


def example(kind: type[Line]) -> dict[str, object]:
    """A line of this type that can be read."""
    values = json.loads(msgspec.json.encode(dict.fromkeys(kind.__struct_fields__, "x")))
    values |= {"at": START.isoformat(), "due": START.isoformat(), "verdict": "right", "concepts": ["x"], "state": {}}
    values |= {"seed": 1, "hints": 0, "seconds": 1.0, "score": 1.0, "section": 1, "confidence": ""}
    known = {name: values[name] for name in kind.__struct_fields__}
    return {"type": kind.__struct_config__.tag, **known}


def said_to(line: Any) -> str:
    try:
        decoder.decode(json.dumps(line))
    except (msgspec.MsgspecError, ValueError) as error:
        return explain_decode_error(str(error))
    return ""


@pytest.mark.parametrize("kind", COUNT_NAMES)
def test_every_key_of_every_line_is_named_with_what_belongs_there(kind: type[Line]) -> None:
    line = example(kind)
    assert said_to(line) == ""
    for key in line:
        faults = [said for value in VALUES if (said := said_to({**line, key: value}))]
        assert len(faults) > 5
        for said in faults:
            assert said.startswith((f"{key} must be ", f"{key} must have ", f"{key}[0] must be ", f"{key} cannot be "))
            assert "Expected" not in said
            assert "$" not in said
            assert len(said) < 120
    for key in [name for name in line if name not in {"confidence", "mode", "revision"}]:
        assert said_to({name: value for name, value in line.items() if name != key}) == f"the key {key} is missing"
    assert said_to({**line, "more": 1}).startswith("there is no key more")


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "{}", "\x1b", "nul", "[" * 900])
def test_what_is_no_object_is_named_too(text: str) -> None:
    with pytest.raises((msgspec.MsgspecError, ValueError)) as caught:
        decoder.decode(text)
    said = explain_decode_error(str(caught.value))
    assert said in {NOT_JSON, "the key type is missing"} or said.startswith("the line must be an object, not ")


@pytest.mark.parametrize("column", ATTEMPT_COLUMNS, ids=lambda column: column.name)
def test_a_value_beyond_the_bounds_of_its_column_is_refused(column: AttemptColumn) -> None:
    line = example(AttemptLine)
    bounds = {"ge": column.low, "le": column.high} | dict(column.import_checks)
    beyond: list[object] = []
    if column.value_type is not str:
        beyond = [value + step for value, step in ((bounds["ge"], -1), (bounds["le"], 1)) if value is not None]
    elif column.choices or "choices" in bounds:
        beyond = ["something else"]
    elif not column.text_format:
        beyond = ["x" * (int(bounds.get("max_length", MAX_TEXT_LENGTH)) + 1)]
        assert said_to({**line, column.name: "x" * int(bounds.get("max_length", MAX_TEXT_LENGTH))}) == ""
    for value in beyond:
        assert said_to({**line, column.name: value}).startswith((f"{column.name} must", f"{column.name} cannot be"))

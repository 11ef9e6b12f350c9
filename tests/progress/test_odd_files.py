"""Files to import as other programs leave them, and as an enemy would write them: read, or refused in one line."""

import io
import json
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tests.irregular import IRREGULAR
from tests.progress.helping import attempt
from tutor.errors import UsageError
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_lines, import_record
from tutor.progress.tables.history import Regrade


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An export with everything in it."""
    store = Store.open(tmp_path / "full")
    for number in range(3):
        store.add(attempt(number))
    first, second, _ = store.attempts()
    store.undo(first.key)
    store.regrade([Regrade(second.key, 0.5, "partly", store.clock(), "0.2.0", "x")])
    store.save_reading_position("adam", 2)
    export_record(store, tmp_path / "out.jsonl")
    store.close()
    return tmp_path / "out.jsonl"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "other")
    yield opened
    opened.close()


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "an empty last line": lambda data: data + b"\n",
    "several empty last lines": lambda data: data + b"\n\n  \n\t\n",
    "lines ended as on Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "all of these": lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    "no end of the last line": lambda data: data.rstrip(b"\n"),
    "empty lines between": lambda data: data.replace(b"\n", b"\n\n"),
}


@pytest.mark.parametrize("how", WAYS)
def test_what_editors_and_other_systems_leave_in_a_file_does_no_harm(file: Path, store: Store, how: str) -> None:
    file.write_bytes(WAYS[how](file.read_bytes()))
    assert import_record(store, file) == 3
    assert store.reading_positions() == {"adam": 2}


TIMES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z"]
DEEP = "[" * 200_000 + "]" * 200_000
ODD: list[tuple[str, str, str]] = [
    *((kind, "at", json.dumps(time)) for kind in ("attempt", "place", "undone", "regrade") for time in TIMES),
    *((kind, "at", value) for kind in ("attempt", "place", "undone", "regrade") for value in ("7", '""', "null", DEEP)),
    ("attempt", "seconds", "1e300"),
    ("attempt", "seconds", "1" + "0" * 5000),
    ("attempt", "seed", "1" + "0" * 5000),
    ("attempt", "hints", "-" + "9" * 400),
    ("attempt", "concepts", DEEP),
    ("attempt", "verdict", '"left out"'),
    ("place", "section", "1" + "0" * 5000),
    ("place", "section", "1.5"),
    ("card", "state", '{"a": ' * 100_000 + "1" + "}" * 100_000),
    ("card", "due", '"never"'),
    ("regrade", "score", "1e999"),
    ("regrade", "verdict", '"left out"'),
]


@pytest.mark.parametrize(("kind", "key", "value"), ODD, ids=lambda value: value[:24])
def test_an_odd_value_is_named_by_its_line_and_changes_nothing(
    file: Path, store: Store, kind: str, key: str, value: str
) -> None:
    lines = file.read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if json.loads(line).get("type") == kind)
    changed: dict[str, Any] = json.loads(lines[number]) | {key: "HERE"}
    lines[number] = json.dumps(changed).replace('"HERE"', value)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    store.add(attempt(77))
    with pytest.raises(UsageError) as caught:
        import_record(store, file)
    said = str(caught.value)
    assert said.startswith(f"{file}:{number + 1}: ")
    assert said.endswith("nothing was changed")
    assert len(said) < 600
    assert "\n" not in said
    assert (store.count(), store.reading_positions(), store.notice) == (1, {}, "")


class Endless(io.RawIOBase):
    """A pipe that never ends: `first`, then always `rest`."""

    def __init__(self, first: bytes, rest: bytes) -> None:
        self._lines = chain([first], repeat(rest))

    def readline(self, size: int | None = -1, /) -> bytes:
        return next(self._lines)[:size]


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (b"y\n", b"y\n"),
        (b"\0" * 10, b"\0" * 10),
        (b'{"chainrule": "record", "format": 3}\n', b'{"type": "flag", "name": "a", "value": "b"}\n'),
        (b'{"chainrule": "record", "format": 3, "flags": 9000000000}\n', b" " * 2**19 + b"\n"),
        (b'{"chainrule": "record", "format": 3}\n', b"\n" * 1),
    ],
)
def test_an_endless_file_is_given_up(store: Store, first: bytes, rest: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.progress.record.transfer.MAX_IMPORT_BYTES", 2**22)
    with pytest.raises(UsageError, match="nothing was changed"):
        import_lines(store, "standard input", Endless(first, rest))  # type: ignore[arg-type]  # only lines are read
    assert store.count() == 0


@pytest.mark.unix
@pytest.mark.parametrize("make", IRREGULAR)
def test_what_is_no_file_is_refused_and_never_waited_for(
    command: Command, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "odd")
    done = command("import", str(tmp_path / "odd"))
    assert done.code == 2
    assert "cannot be read" in done.error_line
    assert "not a file" in done.error_line

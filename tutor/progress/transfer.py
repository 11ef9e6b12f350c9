"""The record out of the program and back: JSON Lines, as docs/record.md describes them."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
from msgspec import Meta

from tutor import __version__
from tutor.errors import ChainruleError, UsageError
from tutor.progress.attempt import COLUMNS, SEEDS, SELECT, Attempt, check_row, concepts_in
from tutor.progress.history import REGRADE, Regrade, Undone
from tutor.progress.merge import Flag, Place, Thing, merge
from tutor.progress.paths import copies_folder, free_name, put_away, with_tails
from tutor.progress.store import Store

FORMAT = 2
READABLE = (1, 2)
"""The formats that an import reads; the first lacks what an attempt got later, and what became of it."""
LONGEST_LINE = 2**20

Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class AttemptLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="attempt"):
    """One attempt in a file."""

    key: Annotated[str, Meta(min_length=1, max_length=100)]
    question: str
    lesson: str
    kind: str
    concepts: tuple[str, ...]
    seed: Annotated[int, Meta(ge=SEEDS.start, le=SEEDS.stop - 1)]
    answer: str
    score: Annotated[float, Meta(ge=0, le=1)]
    verdict: Literal["right", "partly", "wrong"]
    hints: Count
    seconds: Annotated[float, Meta(ge=0)]
    at: Time
    program: str
    confidence: Literal["", "sure", "think", "guess"] = ""
    mode: str = ""
    revision: str = ""


class PlaceLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="place"):
    """One reading position in a file."""

    lesson: str
    section: Count
    at: Time


class FlagLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="flag"):
    """A finding kept by name in a file."""

    name: str
    value: str


class UndoneLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="undone"):
    """That an attempt was taken back, in a file."""

    key: str
    at: Time


class RegradeLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="regrade"):
    """A later grade of an attempt in a file."""

    key: str
    score: Annotated[float, Meta(ge=0, le=1)]
    verdict: Literal["right", "partly", "wrong"]
    at: Time
    program: str
    revision: str


class CardLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="card"):
    """The schedule of one question in a file."""

    question: str
    due: Time
    state: dict[str, Any]


class Head(msgspec.Struct):
    """The first line."""

    chainrule: Literal["record"]
    format: int
    attempts: Count = 0
    places: Count = 0
    cards: Count = 0
    flags: Count = 0
    undone: Count = 0
    regrades: Count = 0


Line = AttemptLine | PlaceLine | CardLine | FlagLine | UndoneLine | RegradeLine
COUNTED: dict[type[Line], str] = {
    AttemptLine: "attempts",
    PlaceLine: "places",
    CardLine: "cards",
    FlagLine: "flags",
    UndoneLine: "undone",
    RegradeLine: "regrades",
}
"""How the first line calls what it counts."""


def export_record(store: Store, path: Path) -> int:
    """Write the whole record to `path`, whole or not at all; how many attempts were written.

    Raises:
        ChainruleError: the file cannot be written; an earlier one of that name is still there.
    """
    if store.is_newer:
        raise ChainruleError(f"nothing was exported: {store.notice}")
    if path.resolve() in (part.resolve() for part in with_tails(store.path)):
        raise UsageError(f"{path} is the record itself; give the export another name")
    things = {name: list(lines) for name, lines in _everything(store).items()}
    counts = {name: len(lines) for name, lines in things.items()}
    head = {"chainrule": "record", "format": FORMAT, "program": __version__, **counts}
    encode = json.JSONEncoder(ensure_ascii=False).encode
    _write_whole(path, (encode(line) + "\n" for line in chain([head], *things.values())))
    return counts["attempts"]


def _everything(store: Store) -> dict[str, Iterable[dict[str, Any]]]:
    """What is written, by the name under which it is counted; attempts before what became of them."""
    return {
        "attempts": map(_attempt, store.read(_attempt_rows, f"{SELECT} ORDER BY at, number")),
        "places": _lines(store, "place", ("lesson", "section", "at"), "places ORDER BY lesson"),
        "cards": map(_card, store.rows("SELECT question, due, state FROM cards ORDER BY question")),
        "flags": _lines(store, "flag", ("name", "value"), "flags ORDER BY name"),
        "undone": _lines(store, "undone", ("key", "at"), "undone ORDER BY at, key"),
        "regrades": _lines(store, "regrade", REGRADE, "regrades ORDER BY at, key"),
    }


def _attempt_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, each looked at as it is when attempts are read, so that no damage is exported."""
    for row in rows:
        check_row(row)
    return rows


def _attempt(row: tuple[Any, ...]) -> dict[str, Any]:
    line = {"type": "attempt", **dict(zip(COLUMNS, row, strict=True))}
    line["concepts"] = concepts_in(line["concepts"])
    return line


def _card(row: tuple[Any, ...]) -> dict[str, Any]:
    return {"type": "card", "question": row[0], "due": row[1], "state": json.loads(row[2])}


def _lines(store: Store, kind: str, columns: Sequence[str], source: str) -> Iterable[dict[str, Any]]:
    rows = store.rows(f"SELECT {', '.join(columns)} FROM {source}")
    return ({"type": kind, **dict(zip(columns, row, strict=True))} for row in rows)


def _write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write beside `path`, make sure it is on disk, then put it in place."""
    unfinished = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        why = error.strerror or error
        raise ChainruleError(
            f"{path} cannot be written ({why}); give a file in a folder that you may write to"
        ) from None


def import_record(store: Store, path: Path) -> int:
    """Add what `path` holds and the record does not, in one transaction; how many attempts were new.

    Raises:
        UsageError: the file cannot be read or is not an export; nothing was changed.
    """
    try:
        with path.open("rb") as file, store.writing(f"what is in {path}") as database:
            return merge(database, _things(path, file), store.clock()).attempts
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be read ({why}); give a file that chainrule export wrote") from None


def _things(path: Path, file: BinaryIO) -> Iterator[Thing]:
    """What is in `file`, each line checked, and at the end whether all of it came."""
    head = _head(path, file.readline(LONGEST_LINE))
    decoder = msgspec.json.Decoder(Line)
    found = dict.fromkeys(COUNTED.values(), 0)
    keys: set[str] = set()
    number = 1
    while text := file.readline(LONGEST_LINE):
        number += 1
        line = _line(f"{path}:{number}", decoder, text)
        found[COUNTED[type(line)]] += 1
        if isinstance(line, AttemptLine):
            keys.add(line.key)
        elif isinstance(line, (UndoneLine, RegradeLine)) and line.key not in keys:
            raise UsageError(f"{path}:{number}: no line before it has the attempt '{line.key}'; nothing was changed")
        if (thing := _thing(line)) is not None:
            yield thing
    if any(count != getattr(head, name) for name, count in found.items()):
        came = f"{found['attempts']} of its {head.attempts} attempts"
        raise UsageError(f"{path}:{number}: the file ends early, with {came}; nothing was changed")


def _thing(line: Line) -> Thing | None:
    """What a line stands for; nothing for a card, which follows from the attempts."""
    match line:
        case AttemptLine():
            return Attempt(**{name: getattr(line, name) for name in COLUMNS})
        case PlaceLine():
            return Place(line.lesson, line.section, line.at)
        case FlagLine():
            return Flag(line.name, line.value)
        case UndoneLine():
            return Undone(line.key, line.at)
        case RegradeLine():
            return Regrade(*(getattr(line, name) for name in REGRADE))
        case CardLine():
            return None


def _line(where: str, decoder: "msgspec.json.Decoder[Line]", text: bytes) -> Line:
    if not text.endswith(b"\n"):
        what = "the line is too long" if len(text) == LONGEST_LINE else "the last line is cut off"
        raise UsageError(f"{where}: {what}; nothing was changed")
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{where}: {error}; nothing was changed") from None


def _head(path: Path, text: bytes) -> Head:
    try:
        head = msgspec.json.decode(text, type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise UsageError(f"{path}:1: this is not a file that chainrule export wrote; nothing was changed") from None
    if head.format not in READABLE:
        raise UsageError(f"{path}:1: this file has format {head.format}; update Chainrule to read it")
    return head


def reset_record(store: Store) -> Path:
    """Move the record and its daily copies aside, so that an empty one begins; where the old one is kept.

    Raises:
        ChainruleError: there is nothing to reset, or the file cannot be moved.
    """
    if not store.path.exists():
        raise ChainruleError("there is no record yet, so there is nothing to reset")
    with store.writing("the reset"):
        pass  # refuses a record that must not be touched
    store.checkpoint()
    store.close()
    kept = free_name(store.folder, "record-before-reset")
    copies = copies_folder(store.folder)
    try:
        if copies.is_dir():  # a copy from before the reset must never be restored after it
            copies.rename(kept.with_suffix(".copies"))
        put_away(store.path, kept)
    except OSError as error:
        why = error.strerror or error
        raise ChainruleError(
            f"{store.path} cannot be moved ({why}); close other Chainrule windows, and try again"
        ) from None
    return kept

"""The record out of the program and back: JSON Lines, documented here.

The first line says what the file is and how much is in it: `{"chainrule": "record", "format": 1, "program": …,
"attempts": …, "places": …, "cards": …}`. Each further line is one thing with its `type`: `attempt` (all fields of
`Attempt`), `place` (lesson, section counted from 0, at) or `card` (question, due, state: the schedule's memory of
it, for other programs; an import works the schedule out again from the attempts). Times have a time zone.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
from msgspec import Meta

from tutor import __version__
from tutor.errors import ChainruleError, UsageError
from tutor.progress.attempt import COLUMNS, SEEDS, Attempt
from tutor.progress.merge import Place, merge
from tutor.progress.paths import copies_folder, free_name, put_away, with_tails
from tutor.progress.store import Store

FORMAT = 1
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


class PlaceLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="place"):
    """One reading position in a file."""

    lesson: str
    section: Count
    at: Time


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


Line = AttemptLine | PlaceLine | CardLine


def export_record(store: Store, path: Path) -> int:
    """Write the whole record to `path`, whole or not at all; how many attempts were written.

    Raises:
        ChainruleError: the file cannot be written; an earlier one of that name is still there.
    """
    if store.is_newer:
        raise ChainruleError(f"nothing was exported: {store.notice}")
    if path.resolve() in (part.resolve() for part in with_tails(store.path)):
        raise UsageError(f"{path} is the record itself; give the export another name")
    attempts = store.attempts()
    places = store.rows("SELECT lesson, section, at FROM places ORDER BY lesson")
    cards = store.rows("SELECT question, due, state FROM cards ORDER BY question")
    counts = {"attempts": len(attempts), "places": len(places), "cards": len(cards)}
    lines: list[dict[str, Any]] = [{"chainrule": "record", "format": FORMAT, "program": __version__, **counts}]
    for attempt in attempts:
        values = {name: getattr(attempt, name) for name in COLUMNS}
        lines.append({"type": "attempt", **values, "at": attempt.at.isoformat()})
    for lesson, section, at in places:
        lines.append({"type": "place", "lesson": lesson, "section": section, "at": at})
    for question, due, state in cards:
        lines.append({"type": "card", "question": question, "due": due, "state": json.loads(state)})
    _write_whole(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return len(attempts)


def _write_whole(path: Path, text: str) -> None:
    """Write beside `path`, make sure it is on disk, then put it in place."""
    unfinished = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
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
            return merge(database, _things(path, file))
    except OSError as error:
        why = error.strerror or error
        raise UsageError(f"{path} cannot be read ({why}); give a file that chainrule export wrote") from None


def _things(path: Path, file: BinaryIO) -> Iterator[Attempt | Place]:
    """The attempts and places in `file`, each line checked, and at the end whether all of them came."""
    head = _head(path, file.readline(LONGEST_LINE))
    decoder = msgspec.json.Decoder(Line)
    found = {AttemptLine: 0, PlaceLine: 0, CardLine: 0}
    number = 1
    while text := file.readline(LONGEST_LINE):
        number += 1
        line = _line(f"{path}:{number}", decoder, text)
        found[type(line)] += 1
        if isinstance(line, AttemptLine):
            yield Attempt(**{name: getattr(line, name) for name in COLUMNS})
        elif isinstance(line, PlaceLine):
            yield Place(line.lesson, line.section, line.at)
    if list(found.values()) != [head.attempts, head.places, head.cards]:
        came = f"{found[AttemptLine]} of its {head.attempts} attempts"
        raise UsageError(f"{path}:{number}: the file ends early, with {came}; nothing was changed")


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
    if head.format != FORMAT:
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

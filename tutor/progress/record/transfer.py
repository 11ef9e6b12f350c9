"""Exports and imports the record as JSON Lines; docs/record.md describes the format."""

import codecs
import contextlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from tutor import __version__
from tutor.errors import ChainruleError, UsageError, clip
from tutor.files import follow_links, new_file, open_to_read, show_path
from tutor.progress.record.digest import DIGEST_KEY, ExportDigest
from tutor.progress.record.exported_lines import (
    COUNT_NAMES,
    EXPORT_FORMAT,
    READABLE_FORMATS,
    AttemptLine,
    CardLine,
    Head,
    Line,
    PlaceLine,
    RegradeLine,
    StoredTextLine,
    UndoneLine,
    explain_decode_error,
    find_contradiction,
)
from tutor.progress.record.owner import Owner
from tutor.progress.record.store import Store
from tutor.progress.safety.merge import ReadingPosition, RecordItem, StoredText, merge
from tutor.progress.tables.attempt import COLUMNS, SELECT_ATTEMPTS, YEAR_RANGE, Attempt, check_row, parse_concepts
from tutor.progress.tables.connections import larger_cache
from tutor.progress.tables.history import REGRADE_COLUMNS, Regrade, Undone
from tutor.progress.tables.paths import record_files
from tutor.text.numbers import counted

__all__ = ["export_record", "import_lines", "import_record", "read_export", "serialise_record"]

SeeReview = Callable[[str, datetime], None]
"""Takes a question of the schedule in a file, and when it was answered last."""
SeeDigest = Callable[[str], None]
"""Takes the digest of a file whose lines were all read."""
UNKNOWN_OWNER = Owner()
_attempt_values = attrgetter(*(field.name for field in fields(Attempt)))
ATTEMPT_KEYS = ("type", *COLUMNS)
"""What the line of an attempt has, in order."""
NOTHING_CHANGED = "; nothing was changed"
"""How each message on a fault of an import ends; who reads a file for another purpose cuts it off."""
MAX_LINE_BYTES = 2**22
"""More than the longest text of a record (`MAX_TEXT_LENGTH`) takes when each of its characters is escaped."""
MAX_IMPORT_BYTES = 2**30
MAX_IMPORT_LINES = 5_000_000
"""An import reads no more than this."""
MAX_RECODED_BYTES = 2**26
"""Of a file that is held in memory, since it is in UTF-16."""
WITHOUT_MEANING = b" \t\r\n\v\f\x1a"
"""What a line may consist of and hold nothing: blanks, its end, and the sign with which DOS ends a file."""
FOREIGN = "this is not a file that chainrule export or hand-in wrote"
"""What is said of a file whose first line is none of an export."""


def export_record(store: Store, path: Path, *, force: bool | None = None, owner: Owner = UNKNOWN_OWNER) -> int:
    """Write the whole record to `path`, completely or not at all; return how many attempts were written.

    The first line says whose it is, as far as `owner` does.

    Raises:
        ChainruleError: there is a file of that name (without `force`), or it cannot be written.
    """
    if follow_links(path) in (follow_links(part) for part in record_files(store.path)):
        raise UsageError(f"{path} is the record itself; give the export another name")
    attempts, lines = serialise_record(store, owner=owner)
    with new_file(path, force=force) as file:
        file.writelines(map(str.encode, lines))
    return attempts


def serialise_record(store: Store, *, ascii: bool = False, owner: Owner = UNKNOWN_OWNER) -> tuple[int, Iterable[str]]:
    """How many attempts the whole record has, and the lines of its export.

    With `ascii`, characters outside ASCII are escaped.

    Raises:
        ChainruleError: a newer program made the record.
    """
    if store.is_newer:
        raise ChainruleError(f"nothing was exported: {store.notice}")
    attempts = store.fetch(_check_rows, f"{SELECT_ATTEMPTS} ORDER BY at, number")
    others = _collect_lines(store)
    counts = {"attempts": len(attempts), **{name: len(lines) for name, lines in others.items()}}
    head = {"chainrule": "record", "format": EXPORT_FORMAT, "program": __version__, **owner.head(), **counts}
    encode = json.JSONEncoder(ensure_ascii=ascii).encode
    body = [_encode_line(encode, line) for line in chain(map(_attempt_line, attempts), *others.values())]
    digest = ExportDigest(head)
    for line in body:
        digest.add(line.encode())
    first = _encode_line(encode, head | {DIGEST_KEY: digest.hexdigest()})
    return len(attempts), (f"{line}\n" for line in chain([first], body))


def _encode_line(encode: Callable[[object], str], line: dict[str, Any]) -> str:
    """A line as JSON; the delete character, which JSON need not escape, is escaped as other control characters are."""
    return encode(line).replace("\x7f", "\\u007f")


def _collect_lines(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Collect the lines that follow the attempts by their type."""
    return {
        "places": _rows_as_lines(store, "place", ("lesson", "section", "at"), "places ORDER BY lesson"),
        "cards": store.fetch(_card_lines, "SELECT question, due, state FROM cards ORDER BY question"),
        "flags": _rows_as_lines(store, "flag", ("name", "value"), "flags ORDER BY name"),
        "undone": _rows_as_lines(store, "undone", ("key", "at"), "undone ORDER BY at, key"),
        "regrades": _rows_as_lines(store, "regrade", REGRADE_COLUMNS, "regrades ORDER BY at, key"),
    }


def _check_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, each looked at as it is when attempts are read, so that no damage is exported."""
    for row in rows:
        check_row(row)
    return rows


def _attempt_line(row: tuple[Any, ...]) -> dict[str, Any]:
    line = dict(zip(ATTEMPT_KEYS, ("attempt", *row), strict=True))
    line["concepts"] = parse_concepts(line["concepts"])
    return line


def _card_lines(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {"type": "card", "question": question, "due": due, "state": json.loads(state)}
        for question, due, state in _refuse_blobs(rows)
    ]


def _refuse_blobs(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, none of which holds a blob in the place of a text or a number."""
    if any(isinstance(value, bytes) for row in rows for value in row):
        raise ValueError("a blob where a text or a number belongs")
    return rows


def _rows_as_lines(store: Store, kind: str, columns: Sequence[str], source: str) -> list[dict[str, Any]]:
    """A line of the type `kind` for each row; `source` is what follows FROM in SQL."""
    rows = store.fetch(_refuse_blobs, f"SELECT {', '.join(columns)} FROM {source}")
    return [{"type": kind, **dict(zip(columns, row, strict=True))} for row in rows]


def import_record(store: Store, path: Path) -> int:
    """Add whatever the export at `path` has and the record lacks, in one transaction; count the new attempts.

    Raises:
        UsageError: the file cannot be read or is not an export; nothing was changed.
    """
    try:
        with open_to_read(path) as file:
            return import_lines(store, show_path(path), file)
    except OSError as error:
        why = error.strerror or error
        raise UsageError(
            f"{show_path(path)} cannot be read ({why}); give a file that chainrule export or hand-in wrote"
        ) from None


def import_lines(store: Store, name: str, file: BinaryIO) -> int:
    """Import from an open file, or from a pipe to its end; `name` is what messages call it.

    Raises:
        UsageError: it is not an export; nothing was changed.
    """
    with store.transaction(f"what is in {name}") as database, larger_cache(database):
        head, items = read_export(name, file)
        return merge(database, items, store.clock(), expected=head.attempts).attempts


def read_export(
    name: str,
    file: BinaryIO,
    see_review: SeeReview = lambda question, at: None,
    see_digest: SeeDigest = lambda digest: None,
) -> tuple[Head, Iterator[RecordItem]]:
    """The first line of an export, and what is in the others, each checked when it is asked for.

    `see_review` hears of each question in the schedule when that has its last answer; `see_digest` hears at the end of
    the digest of what was read, which is that of the first line unless the file was changed.

    Raises:
        UsageError: it is not an export, or (while its items are asked for) it is damaged.
    """
    file, head, digest = _open_export(name, file)
    return head, _read_lines(name, file, head, digest, see_review, see_digest)


def _open_export(name: str, file: BinaryIO) -> tuple[BinaryIO, Head, ExportDigest]:
    """The lines below the first, what the first says, and the digest so far; UTF-16 becomes UTF-8."""
    first = file.readline(MAX_LINE_BYTES)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file = _recode(name, first, file)
        first = file.readline(MAX_LINE_BYTES)
    first = first.removeprefix(codecs.BOM_UTF8)
    return file, _decode_first_line(name, first), ExportDigest(msgspec.json.decode(first))


def _read_lines(
    name: str, file: BinaryIO, head: Head, digest: ExportDigest, see_review: SeeReview, see_digest: SeeDigest
) -> Iterator[RecordItem]:
    """What is in the lines below the first, and at the end whether all of it came, and no more."""
    decoder = msgspec.json.Decoder(Line)
    counts = dict.fromkeys(COUNT_NAMES.values(), 0)
    keys: set[str] = set()
    number = 1
    for number, text in _nonempty_lines(name, file):
        where = f"{name}:{number}"
        line = _decode_line(where, decoder, text)
        digest.add(text.strip(WITHOUT_MEANING))
        kind = COUNT_NAMES[type(line)]
        counts[kind] += 1
        if counts[kind] > getattr(head, kind):
            raise _import_error(f"{where}: there are more {kind} than the first line says")
        if isinstance(line, AttemptLine):
            keys.add(line.key)
        elif isinstance(line, (UndoneLine, RegradeLine)) and line.key not in keys:
            raise _import_error(f"{where}: no line before it has the attempt '{clip(line.key)}'")
        if isinstance(line, CardLine):
            _tell_review(line, see_review)
        if (item := _item_from(line)) is not None:
            yield item
    if any(count != getattr(head, kind) for kind, count in counts.items()):
        raise _import_error(
            f"{name}:{number}: the file ends early, {_describe_rest(counts['attempts'], head.attempts)}"
        )
    see_digest(digest.hexdigest())


def _describe_rest(came: int, all: int) -> str:
    """What of a file that ends early is there."""
    if came < all:
        return f"with {came:,} of its {counted(all, 'answer')}"
    return "after its last answer: what came below the answers is cut off" if all else "what it held is cut off"


def _tell_review(line: CardLine, see_review: SeeReview) -> None:
    """Tell when the question of a card was answered last, if the card says so."""
    with contextlib.suppress(ValueError, TypeError, KeyError):  # a card is worked out again, whatever it says
        at = datetime.fromisoformat(line.state["last_review"])
        if at.tzinfo is not None and at.year in YEAR_RANGE:
            see_review(line.question, at)


def _recode(name: str, first: bytes, file: BinaryIO) -> BinaryIO:
    """The lines in UTF-8 of a file in UTF-16, which is what `>` writes in Windows PowerShell."""
    data = first + file.read(MAX_RECODED_BYTES + 1)
    if len(data) > MAX_RECODED_BYTES:
        raise _import_error(f"{name}: this is too large for UTF-16; save it as UTF-8")
    try:
        return io.BytesIO(data.decode("utf-16").encode())
    except UnicodeError:
        raise _import_error(f"{name}:1: {FOREIGN}") from None


def _nonempty_lines(name: str, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines below the first that are not empty, each with its number, up to a bound for all of them together."""
    read, number = 0, 1
    while text := file.readline(MAX_LINE_BYTES):
        number, read = number + 1, read + len(text)
        if read > MAX_IMPORT_BYTES or number > MAX_IMPORT_LINES:
            raise _import_error(f"{name}:{number}: this is larger than any record")
        if text.strip(WITHOUT_MEANING):
            yield number, text


def _item_from(line: Line) -> RecordItem | None:
    """Make the record item of a line; none for a card, which is recomputed from the attempts."""
    match line:
        case AttemptLine():
            return Attempt(*_attempt_values(line))
        case PlaceLine():
            return ReadingPosition(line.lesson, line.section, line.at)
        case StoredTextLine():
            return StoredText(line.name, line.value)
        case UndoneLine():
            return Undone(line.key, line.at)
        case RegradeLine():
            return Regrade(*(getattr(line, name) for name in REGRADE_COLUMNS))
        case CardLine():
            return None


def _decode_line(where: str, decoder: "msgspec.json.Decoder[Line]", text: bytes) -> Line:
    """A line as its type has it. The last one may lack its end, as long as it is whole."""
    if len(text) == MAX_LINE_BYTES and not text.endswith(b"\n"):
        raise _import_error(f"{where}: the line is too long")
    try:
        line = decoder.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        why = explain_decode_error(str(error)) if text.endswith(b"\n") else "the last line is cut off"
        raise _import_error(f"{where}: {why}") from None
    if why := find_contradiction(line):
        raise _import_error(f"{where}: {why}")
    return line


def _import_error(message: str) -> UsageError:
    return UsageError(f"{message}{NOTHING_CHANGED}")


def _decode_first_line(name: str, text: bytes) -> Head:
    if not text:
        raise _import_error(f"{name}:1: {FOREIGN}: it is empty")
    try:
        head = msgspec.json.decode(text, type=Head)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _import_error(f"{name}:1: {FOREIGN}") from None
    if head.format not in READABLE_FORMATS:
        raise _import_error(f"{name}:1: this file has format {head.format}; update Chainrule to read it")
    return head

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

ReviewCallback = Callable[[str, datetime], None]
"""Called with each question of the schedule in a file, and the time of its last answer."""
DigestCallback = Callable[[str], None]
"""Called with the digest of a file once all its lines were read."""
UNKNOWN_OWNER = Owner()
_attempt_values = attrgetter(*(field.name for field in fields(Attempt)))
"""Takes the line of an attempt; returns the values of the fields of `Attempt` in their order."""
ATTEMPT_KEYS = ("type", *COLUMNS)
"""The keys of an attempt's line, in order."""
NOTHING_CHANGED = "; nothing was changed"
"""Ends every error message of an import; removed if a file is read for another purpose."""
MAX_LINE_BYTES = 2**22
"""More than the longest text of a record (`MAX_TEXT_LENGTH`) takes when each of its characters is escaped."""
MAX_IMPORT_BYTES = 2**30
MAX_IMPORT_LINES = 5_000_000
"""The most bytes and the most lines that an import reads."""
MAX_RECODED_BYTES = 2**26
"""The largest file in UTF-16 that is read, in bytes, since all of it is held in memory."""
BLANK_BYTES = b" \t\r\n\v\f\x1a"
"""The bytes of an empty line: blanks, line ends, and the sign with which DOS ends a file."""
NOT_AN_EXPORT = "this is not a file that chainrule export or hand-in wrote"
"""The message on a file whose first line is not that of an export."""


def export_record(store: Store, path: Path, *, force: bool | None = None, owner: Owner = UNKNOWN_OWNER) -> int:
    """Write the whole record to `path`, completely or not at all; return how many attempts were written.

    The first line says whose record it is, as far as `owner` is known.

    Raises:
        ChainruleError: there is a file of that name (without `force`), or it cannot be written.
    """
    own_files = [follow_links(file) for file in record_files(store.path)]
    if follow_links(path) in own_files:
        raise UsageError(f"{path} is the record itself; give the export another name")
    attempt_count, lines = serialise_record(store, owner=owner)
    with new_file(path, force=force) as file:
        file.writelines(map(str.encode, lines))
    return attempt_count


def serialise_record(store: Store, *, ascii: bool = False, owner: Owner = UNKNOWN_OWNER) -> tuple[int, Iterable[str]]:
    """(number of attempts, lines of the export) of the whole record; with `ascii` other characters are escaped.

    Raises:
        ChainruleError: a newer program made the record.
    """
    if store.is_newer:
        raise ChainruleError(f"nothing was exported: {store.notice}")
    attempt_rows = store.fetch(_check_rows, f"{SELECT_ATTEMPTS} ORDER BY at, number")
    other_lines = _collect_lines(store)
    counts = {"attempts": len(attempt_rows), **{name: len(lines) for name, lines in other_lines.items()}}
    head = {"chainrule": "record", "format": EXPORT_FORMAT, "program": __version__, **owner.first_line_keys(), **counts}
    encode = json.JSONEncoder(ensure_ascii=ascii).encode
    lines = chain(map(_attempt_line, attempt_rows), *other_lines.values())
    body = [_encode_line(encode, line) for line in lines]
    digest = ExportDigest(head)
    for line in body:
        digest.add(line.encode())
    first_line = _encode_line(encode, {**head, DIGEST_KEY: digest.hexdigest()})
    return len(attempt_rows), (f"{line}\n" for line in chain([first_line], body))


def _encode_line(encode: Callable[[object], str], line: dict[str, Any]) -> str:
    """A line as JSON; the delete character, which JSON need not escape, is escaped as other control characters are."""
    return encode(line).replace("\x7f", "\\u007f")


def _collect_lines(store: Store) -> dict[str, list[dict[str, Any]]]:
    """The lines that follow the attempts: name of their count in the first line → lines of that type."""
    return {
        "places": _rows_as_lines(store, "place", ("lesson", "section", "at"), "places ORDER BY lesson"),
        "cards": store.fetch(_card_lines, "SELECT question, due, state FROM cards ORDER BY question"),
        "flags": _rows_as_lines(store, "flag", ("name", "value"), "flags ORDER BY name"),
        "undone": _rows_as_lines(store, "undone", ("key", "at"), "undone ORDER BY at, key"),
        "regrades": _rows_as_lines(store, "regrade", REGRADE_COLUMNS, "regrades ORDER BY at, key"),
    }


def _check_rows(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of attempts, unchanged; a damaged one raises, so that no damage is exported."""
    for row in rows:
        check_row(row)
    return rows


def _attempt_line(row: tuple[Any, ...]) -> dict[str, Any]:
    """The line of an attempt, from its row."""
    line = dict(zip(ATTEMPT_KEYS, ("attempt", *row), strict=True))
    line["concepts"] = parse_concepts(line["concepts"])
    return line


def _card_lines(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """The lines of cards, from their rows (question, due, state)."""
    return [
        {"type": "card", "question": question, "due": due, "state": json.loads(state)}
        for question, due, state in _refuse_blobs(rows)
    ]


def _refuse_blobs(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, unchanged, so that no damage is exported: `Store.fetch` repairs the record at this error.

    Raises:
        ValueError: one holds a blob in the place of a text or a number.
    """
    if any(isinstance(value, bytes) for row in rows for value in row):
        raise ValueError("a blob where a text or a number belongs")
    return rows


def _rows_as_lines(store: Store, line_type: str, columns: Sequence[str], source: str) -> list[dict[str, Any]]:
    """A line of the type `line_type` for each row; `source` is what follows FROM in SQL."""
    rows = store.fetch(_refuse_blobs, f"SELECT {', '.join(columns)} FROM {source}")
    return [{"type": line_type, **dict(zip(columns, row, strict=True))} for row in rows]


def import_record(store: Store, path: Path) -> int:
    """Add what the export at `path` has and the record lacks, in one transaction; return how many attempts were new.

    Raises:
        UsageError: the file cannot be read or is not an export; nothing was changed.
    """
    try:
        with open_to_read(path) as file:
            return import_lines(store, show_path(path), file)
    except OSError as error:
        reason = error.strerror or error
        raise UsageError(
            f"{show_path(path)} cannot be read ({reason}); give a file that chainrule export or hand-in wrote"
        ) from None


def import_lines(store: Store, name: str, file: BinaryIO) -> int:
    """Import from an open file or a pipe, which messages call `name`; return how many attempts were new.

    Raises:
        UsageError: it is not an export; nothing was changed.
    """
    with store.transaction(f"what is in {name}") as database, larger_cache(database):
        head, items = read_export(name, file)
        return merge(database, items, store.clock(), expected_attempts=head.attempts).attempts


def read_export(
    name: str,
    file: BinaryIO,
    on_review: ReviewCallback = lambda question, at: None,
    on_digest: DigestCallback = lambda digest: None,
) -> tuple[Head, Iterator[RecordItem]]:
    """The first line of an export, and an iterator over the items in the others, which reads and checks line by line.

    `on_review` is called with each question in the schedule and the time of its last answer; `on_digest` is called at
    the end with the digest of what was read, which is that of the first line unless the file was changed.

    Raises:
        UsageError: it is not an export, or (while its items are asked for) it is damaged.
    """
    file, head, digest = _open_export(name, file)
    return head, _read_lines(name, file, head, digest, on_review, on_digest)


def _open_export(name: str, file: BinaryIO) -> tuple[BinaryIO, Head, ExportDigest]:
    """Read the first line: (file with the lines below it, in UTF-8; the first line; the digest so far).

    Raises:
        UsageError: it is not an export.
    """
    first_line = file.readline(MAX_LINE_BYTES)
    if first_line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file = _recode(name, first_line, file)
        first_line = file.readline(MAX_LINE_BYTES)
    first_line = first_line.removeprefix(codecs.BOM_UTF8)
    head, digest = _decode_first_line(name, first_line)
    return file, head, digest


def _read_lines(
    name: str, file: BinaryIO, head: Head, digest: ExportDigest, on_review: ReviewCallback, on_digest: DigestCallback
) -> Iterator[RecordItem]:
    """The items in the lines below the first.

    Raises:
        UsageError: a line is damaged, or there are more or fewer than the first line says.
    """
    decoder = msgspec.json.Decoder(Line)
    counts = dict.fromkeys(COUNT_NAMES.values(), 0)
    attempt_keys: set[str] = set()
    number = 1  # the last line of the file, if nothing follows the first
    for number, raw_line in _nonempty_lines(name, file):
        where = f"{name}:{number}"
        line = _decode_line(where, decoder, raw_line)
        digest.add(raw_line.strip(BLANK_BYTES))
        count_name = COUNT_NAMES[type(line)]
        counts[count_name] += 1
        if counts[count_name] > getattr(head, count_name):
            raise _import_error(f"{where}: there are more {count_name} than the first line says")
        if isinstance(line, AttemptLine):
            attempt_keys.add(line.key)
        elif isinstance(line, (UndoneLine, RegradeLine)) and line.key not in attempt_keys:
            raise _import_error(f"{where}: no line before it has the attempt '{clip(line.key)}'")
        if isinstance(line, CardLine):
            _report_review(line, on_review)
        item = _item_from(line)
        if item is not None:
            yield item
    if any(count != getattr(head, count_name) for count_name, count in counts.items()):
        where_it_ends = _describe_early_end(counts["attempts"], head.attempts)
        raise _import_error(f"{name}:{number}: the file ends early, {where_it_ends}")
    on_digest(digest.hexdigest())


def _describe_early_end(read_count: int, total_count: int) -> str:
    """Say where a file ends that has fewer lines than it should; both counts are of attempts."""
    if read_count < total_count:
        return f"with {read_count:,} of its {counted(total_count, 'answer')}"
    if total_count:
        return "after its last answer: what came below the answers is cut off"
    return "what it held is cut off"


def _report_review(line: CardLine, on_review: ReviewCallback) -> None:
    """Call `on_review` with the question of a card and when it was answered last, if the card says so."""
    with contextlib.suppress(ValueError, TypeError, KeyError):  # a damaged card is harmless: cards are recomputed
        at = datetime.fromisoformat(line.state["last_review"])
        if at.tzinfo is not None and at.year in YEAR_RANGE:
            on_review(line.question, at)


def _recode(name: str, first_line: bytes, file: BinaryIO) -> BinaryIO:
    """The contents in UTF-8 of a file in UTF-16, which is what `>` writes in Windows PowerShell.

    `first_line` was read from the file already.
    """
    data = first_line + file.read(MAX_RECODED_BYTES + 1)
    if len(data) > MAX_RECODED_BYTES:
        raise _import_error(f"{name}: this is too large for UTF-16; save it as UTF-8")
    try:
        return io.BytesIO(data.decode("utf-16").encode())
    except UnicodeError:
        raise _import_error(f"{name}:1: {NOT_AN_EXPORT}") from None


def _nonempty_lines(name: str, file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of each line below the first that is not empty; too large a file raises a `UsageError`."""
    bytes_read = 0
    number = 1  # of the first line, which was read before
    while raw_line := file.readline(MAX_LINE_BYTES):
        number += 1
        bytes_read += len(raw_line)
        if bytes_read > MAX_IMPORT_BYTES or number > MAX_IMPORT_LINES:
            raise _import_error(f"{name}:{number}: this is larger than any record")
        if raw_line.strip(BLANK_BYTES):
            yield number, raw_line


def _item_from(line: Line) -> RecordItem | None:
    """Make the record item of a line; `None` for a card, since cards are recomputed from the attempts."""
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


def _decode_line(where: str, decoder: "msgspec.json.Decoder[Line]", raw_line: bytes) -> Line:
    """Decode a line, which messages call `where`. The last line of a file may lack its line end, if it is complete.

    Raises:
        UsageError: it is damaged or impossible.
    """
    if len(raw_line) == MAX_LINE_BYTES and not raw_line.endswith(b"\n"):  # only that much of the line was read
        raise _import_error(f"{where}: the line is too long")
    try:
        line = decoder.decode(raw_line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        reason = explain_decode_error(str(error)) if raw_line.endswith(b"\n") else "the last line is cut off"
        raise _import_error(f"{where}: {reason}") from None
    contradiction = find_contradiction(line)
    if contradiction:
        raise _import_error(f"{where}: {contradiction}")
    return line


def _import_error(message: str) -> UsageError:
    """The error on a file that cannot be imported."""
    return UsageError(f"{message}{NOTHING_CHANGED}")


def _decode_first_line(name: str, raw_line: bytes) -> tuple[Head, ExportDigest]:
    """Decode the first line of an export; the digest begins with all of its keys, known or not.

    Raises:
        UsageError: it is not that of an export, or of a newer format.
    """
    if not raw_line:
        raise _import_error(f"{name}:1: {NOT_AN_EXPORT}: it is empty")
    try:
        head = msgspec.json.decode(raw_line, type=Head)
        digest = ExportDigest(msgspec.json.decode(raw_line))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise _import_error(f"{name}:1: {NOT_AN_EXPORT}") from None
    if head.format not in READABLE_FORMATS:
        raise _import_error(f"{name}:1: this file has format {head.format}; update Chainrule to read it")
    return head, digest

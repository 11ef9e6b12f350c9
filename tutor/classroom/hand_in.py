"""Reads what a learner handed in: one file, checked line by line, whole or not at all."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tutor.characters import visible
from tutor.errors import UsageError, clip
from tutor.files import open_to_read, show_path
from tutor.progress.record.digest import is_digest_expected
from tutor.progress.record.exported_lines import Head
from tutor.progress.record.owner import MAX_OWNER_LENGTH, Owner
from tutor.progress.record.transfer import NOTHING_CHANGED, read_export
from tutor.progress.safety.merge import ReadingPosition, RecordItem, StoredText
from tutor.progress.tables.attempt import YEAR_RANGE, Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade, Undone
from tutor.progress.tables.paths import RECORD_NAME
from tutor.progress.tables.resets import Reset, read_resets
from tutor.quiz.sittings import Sitting, read_sittings
from tutor.settings.table import SETTINGS_FILE

HAND_IN_ENDING = ".jsonl"
MAX_HAND_IN_BYTES = 2**26
"""The most bytes of a hand-in; no learner's answers to a course take as many."""
MAX_HAND_INS = 5000
"""The most files that one run of `chainrule class` reads, and the most learners on a class list."""


@dataclass(frozen=True)
class HandIn:
    """One file of a learner."""

    file: str
    owner: Owner
    histories: tuple[AttemptHistory, ...]
    """Every answer with its later undo and grades, the oldest first."""
    moments: tuple["Moment", ...] = ()
    """When each thing in the file happened, of whatever type it is."""
    reviews: Mapping[str, datetime] = field(default_factory=dict)
    """Question → the time of its last answer according to the schedule in the file."""
    out_of_order: tuple[AttemptHistory, ...] = ()
    """Answers that follow later ones in the file, although the program writes answers in the order of time."""
    is_record: bool = False
    """Whether it is the record itself, which nobody handed in."""
    sittings: tuple[Sitting, ...] = ()
    """The exams that were begun, the earliest first."""
    resets: tuple[Reset, ...] = ()
    """What was begun again with `chainrule reset`, the earliest first."""
    was_changed: bool | None = False
    """Whether the file was changed after it was written; `None` if it has no digest that would show it."""
    lost_digest: bool = False
    """Whether it has no digest although the program that wrote it writes one into every file."""
    remarks: tuple[str, ...] = ()
    """Further remarks on the file for the teacher, in words."""


class Moment(NamedTuple):
    """When something in a hand-in happened."""

    event: str
    """A noun phrase for a sentence: "an answer to adam-bias"."""
    at: datetime


def find_files(paths: Iterable[Path]) -> tuple[list[Path], int]:
    """(hand-ins and records in `paths` and in folders below them, number of other files in these folders).

    Only the record is taken from a learner's own folder, such as one of a class that is served; the record need not
    exist yet.

    Raises:
        UsageError: a name that is not there, or more files than a class has.
    """
    hand_ins: dict[Path, None] = {}  # in their order, each once
    other_files: set[Path] = set()
    for path in paths:
        if not path.is_dir():
            if not os.path.lexists(path):
                raise UsageError(f"{show_path(path)} is not there; give the hand-ins, or the folder they lie in")
            hand_ins[path] = None
            continue
        for file in _files_below(path):
            if file.suffix.lower() == HAND_IN_ENDING or file.name == RECORD_NAME:
                hand_ins[file] = None
            else:
                other_files.add(file)
            if len(hand_ins) + len(other_files) > MAX_HAND_INS:
                raise UsageError(f"{show_path(path)} holds more than {MAX_HAND_INS:,} files; give a smaller folder")
    return list(hand_ins), len(other_files)


def _files_below(folder: Path) -> Iterator[Path]:
    """The files in a folder and in those below it, without hidden ones.

    A folder with a record or a settings file is a learner's own: only its record is returned, which may not exist yet.
    """
    for name, folders, files in os.walk(folder):
        if RECORD_NAME in files or SETTINGS_FILE in files:
            folders.clear()  # so that `os.walk` does not go into them
            yield Path(name, RECORD_NAME)
            continue
        folders[:] = sorted(subfolder for subfolder in folders if not subfolder.startswith("."))
        yield from (Path(name, file) for file in sorted(files) if not file.startswith("."))


def read_hand_in(path: Path) -> HandIn:
    """Read a file that a learner handed in, with all that shows whether it was changed after it was written.

    Raises:
        UsageError: it cannot be read, is no hand-in or is damaged; one line says what and where.
    """
    name = show_path(path)
    try:
        with open_to_read(path) as file:
            if os.fstat(file.fileno()).st_size > MAX_HAND_IN_BYTES:
                raise UsageError(f"{name}: this is larger than any hand-in")
            reviews: dict[str, datetime] = {}
            digests: list[str] = []  # gets the digest of the lines once all of them were read
            head, items = read_export(name, file, on_review=reviews.__setitem__, on_digest=digests.append)
            record_items = list(items)  # reads the lines, which also fills `reviews` and `digests`
    except OSError as error:
        raise UsageError(f"{name}: this cannot be read ({error.strerror or error})") from None
    except UsageError as error:  # its message speaks of an import
        raise UsageError(str(error).removesuffix(NOTHING_CHANGED)) from None
    histories_as_written = _join_histories(record_items)
    histories = tuple(sorted(histories_as_written, key=lambda history: history.attempt.at))
    stored_texts = [item for item in record_items if isinstance(item, StoredText)]
    was_changed = None if not head.digest else head.digest not in digests
    programs = _list_programs(head, histories)
    return HandIn(
        name,
        _read_owner(head),
        histories,
        moments=tuple(_list_moments(record_items, reviews)),
        reviews=reviews,
        out_of_order=_find_out_of_order(histories_as_written),
        sittings=tuple(read_sittings(stored_texts)),
        resets=tuple(read_resets(stored_texts)),
        was_changed=was_changed,
        lost_digest=not head.digest and is_digest_expected(head.format, programs),
    )


def read_claimed_name(path: Path) -> str:
    """The learner's name in the first line of a file whose other lines may be damaged; "" if there is none."""
    try:
        with open_to_read(path) as file:
            head, _unread_items = read_export(path.name, file)
            return _read_owner(head).name
    except (OSError, UsageError):
        return ""


def _find_out_of_order(histories: Iterable[AttemptHistory]) -> tuple[AttemptHistory, ...]:
    """The answers that follow a later answer in the file; `histories` are in the order of the file."""
    latest: datetime | None = None
    out_of_order = []
    for history in histories:
        at = history.attempt.at
        if latest is not None and at < latest:
            out_of_order.append(history)
        latest = at if latest is None else max(latest, at)
    return tuple(out_of_order)


def _list_moments(items: Iterable[RecordItem], reviews: Mapping[str, datetime]) -> Iterator[Moment]:
    """When each thing in a hand-in happened."""
    for item in items:
        match item:
            case Attempt():
                yield Moment(f"an answer to {clip(item.question, 40)}", item.at)
            case Undone():
                yield Moment("an answer that was taken back", item.at)
            case Regrade():
                yield Moment("an answer that was graded again", item.at)
            case ReadingPosition():
                yield Moment(f"a page of {clip(item.lesson, 40)} that was read", item.at)
            case StoredText():
                stored_time = _read_time(item.value)  # some of the stored texts are moments
                if stored_time is not None:
                    yield Moment("a note of the program", stored_time)
    for question, at in reviews.items():
        yield Moment(f"a review of {clip(question, 40)}", at)


def _join_histories(items: Iterable[RecordItem]) -> list[AttemptHistory]:
    """Each attempt with what happened to it later."""
    attempts: dict[str, Attempt] = {}
    undone: dict[str, datetime] = {}
    regrades: dict[str, list[Regrade]] = {}
    for item in items:
        match item:
            case Attempt():
                attempts.setdefault(item.key, item)
            case Undone():
                undone.setdefault(item.key, item.at)
            case Regrade():
                regrades.setdefault(item.key, []).append(item)
    histories = []
    for key, attempt in attempts.items():
        later_grades = sorted(regrades.get(key, ()), key=lambda regrade: regrade.at)
        histories.append(AttemptHistory(attempt, undone.get(key), tuple(later_grades)))
    return histories


def _list_programs(head: Head, histories: Iterable[AttemptHistory]) -> Iterator[str]:
    """The program versions that a file names: the one that wrote it, and those that graded its answers."""
    yield _read_label(head.program)
    yield from (history.attempt.program for history in histories)


def _read_owner(head: Head) -> Owner:
    return Owner(
        _read_label(head.owner), _read_label(head.student_id), _read_label(head.assignment), _read_time(head.handed_in)
    )


def _read_label(value: object) -> str:
    """A text of the first line, on one line and with hidden characters shown; "" if the value is no text."""
    return clip(visible(" ".join(value.split())), MAX_OWNER_LENGTH) if isinstance(value, str) else ""


def _read_time(value: object) -> datetime | None:
    """Parse a time with a time zone, in UTC; `None` for any other text, and for a year outside `YEAR_RANGE`."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None and at.year in YEAR_RANGE else None

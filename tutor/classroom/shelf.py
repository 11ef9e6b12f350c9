"""The assignments that a learner keeps: the files in the folder `assignments` beside the record, and those for all."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.classroom.assignment import ENDINGS, Assignment, format_span, read_assignment, short_deadline_words
from tutor.errors import UsageError, clip, nearest
from tutor.files import show_path
from tutor.patterns import compile_lazily
from tutor.progress.tables.attempt import Attempt
from tutor.progress.tables.paths import ASSIGNMENTS, assignment_folders, home

if TYPE_CHECKING:
    from tutor.content.course import Course

_NUMBERS = compile_lazily("[0-9]+")
MAX_ASSIGNMENTS = 20
"""How many files of the folder are read."""


def list_kept_files(record_folder: Path) -> list[Path]:
    """The files of the folder and of the shared one, by name; of two of one name the learner's own."""
    by_name: dict[str, Path] = {}
    for folder in assignment_folders(record_folder):
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if path.suffix.lower() in ENDINGS:
                    by_name.setdefault(path.name, path)
    return [by_name[name] for name in sorted(by_name)][:MAX_ASSIGNMENTS]


def find_assignment(given: str, course: "Course") -> Path:
    """The file of an assignment that is given by its path, or, where it is kept, by its file's name or its title.

    Raises:
        UsageError: there is none.
    """
    if not given.strip():
        raise UsageError("name an assignment: its file, or the name or title of one that is kept")
    path = Path(given)
    if path.exists() or path.name != given:
        return path
    folder = home()
    kept = find_kept(given, course, folder)
    if kept is None:
        known = ", ".join(each.name for each in list_kept_files(folder)) or "no assignment"
        raise UsageError(
            f"{clip(given)}: there is no such file here, and the folder {show_path(folder / ASSIGNMENTS)} has {known}"
        )
    return kept


def find_kept(given: str, course: "Course", record_folder: Path) -> Path | None:
    """The assignment that is kept under this file's name, with or without its ending, or with this title."""
    files = list_kept_files(record_folder)
    named = [path for path in files if given in {path.name, path.stem}]
    if named or not files:
        return named[0] if named else None
    wanted = " ".join(given.split()).casefold()
    titled = zip(files, read_kept_assignments(files, course), strict=True)
    return next(
        (path for path, each in titled if isinstance(each, Assignment) and each.title.casefold() == wanted), None
    )


def suggest_kept(given: str, record_folder: Path) -> str:
    """The name of a kept file that is meant by a word that names none; "" where none is near.

    A word with another number, as week-4 beside week-3, is another assignment.
    """
    names = [path.stem for path in list_kept_files(record_folder)]
    near = nearest(given, names)
    return near if near and _NUMBERS.findall(near) == _NUMBERS.findall(given) else ""


def read_kept_assignments(files: Sequence[Path], course: "Course") -> Iterator[Assignment | str]:
    """Each assignment, or what is wrong with its file."""
    for path in files:
        try:
            yield read_assignment(path, course)
        except UsageError as error:
            yield str(error).replace(show_path(path), path.name, 1)


def describe_kept(
    files: Sequence[Path], course: "Course", attempts: Sequence[Attempt], now: datetime
) -> list[dict[str, Any]]:
    """How far each assignment is, in figures and in words; of one whose file has a fault, that in words alone."""
    states: list[dict[str, Any]] = []
    for each in read_kept_assignments(files, course):
        if isinstance(each, str):
            states.append(dict.fromkeys(("title", "answered", "right", "wanted", "deadline")) | {"words": each})
            continue
        answered, right = each.count_answers(attempts)
        figures = {"title": each.title, "answered": answered, "right": right, "wanted": each.wanted}
        deadline = None if each.deadline is None else each.deadline.isoformat()
        states.append(figures | {"deadline": deadline, "words": map_words(each, attempts, now)})
    return states


def map_words(assignment: Assignment, attempts: Sequence[Attempt], now: datetime) -> str:
    """One assignment for the course map: `Week 3 · exam, 40 minutes · 2 of 10 answered · 3 days left`."""
    answered, _ = assignment.count_answers(attempts)
    is_plain = assignment.kind_words == "practice"
    parts = [assignment.title, *([] if is_plain else [assignment.kind_words])]
    parts += [f"{min(answered, assignment.wanted):,} of {assignment.wanted:,} answered"]
    if assignment.deadline is not None:
        late = assignment.lateness_of(now)
        left = (
            f"{format_span(assignment.deadline - now)} left, until"
            if late is None
            else f"{format_span(late)} late, was due"
        )
        parts.append(f"{left} {short_deadline_words(assignment.deadline)}")
    parts += [assignment.remark] if assignment.remark else []
    return " · ".join(parts)

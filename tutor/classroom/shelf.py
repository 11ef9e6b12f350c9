"""The assignments that a learner keeps: files in the folder `assignments` beside the record, and in the shared one."""

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
    """The files in the learner's folder and in the shared one, by name; the learner's own hides a shared one."""
    by_name: dict[str, Path] = {}
    for folder in assignment_folders(record_folder):
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                if path.suffix.lower() in ENDINGS:
                    by_name.setdefault(path.name, path)
    return [by_name[name] for name in sorted(by_name)][:MAX_ASSIGNMENTS]


def find_assignment(name: str, course: "Course") -> Path:
    """Find the file of an assignment by its path, or, if it is kept, by its file's name or its title.

    A path with a folder is returned even if no file is there: the error of reading it says what is wrong.

    Raises:
        UsageError: it is a bare name, and neither a file here nor a kept assignment has it.
    """
    if not name.strip():
        raise UsageError("name an assignment: its file, or the name or title of one that is kept")
    path = Path(name)
    if path.exists():
        return path
    record_folder = home()
    kept_file = find_kept_assignment(name, course, record_folder)  # a title may have a slash in it, as a path has
    if kept_file is None and path.name != name:
        return path
    if kept_file is None:
        known = ", ".join(file.name for file in list_kept_files(record_folder)) or "no assignment"
        folder = show_path(record_folder / ASSIGNMENTS)
        raise UsageError(f"{clip(name)}: there is no such file here, and the folder {folder} has {known}")
    return kept_file


def find_kept_assignment(name: str, course: "Course", record_folder: Path) -> Path | None:
    """The kept file with this name (with or without its ending) or with this title; `None` if there is none."""
    files = list_kept_files(record_folder)
    for file in files:
        if name in {file.name, file.stem}:
            return file
    title = " ".join(name.split()).casefold()
    for file, assignment in zip(files, read_kept_assignments(files, course), strict=True):
        if isinstance(assignment, Assignment) and assignment.title.casefold() == title:
            return file
    return None


def suggest_kept_name(name: str, record_folder: Path) -> str:
    """The name of the kept file that an unknown `name` probably means; "" if none is similar.

    Names that differ in a number, such as week-3 and week-4, are different assignments and never suggested.
    """
    kept_names = [path.stem for path in list_kept_files(record_folder)]
    suggestion = nearest(name, kept_names)
    has_same_numbers = _NUMBERS.findall(suggestion or "") == _NUMBERS.findall(name)
    return suggestion if suggestion and has_same_numbers else ""


def read_kept_assignments(files: Sequence[Path], course: "Course") -> Iterator[Assignment | str]:
    """Each assignment, or what is wrong with its file."""
    for path in files:
        try:
            yield read_assignment(path, course)
        except UsageError as error:
            yield str(error).replace(show_path(path), path.name, 1)


def describe_kept_assignments(
    files: Sequence[Path], course: "Course", attempts: Sequence[Attempt], now: datetime
) -> list[dict[str, Any]]:
    """Describe how far each assignment is, in figures and words; for a file with a fault, the fault in words only."""
    states: list[dict[str, Any]] = []
    for assignment in read_kept_assignments(files, course):
        if isinstance(assignment, str):  # what is wrong with its file
            no_figures = dict.fromkeys(("title", "answered", "right", "wanted", "deadline"))
            states.append({**no_figures, "words": assignment})
            continue
        answered, right = assignment.count_answers(attempts)
        states.append(
            {
                "title": assignment.title,
                "answered": answered,
                "right": right,
                "wanted": assignment.wanted,
                "deadline": None if assignment.deadline is None else assignment.deadline.isoformat(),
                "words": course_map_words(assignment, attempts, now),
            }
        )
    return states


def course_map_words(assignment: Assignment, attempts: Sequence[Attempt], now: datetime) -> str:
    """Describe an assignment for the course map: `Week 3 · exam, 40 minutes · 2 of 10 answered · 3 days left`."""
    answered, _ = assignment.count_answers(attempts)
    is_plain = assignment.kind_words == "practice"
    parts = [assignment.title, *([] if is_plain else [assignment.kind_words])]
    parts += [f"{min(answered, assignment.wanted):,} of {assignment.wanted:,} answered"]
    if assignment.deadline is not None:
        late = assignment.lateness_of(now)
        if late is None:
            time_words = f"{format_span(assignment.deadline - now)} left, until"
        else:
            time_words = f"{format_span(late)} late, was due"
        parts.append(f"{time_words} {short_deadline_words(assignment.deadline)}")
    if assignment.remark:
        parts.append(assignment.remark)
    return " · ".join(parts)

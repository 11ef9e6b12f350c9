"""Finds all faults of lessons: those that keep them from opening, and those that only concern authors."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tutor.content.check_memory import CheckMemory
from tutor.content.checks.blocks import all_block_notes
from tutor.content.checks.lesson import shape_notes
from tutor.content.checks.phrasing import phrasing_notes
from tutor.content.find import MAX_LESSONS, lesson_files, lessons_folder
from tutor.content.front_matter import read_front_matter
from tutor.content.model import Heading, LessonFault
from tutor.content.names import index_names, name_faults
from tutor.content.read import ParsedLesson, read_lesson
from tutor.content.yaml_tree import Note
from tutor.errors import ChainruleError

ReportProgress = Callable[[int, int], None]
"""Called with the number of lessons that are checked, and the number of all that are to be checked."""

MAX_SEQUENTIAL = 3
"""Up to this many lessons are checked in this process, which is faster than starting several processes first."""


def check(
    paths: Sequence[Path], report_progress: ReportProgress | None = None, memory: CheckMemory | None = None
) -> list[LessonFault]:
    """Find all faults of the lessons at `paths`, which are folders or files; sorted by file and line.

    The checked lessons may refer to other lessons in the same folders and in the course; these are not checked. Many
    lessons are checked in parallel, in as many processes as there are processors.

    Args:
        paths: folders or files.
        report_progress: called after each lesson.
        memory: a lesson that it knows to be without fault is not checked again, except for its links and ids: a change
            in another lesson may have broken these.
    """
    files, faults = _find_lessons(paths)
    parsed_lessons = [read_lesson(file) for file in files.values()]
    for parsed_lesson in parsed_lessons:
        faults += parsed_lesson.faults
    unchecked = list(files.values()) if memory is None else memory.unchecked(list(files.values()))
    with closing(_check_files(unchecked)) as checked_lessons:
        for checked_count, (lesson, lesson_faults) in enumerate(checked_lessons, 1):
            faults += lesson_faults
            if memory is not None and not lesson_faults:
                memory.add(lesson)
            if report_progress is not None:
                report_progress(checked_count, len(unchecked))
    if memory is not None:
        memory.save()
    headings = [parsed_lesson.heading for parsed_lesson in parsed_lessons if parsed_lesson.heading]
    names = index_names([*headings, *_neighbour_headings(files)])
    faults += name_faults(parsed_lessons, names)
    return sorted(set(faults))


def _find_lessons(paths: Sequence[Path]) -> tuple[dict[Path, Path], list[LessonFault]]:
    """Find the lessons' files at `paths`, folders or files: (absolute path → path as given, faults of the folders)."""
    files: dict[Path, Path] = {}
    faults: list[LessonFault] = []
    for path in paths:
        try:
            lesson_paths = lesson_files(path) if path.is_dir() else [path]
        except OSError as error:
            faults.append(LessonFault(path, 1, f"this folder cannot be read: {error.strerror}"))
            continue
        if not lesson_paths:
            faults.append(
                LessonFault(path, 1, "this folder holds no lessons; a lesson is a file such as 01-my-topic.md")
            )
        if len(lesson_paths) > MAX_LESSONS:
            faults.append(LessonFault(path, 1, f"this folder holds more than {MAX_LESSONS} lessons; divide it"))
        for file in lesson_paths[:MAX_LESSONS]:
            files.setdefault(file.absolute(), file)
    return files, faults


def _check_files(files: Sequence[Path]) -> Generator[tuple[Path, list[LessonFault]], None, None]:
    """Yield each of `files` with the faults within it, in the order in which the processes finish them.

    The processes are stopped if this generator is closed early.
    """
    process_count = min(os.cpu_count() or 1, len(files))
    if process_count < 2 or len(files) <= MAX_SEQUENTIAL:
        yield from ((file, faults_within(file)) for file in files)
        return
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
    from multiprocessing import active_children, get_context

    other_children = set(active_children())
    pool = ProcessPoolExecutor(process_count, get_context("spawn"), initializer=_ignore_interrupts)
    try:
        with _hold_interrupts():
            file_by_job = {pool.submit(faults_within, file): file for file in files}
        for job in as_completed(file_by_job):
            try:
                yield file_by_job[job], job.result()
            except BrokenExecutor:
                raise ChainruleError("a process of the check was stopped; check fewer lessons at a time") from None
    except BaseException:  # also GeneratorExit, when the generator is closed
        for process in set(active_children()) - other_children:  # the pool's, of which it has no list
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _hold_interrupts() -> Iterator[None]:
    """Delay Ctrl+C while workers start: a worker that is interrupted while it starts hangs or prints a traceback."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)


def _ignore_interrupts() -> None:
    """Make a worker ignore Ctrl+C, which a terminal sends to all processes at once: the main process handles it.

    The main process may ignore it too, as programs started in the background do. The check then goes on, and a worker
    that Ctrl+C had ended would be reported as stopped by the system.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def faults_within(path: Path) -> list[LessonFault]:
    """Find the faults within the lesson at `path`, beyond those that are found in reading it."""
    return [LessonFault(path, line, message) for line, message in lesson_notes(read_lesson(path))]


def _neighbour_headings(files: dict[Path, Path]) -> Iterator[Heading]:
    """Yield the headings of lessons that are not checked, but whose names count as known.

    These are the other lessons in the folders of `files`, the checked ones, and those of the course.
    """
    folders = {file.parent for file in files} | {lessons_folder().absolute()}
    for folder in sorted(folders):
        try:
            unchecked = [file for file in lesson_files(folder) if file not in files]
        except OSError:
            continue
        for file in unchecked:
            heading = read_front_matter(file).heading
            if heading is not None:
                yield heading


def lesson_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """Find the faults within one lesson, beyond those that were found in reading it."""
    yield from shape_notes(parsed_lesson)
    yield from phrasing_notes(parsed_lesson)
    yield from all_block_notes(parsed_lesson)

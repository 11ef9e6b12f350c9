"""Looks a class over: reads its files, grades every answer again and says what it shows."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.classroom.assignment import Assignment
from tutor.classroom.graded import grade_learner
from tutor.classroom.hand_in import HAND_IN_ENDING, HandIn, find_files, read_hand_in
from tutor.classroom.items import question_rows
from tutor.classroom.learners import find_copies, group_learners
from tutor.classroom.report import ClassReport, FileFault
from tutor.classroom.rows import LessonItems, learner_row, lesson_items
from tutor.errors import UsageError
from tutor.quiz.regrading import Regrader
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course


def make_class_report(
    course: "Course",
    paths: Iterable[Path],
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, all: None,
    assignment: Assignment | None = None,
) -> tuple[ClassReport, list[LessonItems]]:
    """The report on the hand-ins at `paths`, and the lessons that any learner worked in.

    An unreadable file is named and skipped. `progress` is called with the number of learners done.

    Raises:
        UsageError: a path is not there, or there is no hand-in.
    """
    files, others = find_files(paths)
    if not files:
        raise UsageError(f"there is no hand-in in it: no file whose name ends in {HAND_IN_ENDING}")
    hand_ins, faults = _read_all(files)
    learners, remarks = group_learners(hand_ins)
    if others:
        remarks.append(f"{counted(others, 'other file')} in the folder left alone: hand-ins end in {HAND_IN_ENDING}")
    regrader, graded = Regrader(course), []
    for done, learner in enumerate(learners):
        progress(done, len(learners))
        graded.append(grade_learner(learner, regrader, course))
    progress(len(learners), len(learners))
    lessons = lesson_items(course, {each.lesson for learner in graded for each in learner.answers})
    report = ClassReport(
        chainrule="class",
        version=1,
        program=__version__,
        made_at=now.isoformat(),
        files=len(files),
        assignment="" if assignment is None else assignment.title,
        learners=[learner_row(each, lessons, assignment) for each in graded],
        questions=question_rows(graded, course),
        copies=find_copies(learners),
        faults=faults,
        remarks=remarks,
    )
    return report, lessons


def _read_all(files: Iterable[Path]) -> tuple[list[HandIn], list[FileFault]]:
    hand_ins, faults = [], []
    for path in files:
        try:
            hand_ins.append(read_hand_in(path))
        except UsageError as error:
            faults.append(FileFault(str(path), str(error)))
    return hand_ins, faults

"""Looks a class over: reads its files, grades every answer again and says what it shows."""

import shlex
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.classroom.assignment import Assignment
from tutor.classroom.class_list import ListedLearner, complete_class
from tutor.classroom.gradebook import find_gradebook_faults
from tutor.classroom.graded import grade_learner
from tutor.classroom.hand_in import HAND_IN_ENDING, HandIn, find_files, read_claimed_name, read_hand_in
from tutor.classroom.learners import Learner, find_copied_files, find_copies, group_learners
from tutor.classroom.question_statistics import make_question_rows
from tutor.classroom.records import read_record, read_record_owner
from tutor.classroom.report import ClassReport, FileFault
from tutor.classroom.rows import LessonItems, list_lesson_items, make_learner_row
from tutor.classroom.suspicion import find_shared_ids_of_learners, find_suspicions
from tutor.errors import UsageError, clip
from tutor.files import show_path
from tutor.progress.tables.paths import RECORD_NAME
from tutor.quiz.regrading import Regrader
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course

MAX_NAMED_FOLDERS = 3
"""The most folders without a hand-in that a message names."""
MAX_NAMED_LEARNERS = 20
"""The most learners without a student_id, or files without a digest, that a remark names."""


def make_class_report(
    course: "Course",
    paths: Iterable[Path],
    now: datetime,
    report_progress: Callable[[int, int], None] = lambda done, total: None,
    assignment: Assignment | None = None,
    *,
    needs_ids: bool = False,
    listed: Sequence[ListedLearner] = (),
) -> tuple[ClassReport, list[LessonItems]]:
    """The report on the hand-ins at `paths`, and the lessons that any learner worked in.

    An unreadable file is named and skipped. `report_progress` is called with (learners done, all learners). With
    `needs_ids` a remark names the learners without a student_id. Every `listed` learner has a row, even without a
    hand-in.

    Raises:
        UsageError: a path is not there, or there is no hand-in.
    """
    folders = list(paths)
    files, other_count = find_files(folders)
    if not files:
        raise UsageError(
            f"there is no hand-in in {_folder_words(folders)}: no file whose name ends in {HAND_IN_ENDING}, "
            f"and no record ({RECORD_NAME}), here or in a folder below; give the folder that has them"
        )
    hand_ins, faults = _read_hand_ins(files)
    regrader = Regrader(course)
    learners, remarks = group_learners(hand_ins, now, regrader.recompute)
    remarks += [remark for hand_in in hand_ins for remark in hand_in.remarks]
    without_digest = [hand_in.file for hand_in in hand_ins if hand_in.was_changed is None and not hand_in.lost_digest]
    if without_digest:
        remarks.append(_no_digest_words(without_digest))
    if listed:
        learners, list_remarks = complete_class(learners, listed)
        remarks += list_remarks
    if other_count:
        remarks.append(
            f"{counted(other_count, 'other file')} in the folder left alone: hand-ins end in {HAND_IN_ENDING}"
        )
    remarks += _assignment_remarks(learners, assignment, needs_ids=needs_ids)
    graded_learners = []
    for done, learner in enumerate(learners):
        report_progress(done, len(learners))
        graded_learners.append(grade_learner(learner, regrader, course))
    report_progress(len(learners), len(learners))
    lessons = list_lesson_items(course, {answer.lesson for graded in graded_learners for answer in graded.answers})
    copies, shared_ids = find_copies(learners), find_shared_ids_of_learners(learners)
    rows = [
        make_learner_row(
            graded,
            lessons,
            assignment,
            unreadable=_find_unreadable_files(graded.learner, faults),
            suspect=find_suspicions(graded, copies, shared_ids, assignment),
        )
        for graded in graded_learners
    ]
    report = ClassReport(
        chainrule="class",
        version=1,
        program=__version__,
        made_at=now.isoformat(),
        files=len(files),
        assignment="" if assignment is None else assignment.title,
        learners=rows,
        questions=make_question_rows(graded_learners, course, find_copied_files(copies)),
        copies=copies,
        faults=faults,
        remarks=remarks,
        deadline=assignment.deadline.isoformat() if assignment is not None and assignment.deadline else None,
        wanted=None if assignment is None else assignment.wanted,
    )
    return report, lessons


def _find_unreadable_files(learner: Learner, faults: Iterable[FileFault]) -> list[str]:
    """The files that name this learner and could not be read."""
    name = learner.owner.name.casefold()
    return [fault.file for fault in faults if fault.learner.casefold() == name]


def _no_digest_words(files: Sequence[str]) -> str:
    """Name the files from older programs, which wrote no digest, so that changes in them may go unnoticed."""
    names = list(files[:MAX_NAMED_LEARNERS])
    if len(files) > MAX_NAMED_LEARNERS:
        names.append(f"{len(files) - MAX_NAMED_LEARNERS} more")
    is_single = len(files) == 1
    return (
        f"{counted(len(files), 'file')} of {'an older program has' if is_single else 'older programs have'} no digest, "
        f"so a change in {'it' if is_single else 'them'} may go unnoticed: {join_words(names)}"
    )


def _assignment_remarks(learners: Sequence[Learner], assignment: Assignment | None, *, needs_ids: bool) -> list[str]:
    """Remarks on what the assignment, or with `needs_ids` a gradebook, needs and the hand-ins lack."""
    remarks = [f"{assignment.title}: {assignment.remark}"] if assignment is not None and assignment.remark else []
    are_ids_wanted = needs_ids or (assignment is not None and assignment.keys.student_id)
    if are_ids_wanted:
        remarks += _missing_id_remarks(learners)
    if needs_ids:
        title = assignment.title if assignment is not None else ""
        remarks += find_gradebook_faults((learner.owner for learner in learners), title)
    if assignment is not None and assignment.deadline is not None:
        remarks += [
            f"{learner.files[0]} says no moment of handing in; the last thing in it counts as that"
            for learner in learners
            if learner.files and learner.owner.at is None and not learner.is_record
        ]
    return remarks


def _missing_id_remarks(learners: Sequence[Learner]) -> list[str]:
    """A remark that names the learners without a student_id; none where everybody gave one."""
    unknown = [learner for learner in learners if not learner.owner.student_id]
    if not unknown:
        return []
    names = join_words([clip(learner.owner.name, 30) for learner in unknown[:MAX_NAMED_LEARNERS]])
    more = f" and {len(unknown) - MAX_NAMED_LEARNERS} more" if len(unknown) > MAX_NAMED_LEARNERS else ""
    return [
        f"{len(unknown)} of {counted(len(learners), 'learner')} gave no student_id, and Moodle stops at the first "
        f"whom it does not know: {names}{more}; {_id_advice_words(unknown)}"
    ]


def _id_advice_words(learners: Sequence[Learner]) -> str:
    """Say how learners get a student_id: learners who hand in files set it; for served learners the teacher does."""
    served = [learner.owner.name for learner in learners if learner.is_record]
    parts = ["each sets student_id in the settings and hands in again"] if len(served) < len(learners) else []
    if served:
        example = shlex.quote(f"{served[0]} <ID>")
        parts.append(f"in a served class set it with: chainrule serve --roster FILE --add {example}")
    return "; ".join(parts)


def _folder_words(folders: Sequence[Path]) -> str:
    """The first folders by name, and how many more there are."""
    names = [show_path(folder) for folder in folders[:MAX_NAMED_FOLDERS]]
    unnamed_count = len(folders) - len(names)
    if unnamed_count:
        names.append(counted(unnamed_count, "more folder"))
    return join_words(names, "or")


def _read_hand_ins(files: Iterable[Path]) -> tuple[list[HandIn], list[FileFault]]:
    """The hand-ins and records that can be read, and a fault for each other file, with its learner's name if known."""
    hand_ins, faults = [], []
    for path in files:
        is_record = path.name == RECORD_NAME
        try:
            hand_ins.append(read_record(path) if is_record else read_hand_in(path))
        except UsageError as error:
            learner_name = read_record_owner(path).name if is_record else read_claimed_name(path)
            faults.append(FileFault(str(path), str(error), learner_name))
    return hand_ins, faults

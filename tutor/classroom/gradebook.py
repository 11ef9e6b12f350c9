"""A class as CSV, in the columns that the gradebooks of Canvas and Moodle import.

Canvas expects the columns Student, ID, SIS User ID, SIS Login ID and Section first, in this order, and takes every
further column for an assignment; a row "Points Possible" gives the full marks of each (lib/gradebook_importer.rb of its
source). Moodle reads one header row and a row for each learner. It finds its users by ID number, user name or e-mail
address, and asks for each column which grade or feedback it is (grade/import/csv of its source). A row that matches no
user stops the import. If the cell that identifies the user is empty, older versions of Moodle give the grades of that
row to the learner of the row before; an empty grade becomes a 0 in a new grade item. So no such cell is left empty.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from tutor.classroom.report import ClassReport, LearnerRow
from tutor.classroom.rows import LessonItems
from tutor.classroom.suspicion import reset_words, suspicion_words
from tutor.classroom.words import MAX_NAME_LENGTH, exam_words, late_words, missing_words
from tutor.errors import clip
from tutor.progress.record.owner import Owner
from tutor.progress.record.report import defuse_formulas
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

GradebookFormat = Literal["both", "canvas", "moodle"]
"""The gradebook whose columns a table has."""
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_COLUMNS = ("First name", "Last name", "ID number", "Username", "Email address")
MOODLE_FEEDBACK = "Feedback"
CHECK = "Check"
"""The last column of the format `both`, which neither gradebook imports: the reason to look at a mark first."""
TOTAL = "Chainrule total"
FULL_MARKS = 100
MAX_FEEDBACK = 300
"""The most characters of a remark for the column `Feedback`, which the learner may read."""
MAX_RESETS_NAMED = 2
"""The most resets that a remark names; more are only counted."""
NO_GRADE = "-"
"""What Moodle reads as no grade."""
NO_USER = "?"
"""Fills a cell that identifies no user, so that Moodle stops the import instead of taking another user."""
CANVAS_COMPUTED_COLUMN = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
"""The names of columns that Canvas computes itself, and ignores in an import."""
CANVAS_NUMBER_IN_TITLE = re.compile(r"\s\(\d+\)$")
"""The end of a column's name that Canvas takes for the number of one of its assignments."""


def make_gradebook_csv(report: ClassReport, lessons: Sequence[LessonItems], format: GradebookFormat = "both") -> str:
    """A CSV with a row for each learner: name and id, then scores out of 100 (assignment, lessons, code, total)."""
    has_code = any(row.exercises_solved for learner in report.learners for row in learner.lessons)
    assignment_titles = _assignment_titles(report)
    mark_titles = [*assignment_titles, *(f"Chainrule: {items.lesson}" for items in lessons)]
    mark_titles += ["Chainrule: code"] if has_code else []
    mark_titles.append(TOTAL)
    no_mark = "" if format == "canvas" else NO_GRADE
    rows = [_choose_cells(format, CANVAS_COLUMNS, mark_titles, (*MOODLE_COLUMNS, MOODLE_FEEDBACK), CHECK)]
    if format == "canvas":
        empty_cells = [""] * (len(CANVAS_COLUMNS) - 1)
        rows.append(["    Points Possible", *empty_cells, *([FULL_MARKS] * len(mark_titles))])
    for learner in report.learners:
        if learner.is_empty:
            marks: list[object] = [no_mark] * len(mark_titles)
        else:
            marks = _assignment_marks(learner, len(assignment_titles), no_mark)
            marks += _lesson_marks(learner, lessons, has_code)
        for_canvas = defuse_formulas(tuple(_canvas_names(learner)))
        for_moodle = defuse_formulas((*_moodle_names(learner), feedback_words(learner, report)))
        rows.append(_choose_cells(format, for_canvas, marks, for_moodle, suspicion_words(learner)))
    csv_text = io.StringIO()
    csv.writer(csv_text, lineterminator="\n").writerows(rows)
    return csv_text.getvalue()


def _choose_cells(
    format: GradebookFormat,
    for_canvas: Sequence[object],
    marks: Sequence[object],
    for_moodle: Sequence[object],
    check: str,
) -> list[object]:
    """One row of the table: those of these cells for which the format has a column, in this order."""
    cells = [*marks]
    if format != "moodle":
        cells = [*for_canvas, *cells]
    if format != "canvas":
        cells += for_moodle
    if format == "both":
        cells.append(check)
    return cells


def _assignment_titles(report: ClassReport) -> list[str]:
    """The title of the assignment's column and, if anybody was late, that of the column for answers in time."""
    is_any_late = any(learner.late_seconds is not None for learner in report.learners)
    titles = [f"Chainrule: {report.assignment}"] if report.assignment else []
    titles += [f"Chainrule: {report.assignment} (in time)"] if is_any_late else []
    return titles


def find_gradebook_faults(learners: Iterable[Owner], assignment: str) -> list[str]:
    """Say in one line each what would go wrong when Moodle or Canvas imports the file."""
    ids = [owner.student_id for owner in learners if owner.student_id]
    address_count = sum("@" in student_id for student_id in ids)
    faults = []
    if 0 < address_count < len(ids):
        faults.append(
            f"{counted(address_count, 'student_id')} of {len(ids)} are e-mail addresses and the others are not; "
            "Moodle finds its users by one of the two in an import, so let all be of one kind"
        )
    if CANVAS_COMPUTED_COLUMN.search(assignment):
        faults.append(f"Canvas passes over a column named like its own, such as '{assignment}': give another title")
    if CANVAS_NUMBER_IN_TITLE.search(assignment):
        faults.append(f"Canvas takes the number at the end of '{assignment}' for its own: give another title")
    return faults


def _assignment_marks(learner: LearnerRow, column_count: int, no_mark: str) -> list[object]:
    """The marks in the columns of the assignment: the mark for all answers, then that for the answers in time.

    `column_count` is 0 without an assignment, 2 if anybody was late, otherwise 1. `no_mark` is the cell for a learner
    without a mark. For a learner who was not late, both marks are the same.
    """
    if learner.score is None:
        return [no_mark] * column_count
    on_time = learner.score if learner.late_seconds is None else learner.score_on_time
    marks: list[object] = [learner.score, on_time]
    return marks[:column_count]


def _lesson_marks(learner: LearnerRow, lessons: Sequence[LessonItems], has_code: bool) -> list[object]:
    """The score of each lesson, the share of code exercises solved (if `has_code`), and the mean of the lessons."""
    score_of = {row.lesson: row.score for row in learner.lessons}
    scores = [score_of.get(items.lesson, 0.0) for items in lessons]  # 0 for a lesson in which nothing was done
    marks: list[object] = [*scores]
    if has_code:
        exercises = sum(len(items.exercises) for items in lessons)
        solved = sum(row.exercises_solved for row in learner.lessons)
        marks.append(round(FULL_MARKS * solved / exercises, 1) if exercises else 0.0)
    marks.append(round(sum(scores) / len(scores), 1) if scores else 0.0)
    return marks


def _canvas_names(learner: LearnerRow) -> list[str]:
    """The cells of `CANVAS_COLUMNS`; a student_id that is an e-mail address goes only into the login column."""
    student_id = learner.student_id
    sis_user_id = "" if "@" in student_id else student_id
    return [learner.name, "", sis_user_id, student_id, ""]


def _moodle_names(learner: LearnerRow) -> list[str]:
    """The cells of `MOODLE_COLUMNS`; an id or address that is unknown becomes `NO_USER`, which stops the import."""
    first_name, _, last_name = learner.name.partition(" ")
    student_id = learner.student_id
    login, address = ("", student_id) if "@" in student_id else (student_id, "")
    return [first_name, last_name, login or NO_USER, login or NO_USER, address or NO_USER]


def feedback_words(learner: LearnerRow, report: ClassReport) -> str:
    """Say what a teacher should look at before giving a grade; "" if nothing."""
    unread = f"{counted(len(learner.unreadable), 'file')} could not be read" if learner.unreadable else ""
    if learner.is_empty:
        return unread or missing_words(learner, report)
    lacks_assignment = report.assignment and learner.score is None
    unchecked = sum(msgspec.structs.astuple(learner.unchecked))  # its fields are counts, one for each reason
    notes = [  # a note is "" if there is nothing to say
        *_trust_words(learner),
        f"nothing for {clip(report.assignment, 40)}" if lacks_assignment else "",
        f"handed in {late_words(learner)}" if learner.late_seconds is not None else "",
        f"gave the student_id {clip(learner.unlisted_id, 40)}" if learner.unlisted_id else "",
        *_reset_notes(learner),
        f"exam {exam_words(learner)}" if _is_exam_odd(learner) else "",
        f"{counted(learner.undone, 'answer')} taken back" if learner.undone else "",
        _difference_words(learner),
        _shared_words(learner, report),
        f"{counted(unchecked, 'answer')} could not be graded again, worth nothing" if unchecked else "",
        unread,
    ]
    return clip("; ".join(note for note in notes if note), MAX_FEEDBACK)


def _reset_notes(learner: LearnerRow) -> list[str]:
    """Name each reset of a lesson or of the record; more than `MAX_RESETS_NAMED` are only counted, for brevity."""
    if len(learner.resets) > MAX_RESETS_NAMED:
        return [f"began lessons again {counted(len(learner.resets), 'time')}"]
    return [reset_words(reset, "") for reset in learner.resets]


def _difference_words(learner: LearnerRow) -> str:
    """Say how many grades in the file differ from the recomputed ones; "" for none."""
    count = len(learner.differences)
    if not count:
        return ""
    return f"{counted(count, 'grade')} in the file {'is' if count == 1 else 'are'} not what was recomputed"


def _shared_words(learner: LearnerRow, report: ClassReport) -> str:
    """Say how many answers a learner shares with another, or with how many others if there are several; "" for none."""
    copies = [copy for copy in report.copies if {*learner.files} & {*copy.files}]
    if len(copies) == 1:
        return f"{counted(copies[0].answers, 'answer')} also in another learner's file"
    return f"answers also in {counted(len(copies), 'file')} of other learners" if copies else ""


def _is_exam_odd(learner: LearnerRow) -> bool:
    """Whether the exam was begun again, or left with questions unanswered."""
    return (learner.exams_begun or 0) > 1 or bool(learner.exams_left_early)


def _trust_words(learner: LearnerRow) -> list[str]:
    """Say that files were changed or contradict themselves; the details are in the report."""
    changed, file_count = len(learner.changed_files), len(learner.files)
    notes = []
    if changed and file_count == 1:
        notes.append("the file was changed after it was written")
    elif changed:
        verb = "was" if changed == 1 else "were"
        notes.append(f"{changed} of {counted(file_count, 'file')} {verb} changed after being written")
    other_contradictions = len(learner.contradictions) - changed  # each changed file is one of them
    if other_contradictions:
        subject = "the file contradicts itself" if file_count == 1 else "the files contradict themselves or each other"
        notes.append(f"{subject} in {counted(other_contradictions, 'place')}")
    return notes


def canvas_remark_lines(report: ClassReport) -> list[str]:
    """A line that names the learners with remarks, which a file for Canvas cannot hold; no lines without remarks."""
    noted = [clip(learner.name, MAX_NAME_LENGTH) for learner in report.learners if feedback_words(learner, report)]
    if not noted:
        return []
    return [
        f"Canvas has no column for remarks. Before you import it, look above at what is said of {join_words(noted)}."
    ]

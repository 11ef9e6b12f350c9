"""A class as CSV, in the columns that the gradebooks of Canvas and Moodle import.

Canvas wants Student, ID, SIS User ID, SIS Login ID and Section first, in this order, takes every further column for an
assignment, and a row "Points Possible" for what each is out of (lib/gradebook_importer.rb of its source). Moodle reads
one header row and a row for each learner, has its user found by ID number, user name or e-mail address, and asks for
each column which grade or feedback it is (grade/import/csv of its source); a row that is no user's stops the import.
Where the cell by which it finds the user is empty, older versions of Moodle give the grades of that row to the learner
of the row before, and an empty grade becomes a 0 in a new grade item: so neither is ever left empty.
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
"""Whose columns a table has."""
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_COLUMNS = ("First name", "Last name", "ID number", "Username", "Email address")
MOODLE_FEEDBACK = "Feedback"
CHECK = "Check"
"""The last column of the table for both, which neither gradebook imports: why a mark is to be looked at first."""
TOTAL = "Chainrule total"
FULL_MARKS = 100
MAX_FEEDBACK = 300
"""Characters of a remark, which the learner may read."""
NO_GRADE = "-"
"""What Moodle reads as no grade."""
NO_USER = "?"
"""In a cell by which Moodle finds its user: it is nobody's, and stops the import."""
CANVAS_OWN = re.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
"""Columns of Canvas's own exports, which it passes over."""
CANVAS_ID = re.compile(r"\s\(\d+\)$")
"""The end of a column's name that Canvas takes for the number of one of its assignments."""


def make_gradebook_csv(report: ClassReport, lessons: Sequence[LessonItems], format: GradebookFormat = "both") -> str:
    """A CSV with one row a learner: who it is, and the scores of lessons, of code and in all, out of 100.

    The columns are, from left to right: Canvas's names, the marks, Moodle's names and feedback, and `CHECK`.
    """
    has_code = any(row.exercises_solved for learner in report.learners for row in learner.lessons)
    assignment_titles = _assignment_titles(report)
    mark_titles = [*assignment_titles, *(f"Chainrule: {items.lesson}" for items in lessons)]
    mark_titles += ["Chainrule: code"] if has_code else []
    mark_titles.append(TOTAL)
    is_for_canvas, is_for_moodle = format != "moodle", format != "canvas"
    no_mark = NO_GRADE if is_for_moodle else ""
    header: list[object] = [*CANVAS_COLUMNS] if is_for_canvas else []
    header += mark_titles
    header += [*MOODLE_COLUMNS, MOODLE_FEEDBACK] if is_for_moodle else []
    header += [CHECK] if format == "both" else []
    rows = [header]
    if format == "canvas":
        empty_cells = [""] * (len(CANVAS_COLUMNS) - 1)
        rows.append(["    Points Possible", *empty_cells, *([FULL_MARKS] * len(mark_titles))])
    for learner in report.learners:
        if learner.is_empty:
            marks: list[object] = [no_mark] * len(mark_titles)
        else:
            marks = _assignment_marks(learner, len(assignment_titles), no_mark)
            marks += _lesson_marks(learner, lessons, has_code)
        row = defuse_formulas(tuple(_canvas_names(learner))) if is_for_canvas else []
        row += marks
        row += defuse_formulas((*_moodle_names(learner), feedback_words(learner, report))) if is_for_moodle else []
        row += [suspicion_words(learner)] if format == "both" else []
        rows.append(row)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _assignment_titles(report: ClassReport) -> list[str]:
    """The title of the assignment's column, and of that of the answers in time, where anybody was late."""
    is_any_late = any(learner.late_seconds is not None for learner in report.learners)
    titles = [f"Chainrule: {report.assignment}"] if report.assignment else []
    titles += [f"Chainrule: {report.assignment} (in time)"] if is_any_late else []
    return titles


def find_gradebook_faults(learners: Iterable[Owner], assignment: str) -> list[str]:
    """What an importer would stumble over, each in one line."""
    ids = [owner.student_id for owner in learners if owner.student_id]
    address_count = sum("@" in student_id for student_id in ids)
    faults = []
    if 0 < address_count < len(ids):
        faults.append(
            f"{counted(address_count, 'student_id')} of {len(ids)} are e-mail addresses and the others are not; "
            "Moodle finds its users by one of the two in an import, so let all be of one kind"
        )
    if CANVAS_OWN.search(assignment):
        faults.append(f"Canvas passes over a column named like its own, such as '{assignment}': give another title")
    if CANVAS_ID.search(assignment):
        faults.append(f"Canvas takes the number at the end of '{assignment}' for its own: give another title")
    return faults


def _assignment_marks(learner: LearnerRow, column_count: int, no_mark: str) -> list[object]:
    """The marks in the columns of the assignment: the mark for all answers, then that for the answers in time.

    The second column is there only where anybody was late, and neither is without an assignment, so that `column_count`
    is 0, 1 or 2. `no_mark` is the cell of a learner who has none.
    """
    if learner.score is None:
        return [no_mark] * column_count
    on_time = learner.score if learner.late_seconds is None else learner.score_on_time
    marks: list[object] = [learner.score, on_time]
    return marks[:column_count]


def _lesson_marks(learner: LearnerRow, lessons: Sequence[LessonItems], has_code: bool) -> list[object]:
    """The score of each lesson, that of all exercises in code if `has_code`, and the mean of the lessons."""
    rows = {row.lesson: row for row in learner.lessons}
    scores = [rows[items.lesson].score if items.lesson in rows else 0.0 for items in lessons]
    marks: list[object] = [*scores]
    if has_code:
        exercises = sum(len(items.exercises) for items in lessons)
        solved = sum(row.exercises_solved for row in learner.lessons)
        marks.append(round(FULL_MARKS * solved / exercises, 1) if exercises else 0.0)
    marks.append(round(sum(scores) / len(scores), 1) if scores else 0.0)
    return marks


def _canvas_names(learner: LearnerRow) -> list[str]:
    """The cells of `CANVAS_COLUMNS`; a student_id that is an e-mail address is a login only."""
    student_id = learner.student_id
    sis_user_id = "" if "@" in student_id else student_id
    return [learner.name, "", sis_user_id, student_id, ""]


def _moodle_names(learner: LearnerRow) -> list[str]:
    """The cells of `MOODLE_COLUMNS`, by which Moodle finds its users; for what is unknown one that stops the import."""
    first_name, _, last_name = learner.name.partition(" ")
    student_id = learner.student_id
    login, address = ("", student_id) if "@" in student_id else (student_id, "")
    return [first_name, last_name, login or NO_USER, login or NO_USER, address or NO_USER]


def feedback_words(learner: LearnerRow, report: ClassReport) -> str:
    """What a teacher is to look at before a grade is given; "" when there is nothing."""
    unread = f"{counted(len(learner.unreadable), 'file')} could not be read" if learner.unreadable else ""
    if learner.is_empty:
        return unread or missing_words(learner, report)
    notes = _trust_words(learner)
    notes += [f"nothing for {clip(report.assignment, 40)}"] if report.assignment and learner.score is None else []
    notes += [f"handed in {late_words(learner)}"] if learner.late_seconds is not None else []
    notes += [f"gave the student_id {clip(learner.given_id, 40)}"] if learner.given_id else []
    if len(learner.resets) > 2:
        notes.append(f"began lessons again {counted(len(learner.resets), 'time')}")
    else:
        notes += [reset_words(reset, "") for reset in learner.resets]
    notes += [f"exam {exam_words(learner)}"] if _is_exam_odd(learner) else []
    notes += [f"{counted(learner.undone, 'answer')} taken back"] if learner.undone else []
    if learner.differences:
        count = len(learner.differences)
        notes.append(f"{counted(count, 'grade')} in the file {'is' if count == 1 else 'are'} not what was recomputed")
    shared = [copy for copy in report.copies if {*learner.files} & {*copy.files}]
    if len(shared) == 1:
        notes.append(f"{counted(shared[0].answers, 'answer')} also in another learner's file")
    elif shared:
        notes.append(f"answers also in {counted(len(shared), 'file')} of other learners")
    unchecked = sum(msgspec.structs.astuple(learner.unchecked))  # counts by the reason, here all together
    if unchecked:
        notes.append(f"{counted(unchecked, 'answer')} could not be graded again, worth nothing")
    notes += [unread] if unread else []
    return clip("; ".join(notes), MAX_FEEDBACK)


def _is_exam_odd(learner: LearnerRow) -> bool:
    """Whether the exam was begun again, or left with questions unanswered."""
    return (learner.exams_begun or 0) > 1 or bool(learner.exams_left_early)


def _trust_words(learner: LearnerRow) -> list[str]:
    """That files were changed or contradict themselves, without the details, which the report has."""
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


def unsaid_lines(report: ClassReport) -> list[str]:
    """Whom a file for Canvas, which has no column for remarks, gives a score without its remark."""
    noted = [clip(learner.name, MAX_NAME_LENGTH) for learner in report.learners if feedback_words(learner, report)]
    if not noted:
        return []
    return [
        f"Canvas has no column for remarks. Before you import it, look above at what is said of {join_words(noted)}."
    ]

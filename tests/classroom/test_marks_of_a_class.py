"""What a teacher is told of an assignment: no mark without work, what changed a mark, which files are cut."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.classroom.pupils import START, answer_to, course, questions, write_hand_in
from tests.conftest import Command
from tutor.classroom.assignment import read_assignment
from tutor.classroom.gradebook import GradebookFormat, canvas_remark_lines, feedback_words, make_gradebook_csv
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.classroom.report import ClassReport, LearnerRow, Unchecked
from tutor.classroom.rows import LessonItems
from tutor.classroom.words import class_lines
from tutor.progress.tables.attempt import Attempt

WEEK_3 = "title: Week 3\nlessons: [node]\ncount: 4\ndeadline: 2026-10-07T09:00Z\n"
EXAM = "title: Exam 1\nlessons: [gradient-descent]\ncount: 2\nmode: exam\n"
DAY = timedelta(days=1)


def answers(count: int, *, days: int = 0, lesson: str = "node") -> list[Attempt]:
    """Right answers to the first questions of a lesson, a minute after each other."""
    asked = questions((lesson,), count)
    return [answer_to(id, 1, True, START + days * DAY + timedelta(minutes=n)) for n, id in enumerate(asked)]


def hand_in(folder: Path, name: str, given: Sequence[Attempt], assignment: str, day: int) -> Path:
    path = folder / "in" / f"{name}-{assignment or 'any'}-{day}.jsonl"
    return write_hand_in(path, name, given, assignment=assignment, handed_in=(START + day * DAY).isoformat())


def looked(folder: Path, assignment: str = WEEK_3) -> tuple[ClassReport, list[LessonItems]]:
    path = folder / "assignment.yaml"
    path.write_text(assignment, "utf-8")
    found = read_assignment(path, course())
    return make_class_report(course(), [folder / "in"], START + 20 * DAY, assignment=found)


def only(told: tuple[ClassReport, list[LessonItems]]) -> tuple[LearnerRow, str]:
    (learner,) = told[0].learners
    return learner, "\n".join(class_lines(*told))


def cells(told: tuple[ClassReport, list[LessonItems]], name: str, which: GradebookFormat) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(make_gradebook_csv(*told, which)))
    return next(row for row in rows if name in {row.get("Student"), row.get("First name")})


@pytest.mark.parametrize(("which", "none"), [("canvas", ""), ("moodle", "-"), ("both", "-")])
def test_who_did_nothing_for_an_assignment_has_no_mark_rather_than_0(
    tmp_path: Path, which: GradebookFormat, none: str
) -> None:
    hand_in(tmp_path, "Ben", answers(2), "Week 3", 1)
    told = looked(tmp_path, EXAM)
    learner, lines = only(told)
    assert (learner.score, learner.handed_in, learner.late_seconds) == (None, None, None)
    assert "  Ben: nothing for Exam 1" in lines
    assert "<li>Ben: nothing for Exam 1</li>" in make_page(*told)
    found = cells(told, "Ben", which)
    assert found["Chainrule: Exam 1"] == none
    assert float(found["Chainrule: node"]) > 0
    hand_in(tmp_path, "Ben", answers(2), "exam 1", 2)  # the file says that it is for it
    assert cells(looked(tmp_path, EXAM), "Ben", which)["Chainrule: Exam 1"] == "0.0"


def test_answers_after_the_hand_in_that_raise_a_mark_are_named(tmp_path: Path) -> None:
    hand_in(tmp_path, "Cyd", answers(2), "Week 3", 1)
    learner, lines = only(looked(tmp_path))
    assert (learner.score, learner.score_handed_in) == (50, None)
    later = answer_to(questions(("node",), 3)[2], 1, True, START + DAY + timedelta(hours=1))
    hand_in(tmp_path, "Cyd", [*answers(2), later], "Exam 1", 2)
    learner, lines = only(looked(tmp_path))
    assert (learner.score, learner.score_handed_in, learner.assignment) == (75, 50, "Week 3")
    assert "Cyd: 75 of 100, 3 of 4 answered, 50 of 100 when handed in, later answers count too (handed in" in lines


def test_a_file_that_was_handed_in_for_something_else_says_so(tmp_path: Path) -> None:
    hand_in(tmp_path, "Cyd", answers(2), "wek 3", 1)
    learner, lines = only(looked(tmp_path))
    assert learner.assignment == "wek 3"
    assert " for wek 3)" in lines


def test_a_file_that_is_cut_is_named_beside_the_mark_of_another(tmp_path: Path) -> None:
    whole = hand_in(tmp_path, "Dan", answers(3), "Exam 1", 1)
    cut = hand_in(tmp_path, "Dan", answers(4), "Week 3", 2)
    cut.write_bytes(cut.read_bytes()[:-40])
    told = looked(tmp_path)
    learner, lines = only(told)
    assert (learner.score, learner.unreadable, learner.files) == (75, [str(cut)], [str(whole)])
    said = f"could not be read: {cut}"
    row = next(line for line in lines.splitlines() if line.startswith("  Dan: 75 of 100"))
    assert said in row
    assert cells(told, "Dan", "moodle")["Feedback"] == "1 file could not be read"


def test_the_marks_in_time_have_a_column_where_anybody_was_late(tmp_path: Path) -> None:
    hand_in(tmp_path, "Ada", answers(4), "Week 3", 1)
    assert "(in time)" not in make_gradebook_csv(*looked(tmp_path), "canvas")
    hand_in(tmp_path, "Ben", [*answers(1), *answers(4, days=4)[1:]], "Week 3", 5)
    told = looked(tmp_path)
    for name, marks in (("Ada", ("100.0", "100.0")), ("Ben", ("100.0", "25.0"))):
        found = cells(told, name, "canvas")
        assert (found["Chainrule: Week 3"], found["Chainrule: Week 3 (in time)"]) == marks
        assert cells(told, name, "moodle")["Chainrule: Week 3 (in time)"] == marks[1]
    assert '<td>Ben</td><td class="n">100.0</td><td>3 days</td><td class="n">25.0</td>' in make_page(*told)


def test_a_teacher_who_writes_for_canvas_is_told_whose_remarks_are_left_out(command: Command, tmp_path: Path) -> None:
    hand_in(tmp_path, "Ada", answers(4), "Week 3", 1)
    hand_in(tmp_path, "Ben", answers(4, days=4), "Week 3", 5)
    path = tmp_path / "week-3.yaml"
    path.write_text(WEEK_3, "utf-8")
    for which, is_told in (("canvas", True), ("moodle", False)):
        done = command(
            "class",
            str(tmp_path / "in"),
            "--assignment",
            str(path),
            "--csv",
            str(tmp_path / which),
            "--gradebook",
            which,
        )
        told = "Canvas has no column for remarks" in done.err
        assert told == is_told
        if told:
            assert "Ben" in done.err
            assert "Ada" not in done.err


def test_a_learner_who_is_late_is_told_what_the_teacher_will_see(tmp_path: Path) -> None:
    given = [*answers(1), *answers(4, days=4)[1:]]
    hand_in(tmp_path, "Ben", given, "Week 3", 5)
    learner, _ = only(looked(tmp_path))
    task = read_assignment(tmp_path / "assignment.yaml", course())
    told = task.state_lines(given, START + 5 * DAY)[-1]
    assert told.endswith(f"handed in late, and what was answered in time earns {learner.score_on_time:.0f} of 100.")
    assert "in time" not in task.state_lines(given, START + DAY)[-1]


def test_the_page_has_columns_for_lateness_only_where_anybody_was_late(tmp_path: Path) -> None:
    hand_in(tmp_path, "Ada", answers(4), "Week 3", 1)
    assert '<th scope="col">late</th>' not in make_page(*looked(tmp_path))
    hand_in(tmp_path, "Ben", answers(4, days=4), "Week 3", 5)
    shown = make_page(*looked(tmp_path))
    assert '<th scope="col">late</th>' in shown
    assert '<td>Ada</td><td class="n">100.0</td><td></td><td></td>' in shown


def changed_row(tmp_path: Path, **changes: object) -> tuple[str, list[str]]:
    """The remark on a learner whose row was changed, and what is said beside a file for Canvas."""
    hand_in(tmp_path, "Ada", answers(4), "Week 3", 1)
    report, _ = looked(tmp_path)
    row = msgspec.structs.replace(report.learners[0], **changes)
    told = msgspec.structs.replace(report, learners=[row])
    return feedback_words(row, told), canvas_remark_lines(told)


@pytest.mark.parametrize(
    ("begun", "left", "said"),
    [
        (None, None, ""),
        (0, 0, ""),
        (1, 0, ""),
        (1, 1, "exam left early 1 time"),
        (2, 0, "exam begun 2 times"),
        (2, 1, "exam begun 2 times, left early 1 time"),
    ],
)
def test_an_exam_that_was_begun_once_and_finished_is_no_remark(
    tmp_path: Path, begun: int | None, left: int | None, said: str
) -> None:
    told, unsaid = changed_row(tmp_path, exams_begun=begun, exams_left_early=left)
    assert (told, bool(unsaid)) == (said, bool(said))


def test_a_remark_is_short_and_names_no_folder_whatever_is_to_be_said(tmp_path: Path) -> None:
    files = [f"/home/teacher/class/{number}.jsonl" for number in range(40)]
    told, _ = changed_row(
        tmp_path,
        files=files,
        changed_files=files[:3],
        contradictions=[f"{file}: no digest, against {files[0]}" for file in files],
        unreadable=files,
        late_seconds=9e6,
        score_on_time=10.0,
        unlisted_id="x" * 200,
        exams_begun=12,
        exams_left_early=11,
        undone=1234,
        unchecked=Unchecked(gone=900),
    )
    assert told.startswith("3 of 40 files were changed after being written; the files contradict themselves")
    assert len(told) <= 300
    assert "/" not in told
    assert "digest" not in told

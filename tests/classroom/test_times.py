"""A hand-in whose moments cannot all be true gives itself away, whichever of them was changed; so does lateness."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.classroom.pupils import answer_to, course, questions, write_hand_in, write_with_digest
from tutor import __version__
from tutor.classroom.assignment import read_assignment
from tutor.classroom.gradebook import make_gradebook_csv
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.classroom.report import ClassReport
from tutor.classroom.rows import LessonItems
from tutor.classroom.words import class_lines
from tutor.progress.record.owner import Owner
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import serialise_record
from tutor.progress.tables.history import Regrade

WORKED = datetime(2026, 11, 2, 9, tzinfo=UTC)
HANDED_IN = WORKED + timedelta(days=2)
NOW = WORKED + timedelta(days=10)
BACK = timedelta(days=30)
Lines = list[dict[str, Any]]


@cache
def honest() -> str:
    """What `hand-in` writes of a record with a line of every type: one answer taken back, one graded again."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        moment = [WORKED]
        store = Store.open(Path(folder), lambda: moment[0])
        asked = questions(("node",), 4)
        for number, question in enumerate(asked):
            moment[0] = WORKED + timedelta(minutes=number, microseconds=7)
            store.add(answer_to(question, number, True, moment[0]))
        moment[0] += timedelta(minutes=1)
        store.undo(store.attempts()[1].key)
        kept = store.attempts()[0]
        store.regrade([Regrade(kept.key, 1.0, "right", moment[0], __version__, kept.revision)])
        store.save_reading_position("node", 2)
        store.save_question_flag(asked[3], True)
        text = "".join(serialise_record(store, owner=Owner("Ada", "ada@x.example", "Week 3", HANDED_IN))[1])
        store.close()
    return text


def lines() -> Lines:
    return [json.loads(line) for line in honest().splitlines()]


def of_type(found: Lines, kind: str) -> Lines:
    return [line for line in found if line.get("type") == kind]


def earlier(text: str, by: timedelta = BACK) -> str:
    return (datetime.fromisoformat(text) - by).isoformat()


def write(path: Path, found: Lines) -> Path:
    """The file with a digest computed anew, since by its own any change at all would show."""
    return write_with_digest(path, found)


def looked(*paths: Path, now: datetime = NOW) -> tuple[ClassReport, list[LessonItems]]:
    assignment = paths[0].parent / "week.yaml"
    assignment.write_text("title: Week 3\nlessons: [node]\ndeadline: 2026-11-03T12:00Z\n", "utf-8")
    return make_class_report(course(), paths, now, assignment=read_assignment(assignment, course()))


def dated_back(found: Lines) -> None:
    found[0]["handed_in"] = earlier(found[0]["handed_in"])


def answers_dated_back_too(found: Lines) -> None:
    dated_back(found)
    for line in of_type(found, "attempt"):
        line["at"] = earlier(line["at"])


def all_but(kind: str) -> Callable[[Lines], None]:
    """Everything is dated back but the lines of one type."""

    def change(found: Lines) -> None:
        dated_back(found)
        for line in found:
            if line.get("type") == kind:
                continue
            if "at" in line:
                line["at"] = earlier(line["at"])
            if line.get("type") == "card":
                line["state"]["last_review"] = earlier(line["state"]["last_review"])
            if line.get("type") == "flag":
                line["value"] = earlier(line["value"])

    return change


def taken_back_before_it_was_given(found: Lines) -> None:
    of_type(found, "undone")[0]["at"] = earlier(of_type(found, "undone")[0]["at"])


def graded_again_before_it_was_given(found: Lines) -> None:
    of_type(found, "regrade")[0]["at"] = earlier(of_type(found, "regrade")[0]["at"])


def answers_moved_within_the_file(found: Lines) -> None:
    for line in of_type(found, "attempt"):
        line["at"] = earlier(line["at"])


def one_answer_dated_back(found: Lines) -> None:
    attempt = of_type(found, "attempt")[1]  # which was taken back, so that no schedule knows of it
    attempt["at"] = earlier(attempt["at"])


def handed_in_later_than_now(found: Lines) -> None:
    found[0]["handed_in"] = (NOW + timedelta(hours=1)).isoformat()


def answered_later_than_now(found: Lines) -> None:
    of_type(found, "attempt")[-1]["at"] = (NOW + timedelta(days=400)).isoformat()


EDITS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "the hand-in": (dated_back, "but it holds"),
    "the hand-in and the answers": (answers_dated_back_too, "but it holds"),
    **{
        f"all but each {kind}": (all_but(kind), "but it holds")
        for kind in ("undone", "regrade", "place", "flag", "card")
    },
    "all but each attempt": (all_but("attempt"), "but it holds an answer to"),
    "an undo": (taken_back_before_it_was_given, "was taken back on"),
    "a regrade": (graded_again_before_it_was_given, "was graded again on"),
    "the answers": (answers_moved_within_the_file, "the schedule of"),
    "one answer": (one_answer_dated_back, "stands below later ones"),
    "a hand-in to come": (handed_in_later_than_now, "which is still to come"),
    "an answer to come": (answered_later_than_now, "which is still to come"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_each_moment_that_was_changed_is_noticed(tmp_path: Path, edit: str) -> None:
    change, said = EDITS[edit]
    found = lines()
    change(found)
    told, lessons = looked(write(tmp_path / "ada.jsonl", found))
    (learner,) = told.learners
    assert any(said in text for text in learner.contradictions)
    shown = "\n".join(class_lines(told, lessons))
    for place in (shown, make_page(told, lessons)):
        assert said in place
    assert "the file contradicts itself in " in make_gradebook_csv(told, lessons)
    assert said not in make_gradebook_csv(told, lessons)


def test_an_honest_file_is_not_suspected(tmp_path: Path) -> None:
    told, lessons = looked(write(tmp_path / "ada-week-3-2026-11-04-1000.jsonl", lines()))
    (learner,) = told.learners
    assert learner.contradictions == []
    assert "Look at this first" not in "\n".join(class_lines(told, lessons))
    assert learner.late_seconds == timedelta(hours=21).total_seconds()


def test_the_name_of_a_file_is_held_against_what_it_says_in_every_zone(tmp_path: Path) -> None:
    for name, is_odd in (
        ("ada-2026-11-04-0900.jsonl", False),
        ("ada-2026-11-04-2300.jsonl", False),
        ("ada-2026-11-03-2100-2.jsonl", False),
        ("ada-2026-11-06-0900.jsonl", True),
        ("12_assignsubmission_file_ada-2026-11-02-0900.jsonl", True),
        ("ada-2026-99-99-9999.jsonl", False),
    ):
        told, _ = looked(write(tmp_path / name, lines()))
        assert any("but its name says" in text for text in told.learners[0].contradictions) == is_odd, name


LATE = timedelta(days=1, hours=21, minutes=4).total_seconds()
"""From the deadline to a page that was read three days after the last answer."""


def test_a_hand_in_counts_as_late_as_the_last_thing_in_it(tmp_path: Path) -> None:
    found = lines()
    last = max(line["at"] for line in of_type(found, "place"))
    found[0]["handed_in"] = "2026-10-01T00:00:00+00:00"
    for days in (0, 3):
        for line in of_type(found, "place"):
            line["at"] = (datetime.fromisoformat(last) + timedelta(days=days)).isoformat()
        told, _ = looked(write(tmp_path / "ada.jsonl", found))
        late = told.learners[0].late_seconds
        assert (late or 0) == pytest.approx(LATE if days else 0)
    del found[0]["handed_in"]
    told, _ = looked(write(tmp_path / "ada.jsonl", found))
    assert told.learners[0].late_seconds == pytest.approx(LATE)
    assert any("says no moment of handing in" in remark for remark in told.remarks)


def test_two_files_that_date_one_answer_differently_are_named(tmp_path: Path) -> None:
    second = lines()
    second[0]["handed_in"] = (HANDED_IN + timedelta(days=1)).isoformat()
    for line in of_type(second, "attempt"):
        line["at"] = earlier(line["at"], timedelta(days=-1))
    for line in of_type(second, "undone") + of_type(second, "regrade"):
        line["at"] = earlier(line["at"], timedelta(days=-2))
    told, _ = looked(write(tmp_path / "a.jsonl", lines()), write(tmp_path / "b.jsonl", second))
    (learner,) = told.learners
    (text,) = learner.contradictions
    assert "a.jsonl" in text
    assert "b.jsonl" in text
    assert learner.late_seconds == timedelta(days=1, hours=21).total_seconds()


def test_those_without_a_student_id_are_named_where_it_is_needed(tmp_path: Path) -> None:
    for name, id in (("Ada", "ada@x.example"), ("Ben", ""), ("Cy", "")):
        answer = answer_to(questions(("node",), 1)[0], 1, True, WORKED)
        write_hand_in(tmp_path / f"{name}.jsonl", name, [answer], student_id=id, handed_in=HANDED_IN.isoformat())
    asks = tmp_path / "asks.yaml"
    asks.write_text("title: Week 3\nlessons: [node]\nstudent_id: true\n", "utf-8")
    for needs, assignment in ((True, None), (False, read_assignment(asks, course()))):
        told, _ = make_class_report(course(), [tmp_path], NOW, assignment=assignment, needs_ids=needs)
        (said,) = [remark for remark in told.remarks if "student_id" in remark]
        assert said.startswith("2 of 3 learners gave no student_id")
        assert "Ben and Cy" in said
    assert not any("student_id" in remark for remark in make_class_report(course(), [tmp_path], NOW)[0].remarks)

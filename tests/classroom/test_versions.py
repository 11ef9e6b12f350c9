"""Two files of one learner that tell one answer differently are named, and a copy is named by the file that has it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.classroom.pupils import START, answer_to, course, pupil, questions, write_hand_in
from tutor.classroom.gradebook import make_gradebook_csv
from tutor.classroom.hand_in import HandIn
from tutor.classroom.overview import make_class_report
from tutor.classroom.report import ClassReport
from tutor.classroom.versions import find_different_versions
from tutor.classroom.words import class_lines
from tutor.progress.record.owner import Owner
from tutor.progress.tables.attempt import Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade

FIRST, LATER = (datetime(2026, 10, day, 9, tzinfo=UTC).isoformat() for day in (8, 9))


def looked(folder: Path) -> ClassReport:
    return make_class_report(course(), [folder], START + timedelta(days=30))[0]


@pytest.mark.parametrize("edited_first", [True, False])
def test_an_edited_grade_beside_the_honest_file_is_named_with_both(tmp_path: Path, edited_first: bool) -> None:
    asked = questions()[:3]
    honest = [answer_to(id, 1, False, START + timedelta(minutes=n)) for n, id in enumerate(asked)]
    edited = [replace(each, score=1.0, verdict="right") for each in honest[:2]] + honest[2:]
    times = (FIRST, LATER) if edited_first else (LATER, FIRST)
    for name, answers, at in zip("ab", (edited, honest), times, strict=True):
        write_hand_in(
            tmp_path / f"{name}.jsonl", "Ada", answers, handed_in=LATER if edited_first and name == "a" else at
        )
    (said,) = looked(tmp_path).learners[0].contradictions
    assert asked[0] in said
    assert "a.jsonl" in said
    assert "b.jsonl" in said
    assert "(and 1 more answer too)" in said
    graded = {f"{name}.jsonl": count for name, count in (("a", 0), ("b", 2))}
    for name, count in graded.items():
        assert re.search(rf"{count} of 2 grades in \S*{name}", said)
    for part in ("score 1.0 against 0.0" if edited_first else "score 0.0 against 1.0", "verdict '"):
        assert part in said
    report, lessons = make_class_report(course(), [tmp_path], START + timedelta(days=30))
    assert f"  Ada: {said}" in class_lines(report, lessons)
    told = make_gradebook_csv(report, lessons)
    assert "the files contradict themselves or each other in 1 place" in told
    assert str(tmp_path) not in told


def test_two_files_of_one_record_that_grew_contradict_nothing(tmp_path: Path) -> None:
    answers = pupil(5, questions()[:6])
    write_hand_in(tmp_path / "a.jsonl", "Ada", answers[:4], handed_in=FIRST)
    write_hand_in(tmp_path / "b.jsonl", "Ada", answers, handed_in=LATER)
    assert looked(tmp_path).learners[0].contradictions == []


def history(attempt: Attempt, undone: datetime | None = None, *scores: float) -> AttemptHistory:
    grades = (Regrade(attempt.key, score, "partly", START, "0.1.0", "r") for score in scores)
    return AttemptHistory(attempt, undone, tuple(grades))


def test_what_became_of_an_answer_is_not_lost_from_one_file_to_the_next() -> None:
    attempt = answer_to(questions()[0], 1, True, START)
    old = replace(attempt, confidence="", revision="")
    for earlier, later, said in (
        (history(attempt), history(attempt), ""),
        (history(old), history(attempt), ""),  # as an older version exported it
        (history(attempt), history(attempt, START, 0.5), ""),
        (history(attempt, START), history(attempt), "taken back only in the first"),
        (history(attempt, None, 0.5, 1.0), history(attempt, None, 1.0), "1 later grade only in the first"),
        (history(attempt), history(replace(attempt, answer="7 ")), f"answer '{attempt.answer}' against '7'"),
        (history(attempt), history(replace(attempt, hints=2)), "hints 0 against 2"),
    ):
        files = [HandIn(name, Owner("Ada"), (each,)) for name, each in (("new", later), ("old", earlier))]
        found = find_different_versions(files)
        assert [each.partition(": ")[2] for each in found] == ([said] if said else [])
        assert all("differs between old and new" in each for each in found)


def test_a_copy_is_named_by_the_file_that_has_it(tmp_path: Path) -> None:
    answers = pupil(5, questions()[:6])
    own = [replace(each, key=f"own{n}", at=each.at + timedelta(hours=1)) for n, each in enumerate(answers)]
    write_hand_in(tmp_path / "ada.jsonl", "Ada", answers, handed_in=FIRST)
    write_hand_in(tmp_path / "ben-1.jsonl", "Ben", answers[:3], handed_in=FIRST)
    write_hand_in(tmp_path / "ben-2.jsonl", "Ben", own, handed_in=LATER)
    report = looked(tmp_path)
    (copy,) = report.copies
    assert [Path(file).name for file in copy.files] == ["ada.jsonl", "ben-1.jsonl"]
    assert (copy.answers, copy.of) == (3, [6, 9])
    table = make_gradebook_csv(report, [])
    assert table.count("3 answers also in another learner's file") == 2  # a learner may see it: nobody is named

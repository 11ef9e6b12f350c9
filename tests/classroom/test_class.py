"""A class of thirty is looked over: who did what, what fails, who copied, who edited, and which file is damaged."""

import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.classroom.pupils import (
    SOLUTION,
    START,
    answer_to,
    code_answer,
    course,
    make_class,
    pupil,
    questions,
    write_hand_in,
)
from tests.conftest import Command
from tests.doors import EVIL
from tutor.classroom.gradebook import CANVAS_COLUMNS, MOODLE_COLUMNS, make_gradebook_csv
from tutor.classroom.graded import grade_learner
from tutor.classroom.learners import Learner
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.classroom.question_statistics import compute_correlation, compute_discrimination
from tutor.classroom.report import ClassReport
from tutor.classroom.rows import LessonItems
from tutor.classroom.words import class_lines, learner_lines
from tutor.exercises.checker import Checker
from tutor.exercises.report import Report
from tutor.progress.record.owner import Owner
from tutor.progress.tables.attempt import LEFT_OUT, RETRY
from tutor.progress.tables.history import AttemptHistory
from tutor.questions.base import Instance, Question
from tutor.quiz import code_regrading
from tutor.quiz.regrading import Regrader, RegradeReport
from tutor.sandbox.guards import ALL_GUARDS, active_guards

Looked = tuple[ClassReport, list[LessonItems]]
MOST_SECONDS = 10.0
"""Processor time for a class of thirty."""


def looked(*paths: Path) -> Looked:
    return make_class_report(course(), paths, START + timedelta(days=8))


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    make_class(folder)
    return folder


@pytest.fixture(scope="module")
def report(thirty: Path) -> Looked:
    before = time.process_time()
    found = looked(thirty)
    assert time.process_time() - before < MOST_SECONDS
    return found


def test_both_cheats_and_the_damage_are_named(report: Looked) -> None:
    told, lessons = report
    (copy,) = told.copies
    assert (copy.learners, copy.answers, copy.of) == (["Learner 03", "Learner 10"], 16, [16, 16])
    edited = [each for each in told.learners if each.differences]
    assert [each.name for each in edited] == ["Learner 02"]
    (difference,) = edited[0].differences
    assert (difference.claimed.verdict, difference.found.verdict) == ("right", "wrong")
    (fault,) = told.faults
    assert fault.error.endswith("04.jsonl:17: the last line is cut off")
    lines = "\n".join(class_lines(told, lessons))
    for said in (
        "29 learners, 30 files.",
        "Learner 03 and Learner 10 share 16 answers",
        "Learner 02: 1 grade in the file differs",
        fault.error,
    ):
        assert said in lines


def test_every_learner_has_what_he_or_she_did(report: Looked) -> None:
    rows = {row.name: row for row in report[0].learners}
    assert len(rows) == 29
    for number in (5, 17, 28):
        answered = pupil(number, questions())
        row = rows[f"Learner {number:02}"]
        assert (row.answers, row.graded) == (len(answered), len(answered))
        assert row.right == sum(each.verdict == "right" for each in answered)
        assert row.seconds == 30.0 * len(answered)
        assert row.last_seen == answered[-1].at.isoformat()
        assert row.weakest is not None
        assert row.weakest.concept in {concept for each in answered for concept in each.concepts}
        assert sum(lesson.solved for lesson in row.lessons) == row.right


def test_code_is_run_again_shut_in(report: Looked) -> None:
    solved = {
        row.name: lesson.exercises_solved
        for row in report[0].learners
        for lesson in row.lessons
        if lesson.exercises_solved
    }
    if set(active_guards()) >= set(ALL_GUARDS):
        assert solved == {"Learner 00": 1}
    else:
        assert [row.unchecked.refused for row in report[0].learners[:2]] == [1, 1]


def test_code_is_refused_where_it_cannot_be_shut_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_regrading, "active_guards", lambda: ("time", "memory"))
    monkeypatch.setattr(code_regrading, "shared_launcher", lambda: None)
    escape = "import os\nopen('escaped', 'w')\ndef softmax(logits):\n    return logits\n"
    write_hand_in(tmp_path / "a.jsonl", "Ada", [code_answer(escape, True, START)])
    told, lessons = looked(tmp_path)
    assert told.learners[0].unchecked.refused == 1
    assert (told.learners[0].right, told.learners[0].differences) == (0, [])
    assert any("in code, which is not run" in line for line in class_lines(told, lessons))


def test_code_that_takes_too_long_does_not_hold_up_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []

    def run(self: Checker, source: str, earlier: Sequence[str]) -> Report:
        runs.append(source)
        return Report("code-softmax", 0.0, 1, message="too slow")

    monkeypatch.setattr(Checker, "check", run)
    monkeypatch.setattr(code_regrading, "active_guards", lambda: ALL_GUARDS)
    attempts = [code_answer(f"def softmax(x):\n    return {n}\n", False, START) for n in range(9)]
    attempts += [replace(attempts[0], key="again")]
    learner = Learner(Owner("Ada"), ("a",), tuple(AttemptHistory(each) for each in attempts))
    ticks = iter(range(0, 1000, 4))  # each answer takes four seconds
    graded = grade_learner(learner, Regrader(course()), course(), lambda: float(next(ticks)))
    assert (len(runs), graded.unchecked.slow) == (8, 2)
    graded = grade_learner(learner, Regrader(course()), course(), lambda: 0.0)
    assert (len(runs), graded.unchecked.slow) == (8 + 9, 0)


def test_a_question_is_judged_over_the_class(report: Looked) -> None:
    rows = {row.question: row for row in report[0].questions}
    assert set(questions()) <= set(rows)
    everybody = [pupil(number, questions()) for number in range(30) if number not in (3, 4)]
    everybody.append(pupil(10, questions()))  # as another's
    for question in questions()[:4]:
        right = [each.verdict == "right" for found in everybody for each in found if each.question == question]
        assert (rows[question].learners, rows[question].failed) == (29, right.count(False))
        assert sum(wrong.learners for wrong in rows[question].wrong) <= rows[question].failed
    failed = [row.failed for row in report[0].questions]
    assert failed == sorted(failed, reverse=True)


def test_discrimination_is_the_correlation_with_the_other_questions() -> None:
    # By hand: two who know nothing, two who know all but this, two who know all.
    totals = {0: (5, 0), 1: (5, 0), 2: (5, 4), 3: (5, 4), 4: (5, 5), 5: (5, 5)}
    first = {0: False, 1: False, 2: False, 3: False, 4: True, 5: True}
    # x = 0 0 0 0 1 1 (mean 1/3), y = 0 0 1 1 1 1 (mean 2/3): r = (2/6 − 2/9)/(√(2/9)·√(2/9)) = 1/2
    assert compute_discrimination(first, totals) == pytest.approx(0.5)
    assert compute_discrimination({0: False, 4: True}, totals) is None
    assert compute_discrimination(dict.fromkeys(first, True), totals) is None
    assert compute_correlation([(0, 1), (1, 0), (0.5, 0.5)]) == pytest.approx(-1)


def test_a_copy_is_left_out_of_the_discrimination(tmp_path: Path, thirty: Path) -> None:
    own = [path for path in thirty.glob("*.jsonl") if path.stem not in {"02", "04", "10"}]
    alone, copied = looked(*own)[0], looked(*own, thirty / "10.jsonl")[0]
    assert [each.learners for each in copied.copies] == [["Learner 03", "Learner 10"]]
    before, after = ({row.question: row.discrimination for row in told.questions} for told in (alone, copied))
    assert after == before
    assert any(value is not None for value in after.values())


@pytest.mark.parametrize("which", ["both", "canvas", "moodle"])
def test_the_gradebook_has_every_column(report: Looked, which: Any) -> None:
    told, lessons = report
    heading, *rows = list(csv.reader(io.StringIO(make_gradebook_csv(told, lessons, which))))
    marks = [f"Chainrule: {items.lesson}" for items in lessons] + ["Chainrule total"]
    assert set(marks) <= set(heading)
    assert all(len(row) == len(heading) for row in rows)
    if which != "moodle":
        assert tuple(heading[:5]) == CANVAS_COLUMNS
    if which == "canvas":
        assert rows[0][0].strip() == "Points Possible"
        assert set(rows[0][5:]) == {"100"}
        assert not {*MOODLE_COLUMNS} & {*heading}
        rows = rows[1:]
    if which != "canvas":
        assert {*MOODLE_COLUMNS, "Feedback"} <= {*heading}
    assert len(rows) == len(told.learners)
    first = dict(zip(heading, rows[1], strict=True))
    scores = [float(first[mark]) for mark in marks if "total" not in mark]
    assert float(first["Chainrule total"]) == pytest.approx(sum(scores) / len(scores), abs=0.1)
    assert "s01@school.example" in rows[1]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in {"script", "img", "link", "iframe"}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_that_was_handed_in_is_obeyed(tmp_path: Path) -> None:
    evil = f"=1+1 <script>alert(1)</script> {EVIL}".replace("\0", "")
    question = questions()[0]
    attempts = [replace(answer_to(question, 0, True, START), answer=evil, question=evil, lesson=evil, concepts=(evil,))]
    attempts += [replace(answer_to(question, seed, False, START), answer=evil) for seed in range(3)]
    write_hand_in(tmp_path / "a.jsonl", evil, attempts, student_id=evil, assignment=evil, handed_in=evil)
    write_hand_in(tmp_path / "b.jsonl", "", attempts, owner={"a": 1}, handed_in=7)
    told, lessons = looked(tmp_path)
    html = make_page(told, lessons)
    parser = Tags()
    parser.feed(html)
    assert parser.open == []
    assert "\x1b" not in html
    for row in csv.reader(io.StringIO(make_gradebook_csv(told, lessons))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_the_page_and_the_table_give_the_same_share_as_right(tmp_path: Path) -> None:
    write_hand_in(tmp_path / "a.jsonl", "Ada", [answer_to(questions()[0], seed, seed < 3, START) for seed in range(4)])
    told, lessons = looked(tmp_path)
    (row,) = told.learners[0].lessons
    assert learner_lines(told.learners)[1].split()[:6] == ["Ada", "1", "1", "of", str(row.questions), "75%"]
    assert '<td>Ada</td><td class="n">1</td><td class="n">4</td><td class="n">75%</td>' in make_page(told, lessons)


def test_a_learner_with_two_files_is_one_learner(tmp_path: Path) -> None:
    attempts = pupil(5, questions()[:6])
    write_hand_in(tmp_path / "a.jsonl", "Ada", attempts[:3], handed_in="2026-10-06T09:00:00+00:00")
    write_hand_in(tmp_path / "b.jsonl", "ada", attempts, handed_in="2026-10-08T09:00:00+00:00", student_id="7")
    told, _ = looked(tmp_path)
    (row,) = told.learners
    assert (row.answers, row.student_id, len(row.files), told.copies) == (6, "7", 2, [])
    assert any("2 files" in remark for remark in told.remarks)


def test_a_copy_with_other_keys_is_still_a_copy(tmp_path: Path) -> None:
    attempts = pupil(5, questions()[:6])
    write_hand_in(tmp_path / "a.jsonl", "Ada", attempts)
    write_hand_in(tmp_path / "b.jsonl", "Ben", [replace(each, key=f"x{n}") for n, each in enumerate(attempts)])
    whole_seconds = [replace(each, at=each.at.replace(microsecond=0), key=f"y{n}") for n, each in enumerate(attempts)]
    write_hand_in(tmp_path / "c.jsonl", "Cleo", whole_seconds)
    (copy,) = looked(tmp_path)[0].copies
    assert (copy.learners, copy.answers) == (["Ada", "Ben"], 6)


def test_what_cannot_be_checked_earns_nothing_and_is_counted(tmp_path: Path) -> None:
    question = questions()[0]
    right = [answer_to(question, seed, True, START) for seed in range(4)]
    attempts = [
        right[0],
        replace(right[1], revision="0" * 12),
        replace(right[2], question="no-such-question"),
        replace(right[3], answer="%%%"),
        replace(right[3], key="r", mode=RETRY),
        replace(right[3], key="l", answer="", verdict=LEFT_OUT, score=0.0, mode="exam"),
    ]
    write_hand_in(tmp_path / "a.jsonl", "Ada", attempts)
    (row,) = looked(tmp_path)[0].learners
    assert (row.answers, row.right, row.left_out, row.graded) == (5, 1, 1, 2)
    assert (row.unchecked.rewritten, row.unchecked.gone, row.unchecked.unreadable) == (1, 1, 1)


def test_a_learner_who_never_gets_a_question_right_is_stuck_there(tmp_path: Path) -> None:
    first, second = questions()[:2]
    attempts = [answer_to(first, seed, False, START + timedelta(minutes=seed)) for seed in range(3)]
    attempts += [answer_to(second, seed, seed == 1, START + timedelta(minutes=seed)) for seed in range(2)]
    write_hand_in(tmp_path / "a.jsonl", "Ada", attempts)
    told, lessons = looked(tmp_path)
    assert [(each.question, each.tries) for each in told.learners[0].stuck] == [(first, 3)]
    assert any("Ada (3 tries)" in line for line in class_lines(told, lessons))


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: data[:0], ":1: this is not a file that chainrule export or hand-in wrote"),
    "not a record": (
        lambda data: b"\x89PNG\r\n" + data[:0],
        ":1: this is not a file that chainrule export or hand-in wrote",
    ),
    "cut at a line": (lambda data: data[: data.rindex(b"{")], "the file ends early, with 5 of its 6 answers"),
    "a line too many": (lambda data: data + data[data.rindex(b"{") :], "there are more attempts than the first line"),
    "a newer form": (lambda data: data.replace(b'"format": 3', b'"format": 99'), "this file has format 99"),
    "no JSON": (lambda data: data.replace(b'"seed"', b"seed", 1), ":2: "),
    "a score above 1": (lambda data: data.replace(b'"score": ', b'"score": 7', 1), ":2: score must be at most 1"),
    "a null byte": (lambda data: data.replace(b'"kind"', b'"ki\0nd"', 1), ":2: "),
}


def test_every_damage_is_one_line_and_the_others_are_read(tmp_path: Path, command: Command) -> None:
    for name, (damage, _) in DAMAGE.items():
        path = write_hand_in(tmp_path / f"{name}.jsonl", name, pupil(5, questions()[:6]))
        path.write_bytes(damage(path.read_bytes()))
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "notes.txt").write_text("for me")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "nowhere")
    write_hand_in(tmp_path / "sound.jsonl", "Ada", pupil(6, questions()[:6]))
    done = command("class", str(tmp_path))
    assert done.code == 1
    assert "1 learner, 10 files." in done.out
    assert done.error_line == "chainrule: 9 files could not be read; the others were looked over"
    for name, (_, said) in DAMAGE.items():
        (line,) = (line for line in done.out.splitlines() if f"{name}.jsonl" in line)
        assert said in line
        assert "nothing was changed" not in line
    assert "1 other file in the folder left alone" in done.out
    assert command("class", str(tmp_path), str(tmp_path)).out == done.out, "a folder named twice is looked over once"


def test_the_report_is_json_and_files_are_never_replaced_unasked(tmp_path: Path, command: Command) -> None:
    write_hand_in(tmp_path / "in" / "a.jsonl", "Ada", pupil(6, questions()[:6]))
    table, web = tmp_path / "grades.csv", tmp_path / "class.html"
    arguments = ("class", str(tmp_path / "in"), "--json", "--csv", str(table), "--html", str(web))
    done = command(*arguments)
    told = msgspec.convert(json.loads(done.out), ClassReport)
    assert [each.name for each in told.learners] == ["Ada"]
    assert table.read_text().startswith("Student,ID,")
    assert web.read_text().startswith("<!doctype html>")
    assert "is there already" in command(*arguments).error_line
    assert command(*arguments, "--force").code == 0
    same = command("class", str(tmp_path / "in"), "--csv", str(tmp_path / "x"), "--html", str(tmp_path / "x"))
    assert "the same file" in same.error_line


def test_bad_arguments_are_one_line(tmp_path: Path, command: Command) -> None:
    assert "is not there" in command("class", str(tmp_path / "nowhere")).error_line
    assert f"no hand-in in {tmp_path}: no file" in command("class", str(tmp_path)).error_line
    assert command("class").code == 2
    assert "--csv" in command("class", str(tmp_path), "--gradebook", "canvas").error_line


def test_an_answer_is_graded_once_for_a_whole_class(report: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = answer_to(questions()[0], 3, True, START)
    calls: list[int] = []
    template = type(course().question(attempt.question)[0])
    draw_instance = template.draw_instance

    def counted(self: Question, seed: int) -> Instance:
        calls.append(seed)
        return draw_instance(self, seed)

    monkeypatch.setattr(template, "draw_instance", counted)
    regrader = Regrader(course())
    for number in range(5):
        history = AttemptHistory(replace(attempt, key=str(number)))
        regrader.grade_again(history, Learner(Owner("A"), ("a",), (history,)), RegradeReport())
    assert calls == [3]
    assert SOLUTION in {block.id for block in course().exercises()}

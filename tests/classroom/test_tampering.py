"""A hand-in from which answers were removed, or in which they were rewritten, shows it in what depends on them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.classroom.pupils import course, questions, write_with_digest, wrong_answer
from tutor.classroom.assignment import Assignment, read_assignment
from tutor.classroom.gradebook import make_gradebook_csv
from tutor.classroom.hand_in import read_hand_in
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.classroom.tampering import find_tampering
from tutor.classroom.words import class_lines
from tutor.progress.record.owner import Owner
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record, serialise_record
from tutor.questions.answers.submission import Submission
from tutor.quiz.quiz import Quiz, open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session

WORKED = datetime(2026, 11, 2, 9, tzinfo=UTC)
OWNER = Owner("Ada", "ada@x.example", "Exam 1", WORKED + timedelta(days=1))
NOW = WORKED + timedelta(days=10)
EXAM = QuizOptions(Scope("node"), count=4, exam=True, seed=7)
Lines = list[dict[str, Any]]


@contextmanager
def record(folder: Path) -> Iterator[Session]:
    """A learner whose clock goes on by a minute whenever somebody looks at it."""
    moment = [WORKED]

    def clock() -> datetime:
        moment[0] += timedelta(minutes=1, microseconds=3)
        return moment[0]

    store = Store.open(folder, clock)
    yield Session(course(), store, clock)
    store.close()


def answer(quiz: Quiz, *, right: bool, is_retry: bool = False) -> None:
    instance = quiz.current_instance()
    text = instance.solution if right else wrong_answer(instance.id, instance.seed)
    quiz.submit(Submission(text, is_retry=is_retry))


def write_honest(folder: Path) -> str:
    """An exam that was left early and begun again, and practice with a second try after a wrong answer."""
    with record(folder) as learner:
        quiz = open_quiz(learner, EXAM)
        answer(quiz, right=False)
        quiz.leave()
        quiz = open_quiz(learner, EXAM)
        while not quiz.is_over:
            answer(quiz, right=True)
            quiz.go_to(quiz.position + 1)
        quiz = Quiz(learner, [(questions(("gradient-descent",), 1)[0], 3)])
        answer(quiz, right=False)
        answer(quiz, right=True, is_retry=True)
        return "".join(serialise_record(learner.store, owner=OWNER)[1])


@cache
def honest() -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return write_honest(Path(folder))


def of(found: Lines, **wanted: object) -> Lines:
    return [line for line in found if all(line.get(key) == value for key, value in wanted.items())]


def remove(found: Lines, gone: Lines) -> None:
    """What is removed takes its count with it, or the file would be refused as cut off."""
    found[:] = [line for line in found if line not in gone]
    for kind in ("attempt", "flag", "card", "undone"):
        found[0][f"{kind}s" if kind != "undone" else kind] = len(of(found, type=kind))


def exam_answers(found: Lines) -> Lines:
    return of(found, type="attempt", mode="exam")


def first_exam_removed(found: Lines) -> None:
    remove(found, exam_answers(found)[:4])


def what_was_left_out_removed(found: Lines) -> None:
    remove(found, of(found, verdict="left out"))


def first_try_removed(found: Lines) -> None:
    remove(found, of(found, type="attempt", mode="practice"))


def first_try_rewritten(found: Lines) -> None:
    (line,) = of(found, type="attempt", mode="practice")
    line.update(
        answer=course().question(line["question"])[0].draw_instance(line["seed"]).solution, score=1, verdict="right"
    )


def second_try_moved_to_other_numbers(found: Lines) -> None:
    of(found, mode="retry")[0]["seed"] += 1


def all_answers_to_a_question_removed(found: Lines) -> None:
    question = of(found, mode="retry")[0]["question"]
    remove(found, of(found, type="attempt", question=question))


EDITS: dict[str, tuple[Callable[[Lines], None], str]] = {
    "the first exam": (first_exam_removed, "none of its answers is there"),
    "what was left out": (what_was_left_out_removed, "left with 3 questions unanswered, of which 0 are there"),
    "a first try removed": (first_try_removed, "follows no answer that was not right"),
    "a first try rewritten": (first_try_rewritten, "follows no answer that was not right"),
    "a second try": (second_try_moved_to_other_numbers, "follows no answer that was not right"),
    "a question": (all_answers_to_a_question_removed, "the schedule knows of an answer to"),
}


def edited(path: Path, change: Callable[[Lines], None], *, digests: bool = False) -> Path:
    """The honest file after a change, with a digest that was computed anew if `digests`."""
    found: Lines = [json.loads(line) for line in honest().splitlines()]
    change(found)
    if digests:
        return write_with_digest(path, found)
    path.write_text("".join(json.dumps(line) + "\n" for line in found), "utf-8")
    return path


@pytest.mark.parametrize("edit", EDITS)
def test_what_depends_on_a_removed_or_rewritten_answer_gives_it_away(tmp_path: Path, edit: str) -> None:
    change, said = EDITS[edit]
    told = [*find_tampering(read_hand_in(edited(tmp_path / "ada.jsonl", change, digests=True)))]
    assert any(said in text for text in told), told


@pytest.mark.parametrize(
    "change",
    [
        *(change for change, _ in EDITS.values()),
        lambda found: found[0].update(owner="Ben"),
        lambda found: found[0].update(handed_in=WORKED.isoformat()),
        lambda found: exam_answers(found)[-1].update(hints=1),
        lambda found: exam_answers(found)[-1].update(seconds=1.0),
        lambda found: remove(found, of(found, type="flag")),
        lambda found: found.insert(2, found.pop(1)),
    ],
)
def test_every_change_by_hand_breaks_the_digest_and_is_shown_everywhere(
    tmp_path: Path, change: Callable[[Lines], None]
) -> None:
    told, lessons = make_class_report(course(), [edited(tmp_path / "ada.jsonl", change)], NOW)
    said = "the file was changed after it was written"
    for place in ("\n".join(class_lines(told, lessons)), make_page(told, lessons), make_gradebook_csv(told, lessons)):
        assert said in place


def test_an_honest_file_has_no_trace_however_it_was_sent(tmp_path: Path) -> None:
    sent = {
        "as it is": honest().encode(),
        "with the ends of lines of Windows": honest().replace("\n", "\r\n").encode(),
        "with a mark and empty lines": b"\xef\xbb\xbf" + honest().replace("\n", "\n\n").encode(),
        "by PowerShell": honest().encode("utf-16"),
    }
    for name, data in sent.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(data)
        hand_in = read_hand_in(path)
        assert hand_in.was_changed is False, name
        assert [*find_tampering(hand_in)] == [], name


def test_a_record_that_was_brought_to_another_machine_has_no_trace(tmp_path: Path) -> None:
    export = tmp_path / "first.jsonl"
    export.write_text(honest(), "utf-8")
    other = Store.open(tmp_path / "other", lambda: NOW)
    import_record(other, export)
    export_record(other, tmp_path / "second.jsonl", owner=OWNER)
    other.close()
    assert [*find_tampering(read_hand_in(tmp_path / "second.jsonl"))] == []


def exam(folder: Path) -> Assignment:
    path = folder / "exam.yaml"
    path.write_text("title: Exam 1\nlessons: [node]\ncount: 4\nmode: exam\nseed: 7\n", "utf-8")
    return read_assignment(path, course())


def digest_removed(found: Lines) -> None:
    del found[0]["digest"]


def digest_emptied(found: Lines) -> None:
    found[0]["digest"] = ""


def digest_removed_and_older(found: Lines) -> None:
    del found[0]["digest"]
    found[0].update(program="0.0.9", format=2)


def digest_removed_and_no_version(found: Lines) -> None:
    del found[0]["digest"]
    found[0]["program"] = "my own"


@pytest.mark.parametrize(
    "change", [digest_removed, digest_emptied, digest_removed_and_older, digest_removed_and_no_version]
)
def test_a_digest_that_was_taken_out_is_the_first_thing_to_look_at_everywhere(
    tmp_path: Path, change: Callable[[Lines], None]
) -> None:
    path = edited(tmp_path / "ada.jsonl", change)
    ben = edited(tmp_path / "a-ben.jsonl", lambda found: found[0].update(owner="A. Ben", student_id=""), digests=True)
    told, lessons = make_class_report(course(), [ben, path], NOW, assignment=exam(tmp_path))
    text = class_lines(told, lessons)
    said = "Ada: the file has no digest, and Chainrule writes one into every file: somebody took it out"
    assert text[text.index("Look at this first:") + 1].strip() == said
    assert said in make_page(told, lessons)
    row = next(each for each in told.learners if each.name == "Ada")
    assert (row.changed_files, len(row.contradictions)) == ([str(path)], 1)
    assert "the file was changed after it was written" in make_gradebook_csv(told, lessons)
    assert "it says" in next(line for line in text if line.strip().startswith("Ada: ") and " of 100" in line)
    assert told.remarks == []


def test_a_file_of_an_older_program_without_a_digest_is_read_and_named_in_the_remarks(tmp_path: Path) -> None:
    def older(found: Lines) -> None:
        del found[0]["digest"]
        found[0]["program"] = "0.0.9"
        for line in of(found, type="attempt"):
            line["program"] = "0.0.8"

    path = edited(tmp_path / "ada.jsonl", older)
    told, _ = make_class_report(course(), [path], NOW)
    assert (told.learners[0].contradictions, told.learners[0].changed_files) == ([], [])
    assert any("no digest" in remark and str(path) in remark for remark in told.remarks)

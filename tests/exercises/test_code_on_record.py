"""Code on record: kept before its verdict, counted when it passes, back as a short question, graded again shut in."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from tests.conftest import Command
from tests.progress.helping import Clock
from tutor.content.course import open_course
from tutor.content.exercise_review import exercise_review_question
from tutor.content.model import CodeBlock
from tutor.errors import ChainruleError
from tutor.exercises.checker import Checker
from tutor.exercises.raised import RaisedError
from tutor.exercises.report import Report
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import import_record
from tutor.progress.tables.attempt import RETRY
from tutor.quiz import code_regrading
from tutor.quiz.coding import record_code
from tutor.quiz.regrading import regrade_attempts, save_regrades
from tutor.quiz.selection import Scope, choose_questions
from tutor.quiz.session import Session
from tutor.sandbox.sandbox import shared_launcher

COURSE = open_course()
NEURON = COURSE.exercise("code-neuron")
RIGHT = "import numpy as np\n\ndef neuron(x, w, b):\n    return 1 / (1 + np.exp(-(x @ w + b)))\n"
WRONG = RIGHT.replace(" + b", "")
PARTLY = RIGHT.replace("x @ w", "(x @ w if len(x) == 3 else 0 * x @ w)")
PASSED, HALF = Report(NEURON.id, 1.0, 4), Report(NEURON.id, 0.5, 4, error=None, mistake="a")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Session:
    return Session(COURSE, Store.open(tmp_path / "home", clock=clock), clock)


def keep(session: Session, source: str, report: Report, **given: bool | int) -> bool:
    return record_code(session, NEURON, source, report, **given)  # type: ignore[arg-type]


def checked(source: str) -> Report:
    checker = Checker(NEURON.id, NEURON.exercise, shared_launcher())
    report = checker.check(source)
    checker.close()
    assert report is not None
    return report


def test_a_draft_is_kept_and_counts_nowhere_until_it_passes_or_is_given_up(session: Session) -> None:
    store, half = session.store, checked(PARTLY)
    assert half.verdict == "partly" and 0 < half.score < 1
    assert keep(session, PARTLY, half)
    assert not keep(session, PARTLY, half), "the same source is kept once"
    assert store.concepts() == [] == store.summary()["weak"] and not store.solved_questions("node")
    assert keep(session, PARTLY, half, gives_up=True)
    assert store.concepts()[0]["right"] == 0 and store.concepts()[0]["attempts"] == 1
    assert keep(session, RIGHT, checked(RIGHT), hints=1)
    first, given_up, last = store.attempts()
    assert (first.mode, given_up.mode, last.mode) == (RETRY, "lesson", "lesson")
    assert (first.answer, first.verdict, first.score) == (PARTLY, "partly", half.score)
    assert (last.kind, last.answer, last.concepts, last.verdict) == ("code", RIGHT, ("weighted-sum",), "right")
    assert len({each.seed for each in store.attempts()}) == 3, "each counts as answered afresh"
    assert store.coded_exercises(passed=True) == {"code-neuron"} and store.newest_code("code-neuron") == RIGHT


def test_the_same_source_that_passes_later_is_kept_again(session: Session) -> None:
    assert keep(session, RIGHT, HALF), "an earlier function that it calls was wrong"
    assert keep(session, RIGHT, PASSED) and not keep(session, RIGHT, PASSED)
    assert session.store.coded_exercises(passed=True) == {"code-neuron"}


@pytest.mark.parametrize("source", ["def neuron(:", "x = 1", "def neuron(x, w, b): raise NotImplementedError"])
def test_what_does_not_run_is_no_answer(session: Session, source: str) -> None:
    report = checked(source)
    assert not report.passed and not keep(session, source, report) and session.store.count() == 0


def test_what_raises_when_it_is_called_is_an_answer(session: Session) -> None:
    source = "def neuron(x, w, b):\n    return x @ v\n"
    assert keep(session, source, checked(source)) and session.store.attempts()[0].verdict == "wrong"


def test_without_a_place_on_disk_there_is_no_verdict(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ChainruleError("the disk is full")

    monkeypatch.setattr(Store, "add", refuse)
    with pytest.raises(ChainruleError, match="full"):
        keep(session, RIGHT, PASSED)


def test_a_passed_exercise_comes_back_as_a_short_question(session: Session, clock: Clock) -> None:
    assert keep(session, RIGHT, PASSED)
    clock.time += timedelta(days=30)
    assert session.store.due() == ["code-neuron"]
    ((id, seed),) = choose_questions(COURSE, session.store, Scope(due=True), clock=clock)
    instance = session.make_instance(id, seed)
    assert instance.kind == "choice" and "```python" in instance.prompt
    assert [each.id for each in COURSE.questions("node")].count(id) == 0, "nobody is asked it who did not write it"


@pytest.mark.parametrize("block", COURSE.exercises(), ids=lambda block: block.id)
def test_the_short_question_keeps_what_it_promises(block: CodeBlock) -> None:
    for seed in range(len(block.exercise.mistakes)):
        instance = exercise_review_question(block).draw_instance(seed)
        for sample in instance.samples():
            outcome = instance.grade_text(sample.text)
            assert getattr(outcome, "verdict", "unreadable") == sample.expect
        assert block.exercise.mistakes[seed].source(block.exercise.reference).strip() in instance.prompt


def test_code_is_graded_again_as_it_stands_on_record(session: Session) -> None:
    keep(session, WRONG, PASSED)  # a grader of another day took it for right
    keep(session, RIGHT, PASSED)
    report = regrade_attempts(COURSE, session.store)
    (change,) = report.changes
    assert report.unchanged == 1 and (change.before.verdict, change.grade.verdict) == ("right", "wrong")
    assert save_regrades(session.store, report) == 1
    assert [each.verdict for each in session.store.attempts()] == ["wrong", "right"]


def test_code_that_may_be_anothers_is_not_run_without_every_wall(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_regrading, "active_guards", lambda: ("time", "memory"))
    keep(session, WRONG, HALF)
    keep(session, RIGHT, PASSED)
    assert regrade_attempts(COURSE, session.store).refused == {"code-neuron": 2}
    folder = session.store.folder / "code"
    folder.mkdir()
    (folder / "code-neuron.py").write_text(RIGHT)
    report = regrade_attempts(COURSE, session.store)
    assert report.refused == {"code-neuron": 1} and report.unchanged == 1


def test_a_check_keeps_the_source_and_an_export_brings_it_elsewhere(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    for source in (WRONG, RIGHT, RIGHT):
        file.write_text(source)
        command("code", "code-neuron", "--check", str(file))
    done = command("export", "-")
    lines = [json.loads(line) for line in done.out.splitlines()]
    kept = [line for line in lines if line.get("type") == "attempt"]
    assert [(line["kind"], line["answer"], line["verdict"]) for line in kept] == [
        ("code", WRONG, "wrong"),
        ("code", RIGHT, "right"),
    ]
    (tmp_path / "record.jsonl").write_text(done.out)
    store = Store.open(tmp_path / "other")
    import_record(store, tmp_path / "record.jsonl")
    assert store.newest_code("code-neuron") == RIGHT


def test_an_error_when_a_file_is_loaded_has_not_run() -> None:
    assert not Report("a", 0, 3, error=RaisedError("SyntaxError", "", 1)).has_run


def test_a_checker_is_closed_at_once_whatever_it_waits_for() -> None:
    """A reference may train for seconds: who leaves does not wait for it."""
    slow = "def neuron(x, w, b):\n    while True: pass\n"
    fields = {name: getattr(NEURON.exercise, name) for name in NEURON.exercise.__struct_fields__}
    checker = Checker(NEURON.id, type(NEURON.exercise)(**fields | {"reference": slow}), shared_launcher())
    told: list[str] = []

    def prepare() -> None:
        try:
            checker.prepare()
        except ChainruleError as error:
            told.append(type(error).__name__)

    waiting = Thread(target=prepare)
    waiting.start()
    while checker._author is None:
        sleep(0.001)
    checker.close()
    waiting.join(10)
    assert told == ["CodeStoppedError"]

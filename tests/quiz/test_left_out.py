"""What an exam was handed in without stays on record, and counts: in the summary, in progress, in an export."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.quiz.helping import answer, session
from tutor.content.course import open_course
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.progress.tables import schema
from tutor.questions.answers.submission import Submission
from tutor.quiz.quiz import Quiz, open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.quiz.summary import summarise
from tutor.statistics.charts import history_chart
from tutor.statistics.figures import compute_figures

EXAM = ("quiz", "--plain", "--exam", "--lesson", "adam", "--count", "5", "--seed", "1")
NAMES: list[tuple[str, int | None]] = [("double-it", 3), ("which-is-more", 1)]


def solution(command: Command, home: Path) -> str:
    """What answers the first question of the exam."""
    said = command(*EXAM, typed="").out
    name = next(line.split(" · ")[1] for line in said.splitlines() if line.startswith("Question 1 of"))
    store = Store.open(home)
    learner = open_quiz(Session(open_course(), store), QuizOptions(Scope("adam"), 5, exam=True, seed=1))
    store.close()
    assert learner.current.question == name
    return learner.current_instance().solution


@pytest.mark.parametrize("ends", ["done\n", "quit\n", "", "skip\n" * 4])
def test_four_of_five_left_out_are_on_record_and_count(command: Command, home: Path, ends: str) -> None:
    said = command(*EXAM, typed=f"{solution(command, home)}\n{ends}").out
    assert "1 of 5 right, 4 left out." in said
    assert said.count("not graded: left out\n") == (8 if "skip" in ends else 4)
    found = json.loads(command("progress", "--json").out)
    (lesson,) = found["lessons"]
    assert (found["attempts"], lesson["attempts"], lesson["right"], lesson["left_out"]) == (5, 5, 1, 4)
    assert "  adam: 1 of 5 answers right (4 left out)" in command("progress").out
    assert "left out |" in command("progress", "--markdown").out
    assert sum(row["left_out"] > 0 for row in found["concepts"]) > 0
    store = Store.open()
    kept = [(item.verdict, item.answer, item.score, item.mode) for item in store.attempts()]
    assert sorted(kept)[:4] == [("left out", "", 0.0, "exam")] * 4
    assert len({item.question for item in store.attempts()}) == 5
    assert len(store.rows("SELECT * FROM cards")) == 1
    history = history_chart(compute_figures(store))
    assert "you gave 5 answers, 4 of them left out of exams, 20% of them right" in history.description
    store.close()


def test_it_comes_out_of_the_program_and_back(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(*EXAM, typed=f"{solution(command, home)}\ndone\n")
    before = json.loads(command("progress", "--json").out)
    exported = command("export", "-").out
    monkeypatch.setenv("CHAINRULE_HOME", str(home / "other"))
    command("import", "-", typed=exported)
    assert json.loads(command("progress", "--json").out)["lessons"] == before["lessons"]
    lines = [json.loads(line) for line in exported.splitlines()]
    assert [line["verdict"] for line in lines if line.get("type") == "attempt"].count("left out") == 4
    assert lines[0]["format"] == 3
    assert "0 answers" not in command("regrade").out
    assert "cannot be read" not in command("regrade").out


def test_an_exam_that_was_left_before_any_answer_was_never_taken(command: Command) -> None:
    assert "0 of 5 right" not in command(*EXAM, typed="quit\n").out
    assert json.loads(command("progress", "--json").out)["attempts"] == 0
    assert "0 of 5 right, 5 left out" in command(*EXAM, typed="done\n").out
    assert json.loads(command("progress", "--json").out)["attempts"] == 5


def test_an_exam_line_by_line_is_not_handed_in_with_questions_unanswered_before_that_is_said(
    command: Command, home: Path
) -> None:
    right = solution(command, home)
    done = command(*EXAM, typed=f"skip\nskip\nskip\nskip\nskip\n{right}\nskip\nskip\nskip\nskip\ndone\n").out
    asked = [line.split()[1] for line in done.splitlines() if line.startswith("Question ") and " of 5 · " in line]
    assert asked == ["1", "2", "3", "4", "5", "1", "2", "3", "4", "5", "2"]
    first, second = (line for line in done.splitlines() if "done hands the exam in as it stands" in line)
    assert first.startswith("Questions 1, 2, 3, 4 and 5 have no answer yet;")
    assert second.startswith("Questions 2, 3, 4 and 5 have no answer yet;")
    assert "1 of 5 right, 4 left out" in done


@pytest.mark.parametrize(("then", "is_left"), [("quit\n", True), ("", True), ("done\n", True), ("\nskip\n", False)])
def test_quit_says_before_it_hands_an_exam_in_that_questions_are_unanswered(
    command: Command, home: Path, then: str, is_left: bool
) -> None:
    right = solution(command, home)
    done = command(*EXAM, typed=f"{right}\nquit\n{then}").out
    told = " ".join(done.split())
    assert "Questions 2, 3, 4 and 5 have no answer yet, and an exam that is left is handed in as it stands." in told
    assert ("Question 3 of 5" in done) is not is_left
    assert "1 of 5 right, 4 left out" in done


def test_practice_leaves_nothing_out(command: Command) -> None:
    command("quiz", "--plain", "--lesson", "adam", "--count", "3", typed="skip\nskip\nskip\n")
    assert json.loads(command("progress", "--json").out)["attempts"] == 0


def test_what_was_left_out_moves_neither_the_schedule_nor_what_is_known(tmp_path: Path) -> None:
    learner = session(tmp_path)
    answer(Quiz(learner, NAMES))
    card, concepts = learner.store.rows("SELECT * FROM cards"), learner.store.summary()["concepts"]
    Quiz(learner, [("double-it", 9)], exam=True).hand_in()
    assert learner.store.rows("SELECT * FROM cards") == card
    after = learner.store.summary()["concepts"]
    assert [(row["level"], row["seconds"]) for row in after] == [(row["level"], row["seconds"]) for row in concepts]
    assert [row["attempts"] for row in after] == [row["attempts"] + 1 for row in concepts]
    learner.store.close()


def test_the_concepts_of_an_exam_are_counted_with_what_was_left_out(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, NAMES, exam=True)
    answer(quiz)
    quiz.hand_in()
    found = summarise(learner.course, quiz.items, exam=True)
    assert (found.right_at_first_try, found.total, found.answered, found.left_out) == (1, 2, 1, 1)
    assert min(mean for _, _, mean in found.concepts) < 1
    assert found.pages
    practice = summarise(learner.course, quiz.items)
    assert (practice.right_at_first_try, practice.total) == (1, 1)
    learner.store.close()


def test_handing_in_twice_records_it_once_and_a_full_disk_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, NAMES, exam=True)
    quiz.submit(Submission("1"))
    quiz.hand_in()
    quiz.hand_in()
    quiz.leave()
    assert learner.store.count() == 2
    other = Quiz(learner, NAMES, exam=True)

    def full(_: object) -> None:
        raise ChainruleError("what was left out was not kept: the disk is full")

    monkeypatch.setattr(learner.store, "add_left_out", full)
    other.hand_in()
    assert other.is_over
    assert other.record_error == "what was left out was not kept: the disk is full"
    learner.store.close()


def test_an_older_record_can_hold_it_after_its_migration(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite3"
    database = sqlite3.connect(path)
    for number, step in enumerate(schema.MIGRATIONS[:2], 1):
        for statement in step:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {number}")
    database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    database.commit()
    database.close()
    learner = session(tmp_path)
    learner.store = Store.open(tmp_path)
    Quiz(learner, NAMES, exam=True).hand_in()
    assert learner.store.notice == ""
    assert learner.store.rows("PRAGMA user_version") == [(schema.SCHEMA_VERSION,)]
    assert [item.verdict for item in learner.store.attempts()] == ["left out", "left out"]
    learner.store.close()

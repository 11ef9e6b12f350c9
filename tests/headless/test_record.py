"""The record's commands: regrade, export and import, the Anki deck, the reports, reset."""

import csv
import io
import json
import sqlite3
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.errors import UsageError
from tutor.exercises.files import MAX_SOURCE_BYTES
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import MAX_TEXT_LENGTH, Attempt
from tutor.questions.base import Grade
from tutor.quiz.regrading import regrade_attempts

QUESTION = "adam-first-m-hat"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def given(raw: str, seed: int = 3, *, score: float | None = None, version: str | None = None) -> Attempt:
    """An answer to a question of the course as a session keeps it, with the grade of today or another."""
    template, lesson = open_course().question(QUESTION)
    outcome = template.draw_instance(seed).grade_text(raw)
    assert isinstance(outcome, Grade)
    return Attempt(
        question=QUESTION,
        lesson=lesson,
        kind=template.kind,
        concepts=template.concepts,
        seed=seed,
        answer=raw,
        score=outcome.score if score is None else score,
        verdict=outcome.verdict if score is None else "right" if score == 1 else "wrong",
        hints=0,
        seconds=20.0,
        at=START + timedelta(minutes=seed),
        program="0.0.1",
        revision=template.revision() if version is None else version,
    )


def put(*attempts: Attempt) -> list[Attempt]:
    store = Store.open()
    for attempt in attempts:
        store.add(attempt)
    store.close()
    return list(attempts)


def solution(seed: int = 3) -> str:
    return open_course().question(QUESTION)[0].draw_instance(seed).solution


def test_an_answer_that_was_graded_wrongly_is_shown_and_nothing_changes(command: Command) -> None:
    put(given(solution(), score=0.0), given(solution(4), seed=4))
    done = command("regrade")
    assert done.code == 0
    first, change, end = done.out.splitlines()
    assert first == "2 answers graded again; 1 grade changes."
    assert change.endswith(f"(seed 3), answered '{solution()}' on 2026-03-01: wrong 0% → right 100%")
    assert end.endswith("chainrule regrade --apply")
    assert Store.open().rows("SELECT COUNT(*) FROM regrades") == [(0,)]


def test_a_mended_grade_is_kept_beside_the_old_one(command: Command) -> None:
    (kept,) = put(given(solution(), score=0.0))
    before = Store.open().rows("SELECT state FROM cards")
    assert "1 new grade on record" in command("regrade", "--apply").out
    store = Store.open()
    (found,) = store.history()
    assert (found.attempt, found.score, found.verdict) == (kept, 1.0, "right")
    assert store.rows("SELECT state FROM cards") != before
    assert "No grade has to be changed." in command("regrade", "--apply").out
    assert len(store.rows("SELECT * FROM regrades")) == 1
    store.close()


def test_what_cannot_be_compared_is_left_alone_and_named(command: Command) -> None:
    gone = replace(given("1"), question="no-such-question", key="a", score=0.5)
    old, unknown = given("1", 4, score=1.0, version="0123456789ab"), given("1", 5, score=1.0, version="")
    unreadable = replace(given("1", 6), answer="%%%")
    store = Store.open()
    put(gone, old, unknown, unreadable)
    found = json.loads(command("regrade", "--json", "--apply").out)
    assert found["gone"] == {"no-such-question": 1}
    assert found["rewritten"] == {QUESTION: 2}
    assert found["unreadable"] == {QUESTION: 1}
    assert (found["graded"], found["changes"], found["kept"]) == (0, [], 0)
    told = command("regrade").out
    assert "Not graded again: 1 answer to questions that are no longer there (no-such-question)." in told
    assert "Not graded again: 2 answers to questions that were rewritten since" in told
    store.close()


def test_an_answer_that_was_taken_back_is_not_graded_anew(command: Command) -> None:
    (kept,) = put(given(solution(), score=0.0))
    store = Store.open()
    store.undo(kept.key)
    store.close()
    assert json.loads(command("regrade", "--json").out)["graded"] == 0


def test_a_long_regrade_shows_how_far_it_is(home: Path) -> None:
    put(*(given("1", seed) for seed in (3, 4, 5)))
    told: list[tuple[int, int]] = []
    regrade_attempts(open_course(), Store.open(), lambda done, all: told.append((done, all)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_every_solution_that_is_read_fits_on_the_record() -> None:
    assert MAX_SOURCE_BYTES <= MAX_TEXT_LENGTH


@pytest.mark.parametrize("sign", ["a", "\u00e9", "\U0001d54f", "\x7f"])
def test_the_longest_answer_on_record_is_read_back_from_every_export(
    command: Command, home: Path, tmp_path: Path, sign: str
) -> None:
    put(replace(given("1"), answer=sign * MAX_TEXT_LENGTH))
    exported = tmp_path / "record.jsonl"
    exported.write_text(command("export", "-").out, "utf-8")
    command("reset", "--yes")
    assert command("import", str(exported)).code == 0
    with pytest.raises(UsageError, match="too long for the record"):
        put(replace(given("1"), answer=sign * (MAX_TEXT_LENGTH + 1)))


def test_an_empty_record_has_nothing_to_grade(command: Command, home: Path) -> None:
    assert command("regrade").out.splitlines()[-1] == "No grade has to be changed."
    assert not home.exists()


def test_a_version_follows_what_is_written_and_not_how(tmp_path: Path) -> None:
    versions = {question.revision() for question in open_course().questions()}
    assert len(versions) == len(open_course().questions())
    assert all(len(version) == 12 for version in versions)
    template, _ = open_course().question(QUESTION)
    assert template.revision() == open_course().question(QUESTION)[0].revision()
    assert template.revision() != msgspec.structs.replace(template, why="Because.").revision()


def notes_in(path: Path, folder: Path) -> dict[str, tuple[list[str], str, str]]:
    """A deck's notes by the question's id: their fields, tags and identifier."""
    with zipfile.ZipFile(path) as package:
        found = package.extract("collection.anki2", folder)
    with closing(sqlite3.connect(found)) as database:
        rows = database.execute("SELECT flds, tags, guid FROM notes").fetchall()
    return {fields.split("\x1f")[0]: (fields.split("\x1f"), tags, guid) for fields, tags, guid in rows}


def test_an_anki_deck_holds_question_answer_and_why_with_formulas(command: Command, tmp_path: Path) -> None:
    deck = tmp_path / "course.apkg"
    done = command("export", str(deck))
    notes = notes_in(deck, tmp_path)
    without_scene = [each for each in open_course().questions() if each.draw_instance(0).scene is None]
    assert done.out == f"{len(without_scene)} questions written to {deck}; open it with Anki\n"
    assert set(notes) == {question.id for question in without_scene}
    (_, question, how, answer, why), tags, _ = notes[QUESTION]
    assert r"\(\beta_1 = {" in question
    assert how.startswith("a number")
    assert answer == open_course().question(QUESTION)[0].draw_instance(0).solution
    assert r"\(\hat m = (1 - \beta_1)" in why
    assert tags.split() == ["adam", "bias-correction"]
    assert not any("$" in field for fields, _, _ in notes.values() for field in fields)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_a_deck_of_one_lesson_has_its_questions_alone(command: Command, tmp_path: Path) -> None:
    deck = tmp_path / "node.apkg"
    done = command("export", str(deck), "--lesson", "node")
    questions = [question for question in open_course().questions("node") if question.draw_instance(0).scene is None]
    assert done.out.startswith(f"{len(questions)} questions written")
    assert set(notes_in(deck, tmp_path)) == {question.id for question in questions}
    assert "did you mean 'node'?" in command("export", str(tmp_path / "x.apkg"), "--lesson", "nod").error_line
    assert "leave it out" in command("export", str(tmp_path / "x.jsonl"), "--lesson", "node").error_line


def test_a_later_deck_has_fresh_numbers_and_updates_the_same_notes(command: Command, tmp_path: Path) -> None:
    assert command("export", str(tmp_path / "one.deck"), "--anki").code == 0
    put(given("1", seed=0))
    assert command("export", str(tmp_path / "two.deck"), "--anki").code == 0
    one, two = (notes_in(tmp_path / name, tmp_path) for name in ("one.deck", "two.deck"))
    assert {id: note[2] for id, note in one.items()} == {id: note[2] for id, note in two.items()}
    assert [id for id in one if one[id][0] != two[id][0]] == [QUESTION]


def test_a_deck_that_cannot_be_made_says_why(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cannot be written" in command("export", str(tmp_path / "no" / "x.apkg")).error_line
    monkeypatch.setitem(sys.modules, "genanki", None)
    done = command("export", str(tmp_path / "x.apkg"))
    assert done.code == 1
    assert "pip install '.[anki]'" in done.error_line
    assert "pip install 'chainrule[anki]'" in done.error_line
    assert not (tmp_path / "x.apkg").exists()


def test_a_report_as_markdown_has_its_tables(command: Command) -> None:
    put(replace(given(solution()), confidence="sure"), replace(given("77", 4), confidence="guess"))
    lines = command("progress", "--markdown").out.splitlines()
    assert lines[0] == "# Progress"
    assert lines[2].startswith("2 answers on record;")
    assert "| adam | 2 | 1 | 1 |  |" in lines
    assert any(line.startswith("| bias-correction | 2 | 1 | ") for line in lines)
    assert lines[lines.index("## How sure, how right") + 4 :][:2] == ["| sure | 1 | 1 |", "| guess | 1 | 0 |"]
    assert all(line.startswith(("#", "|")) for line in lines[3:] if line)


def test_a_report_as_csv_has_one_row_a_concept(command: Command) -> None:
    put(given(solution()), given("77", 4))
    rows = list(csv.DictReader(io.StringIO(command("progress", "--csv").out)))
    assert [row["concept"] for row in rows] == ["bias-correction"]
    assert (rows[0]["answers"], rows[0]["right"], rows[0]["mean seconds"]) == ("2", "1", "20.0")
    assert 0 < float(rows[0]["level"]) < 1
    assert rows[0]["due"] == str(len(Store.open().due()))


def test_an_empty_record_has_reports_too(command: Command, home: Path) -> None:
    assert command("progress", "--markdown").out.startswith("# Progress\n")
    assert command("progress", "--csv").out.startswith("concept,answers,right,level")
    assert "give one of" in command("progress", "--csv", "--json").error_line
    assert not home.exists()


def test_reset_keeps_a_copy_of_everything(command: Command, home: Path) -> None:
    put(given("1"), given("2", 4))
    assert "without a terminal, add --yes" in command("reset").error_line
    assert Store.open().count() == 2
    kept = Path(command("reset", "--yes").out.splitlines()[0].split(" kept at ")[1])
    assert Store.open().count() == 0
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute("SELECT COUNT(*) FROM standing").fetchone() == (2,)


def test_a_reset_says_that_later_hand_ins_lack_the_exams_on_record(command: Command) -> None:
    put(given("1"))
    assert command("reset", "--yes").err == ""
    exam = ("quiz", "--plain", "--exam", "--lesson", "node", "--count", "1", "--seed", "7")
    assert [command(*exam, typed="a\n").code for _ in range(2)] == [0, 0]
    done = command("reset", "--yes")
    assert (done.code, done.err) == (
        0,
        "chainrule: what you hand in later will lack 2 exams on record; tell your teacher\n",
    )

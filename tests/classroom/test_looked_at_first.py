"""What speaks against a mark stands beside it: as a sign with its legend, in the table, on the page, in the CSV."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.classroom.pupils import START, answer_to, course, questions, write_hand_in
from tests.conftest import Command
from tutor.classroom.report import ClassReport, LearnerRow
from tutor.classroom.suspicion import REASONS, legend_lines
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.progress.tables.resets import make_reset
from tutor.text.moments import local_moment

DAY = timedelta(days=1)


def answers(number: int, count: int = 3) -> list[Attempt]:
    """What one learner answered, as nobody else did."""
    asked, at = questions(("node",), count), START + timedelta(hours=number)
    return [answer_to(id, number, True, at + timedelta(minutes=n, microseconds=7)) for n, id in enumerate(asked)]


@pytest.fixture
def begun_again(command: Command, home: Path, tmp_path: Path) -> list[Path]:
    """The record of a learner who began a lesson again, then everything, and what he hands in."""
    asked = questions(("node",), 4)
    store = Store.open()
    for id in asked:
        store.add(answer_to(id, 1, False, START))
    store.close()
    assert "what you hand in says so" in command("reset", "--lesson", "node", "--yes").out
    for seed in (2, 3):
        store = Store.open()
        store.add(answer_to(asked[0], seed, seed == 3, START))
        store.close()
        if seed == 2:
            assert "what you hand in says so" in command("reset", "--yes").out
    file = tmp_path / "in" / "ben.jsonl"
    file.parent.mkdir()
    done = command("hand-in", "--name", "Ben", "--to", str(file))
    assert (done.code, len(done.out.splitlines())) == (0, 2)
    last = done.out.splitlines()[-1]
    assert last.startswith("Your teacher sees in it that you began lesson node again on ")
    assert ", after 4 answers; began the whole course again on " in last
    assert last.endswith(", after 1 answer.")
    return [file, home / "record.sqlite3"]


def test_what_was_begun_again_is_told_wherever_a_class_is_looked_over(
    command: Command, tmp_path: Path, begun_again: list[Path]
) -> None:
    for number, path in enumerate(begun_again):
        (row,) = json.loads(command("class", str(path), "--json").out)["learners"]
        assert [(each["lesson"], each["answers"], each["exams"]) for each in row["resets"]] == [
            ("node", 4, 0),
            ("", 1, 0),
        ]
        assert row["suspect"] == ["resets"]
        table, page = tmp_path / f"{number}.csv", tmp_path / f"{number}.html"
        told = command("class", str(path), "--csv", str(table), "--html", str(page)).out
        html, (line,) = page.read_text("utf-8"), csv.DictReader(table.read_text("utf-8").splitlines())
        for reset, words in zip(row["resets"], ("lesson node", "the whole course"), strict=True):
            moment = local_moment(START.fromisoformat(reset["at"]))
            count = "4 answers" if reset["lesson"] else "1 answer"
            said = f"{row['name']}: began {words} again on {moment}, after {count}"
            assert said in told
            assert said in html
            assert f"began {words} again, after {count}" in line["Feedback"]
        assert line["Check"] == REASONS["resets"]


def test_a_lesson_that_an_assignment_does_not_ask_about_may_be_begun_again(
    command: Command, tmp_path: Path, home: Path
) -> None:
    store = Store.open()
    store.add(answer_to(questions(("node",), 1)[0], 1, True, START))
    reset = make_reset(START, "adam", 5)
    store.save_stored(reset.name, reset.value, "the reset")
    store.close()
    week = tmp_path / "week.yaml"
    for lesson, suspect in (("node", []), ("adam", ["resets"])):
        week.write_text(f"title: A\nlessons: [{lesson}]\n", "utf-8")
        done = command("class", str(home / "record.sqlite3"), "--assignment", str(week), "--json")
        (row,) = json.loads(done.out)["learners"]
        assert row["suspect"] == suspect
        assert row["resets"] != []


def test_every_reason_stands_beside_the_marks_with_its_legend(command: Command, tmp_path: Path) -> None:
    folder, end = tmp_path / "in", START + 7 * DAY
    one, right = answers(1), "right"
    wrong = answer_to(questions(("node",), 1)[0], 5, False, START + 5 * DAY, score=1.0, verdict=right)
    handed_in: dict[str, object] = {"handed_in": end.isoformat(), "assignment": "A"}
    write_hand_in(folder / "honest.jsonl", "Honest", answers(9), student_id="h", **handed_in)
    write_hand_in(folder / "copy.jsonl", "Copier", one, student_id="c", **handed_in)
    write_hand_in(folder / "copied.jsonl", "Copied", one, student_id="d", **handed_in)
    write_hand_in(folder / "edited.jsonl", "Editor", [*answers(3), wrong], student_id="e", **handed_in)
    write_hand_in(folder / "dated.jsonl", "Timer", answers(4), student_id="t", handed_in=(START - DAY).isoformat())
    write_hand_in(folder / "two.jsonl", "Double", answers(6), student_id="H", **handed_in)
    changed = write_hand_in(folder / "changed.jsonl", "Changer", answers(7), student_id="x", **handed_in)
    changed.write_text(changed.read_text("utf-8").replace('"hints": 0', '"hints": 1', 1), "utf-8")
    week, table, page = tmp_path / "week.yaml", tmp_path / "all.csv", tmp_path / "all.html"
    week.write_text("title: A\nlessons: [node]\ncount: 3\n", "utf-8")
    asked = ("class", str(folder), "--assignment", str(week))
    found = {each["name"]: each["suspect"] for each in json.loads(command(*asked, "--json").out)["learners"]}
    assert found == {
        "Changer": ["changed_files"],
        "Copied": ["copies"],
        "Copier": ["copies"],
        "Double": ["student_id"],
        "Editor": ["differences"],
        "Honest": ["student_id"],
        "Timer": ["contradictions"],
    }
    told = command(*asked, "--csv", str(table), "--html", str(page)).out
    lines, html = told.splitlines(), page.read_text("utf-8")
    end_of_table = lines.index("")
    for reason, names in (("copies", "Copied and Copier"), ("differences", "Editor"), ("changed_files", "Changer")):
        assert f"! {REASONS[reason]}: {names}" in lines[end_of_table:]
        assert f"<p>! {REASONS[reason]}: {names}</p>" in html
    assert "  Copier: 100 of 100 (!) (handed in" in told
    assert '<td>Copier</td><td class="n">100.0 !</td>' in html
    checks = {row["Student"]: row["Check"] for row in csv.DictReader(table.read_text("utf-8").splitlines())}
    assert checks["Editor"] == REASONS["differences"]
    for own in ("canvas", "moodle"):
        command("class", str(folder), "--csv", str(table), "--gradebook", own, "--force")
        assert "Check" not in next(csv.reader(table.read_text("utf-8").splitlines()))


def test_a_class_without_suspicion_has_no_sign_and_no_legend(command: Command, tmp_path: Path) -> None:
    write_hand_in(tmp_path / "ada.jsonl", "Ada", answers(1), student_id="a")
    page = tmp_path / "all.html"
    told = command("class", str(tmp_path / "ada.jsonl"), "--html", str(page)).out
    assert "!" not in told
    assert "!" not in page.read_text("utf-8").partition("<body>")[2]


def test_what_was_not_answered_stands_beside_the_marks(command: Command, tmp_path: Path) -> None:
    whole = [question.id for question in course().questions("node")]
    write_hand_in(tmp_path / "ada.jsonl", "Ada", answers(1))
    page = tmp_path / "all.html"
    told = command("class", str(tmp_path / "ada.jsonl"), "--html", str(page)).out
    assert f"  3 of {len(whole)}  " in told
    assert f'<td class="n">{round(300 / len(whole), 1)} (3 of {len(whole)} answered)</td>' in page.read_text("utf-8")
    week = tmp_path / "week.yaml"
    for count, said in (
        (6, "50 of 100, 3 of 6 answered (handed"),
        (3, "100 of 100 (handed"),
        (2, "100 of 100 (handed"),
    ):
        week.write_text(f"title: A\nlessons: [node]\ncount: {count}\n", "utf-8")
        write_hand_in(tmp_path / "ada.jsonl", "Ada", answers(1), handed_in=(START + DAY).isoformat())
        assert f"  Ada: {said}" in command("class", str(tmp_path / "ada.jsonl"), "--assignment", str(week)).out


def test_every_suspicion_is_a_key_of_the_report_that_says_more(command: Command, tmp_path: Path) -> None:
    write_hand_in(tmp_path / "ada.jsonl", "Ada", answers(1))
    told = json.loads(command("class", str(tmp_path / "ada.jsonl"), "--json").out)
    assert {*REASONS} <= {*told, *told["learners"][0]}
    assert ClassReport.__struct_fields__ == tuple(told)


def test_a_legend_of_many_learners_stays_short(command: Command, tmp_path: Path) -> None:
    write_hand_in(tmp_path / "ada.jsonl", "Ada", answers(1))
    told = json.loads(command("class", str(tmp_path / "ada.jsonl"), "--json").out)
    row = msgspec.convert(told["learners"][0], LearnerRow)
    many = [msgspec.structs.replace(row, name=f"L{n}", suspect=["copies"]) for n in range(25)]
    (line,) = legend_lines(many)
    assert line.endswith("L18, L19 and 5 more")

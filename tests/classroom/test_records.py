"""The records of a class that is served are looked over where they lie; packs and assignments are there for all."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.classroom.pupils import START, answer_to, questions, write_hand_in
from tests.conftest import Command
from tests.packs.making import SOUND, as_folder
from tutor.classroom.shelf import list_kept_files
from tutor.content.checks import blocks
from tutor.packs.installed import is_proved
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.progress.tables.paths import RECORD_NAME
from tutor.serving.program import Program, make_environment, prepare_home

LATER = {**SOUND, "pack.yaml": SOUND["pack.yaml"].replace(b'"1.0"', b'"2.0"')}


def record(folder: Path, name: str, *attempts: Attempt, id: str = "") -> Store:
    """The record of a learner who is served; it is open, as when the learner is at work."""
    prepare_home(folder, name)
    if id:
        with (folder / "settings.toml").open("a") as file:
            file.write(f'student_id = "{id}"\n')
    store = Store.open(folder)
    for attempt in attempts:
        store.add(attempt)
    return store


def test_a_served_learner_without_a_student_id_is_told_with_the_command_that_sets_it(
    command: Command, tmp_path: Path
) -> None:
    records, answer = tmp_path / "class-records", answer_to(questions(("node",), 1)[0], 1, True, START)
    record(records / "cem-1", "Cem Can", answer).close()
    said = "in a served class set it with: chainrule serve --roster FILE --add 'Cem Can <ID>'"
    handing_in = "each sets student_id in the settings and hands in again"
    for name, has_file in (("one.csv", False), ("two.csv", True)):
        if has_file:
            write_hand_in(tmp_path / "ada.jsonl", "Ada", [answer])
        paths = [str(records), *([str(tmp_path / "ada.jsonl")] if has_file else [])]
        told = command("class", *paths, "--csv", str(tmp_path / name)).out
        assert said in told
        assert (handing_in in told) == has_file


def test_a_class_that_is_served_needs_to_hand_nothing_in(command: Command, tmp_path: Path) -> None:
    asked, records = questions(("node",), 4), tmp_path / "class-records"
    answers = [answer_to(question, 1, True, START + timedelta(hours=n)) for n, question in enumerate(asked)]
    ada = record(records / "ada-1", "Ada", *answers, id="ada@x.example")
    ada.undo(ada.attempts()[0].key)
    late = answer_to(asked[3], 2, True, START + timedelta(days=3))
    record(records / "ben-2", "Ben", late, answer_to(asked[0], 9, False, START)).close()
    prepare_home(records / "cy-3", "Cy")
    (records / "damaged-4").mkdir()
    (records / "damaged-4" / RECORD_NAME).write_bytes(b"no database" * 1000)
    (records / "linked-5").mkdir()
    (records / "linked-5" / RECORD_NAME).symlink_to(records / "ada-1" / RECORD_NAME)
    before = {path: path.read_bytes() for path in sorted(records.rglob("*")) if path.is_file()}
    week = tmp_path / "week.yaml"
    week.write_text("title: Week 3\nlessons: [node]\ncount: 2\ndeadline: 2026-10-06T00:00Z\n")
    done = command("class", str(records), "--assignment", str(week), "--csv", str(tmp_path / "g.csv"), "--json")
    told = json.loads(done.out)
    rows = {each["name"]: each for each in told["learners"]}
    assert {name: (row["answers"], row["score"], row["late_seconds"]) for name, row in rows.items()} == {
        "Ada": (3, 100.0, None),
        "Ben": (2, 50.0, timedelta(days=2, hours=9).total_seconds()),
        "Cy": (0, None, None),
    }
    assert (rows["Ada"]["student_id"], rows["Ada"]["undone"], rows["Ada"]["handed_in"]) == ("ada@x.example", 1, None)
    assert [Path(fault["file"]).parent.name for fault in told["faults"]] == ["damaged-4", "linked-5"]
    assert {path: path.read_bytes() for path in before} == before
    assert not any("left alone" in remark for remark in told["remarks"])
    ada.close()


def test_a_damaged_record_stands_in_the_row_of_its_learner(command: Command, tmp_path: Path) -> None:
    records, names = tmp_path / "class-records", tmp_path / "class.txt"
    for folder, name in (("ada-1", "Ada"), ("ben-2", "Ben")):
        prepare_home(records / folder, name)
    damaged = records / "ada-1" / RECORD_NAME
    damaged.write_bytes(b"no database" * 1000)
    names.write_text("Ada\nBen\n")
    told = json.loads(command("class", str(records), "--roster", str(names), "--json").out)
    assert [fault["learner"] for fault in told["faults"]] == ["Ada"]
    assert {row["name"]: row["unreadable"] for row in told["learners"]} == {"Ada": [str(damaged)], "Ben": []}


def test_an_answer_after_the_mark_was_full_is_not_late(command: Command, tmp_path: Path) -> None:
    asked = questions(("node",), 3)
    answers = [answer_to(question, 1, True, START + timedelta(days=n)) for n, question in enumerate(asked)]
    record(tmp_path / "r" / "ada", "Ada", *answers).close()
    week = tmp_path / "week.yaml"
    for count, late in ((2, None), (3, timedelta(days=1).total_seconds())):
        deadline = datetime(2026, 10, 6, 9, tzinfo=UTC).isoformat()
        week.write_text(f"title: Week 3\nlessons: [node]\ncount: {count}\ndeadline: {deadline}\n")
        (row,) = json.loads(command("class", str(tmp_path / "r"), "--assignment", str(week), "--json").out)["learners"]
        assert row["late_seconds"] == late


@pytest.fixture
def shared(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the teacher's with a pack that was added once and an assignment, and learners who are given it."""
    folder = tmp_path / "for-all"
    monkeypatch.setenv("CHAINRULE_HOME", str(folder))
    assert command("pack", "add", str(as_folder(tmp_path / "mine"))).code == 0
    (folder / "assignments").mkdir()
    (folder / "assignments" / "1.yaml").write_text("title: Counting\npack: counting 1.0\ncount: 1\n")
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "learner"))
    monkeypatch.setenv("CHAINRULE_SHARED", str(folder))
    return folder


def test_what_is_shared_is_there_for_every_learner(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: Path
) -> None:
    before = sorted(shared.rglob("*"))
    for name in ("one", "two"):
        monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / name))
        assert "counting 1.0: Counting, slowly" in command("pack", "list").out
        assert "Question · " in command("quiz", "--plain", "--lesson", "toy", "--count", "1", typed="quit\n").out
        (assignment,) = list_kept_files(tmp_path / name)
        assert command("quiz", "--plain", "--assignment", str(assignment), typed="quit\n").code == 0
        assert f"1.yaml in {tmp_path / name / 'assignments'} and" in " ".join(command("doctor").out.split())
        refused = command("pack", "remove", "counting")
        assert (refused.code, "is shared by several learners" in refused.error_line) == (1, True)
    assert sorted(shared.rglob("*")) == before


def test_a_learner_s_own_pack_and_assignment_go_before_the_shared(
    command: Command, tmp_path: Path, shared: Path
) -> None:
    assert command("pack", "add", str(as_folder(tmp_path / "later", LATER))).code == 0
    assert command("pack", "list").out.startswith("counting 2.0")
    own = tmp_path / "learner" / "assignments" / "1.yaml"
    own.parent.mkdir()
    own.write_text("title: Mine\n")
    assert list_kept_files(tmp_path / "learner") == [own]
    assert command("pack", "remove", "counting").code == 0
    assert command("pack", "list").out.startswith("counting 1.0")


def test_shared_packs_are_checked_once_and_not_by_each_learner(
    command: Command, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "all_block_notes", lambda reading: pytest.fail(f"{reading.path} is checked again"))
    assert "Toy" in command("learn", "toy", "--plain", typed="quit\n").out
    assert is_proved(shared / "packs" / "counting" / "01-toy.md")


LOOK = """
import json, sys
from pathlib import Path
task = json.loads(sys.argv[1])
from tutor.sandbox.guards import restrict_to_folders
restrict_to_folders(map(Path, task["walls"]["read"]), map(Path, task["walls"]["write"]))
from tutor.classroom.shelf import list_kept_files
from tutor.commands.launcher import open_course_with_packs
from tutor.packs.installed import is_proved, pack_folders
from tutor.progress.tables.paths import home, shared_home
course = open_course_with_packs(())
path = course.lesson("toy").heading.path
try:
    (shared_home() / "record.sqlite3").read_bytes()
    secret = "read"
except PermissionError:
    secret = "shut"
print(json.dumps([is_proved(path), [each.name for each in list_kept_files(home())], secret]))
"""


def test_a_served_learner_reads_what_is_shared_and_nothing_else_there(tmp_path: Path, shared: Path) -> None:
    (shared / RECORD_NAME).write_bytes(b"the teacher's own")
    (tmp_path / "home").mkdir()
    program = Program(shared=shared, command=(sys.executable, "-P", "-c", LOOK))
    done = subprocess.run(
        program.arguments(tmp_path / "home", tmp_path / "home"),
        env=make_environment(tmp_path / "home", tmp_path / "home", (80, 24), shared=program.shared),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, json.loads(done.stdout)) == ("", [True, ["1.yaml"], "shut"])

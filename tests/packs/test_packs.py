"""What a pack is good for: built the same each time, added whole, known to every command, removed without loss."""

import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from tests.conftest import Command
from tests.packs.making import EXERCISE, LESSON, MANIFEST, SOUND, as_folder, as_zip
from tests.progress.helping import attempt
from tutor import __version__
from tutor.commands.launcher import open_course_with_packs, open_record
from tutor.content.checks import blocks
from tutor.content.pack import version_numbers
from tutor.content.read import ParsedLesson
from tutor.content.yaml_tree import Note
from tutor.packs import shelf
from tutor.packs.installed import asset_path, digest_of, is_proved, pack_folders, proof_path, removed_lessons
from tutor.plain.home import map_lines
from tutor.quiz.parts import course_parts
from tutor.screens.course.map_lines import format_map_line, list_map_entries

PAGE = Path(__file__).parents[2] / "docs" / "packs.md"


def test_the_pack_of_the_page_is_made_by_its_commands(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = PAGE.read_text("utf-8").partition("## Making one from nothing")[2]
    match = re.search(r"```sh\n(.*?)```", block, re.DOTALL)
    assert match
    lines = match[1].splitlines()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    outs = {line: command(*shlex.split(line)[1:], typed="quit\n") for line in lines}
    assert {line: done.err for line, done in outs.items() if done.code or done.err} == {}
    assert outs["chainrule check vectors"].out == "no faults found\n"
    assert "dot-product: Dot product" in outs["chainrule pack list"].out
    assert [path.name for path in Path("vectors").glob("*.md")] != []
    assert pack_folders() == ()
    manifest = re.search(r"```yaml\n(.*?)```", block, re.DOTALL)
    assert manifest
    Path("vectors", "pack.yaml").write_text(manifest[1])
    assert command("check", "vectors").out == "no faults found\n"


def test_what_is_built_is_the_same_each_time_and_installs(command: Command, tmp_path: Path) -> None:
    folder = as_folder(tmp_path / "mine")
    (folder / ".DS_Store").write_bytes(b"\0")
    first, second = tmp_path / "a.zip", tmp_path / "b.zip"
    for path in (first, second):
        assert "counting 1.0 written" in command("pack", "build", str(folder), "--to", str(path)).out
        (folder / "assets" / "points.csv").touch()
    assert first.read_bytes() == second.read_bytes()
    assert "there already" in command("pack", "build", str(folder), "--to", str(first)).error_line
    assert "Counting, slowly, 1 lesson." in command("pack", "add", str(first)).out
    (installed,) = pack_folders()
    assert {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()} == {*SOUND}
    assert (installed / "01-toy.md").read_bytes() == SOUND["01-toy.md"]


def test_faults_are_listed_and_no_zip_is_written(command: Command, tmp_path: Path) -> None:
    bad = LESSON.replace("answer: a + 1", "answer: b + 1").replace("id: toy-larger", "id: adam-first-m-hat")
    folder = as_folder(tmp_path / "mine", {**SOUND, "01-toy.md": bad.encode()})
    done = command("pack", "build", str(folder), "--to", str(tmp_path / "out.zip"))
    assert "no zip was written" in done.error_line
    assert "is taken by the course" in done.out
    assert "01-toy.md:51: question toy-sum: answer" in done.out
    assert done.out.splitlines() == command("check", str(folder)).out.splitlines()
    assert done.out.splitlines() == command("check", str(folder), str(folder)).out.splitlines(), "each fault once"
    assert not (tmp_path / "out.zip").exists()


@pytest.fixture
def installed(command: Command, tmp_path: Path) -> Path:
    lesson = (LESSON + EXERCISE).encode()
    assert command("pack", "add", str(as_zip(tmp_path / "pack.zip", {**SOUND, "01-toy.md": lesson}))).code == 0
    (folder,) = pack_folders()
    return folder


def test_every_command_knows_an_installed_pack(command: Command, installed: Path) -> None:
    assert "Toy: a lesson with every block" in command("learn", "toy", "--plain", typed="quit\n").out
    assert "right" in command("ask", "toy-larger", "--seed", "1", "--answer", "Two").out
    assert "toy-sum" in command("quiz", "--plain", "--lesson", "toy", "--count", "5", typed="skip\n" * 9).out
    assert "What is" in command("worksheet", "counting").out
    assert "kernel: A small grid of numbers; here there are 125." in command("glossary", "kernel").out
    assert "one kernel is enough" in command("errata").out
    assert command("errata", "--pack", "counting").out.startswith(
        "Common slip 1 (Counting, slowly: chainrule learn toy --section 2)"
    )
    own = command("glossary", "--pack", "counting").out
    assert len(re.findall("^- ", own, re.MULTILINE)) == 2
    assert "saving (Counting, slowly: chainrule learn toy" in command("formulas", "--pack", "counting").out
    assert "did you mean 'counting'?" in command("glossary", "--pack", "countin").error_line
    assert "code-toy" in command("code", "--list").out
    told = json.loads(command("pack", "list", "--json").out)["packs"]
    assert [(each["name"], each["version"], [lesson["id"] for lesson in each["lessons"]]) for each in told] == [
        ("counting", "1.0", ["toy"])
    ]
    assert "; packs: counting" in command("doctor").out
    assert json.loads(command("doctor", "--json").out)["lessons"]["packs"] == ["counting"]
    assert command("check", str(installed)).out == "no faults found\n"
    assert command("due").out == "nothing due\n"


def test_a_pack_stands_on_the_map_under_its_heading_after_the_course(command: Command, installed: Path) -> None:
    rows = command("learn", "node", "--plain", "--lessons", str(installed), typed="quit\n").out
    assert rows
    store = open_record()
    course = open_course_with_packs(())
    lines = map_lines(course, store)
    entries = list_map_entries(course, store, {})
    store.close()
    assert [(entry.id, entry.is_heading) for entry in entries][-3:] == [
        ("digits", False),
        ("pack 1", True),
        ("toy", False),
    ]
    assert format_map_line(entries[-2], 77).plain == "Counting, slowly"
    assert format_map_line(entries[-2], 9).plain == "Counting…"
    (own,) = [part for part in course_parts(course) if part.name == "Counting, slowly: Tests"]
    assert own.lessons == ("toy",)
    assert lines[-4:-1] == ["", "The pack “Counting, slowly”.", "Tests:"]
    assert lines[-1].startswith("  23. Toy: a lesson with every block")
    assert course.lesson("toy").heading.words == "Counting, slowly, lesson 1"
    assert [heading.pack for heading in course.headings][-2:] == ["", "Counting, slowly"]
    assert course.faults == ()


def test_the_authors_own_folder_comes_before_the_installed_pack(
    command: Command, installed: Path, tmp_path: Path
) -> None:
    changed = LESSON.replace("Toy: a lesson", "Mine: a lesson").encode()
    folder = as_folder(tmp_path / "mine", {**SOUND, "01-toy.md": changed})
    for line in (
        ("--lessons", str(folder), "learn", "toy", "--plain"),
        ("learn", "--lessons", str(folder), "toy", "--plain"),
        ("learn", "toy", "--plain", f"--lessons={folder}"),
    ):
        assert "Mine: a lesson" in command(*line, typed="quit\n").out
    assert "no such folder" in command("learn", "toy", "--plain", "--lessons", str(tmp_path / "no")).error_line


def test_what_was_answered_in_a_removed_pack_stays(command: Command, installed: Path, tmp_path: Path) -> None:
    store = open_record()
    long_ago = datetime.now(UTC) - timedelta(days=90)
    store.add(replace(attempt(1, at=long_ago), question="toy-sum", lesson="toy", concepts=("counting",)))
    store.close()
    assert command("due").out == "1 question due\n"
    assert json.loads(command("due", "--json").out)["questions"] == ["toy-sum"]
    command("quiz", "--plain", "--lesson", "toy", "--count", "9", typed="a\n2\n" * 9)
    before = json.loads(command("progress", "--json").out)
    assert before["attempts"] > 1
    assert "stays on record" in command("pack", "remove", "counting").out
    assert not installed.exists()
    after = json.loads(command("progress", "--json").out)
    assert after["attempts"] == before["attempts"]
    (row,) = [row for row in after["lessons"] if row["id"] == "toy"]
    assert row["gone"] == "of the pack “Counting, slowly”, which is not installed"
    assert "of the pack “Counting, slowly”, which is not installed" in command("progress").out
    assert "no lesson 'toy'" in command("learn", "toy").error_line
    assert command("due").out == "nothing due\n"
    assert command("pack", "add", str(tmp_path / "pack.zip")).code == 0
    again = json.loads(command("progress", "--json").out)
    assert [row for row in again["lessons"] if row["id"] == "toy"] == [
        row for row in before["lessons"] if row["id"] == "toy"
    ]


def test_a_pack_is_replaced_whole_or_not_at_all(
    command: Command, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = {**SOUND, "pack.yaml": MANIFEST.replace('"1.0"', '"1.1"').encode(), "assets/more.csv": b"1\n"}
    source = as_folder(tmp_path / "later", later)
    refused = command("pack", "add", str(source)).error_line
    assert "counting 1.0 is installed already; to replace it by counting 1.1 add --force" in refused
    kept = {path.name: path.read_bytes() for path in installed.rglob("*") if path.is_file()}
    real = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name == "counting" and target == installed and (path / "assets" / "more.csv").exists():
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    assert "No space left" in command("pack", "add", str(source), "--force").error_line
    assert {path.name: path.read_bytes() for path in installed.rglob("*") if path.is_file()} == kept
    monkeypatch.undo()
    monkeypatch.setenv("CHAINRULE_HOME", str(installed.parents[1]))
    assert "counting 1.1 is installed" in command("pack", "add", str(source), "--force").out
    assert sorted(path.name for path in installed.parent.iterdir()) == ["counting", "counting.proved"]
    assert (installed / "assets" / "more.csv").exists()


def test_a_full_disk_leaves_nothing_behind(
    command: Command, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def fail(path: Path, mode: str = "r") -> IO[Any]:
        if path.suffix == ".csv" and mode == "xb":
            raise OSError(28, "No space left on device")
        return real(path, mode)

    monkeypatch.setattr(Path, "open", fail)
    before = {*installed.parent.rglob("*")}
    assert "No space left on device" in command("pack", "add", str(tmp_path / "pack.zip"), "--force").error_line
    assert {*installed.parent.rglob("*")} == before


def test_ids_of_another_pack_are_refused(command: Command, installed: Path, tmp_path: Path) -> None:
    other = {**SOUND, "pack.yaml": MANIFEST.replace("name: counting", "name: other").encode()}
    done = command("pack", "add", str(as_folder(tmp_path / "other", other)))
    assert "01-toy.md:2: the lesson id 'toy' is taken by the pack counting; rename it" in done.error_line


def test_a_spoilt_pack_is_said_and_can_be_removed(command: Command, installed: Path) -> None:
    (installed / "pack.yaml").write_text("name: 3")
    assert "! " in command("pack", "list").out
    assert json.loads(command("pack", "list", "--json").out)["packs"][0]["version"] is None
    assert "Toy" in command("learn", "toy", "--plain", typed="quit\n").out
    assert command("pack", "remove", "counting").code == 0
    assert pack_folders() == ()


def test_of_a_linked_pack_the_link_and_its_proof_are_removed(command: Command, installed: Path, tmp_path: Path) -> None:
    elsewhere = installed.rename(tmp_path / "elsewhere")
    installed.symlink_to(elsewhere, target_is_directory=True)
    assert proof_path(installed).exists()
    assert command("pack", "remove", "counting").code == 0
    assert not installed.is_symlink() and not proof_path(installed).exists()
    assert (elsewhere / "pack.yaml").exists()


def test_what_was_checked_is_not_proved_again_until_it_changes(
    command: Command, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[Path] = []
    real = blocks.all_block_notes

    def count(reading: ParsedLesson) -> Iterator[Note]:
        proved.append(reading.path)
        return real(reading)

    monkeypatch.setattr(blocks, "all_block_notes", count)
    lesson = installed / "01-toy.md"
    assert "Toy" in command("learn", "toy", "--plain", typed="quit\n").out
    assert proved == []
    assert is_proved(lesson)
    lesson.write_text(lesson.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    assert "Toy" in command("learn", "toy", "--plain", typed="quit\n").out
    assert proved == [lesson]
    lesson.write_text(lesson.read_text("utf-8").replace("answer: a + 1", "answer: b + 1"), "utf-8")
    assert "cannot be opened" in command("learn", "toy", "--plain").error_line
    for odd in ("[]", "{}", "3", '{"program": 1}', "[" * 9_000, "\0"):
        (installed.parent / "counting.proved").write_text(odd)
        (installed.parent / "removed.json").write_text(odd)
        assert not is_proved(lesson)
        assert removed_lessons() == {}


def test_a_folder_that_says_it_was_checked_is_proved_all_the_same(command: Command, tmp_path: Path) -> None:
    bad = LESSON.replace("answer: a + 1", "answer: b + 1").encode()
    folder = as_folder(tmp_path / "counting", {**SOUND, "01-toy.md": bad})
    proof = {"program": __version__, "lessons": {"01-toy.md": digest_of(folder / "01-toy.md")}}
    (tmp_path / "counting.proved").write_text(json.dumps(proof))
    assert "cannot be opened" in command("learn", "toy", "--plain", "--lessons", str(folder)).error_line


def test_data_of_a_pack_is_named_by_the_pack(command: Command, installed: Path) -> None:
    assert asset_path(Path("pack:counting/points.csv")) == installed / "assets" / "points.csv"
    assert asset_path(Path("points.csv")) == Path("points.csv")
    run = ("sim", "playground", "--steps", "1", "--last", "--json", "--data")
    assert json.loads(command(*run, "pack:counting/points.csv").out)["params"]["dataset"] == "own"
    assert "no installed pack 'nothing'" in command(*run, "pack:nothing/points.csv").error_line
    for odd in ("pack:counting/../pack.yaml", "pack:counting", "pack:counting/"):
        assert "names no data of a pack" in command(*run, odd).error_line


def test_what_a_stopped_program_left_behind_goes_with_the_next_pack(command: Command, installed: Path) -> None:
    old, new = installed.parent / ".chainrule-old.part", installed.parent / ".chainrule-new.part"
    for path in (old, new):
        (path / "counting").mkdir(parents=True)
    os.utime(old, (0, 0))
    assert len(shelf.installed_packs()) == 1
    assert command("pack", "add", str(installed), "--force").code == 0
    assert (old.exists(), new.exists()) == (False, True)


def test_versions_are_compared_by_their_numbers() -> None:
    order = ["0.9", "0.10", "1", "1.0.1", "1.2", "1.10"]
    assert sorted(order, key=version_numbers) == order
    assert version_numbers("1.0") == version_numbers("1")

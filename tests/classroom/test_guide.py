"""What docs/teaching.md tells a teacher to type works as it stands there, from the top to the end."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.classroom.pupils import START, answer_to, questions
from tests.conftest import Command
from tests.packs.making import as_folder
from tutor.progress.record.store import Store
from tutor.serving.roster import Roster

GUIDE = Path(__file__).parents[2] / "docs" / "teaching.md"
SERVES = "chainrule serve --roster class.json"
LISTENS = {SERVES, f"{SERVES} --shared for-all", f"{SERVES} --host 192.0.2.10"}
"""What ends only when it is stopped; tests of the server start it."""
SETTINGS = 'name = "Ada Lovelace"\nstudent_id = "ada@school.example"\n'


def commands() -> list[str]:
    """Every line of the guide's blocks of commands, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]


def blocks_of(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_every_command_of_the_guide_works_in_its_order(
    command: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, yaml in zip(("week-3.yaml", "exam-1.yaml"), blocks_of("yaml"), strict=True):
        (tmp_path / name).write_text(yaml, "utf-8")
        assert command("assignment", name).out.endswith("No faults found.\n")
    (listed,) = blocks_of("text")
    (tmp_path / "class.txt").write_text(listed, "utf-8")
    assert blocks_of("toml") == [SETTINGS]
    command("pack", "build", str(as_folder(tmp_path / "mine")), "--to", "vectors-0.1.zip")
    store = Store.open()
    store.add(answer_to(questions(("node",), 1)[0], 1, True, START))
    store.close()
    (home / "settings.toml").write_text(SETTINGS, "utf-8")
    for line in commands():
        shown, _, target = line.partition(" > ")
        words = shlex.split(shown)
        at = home
        if words[0].startswith("CHAINRULE_HOME="):
            at = tmp_path / words.pop(0).partition("=")[2]
        monkeypatch.setenv("CHAINRULE_HOME", str(at))
        if words[0] == "mkdir":
            Path(words[1 + (words[1] == "-p")]).mkdir(parents=True)
        elif words[0] == "cp":
            shutil.copy(words[1], words[2])
        elif words[0] == "chainrule" and line not in LISTENS:
            done = command(*words[1:])
            assert (done.code, line, done.err if "export" not in line else "") == (0, line, "")
            if target:
                Path(target).write_text(done.out, "utf-8")
        if "hand-in" in words:
            Path("hand-ins").mkdir()
            (file,) = Path().glob("*.jsonl")
            file.rename(Path("hand-ins", file.name))
    assert {*LISTENS} <= {*commands()}
    ada = Roster(tmp_path / "class.json").find("Ada Lovelace")
    assert ada is not None
    assert {path.name for path in Path().iterdir()} >= {
        "class-records",
        "grades.csv",
        "class.html",
        "key.html",
        "adam.xml",
    }
    monkeypatch.setenv("CHAINRULE_SHARED", str(tmp_path / "for-all"))
    monkeypatch.setenv("CHAINRULE_HOME", str(Roster(tmp_path / "class.json").home(ada)))
    shown = command("progress").out + command("pack", "list").out
    assert "counting 1.0" in shown


def test_the_ten_commands_at_the_top_are_those_that_are_explained_below() -> None:
    top = [line.partition("  #") for block in blocks_of("console") for line in block.splitlines()]
    assert [int(note.strip().partition(".")[0]) for _, _, note in top] == [*range(1, 11)]
    below = " ".join(GUIDE.read_text("utf-8").partition("## 1. ")[2].split())
    for line, _, _ in top:
        for part in re.split(" (?=--(?:host|shared|csv))", line.strip()):
            assert part in below, part


def test_the_assignment_of_the_guide_can_be_read_and_every_key_is_explained() -> None:
    from msgspec.structs import fields

    from tutor.classroom.assignment import KEY_HELP, AssignmentKeys

    names = {field.name for field in fields(AssignmentKeys)}
    assert names == set(KEY_HELP)
    table = GUIDE.read_text("utf-8").partition("| key | meaning |")[2].partition("\n\n")[0]
    assert names == set(re.findall(r"`([a-z_]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:])))

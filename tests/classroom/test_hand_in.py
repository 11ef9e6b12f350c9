"""A record is handed in as one file that says whose it is; no file is ever replaced, and nothing is lost."""

import json
import re
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.progress.helping import START, attempt
from tutor.classroom.hand_in import read_hand_in
from tutor.commands.hand_in import default_stem, slug
from tutor.progress.record.store import Store


@pytest.fixture
def answered(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three answers on record, and a folder to write into."""
    store = Store.open()
    for number in range(3):
        store.add(attempt(number))
    store.undo(store.attempts()[0].key)
    store.close()
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def settings(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(text, "utf-8")


def test_a_hand_in_says_who_for_what_and_when(command: Command, answered: Path, home: Path) -> None:
    settings(home, 'name = "Ada Lovelace"\nstudent_id = "ada@school.example"\n')
    done = command("hand-in", "week 3")
    (file,) = answered.iterdir()
    assert re.fullmatch(r"ada-lovelace-week-3-\d{4}-\d\d-\d\d-\d{4}\.jsonl", file.name)
    assert done.out == f"3 answers of Ada Lovelace written to {file.name}; hand in this file\n"
    found = read_hand_in(file)
    assert (found.owner.name, found.owner.student_id, found.owner.assignment) == (
        "Ada Lovelace",
        "ada@school.example",
        "week 3",
    )
    assert found.owner.at is not None
    assert [each.undone is not None for each in found.histories] == [True, False, False]
    assert found.histories[0].attempt.at == START
    command("hand-in", "week 3", "--name", "Ben")
    command("hand-in", "week 3")
    assert len(list(answered.iterdir())) == 3
    assert command("import", file.name).out == "no new attempts added\n"


def test_a_hand_in_goes_to_a_file_or_to_standard_output(command: Command, answered: Path) -> None:
    assert command("hand-in", "--name", "Zoë  Ng", "--to", "z.jsonl").code == 0
    assert read_hand_in(answered / "z.jsonl").owner.name == "Zoë Ng"
    before = (answered / "z.jsonl").read_bytes()
    done = command("hand-in", "--name", "Zoë", "--to", "z.jsonl")
    assert (done.code, done.error_line) == (
        1,
        "chainrule: z.jsonl is there already and is left as it is; give another name",
    )
    assert (answered / "z.jsonl").read_bytes() == before
    for arguments in (("-",), ("--to", "-"), ("week 3", "--to", "-")):
        out = command("hand-in", *arguments, "--name", "Zoë").out
        assert out.isascii()
        assert json.loads(out.splitlines()[0])["owner"] == "Zoë"
    assert len(list(answered.iterdir())) == 1


def test_what_is_asked_wrongly_is_one_line_and_writes_nothing(command: Command, answered: Path) -> None:
    assert "says whose it is: set name in the settings" in command("hand-in").error_line
    assert "may have 100 characters" in command("hand-in", "--name", "a" * 101).error_line
    assert "one line of text" in command("hand-in", "--name", "a\x1b[31m").error_line
    assert "one line of text" in command("export", "x.jsonl", "--name", " ").error_line
    assert "give one of them" in command("hand-in", "-", "--to", "x.jsonl", "--name", "A").error_line
    assert "leave it out" in command("export", "x.apkg", "--name", "A").error_line
    assert list(answered.iterdir()) == []


def test_a_name_below_the_table_of_keys_is_named_by_its_line(
    command: Command, answered: Path, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "week.yaml").write_text("title: Week 3\nlessons: [node]\nstudent_id: true\n", "utf-8")
    settings(home, '[keys]\n"quiz.next" = "Z"\nname = "Ada"\nstudent_id = "a1"\n')
    told = f"{home / 'settings.toml'}:3: there is no key binding 'name': it is a setting, so it belongs above [keys]"
    for call in ((), ("--name", "Ada", "--to", "-"), (str(tmp_path / "week.yaml"), "--name", "Ada", "--to", "-")):
        assert told in command("hand-in", *call).err


def test_a_fault_in_the_settings_is_said_in_one_line(command: Command, answered: Path, home: Path) -> None:
    settings(home, 'name = ["Ada"]\n')
    done = command("hand-in", "--name", "Ada", "--to", "a.jsonl")
    assert (done.code, done.error_line.partition(": name")[0]) == (0, f"chainrule: {home / 'settings.toml'}:1")
    assert "set name in the settings" in command("hand-in").err.splitlines()[1]
    settings(home, 'name = "Ada"\nstudent_id = 7\nday_starts = "x"\n')
    for arguments in (("hand-in", "--to", "b.jsonl"), ("export", "c.jsonl")):
        done = command(*arguments)
        assert f"{home / 'settings.toml'}:2: student_id" in done.error_line
        assert done.error_line.endswith(" (and 1 more fault; chainrule settings names all)")
    assert command("hand-in", "--to", "-").out.startswith('{"chainrule"')


def test_an_empty_record_cannot_be_handed_in(command: Command, home: Path) -> None:
    done = command("hand-in", "--name", "Ada")
    assert (done.code, done.out) == (1, "")
    assert "nothing is on record yet" in done.error_line


def test_an_export_says_whose_it_is_when_that_is_known(command: Command, answered: Path, home: Path) -> None:
    assert "owner" not in json.loads(command("export", "-").out.splitlines()[0])
    settings(home, 'name = "Ada"\n')
    assert json.loads(command("export", "-").out.splitlines()[0])["owner"] == "Ada"
    assert command("export", "b.jsonl", "--name", "Ben").code == 0
    assert read_hand_in(answered / "b.jsonl").owner.name == "Ben"


def test_a_file_s_name_has_signs_that_every_system_takes() -> None:
    assert slug("../Ada O'Lovelace: <x>|?*\\") == "ada-o-lovelace-x"
    assert slug("Łukasz 李") == "łukasz-李"
    assert default_stem("??", "", "2026-10-05-0900") == "learner-2026-10-05-0900"
    assert len(default_stem("a" * 100, "b" * 100, "2026-10-05-0900")) < 100

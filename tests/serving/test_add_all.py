"""A whole class comes onto the roster from a file of names, and its tokens are told once."""

import csv
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.serving.roster import Roster
from tutor.settings.file import load_settings

LISTED = (
    "\ufeff# the class\nAda Lovelace <ada@school.example>\n\n  Grace   Hopper \nAda Lovelace <ADA@school.example>\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class.txt").write_text(LISTED, "utf-8")
    return tmp_path


def serve(command: Command, *arguments: str) -> tuple[int, str, str]:
    done = command("serve", "--roster", "class.json", *arguments)
    return done.code, done.out, done.err


def test_a_class_is_added_from_a_file_of_names_and_each_token_is_printed_once(command: Command, folder: Path) -> None:
    code, out, err = serve(command, "--add-all", "class.txt")
    assert (code, err) == (0, "")
    *tokens, last = out.splitlines()
    assert last.startswith("Write the tokens down now")
    roster = Roster(folder / "class.json")
    assert [line.partition(": ")[0] for line in tokens] == ["Ada Lovelace", "Grace Hopper"]
    for line in tokens:
        learner = roster.verify(*line.split(": "))
        assert learner is not None
        wanted = "ada@school.example" if learner.name == "Ada Lovelace" else ""
        assert load_settings(roster.home(learner))[0].student_id == wanted


def test_a_learner_named_twice_at_once_is_added_once(command: Command, folder: Path) -> None:
    code, out, err = serve(command, "--add", "Ada Lovelace", "--add", "Ada Lovelace")
    assert (code, err) == (0, "")
    assert [line.partition(": ")[0] for line in out.splitlines()[:-1]] == ["Ada Lovelace"]


def test_those_who_are_on_the_roster_already_are_named_and_keep_their_tokens(command: Command, folder: Path) -> None:
    _, out, _ = serve(command, "--add", "Ada Lovelace", "--add", "Grace Hopper")
    before = dict(line.split(": ") for line in out.splitlines()[:2])
    (folder / "class.txt").write_text(LISTED + "Joan Clarke\n", "utf-8")
    code, out, _ = serve(command, "--add-all", "class.txt")
    assert (code, out.splitlines()[:2]) == (
        0,
        [
            "Ada Lovelace: student_id set to ada@school.example; the token stays as it was.",
            "Grace Hopper is on the roster already; the token stays as it was.",
        ],
    )
    assert [line for line in out.splitlines() if line.startswith("Joan Clarke: ")] != []
    roster = Roster(folder / "class.json")
    assert all(roster.verify(name, token) for name, token in before.items())
    code, out, _ = serve(command, "--add-all", "class.txt", "--tokens", "tokens.csv")
    names = ("Ada Lovelace", "Grace Hopper", "Joan Clarke")
    assert (code, out.splitlines()) == (
        0,
        [f"{name} is on the roster already; the token stays as it was." for name in names],
    )
    assert not (folder / "tokens.csv").exists()


@pytest.mark.parametrize("blocked", ["folder", "renew", "remove"])
def test_a_token_is_shown_although_a_later_change_fails(command: Command, folder: Path, blocked: str) -> None:
    """The roster keeps only its hash: the learner could never come in."""
    further = {"folder": ("--add", "Grace Hopper"), "renew": ("--renew", "Joan"), "remove": ("--remove", "Joan")}
    serve(command, "--add", "Grace Hopper")
    if blocked == "folder":
        (home,) = [path for path in (folder / "class-records").iterdir() if path.name.startswith("grace")]
        (home / "settings.toml").write_text("not = [TOML", "utf-8")
        further["folder"] = ("--add", "Grace Hopper <grace@school.example>")
    code, out, err = serve(command, "--add", "Ada Lovelace", *further[blocked])
    assert code != 0 and err
    name, token = next(line.split(": ") for line in out.splitlines() if line.startswith("Ada Lovelace: "))
    assert Roster(folder / "class.json").verify(name, token) is not None


def test_tokens_are_written_to_a_file_that_its_owner_alone_reads(command: Command, folder: Path) -> None:
    (folder / "class.txt").write_text("Ada Lovelace\n=HYPERLINK(1)\n", "utf-8")
    code, out, err = serve(command, "--add-all", "class.txt", "--tokens", "tokens.csv")
    assert (code, err) == (0, "")
    assert out.startswith("2 tokens written to tokens.csv, which you alone can read")
    assert (folder / "tokens.csv").stat().st_mode & 0o777 == 0o600
    heading, ada, odd = csv.reader((folder / "tokens.csv").read_text("utf-8").splitlines())
    assert (heading, odd[0]) == (["name", "token"], "'=HYPERLINK(1)")
    assert Roster(folder / "class.json").verify(*ada) is not None
    assert ada[1] not in out


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("Ada\n<a@x>\nBen\nC\x1bD\n", "class.txt:2: a learner has no name before <a@x>"),
        ("Ada\n<a@x>\nBen\nC\x1bD\n", "; line 4: a learner is one line of text"),
        ("Ada <a@x>\nBen\nADA <b@x>\n", "class.txt:3: ADA is in line 1 with another student_id"),
        ("Ada <>\n", "class.txt:1: the student_id of a learner"),
        ("Ada\nDora, Dee;dora@x\n", "class.txt:2: a learner 'Dora, Dee;dora@x' is more than a name; write NAME <ID>"),
        ("Eve E, eve@x\n", "class.txt:1: a learner 'Eve E, eve@x' is more than a name"),
        ("Dee;Dora <d@x>\n", "class.txt:1: a learner 'Dee;Dora' is more than a name"),
        ("Ada <a@x>\nBen\nCy <A@X>\n", "class.txt:3: Cy has the student_id of Ada, A@X"),
        ("# nobody\n\n", "class.txt: nobody is named in it"),
        ('{"version": 1}\n', "class.txt: this is a roster"),
    ],
)
def test_a_faulty_line_is_named_by_its_number_and_nobody_is_added(
    command: Command, folder: Path, listed: str, said: str
) -> None:
    (folder / "class.txt").write_text(listed, "utf-8")
    code, out, err = serve(command, "--add-all", "class.txt", "--tokens", "tokens.csv")
    assert (code, out) == (2, "")
    assert said in err
    assert {path.name for path in folder.iterdir()} <= {"class.txt", "home"}


def test_nobody_is_added_where_the_tokens_cannot_be_written(command: Command, folder: Path) -> None:
    (folder / "there.csv").write_text("mine", "utf-8")
    for target in ("there.csv", "no-folder/tokens.csv", "-", "."):
        code, out, err = serve(command, "--add-all", "class.txt", "--tokens", target)
        assert code != 0, target
        assert (out, err.count("\n")) == ("", 1)
        assert not (folder / "class.json").exists()
    assert (folder / "there.csv").read_text("utf-8") == "mine"


def test_a_file_of_tokens_belongs_to_a_change_that_makes_some(command: Command, folder: Path) -> None:
    code, _, err = serve(command, "--tokens", "tokens.csv")
    assert (code, "--add-all" in err) == (2, True)
    assert serve(command, "--add", "Ada", "--tokens", "tokens.csv")[0] == 0
    assert "Ada" in (folder / "tokens.csv").read_text("utf-8")


def test_nobody_gets_the_student_id_of_somebody_on_the_roster(command: Command, folder: Path) -> None:
    assert serve(command, "--add", "Lovelace, Ada <a@x>", "--add", "Ben <b@x>")[0] == 0
    for name in ("Cy", "Ben"):
        code, out, err = serve(command, "--add", f"{name} <A@x>")
        assert (code, out, f"{name} has the student_id of Lovelace, Ada, A@x" in err) == (2, "", True)
    code, _, err = serve(command, "--add", "Cy <c@x>", "--add", "Di <c@x>")
    assert (code, "Di has the student_id of Cy" in err) == (2, True)
    assert serve(command, "--add", "Ben <a@x>", "--add", "LOVELACE, Ada <c@x>")[0] == 0
    roster = Roster(folder / "class.json")
    assert [load_settings(roster.home(each))[0].student_id for each in roster.learners] == ["c@x", "a@x"]

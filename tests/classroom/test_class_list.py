"""Who is on the list of a class has a row, whatever was handed in; missing learners are named."""

import csv
import json
from pathlib import Path

import pytest

from tests.classroom.pupils import START, course, pupil, questions, write_hand_in
from tests.conftest import Command
from tutor.classroom.class_list import ListedLearner, read_class_list
from tutor.classroom.gradebook import find_gradebook_faults, make_gradebook_csv
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.errors import UsageError
from tutor.progress.record.owner import Owner
from tutor.progress.record.store import Store
from tutor.serving.roster import Roster

NAMES = "# week 3\n\nAda Lovelace <ada@x.example>\nBen\n  Cy <c7>\nDan <dan@x.example>\n"


@pytest.fixture
def class_of_four(tmp_path: Path) -> Path:
    """Ada, Ben (no student_id) and Eve handed in; Cy's file is cut, of Dan there is none."""
    for number, name, head in (
        (5, "ada lovelace", {"student_id": "ADA@x.example"}),
        (6, "Ben", {}),
        (7, "Cy", {}),
        (8, "Eve", {}),
    ):
        write_hand_in(
            tmp_path / "in" / f"{name[:3].strip()}.jsonl".lower(), name, pupil(number, questions()[:6]), **head
        )
    cut = tmp_path / "in" / "cy.jsonl"
    cut.write_bytes(cut.read_bytes()[:-100])
    (tmp_path / "class.txt").write_text(NAMES, "utf-8")
    return tmp_path


def test_everybody_on_the_list_has_a_row_and_who_is_missing_is_named(command: Command, class_of_four: Path) -> None:
    week = class_of_four / "week.yaml"
    week.write_text("title: Week 3\nlessons: [node]\n")
    table = class_of_four / "g.csv"
    done = command(
        "class", str(class_of_four / "in"), "--roster", str(class_of_four / "class.txt"), "--csv", str(table),
        "--assignment", str(week),
    )  # fmt: skip
    assert done.code == 1  # a file could not be read
    lines = done.out.splitlines()
    start = lines.index("Nothing to look over:")
    assert lines[start + 1].startswith("  Cy: nothing that can be read (")
    assert "cy.jsonl" in lines[start + 1]
    assert lines[start + 2] == "  Dan: nothing handed in"
    assert "  1 learner not on the list: Eve" in lines
    rows = {row["Student"]: row for row in csv.DictReader(table.read_text().splitlines())}
    assert list(rows) == ["ada lovelace", "Ben", "Cy", "Dan", "Eve"]
    for name in ("Cy", "Dan"):
        assert {rows[name][mark] for mark in rows[name] if mark.startswith("Chainrule")} == {"-"}
    assert rows["Dan"]["Feedback"] == "nothing handed in"
    assert rows["Dan"]["Email address"] == "dan@x.example"
    assert rows["Cy"]["ID number"] == "c7"
    assert float(rows["Ben"]["Chainrule: Week 3"]) >= 0
    assert not any(line.startswith("  Dan:") and "of 100" in line for line in lines)


def test_the_list_gives_the_student_id_that_a_learner_did_not(class_of_four: Path) -> None:
    listed = [ListedLearner("Ben", "b9"), ListedLearner("Somebody", "ada@x.example")]
    report, lessons = make_class_report(course(), [class_of_four / "in"], START, listed=listed, needs_ids=True)
    assert {each.name: each.student_id for each in report.learners} == {
        "ada lovelace": "ADA@x.example",  # known by the id alone
        "Ben": "b9",
        "Eve": "",
    }
    assert any(remark.startswith("1 of 3 learners gave no student_id") for remark in report.remarks)
    assert "Nothing to look over" not in make_page(report, lessons)
    report, lessons = make_class_report(course(), [class_of_four / "in"], START, listed=[ListedLearner("<i>Zoe")])
    assert "<li>&lt;i&gt;Zoe: nothing handed in</li>" in make_page(report, lessons)


def test_the_roster_of_a_server_is_such_a_list(command: Command, tmp_path: Path) -> None:
    roster = tmp_path / "class.json"
    command("serve", "--roster", str(roster), "--add", "Ada <ada@x.example>", "--add", "Ben")
    ben = Roster(roster).find("Ben")
    assert ben is not None
    store = Store.open(Roster(roster).home(ben))
    for attempt in pupil(6, questions()[:2]):
        store.add(attempt)
    store.close()
    write_hand_in(tmp_path / "in" / "b.jsonl", "Ben", pupil(6, questions()[:2]))
    done = command("class", str(tmp_path / "in"), "--roster", str(roster), "--json")
    rows = {each["name"]: each for each in json.loads(done.out)["learners"]}
    assert {name: (row["student_id"], row["answers"]) for name, row in rows.items()} == {
        "Ada": ("ada@x.example", 0),
        "Ben": ("", 2),
    }
    done = command("class", str(tmp_path / "class-records"), "--roster", str(roster), "--json")
    assert [each["files"] != [] for each in json.loads(done.out)["learners"]] == [True, True]


@pytest.mark.parametrize("by_list", [True, False])
def test_a_record_without_an_answer_has_no_score(command: Command, tmp_path: Path, by_list: bool) -> None:
    roster, table = tmp_path / "class.json", tmp_path / "g.csv"
    command("serve", "--roster", str(roster), "--add", "Ada <ada@x.example>", "--add", "Ben <b>")
    store = Store.open(Roster(roster).home(Roster(roster).learners[0]))
    store.add(pupil(6, questions()[:1])[0])
    store.close()
    (tmp_path / "week.yaml").write_text("title: Week 3\nlessons: [node]\n")
    call = ("class", str(tmp_path / "class-records"), "--assignment", str(tmp_path / "week.yaml"), "--csv", str(table))
    done = command(*call, *(("--roster", str(roster)) if by_list else ()))
    assert "Nothing to look over:\n  Ben: nothing answered yet\n" in done.out
    assert "Ben: 0 of 100" not in done.out
    ada, ben = csv.DictReader(table.read_text().splitlines())
    assert {ben[name] for name in ben if name.startswith("Chainrule")} == {"-"}
    assert (ben["Feedback"], float(ada["Chainrule: Week 3"]) >= 0) == ("nothing answered yet", True)


def test_a_mistyped_student_id_is_named_and_that_of_the_list_is_used(command: Command, tmp_path: Path) -> None:
    for file, name, id in (("a", "Ada", "ada@schol.example"), ("b", "Ben", "b2"), ("c", "Cy", "c1"), ("d", "Cy", "c2")):
        write_hand_in(tmp_path / f"{file}.jsonl", name, pupil(len(file) + ord(file), questions()[:3]), student_id=id)
    (tmp_path / "class.txt").write_text("Ada <ada@school.example>\nBen <B2>\nCy <c1>\n", "utf-8")
    table = tmp_path / "g.csv"
    done = command("class", str(tmp_path), "--roster", str(tmp_path / "class.txt"), "--csv", str(table))
    remarks = [line.strip() for line in done.out.splitlines() if " gave the student_id " in line]
    said = "Ada gave the student_id ada@schol.example, and the list has ada@school.example: the list counts"
    assert remarks == [said]
    assert "1 learner not on the list: Cy <c2>" in done.out
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["SIS Login ID"] for row in rows] == ["ada@school.example", "b2", "c1", "c2"]
    assert [row["Feedback"] for row in rows] == ["gave the student_id ada@schol.example", "", "", ""]


def test_a_list_that_cannot_be_used_is_one_line(command: Command, class_of_four: Path) -> None:
    path = class_of_four / "class.txt"
    for text, said in (
        (b"\n# nobody\n", "nobody is named in it"),
        (b"Ada\nBen <>\n", "class.txt:2: the student_id of a learner is one line of text"),
        (b"a" * 101, "class.txt:1: a learner may have 100 characters"),
        (b"\xff\xfe", "class.txt:1: this is not UTF-8"),
        (b"Ada\nBen\n\xff", "class.txt:3: this is not UTF-8"),
        (b"#" + b"\xc3\xa4" * (1 << 19), "this is larger than 1,024 KB"),  # the bound falls within a letter
        (b"{}", "it is no roster"),
        (b"Ada %d\n" * 1 + b"\n".join(b"Ada %d" % n for n in range(5001)), "names more than 5,000 learners"),
    ):
        path.write_bytes(text)
        done = command("class", str(class_of_four / "in"), "--roster", str(path))
        assert (done.out, said in done.error_line) == ("", True)
    with pytest.raises(UsageError, match="No such file"):
        read_class_list(class_of_four / "nowhere")


def test_a_line_without_a_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "class.txt"
    path.write_text("Ada\n<fay@x.example>\n", "utf-8")
    with pytest.raises(UsageError, match=r"class\.txt:2: a learner has no name before <fay@x.example>"):
        read_class_list(path)


def test_one_name_twice_on_the_list_is_one_learner(tmp_path: Path) -> None:
    path = tmp_path / "class.txt"
    path.write_text("Ada\nada\nAda <2>\n", "utf-8")
    assert read_class_list(path) == [ListedLearner("ada"), ListedLearner("Ada", "2")]


def test_no_cell_that_moodle_looks_at_is_empty_and_canvas_is_given_no_grade(class_of_four: Path) -> None:
    """Older versions of Moodle give the grades of a row without a user to the row before; an empty new grade is 0."""
    listed = read_class_list(class_of_four / "class.txt")
    report, lessons = make_class_report(course(), [class_of_four / "in"], START, listed=listed, needs_ids=True)
    rows = {
        row["First name"]: row for row in csv.DictReader(make_gradebook_csv(report, lessons, "moodle").splitlines())
    }
    for row in rows.values():
        assert all(row[name] for name in ("ID number", "Username", "Email address"))
        assert all(value for name, value in row.items() if name.startswith("Chainrule"))
    assert rows["Eve"]["Email address"] == "?"
    assert rows["Cy"]["Email address"] == "?"
    assert (rows["Cy"]["ID number"], rows["Dan"]["Chainrule total"]) == ("c7", "-")
    assert float(rows["ada"]["Chainrule total"]) >= 0
    *_, dan, _ = csv.DictReader(make_gradebook_csv(report, lessons, "canvas").splitlines())
    assert (dan["Student"], dan["Chainrule total"]) == ("Dan", "")
    assert any("are e-mail addresses and the others are not" in remark for remark in report.remarks)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Week 3", ""),
        ("Final Grade of week 3", "Canvas passes over a column named like its own"),
        ("Week (3)", "Canvas takes the number at the end"),
        ("Week (3) again", ""),
    ],
)
def test_a_title_that_canvas_would_take_for_its_own_is_named(title: str, said: str) -> None:
    found = find_gradebook_faults([Owner("A", "a@x"), Owner("B", "b@x"), Owner("C")], title)
    assert [each[: len(said)] for each in found] == ([said] if said else [])


def test_a_list_with_a_row_of_a_table_or_one_student_id_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "class.txt"
    path.write_text("Lovelace, Ada <a@x>\nBen;b@x\nCy <A@x>\n", "utf-8")
    with pytest.raises(UsageError) as raised:
        read_class_list(path)
    assert "class.txt:2: a learner 'Ben;b@x' is more than a name; write NAME <ID>" in str(raised.value)
    assert "; line 3: Cy has the student_id of Lovelace, Ada, A@x" in str(raised.value)
    path.write_text("Ada <a@x>\nAda <b@x>\nada <a@x>\n", "utf-8")
    assert len(read_class_list(path)) == 2

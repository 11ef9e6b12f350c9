"""An assignment is checked before it is given out: what it asks is said, and each fault is named by its line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.classroom.pupils import START, course
from tests.conftest import Command
from tests.packs.making import as_folder
from tutor.classroom.assignment import read_assignment
from tutor.classroom.shelf import course_map_words
from tutor.errors import UsageError
from tutor.text.concepts import concept_name

EXAM = "title: Week 3\nlessons: [node]\ncount: 4\nmode: exam\nminutes: 40\nseed: 7\ndeadline: 2026-10-12T23:59Z\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "week-3.yaml"
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    """The line and the words of each fault."""
    with pytest.raises(UsageError) as raised:
        read_assignment(written(folder, text), course())
    first, *rest = str(raised.value).partition("week-3.yaml:")[2].split("; line ")
    return [(int(line), words) for line, _, words in (each.partition(": ") for each in (first, *rest))]


def test_the_check_says_what_an_assignment_asks_until_when_and_in_which_time(command: Command, tmp_path: Path) -> None:
    every = len(list(course().questions("node")))
    done = command("assignment", str(written(tmp_path, EXAM)))
    assert (done.code, done.err) == (0, "")
    first, second, *_, last = done.out.splitlines()
    assert first.startswith("Week 3: exam, 40 minutes, due 2026-10-12 23:59 UTC")
    assert second == f"4 of {every} questions from node; the same for everybody, with the same numbers (seed 7)"
    assert last == "No faults found."
    concept = course().questions("node")[0].concepts[0]
    plain = command("assignment", str(written(tmp_path, f"title: A\ncount: 500\nconcepts: [{concept}]\n"))).out
    assert plain.startswith("A: practice, no deadline\n")
    assert (
        f" from the whole course, on {concept_name(concept)}; fresh numbers for each learner\nRemark: count is 500, and"
        in plain
    )


def test_what_is_no_fault_and_may_not_be_meant_is_a_remark(tmp_path: Path) -> None:
    def said(text: str, now: datetime = START) -> list[str]:
        return read_assignment(written(tmp_path, text), course()).remark_lines(now)

    every = len(list(course().questions("node")))
    due = datetime(2026, 10, 12, 23, 59, tzinfo=UTC)
    assert said(EXAM, due) == []
    assert said(EXAM, due + timedelta(days=23)) == ["Remark: the deadline was 23 days ago."]
    (unseeded,) = said(EXAM.replace("seed: 7\n", ""))
    assert unseeded.startswith("Remark: without a seed each learner is asked other questions")
    (many,) = said(EXAM.replace("count: 4", "count: 90"))
    assert many == f"Remark: count is 90, and there are {every}: all of them are asked."
    (practice,) = said(EXAM.replace("exam", "practice"))
    assert practice.endswith(f"first answers to any of its {every} questions count.")


def test_remarks_change_no_exit_code(command: Command, tmp_path: Path) -> None:
    done = command("assignment", str(written(tmp_path, EXAM.replace("2026", "2020"))))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-2].startswith("Remark: the deadline was ")
    assert done.out.splitlines()[-1] == "No faults found."


def test_the_time_of_an_exam_stands_wherever_the_exam_is_named(command: Command, home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, EXAM.replace("2026", "2999"))
    found = read_assignment(path, course())
    assert course_map_words(found, [], START).startswith("Week 3 · exam, 40 minutes · 0 of 4 answered · ")
    plain = read_assignment(written(tmp_path, "title: B\nlessons: [node]\n"), course())
    assert course_map_words(plain, [], START) == "B · 0 of 10 answered"
    for own, left in (((), "40"), (("--minutes", "5"), "5"), (("--minutes", "60"), "40")):
        path.write_text(EXAM, "utf-8")
        done = command("quiz", "--plain", "--assignment", str(path), *own, typed="quit\n")
        assert "4 questions in 40 minutes" in done.err
        assert f" · {left} minutes left" in done.out


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("title: A\nlessons:\n  - node\n  - nod\n  - twice\n", [4, 5]),
        ("title: A\nlessons:\n  - node\n  - 3\n", [4]),
        ("title: A\nlessons:\n- node\n-\n", [4]),
        ("title: A\n\nlessons: [node,\n  twice]\ndeadline: 2026-10-12\n", [4, 5]),
        ("title: A\ncount: 0\nmode: test\n\nseed: x\nminutes: 0\n", [2, 3, 5, 6]),
        ("title: A\nlessons: [node]\nconcepts:\n  - momentum\n", [3]),
        ("title: A\nconcepts:\n  - momentum\n  - momentun\n", [4]),
        ("title: A\n# a remark\ndeadline:\n", [3]),
        ("title: A\ncount: 3\ncount: 4\n", [3]),
        ("title: A\nconcepts: [dots]\nlessons: [of-the-pack]\npack: other\n", [4]),
        ("lessons: [nod]\n", [1, 1]),
    ],
)
def test_every_fault_names_its_line(tmp_path: Path, text: str, lines: list[int]) -> None:
    assert [line for line, _ in faults(tmp_path, text)] == lines


def test_a_duration_is_answered_with_the_key_that_is_meant(tmp_path: Path) -> None:
    for key in ("duration", "time", "limit"):
        assert faults(tmp_path, f"title: A\n{key}: 40\n") == [(2, f"there is no key '{key}'; write 'minutes'")]
    assert faults(tmp_path, "title: A\ndeadline:\n")[0][1].startswith("deadline without a value cannot be used")


def test_a_lesson_that_is_not_there_may_be_misspelt_or_of_a_pack(command: Command, tmp_path: Path) -> None:
    def said(lessons: str, *more: str) -> str:
        text = "".join(f"{line}\n" for line in ("title: A", f"lessons: [{lessons}]", *more))
        done = command("assignment", str(written(tmp_path, text)))
        assert (done.code, done.out) == (2, "")
        return done.error_line

    absent = said("zzzz")
    assert "week-3.yaml:2: the lesson 'zzzz' is neither in the course nor in an installed pack; if it is" in absent
    assert absent.endswith("install it with: chainrule pack add FILE")
    assert "did you mean 'node'? If it is of another pack" in said("nodes")
    assert command("pack", "add", str(as_folder(tmp_path / "mine"))).code == 0
    assert "did you mean 'toy'?" in said("toyy")
    assert said("counting").endswith("'counting' is a pack and no lesson; write pack: counting")
    assert said("zzzz", "pack: counting").endswith("neither in counting 1.0 nor in the course; it has toy")
    other = said("zzzz", "pack: counting 2.1")
    assert "it is written for counting 2.1, and counting 1.0 is installed" in other
    assert command("assignment", str(written(tmp_path, "title: A\nlessons: [toy, node]\n"))).code == 0

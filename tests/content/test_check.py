"""One fault in, its line and message out."""

from pathlib import Path

import pytest
import yaml

from tests.content.lessons import GOOD, NEIGHBOUR, broken, folder, line_of, said
from tutor.content.check import check
from tutor.content.find import lessons_folder


def test_a_good_lesson_has_no_faults(tmp_path: Path) -> None:
    assert check([folder(tmp_path, toy=GOOD)]) == []


FAULTS: list[dict[str, str]] = yaml.safe_load(Path(__file__).with_name("faults.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", FAULTS, ids=[row["says"] for row in FAULTS])
def test_a_fault_is_said_with_its_line_and_nothing_else(tmp_path: Path, row: dict[str, str]) -> None:
    says = row["says"].replace("{file}", str(tmp_path / "lessons" / "20-toy.md"))
    assert "\n".join(said(tmp_path, broken(row["old"], row["new"]))) == says


PARTLY = [
    ("{kernels: 125}", "{kernels: 0}", "27: Kernels N: give a whole number from 1"),
    ("step: 1", "step: 9999", "28: step: 9999 is after the end of the run; give a step from 0 to "),
    ("$k = 256$", r"$k = \frac{1}{2$", r"35: in $k = \frac{1}{2$: "),
    ("is ${a} + 1$?", r"is $\\frac{{a} + 1$?", r"44: in $\frac{{a} + 1$: "),
    ("answer: a + 1", "answer: b + 1", "45: question toy-sum: "),
    ("answer: a + 1", "answer: 1 / (a - 2)", "45: question toy-sum: "),
    ("answer: a + 1", "answer: a + c\nlet:\n  b: 2\n  c: 1 / 0", "48: question toy-sum: let c: "),
    ("value: a - 1", "value: c", "47: question toy-sum: mistakes[0]: "),
    ("right: true, ", "", "52: "),
    ("ask: \"Which", "asks: \"Which", "54: "),
    ("hints: [\"Count.\"]\n", "", "52: "),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "begins"), PARTLY, ids=[row[2] + row[1] for row in PARTLY])
def test_a_fault_that_another_part_explains_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, begins: str
) -> None:
    assert any(line.startswith(begins) for line in said(tmp_path, broken(old, new)))


def test_a_lesson_without_questions_is_said(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("## Questions")]
    assert said(tmp_path, text) == ["1: this lesson has no questions; add a block ```{question} number"]


def test_a_section_longer_than_a_page_is_said(tmp_path: Path) -> None:
    text = broken("## See it", "Word.\n\n" * 70 + "## See it")
    assert said(tmp_path, text)[0] == ("10: this section has 78 lines of prose, more than the 60 of a page; divide it")


def test_all_faults_of_a_folder_come_at_once_in_order(tmp_path: Path) -> None:
    bad = broken("minutes: 5", "minutes: soon").replace("} conv-cost", "} conv").replace("has $k$", "has $k")
    path = folder(tmp_path, toy=bad, other=GOOD.replace("toy", "other").replace("id: other\n", "id: toy\n"))
    faults = check([path])
    assert faults == sorted(faults)
    assert [(fault.path.name, fault.line) for fault in faults] == [
        ("20-toy.md", 7),
        ("20-toy.md", 12),
        ("20-toy.md", 26),
        ("21-other.md", 2),
    ]


def test_a_question_id_in_two_lessons_is_said_at_both(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=GOOD.replace("id: toy-sum", "id: pal-sum"))
    line = line_of(GOOD, "```{question} number")
    assert [str(fault) for fault in check([path])] == [
        f"{path}/20-toy.md:{line}: the question id 'pal-sum' is also at {path}/30-pal.md:{line}; rename one",
        f"{path}/30-pal.md:{line}: the question id 'pal-sum' is also at {path}/20-toy.md:{line}; rename one",
    ]


def test_a_lesson_id_in_two_files_is_said_at_both(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "31-pal.md").write_text(NEIGHBOUR.replace("id: pal-", "id: pal2-"), "utf-8")
    assert [str(fault) for fault in check([path])] == [
        f"{path}/30-pal.md:2: the lesson id 'pal' is also at {path}/31-pal.md:2; rename one",
        f"{path}/31-pal.md:2: the lesson id 'pal' is also at {path}/30-pal.md:2; rename one",
    ]


def test_a_circle_through_a_concept_is_said_once(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=GOOD)
    (path / "30-pal.md").write_text(NEIGHBOUR.replace("needs: []", "needs: [toy]"), "utf-8")
    assert [str(fault) for fault in check([path])] == [
        f"{path}/20-toy.md:6: needs form a circle, toy → pal → toy; leave one of them out"
    ]


def test_a_concept_of_a_lesson_beside_it_is_known(tmp_path: Path) -> None:
    text = broken("concepts: [counting]\n", "concepts: [cost-of-things]\n")
    assert said(tmp_path, text) == []


def test_a_file_given_twice_is_checked_once(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=GOOD)
    assert check([path, path / "20-toy.md", path]) == []


def test_a_file_with_another_name_is_said_and_a_readme_is_not(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "README.md").write_text("About these lessons.", "utf-8")
    (path / "adam.md").write_text(GOOD, "utf-8")
    assert str(check([path])[0]) == (
        f"{path}/adam.md:1: a lesson's file is called NN-id.md, for example 13-adam.md; rename it"
    )


def test_the_lessons_of_the_course_have_no_faults() -> None:
    assert [str(fault) for fault in check([lessons_folder()])] == []

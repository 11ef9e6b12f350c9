"""Files made to take long or to grow: refused in clear words, and soon."""

from pathlib import Path
from time import process_time

import pytest

from tutor.content.check import check
from tutor.content.course import Course
from tutor.errors import ChainruleError

HEAD = "---\nid: toy\ntitle: T\npart: P\nconcepts: [a]\nminutes: 5\n---\n\n## A\n\n"
LINKS = "".join(f"[a](show:adam?step=9000&seed={seed})\n" for seed in range(12))

BODIES = [
    ("lines", "x\n" * 20_001, "this lesson has more than 20,000 lines; divide it"),
    ("sections", "## b\n" * 101, "this lesson has more than 100 sections; divide it"),
    ("blocks", "```{values}\nab: 1\n```\n" * 1001, "this lesson has more than 1,000 blocks; divide it"),
    ("fences", "``` x\n## b\n" * 9000, "this lesson has more than 100 sections; divide it"),
    ("text", "word " * 14_000, "this text is longer than 64 KB; divide it"),
    ("yaml", "```{values}\nab: '" + "x" * 70_000 + "'\n```\n", "this block is larger than 64 KB; make it smaller"),
    ("depth", "```{values}\nab: " + "[" * 5000 + "\n```\n", "this is nested too deeply"),
    ("aliases", "```{values}\naa: &a [1]\nbb: [*a, *a]\n```\n", "& and * cannot begin a value here"),
    ("terms", "```{glossary}\n" + "".join(f"t{n}: x\n" for n in range(300)) + "```\n", "300 entries are too many"),
    ("values", "```{values}\n" + "".join(f"v{n}: 1\n" for n in range(201)) + "```\n", "201 entries are too many"),
    ("steps", LINKS, "this lesson asks for 108,000 steps of simulations; at most 100,000 in all can be shown"),
    ("run", "```{values}\nab: {simulation: adam, steps: 99999, value: loss}\n```\n", "99,999 steps are too many"),
    ("dollars", "$" * 60_000, "this formula is empty; write it, or take its $$ out"),
    ("brackets", "[a](" * 15_000, ""),
    ("braces", "$" + "{" * 30_000 + "}" * 30_000 + "$", "in $"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "says"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_a_hostile_lesson_is_refused_in_clear_words_and_soon(tmp_path: Path, body: str, says: str) -> None:
    path = tmp_path / "20-toy.md"
    path.write_text(HEAD + body, "utf-8")
    started = process_time()
    faults = check([path])
    assert process_time() - started < 5
    assert any(says in fault.message for fault in faults)
    assert all(len(str(fault)) < 400 for fault in faults)


@pytest.mark.parametrize("row", BODIES, ids=[row[0] for row in BODIES])
def test_a_hostile_lesson_in_an_added_folder_leaves_the_course_open(tmp_path: Path, row: tuple[str, str, str]) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(HEAD + row[1], "utf-8")
    course = Course(tmp_path / "own", [tmp_path / "more"])
    list(course.prove())
    if row[0] == "brackets":
        assert course.lesson("toy").sections
        return
    assert course.headings == ()
    assert course.faults
    with pytest.raises(ChainruleError, match="the lesson 'toy' cannot be opened: "):
        course.lesson("toy")


def test_a_link_out_of_the_folder_is_refused_and_one_within_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "secret.md").write_text(HEAD, "utf-8")
    (tmp_path / "more" / "20-toy.md").symlink_to(tmp_path / "secret.md")
    (fault,) = check([tmp_path / "more"])
    assert fault.message == "is a link that leads out of its folder; put the lesson itself there"
    (tmp_path / "more" / "text").write_text(HEAD, "utf-8")
    (tmp_path / "more" / "20-toy.md").unlink()
    (tmp_path / "more" / "20-toy.md").symlink_to("text")
    assert [fault.message for fault in check([tmp_path / "more"])] == [
        "this lesson has no questions; add a block ```{question} number"
    ]

"""Files made to take long or to grow: refused in clear words, and soon."""

from pathlib import Path
from time import process_time

import pytest

from tests.content.section_text import section_text
from tutor.content.check import check
from tutor.content.course import Course
from tutor.content.sections import scan
from tutor.errors import ChainruleError

HEAD = "---\nid: toy\ntitle: T\npart: P\nconcepts: [a]\nminutes: 5\n---\n\n## A\n\n"
LINKS = "".join(f"[a](show:playground?batch=1&step=9000&seed={seed})\n" for seed in range(12))

MOST_SECONDS = 12
"""Of the processor: twice what the slowest of them took on a machine that was two to three times as slow as usual."""
BODIES = [
    ("lines", "x\n" * 20_001, "this lesson has more than 20,000 lines; divide it"),
    ("sections", "## b\n" * 101, "this lesson has more than 100 sections; divide it"),
    ("blocks", "```{values}\nab: 1\n```\n" * 1001, "this lesson has more than 1,000 blocks; divide it"),
    ("fences", "``` x\n## b\n" * 9000, "this lesson has more than 100 sections; divide it"),
    ("text", ("word " * 45 + "\n\n") * 300, "this text is longer than 64 KB; divide it"),
    ("yaml", "```{values}\nab: >\n" + ("  " + "x" * 1000 + "\n") * 70 + "```\n", "this block is larger than 64 KB"),
    ("depth", "```{values}\nab: " + "[" * 3900 + "\n```\n", "this is nested too deeply"),
    ("aliases", "```{values}\naa: &a [1]\nbb: [*a, *a]\n```\n", "& and * cannot begin a value here"),
    ("terms", "```{glossary}\n" + "".join(f"t{n}: x\n" for n in range(300)) + "```\n", "has more than 200 entries"),
    ("values", "```{values}\n" + "".join(f"v{n}: 1\n" for n in range(201)) + "```\n", "this has more than 200 entries"),
    ("steps", LINKS, "with this block the lesson takes more work than it may"),
    ("run", "```{values}\nab: {simulation: adam, steps: 99999, value: loss}\n```\n", "99,999 steps are too many"),
    ("dollars", "$" * 3_000, "this formula is empty; write it, or take its $$ out"),
    ("brackets", "[a](" * 900, ""),
    ("braces", "$" + "{" * 1900 + "}" * 1900 + "$", "in $"),
    ("line", "x" * 4001, "this line has 4,001 characters, more than the 4,000 of a line; break it"),
    ("blanks", "a" + " " * 3000 + "b\n" + "\t" * 64 + "x\n" + " " * 64 + "y\n", ""),
    ("heading", "### a" + " " * 3000 + "\n\n####" + " " * 3000 + "b\n\n## c" + " #" * 1500, ""),
    ("rule", ("-" * 3900 + "\n\n") * 15, ""),
    ("rule in cells", "a|b\n" + "-|" * 1950, "this table has 1,950 columns; give it at most 30"),
    ("cells", "a" + "|b" * 29 + "\n" + "-|" * 30 + ("\n" + "c|" * 30) * 40, "have more than 400 cells; divide it"),
    ("items", "".join("  " * n + "- a\n" for n in range(80)), "lists and quotes stand more than 8 deep in each other"),
    ("quotes", "> " * 1000 + "a", "lists and quotes stand more than 8 deep in each other"),
    ("both", "- > " * 900 + "a", "lists and quotes stand more than 8 deep in each other"),
    ("strong", ("**a " * 900 + "\n\n") * 15, ""),
    ("strong in one", ("**a " * 900 + "\n") * 15, "this paragraph has more than 8,000 characters; divide it"),
    ("emphasis", ("_a *b __c **d " * 250 + "\n\n") * 15, ""),
    ("ticks", ("`" * 3000 + " " + "``a` " * 100 + "\n\n") * 15, ""),
    ("square", ("[" * 3900 + "\n\n") * 15, ""),
    ("pictures", ("![[" * 1300 + "\n\n") * 15, ""),
    ("formulas", "$x_{12345}$ " * 300 + "\n" + "$y$\n" * 150, ""),
    ("more formulas", ("$" + "x+" * 999 + "x$\n\n") * 12, "the formulas of this page have more than 20,000 characters"),
    ("fractions", ("$" + "\\frac1{" * 39 + "1" + "}" * 39 + "$\n\n") * 40, ""),
    ("flat list", "- a\n" * 190, "this page has more than 150 items of lists and quotes; divide it"),
    ("flat quotes", "> - > a\n\n" * 60, "this page has more than 150 items of lists and quotes; divide it"),
    ("paragraphs", "a\n\n" * 4000, "this page has more than 200 lines of text; divide it with a heading ##"),
    ("blocks on a page", "```{glossary}\nt: x\n```\n" * 70, "this page has more than 60 blocks; divide it"),
    ("code", "```\n" + ("x" * 70 + "\n") * 190 + "```\n", "this paragraph has more than 8,000 characters"),
    ("entry", "```{glossary}\nt: >\n" + ("  " + "x " * 1000 + "\n") * 3 + "```\n", "more than 4,000 characters"),
    ("list", "```{simulation} adam\ntry:\n" + "- a\n" * 3000 + "```\n", "this has more than 200 entries; write fewer"),
    ("fences in items", ("- ```{a}\n" * 2000), "a block cannot be indented"),
    ("fences in blanks", ("    ```{a}" + " " * 100 + "x\n") * 1000, "a block cannot be indented"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "says"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES])
def test_a_hostile_lesson_is_refused_in_clear_words_and_soon(tmp_path: Path, body: str, says: str) -> None:
    path = tmp_path / "20-toy.md"
    path.write_text(HEAD + body, "utf-8")
    started = process_time()
    faults = check([path])
    assert process_time() - started < MOST_SECONDS
    assert any(says in fault.message for fault in faults)
    assert all(len(str(fault)) < 400 for fault in faults)


@pytest.mark.parametrize("row", BODIES, ids=[row[0] for row in BODIES])
def test_a_hostile_lesson_in_an_added_folder_leaves_the_course_open(tmp_path: Path, row: tuple[str, str, str]) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(HEAD + row[1], "utf-8")
    started = process_time()
    course = Course(tmp_path / "own", [tmp_path / "more"])
    list(course.prove())
    assert process_time() - started < MOST_SECONDS
    if not row[2]:
        text = [line for section in course.lesson("toy").sections for line in section_text(section)]
        assert text
        return
    assert course.headings == ()
    assert course.faults
    with pytest.raises(ChainruleError, match="the lesson 'toy' cannot be opened: "):
        course.lesson("toy")


LINES = {
    "lists in lists": ["- - - - - - - - - a"] * 20_000,
    "lists and quotes": ["- > - > - > - > - > a"] * 20_000,
    "quotes in quotes": ["> " * 1900 + "a"] * 250,
    "items with fences": ["- ``` x"] * 20_000,
    "fences that never end": ["```` x", "```"] * 10_000,
    "fences and headings": ["``` x", "## b"] * 9_000,
    "items with formulas": ["- $$ a"] * 20_000,
    "formulas that never end": ["$$ a"] * 20_000,
    "blocks set in": ["a", "    ```{x}"] * 10_000,
    "titles without a space": ["##b"] * 20_000,
    "references": ["[a]: b"] * 20_000,
    "comments": ["<!-- a", ""] * 10_000,
}


@pytest.mark.parametrize("name", LINES)
def test_any_lines_are_cut_into_sections_soon(name: str) -> None:
    started = process_time()
    sections, notes = scan(LINES[name])
    assert process_time() - started < MOST_SECONDS
    assert notes
    assert sum(len(block.text) for section in sections for block in section.blocks) <= 64 * 1024


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

"""The examples of the format's description are a lesson without faults, and show every block and kind there is."""

import re
from pathlib import Path

from tutor.content.check import check
from tutor.content.course import Course
from tutor.content.sections import BLOCK_NAMES

DOCS = Path(__file__).parents[2] / "docs" / "lessons.md"
EXAMPLE = re.compile(r"^````markdown\n(.*?)^````$", re.MULTILINE | re.DOTALL)


def examples() -> str:
    """All examples as one lesson; the values go before the first text that uses them, as the description says."""
    found = EXAMPLE.findall(DOCS.read_text("utf-8"))
    values = next(index for index, text in enumerate(found) if text.startswith("```{values}"))
    picture = next(index for index, text in enumerate(found) if text.startswith("```{picture}"))
    found.insert(picture, found.pop(values))
    return "\n".join(found)


def test_the_examples_are_a_lesson_without_faults(tmp_path: Path) -> None:
    path = tmp_path / "20-tour.md"
    path.write_text(examples(), "utf-8")
    assert [str(fault) for fault in check([path])] == []
    sections = Course(tmp_path).lesson("tour").sections
    assert len([block for section in sections for block in section.blocks]) == 11


def test_every_block_is_shown() -> None:
    text = examples()
    assert [name for name in BLOCK_NAMES if f"```{{{name}}}" not in text] == []


def test_the_bounds_are_those_of_the_program() -> None:
    from tutor import budget as work
    from tutor.content import blocks, find, limits, runs, sections, yaml_reader, yaml_tree

    text = " ".join(DOCS.read_text("utf-8").split())
    sizes = [value for name, value in vars(limits).items() if name.isupper() and isinstance(value, int)]
    for number in (sections.MAX_LINES, sections.MAX_SECTIONS, sections.MAX_BLOCKS, runs.MAX_PAGE_STEPS, *sizes):
        assert f"{number:,} " in text
    assert len(sizes) == 11
    assert (work.LESSON_BUDGET, work.ANSWER_BUDGET) == (10 * 10**6, 4 * 10**6)
    assert f"{yaml_reader.MAX_BLOCK_BYTES // 1024} KB" in text
    assert f"at most {find.MAX_LESSONS:,} lessons" in text
    assert f"at most {find.MAX_FILE_BYTES // 10**6} MB" in text
    assert yaml_tree.MAX_DEPTH == 12
    assert blocks.MAX_VALUES == 200

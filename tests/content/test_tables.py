"""Tables of the lessons can be read line by line on 80 columns, and no page names a command that a learner lacks."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tutor.content.find import lessons_folder
from tutor.content.plain import plain_inline

LESSONS = sorted(lessons_folder().glob("*.md"))
RULE = re.compile(r"^\|(?: *:?-+:? *\|)+$")
HEADING_COLUMNS = 78
"""Columns of all headings of a table, with two spaces between: more do not fit side by side."""


def tables(path: Path) -> list[list[str]]:
    """The rows of every table of a lesson, its headings first."""
    found: list[list[str]] = []
    for line, after in pairwise(path.read_text("utf-8").splitlines()):
        if line.startswith("|") and RULE.match(after):
            found.append([line])
        elif found and line.startswith("|") and not RULE.match(line):
            found[-1].append(line)
    return found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_table_has_short_headings_and_no_links_that_are_printed_as_commands(path: Path) -> None:
    for headings, *rows in tables(path):
        cells = [plain_inline(cell.strip()) for cell in headings.strip("|").split("|")]
        assert len("  ".join(cells)) <= HEADING_COLUMNS, headings
        assert [row for row in (headings, *rows) if "](show:" in row] == []


def test_no_lesson_tells_a_learner_to_run_what_is_only_in_a_checkout() -> None:
    assert [
        path.stem for path in LESSONS if re.search(r"python -m (benchmarks|tests|docs)", path.read_text("utf-8"))
    ] == []


def test_the_tables_of_the_course_are_found() -> None:
    assert sum(len(tables(path)) for path in LESSONS) > 60
    assert tables(LESSONS[-1])[0][0].startswith("| part |")

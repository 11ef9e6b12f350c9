"""Questions on paper: one seed gives one sheet and its key, with every formula real and nothing of a lesson obeyed."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.doors import hostile_pack
from tutor.content.course import Course, open_course
from tutor.export.worksheet import as_html, as_markdown, as_mathml, make_worksheet


class Tags(HTMLParser):
    """Counts a page's elements, and holds that each that is opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def test_a_seed_gives_a_sheet_and_its_key(command: Command, course: Course) -> None:
    sheet = command("worksheet", "adam", "--seed", "3", "--count", "6").out
    assert sheet == command("worksheet", "adam", "--seed", "3", "--count", "6").out
    assert sheet != command("worksheet", "adam", "--seed", "4", "--count", "6").out
    found = make_worksheet(course, "adam", 3, 6)
    assert [line for line in sheet.splitlines() if line.startswith("## ")] == [f"## {n}" for n in range(1, 7)]
    key = command("worksheet", "adam", "--seed", "3", "--count", "6", "--key").out
    for instance in found.instances:
        assert instance.prompt in sheet
        assert f"**{instance.solution}**" in key
        assert instance.why not in sheet
        assert instance.grade_text(instance.solution.partition(") ")[0]) is not None
    assert "about a running simulation" in key


def test_every_lesson_has_a_sheet_with_real_formulas(course: Course) -> None:
    for heading in course.headings:
        sheet = make_worksheet(course, heading.front_matter.id, 1, 3)
        assert 1 <= len(sheet.instances) <= 3
        for key in (False, True):
            page = Tags(as_html(sheet, is_key=key))
            assert not {"script", "img", "link"} & {*page.seen}
            has_formula = any("$" in (each.why if key else each.prompt) for each in sheet.instances)
            assert ("math" in page.seen) or not has_formula
            assert not re.search(r"<code>\\", as_html(sheet, is_key=key))
            assert page.seen.count("li") >= len(sheet.instances)
            assert as_markdown(sheet, is_key=key).startswith("# ")


def test_a_concept_is_a_scope_too(command: Command, course: Course) -> None:
    sheet = make_worksheet(course, "momentum", 1)
    assert all("momentum" in instance.concepts for instance in sheet.instances)
    assert "did you mean 'momentum'?" in command("worksheet", "momentun").error_line
    assert "from 1 to 500" in command("worksheet", "adam", "--count", "0").error_line


def test_nothing_of_a_lesson_is_obeyed(command: Command, tmp_path: Path) -> None:
    pack = hostile_pack(tmp_path / "pack")
    for options in ((), ("--key",), ("--html",), ("--html", "--key")):
        out = command("--lessons", str(pack), "worksheet", "hostile", *options).out
        assert out
        assert not re.search("[\x1b\x9b\x7f\u202e\u200b\ufeff]", out)
        if "--html" in options:
            assert "script" not in Tags(out).seen


def test_a_formula_that_is_not_understood_stands_as_it_is_written() -> None:
    assert as_mathml(r"\frac{1}{2}").startswith("<math")
    assert as_mathml("<b>{") == "<code>&lt;b&gt;{</code>"

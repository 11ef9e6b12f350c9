"""Quotation marks and apostrophes are typed straight in lessons, and shown as a book has them; code keeps its own."""

import ast
import re

import pytest

from tests.source import ROOT
from tutor.content.course import open_course
from tutor.content.markdown import parse
from tutor.content.model import texts_of
from tutor.content.plain import plain_inline
from tutor.widgets.markdown.mathtext import GLUE, text_content

STRAIGHT = re.compile("['\"]")
_APOSTROPHE = re.compile(r"[^\W\d_]'[a-z]|^'s\b")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('Read it "del C by del w".', "Read it “del C by del w”."),
        ("It's the bank's 'own' kernel.", "It’s the bank’s ‘own’ kernel."),
        ("the slope of $x$'s loss, of $f(x)$'s too", "the slope of x’s loss, of f(x)’s too"),
        ('always answers *"3"*, (say "n")', "always answers “3”, (say “n”)"),
        ("type `'a'`, not \\'b\\'", "type 'a', not 'b'"),
    ],
)
def test_straight_marks_are_shown_as_in_a_book_and_code_is_shown_as_typed(typed: str, shown: str) -> None:
    assert text_content(typed).plain.replace(GLUE, " ") == shown
    assert plain_inline(typed).replace("`", "") == shown


def test_no_lesson_shows_a_straight_mark_outside_of_code() -> None:
    course = open_course()
    for heading in course.headings:
        for section in course.lesson(heading.front_matter.id).sections:
            for block in section.blocks:
                for template in texts_of(block):
                    for token in parse(template.source):
                        for child in token.children or ():
                            assert child.type != "text" or not STRAIGHT.search(child.content), child.content


@pytest.mark.parametrize("package", ["sims", "statistics", "widgets"])
def test_what_the_program_says_on_a_screen_has_no_straight_apostrophe(package: str) -> None:
    for path in sorted((ROOT / "tutor" / package).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
                continue
            if "\\" not in node.value and not path.name.startswith(("build", "library")):
                assert not _APOSTROPHE.search(node.value), f"{path.name}:{node.lineno}: {node.value}"

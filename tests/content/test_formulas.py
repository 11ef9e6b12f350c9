"""Dollar signs: which are formulas, and which a learner would see as dollars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.content.formulas import Formula, formulas_in, paragraphs, text_notes


def found(markdown: str) -> list[tuple[int, str]]:
    everything = [item for paragraph in paragraphs(markdown) for item in formulas_in(paragraph)]
    return [(item.line, item.latex) for item in everything if isinstance(item, Formula)]


@pytest.mark.parametrize(
    ("markdown", "formulas"),
    [
        ("a $x$ and $y_1$", [(1, "x"), (1, "y_1")]),
        ("a $x +\ny$ b\n$z$", [(1, "x +\ny"), (3, "z")]),
        ("$$\na\n+ b\n$$\n\n$c$", [(1, "a\n+ b"), (6, "c")]),
        ("$$a$$\n$b$", [(1, "a"), (2, "b")]),
        (r"\$5 and \$6", []),
        (r"$\text{\$}$", [(1, r"\text{\$}")]),
        ("`$x` and ``a ` $`` and $y$", [(1, "y")]),
        ("```\n$x\n```\n$y$", [(4, "y")]),
        ("~~~\n```\n$\n~~~\n$y$", [(5, "y")]),
        ("| a | b |\n|---|---|\n| $x$ | $y$ |\n\n$z$", [(3, "x"), (3, "y"), (5, "z")]),
        ("- $x$\n- $y$\n1. $z$", [(1, "x"), (2, "y"), (3, "z")]),
    ],
)
def test_formulas_are_found_with_their_lines(markdown: str, formulas: list[tuple[int, str]]) -> None:
    assert found(markdown) == formulas
    assert text_notes(markdown) == []


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("$5 and $6", [1]),
        ("a $x\n\nb y$", [1, 3]),
        ("- $x\n- y$", [1, 2]),
        ("# $x\ny$", [1, 2]),
        ("| a$ | b |\n|---|---|\n| $x |", [1, 3]),
        ("$$x\n\ny$$", [1, 3]),
        ("$$x$$.", [1]),
        ("$$\nx\n$$ and so on", [3]),
        ("$$ $$", [1]),
        ("2$x$ and $y$3", [1, 1]),
        ("| a | b |\n|:--|--:|\n| $\\|x\\|$ | $y$ |", [3]),
        ("```\n$\n```\n$", [4]),
        ("`a $", [1]),
    ],
)
def test_a_dollar_that_makes_no_formula_is_said_with_its_line(markdown: str, lines: list[int]) -> None:
    assert [line for line, _ in text_notes(markdown)] == lines


@given(st.text(alphabet="a1 $\\`|-\n{}#~>", max_size=60))
def test_no_text_raises_and_every_line_is_in_the_text(markdown: str) -> None:
    assert all(1 <= line <= 1 + markdown.count("\n") for line, _ in text_notes(markdown))

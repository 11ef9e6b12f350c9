"""Dollar signs: which are formulas, and which a learner would see as dollars."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tutor.content.formulas import Formula, read_formulas, text_notes


def found(markdown: str) -> list[tuple[int, str]]:
    return [(item.line, item.latex) for item in read_formulas(markdown) if isinstance(item, Formula)]


@pytest.mark.parametrize(
    ("markdown", "formulas"),
    [
        ("a $x$ and $y_1$", [(1, "x"), (1, "y_1")]),
        ("a $x +\ny$ b\n$z$", [(1, "x +\ny"), (3, "z")]),
        ("$$\na\n+ b\n$$\n\n$c$", [(1, "a\n+ b"), (6, "c")]),
        ("$$a$$\n$b$", [(1, "a"), (2, "b")]),
        ("$$a$$\n$$\nb\n$$", [(1, "a"), (2, "b")]),
        ("- $$a$$\n- $$b$$", [(1, "a"), (2, "b")]),
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
        ("text\n$$\nx\n$$", [2]),
        ("text $$x$$", [1]),
        ("$x$\n$$y$$", [2]),
        ("| a | b |\n|---|---|\n| $$x$$ |", [3]),
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


def seen_by_markdown(markdown: str) -> list[str]:
    """The formulas that the Markdown parser finds, an independent reader of the same rules."""
    parser = MarkdownIt("commonmark").enable("table")
    dollarmath_plugin(
        parser,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    # At the beginning of a text the plugin looks at the last character for the one before.
    parser.core.ruler.before("inline", "pad", pad)
    tokens = parser.parse(markdown)
    everything = [inner for token in tokens for inner in (token, *(token.children or ()))]
    return [" ".join(token.content.split()) for token in everything if token.type.startswith("math_")]


def pad(state: StateCore) -> None:
    for token in state.tokens:
        token.content += " " if token.type == "inline" else ""


PIECES = ["$x$", "$$y$$", "$a + b$", "word ", "\n", "\n\n", "- ", "| ", " |\n", "|---|---|\n", "`c`", "**", "$"]


@given(st.lists(st.sampled_from([*PIECES, "$$", r"\$", "# ", "2", "\n\n$$\nz\n+ w\n$$\n", "a_1 "]), max_size=9))
def test_what_passes_is_what_the_markdown_parser_sees(pieces: list[str]) -> None:
    markdown = "".join(pieces)
    if not text_notes(markdown):
        assert sorted(" ".join(latex.split()) for _, latex in found(markdown)) == sorted(seen_by_markdown(markdown))

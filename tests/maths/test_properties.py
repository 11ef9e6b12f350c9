"""Laws that hold for every formula: the listed ones and random ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.maths.formulas import ALL
from tutor.maths.box import cell_width
from tutor.maths.lint import lint
from tutor.maths.render import MathError, ascii_line, display, inline

LEAVES = [*"abxyzCNW", "0", "12", "3.5", "49,152", r"\alpha", r"\theta", r"\Delta", r"\infty", r"\partial"]
OPERATORS = ["+", "-", "=", r"\cdot", r"\le", ",", r"\odot", r"\to", "/", r"\in", r"\;", ""]
WRAPPERS = [
    "{%s}",
    "(%s)",
    "|%s|",
    r"\left[%s\right]",
    r"\sqrt{%s}",
    r"\sqrt[3]{%s}",
    r"\hat{%s}",
    r"\overline{%s}",
    r"\mathrm{%s}",
    r"\mathbf{%s}",
    r"\text{if }%s",
    r"\log %s",
    r"\boxed{%s}",
    r"\sum_{%s} x",
    r"e^{%s}",
    r"f'_{%s}",
    r"\begin{aligned} %s &= y \\ &\le z \end{aligned}",
]
PAIRS = [
    r"\frac{%s}{%s}",
    r"{%s}_{%s}",
    r"{%s}^{%s}",
    r"\underbrace{%s}_{%s}",
    r"\sum_{%s}^{%s} x",
    r"\begin{bmatrix} %s & %s \end{bmatrix}",
    r"\begin{cases} %s \\ %s & x > 0 \end{cases}",
    r"\overset{%s}{%s}",
    r"\binom{%s}{%s}",
    r"x \xrightarrow{%s} %s",
]


def bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(st.sampled_from(WRAPPERS), inner).map(lambda parts: parts[0] % parts[1]),
        st.tuples(st.sampled_from(PAIRS), inner, inner).map(lambda parts: parts[0] % parts[1:]),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
    )


FORMULAS = st.recursive(st.sampled_from(LEAVES), bigger, max_leaves=12)
COMMANDS = r"""
    \frac \sqrt \left \right \\ \begin{cases} \end{cases} \begin{aligned} \end{aligned} \hat \text{a} \mathrm
    \not \limits \big \over \middle \operatorname \underbrace \color \substack \
"""
FRAGMENTS = st.lists(st.sampled_from([*LEAVES, *OPERATORS, *COMMANDS.split(), *"{}[]()^_&|'$%~"]), max_size=12).map(
    " ".join
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(FORMULAS)
def test_well_formed_formula_keeps_every_letter_in_every_form(latex: str) -> None:
    try:
        lines = display(latex)
    except MathError as error:
        assert "nested more than" in str(error)
        return
    assert len({cell_width(line) for line in lines}) == 1
    assert lint(latex) == []
    assert "\n" not in inline(latex)
    assert ascii_line(latex).isascii()
    for width in (10, 30):
        assert len({cell_width(line) for line in display(latex, width)}) == 1


@settings(max_examples=250, deadline=None, derandomize=True)
@given(FRAGMENTS)
def test_rubbish_is_drawn_or_refused_but_never_crashes(latex: str) -> None:
    try:
        lines = display(latex)
    except MathError as error:
        assert "\n" not in str(error)
        return
    assert len({cell_width(line) for line in lines}) == 1
    assert isinstance(inline(latex), str)
    assert ascii_line(latex).isascii()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=30))
def test_any_text_is_drawn_or_refused_but_never_crashes(text: str) -> None:
    for form in (display, inline, ascii_line):
        try:
            form(text)
        except MathError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("latex", ALL)
def test_listed_formula_is_whole_in_every_form(latex: str) -> None:
    assert lint(latex) == []
    lines = display(latex)
    assert len({cell_width(line) for line in lines}) == 1
    assert all(line.strip() for line in (lines[0], lines[-1]))
    assert ascii_line(latex).isascii()
    assert inline(latex) == inline(latex).strip() != ""


def test_the_same_formula_gives_the_same_lines_and_a_list_of_ones_own() -> None:
    first = display("x^2")
    first.append("changed")
    assert display("x^2") == ["x²"]

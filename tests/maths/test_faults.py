"""Broken formulas: one line that names the trouble, whatever is typed."""

import pytest

from tutor.maths.lint import lint
from tutor.maths.render import MathError, ascii_line, display, inline

BROKEN = [
    ("", "empty"),
    ("   ", "empty"),
    ("{x", "never closed"),
    ("x}", "no { before it"),
    (r"\frac{a}", r"\frac lacks an argument"),
    (r"{\frac{a}}", r"\frac lacks an argument"),
    (r"\frac", r"\frac lacks an argument"),
    (r"\sqrt", r"\sqrt lacks an argument"),
    ("x^", "nothing after it"),
    ("{x_}", "nothing after it"),
    ("x^a^b", "two superscripts"),
    ("x_a_b", "two subscripts"),
    (r"\left(x", r"\left and \right"),
    (r"x\right)", r"\left and \right"),
    (r"\left x \right)", "not a bracket"),
    (r"\begin{bmatrix} a", r"\begin{bmatrix} has no \end"),
    (r"a \end{bmatrix}", "does not close"),
    (r"\begin{bmatrix} a \end{pmatrix}", "does not close"),
    (r"\begin{alinged} a \end{alinged}", "did you mean aligned?"),
    (r"\alhpa", r"did you mean \alpha?"),
    (r"\rule{1em}{2em}", r"unknown command \rule"),
    (r"\tag{1}", r"unknown command \tag"),
    (r"\operatorname{}", "lacks its name"),
    (r"\operatorname{\alpha}", "letters, digits and signs only"),
    ("a & b", "belongs inside an environment"),
    (r"a \\ b", "belongs inside an environment"),
    (r"\newcommand{\a}{b} \a", "macros cannot be defined"),
    (r"\def\a{\a\a}\a", "macros cannot be defined"),
    ("a $ b", r"write \$"),
    ("50% of x", r"write \%"),
    (r"\text{a $x}", "without a partner"),
    (r"\text{a {b} c}", r"braces inside \text"),
    (r"\not", r"\not must stand before one symbol"),
    (r"\not{ab}", r"\not must stand before one symbol"),
    (r"x\limits_2", r"\limits must follow"),
    (r"\substack{a \\ b} + c", "alone in its script"),
    ("x\x07", "cannot be shown"),
    ("x\u202ey", "cannot be shown"),
    ("x" * 2001, "longer than 2,000"),
    ("{" * 41 + "x" + "}" * 41, "more than 40 deep"),
    ("(" * 41 + "x" + ")" * 41, "more than 40 deep"),
    (r"\sqrt" * 300 + "x", "more than 40 deep"),
    (r"\hat" * 400 + "x", "more than 40 deep"),
    (r"\left(" * 130 + r"\right)" * 130, "more than 40 deep"),
    (r"\begin{matrix}" * 5 + r"\end{matrix}" * 5, "more than 4 deep"),
]


@pytest.mark.parametrize(("latex", "trouble"), BROKEN, ids=[latex[:20] for latex, _ in BROKEN])
def test_broken_formula_is_refused_by_every_form_in_one_line(latex: str, trouble: str) -> None:
    for form in (display, inline, ascii_line):
        with pytest.raises(MathError) as caught:
            form(latex)
        message = str(caught.value)
        assert trouble in message
        assert "\n" not in message
        assert len(message) < 120


@pytest.mark.parametrize(("latex", "trouble"), BROKEN, ids=[latex[:20] for latex, _ in BROKEN])
def test_lint_says_the_same_without_raising(latex: str, trouble: str) -> None:
    (fault,) = lint(latex)
    assert trouble in fault


def test_math_error_is_a_value_error() -> None:
    assert issubclass(MathError, ValueError)

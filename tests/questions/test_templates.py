from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.errors import ChainruleError
from tutor.questions.templates.placeholders import as_argument, fill, fill_argument, unknown_names

NAMES = {"g": 0.5, "n": 1_228_800, "tiny": 3.2e-9, "word": "adam", "third": Fraction(1, 3), "w": [1, -2.5]}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{g} and {n}", "0.5 and 1,228,800"),
        ("{word} {third} {w}", "adam 0.333333 [1, −2.5]"),
        ("{= n / 2} {= -g}", "614,400 −0.5"),
        ("{unknown} {} { g }", "{unknown} {} { g }"),
        ("$\\frac{g}{2}$ {g}", "$\\frac{0.5}{2}$ 0.5"),
        ("$x^{= 2 * g}$", "$x^{1}$"),
        ("$a = {= -g}$ {= -g}", "$a = {-0.5}$ −0.5"),
        ("$${tiny}$$ {tiny}", "$${3.2 \\cdot 10^{-9}}$$ 3.2 · 10⁻⁹"),
        ("\\${g} {= g}", "\\$0.5 0.5"),
        (r"$4 \cdot ({g}) + ({= -g})$", r"$4 \cdot {0.5} + ({-0.5})$"),
        ("$(({g}) - ({third}))^2 / ({n})$", "$({0.5} - {0.333333})^2 / {1,228,800}$"),
        (r"$f({g}) \ln ({g}) 2({g})$ ({g})", r"$f({0.5}) \ln ({0.5}) 2({0.5})$ (0.5)"),
        ("$({tiny}) + ({g}", r"$({3.2 \cdot 10^{-9}}) + ({0.5}"),
        ("$\\mathrm{n}_{word}$", "$\\mathrm{1,228,800}_{adam}$"),
    ],
)
def test_numbers_are_filled_in_and_latex_survives(template: str, text: str) -> None:
    assert fill(template, NAMES) == text


def test_an_expression_that_does_not_compute_is_an_error() -> None:
    with pytest.raises(ChainruleError, match="there is no 'h'"):
        fill("{= h}", NAMES)


def test_misspelt_names_are_found_outside_formulas_only() -> None:
    assert unknown_names("{gg} $\\hat{x}$ {g} {now.w[0]}", NAMES) == ["gg", "now.w[0]"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(1_228_800, "1228800"), (0.5, "0.5"), (Fraction(1, 4), "0.25"), (True, "true"), ([1, 0.1], "1,0.1")],
)
def test_a_parameter_gets_numbers_without_marks(value: object, text: str) -> None:
    assert as_argument(value) == text
    assert fill_argument("x={a}", {"a": value}) == f"x={text}"


def test_a_parameter_refuses_a_name_that_stands_for_nothing() -> None:
    with pytest.raises(ChainruleError, match="there is no 'h'"):
        fill_argument("{h}", NAMES)


@settings(derandomize=True, deadline=None)
@given(st.text("{}$\\= gn+*/0\n", max_size=40))
def test_no_template_raises_anything_but_an_expression_error(template: str) -> None:
    try:
        assert isinstance(fill(template, NAMES), str)
    except ChainruleError as error:
        assert "\n" not in str(error)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40).filter(lambda text: "{" not in text))
def test_a_text_without_braces_stays_as_it_is(template: str) -> None:
    assert fill(template, NAMES) == template

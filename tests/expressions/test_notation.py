"""The table of rules that make typed notation plain: each has an example, in a number and in a formula."""

import pytest

from tutor.expressions import notation
from tutor.expressions.enclosures import constant_value
from tutor.expressions.notation import RULES, Rule, plain_formula, plain_number
from tutor.expressions.parser import parse_formula
from tutor.expressions.symbols import NO_SYMBOLS
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead

NUMBERS = {
    "10⁻³": "10^(-3)",
    "10²⁻³": "10^(2-3)",
    "1½": "1 1/2",
    "2^½": "2^(1/2)",
    "⅔²": "(2/3)^(2)",
    "3½-2": "(3+1/2)-2",
    "³⁄₁₀": "(3/10)",
    "¾": "3/4",
    "$2$": "2",
    "\\(2\\)": "2",
    "2\\cdot 3": "2* 3",
    "6 \\div 3": "6 / 3",
    "\\approx 2": "≈ 2",
    "2\\,000": "2000",
    "1{,}200": "1,200",
    "5\\%": "5%",
    "5 per cent": "5%",
    "5 pct": "5%",
    "2\\frac{1}{2}": "2 1/2",
    "\\sqrt{2}": "sqrt(2)",
    "\\frac12": "(1/2)",
    "\\dfrac{1}{2}": "((1)/(2))",
    "e^{-1}": "e^(-1)",
    "√2": "sqrt(2)",
    "√(2)": "sqrt(2)",
    "3√(2)": "3*sqrt(2)",
    "3 x 10": "3*10",
    "−３": "-3",
}
FORMULAS = {
    "m̂": "m_hat",
    "é": "é",
    "αx": "alpha x",
    "x²": "x^(2)",
    "x₁": "x_1",
    "2½": "(2+1/2)",
    "³⁄₁₀": "(3/10)",
    "$x$": "x",
    "\\(x\\)": "x",
    "a\\,b": "a b",
    "a\\cdot b": "a* b",
    "a\\div b": "a/ b",
    "np.exp(x)": "exp(x)",
    "\\dfrac{a}{b}": "\\frac{a}{b}",
    "\\sqrt2": "\\sqrt{2}",
    "\\frac12": "\\frac{1}{2}",
    "\\hat{m}": "m_hat",
    "\\mathrm{max}(a, b)": "max(a, b)",
    "\\partial C": "dC",
    "\\vert x\\vert": "| x|",
    "\\alpha x": "alpha  x",
    "2\\pi": "2 pi",
    "w _1": "w_1",
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_made_plain(text: str) -> None:
    assert plain_number(text) == NUMBERS[text]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_made_plain(text: str) -> None:
    assert plain_formula(text).text == FORMULAS[text]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.pattern.pattern[:30])
def test_no_rule_can_be_left_out(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("_NUMBER_RULES", "_FORMULA_RULES", "_ASCII_FORMULA_RULES"):
        others = [row for row in getattr(notation, table) if row[0] is not rule.pattern]
        monkeypatch.setattr(notation, table, others)
    assert (rule.number is None) == all(plain_number(text) == plain for text, plain in NUMBERS.items())
    assert (rule.formula is None) == all(plain_formula(text).text == plain for text, plain in FORMULAS.items())


@pytest.mark.parametrize(
    "text",
    ["10²⁻³", "2⁻¹", "6 \\div 3", "6 ÷ 3", "2·3", "\\frac12", "\\frac{1}{4}", "√4", "½", "2/½", "⅔²", "2-3½", "2½²"],
)
def test_a_number_and_a_formula_without_variables_are_read_alike(text: str) -> None:
    value = constant_value(parse_formula(text, NO_SYMBOLS))
    assert value is not None
    assert read_number(text) == NumberRead(value)

from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given, settings

from tests.expressions.strategies import LETTERS, TREES, TYPED
from tutor.errors import ExpressionError
from tutor.expressions.grammars import FORMULA
from tutor.expressions.latex import to_latex
from tutor.expressions.parser import parse_formula
from tutor.expressions.rational import TooLargeError, is_same_quotient, rational_form
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary
from tutor.maths.render import display, inline
from tutor.reading.formulas import read_expression

WORDS = SymbolTable(frozenset({"n", "m", "x", "alpha", "mu_0"}))


def written(tree: Expr) -> str:
    """`tree` with every bracket, so that a reading is seen."""
    match tree:
        case Number(value):
            return str(value)
        case Name(name):
            return name
        case Unary(sign, operand):
            return f"({sign}{written(operand)})"
        case Binary(sign, left, right):
            return f"({written(left)}{sign}{written(right)})"
        case Call(name, args):
            return f"{name}[{','.join(map(written, args))}]"
    raise AssertionError(tree)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2x", "(2*x)"),
        ("2(x+1)", "(2*(x+1))"),
        ("3 w1 x", "((3*w_1)*x)"),
        ("w_1 + w₁ + w_{1}", "((w_1+w_1)+w_1)"),
        ("x(x+1)", "(x*(x+1))"),
        ("(x+1)(x-1)", "((x+1)*(x-1))"),
        ("x**2 - x^2", "((x^2)-(x^2))"),
        ("-x^2", "(-(x^2))"),
        ("2^-3^2", "(2^(-(3^2)))"),
        ("x² y⁻¹", "((x^2)*(y^(-1)))"),
        ("½x", "((1/2)*x)"),
        ("2½ x", "((2+(1/2))*x)"),
        ("x·α − 3", "((x*alpha)-3)"),
        ("αβ", "(alpha*beta)"),
        ("1+μ0", "(1+mu_0)"),
        ("nm", "(n*m)"),
        ("xsin(x)", "(x*sin[x])"),
        ("sin 2n", "sin[(2*n)]"),
        ("sin^2(x)", "(sin[x]^2)"),
        ("ln x + 1", "(ln[x]+1)"),
        ("log(x)", "ln[x]"),
        ("log10(x) + log_2(x)", "(log10[x]+log2[x])"),
        ("σ'(z)", "sigmoid'[z]"),
        ("\\sigma(z)", "sigmoid[z]"),
        ("relu(z) + ReLU(z)", "(relu[z]+relu[z])"),
        ("max(0, z)", "max[0,z]"),
        ("|x||y|", "(abs[x]*abs[y])"),
        ("|x+|y||", "abs[(x+abs[y])]"),
        ("\\frac{x}{2}y", "((x/2)*y)"),
        ("\\sqrt{x} + √2x", "(sqrt[x]+(sqrt[2]*x))"),
        ("e^{-x}", "(e^(-x))"),
        ("1/2(x-1)^2", "((1/2)*((x-1)^2))"),
        ("m̂/(√v̂+ε)", "(m_hat/(sqrt[v_hat]+epsilon))"),
        ("\\hat{m}_t + mhat_t", "(m_hat_t+m_hat_t)"),
        ("$\\beta_1 x$", "(beta_1*x)"),
        ("a' + ∂C", "(a'+dC)"),
        ("= x", "x"),
        ("n! ", "fact[n]"),
        ("（x＋1）", "(x+1)"),
    ],
)
def test_it_is_read_as_people_mean_it(text: str, tree: str) -> None:
    words = SymbolTable(WORDS.variables | ({"dC"} if "∂" in text else set()))
    assert written(parse_formula(text, words)) == tree


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "nothing was typed"),
        ("x" * (FORMULA.max_length + 1), "too long"),
        ("(" * (FORMULA.max_depth + 1), "deep"),
        ("x" + "+x" * 125, "too long|too many parts"),
        ("(x+1", "not closed"),
        ("x+1)", "a '\\)' too many"),
        ("x+", "missing at the end"),
        ("x+^2", "missing before '\\^'"),
        ("2 3", "operator is missing"),
        ("x 2", "operator is missing"),
        ("f(n)", "no function 'f'"),
        ("n(m)", "no function 'n'"),
        ("sin", "needs brackets"),
        ("cos*n", "needs brackets"),
        ("sin^-1 x", "two ways"),
        ("1/nx", "two ways"),
        ("sine(x)", "did you mean 'sin'"),
        ("alpah", "did you mean 'alpha'"),
        ("abs(1, 2)", "one argument"),
        ("pi()", "missing before it"),
        ("x = 2", "after the equals sign"),
        ("x < 2", "comparison"),
        ("x\u202e", "invisible"),
        ("x\x00", "invisible"),
        ("2ℼn", "no place"),
        ("__import__('os')", "no place|there is no"),
        ("x.y", "no place"),
        ("1.2.3", "operator is missing"),
        ("1" * 50, "digits"),
        ("x; y", "one expression alone"),
    ],
)
def test_what_cannot_be_read_gets_advice(text: str, advice: str) -> None:
    with pytest.raises(ExpressionError, match=advice):
        parse_formula(text, WORDS)


def test_a_letter_that_a_question_does_not_use_is_refused_with_those_it_does() -> None:
    with pytest.raises(ExpressionError, match="the letters in use: x, y"):
        parse_formula("q", SymbolTable(frozenset({"x", "y"}), allow_letters=False))


def test_functions_that_a_question_leaves_open_can_be_used() -> None:
    words = SymbolTable(frozenset({"x"}), frozenset({"f", "f'"}), allow_letters=False)
    assert written(parse_formula("f'(x) f(x)", words)) == "(f'[x]*f[x])"


@pytest.mark.parametrize(("base", "name"), [("ln", "ln"), ("log10", "log10"), ("log2", "log2")])
def test_a_question_says_what_log_is(base: str, name: str) -> None:
    assert written(parse_formula("log x", SymbolTable(log_function=base))) == f"{name}[x]"


@pytest.mark.parametrize(("text", "value"), [("1,200", "1200"), ("2 1/2", "5/2"), ("12%", "3/25"), ("−4", "-4")])
def test_a_lone_number_is_read_as_everywhere(text: str, value: str) -> None:
    rational = rational_form(read_expression(text, WORDS))
    assert rational.value == Fraction(value)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(TREES)
def test_a_formula_that_is_shown_can_be_read_back(tree: Expr) -> None:
    formula = to_latex(tree)
    again = parse_formula(formula, SymbolTable(frozenset(LETTERS), allow_letters=False))
    assert display(formula)
    try:
        assert is_same_quotient(rational_form(again), rational_form(tree))
    except (TooLargeError, ExpressionError):
        assert to_latex(again)


@settings(derandomize=True, deadline=None, max_examples=2_000)
@given(TREES)
def test_a_formula_on_one_line_is_not_read_as_another(tree: Expr) -> None:
    line = inline(to_latex(tree))
    try:
        again = read_expression(line, SymbolTable(frozenset(LETTERS), allow_letters=False))
        assert is_same_quotient(rational_form(again), rational_form(tree)), line
    except (TooLargeError, ExpressionError):
        return


@pytest.mark.parametrize("typed", ["2*(1/2)", "x*2*(1/2)", "2^3*(1/2)", "2*(1/2)*x", "2*(3/x)"])
def test_a_number_before_a_fraction_is_no_mixed_number(typed: str) -> None:
    line = inline(to_latex(read_expression(typed, WORDS)))
    assert "·" in line, line


@settings(derandomize=True, deadline=None, max_examples=4_000)
@given(TYPED)
def test_no_typing_raises_or_takes_long(text: str) -> None:
    begun = process_time()
    try:
        tree = read_expression(text, WORDS)
        assert to_latex(tree)
    except ExpressionError as error:
        assert str(error)
        assert "\n" not in str(error)
    assert process_time() - begun < 5

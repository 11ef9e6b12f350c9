"""One lexer and one parser serve every grammar: where the tables agree, so do the trees."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import call_function
from tutor.expressions.enclosures import constant_value, enclose_constant
from tutor.expressions.evaluate import evaluate
from tutor.expressions.grammars import BINDING_POWER, CLOSING_BRACKETS, FORMULA, LESSON, Grammar
from tutor.expressions.intervals import UndefinedError
from tutor.expressions.lexer import tokenize
from tutor.expressions.names import ALIASES, FORMULA_FUNCTIONS, LESSON_FUNCTIONS, SHORTHANDS
from tutor.expressions.notation import plain_formula
from tutor.expressions.parser import _PRIMARY, parse_expression, parse_formula
from tutor.expressions.source import SourceLine
from tutor.expressions.symbols import NO_SYMBOLS, SymbolTable
from tutor.expressions.tree import Expr, Unary
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead

STEADY = settings(derandomize=True, deadline=None, max_examples=300)
SYMBOLS = SymbolTable(frozenset({"a", "b", "x", "w"}))
LOOSEST_TO_TIGHTEST = ("or", "and", "<", "+", "*", "^")

GRAMMARS = pytest.mark.parametrize("grammar", [LESSON, FORMULA], ids=["lesson", "formula"])


@GRAMMARS
def test_every_symbol_in_a_table_is_a_token_and_is_known_to_the_parser(grammar: Grammar) -> None:
    assert grammar.infix <= BINDING_POWER.keys()
    assert grammar.primary <= _PRIMARY.keys()
    assert grammar.postfix <= {"[", ".", "!"}
    symbols = grammar.infix | grammar.primary | grammar.postfix | grammar.unary
    for symbol in symbols | {CLOSING_BRACKETS[opening] for opening in grammar.primary & CLOSING_BRACKETS.keys()}:
        assert [token.kind for token in tokenize(SourceLine(symbol), grammar)] == ["symbol", "end"], symbol


@GRAMMARS
def test_another_spelling_of_a_symbol_gives_the_same_token(grammar: Grammar) -> None:
    for spelling, symbol in grammar.synonyms.items():
        first, _ = tokenize(SourceLine(spelling), grammar)
        assert (first.text, first.original) == (symbol, spelling)


@pytest.mark.parametrize("looser", LOOSEST_TO_TIGHTEST[:-1])
def test_an_operator_binds_less_tightly_than_the_next(looser: str) -> None:
    tighter = LOOSEST_TO_TIGHTEST[LOOSEST_TO_TIGHTEST.index(looser) + 1]
    assert parse_expression(f"a {looser} b {tighter} x") == parse_expression(f"a {looser} (b {tighter} x)")
    assert parse_expression(f"a {tighter} b {looser} x") == parse_expression(f"(a {tighter} b) {looser} x")


@pytest.mark.parametrize("name", sorted(LESSON_FUNCTIONS))
def test_every_function_of_a_lesson_is_computed(name: str) -> None:
    fewest, most = LESSON_FUNCTIONS[name]
    arguments = ", ".join(["1"] * fewest)
    assert isinstance(evaluate(parse_expression(f"{name}({arguments})"), {}), (Fraction, float))
    assert isinstance(call_function(name, [Fraction(1)] * most), (Fraction, float))


@pytest.mark.parametrize("name", sorted(FORMULA_FUNCTIONS))
def test_every_function_of_a_formula_is_computed(name: str) -> None:
    fewest, _ = FORMULA_FUNCTIONS[name]
    for argument in ("0.5", "2"):  # one of them lies in the domain of each
        tree = parse_formula(f"{name}({', '.join([argument] * fewest)})", SYMBOLS)
        try:
            enclose_constant(tree)
        except UndefinedError as error:
            assert "cannot be computed" not in str(error)
        else:
            return
    raise AssertionError(f"{name} has no value at 0.5 or 2")


def test_every_spelling_of_a_function_leads_to_one_that_exists() -> None:
    assert set(ALIASES.values()) <= FORMULA_FUNCTIONS.keys() | SHORTHANDS.keys()


ARITHMETIC = st.recursive(
    st.sampled_from(["a", "b", "2", "0.5", ".25", "1e3"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "**", " + ", " / "]), inner).map("".join)
        | inner.map(lambda text: f"({text})")
        | inner.map(lambda text: f"-{text}")
        | st.tuples(st.sampled_from(["sqrt", "exp", "ln", "abs", "tanh", "relu", "sigmoid"]), inner).map(
            lambda call: f"{call[0]}({call[1]})"
        )
        | st.tuples(inner, inner).map(lambda both: f"max({both[0]}, {both[1]})")
    ),
    max_leaves=10,
)


@STEADY
@given(ARITHMETIC)
def test_what_both_grammars_allow_has_the_same_tree_in_both(text: str) -> None:
    assert parse_expression(text) == parse_formula(text, SYMBOLS)


def tree_or_fault(text: str, grammar: Grammar) -> Expr | str:
    try:
        return parse_expression(text) if grammar is LESSON else parse_formula(text, SYMBOLS)
    except ExpressionError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "means", "fault"),
    [
        ("2a", "2*a", "multiplication is written *"),
        ("a(b + 1)", "a*(b + 1)", "there is no function 'a'"),
        ("sqrt 2a", "sqrt(2*a)", "needs brackets"),
        ("exp^2(a)", "exp(a)^2", "needs brackets"),
        ("|a|", "abs(a)", "has no meaning here"),
        ("√a", "sqrt(a)", "has no meaning here"),
        ("\\frac{a}{b}", "a/b", "has no meaning here"),
        ("½", "1/2", "has no meaning here"),
    ],
)
def test_paper_is_read_in_formulas_alone(text: str, means: str, fault: str) -> None:
    assert parse_formula(text, SYMBOLS) == parse_expression(means)
    assert fault in str(tree_or_fault(text, LESSON))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a < b", "a comparison is no answer"),
        ("w[0]", "write round brackets"),
        ("'adam'", "quotes have no place"),
        ("a % b", "has no place in a formula"),
        ("1_000", "has no place in a formula"),
        ("w.a", "has no place in a formula"),
        ("not a", "there is no 'not' here"),
        ("round(a)", "there is no"),
    ],
)
def test_conditions_and_states_are_read_in_lessons_alone(text: str, fault: str) -> None:
    assert not isinstance(tree_or_fault(text, LESSON), str)
    assert fault in str(tree_or_fault(text, FORMULA))


def test_a_plus_sign_stays_where_it_can_refuse_a_word() -> None:
    assert parse_expression("+a") == Unary("+", parse_expression("a"))
    assert parse_formula("+a", SYMBOLS) == parse_expression("a")


@pytest.mark.parametrize("text", ["2^3 - 2", "sqrt(4)/3", "-2^2", "max(1, 2)", "10^-3", "1e3 * 2", "2**-1"])
def test_a_closed_expression_is_worth_the_same_at_every_door(text: str) -> None:
    value = evaluate(parse_expression(text), {})
    assert constant_value(parse_formula(text, NO_SYMBOLS)) == value
    assert isinstance(evaluate(parse_expression(text), {}), Fraction)
    if "," not in text:
        assert read_number(text) == NumberRead(value)


@STEADY
@given(st.text("abx12.+-*/^()²½·√αμ\u0302 \\{}", max_size=40))
def test_a_token_knows_how_it_was_typed(text: str) -> None:
    try:
        tokens = tokenize(plain_formula(text), FORMULA)
    except ExpressionError:
        return
    assert all(token.original in text for token in tokens)

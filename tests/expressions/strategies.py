"""Random expressions and random typing for property tests."""

from fractions import Fraction

from hypothesis import strategies as st

from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary

LETTERS = ("x", "y", "w_1", "alpha", "m_hat", "b'")
NUMBERS = st.sampled_from([Fraction(0), Fraction(1), Fraction(2), Fraction(7), Fraction(1, 2), Fraction(5, 4)])


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return (
        st.builds(Unary, st.just("-"), inner)
        | st.builds(Binary, st.sampled_from("+-*/"), inner, inner)
        | st.builds(Binary, st.just("^"), inner, st.sampled_from([2, 3]).map(lambda count: Number(Fraction(count))))
        | st.builds(
            lambda name, of: Call(name, (of,)), st.sampled_from(["sin", "exp", "tanh", "sigmoid", "abs"]), inner
        )
    )


TREES: st.SearchStrategy[Expr] = st.recursive(
    NUMBERS.map(Number) | st.sampled_from(LETTERS).map(Name), _larger, max_leaves=8
)
POLYNOMIALS: st.SearchStrategy[Expr] = st.recursive(
    st.integers(-5, 5).map(lambda value: Number(Fraction(value))) | st.sampled_from(LETTERS[:3]).map(Name),
    lambda inner: st.builds(Binary, st.sampled_from("+-*"), inner, inner) | st.builds(Unary, st.just("-"), inner),
    max_leaves=8,
)

_WORDS = (
    *"xywabe0123456789+-*/^()|,.!'_ {}[]=<>%√π²₁½·−",
    *(
        "sin",
        "ln",
        "exp(",
        "sqrt(",
        "sigma'",
        "max(",
        "\\frac{",
        "\\sqrt{",
        "w_1",
        "x_{",
        "10^",
        "e^-",
        "alpha",
        "9**9",
    ),
)
TYPED = st.lists(st.sampled_from(_WORDS), max_size=30).map("".join) | st.text(max_size=60)
"""What fingers, cats and scripts type."""

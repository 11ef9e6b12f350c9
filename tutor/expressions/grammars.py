"""The grammars as tables: what an expression of a lesson, and a formula of a learner, may contain.

Both are read by the lexer and the parser of this package. Where the two grammars differ, they differ on purpose. A
lesson is written once and checked, so its grammar is strict; it has conditions and states of simulations. A formula is
typed as people write it on paper, so its grammar allows LaTeX, and leaving out signs and brackets. A closed expression,
typed where a number is asked for, is a formula without variables.
"""

import re
from collections.abc import Mapping

import msgspec

from tutor.expressions.names import FORMULA_FUNCTIONS, LESSON_FUNCTIONS, SHORTHANDS
from tutor.expressions.wording import FormulaWording, LessonWording, Wording
from tutor.patterns import compile_lazily

OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POWER = range(1, 9)
"""Binding powers: operators with a higher number bind more tightly. `SIGN` is that of a + or − before an operand."""

BINDING_POWER = {
    "or": OR,
    "and": AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), COMPARISON),
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/%", PRODUCT),
    "^": POWER,
}
"""Infix operator → how tightly it binds."""
COMPARISONS = frozenset(symbol for symbol, power in BINDING_POWER.items() if power == COMPARISON)
CLOSING_BRACKETS = {"(": ")", "{": "}", "[": "]", "|": "|"}
"""Bracket → the one that closes it."""


class Grammar(msgspec.Struct, frozen=True, eq=False):
    """The tables for one kind of expression: tokens, operators, functions, limits, and the wording of errors."""

    wording: Wording

    token: re.Pattern[str]
    """Matches the next token. The named group that matched is its kind: `space`, `number`, `name`, `string` (in quotes)
    or `symbol` (an operator, a bracket, a comma, …)."""
    operator_words: frozenset[str]
    """Words that are operators, such as `and`."""
    synonyms: Mapping[str, str]
    """Another spelling of a symbol → the spelling that the parser knows."""

    unary: frozenset[str]
    """Operators before an operand."""
    infix: frozenset[str]
    """Operators between operands, of `BINDING_POWER`."""
    primary: frozenset[str]
    """Symbols that begin an operand."""
    postfix: frozenset[str]
    """Symbols after an operand: `[` for entries, `.` for quantities of a state, `!`."""

    functions: Mapping[str, tuple[int, int]]
    """Function → the fewest and the most arguments."""
    shorthands: frozenset[str]
    """Functions that the parser replaces by operations: `pow`, `sum`, `mean`."""

    max_length: int
    max_depth: int
    """How deeply brackets, signs and powers may be nested."""
    max_height: int | None = None
    """The most levels of the tree; a row of operations, such as a + b + c, adds one level for each."""
    max_nodes: int | None = None
    """The most nodes of the tree: numbers, names and operations."""

    implicit_product: bool = False
    """Whether a product may be written without a symbol, as in 2x and x (y + 1)."""
    textbook_calls: bool = False
    """Whether calls such as sin 2x, sin^2(x) and np.mean([1, 2]) are read."""
    empty_calls: bool = False
    """Whether f() is parsed, so that the error can say how many arguments f takes."""
    keeps_plus: bool = False
    """Whether +x keeps its plus in the tree, so that evaluating it fails if x is not a number."""


LESSON = Grammar(
    wording=LessonWording(),
    token=compile_lazily(
        r"(?P<space>[ \t\r\n]+)"
        r"|(?P<number>(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
        r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
        r"|(?P<string>'[^'\n]*'|\"[^\"\n]*\")"
        r"|(?P<symbol>\*\*|<=|>=|==|!=|[-+*/%^()\[\],.<>=−×·÷≤≥≠])"
    ),
    operator_words=frozenset({"and", "or", "not"}),
    synonyms={"**": "^", "−": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="},
    unary=frozenset({"+", "-", "not"}),
    infix=frozenset(BINDING_POWER),
    primary=frozenset("("),
    postfix=frozenset("[."),
    functions=LESSON_FUNCTIONS,
    shorthands=frozenset(),
    max_length=500,
    max_depth=50,
    max_height=120,
    empty_calls=True,
    keeps_plus=True,
)
"""Expressions and conditions in lessons."""

FORMULA = Grammar(
    wording=FormulaWording(),
    token=compile_lazily(
        r"(?P<space>[ \t]+)"
        r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![0-9.]))?)"
        r"|(?P<name>[A-Za-z]+[0-9]*(?:_(?:[A-Za-z]+[0-9]*|[0-9]+|\{[A-Za-z0-9,]+\}))*'*)"
        r"|(?P<symbol>\\(?:frac|sqrt)(?![A-Za-z])|\*\*|[-+*/^()|,{}!√\[\]])"
    ),
    operator_words=frozenset(),
    synonyms={"**": "^"},
    unary=frozenset("+-"),
    infix=frozenset("+-*/^"),
    primary=frozenset({"(", "|", "√", "\\frac", "\\sqrt"}),
    postfix=frozenset("!"),
    functions={**FORMULA_FUNCTIONS, **SHORTHANDS},
    shorthands=frozenset(SHORTHANDS),
    max_length=400,
    max_depth=60,
    max_nodes=250,
    implicit_product=True,
    textbook_calls=True,
)
"""Formulas, and closed expressions, as learners type them."""

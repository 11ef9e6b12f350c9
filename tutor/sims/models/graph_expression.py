"""From an expression to the nodes of its graph: one for each name, number and operation, in order of computation.

What occurs twice is computed once, so that its node is used twice; a sum of several terms is one node.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import e, isfinite, pi

from tutor.errors import ExpressionError
from tutor.expressions.names import CONSTANTS, canonical_name, is_letter
from tutor.expressions.parser import parse_formula
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary, variables_in
from tutor.patterns import compile_lazily
from tutor.sims.functions.operations import NOT_FOLLOWED, find_operation

MAX_NAMES, MAX_OPERATIONS = 20, 40
"""More could not be followed on a screen."""
TARGET = "y"
"""The name of the target, unless a value is given for it."""

_INDEXED = compile_lazily(r"^([A-Za-z]+)_([0-9]+)")

BUILT_IN = {
    "neuron": (("z", "w1*x1 + w2*x2 + b"), ("v", "tanh(z)")),
    "two-paths": (("z", "w*x"), ("q", "z + a"), ("o", "q*z")),
    "two-units": (
        ("z1", "w1*x"),
        ("h1", "tanh(z1)"),
        ("z2", "w2*x"),
        ("h2", "tanh(z2)"),
        ("o", "v1*h1 + v2*h2"),
        ("r", "o - y"),
        ("C", "0.5*r^2"),
    ),
}
"""Expressions that have a name, with names for what they compute on the way."""
BUILT_IN_VALUES = {
    "neuron": (2.0, -1.0, -1.5, -2.0, -0.5),
    "two-paths": (2.0, 1.5, -1.0),
    "two-units": (0.5, 1.0, -1.0, 1.5, 0.5),
}
"""The values of their names, in the order in which these first occur, without the target."""


@dataclass(frozen=True)
class GraphPart:
    """One node without its numbers."""

    name: str
    operation: str
    """`input` for a name, `number`, or an operation."""
    inputs: tuple[int, ...] = ()
    value: float | None = None
    """Of a number."""


@lru_cache(maxsize=128)
def build_graph(expression: str) -> tuple[GraphPart, ...]:
    """The nodes of a built-in expression or a formula; the last is the output.

    Raises:
        ExpressionError: it cannot be read, or has an operation whose slope is not followed.
    """
    builder = _Builder()
    for name, text in BUILT_IN.get(expression, (("", expression),)):
        tree = parse_formula(text, SymbolTable(frozenset(map(canonical_name, builder.defined)), allow_words=True))
        if expression not in BUILT_IN:
            _refuse_words(tree)
        builder.define(name, tree)
    builder.check()
    return tuple(builder.name_nodes())


def names_in(expression: str) -> tuple[str, ...]:
    """The names of an expression, in the order in which they first occur."""
    return tuple(part.name for part in build_graph(expression) if part.operation == "input")


def without_target(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that need values of their own."""
    return tuple(name for name in names if name != TARGET) or names


def default_values(expression: str) -> tuple[float, ...]:
    """Values without the target, where none are given: as built in, or else 0.5, 1, 1.5 and so on."""
    count = len(without_target(names_in(expression)))
    return BUILT_IN_VALUES.get(expression, tuple(0.5 * (k + 1) for k in range(count)))


def complete_values(expression: str, given: tuple[float, ...] = (), target: float = 1.0) -> tuple[float, ...]:
    """One value for each name, from `given` with or without the target."""
    names = names_in(expression)
    given = given or default_values(expression)
    by_name = dict(zip(names if len(given) == len(names) else without_target(names), given, strict=True))
    return tuple(by_name.get(name, target) for name in names)


def spell_name(name: str) -> str:
    """A canonical name as people type it: `w_1` is `w1`."""
    return _INDEXED.sub(r"\1\2", name)


def _refuse_words(tree: Expr) -> None:
    for name in sorted(variables_in(tree)):
        word = spell_name(name)
        if not is_letter(name.split("_", maxsplit=1)[0].rstrip("'")):
            raise ExpressionError(f"{word} is no name here: a name is one letter with digits, and * multiplies")
        if word in {"nan", "inf"}:
            raise ExpressionError(f"{word} is no number that can be computed with")


@dataclass
class _Builder:
    """Collects nodes; the same operation of the same inputs is one node."""

    parts: list[GraphPart] = field(default_factory=list)
    places: dict[tuple[str, tuple[int, ...], float | None], int] = field(default_factory=dict)
    defined: dict[str, int] = field(default_factory=dict)
    """Names of nodes, by their spelling."""
    last: int = 0

    def define(self, name: str, tree: Expr) -> None:
        """Add the nodes of `tree`; the one it ends in is called `name`."""
        self.last = self._find_or_add(tree)
        if name:
            self.defined[name] = self.last

    def check(self) -> None:
        """Refuse an expression without a name or an operation, and one that is too large."""
        names = sum(part.operation == "input" for part in self.parts)
        operations = len(self.parts) - names - sum(part.operation == "number" for part in self.parts)
        if not names or not operations:
            raise ExpressionError("there must be a name and an operation in it, as in w*x")
        if names > MAX_NAMES or operations > MAX_OPERATIONS:
            raise ExpressionError(f"it has more than {MAX_NAMES} names or {MAX_OPERATIONS} operations")

    def name_nodes(self) -> Iterator[GraphPart]:
        """The nodes, all with names: u1, u2 … where none was given, by a letter that is not in use."""
        given = {place: name for name, place in self.defined.items()}
        taken = {part.name[:1] for part in self.parts} | {name[:1] for name in self.defined}
        letter = next(letter for letter in "uspqktgmnjildcfhrvwzabxyABDFGHJKLMNPQRSTUVWXYZ" if letter not in taken)
        count = 0
        for place, part in enumerate(self.parts):
            name = given.get(place, part.name)
            if not name:
                count += 1
                name = f"{letter}{count}"
            yield GraphPart(name, part.operation, part.inputs, part.value)

    def _add(self, operation: str, inputs: tuple[int, ...] = (), name: str = "", value: float | None = None) -> int:
        key = (operation + (f" {name}" if operation == "input" else ""), inputs, value)
        if key not in self.places:
            self.places[key] = len(self.parts)
            self.parts.append(GraphPart(name, operation, inputs, value))
        return self.places[key]

    def _find_or_add(self, tree: Expr) -> int:
        """The node of `tree`, which is added unless it is there."""
        number = _evaluate_constant(tree)
        if number is not None:
            return self._add("number", (), f"{number:.6g}", number)
        match tree:
            case Name(name):
                word = spell_name(name)
                return self.defined[word] if word in self.defined else self._add("input", (), word)
            case Unary("-", of):
                return self._add("negate", (self._find_or_add(of),))
            case Binary("+"):
                return self._add("+", tuple(map(self._find_or_add, _split_sum(tree))))
            case Binary("^", left, right) if (exponent := _evaluate_constant(right)) is not None:
                return self._add(f"^{exponent!r}".removesuffix(".0"), (self._find_or_add(left),))
            case Binary("^", Name("e"), right):
                return self._add("exp", (self._find_or_add(right),))
            case Binary(sign, left, right):
                return self._add(sign, (self._find_or_add(left), self._find_or_add(right)))
            case Call(function, arguments):
                _require_operation(function, len(arguments))
                return self._add(function, tuple(map(self._find_or_add, arguments)))
        raise ExpressionError("this cannot be drawn as a graph")


def _require_operation(function: str, arity: int) -> None:
    if function in NOT_FOLLOWED:
        raise ExpressionError(f"{function} {NOT_FOLLOWED[function]}")
    if function.endswith("'"):
        raise ExpressionError(f"{function} is a slope already: write the function itself, the way back finds its slope")
    if find_operation(function, arity) is None:
        raise ExpressionError(f"the slope of {function} is not known here")


def _split_sum(tree: Expr) -> tuple[Expr, ...]:
    """The terms of a sum."""
    return (
        (*_split_sum(tree.left), *_split_sum(tree.right))
        if isinstance(tree, Binary) and tree.operator == "+"
        else (tree,)
    )


def _evaluate_constant(tree: Expr) -> float | None:
    """The value of a tree without names; `None` for others."""
    match tree:
        case Number(value):
            return float(value)
        case Name(name) if name in CONSTANTS:
            return pi if name == "pi" else e
        case Unary("-", of):
            inner = _evaluate_constant(of)
            return None if inner is None else -inner
        case Binary(sign, left, right):
            return _compute_constant(sign, (left, right))
        case Call(function, arguments):
            return _compute_constant(function, arguments)
    return None


def _compute_constant(name: str, trees: tuple[Expr, ...]) -> float | None:
    """The value of a function of numbers alone; `None` if a variable is in it."""
    values = [_evaluate_constant(tree) for tree in trees]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    _require_operation(name, len(known))  # refuses a function that is not followed
    operation = find_operation(name, len(known))
    assert operation is not None
    value = operation.value(known)
    if not isfinite(value):
        raise ExpressionError("a part of it without names has no finite value")
    return value

"""Makes the nodes of an expression's graph: one for each name, number and operation, in order of computation.

A part that occurs twice is computed once, so its node is used twice; a sum of several terms is one node.
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
from tutor.sims.functions.operations import FUNCTIONS_WITHOUT_SLOPE, find_operation

MAX_NAMES, MAX_OPERATIONS = 20, 40
"""A graph with more names or operations could not be followed on a screen."""
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
"""Name of a built-in expression → (name of a value, its formula) in order of computation, the output last."""
BUILT_IN_VALUES = {
    "neuron": (2.0, -1.0, -1.5, -2.0, -0.5),
    "two-paths": (2.0, 1.5, -1.0),
    "two-units": (0.5, 1.0, -1.0, 1.5, 0.5),
}
"""The values of their names, in the order in which these first occur, without the target."""


@dataclass(frozen=True)
class UnvaluedNode:
    """One node of a graph, before any values are computed."""

    name: str
    operation: str
    """`input` for a name, `number`, or the name of an operation, as `find_operation` takes it."""
    inputs: tuple[int, ...] = ()
    """The indices of the nodes that it is computed from."""
    value: float | None = None
    """The value of a number; `None` for other nodes."""


@lru_cache(maxsize=128)
def build_graph(expression: str) -> tuple[UnvaluedNode, ...]:
    """The nodes of `expression`, which is a formula or the name of a built-in one; the last node is the output.

    Raises:
        ExpressionError: it cannot be read, or has an operation without a useful slope.
    """
    builder = _Builder()
    is_built_in = expression in BUILT_IN
    definitions = BUILT_IN[expression] if is_built_in else (("", expression),)  # (name of its value, formula) each
    for name, formula in definitions:
        known_names = frozenset(map(canonical_name, builder.defined))  # a formula may use the values before it
        tree = parse_formula(formula, SymbolTable(known_names, allow_words=True))
        if not is_built_in:
            _refuse_words(tree)
        builder.define(name, tree)
    builder.check_size()
    return tuple(builder.name_nodes())


def names_in(expression: str) -> tuple[str, ...]:
    """The names of an expression, in the order in which they first occur."""
    return tuple(node.name for node in build_graph(expression) if node.operation == "input")


def without_target(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names that need values of their own: `names` without the target, unless the target is the only name."""
    return tuple(name for name in names if name != TARGET) or names


def default_values(expression: str) -> tuple[float, ...]:
    """The default values of all names without the target: a built-in expression has its own, a formula 0.5, 1, 1.5."""
    if expression in BUILT_IN_VALUES:
        return BUILT_IN_VALUES[expression]
    count = len(without_target(names_in(expression)))
    return tuple(0.5 * (k + 1) for k in range(count))


def complete_values(expression: str, values: tuple[float, ...] = (), target: float = 1.0) -> tuple[float, ...]:
    """One value for each name of an expression, in the order of `names_in`.

    Args:
        expression: A formula, or the name of a built-in expression.
        values: A value for each name, with or without the target; empty for the default ones.
        target: The value of the target, unless `values` has it.
    """
    names = names_in(expression)
    values = values or default_values(expression)
    valued_names = names if len(values) == len(names) else without_target(names)
    value_of_name = dict(zip(valued_names, values, strict=True))
    return tuple(value_of_name.get(name, target) for name in names)


def spell_name(name: str) -> str:
    """A canonical name as people type it: `w_1` is `w1`."""
    return _INDEXED.sub(r"\1\2", name)


def _refuse_words(tree: Expr) -> None:
    """Raise `ExpressionError` for nan and inf, and for another name of several letters, most likely a missing `*`."""
    for name in sorted(variables_in(tree)):
        word = spell_name(name)
        stem = name.split("_", maxsplit=1)[0].rstrip("'")  # w of w_1 and of w'
        if word.lower() in {"nan", "inf", "infinity"}:
            raise ExpressionError(f"{word} is no number that can be computed with")
        if not is_letter(stem):
            raise ExpressionError(f"{word} is no name here: a name is one letter with digits, and * multiplies")


@dataclass
class _Builder:
    """Collects nodes; the same operation of the same inputs is one node."""

    nodes: list[UnvaluedNode] = field(default_factory=list)
    """The nodes so far."""
    node_indices: dict[tuple[str, tuple[int, ...], float | None], int] = field(default_factory=dict)
    """(operation, inputs, value) → index in `nodes` of the node with these; the operation of a name includes it."""
    defined: dict[str, int] = field(default_factory=dict)
    """Name → index of its node, for the names that `define` was called with."""

    def define(self, name: str, tree: Expr) -> None:
        """Add the nodes of `tree`; the last one, its value, is called `name` unless that is empty."""
        index = self._find_or_add(tree)
        if name:
            self.defined[name] = index

    def check_size(self) -> None:
        """Raise `ExpressionError` for an expression without a name or an operation, and for one that is too large."""
        names = sum(node.operation == "input" for node in self.nodes)
        numbers = sum(node.operation == "number" for node in self.nodes)
        operations = len(self.nodes) - names - numbers
        if not names or not operations:
            raise ExpressionError("there must be a name and an operation in it, as in w*x")
        if names > MAX_NAMES or operations > MAX_OPERATIONS:
            raise ExpressionError(f"it has more than {MAX_NAMES} names or {MAX_OPERATIONS} operations")

    def name_nodes(self) -> Iterator[UnvaluedNode]:
        """Yield the nodes, with names for those that have none: u1, u2 and so on, by a letter that is not in use."""
        defined_names = {index: name for name, index in self.defined.items()}
        used_letters = {name[:1] for name in (*self.defined, *(node.name for node in self.nodes))}
        letter = next(letter for letter in _NODE_LETTERS if letter not in used_letters)
        unnamed_count = 0
        for index, node in enumerate(self.nodes):
            name = defined_names.get(index, node.name)
            if not name:
                unnamed_count += 1
                name = f"{letter}{unnamed_count}"
            yield UnvaluedNode(name, node.operation, node.inputs, node.value)

    def _add(self, operation: str, inputs: tuple[int, ...] = (), name: str = "", value: float | None = None) -> int:
        """Return the index of the node with these attributes; add the node if there is none."""
        unique_operation = f"{operation} {name}" if operation == "input" else operation  # each name is a node
        key = unique_operation, inputs, value
        if key not in self.node_indices:
            self.node_indices[key] = len(self.nodes)
            self.nodes.append(UnvaluedNode(name, operation, inputs, value))
        return self.node_indices[key]

    def _find_or_add(self, tree: Expr) -> int:
        """Return the index of the node that computes `tree`; add this node and those it needs if they are missing."""
        number = _evaluate_constant(tree)
        if number is not None:
            return self._add("number", (), f"{number:.6g}", number)
        match tree:
            case Name(canonical):
                name = spell_name(canonical)
                return self.defined[name] if name in self.defined else self._add("input", (), name)
            case Unary("-", operand):
                return self._add("negate", (self._find_or_add(operand),))
            case Binary("+"):
                return self._add("+", tuple(map(self._find_or_add, _split_sum(tree))))
            case Binary("^", base, power) if (exponent := _evaluate_constant(power)) is not None:
                operation = f"^{exponent!r}".removesuffix(".0")  # ^2 or ^0.5
                return self._add(operation, (self._find_or_add(base),))
            case Binary("^", Name("e"), power):  # e^… with a variable is drawn as exp
                return self._add("exp", (self._find_or_add(power),))
            case Binary(operator, left, right):
                return self._add(operator, (self._find_or_add(left), self._find_or_add(right)))
            case Call(function, arguments):
                _require_operation(function, len(arguments))
                return self._add(function, tuple(map(self._find_or_add, arguments)))
        raise ExpressionError("this cannot be drawn as a graph")


_NODE_LETTERS = "uspqktgmnjildcfhrvwzabxyABDFGHJKLMNPQRSTUVWXYZ"
"""The letters for nodes without names; the first free one is taken. Letters with a meaning, such as e, are left out."""


def _require_operation(function: str, arity: int) -> None:
    """Raise `ExpressionError`, with the reason, unless there is a derivative of `function` with `arity` arguments."""
    if function in FUNCTIONS_WITHOUT_SLOPE:
        raise ExpressionError(f"{function} {FUNCTIONS_WITHOUT_SLOPE[function]}")
    if function.endswith("'"):
        raise ExpressionError(f"{function} is a slope already: write the function itself, the way back finds its slope")
    if find_operation(function, arity) is None:
        raise ExpressionError(f"the slope of {function} is not known here")


def _split_sum(tree: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, however it is bracketed; the tree itself if it is no sum."""
    if isinstance(tree, Binary) and tree.operator == "+":
        return (*_split_sum(tree.left), *_split_sum(tree.right))
    return (tree,)


def _evaluate_constant(tree: Expr) -> float | None:
    """The value of a tree without variables; `None` for one that has any."""
    match tree:
        case Number(value):
            return float(value)
        case Name(name) if name in CONSTANTS:
            return pi if name == "pi" else e
        case Unary("-", operand):
            operand_value = _evaluate_constant(operand)
            return None if operand_value is None else -operand_value
        case Binary(operator, left, right):
            return _compute_constant(operator, (left, right))
        case Call(function, arguments):
            return _compute_constant(function, arguments)
    return None


def _compute_constant(name: str, trees: tuple[Expr, ...]) -> float | None:
    """The value of the operation called `name` on `trees`; `None` if one of them has a variable.

    Raises:
        ExpressionError: there is no such operation here, or the value is not finite.
    """
    # Evaluate all, even after one with a variable: a later one without a finite value is an error in any case.
    values = [_evaluate_constant(tree) for tree in trees]
    inputs = [value for value in values if value is not None]
    if len(inputs) < len(values):
        return None
    _require_operation(name, len(inputs))
    operation = find_operation(name, len(inputs))
    assert operation is not None
    value = operation.value(inputs)
    if not isfinite(value):
        raise ExpressionError("a part of it without names has no finite value")
    return value

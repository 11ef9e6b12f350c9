"""The tree of a typed expression: numbers, names, five operations, functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Union


@dataclass(frozen=True, slots=True)
class Num:
    """A number, exactly as it was written."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Var:
    """A variable, or a constant of `names.CONSTANTS`, by its one spelling: `w_1`, `sigma`, `x'`."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    """A minus sign before something."""

    of: "Expr"


@dataclass(frozen=True, slots=True)
class Op:
    """`left sign right` for one of + - * / ^."""

    sign: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Fn:
    """A function of `functions.ARITY`, or one that a question leaves open, with its arguments."""

    name: str
    args: tuple["Expr", ...]


Expr = Union[Num, Var, Neg, Op, Fn]  # noqa: UP007  # forward names need Union


def parts(tree: Expr) -> tuple[Expr, ...]:
    """What `tree` is directly made of."""
    match tree:
        case Neg(of):
            return (of,)
        case Op(_, left, right):
            return (left, right)
        case Fn(_, args):
            return args
    return ()


def nodes(tree: Expr) -> Iterator[Expr]:
    """`tree` and everything in it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += parts(node)


def put(tree: Expr, values: Mapping[str, Fraction]) -> Expr:
    """`tree` with numbers in place of the variables that `values` names."""
    match tree:
        case Var(name) if name in values:
            value = values[name]
            return Neg(Num(-value)) if value < 0 else Num(value)
        case Neg(of):
            return Neg(put(of, values))
        case Op(sign, left, right):
            return Op(sign, put(left, values), put(right, values))
        case Fn(name, args):
            return Fn(name, tuple(put(item, values) for item in args))
    return tree


def tidy(tree: Expr) -> Expr:
    """`tree` with numbers beside each other worked out and factors of 1 left out, as one writes by hand."""
    match tree:
        case Neg(of):
            inner = tidy(of)
            return inner.of if isinstance(inner, Neg) else Neg(inner)
        case Op(sign, left, right):
            return _tidied(sign, tidy(left), tidy(right))
        case Fn(name, args):
            return Fn(name, tuple(tidy(item) for item in args))
    return tree


def _tidied(sign: str, left: Expr, right: Expr) -> Expr:
    one = Num(Fraction(1))
    if sign == "*" and one in {left, right}:
        return right if left == one else left
    if sign in {"/", "^"} and right == one:
        return left
    if sign in {"+", "-"} and isinstance(right, Neg):
        return Op("-" if sign == "+" else "+", left, right.of)
    if isinstance(left, Num) and isinstance(right, Num) and sign in {"+", "-", "*"}:
        first, second = left.value, right.value
        value = first * second if sign == "*" else first + second if sign == "+" else first - second
        return Neg(Num(-value)) if value < 0 else Num(value)
    return Op(sign, left, right)

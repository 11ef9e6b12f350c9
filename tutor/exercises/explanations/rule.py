"""A rule that explains one kind of error: the message it recognises, and the explanation.

A function that `rule` decorates says in its docstring which error it explains. It gets the error and the match of the
pattern in the message, and returns the explanation.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from tutor.exercises.raised import Operand, RaisedError, parse_part
from tutor.patterns import compile_lazily

Shape = tuple[int, ...]
_BOUND_TIGHTLY = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.ListComp)
"""Expressions that need no brackets beside an operator."""
Explain = Callable[[RaisedError, re.Match[str]], str]
"""Explains an error whose message matched; an empty text if it has nothing to add."""


@dataclass(frozen=True)
class ErrorRule:
    """One kind of error."""

    pattern: re.Pattern[str]
    """The pattern to search for in `TYPE: message`, such as `TypeError: …`."""
    explain: Explain
    keeps_message: bool = False
    """Whether Python's own message is plain enough to precede the explanation."""


def rule(pattern: str, *, keeps_message: bool = False) -> Callable[[Explain], ErrorRule]:
    """Turn a function into a rule for errors whose message contains `pattern`."""

    def make_rule(explain: Explain) -> ErrorRule:
        return ErrorRule(compile_lazily(pattern), explain, keeps_message)

    return make_rule


def constant(pattern: str, text: str, *, keeps_message: bool = False) -> ErrorRule:
    """A rule with a constant text; `{expression}` in it stands for the failing part of the line."""

    def explain(error: RaisedError, _match: re.Match[str]) -> str:
        return text.replace("{expression}", error.expression or "this line")

    return ErrorRule(compile_lazily(pattern), explain, keeps_message)


def arrays(error: RaisedError) -> list[Operand]:
    """The operands that are arrays."""
    return [operand for operand in error.operands if operand.is_array]


def shape_of(operand: Operand) -> Shape:
    """The shape of an operand; () where it is unknown."""
    return operand.shape or ()


def bracket(text: str) -> str:
    """Put brackets around an expression that needs them beside an operator: `a + b` before `.T`, but not `f(a)`.

    A long expression that was cut gets brackets too, since it cannot be parsed.
    """
    return text if isinstance(parse_part(text), _BOUND_TIGHTLY) else f"({text})"

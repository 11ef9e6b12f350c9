"""A rule that explains one kind of error: the message it recognises, and the explanation."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily

Explain = Callable[[RaisedError, re.Match[str]], str]
"""Explains an error whose message matched; an empty text if it has nothing to add."""


@dataclass(frozen=True)
class ErrorRule:
    """One kind of error."""

    pattern: re.Pattern[str]
    """What is found in the message, after the type: `TypeError: …`."""
    explain: Explain
    keeps: bool = False
    """Whether Python's own message is plain enough to precede the explanation."""


def rule(pattern: str, *, keeps: bool = False) -> Callable[[Explain], ErrorRule]:
    """Turn a function into a rule."""

    def make(explain: Explain) -> ErrorRule:
        return ErrorRule(compile_lazily(pattern), explain, keeps)

    return make


def constant(pattern: str, text: str, *, keeps: bool = False) -> ErrorRule:
    """A rule with a constant text; `{expression}` stands for the failing part of the line."""
    return ErrorRule(
        compile_lazily(pattern), lambda error, _: text.replace("{expression}", error.expression or "this line"), keeps
    )


def arrays(error: RaisedError) -> list[Operand]:
    """The operands that are arrays."""
    return [item for item in error.operands if item.is_array]


def bracket(text: str) -> str:
    """Put brackets around an expression if it needs them beside an operator."""
    return f"({text})" if " " in text and not text.endswith((")", "]")) else text

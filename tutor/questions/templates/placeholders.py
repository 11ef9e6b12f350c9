r"""Fills in the texts of a question: placeholders are replaced by drawn and computed numbers.

`{name}` is a number that was drawn or computed, `{= expression}` the value of an expression;
every other brace is left alone, so that LaTeX survives. Inside `$…$` the braces stay, because they
keep a LaTeX group a group, and brackets round a number alone are left out where it has no sign: `2 \cdot ({a})`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from tutor.errors import ChainruleError, ExpressionError
from tutor.expressions.arithmetic import to_fraction
from tutor.expressions.evaluate import evaluate
from tutor.expressions.parser import parse_expression
from tutor.patterns import compile_lazily
from tutor.questions.base import Question
from tutor.text.numbers import format_latex, format_number

_ARGUMENT = compile_lazily(r"\{=([^{}]*)\}|\{([A-Za-z_][A-Za-z_0-9]*)\}")
_PART = compile_lazily(
    r"(?P<escaped>\\\$)|(?P<dollar>\$\$?)|\{=(?P<expression>[^{}]*)\}|\{(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:[.\[][^{}]*)?)\}"
)

_EXPRESSION = compile_lazily(r"\{=[^{}]*\}")
_NEEDLESS_BRACKET = compile_lazily(r"(?:^|[$({=+/-]|\\cdot|\\times)\s*\($")
"""A bracket that only holds a number: a sign comes before it, no function's name."""


@contextmanager
def error_context(key: str) -> Iterator[None]:
    """Say in an author's error which key it is about.

    Raises:
        ChainruleError: one was raised inside; its message now begins with `key`.
    """
    try:
        yield
    except ChainruleError as error:
        raise ChainruleError(f"{key}: {error}") from None


def common_fields(
    question: Question, seed: int, names: dict[str, Any], after: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """The fields that instances of all kinds have, except for the prompt.

    `after` adds names that only `why` may use, because they give the answer away.

    Raises:
        ChainruleError: a `{= expression}` in a text does not compute.
    """
    with error_context("hints"):
        hints = tuple(fill(hint, names) for hint in question.hints)
    with error_context("why"):
        why = fill(question.why, {**names, **(after or {})})
    return {
        "id": question.id,
        "kind": question.kind,
        "answer_format": question.answer_format,
        "seed": seed,
        "concepts": question.concepts,
        "hints": hints,
        "why": why,
        "names": names,
    }


def fill(template: str, names: Mapping[str, object]) -> str:
    """`template` with its numbers, as `tutor.text.numbers.format_number` writes them.

    Raises:
        ExpressionError: a `{= expression}` in it does not compute.
    """
    pieces, end = [], 0
    for match, in_formula in _placeholders(template):
        before, end = template[end : match.start()], match.end()
        pieces.append(before)
        if match["expression"] is not None:
            value = evaluate(parse_expression(match["expression"].strip()), names)
        elif match["name"] is not None and match["name"] in names:
            value = names[match["name"]]
        else:
            pieces.append(match[0])
            continue
        is_bracketed = _NEEDLESS_BRACKET.search(before) and template.startswith(")", end)
        if in_formula and is_bracketed and _needs_no_brackets(value):
            pieces[-1], end = before[:-1], end + 1
        pieces.append("{" + _write_in_formula(value) + "}" if in_formula else format_number(value))
    return "".join([*pieces, template[end:]])


def _needs_no_brackets(value: object) -> bool:
    """Whether a number needs no brackets among others: `4 · (−2)`, but `4 · 2`."""
    text = format_number(value)
    return isinstance(value, (int, float, Fraction)) and text.replace(",", "").replace(".", "").isdecimal()


def unknown_names(template: str, names: Mapping[str, object]) -> list[str]:
    r"""Find names in braces that are not defined, most likely misspelt.

    In a formula that is one whose braces no command asks for: `\times {c}`, but not `\sqrt{c}`.
    """
    outside = [
        match["name"]
        for match, in_formula in _placeholders(template)
        if match["name"] is not None and not in_formula and match["name"] not in names
    ]
    return outside + [name for latex in _formulas(template) for name in _bare_names(latex) if name not in names]


def _formulas(template: str) -> Iterator[str]:
    """What lies between the dollar signs, `1` in the place of each expression."""
    start: int | None = None
    for match in _PART.finditer(template):
        if match["dollar"] and start is None:
            start = match.end()
        elif match["dollar"] and start is not None:
            yield _EXPRESSION.sub("1", template[start : match.start()])
            start = None


def _bare_names(latex: str) -> tuple[str, ...]:
    from tutor.maths.groups import bare_names

    return bare_names(latex)


def _placeholders(template: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Each placeholder, and whether it is in a formula."""
    in_formula = False
    for match in _PART.finditer(template):
        if match["dollar"]:
            in_formula = not in_formula
        else:
            yield match, in_formula


def _write_in_formula(value: object) -> str:
    """`value` as it is written in a formula."""
    return format_latex(value).replace("−", "-").replace("–", r"\text{–}").replace("∞", r"\infty")


def fill_argument(template: str, names: Mapping[str, object]) -> str:
    """`template` with each `{name}` replaced by its number as a parameter takes it: no thousands marks.

    Raises:
        ExpressionError: a name that is not there, or a `{= expression}` that does not compute.
    """

    def write(match: re.Match[str]) -> str:
        if match[1] is not None:
            return as_argument(evaluate(parse_expression(match[1].strip()), names))
        if match[2] not in names:
            raise ExpressionError(f"there is no '{match[2]}' to put into '{template}'")
        return as_argument(names[match[2]])

    return _ARGUMENT.sub(write, template)


def as_argument(value: object) -> str:
    """A drawn or computed value as one types it on a command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(as_argument(item) for item in value)
    if isinstance(value, (int, float, Fraction)):
        number = to_fraction(value)
        return str(int(number)) if number.denominator == 1 and abs(number) < 10**15 else repr(float(number))
    return str(value)

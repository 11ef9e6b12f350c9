r"""Fills in the texts of a question: placeholders are replaced by drawn and computed numbers.

`{name}` is replaced by a number that was drawn or computed, `{= expression}` by the value of an expression. All other
braces are left alone, since they may be LaTeX. Inside `$…$` the number keeps the braces around it, so that it remains a
LaTeX group. Round brackets around a single number, as in `2 \cdot ({a})`, are dropped if the number has no sign.
"""

import re
from collections.abc import Container, Iterator, Mapping
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
_PLACEHOLDER_OR_DOLLAR = compile_lazily(
    r"(?P<escaped>\\\$)|(?P<dollar>\$\$?)|\{=(?P<expression>[^{}]*)\}|\{(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:[.\[][^{}]*)?)\}"
)

_EXPRESSION = compile_lazily(r"\{=[^{}]*\}")
_BRACKET_AFTER_SIGN = compile_lazily(r"(?:^|[$({=+/-]|\\cdot|\\times)\s*\($")
"""Matches a text that ends in an opening bracket after a sign, so that the bracket is not one of a function call."""


@contextmanager
def error_context(key: str) -> Iterator[None]:
    """Put `key`, the key of the question that is being read, before the message of an error raised in this context.

    Raises:
        ChainruleError: one was raised inside; its message now begins with `key`.
    """
    try:
        yield
    except ChainruleError as error:
        raise ChainruleError(f"{key}: {error}") from None


def common_fields(
    question: Question, seed: int, names: dict[str, Any], names_after: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Arguments for the constructor of an instance: the fields that all kinds have, except for the prompt.

    `names_after` are more names; only `why` may use them, since they give the answer away.

    Raises:
        ChainruleError: a `{= expression}` in a text does not compute.
    """
    with error_context("hints"):
        hints = tuple(fill(hint, names) for hint in question.hints)
    with error_context("why"):
        why = fill(question.why, {**names, **(names_after or {})})
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
    """Replace each placeholder in `template` by its value, written by `tutor.text.numbers.format_number`.

    Raises:
        ExpressionError: a `{= expression}` in it does not compute.
    """
    pieces: list[str] = []
    end = 0  # where the previous placeholder ended in `template`
    for match, in_formula in _placeholders(template):
        text_before, end = template[end : match.start()], match.end()
        if match["expression"] is not None:
            value = evaluate(parse_expression(match["expression"].strip()), names)
        elif match["name"] is not None and match["name"] in names:
            value = names[match["name"]]
        else:  # not a placeholder
            pieces += [text_before, match[0]]
            continue
        is_bracketed = _BRACKET_AFTER_SIGN.search(text_before) and template.startswith(")", end)
        if in_formula and is_bracketed and not _needs_brackets(value):
            text_before, end = text_before[:-1], end + 1  # drops both brackets
        pieces += [text_before, "{" + _write_in_formula(value) + "}" if in_formula else format_number(value)]
    return "".join([*pieces, template[end:]])


def _needs_brackets(value: object) -> bool:
    """Whether `value` needs brackets after a sign: `4 · (−2)`, but `4 · 2`."""
    digits = format_number(value).replace(",", "").replace(".", "")
    is_unsigned_number = isinstance(value, (int, float, Fraction)) and digits.isdecimal()
    return not is_unsigned_number


def unknown_names(template: str, names: Container[str]) -> list[str]:
    r"""Find names in braces that are not in `names`, and so are probably misspelt.

    In a formula, braces around the argument of a command do not count: the c of `\times {c}` is found, but not that of
    `\sqrt{c}`.
    """
    unknown = []
    for match, in_formula in _placeholders(template):
        name = match["name"]
        if name is not None and not in_formula and name not in names:
            unknown.append(name)
    for latex in _formulas(template):
        unknown += [name for name in _bare_names(latex) if name not in names]
    return unknown


def _formulas(template: str) -> Iterator[str]:
    """Yield the LaTeX of each formula, between its dollar signs, with each `{= expression}` replaced by `1`."""
    formula_start: int | None = None
    for match in _PLACEHOLDER_OR_DOLLAR.finditer(template):
        if not match["dollar"]:
            continue
        if formula_start is None:
            formula_start = match.end()
        else:
            yield _EXPRESSION.sub("1", template[formula_start : match.start()])
            formula_start = None


def _bare_names(latex: str) -> tuple[str, ...]:
    """The names in braces that are no command's argument."""
    from tutor.maths.groups import bare_names

    return bare_names(latex)


def _placeholders(template: str) -> Iterator[tuple[re.Match[str], bool]]:
    r"""Yield each placeholder or `\$`, as a match of `_PLACEHOLDER_OR_DOLLAR`, and whether it is in a formula."""
    in_formula = False
    for match in _PLACEHOLDER_OR_DOLLAR.finditer(template):
        if match["dollar"]:
            in_formula = not in_formula
        else:
            yield match, in_formula


def _write_in_formula(value: object) -> str:
    r"""Write `value` in LaTeX: − as `-`, ∞ as `\infty`."""
    return format_latex(value).replace("−", "-").replace("–", r"\text{–}").replace("∞", r"\infty")


def fill_argument(template: str, names: Mapping[str, object]) -> str:
    """Replace each placeholder in `template` by its value as it is typed on a command line, without thousands marks.

    So are filled what a program reads back: parameters and paths of a simulation, solutions, examples of pitfalls.

    Raises:
        ExpressionError: a name is not in `names`, or a `{= expression}` does not compute.
    """

    def value_text(match: re.Match[str]) -> str:
        expression, name = match.groups()
        if expression is not None:
            return as_argument(evaluate(parse_expression(expression.strip()), names))
        if name not in names:
            raise ExpressionError(f"there is no '{name}' to put into '{template}'")
        return as_argument(names[name])

    return _ARGUMENT.sub(value_text, template)


def as_argument(value: object) -> str:
    """Write a drawn or computed value as it is typed on a command line: `true`, `0.5`, `1,2,3`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(as_argument(item) for item in value)
    if isinstance(value, (int, float, Fraction)):
        number = to_fraction(value)
        is_short_integer = number.denominator == 1 and abs(number) < 10**15
        return str(int(number)) if is_short_integer else repr(float(number))
    return str(value)

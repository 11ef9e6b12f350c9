r"""Templates: the texts of a question, with its drawn and computed numbers filled in.

`{name}` stands for a number that was drawn or computed, `{= expression}` for what an expression gives;
every other brace is left alone, so that LaTeX survives. Inside `$…$` the braces stay, because they
keep a LaTeX group a group, and brackets round a number alone are left out where it has no sign: `2 \cdot ({a})`.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import exact
from tutor.expressions.evaluate import evaluate
from tutor.expressions.parser import parse_expression
from tutor.patterns import late
from tutor.text.numbers import show

_SPLICE = late(r"\{=([^{}]*)\}|\{([A-Za-z_][A-Za-z_0-9]*)\}")
_PART = late(
    r"(?P<escaped>\\\$)|(?P<dollar>\$\$?)|\{=(?P<expression>[^{}]*)\}|\{(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:[.\[][^{}]*)?)\}"
)

_EXPRESSION = late(r"\{=[^{}]*\}")
_BEFORE = late(r"(?:^|[$({=+/-]|\\cdot|\\times)\s*\($")
"""A bracket that only holds a number: a sign comes before it, no function's name."""


def fill(template: str, names: Mapping[str, object]) -> str:
    """`template` with its numbers, as `tutor.text.numbers.show` writes them.

    Raises:
        ExpressionError: a `{= expression}` in it does not compute.
    """
    written, at = [], 0
    for match, in_formula in _parts(template):
        before, at = template[at : match.start()], match.end()
        written.append(before)
        if match["expression"] is not None:
            value = evaluate(parse_expression(match["expression"].strip()), names)
        elif match["name"] is not None and match["name"] in names:
            value = names[match["name"]]
        else:
            written.append(match[0])
            continue
        if in_formula and _stands_alone(value) and _BEFORE.search(before) and template.startswith(")", at):
            written[-1], at = before[:-1], at + 1
        written.append("{" + _latex(value) + "}" if in_formula else show(value))
    return "".join([*written, template[at:]])


def _stands_alone(value: object) -> bool:
    """Whether a number needs no brackets among others: `4 · (−2)`, but `4 · 2`."""
    text = show(value)
    return isinstance(value, (int, float, Fraction)) and text.replace(",", "").replace(".", "").isdecimal()


def strangers(template: str, names: Mapping[str, object]) -> list[str]:
    r"""Names in braces that stand for nothing: misspelt, most likely.

    In a formula that is one whose braces no command asks for: `\times {c}`, but not `\sqrt{c}`.
    """
    outside = [
        match["name"]
        for match, in_formula in _parts(template)
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


def _parts(template: str) -> Iterator[tuple[re.Match[str], bool]]:
    in_formula = False
    for match in _PART.finditer(template):
        if match["dollar"]:
            in_formula = not in_formula
        else:
            yield match, in_formula


def _latex(value: object) -> str:
    """`value` as it is written in a formula."""
    text = show(value).replace("−", "-").replace("–", r"\text{–}").replace("∞", r"\infty")
    mantissa, mark, exponent = text.partition("e")
    if mark and isinstance(value, (float, Fraction)):
        return rf"{mantissa} \times 10^{{{exponent}}}"
    return text


def typed(template: str, names: Mapping[str, object]) -> str:
    """`template` with `{name}` replaced by the number as a parameter takes it: no thousands marks."""

    def said(match: re.Match[str]) -> str:
        if match[1] is not None:
            return as_typed(evaluate(parse_expression(match[1].strip()), names))
        if match[2] not in names:
            raise ExpressionError(f"there is no '{match[2]}' to put into '{template}'")
        return as_typed(names[match[2]])

    return _SPLICE.sub(said, template)


def as_typed(value: object) -> str:
    """A drawn or computed value as a person types it on a command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(as_typed(item) for item in value)
    if isinstance(value, (int, float, Fraction)):
        number = exact(value)
        return str(int(number)) if number.denominator == 1 and abs(number) < 10**15 else repr(float(number))
    return str(value)

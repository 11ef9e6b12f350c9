r"""Checks and rewrites of LaTeX source before the parser sees it.

The parser (latex2mathml) accepts unbalanced braces silently, expands macros that could grow without bound, and misreads
some idioms. So the source is checked here, and rewritten, before it is parsed.
"""

import re

from tutor.errors import clip, nearest
from tutor.maths.environments import ENVIRONMENTS
from tutor.maths.tree import MathError

MAX_FORMULA_LENGTH = 2000
MAX_NESTING = 40
MAX_ENVIRONMENT_NESTING = 4

_TOKEN = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}|\\([a-zA-Z]+)|\\.|[{}%$]", re.DOTALL)
_TEXT_COMMAND = r"\\(?:text(?:bf|it|md|normal|rm|sf|tt|up)?|mbox|hbox)\s*\{[^{}]*"
_TEXT = re.compile(rf"({_TEXT_COMMAND}\}})")
_NESTED_TEXT = re.compile(rf"{_TEXT_COMMAND}\{{")
_DEFINITIONS = frozenset(
    ("newcommand", "renewcommand", "def", "newenvironment", "DeclareMathOperator", "let", "require")
)
_REWRITES = (
    # `\arg\max` becomes one operator, with its limits below. Options of layout, as in `aligned[t]` and `\\[2pt]`, are
    # dropped: a terminal cannot show them.
    (re.compile(r"\\arg\s*\\(min|max)(?![a-zA-Z])"), r"\\operatorname*{arg\1}"),
    (re.compile(r"(\\begin\s*\{(?:aligned|gathered|split)\})\s*\[[tcb]\]"), r"\1"),
    # With an empty group at the beginning, the parser does not take the first cell for the columns' alignments.
    (re.compile(r"\\begin\s*\{(?!array\}|[a-zA-Z]*matrix\*)([a-zA-Z]+\*?)\}"), r"\\begin{\1}{}"),
    (re.compile(r"\\\\\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm)\s*\]"), r"\\\\"),
    # In numbers such as 49,152 the comma is put in braces: otherwise a space would follow it, as in a list.
    (re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?!\d)"), lambda match: match[0].replace(",", "{,}")),
)
_OPERATOR = re.compile(r"\\operatorname\s*+((?:\*\s*+)?)\{([^{}]*)\}")
_SPACING = re.compile(r"\\[,;:! ]|~|\s")


def prepare_source(latex: str) -> str:
    """Check the source of a formula, and rewrite it for the parser.

    Raises:
        MathError: it is empty, too long, nested too deeply, unbalanced, or defines macros.
    """
    if not latex.strip():
        raise MathError("the formula is empty")
    if len(latex) > MAX_FORMULA_LENGTH:
        raise MathError(f"the formula is longer than {MAX_FORMULA_LENGTH:,} characters")
    _check_nesting(latex)
    if _NESTED_TEXT.search(latex):
        raise MathError(r"braces inside \text{…} are not supported; use $…$ in it, or end the text first")
    pieces = _TEXT.split(latex)  # every second piece is a \text{…}, since the pattern is a group
    pieces[::2] = [_rewrite(piece) for piece in pieces[::2]]
    return "".join(pieces)


def _rewrite(latex: str) -> str:
    r"""Replace idioms that the parser misreads by others that it reads well; `latex` contains no `\text{…}`."""
    for pattern, replacement in _REWRITES:
        latex = pattern.sub(replacement, latex)
    return _OPERATOR.sub(_rewrite_operator, latex)


def _rewrite_operator(match: re.Match[str]) -> str:
    r"""Rewrite a match of `_OPERATOR` so that the parser reads its name as one word.

    The parser's own rule for `\operatorname` takes only letters. Any other name is put into a `\text`, which `\mathop`
    makes an operator; it has limits only if there is a star.
    """
    star, name = match[1].rstrip(), _SPACING.sub("", match[2])
    if name.isalpha() and name.isascii():
        return rf"\operatorname{star}{{{name}}}"
    if not name:
        raise MathError(r"\operatorname lacks its name")
    if "\\" in name:
        raise MathError(rf"\operatorname{{{clip(name, 20)}}} may hold letters, digits and signs only")
    return rf"\mathop{{\text{{{name}}}}}" + ("" if star else r"\nolimits")


def _check_nesting(latex: str) -> None:
    """Refuse unbalanced or too deep braces and environments, and a $ or % that would hide a part of the formula."""
    depth = 0  # of braces
    environments: list[str] = []
    for match in _TOKEN.finditer(latex):
        token = match[0]
        begin_or_end, environment, command = match.groups()
        if token == "$" and not _is_in_text(latex, match.start()):
            raise MathError(r"there is a $ inside the formula; write \$ for the sign")
        if token == "%":
            raise MathError(r"a bare % hides the rest of the line; write \%")
        if command in _DEFINITIONS:
            raise MathError(rf"\{command}: macros cannot be defined in a formula")
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        if depth < 0:
            raise MathError("unbalanced braces: a } has no { before it")
        if begin_or_end == "begin":
            _check_environment(environment, len(environments))
            environments.append(environment)
        elif begin_or_end == "end" and (not environments or environments.pop() != environment):
            raise MathError(rf"\end{{{clip(environment, 20)}}} does not close the \begin before it")
        if depth > MAX_NESTING:
            raise MathError(f"the formula is nested more than {MAX_NESTING} deep")
    if depth:
        raise MathError("unbalanced braces: a { is never closed")
    if environments:
        raise MathError(rf"\begin{{{clip(environments[-1], 20)}}} has no \end")


def _check_environment(name: str, depth: int) -> None:
    """Refuse an environment that is not known, or is nested too deeply; `depth` is the number of those around it."""
    if name not in ENVIRONMENTS:
        suggestion = nearest(name, ENVIRONMENTS)
        advice = f"; did you mean {suggestion}?" if suggestion else ""
        raise MathError(f"unknown environment {clip(name, 20)}{advice}")
    if depth >= MAX_ENVIRONMENT_NESTING:
        raise MathError(f"environments are nested more than {MAX_ENVIRONMENT_NESTING} deep")


def _is_in_text(latex: str, index: int) -> bool:
    r"""Whether the character at `index` lies inside a `\text{…}`."""
    return any(match.start() < index < match.end() for match in _TEXT.finditer(latex))

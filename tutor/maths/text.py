"""Formulas inside Markdown, put in one line for plain text."""

import re
from collections.abc import Iterator

from tutor.maths.ascii import spell
from tutor.maths.render import MathError, ascii_line, inline

_FENCE = re.compile(r"(`{3,}+(?=[^`]*+$)|~{3,}+)")
_SPAN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`++).*?(?<!`)(?P=ticks)(?!`))"
    r"|\\(?P<escaped>[\\$])"
    r"|\$\$(?P<display>(?:\\.|[^$\\])++)\$\$"
    r"|(?<!\d)\$(?P<inline>(?!\s)(?:\\.|[^$\\\n]|\n(?![ \t]*+\n))++(?<!\s))\$(?!\d)",
    re.DOTALL,
)


def inline_formulas(markdown: str, ascii: bool = False) -> str:
    r"""Markdown with every `$…$` and `$$…$$` in its one-line form, for a plain session.

    Code is left as it is, `\$` becomes a dollar sign, and a formula that cannot be read keeps its
    LaTeX and its dollars.

    Args:
        markdown: the text.
        ascii: formulas and prose in ASCII only.
    """

    def one_line(found: re.Match[str]) -> str:
        if found["code"] is not None:
            return found[0]
        if found["escaped"]:
            return "$" if found["escaped"] == "$" else found[0]
        latex = found["display"] or found["inline"]
        try:
            return ascii_line(latex) if ascii else inline(latex)
        except MathError:
            return found[0]

    text = "".join(part if is_code else _SPAN.sub(one_line, part) for is_code, part in _split_fences(markdown))
    return spell(text) if ascii else text


def _split_fences(markdown: str) -> Iterator[tuple[bool, str]]:
    """(whether it is fenced code, text) of each stretch of a text, in order."""
    held: list[str] = []
    fence = ""
    for line in markdown.splitlines(keepends=True):
        found = _FENCE.match(line.rstrip("\n"))
        if fence:
            held.append(line)
            if found and found[0].startswith(fence) and line.strip() == found[0]:
                yield True, "".join(held)
                held, fence = [], ""
        elif found:
            yield False, "".join(held)
            held, fence = [line], found[0]
        else:
            held.append(line)
    yield bool(fence), "".join(held)

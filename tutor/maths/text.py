"""Formulas inside Markdown, put in one line for plain text."""

import re

from tutor.maths.ascii import spell
from tutor.maths.render import MathError, ascii_line, inline

_SPAN = re.compile(
    r"(?P<code>^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^(?P=fence)[`~]*[ \t]*$"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|\\(?P<escaped>[\\$])"
    r"|\$\$(?P<display>(?:\\.|[^$\\])+?)\$\$"
    r"|(?<!\d)\$(?P<inline>(?!\s)(?:\\.|[^$\\\n]|\n(?!\s*\n))+?(?<!\s))\$(?!\d)",
    re.DOTALL | re.MULTILINE,
)


def in_line(markdown: str, ascii: bool = False) -> str:
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

    text = _SPAN.sub(one_line, markdown)
    return spell(text) if ascii else text

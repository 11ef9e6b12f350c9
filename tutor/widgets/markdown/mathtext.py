"""Short texts with formulas: the Markdown parser, inline formulas that never break, and a light widget.

A formula in a line of text must stay in one piece, but text wraps at no-break spaces too. So its
spaces become GLUE, a character no font or text uses, and GLUE becomes a space again as a line is drawn.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.content import Content, Span
from textual.selection import Selection
from textual.strip import Strip

from tutor.content.markdown import FORMULA_TOKENS, make_parser
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import keep_powers_whole
from tutor.widgets.literal import Static

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from textual.widget import Widget as _Base
else:
    _Base = object  # no widget of its own: Textual takes the style of the first base that is one

GLUE = "\ue0f0"
"""Stands for a space inside an inline formula until the line is drawn."""

MAX_UNBROKEN_CELLS = 38
"""Cells of a formula that never breaks: about half a line of a small terminal."""
MAX_UNBROKEN_SIDE = 60
"""Cells of one side of a longer formula that never breaks."""
_BEFORE_RELATION = re.compile(r" (?=[=≈≤≥←] )")

TAG_STYLES = {"em": "italic", "strong": "bold", "s": "strike"}


def formula_line(latex: str, ascii: bool = False) -> str:
    """`latex` in one line, glued together; the source itself when it cannot be read."""
    from tutor.maths.render import MathError, ascii_line, inline

    try:
        line = ascii_line(latex) if ascii else inline(latex)
    except MathError:
        line = f"${latex}$"
    return glue_formula(line)


def glue_formula(line: str) -> str:
    """Glue a formula so that it does not break. A long one may break before =, and its longest sides before + and −."""
    if len(line) <= MAX_UNBROKEN_CELLS:
        return line.replace(" ", GLUE)
    sides = (
        _glue_side(side) if len(side) > MAX_UNBROKEN_SIDE else side.replace(" ", GLUE)
        for side in _BEFORE_RELATION.split(line)
    )
    return " ".join(sides)


def _glue_side(side: str) -> str:
    """Glue one side of a formula, except before + and − outside brackets."""
    depth, result = 0, ""
    for index, sign in enumerate(side):
        depth += (sign in "([{") - (sign in ")]}")
        may_break = sign == " " and not depth and side[index + 1 : index + 3] in {"+ ", "− "}
        result += sign if may_break or sign != " " else GLUE
    return result


def glue_numbers(text: str) -> str:
    """`text` with no place for a line to end inside a number such as 2.5 · 10⁻⁷."""
    return keep_powers_whole(text, GLUE)


def unglue_content(content: Content) -> Content:
    """`content` with ordinary spaces, for places that draw their lines themselves."""
    return Content(content.plain.replace(GLUE, " "), spans=list(content.spans))


def unglue_strip(strip: Strip) -> Strip:
    """A drawn line with its spaces back."""
    if not any(GLUE in segment.text for segment in strip):
        return strip
    segments = [
        Segment(text.replace(GLUE, " "), style, control) if GLUE in text else Segment(text, style, control)
        for text, style, control in strip
    ]
    return Strip(segments, strip.cell_length)


class UngluedLines(_Base):
    """What a widget whose text has glue in it shows, and what is copied from it: ordinary spaces."""

    def render_line(self, y: int) -> Strip:
        """A line with the spaces of its formulas back."""
        return unglue_strip(super().render_line(y))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words under the selection, with ordinary spaces."""
        selected = super().get_selection(selection)
        return None if selected is None else (selected[0].replace(GLUE, " "), selected[1])


@cache
def markdown_parser(ascii: bool) -> "MarkdownIt":
    """The parser of all Markdown, which makes each inline formula a piece of code marked as maths."""
    markdown_it = make_parser()

    def formulas_to_code(state: "StateCore") -> None:
        for token in state.tokens:
            for child in token.children or ():
                for name in {"href", "src"} & child.attrs.keys():
                    # Textual takes an address apart once more than it was put together.
                    child.attrs[name] = str(child.attrs[name]).replace("%", "%25")
                if child.type in FORMULA_TOKENS:
                    # Textual drops inline tokens it does not know; it does know code.
                    child.meta = {"latex": child.content}
                    child.type = "code_inline"
                    child.content = formula_line(child.content, ascii)

    markdown_it.core.ruler.push("formulas_to_code", formulas_to_code)
    return markdown_it


def text_content(markdown: str, ascii: bool = False) -> Content:
    """`markdown` of paragraphs and lists as one piece of styled text, formulas glued."""
    parts: list[Content] = []
    bullet = ""
    for token in markdown_parser(ascii).parse(markdown):
        if token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "• "
        elif token.type == "inline":
            parts += [Content("\n" if bullet else "\n\n"), Content(bullet), _inline_content(token)]
            bullet = ""
        elif token.type in {"fence", "code_block", "math_block"}:
            text = formula_line(token.content.strip(), ascii) if token.type == "math_block" else token.content
            parts += [Content("\n\n"), Content(text.rstrip("\n"))]
    return Content("").join(parts[1:])  # without the line feeds before the first


def _inline_content(token: "Token") -> Content:
    """One paragraph: its words, and its styles as spans."""
    pieces: list[str] = []
    spans: list[Span] = []
    opened: list[tuple[str, int]] = []
    length = 0  # of the words so far
    for child in token.children or ():
        text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
        if child.type == "text":
            text = glue_numbers(text)
        if child.type == "code_inline":
            name = ".formula" if "latex" in child.meta else ".code"
            spans.append(Span(length, length + len(text), name))
        elif child.type.endswith("_open"):
            opened.append((child.tag, length))
        elif child.type.endswith("_close"):
            tag, start = opened.pop()
            if tag in TAG_STYLES:
                spans.append(Span(start, length, TAG_STYLES[tag]))
        pieces.append(text)
        length += len(text)
    return Content("".join(pieces), spans=spans)


class MathText(UngluedLines, Static):
    """A few lines of Markdown with formulas, in one widget."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"formula", "code"}
    DEFAULT_CSS = """
    MathText {
        height: auto;
        & > .formula { color: $text-secondary; }
        & > .code { color: $text-accent; }
    }
    """

    def __init__(
        self, markdown: str = "", *, lead: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        """Show `markdown` after the bold words of `lead`."""
        super().__init__(self._styled_text(markdown, lead), id=id, classes=classes)

    def write(self, markdown: str, lead: str = "", *, layout: bool = True) -> None:
        """Show `markdown` instead; without `layout` the widget keeps its size, which is far cheaper."""
        self.update(self._styled_text(markdown, lead), layout=layout)

    def _styled_text(self, markdown: str, lead: str) -> Content:
        text = text_content(markdown, prefers_ascii())
        return Content.assemble((lead, "bold"), " ", text) if lead else text

"""Short texts with formulas: the Markdown parser, inline formulas that never break, and a light widget.

A formula within a text should stay on one line, but Textual breaks lines at no-break spaces too. So each space in a
formula is replaced by GLUE, a character that no font or text uses, and GLUE becomes a space again when a line is drawn.
To *glue* a text is to replace its spaces in this way.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
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
    _Base = object  # not a widget of its own, since Textual takes the style of the first base class that is one

GLUE = "\ue0f0"
"""Stands for a space inside an inline formula until the line is drawn."""

MAX_UNBROKEN_CELLS = 38
"""The longest formula that is kept on one line, in cells: about half the width of a small terminal."""
MAX_UNBROKEN_SIDE = 60
"""The longest side of an equation that is kept on one line, in cells, if the equation is longer than the above."""
MAX_LAST_WORDS_CELLS = 30
"""The last two words of a text are kept on one line if they have at most so many cells together."""
_BEFORE_RELATION = re.compile(r" (?=(?:[=≈≤≥←]|<=|>=|~~|<-) )")
"""The space before an equals sign or another relation."""
_UNBROKEN_TEXTS = re.compile(
    r"(?<![^\s(])“[^”\s][^”\n]{,13}”(?!\w)"
    r"|(?<![^\s(])\w{1,6} × \w{1,6}(?: × \w{1,6})*"
    r"|\([−-]?[\d.]{1,6}(?:, [−-]?[\d.]{1,6}){1,3}\)"
)
"""What is kept on one line: sizes (4 × 4), points (0, 1), a short reading in quotation marks (“del C by del x”).

A longer reading would leave a hole of a quarter of a line, so it may break.
"""

TAG_STYLES = {"em": "italic", "strong": "bold", "s": "strike"}
"""HTML tag → the style of its text."""


def formula_line(latex: str, ascii: bool = False) -> str:
    """Write `latex` in one line, glued; if it cannot be read, write its source."""
    from tutor.maths.render import MathError, ascii_line, inline

    try:
        line = ascii_line(latex) if ascii else inline(latex)
    except MathError:
        line = f"${latex}$"
    return glue_formula(line)


def glue_formula(line: str) -> str:
    """Glue a formula, given as one line. A long one may break before `=`, its longest sides before `+` and `−`."""
    if len(line) <= MAX_UNBROKEN_CELLS:
        return line.replace(" ", GLUE)
    return " ".join(_glue_side(side) for side in _BEFORE_RELATION.split(line))


def _glue_side(side: str) -> str:
    """Glue one side of a formula; a long side may still break before + and − outside brackets."""
    if len(side) <= MAX_UNBROKEN_SIDE:
        return side.replace(" ", GLUE)
    bracket_depth, glued = 0, ""
    for index, character in enumerate(side):
        if character in "([{":
            bracket_depth += 1
        elif character in ")]}":
            bracket_depth -= 1
        is_before_term = side[index + 1 : index + 3] in {"+ ", "− ", "- "}  # the last one in ASCII
        may_break = bracket_depth == 0 and is_before_term
        glued += GLUE if character == " " and not may_break else character
    return glued


def glue_numbers(text: str) -> str:
    """Put glue inside numbers such as 2.5 · 10⁻⁷, sizes, points and short quotations, so that no line breaks there."""
    if "“" in text or " × " in text or "(" in text:
        text = _UNBROKEN_TEXTS.sub(lambda match: match[0].replace(" ", GLUE), text)
    return keep_powers_whole(text, GLUE)


def glue_last_words(content: Content) -> Content:
    """Glue the last two words of each paragraph, so that the last word is never alone on a line."""
    glued = [_glue_last_two(line) for line in content.plain.split("\n")]
    return Content("\n".join(glued), spans=list(content.spans))


def _glue_last_two(line: str) -> str:
    """Glue the last two words of `line`, unless they are long or its only words."""
    words = line.split(" ")
    if len(words) < 3 or cell_len(" ".join(words[-2:])) > MAX_LAST_WORDS_CELLS:
        return line
    return " ".join(words[:-1]) + GLUE + words[-1]


def unglue_content(content: Content) -> Content:
    """Replace glue in `content` by spaces, for widgets that do not do so when they draw lines."""
    return Content(content.plain.replace(GLUE, " "), spans=list(content.spans))


def unglue_strip(strip: Strip) -> Strip:
    """Replace glue in a drawn line by spaces."""
    if not any(GLUE in segment.text for segment in strip):
        return strip
    segments = [Segment(text.replace(GLUE, " "), style, control) for text, style, control in strip]
    return Strip(segments, strip.cell_length)


class UngluedLines(_Base):
    """A mixin for widgets whose text has glue in it. What they show, and what is copied, has ordinary spaces."""

    def render_line(self, y: int) -> Strip:
        """A line with ordinary spaces for glue."""
        return unglue_strip(super().render_line(y))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text with ordinary spaces, and the text that ends it; `None` if nothing is selected."""
        selected = super().get_selection(selection)
        if selected is None:
            return None
        text, ending = selected
        return text.replace(GLUE, " "), ending


@cache
def markdown_parser(ascii: bool) -> "MarkdownIt":
    """The parser of all Markdown, which turns each inline formula into inline code whose `meta` has the LaTeX."""
    markdown_it = make_parser()

    def formulas_to_code(state: "StateCore") -> None:
        """Change the inline tokens of a parsed text, in place, to what Textual can draw."""
        for token in state.tokens:
            for child in token.children or ():
                for name in {"href", "src"} & child.attrs.keys():
                    # Textual decodes the percent signs of an address once too often.
                    child.attrs[name] = str(child.attrs[name]).replace("%", "%25")
                if child.type in FORMULA_TOKENS:
                    # Textual drops inline tokens that it does not know, but it knows code.
                    child.meta = {"latex": child.content}
                    child.type = "code_inline"
                    child.content = formula_line(child.content, ascii)

    markdown_it.core.ruler.push("formulas_to_code", formulas_to_code)
    return markdown_it


def text_content(markdown: str, ascii: bool = False) -> Content:
    """Turn `markdown` with paragraphs and lists into one styled text with glued formulas."""
    pieces: list[Content] = []  # of each block, the line feeds that separate it from the block above, then its text
    bullet = ""
    for token in markdown_parser(ascii).parse(markdown):
        if token.type == "list_item_open":
            bullet = f"{token.info}. " if token.info else "• "  # `info` is the number in an ordered list
        elif token.type == "inline":
            separator = "\n" if bullet else "\n\n"
            pieces += [Content(separator), Content(bullet), _inline_content(token)]
            bullet = ""
        elif token.type in {"fence", "code_block", "math_block"}:
            text = formula_line(token.content.strip(), ascii) if token.type == "math_block" else token.content
            pieces += [Content("\n\n"), Content(text.rstrip("\n"))]
    return Content("").join(pieces[1:])  # without the line feeds before the first block


def _inline_content(token: "Token") -> Content:
    """The text of one paragraph, with spans for its styles."""
    texts: list[str] = []
    spans: list[Span] = []
    open_tags: list[tuple[str, int]] = []  # (HTML tag, the offset in the text at which it was opened)
    length = 0  # of all texts so far
    for child in token.children or ():
        text = {"softbreak": " ", "hardbreak": "\n"}.get(child.type, child.content)
        if child.type == "text":
            text = glue_numbers(text)
        if child.type == "code_inline":
            name = ".formula" if "latex" in child.meta else ".code"
            spans.append(Span(length, length + len(text), name))
        elif child.type.endswith("_open"):
            open_tags.append((child.tag, length))
        elif child.type.endswith("_close"):
            tag, start = open_tags.pop()
            if tag in TAG_STYLES:
                spans.append(Span(start, length, TAG_STYLES[tag]))
        texts.append(text)
        length += len(text)
    return Content("".join(texts), spans=spans)


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
        """Show `markdown` instead. Without `layout`, the widget keeps its size, which is far cheaper."""
        self.update(self._styled_text(markdown, lead), layout=layout)

    def _styled_text(self, markdown: str, lead: str) -> Content:
        """The content of the widget: `markdown` after the bold `lead`, if that is not empty."""
        text = text_content(markdown, prefers_ascii())
        return Content.assemble((lead, "bold"), " ", text) if lead else text

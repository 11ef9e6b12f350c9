"""Markdown with formulas: displays as blocks laid out for the width, inline ones kept in one piece."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.events import Resize
from textual.geometry import Size
from textual.selection import Selection
from textual.widgets import Markdown

# The block classes have no public names. Their table `Markdown.BLOCKS` is public, but cannot be used as a type.
from textual.widgets._markdown import (
    MarkdownBlock,
    MarkdownFence,
    MarkdownH1,
    MarkdownH2,
    MarkdownH3,
    MarkdownH4,
    MarkdownH5,
    MarkdownH6,
    MarkdownParagraph,
    MarkdownTD,
    MarkdownTH,
)

from tutor.content.links import is_own, web_fault
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import UngluedLines, formula_line, glue_numbers, markdown_parser, unglue_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token


class FormulaDisplay(Static):
    """A formula in two dimensions, broken to fit the width. Copying it gives its LaTeX."""

    DEFAULT_CSS = """
    FormulaDisplay { width: auto; height: auto; text-wrap: nowrap; }
    """

    def __init__(self, latex: str, ascii: bool = False) -> None:
        super().__init__()
        self.latex = latex
        self._ascii = ascii
        self._available_width: int | None = None
        """The width for which the formula was last laid out; `None` if it was laid out without a limit."""

    def lines(self, available_width: int | None) -> list[str]:
        """The formula laid out for this width in cells, `None` for any width; or its source, if it cannot be read."""
        from tutor.maths.render import MathError, ascii_line, display

        try:
            return [ascii_line(self.latex)] if self._ascii else display(self.latex, available_width)
        except MathError:
            return [formula_line(self.latex)]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """The width of the formula when laid out for its container."""
        self._available_width = container.width or None
        return max(Content(line).cell_length for line in self.lines(self._available_width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of rows of the formula."""
        return len(self.lines(self._available_width))

    def render(self) -> Content:
        """The formula as it was last laid out."""
        return Content("\n".join(self.lines(self._available_width)))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The formula's LaTeX, whatever part of it is selected."""
        return f"$${self.latex}$$", "\n"


class MathBlock(MarkdownBlock):
    """A display formula on lines of its own. When it is wider than the page, focus it to scroll sideways."""

    HELP = "A formula that is wider than the page: left and right scroll it."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "scroll_left", "Scroll left", show=False, id="formula.left", tooltip="Scroll left"),
        Binding("right,l", "scroll_right", "Scroll right", show=False, id="formula.right", tooltip="Scroll right"),
    ]
    DEFAULT_CSS = """
    MathBlock {
        margin: 0 0 1 0;
        padding: 0 0 0 3;
        height: auto;
        overflow: auto hidden;
        scrollbar-size-horizontal: 1;
        color: $text-secondary;
        &:focus { background: $boost; }
    }
    """

    def __init__(self, markdown: Markdown, token: "Token", ascii: bool = False) -> None:
        super().__init__(markdown, token)
        self.formula = FormulaDisplay(token.content.strip(), ascii)

    @property
    def allow_horizontal_scroll(self) -> bool:
        """True, since a formula may be wider than the page; nothing else may."""
        return True

    def compose(self) -> ComposeResult:
        """Yield the formula alone."""
        yield self.formula

    def on_resize(self, event: Resize) -> None:
        """Accept the focus only while there is something to scroll."""
        self.can_focus = event.virtual_size.width > event.size.width


def _walk_codes(token: "Token") -> "Iterator[tuple[Token, bool]]":
    """Yield each inline code and formula of a paragraph in order, with whether it is in a link."""
    is_in_link = False
    for child in token.children or ():
        if child.type in {"link_open", "link_close"}:
            is_in_link = child.type == "link_open"
        elif child.type == "code_inline":
            yield child, is_in_link


def with_formulas(token: "Token", content: Content) -> Content:
    """`content`, which Textual made of `token`, with the formulas in their own style instead of that of code.

    Code in a link looks like the rest of the link: on a ground of its own, part of the link would seem to be selected.
    Spaces inside numbers become glue, one character for another, so that the spans still fit.
    """
    # `markdown_parser` turned the formulas into code. Textual has one code span for each of these tokens, in order.
    codes = _walk_codes(token)
    spans = []
    for span in content.spans:
        if span.style != ".code_inline":
            spans.append(span)
            continue
        code, is_in_link = next(codes)
        if "latex" in code.meta:
            spans.append(Span(span.start, span.end, ".formula"))
        elif not is_in_link:
            spans.append(span)
    return Content(glue_numbers(content.plain), spans=spans)


class MathParagraph(UngluedLines, MarkdownParagraph):
    """A paragraph whose formulas are not broken."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"formula"}
    SCOPED_CSS = False
    DEFAULT_CSS = """
    MathParagraph > .formula { color: $text-secondary; }
    """

    def build_from_token(self, token: "Token") -> None:
        """Build the paragraph as Textual does, then style its formulas."""
        super().build_from_token(token)
        self.set_content(with_formulas(token, self._content))


class _UngluedBlock(MarkdownBlock):
    """A block with formulas but without glue, because its text is also used elsewhere, as in the table of contents.

    *Glue* is the character that stands for spaces inside a formula: see `mathtext.py`.
    """

    def build_from_token(self, token: "Token") -> None:
        """Build the block as Textual does; formulas look like the words around them."""
        super().build_from_token(token)
        content = with_formulas(token, self._content)
        spans = [span for span in content.spans if span.style != ".formula"]
        self.set_content(Content(content.plain, spans=spans))

    def set_content(self, content: Content) -> None:
        """Set the text, replacing glue by ordinary spaces."""
        super().set_content(unglue_content(content))


class MathH1(_UngluedBlock, MarkdownH1):
    """A heading with formulas, which looks as Textual has it. The title of a lesson's page is a `PageTitle` instead."""


class MathH2(_UngluedBlock, MarkdownH2):
    """A heading with formulas."""


class MathH3(_UngluedBlock, MarkdownH3):
    """A heading with formulas."""


class MathH4(_UngluedBlock, MarkdownH4):
    """A heading with formulas."""


class MathH5(_UngluedBlock, MarkdownH5):
    """A heading with formulas."""


class MathH6(_UngluedBlock, MarkdownH6):
    """A heading with formulas."""


class MathTH(_UngluedBlock, MarkdownTH):
    """A table's heading with formulas."""


class MathTD(_UngluedBlock, MarkdownTD):
    """A table's cell with formulas."""


_SHELLS = {"bash", "console", "sh"}
_DATA_LANGUAGES = {"css", "diff", "html", "ini", "json", "latex", "toml", "xml", "yaml"}
HIGHLIGHTED_LANGUAGES = frozenset({"javascript", "julia", "python", "r", "sql", *_SHELLS, *_DATA_LANGUAGES})
"""Languages whose code is coloured. The lexers of other languages may take very long on some texts."""


class CodeFence(MarkdownFence):
    """A code block, highlighted if its language is given; otherwise no language is guessed."""

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """The code with its colours."""
        name = language.partition(" ")[0].lower()
        return super().highlight(code, name if name in HIGHLIGHTED_LANGUAGES else "text", ansi, dark)


class MathMarkdown(Markdown):
    """Markdown with formulas between `$…$` and `$$…$$`, such as a page of a lesson."""

    BLOCKS: dict[str, type[MarkdownBlock]] = {  # noqa: RUF012  # declared so by Markdown
        **Markdown.BLOCKS,
        "h1": MathH1,
        "h2": MathH2,
        "h3": MathH3,
        "h4": MathH4,
        "h5": MathH5,
        "h6": MathH6,
        "paragraph_open": MathParagraph,
        "th_open": MathTH,
        "td_open": MathTD,
        "fence": CodeFence,
        "code_block": CodeFence,
    }
    DEFAULT_CSS = """
    MathMarkdown {
        padding: 0;
        MarkdownBlock {
            &:dark > .code_inline, &:light > .code_inline { background: $foreground 10%; color: $foreground; }
        }
    }
    """

    def __init__(
        self,
        markdown: str = "",
        *,
        ascii: bool | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show `markdown`.

        With `ascii`, formulas are in one line of ASCII; by default, that depends on the terminal.
        """
        self.ascii = prefers_ascii() if ascii is None else ascii
        super().__init__(
            markdown, id=id, classes=classes, parser_factory=partial(markdown_parser, self.ascii), open_links=False
        )

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Ask before opening a web page; warn of a link that neither leads to one nor stays in the course."""
        if is_own(event.href):
            return
        event.stop()
        fault = web_fault(event.href)
        if fault:
            self.notify(f"{event.href}\n{fault}", title="This link leads nowhere", severity="warning")
            return
        from tutor.widgets.markdown.open_link import OpenLinkDialog

        self.app.push_screen(OpenLinkDialog(event.href))

    def unhandled_token(self, token: "Token") -> MarkdownBlock | None:
        """A display formula, which Markdown itself does not know."""
        return MathBlock(self, token, self.ascii) if token.type == "math_block" else None

r"""Converts Markdown to HTML with formulas as LaTeX between `\(` and `\)`, as Anki and Moodle show them."""

import html
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from tutor.characters import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def visible_lines(text: str) -> str:
    """The text with control characters and invisible characters replaced by visible codes, except for line ends."""
    return "\n".join(visible(line) for line in text.split("\n"))


def markdown_to_html(markdown: str, *, inline: bool = False) -> str:
    r"""Markdown with `$…$` as HTML with `\(…\)`; with `inline` without a paragraph around it."""
    parser = _parser()
    return str(parser.renderInline(markdown) if inline else parser.render(markdown)).strip()


@cache
def _parser() -> "MarkdownIt":
    """The parser that this module shares."""
    return export_parser(_render_formula)


def export_parser(render_formula: Callable[..., str]) -> "MarkdownIt":
    """Make a parser that renders HTML; `render_formula` is its render rule for formulas, of markdown-it's signature.

    HTML in the Markdown is escaped, and links that could run code are left as text.
    """
    from markdown_it import MarkdownIt

    from tutor.content.markdown import make_parser

    parser = make_parser()
    parser.options["html"] = False
    # `make_parser` makes a link of every address, so that bad ones can be reported. A browser would follow these, so
    # the usual rule for addresses is put back.
    parser.validateLink = MarkdownIt().validateLink  # type: ignore[method-assign]
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, render_formula)
    return parser


def _render_formula(_: Any, tokens: Any, index: int, *__: Any) -> str:
    r"""Render the formula of `tokens[index]` as LaTeX between `\(` and `\)`, or a display between `\[` and `\]`."""
    token = tokens[index]
    opening, closing = (r"\(", r"\)") if token.type == "math_inline" else (r"\[", r"\]")
    return opening + html.escape(token.content.strip(), quote=False) + closing

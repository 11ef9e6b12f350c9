r"""Converts Markdown to HTML with formulas as LaTeX between `\(` and `\)`, as Anki and Moodle show them."""

import html
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from tutor.characters import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def visible_lines(text: str) -> str:
    """Show every hidden character of a text but its line ends."""
    return "\n".join(visible(line) for line in text.split("\n"))


def markdown_to_html(markdown: str, *, inline: bool = False) -> str:
    r"""Markdown with `$…$` as HTML with `\(…\)`; with `inline` without a paragraph around it."""
    parser = _parser()
    return str(parser.renderInline(markdown) if inline else parser.render(markdown)).strip()


@cache
def _parser() -> "MarkdownIt":
    return export_parser(_render_formula)


def export_parser(render_formula: Callable[..., str]) -> "MarkdownIt":
    """A parser for pages and cards, which has no HTML of its own; `render_formula` is the render rule of a formula."""
    from markdown_it import MarkdownIt

    from tutor.content.markdown import make_parser

    parser = make_parser()
    parser.options["html"] = False
    parser.validateLink = MarkdownIt().validateLink  # type: ignore[method-assign]  # outside the program every link can be followed
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, render_formula)
    return parser


def _render_formula(_: Any, tokens: Any, index: int, *__: Any) -> str:
    """The formula bare, between its marks."""
    opening, closing = ("\\(", "\\)") if tokens[index].type == "math_inline" else ("\\[", "\\]")
    return opening + html.escape(tokens[index].content.strip(), quote=False) + closing

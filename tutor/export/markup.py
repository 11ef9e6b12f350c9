r"""Converts Markdown to HTML with formulas as LaTeX between `\(` and `\)`, as Anki and Moodle show them."""

import html
from functools import cache
from typing import TYPE_CHECKING, Any

from tutor.characters import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


def visible_lines(text: str) -> str:
    """A text in which only line ends are left of what is not seen."""
    return "\n".join(visible(line) for line in text.split("\n"))


def as_html(markdown: str, inline: int = 0) -> str:
    r"""Markdown with `$…$` as HTML with `\(…\)`; with `inline` without a paragraph around it."""
    parser = _parser()
    return str(parser.renderInline(markdown) if inline else parser.render(markdown)).strip()


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    from tutor.content.markdown import make_parser

    parser = make_parser()
    parser.options["html"] = False
    parser.validateLink = MarkdownIt().validateLink  # type: ignore[method-assign]  # on a card every link can be followed
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _formula_token)
    return parser


def _formula(latex: str, options: dict[str, Any]) -> str:
    marks = ("\\[", "\\]") if options.get("display_mode") else ("\\(", "\\)")
    return marks[0] + html.escape(latex.strip(), quote=False) + marks[1]


def _formula_token(_: Any, tokens: Any, index: int, *__: Any) -> str:
    """The formula bare, between its marks."""
    return _formula(tokens[index].content, {"display_mode": tokens[index].type != "math_inline"})

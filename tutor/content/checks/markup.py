"""Checks for Markdown that the course does not show as meant: HTML, and headings inside a page."""

import re
from collections.abc import Iterator

from tutor.content.markdown import parse, walk_inline
from tutor.content.yaml_tree import Note
from tutor.errors import clip
from tutor.patterns import compile_lazily

_MAY_BE_HTML = compile_lazily(r"<[A-Za-z/!]")
_MAY_BE_TITLE = compile_lazily(r"^(?:[ >\t*+\-0-9.)]*#{1,2}(?:\s|$)|[ >\t]*(?:=+|-+)[ \t]*$)", re.MULTILINE)
_TAG = compile_lazily(r"</?([A-Za-z][A-Za-z0-9]*)\b|<!--")
HTML_ELEMENT = compile_lazily(
    r"a|abbr|article|aside|audio|b|big|blockquote|body|br|button|center|code|dd|del|details|div|dl|dt|em"
    r"|embed|figcaption|figure|font|footer|form|h1|h2|h3|h4|h5|h6|head|header|hr|html|i|iframe|img|input"
    r"|ins|kbd|label|li|link|main|mark|math|nav|object|ol|p|picture|pre|q|s|samp|script|section|small|span"
    r"|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|tr|tt|u|ul|var|video",
    re.IGNORECASE,
)
"""Names of HTML's elements: only these are a mistake, `<your-name>` is none."""
MARKDOWN_FOR_TAG = {
    "b": "write **bold**",
    "strong": "write **bold**",
    "i": "write *italic*",
    "em": "write *italic*",
    "code": "write `code`",
    "br": "begin a new paragraph",
    "sub": "write a formula, such as $x_1$",
    "sup": "write a formula, such as $x^2$",
    "a": "write [words](https://…)",
    "img": "use a block ```{picture}",
}


def html_notes(text: str, first_line: int) -> Iterator[Note]:
    """Notes on HTML in a text that begins on line `first_line`: a terminal shows its tags as they are typed."""
    if not _MAY_BE_HTML.search(text):
        return
    for token in parse(text):
        start = first_line + (token.map[0] if token.map else 0)
        if token.type == "html_block":
            yield from _first_tag_note(token.content, start)
        for child, line in walk_inline(token):
            if child.type == "html_inline":
                yield from _first_tag_note(child.content, start + line)


def _first_tag_note(html: str, line: int) -> Iterator[Note]:
    """A note on the first tag or comment in a piece of HTML that begins on `line`; `<my-word>` is no tag."""
    for match in _TAG.finditer(html):
        name = (match[1] or "").lower()
        is_comment = not name
        if is_comment or HTML_ELEMENT.fullmatch(name):
            excerpt = clip(html[match.start() :].split("\n", 1)[0].strip(), 30)
            advice = "take the comment out" if is_comment else MARKDOWN_FOR_TAG.get(name, "write Markdown")
            tag_line = line + html.count("\n", 0, match.start())
            yield tag_line, f"{excerpt} is HTML, which is shown as it is typed; {advice}"
            return


def title_notes(text: str, first_line: int) -> Iterator[Note]:
    """Notes on headings of the first and second level inside a page, which begin no page although they look so.

    The text begins on line `first_line`.
    """
    if not _MAY_BE_TITLE.search(text):
        return
    lines = text.split("\n")
    for token in parse(text):
        if token.type != "heading_open" or token.tag not in {"h1", "h2"} or token.map is None:
            continue
        line = first_line + token.map[0]
        if token.markup in {"=", "-"}:  # a heading made by a line of === or --- below it
            underline_index = token.map[1] - 1
            message = f"the line {clip(lines[underline_index].strip(), 10)} makes a heading of the text above it"
            yield first_line + underline_index, f"{message}; put an empty line between, or begin a page with ##"
        elif token.markup == "#":
            yield line, "a heading with one # begins no page; write ## for a page, or ### within one"
        elif token.level:  # it is in a list or quote; a `##` at the margin is only in a text whose fence is not closed
            yield line, "this heading begins no page; write ## at the left margin, or ### within a page"

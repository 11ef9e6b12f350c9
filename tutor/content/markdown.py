"""A lesson's Markdown as tokens: the one parser that the check, the plain text and the screen share.

Nothing else in the program decides what is a fence, a heading, a formula or a link, so what is checked is what is
shown. The screen makes its parser with `make_parser`, and adds how formulas look there.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

CODE_TOKENS = frozenset(("fence", "code_block"))
"""Tokens whose lines are code."""
FORMULA_TOKENS = frozenset(("math_inline", "math_inline_double"))
"""Tokens of formulas within a paragraph; a formula on lines of its own gives a `math_block`."""
RULES_WITH_POSITION = frozenset(("math_inline", "link", "autolink", "image", "html_inline"))
"""Rules of the parser to whose tokens the position in the paragraph is added."""
TYPOGRAPHIC_QUOTES = "“”‘’"
"""What the straight quotation marks of a lesson's text are shown as; the last of these is the apostrophe too."""
MAX_CACHED_TEXTS = 8
"""How many texts' tokens are cached: several callers ask for the tokens of the same text in succession."""

CODE_MARKS = ("```", "~~~", "    ", "\t")
"""A text that contains none of these has no code, and is not parsed to look for it."""

_INTERRUPTED = ("paragraph", "reference", "blockquote")
"""Blocks that HTML may interrupt, by the rules of CommonMark."""


def make_parser() -> "MarkdownIt":
    """Make a parser for CommonMark with tables, `~~…~~`, `$…$` and `$$…$$ (label)`.

    Every address makes a link, so that the check can report those that must not be followed. A `math_block` has its
    label in `info`. An `inline` token has in `meta["dollars"]` the positions of dollar signs that belong to no formula.
    Authors type straight quotation marks; tokens of text have typographic ones, one character for one.
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"typographer": True, "quotes": TYPOGRAPHIC_QUOTES})
    parser.enable(["table", "strikethrough", "smartquotes"])
    # `$ x $` and `5$x$` are not read as formulas, since amounts of money look alike; `$$…$$` may be in a paragraph.
    dollarmath_plugin(
        parser,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
        label_normalizer=str,
    )
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    block_rules = parser.block.ruler
    rule_by_name = dict(zip(block_rules.get_active_rules(), block_rules.getRules(""), strict=True))
    block_rules.at("math_block", _ending_at_blocks(rule_by_name["math_block"]))
    block_rules.at("html_block", _ending_at_blocks(rule_by_name["html_block"]), {"alt": list(_INTERRUPTED)})
    inline_rules = parser.inline.ruler
    # The ruler's two lists, of names and of rules, are in the same order.
    for name, rule in zip(inline_rules.get_active_rules(), inline_rules.getRules(""), strict=True):
        if name in RULES_WITH_POSITION:
            inline_rules.at(name, _noting_position(rule))
    inline_rules.after("math_inline", "dollar", _take_lone_dollar)
    core_rules = parser.core.ruler  # these work on all tokens of a text, before and after its inline rules
    core_rules.before("inline", "pad_dollars", _pad_dollars)
    core_rules.after("inline", "collect_dollars", _collect_dollars)
    core_rules.after("smartquotes", "apostrophes", _curl_apostrophes)
    core_rules.push("unpad_dollars", _unpad_dollars)
    return parser


@cache
def _parser() -> "MarkdownIt":
    """The parser that this module shares."""
    return make_parser()


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def parse(markdown: str) -> "tuple[Token, ...]":
    """The tokens of a text. They are cached and shared: do not change them."""
    return tuple(_parser().parse(markdown))


def parse_line(markdown: str) -> "list[Token]":
    """The tokens within a text that has no blocks: words, formulas, code and links."""
    return [child for token in _parser().parseInline(markdown) for child in token.children or ()]


def walk_inline(token: "Token") -> "Iterator[tuple[Token, int]]":
    """Yield the children of an `inline` token, each with its line, counted from the token's first line.

    The line is found by counting the tokens of line breaks. Line breaks within formulas and links have no tokens; they
    are taken into account at the next child that has a position.
    """
    line = 0
    for child in token.children or ():
        if "position" in child.meta:
            line = token.content.count("\n", 0, child.meta["position"])
        yield child, line
        line += child.type in {"softbreak", "hardbreak"}


def code_lines(markdown: str) -> list[range]:
    """The lines of each piece of code in a text, its fences among them, counted from 0."""
    return [range(*token.map) for token in parse(markdown) if token.type in CODE_TOKENS and token.map]


def without_code(markdown: str) -> str:
    """A text with its code replaced by blanks, so that everything else keeps its line and column."""
    if not any(mark in markdown for mark in CODE_MARKS):
        return markdown
    lines = markdown.split("\n")
    for piece in code_lines(markdown):
        for line in piece:
            if line < len(lines):  # an unclosed fence ends below the text
                lines[line] = " " * len(lines[line])
    return "\n".join(lines)


def is_closed(fence: "Token") -> bool:
    """Whether a fence has a closing line, rather than ending with the text or the list around it."""
    if fence.map is None:
        return False
    start, end = fence.map
    content_lines = fence.content.count("\n")
    has_whole_lines = fence.content.endswith("\n") or not fence.content
    return has_whole_lines and end - start == content_lines + 2  # with the opening and the closing line


def _ending_at_blocks(rule: "BlockRule") -> "BlockRule":
    """Wrap the rule of formulas or of HTML so that its block ends before a fence or a heading, or with its list.

    Pages are cut at fences and headings before they are parsed here, so no block may contain them.
    """
    from markdown_it.rules_block import fence, heading

    def bounded_rule(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        position = state.bMarks[start] + state.tShift[start]  # of the line's first character that is no blank
        if not state.src.startswith(("$$", "<"), position):
            return False
        is_formula = state.src[position] == "$"
        limit = start + 1
        # A line that is indented less than the list item is outside the item.
        while limit < end and (state.isEmpty(limit) or state.sCount[limit] >= state.blkIndent):
            if fence(state, limit, end, True) or heading(state, limit, end, True):  # True: only ask, take nothing
                break
            if is_formula and state.isEmpty(limit):
                break
            limit += 1
        return rule(state, start, limit, silent)

    return bounded_rule


def _noting_position(rule: "InlineRule") -> "InlineRule":
    """Wrap a rule so that it writes into `meta["position"]` of its tokens where they begin in the paragraph."""

    def rule_with_position(state: "StateInline", silent: bool) -> bool:
        position, token_count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[token_count:]:
            if token.type != "text":
                token.meta.setdefault("position", position)
        return True

    return rule_with_position


def _take_lone_dollar(state: "StateInline", silent: bool) -> bool:
    """A rule of the parser: make a token `dollar` of a dollar sign; return whether there is one.

    It comes after the rule of formulas, so that it meets only signs that begin none.
    """
    if silent or state.src[state.pos] != "$":
        return False
    token = state.push("dollar", "", 0)
    token.content = "$"
    token.meta["position"] = state.pos
    state.pos += 1
    return True


def _collect_dollars(state: "StateCore") -> None:
    """Write the positions of lone dollar signs into `meta["dollars"]` of their paragraph; make the signs text again."""
    for token in state.tokens:
        dollars = [child for child in token.children or () if child.type == "dollar"]
        if dollars:
            token.meta["dollars"] = [child.meta["position"] for child in dollars]
        for child in token.children or ():
            for inline_token in (child, *(child.children or ())):  # the words of an image are children of its token
                if inline_token.type == "dollar":
                    inline_token.type = "text"
                    inline_token.meta = {}


def _curl_apostrophes(state: "StateCore") -> None:
    """Make an apostrophe of each straight one that the rule of quotation marks left: after a formula such as $f(x)$."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = child.content.replace("'", TYPOGRAPHIC_QUOTES[-1])


def _pad_dollars(state: "StateCore") -> None:
    """Put a space after a text that begins with a formula.

    The plugin looks at the character before a dollar sign. For the first character of a paragraph that is index −1, the
    paragraph's last character: if this is a digit or a backslash, the plugin would miss the formula.
    """
    for token in state.tokens:
        if token.type == "inline" and token.content.startswith("$"):
            token.content += " "


def _unpad_dollars(state: "StateCore") -> None:
    """Take the space of `_pad_dollars` away, and rename a formula with a label to `math_block`, like the others."""
    for token in state.tokens:
        if token.type == "math_block_label":
            token.type = "math_block"
        if token.children and token.children[-1].type == "text":
            token.children[-1].content = token.children[-1].content.rstrip()

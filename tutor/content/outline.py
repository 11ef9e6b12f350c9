"""Outlines a lesson: the headings, fences, paragraphs, lists and quotes at its left margin.

Uses the Markdown parser with two extra rules, for blocks that an author forgot to close or indented by mistake.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

_HEADING = compile_lazily(r" {0,3}##(?!#).*")
"""A heading that begins a page: `## The idea`."""
_FENCE = compile_lazily(r" {0,3}(`{3,}|~{3,})(.*)")
"""A fence at the margin: its marks, and what is written after them."""
_INDENTED = compile_lazily(r"(?:(?:\s*+[-*+>](?=\s))++\s++|\s{4,}+)(`{3,}+|~{3,}+)\s*+\{.*")
"""The opening fence of a block, indented or in a list or a quote: `- ```{question}`."""
MAX_TOKENS = 150_000
"""The most tokens of a lesson; even 20,000 lines of lists produce fewer."""


class TooManyTokensError(Exception):
    """A text has more than `MAX_TOKENS`: parsing stopped."""


class _FenceLine(NamedTuple):
    """A line at the margin that may end a block: a closing fence, or the opening fence of the next block."""

    line: int
    marks: str
    """Its ``` or ~~~, three characters or more."""
    is_opening: bool


class _BlockEnds:
    """Finds where blocks end that are indented or not closed, which the parser would misread; lines count from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @cached_property
    def indented(self) -> list[int]:
        """The lines on which an indented block begins."""
        return [index for index, line in enumerate(self.lines) if "{" in line and _INDENTED.fullmatch(line)]

    def next_indented(self, line: int) -> int:
        """The first line after `line` on which an indented block begins; the number of lines if there is none."""
        index_of_next = bisect_right(self.indented, line)
        return self.indented[index_of_next] if index_of_next < len(self.indented) else len(self.lines)

    @cached_property
    def _fence_lines(self) -> list[_FenceLine]:
        """The fences that may end a block, in order: with nothing after them, or with a block's name in braces."""
        fence_lines = []
        for index, line in enumerate(self.lines):
            match = _FENCE.fullmatch(line)
            if match is None:
                continue
            marks, info = match[1], match[2].strip()
            is_inline_code = marks[0] == "`" and "`" in info  # as in ```{x}```, which Markdown takes for words
            opens_block = info.startswith("{") and not is_inline_code
            if not info or opens_block:
                fence_lines.append(_FenceLine(index, marks, opens_block))
        return fence_lines

    @cached_property
    def _headings(self) -> list[int]:
        """The lines of headings, and the number of lines behind them."""
        return [*(index for index, line in enumerate(self.lines) if _HEADING.fullmatch(line)), len(self.lines)]

    def end_of(self, start: int, fence: str) -> tuple[int, bool]:
        """Find where the block ends that `fence` opens on line `start`: (line, whether it is the closing fence).

        A block without a closing fence ends where the next block begins, or else at the next heading, so that the text
        after it is not swallowed.
        """
        first_after = bisect_right(self._fence_lines, start, key=lambda fence_line: fence_line.line)
        for fence_line in self._fence_lines[first_after:]:
            if fence_line.marks.startswith(fence):
                return fence_line.line, not fence_line.is_opening
        next_heading = self._headings[bisect_right(self._headings, start)]
        return next_heading, False


def _take_fence(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """A rule of the parser: take a fence.

    A fence at the margin that is never closed ends before the next block, or else at the next heading.
    """
    from markdown_it.rules_block import fence

    if silent or state.level:  # the parser only asks whether a fence begins here, or it is within a list or a quote
        return fence(state, start, end, silent)
    ends: _BlockEnds = state.env["ends"]
    match = _FENCE.fullmatch(ends.lines[start])
    if match is None:
        return fence(state, start, end, silent)
    last_line, is_closed = ends.end_of(start, match[1])
    block_end = last_line + 1 if is_closed else last_line  # the closing fence is part of the block
    return fence(state, start, min(end, block_end), silent)


def _take_indented_block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """A rule of the parser: take an indented block, which is an author's slip, up to its end as one token."""
    if len(state.tokens) > MAX_TOKENS:
        raise TooManyTokensError
    ends: _BlockEnds = state.env["ends"]
    begins_here = ends.next_indented(start - 1) == start
    if not begins_here:
        return False
    if silent:  # the parser only asks whether a block begins here
        return True
    match = _INDENTED.fullmatch(ends.lines[start])
    assert match is not None  # `next_indented` finds lines by this pattern
    last_line, is_closed = ends.end_of(start, match[1])
    state.line = last_line + 1 if is_closed else last_line
    state.push("indented_block", "", 0).map = [start, state.line]
    return True


def _stopping_at_indented_blocks(rule: "BlockRule") -> "BlockRule":
    """Wrap a rule so that it sees the text only up to the next indented block."""

    def bounded_rule(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        ends: _BlockEnds = state.env["ends"]
        if not ends.indented:
            return rule(state, start, end, silent)
        limit = ends.next_indented(start)
        text_end = state.lineMax
        state.lineMax = min(text_end, limit)
        try:
            return rule(state, start, min(end, limit), silent)
        finally:
            state.lineMax = text_end

    return bounded_rule


@cache
def _outliner() -> "MarkdownIt":
    """Make the Markdown parser with the two rules above; it finds blocks, and leaves paragraphs unparsed."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    rules = parser.block.ruler
    rules.enableOnly(["code", "fence", "blockquote", "hr", "list", "heading", "paragraph"])
    interrupts: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list"]}
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        if name in {"code", "blockquote", "list", "paragraph"}:
            options = interrupts if name in {"blockquote", "list"} else None  # `at` drops options not given again
            rules.at(name, _stopping_at_indented_blocks(rule), options)
    rules.at("fence", _take_fence, interrupts)
    rules.before("code", "indented_block", _take_indented_block, interrupts)
    return parser


def outline(lines: Sequence[str]) -> "list[Token]":
    """The blocks of a text: headings, fences, paragraphs, lists and quotes, with their contents."""
    return _outliner().parse("".join(f"{line}\n" for line in lines), {"ends": _BlockEnds(lines)})


def blocks_at_margin(tokens: "Sequence[Token]") -> "Iterator[Sequence[Token]]":
    """Yield for each block at the margin its tokens, those of its contents included."""
    start = 0
    for end, token in enumerate(tokens, 1):
        is_last_of_block = token.level == 0 and token.nesting <= 0  # a closing token, or a block of one token
        if is_last_of_block:
            yield tokens[start:end]
            start = end

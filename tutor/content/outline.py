"""Outlines a lesson: the headings, fences, paragraphs, lists and quotes at its left margin.

Uses the Markdown parser with two extra rules, for blocks that an author forgot to close or indented by mistake.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

_HEADING = compile_lazily(r" {0,3}##(?!#).*")
_FENCE = compile_lazily(r" {0,3}(`{3,}|~{3,})(.*)")
_INDENTED = compile_lazily(r"(?:(?:\s*+[-*+>](?=\s))++\s++|\s{4,}+)(`{3,}+|~{3,}+)\s*+\{.*")
MAX_TOKENS = 150_000
"""Most tokens in a lesson: more than 20,000 lines of lists produce."""


class TooManyTokensError(Exception):
    """A text has more than `MAX_TOKENS`: parsing stopped."""


class _Margins:
    """Finds blocks that are indented or not closed, which the parser would misread."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    @cached_property
    def indented(self) -> list[int]:
        """Lines on which a block begins that is set in."""
        return [at for at, line in enumerate(self.lines) if "{" in line and _INDENTED.fullmatch(line)]

    def next_indented(self, at: int) -> int:
        """The first such line after line `at`, or the end."""
        place = bisect_right(self.indented, at)
        return self.indented[place] if place < len(self.indented) else len(self.lines)

    @cached_property
    def _ends(self) -> list[tuple[int, str, bool]]:
        """(line, its fence, whether a block begins there) of the lines that may end a block."""
        ends = []
        for at, line in enumerate(self.lines):
            fence = _FENCE.fullmatch(line)
            rest = fence[2].strip() if fence else ""
            if fence and (not rest or (rest[0] == "{" and not (fence[1][0] == "`" and "`" in rest))):
                ends.append((at, fence[1], bool(rest)))
        return ends

    @cached_property
    def _headings(self) -> list[int]:
        return [*(at for at, line in enumerate(self.lines) if _HEADING.fullmatch(line)), len(self.lines)]

    def end_of(self, start: int, fence: str) -> tuple[int, bool]:
        """Where the fence opened at line `start` ends, and whether a line closes it.

        A block that nobody closed ends where the next one begins, or else at the next heading, so that
        what follows is read for what it is.
        """
        for at, marks, begins in self._ends[bisect_right(self._ends, start, key=lambda end: end[0]) :]:
            if marks.startswith(fence):
                return at, not begins
        return self._headings[bisect_right(self._headings, start)], False


def _take_fence(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """A rule of the parser: take a fence; one at the margin that nobody closed ends before the next block."""
    from markdown_it.rules_block import fence

    if silent or state.level:
        return fence(state, start, end, silent)
    match = _FENCE.fullmatch(state.env["margins"].lines[start])
    limit, closes = state.env["margins"].end_of(start, match[1]) if match else (end, False)
    return fence(state, start, min(end, limit + closes), silent)


def _take_indented_block(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """A rule of the parser: take a block that is set in, up to where it is closed. It is an author's slip."""
    if len(state.tokens) > MAX_TOKENS:
        raise TooManyTokensError
    margins = state.env["margins"]
    match = _INDENTED.fullmatch(margins.lines[start]) if margins.next_indented(start - 1) == start else None
    if match is None or silent:
        return match is not None
    limit, closes = margins.end_of(start, match[1])
    state.line = limit + closes
    state.push("indented_block", "", 0).map = [start, state.line]
    return True


def _stopping_at_slips(rule: "BlockRule") -> "BlockRule":
    """`rule`, with the text ending where a block begins that is set in."""

    def bounded(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        margins: _Margins = state.env["margins"]
        if not margins.indented:
            return rule(state, start, end, silent)
        limit = margins.next_indented(start)
        whole, state.lineMax = state.lineMax, min(state.lineMax, limit)
        try:
            return rule(state, start, min(end, limit), silent)
        finally:
            state.lineMax = whole

    return bounded


@cache
def _outliner() -> "MarkdownIt":
    """A parser that stops once it knows what is at the margin."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    rules = parser.block.ruler
    rules.enableOnly(["code", "fence", "blockquote", "hr", "list", "heading", "paragraph"])
    interrupts: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list"]}
    for name, rule in zip(rules.get_active_rules(), rules.getRules(""), strict=True):
        if name in {"code", "blockquote", "list", "paragraph"}:
            rules.at(name, _stopping_at_slips(rule), interrupts if name in {"blockquote", "list"} else None)
    rules.at("fence", _take_fence, interrupts)
    rules.before("code", "indented_block", _take_indented_block, interrupts)
    return parser


def outline(lines: Sequence[str]) -> "list[Token]":
    """The blocks of a text: headings, fences, paragraphs, lists and quotes, with their contents."""
    return _outliner().parse("".join(f"{line}\n" for line in lines), {"margins": _Margins(lines)})


def blocks_at_margin(tokens: "Sequence[Token]") -> "Iterator[Sequence[Token]]":
    """The tokens of each block at the margin, with those of its contents."""
    first = 0
    for index, token in enumerate(tokens, 1):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[first:index]
            first = index

"""A lesson's text cut into sections and blocks, before anything in them is understood."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

import msgspec

from tutor.content.limits import LINE, PAGE_BLOCKS, Measure, text_excess
from tutor.content.yamls import Note
from tutor.errors import clip
from tutor.patterns import late

_HEADING = late(r" {0,3}##(?!#)(.*)")
_FENCE = late(r" {0,3}(`{3,}|~{3,})(?:([^`]*)|(.*))$")
_BLOCK = late(r"\s*\{([^}]*)\}?\s*(.*)")
_INDENTED = late(r"(?:(?:\s*+[-*+>](?=\s))++\s++|\s{4,}+)(`{3,}+|~{3,}+)\s*+\{.*")

BLOCKS = ("simulation", "picture", "values", "erratum", "question", "glossary")
"""The names of blocks that a lesson may hold."""

MOST_LINES = 20_000
MOST_SECTIONS = 100
MOST_BLOCKS = 1_000
MOST_TEXT = 64 * 1024
"""Characters that one piece of prose may have."""
MOST_TOLD = 10
"""Lines that are too long which are named."""


class RawBlock(msgspec.Struct, frozen=True):
    """A piece of text that becomes one block."""

    name: str
    """What stands in the braces; `prose` for what lies between the fences."""
    argument: str
    line: int
    """The line of its fence; for prose its own first line."""
    text: str

    @property
    def first(self) -> int:
        """The line on which its text begins."""
        return self.line if self.name == "prose" else self.line + 1


class RawSection(msgspec.Struct):
    """One page: what follows a `##` heading up to the next."""

    title: str
    line: int
    blocks: list[RawBlock] = msgspec.field(default_factory=list)


Ender = tuple[int, str, bool]
"""(line, its fence, whether the next block begins there)."""


def _place(ender: Ender) -> int:
    return ender[0]


class _Scanner:
    """Walks over the lines once."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self.lines = [line if len(line) <= LINE else "" for line in lines]
        self.first = first
        self.sections: list[RawSection] = []
        self.notes: list[Note] = [
            (first + index, f"this line has {len(line):,} characters, more than the {LINE:,} of a line; break it")
            for index, line in enumerate(lines)
            if len(line) > LINE
        ][:MOST_TOLD]
        self.page = Measure()
        """What the page has so far."""
        self.blocks = 0
        self.prose: list[int] = []
        """Indices of the lines of the prose that is being collected."""

    def scan(self) -> None:
        index = 0
        while index < len(self.lines) and not self.excess:
            index = self.take(index)
        self.flush()

    @property
    def excess(self) -> str:
        """What there is too much of for one lesson; empty when all is within bounds."""
        if len(self.lines) > MOST_LINES:
            return f"more than {MOST_LINES:,} lines"
        if len(self.sections) > MOST_SECTIONS:
            return f"more than {MOST_SECTIONS} sections"
        return f"more than {MOST_BLOCKS:,} blocks" if self.blocks > MOST_BLOCKS else ""

    def take(self, index: int) -> int:
        """Deal with the line at `index`; where to go on."""
        line = self.lines[index]
        fence = _FENCE.fullmatch(line)
        if heading := _HEADING.fullmatch(line):
            self.flush()
            self.begin(heading[1], index)
        elif fence and fence[3] is None:
            return self.fenced(index, fence[1], fence[2] or "")
        elif indented := _INDENTED.fullmatch(line):
            self.note(index, "a block cannot be indented; begin its fence at the left margin")
            return self.closing(index, indented[1])[1]
        else:
            self.prose.append(index)
        return index + 1

    def begin(self, text: str, index: int) -> None:
        title = text.strip().rstrip("#").strip()
        if text and not text[0].isspace():
            self.note(index, "write a space after ##")
        elif not title:
            self.note(index, "this section has no title; write one after ##, for example ## The idea")
        self.sections.append(RawSection(title, self.first + index))
        self.page = Measure()

    def fenced(self, index: int, fence: str, info: str) -> int:
        end, after, closed = self.closing(index, fence)
        if not closed:
            self.note(index, f"this block is not closed; put a line {fence} after its end")
        block = _BLOCK.fullmatch(info)
        if block is None:
            word = info.split()[:1]
            if word and word[0] in BLOCKS:
                self.note(index, f"write the block's name in braces: {fence}{{{word[0]}}}")
            self.prose += range(index, after)
            return after
        self.flush()
        text = "\n".join(self.lines[index + 1 : end])
        self.add(RawBlock(block[1].strip(), block[2].strip(), self.first + index, text))
        return after

    def closing(self, index: int, fence: str) -> tuple[int, int, bool]:
        """Where the block that opens at `index` ends, where to go on, and whether it was closed.

        A fence that nobody closed ends where the next block begins, or else at the next heading, so
        that what follows is read for what it is.
        """
        for at, marks, begins in self.enders[bisect_right(self.enders, index, key=_place) :]:
            if marks.startswith(fence):
                return (at, at, False) if begins else (at, at + 1, True)
        end = self.headings[bisect_right(self.headings, index)]
        return end, end, False

    @cached_property
    def enders(self) -> list[Ender]:
        """The lines that may end a block."""
        found = []
        for at, line in enumerate(self.lines):
            fence = _FENCE.fullmatch(line)
            if fence:
                rest = (fence[2] if fence[3] is None else fence[3]).strip()
                if not rest or rest.startswith("{"):
                    found.append((at, fence[1], bool(rest)))
        return found

    @cached_property
    def headings(self) -> list[int]:
        """The lines that begin a section, and the end."""
        return [*(at for at, line in enumerate(self.lines) if _HEADING.fullmatch(line)), len(self.lines)]

    def flush(self) -> None:
        """Put the prose that was collected into its section."""
        lines, self.prose = self.prose, []
        while lines and not self.lines[lines[0]].strip():
            lines = lines[1:]
        if lines:
            text = "\n".join(self.lines[at] for at in lines).rstrip()
            self.add(RawBlock("prose", "", self.first + lines[0], text))

    def add(self, block: RawBlock) -> None:
        self.blocks += 1
        excess = self.excess_of(block)
        if excess:
            self.notes.append(excess)
            block = msgspec.structs.replace(block, text="")
        if self.sections:
            self.sections[-1].blocks.append(block)
            return
        text = clip(block.text.split("\n", 1)[0], 30) if block.name == "prose" else block.name
        self.notes.append((block.line, f"'{text}' is outside every section; begin with a line like ## Why it matters"))
        self.sections.append(RawSection("", block.line, [block]))

    def excess_of(self, block: RawBlock) -> Note | None:
        """What is too much about a block, or about its page with it."""
        on_page = len(self.sections[-1].blocks) if self.sections else 0
        if on_page == PAGE_BLOCKS:
            return block.line, f"this page has more than {PAGE_BLOCKS} blocks; divide it with a heading ##"
        if block.name not in {"prose", "erratum"} or on_page > PAGE_BLOCKS:
            return None
        if len(block.text) > MOST_TEXT:
            return block.line, "this text is longer than 64 KB; divide it"
        return text_excess(block.text, block.first, self.page)

    def note(self, index: int, message: str) -> None:
        self.notes.append((self.first + index, message))


def scan(lines: Sequence[str], first: int = 1) -> tuple[list[RawSection], list[Note]]:
    """Sections and blocks of `lines`, the first of which is line `first` of its file; and what is wrong."""
    scanner = _Scanner(lines, first)
    scanner.scan()
    if scanner.excess:
        return [], [(first, f"this lesson has {scanner.excess}; divide it")]
    return scanner.sections, scanner.notes

"""Splits a lesson's text into sections and raw blocks; their contents are read elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tutor.content.limits import MAX_LINE_LENGTH, MAX_PAGE_BLOCKS, PageSize, text_excess
from tutor.content.markdown import is_closed
from tutor.content.outline import MAX_TOKENS, TooManyTokensError, blocks_at_margin, outline
from tutor.content.yaml_tree import Note
from tutor.errors import clip
from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from markdown_it.token import Token

_GLUED_HEADING = compile_lazily(r" {0,3}##([^#\s].*)")
"""A heading without a blank after its ##, which Markdown takes for text."""
_BLOCK = compile_lazily(r"\s*\{([^}]*)\}?\s*(.*)")
"""What is after the marks of a block's opening fence: its name in braces, and its argument."""

BLOCK_NAMES = ("simulation", "picture", "values", "erratum", "question", "glossary", "code")
"""The names of blocks that a lesson may hold."""

MAX_LINES = 20_000
MAX_SECTIONS = 100
MAX_BLOCKS = 1_000
MAX_TEXT = 64 * 1024
"""Characters that one piece of prose may have."""
MAX_LONG_LINES = 10
"""How many overlong lines are reported."""


class RawBlock(msgspec.Struct, frozen=True):
    """A piece of text that becomes one block."""

    name: str
    """The word in the braces; `prose` for what is between the fences."""
    argument: str
    line: int
    """The line of its fence; for prose its own first line."""
    text: str

    @property
    def first_line(self) -> int:
        """The line on which its text begins."""
        return self.line if self.name == "prose" else self.line + 1


class RawSection(msgspec.Struct):
    """One page: what follows a `##` heading up to the next."""

    title: str
    line: int
    blocks: list[RawBlock] = msgspec.field(default_factory=list)


class _Scanner:
    """Splits the text of a lesson into its sections and their blocks, from the first line to the last."""

    def __init__(self, lines: Sequence[str], first_line: int) -> None:
        """Prepare to scan `lines`, which begin at line `first_line` of their file."""
        self.lines = [line if len(line) <= MAX_LINE_LENGTH else "" for line in lines]
        self.first_line = first_line
        self.sections: list[RawSection] = []
        self.notes: list[Note] = []
        long_lines = [(index, len(line)) for index, line in enumerate(lines) if len(line) > MAX_LINE_LENGTH]
        for index, length in long_lines[:MAX_LONG_LINES]:
            message = f"this line has {length:,} characters, more than the {MAX_LINE_LENGTH:,} of a line; break it"
            self.add_note(index, message)
        self.page = PageSize()
        """The size of the current page so far."""
        self.block_count = 0
        self.prose: list[tuple[int, str]] = []
        """The lines of prose since the last block that is not prose, each with its index."""
        self.prose_tokens: list[Token] = []
        """The tokens of that prose."""

    def scan(self) -> str:
        """Fill `sections` and `notes`; return the limit of a lesson that is exceeded, in words, or ""."""
        if len(self.lines) > MAX_LINES:
            return f"more than {MAX_LINES:,} lines"
        try:
            tokens = outline(self.lines)
        except TooManyTokensError:
            return f"more than {MAX_TOKENS:,} marks of lists and quotes"
        for block in blocks_at_margin(tokens):
            self.take(block)
            if self.excess:
                break
        self.finish_prose()
        return self.excess

    @property
    def excess(self) -> str:
        """The limit on sections or blocks that the lesson exceeds, in words; "" if it exceeds none."""
        if len(self.sections) > MAX_SECTIONS:
            return f"more than {MAX_SECTIONS} sections"
        return f"more than {MAX_BLOCKS:,} blocks" if self.block_count > MAX_BLOCKS else ""

    def take(self, block: "Sequence[Token]") -> None:
        """Take a block of Markdown at the left margin for what it is; `block` are its tokens.

        A heading begins a section, a fence is a block of the lesson or code, anything else is prose.
        """
        token = block[0]
        start, end = token.map or (0, 0)
        if token.type == "heading_open" and token.markup == "##":
            self.begin_section(block[1].content, start)
        elif token.type == "fence":
            self.take_fence(token, start, end)
        elif token.type == "indented_block":
            self.note_indented(start)
        elif token.type == "paragraph_open":
            self.take_paragraph(block, start, end)
        else:
            for inner in block:  # a fence inside a list or a quote
                if inner.type == "fence" and inner.info.lstrip().startswith("{") and inner.map:
                    self.note_indented(inner.map[0])
            self.collect_prose(block, start, end)

    def begin_section(self, title: str, index: int) -> None:
        """Begin the section whose heading is on the line with this `index`."""
        self.finish_prose()
        if not title:
            self.add_note(index, "this section has no title; write one after ##, for example ## The idea")
        self.sections.append(RawSection(title, self.first_line + index))
        self.page = PageSize()  # the limits of a page are counted again from 0

    def take_paragraph(self, block: "Sequence[Token]", start: int, end: int) -> None:
        """Collect the paragraph on the lines `start` … `end` − 1; a line in it such as `##Title` begins a section."""
        prose_start = start  # after a heading: the line below it
        for index in range(start, end):
            heading = _GLUED_HEADING.fullmatch(self.lines[index])
            if heading is not None:
                self.collect_prose((), prose_start, index)
                self.begin_section(heading[1].strip(), index)
                self.add_note(index, "write a space after ##")
                prose_start = index + 1
        self.collect_prose(block, prose_start, end)

    def take_fence(self, fence: "Token", start: int, end: int) -> None:
        """Add the block that a fence encloses; a fence without a name in braces is code, which is part of the prose."""
        if not is_closed(fence):
            self.add_note(start, f"this block is not closed; put a line {fence.markup} after its end")
        match = _BLOCK.fullmatch(fence.info)
        if match is None:
            words = fence.info.split()
            if words and words[0] in BLOCK_NAMES:
                self.add_note(start, f"write the block's name in braces: {fence.markup}{{{words[0]}}}")
            self.collect_prose((fence,), start, end)
            return
        self.finish_prose()
        name, argument = match[1].strip(), match[2].strip()
        text_end = end - 1 if is_closed(fence) else end
        text = "\n".join(self.lines[start + 1 : text_end])
        tokens = outline(text.split("\n")) if name == "erratum" else ()  # the other blocks are not Markdown
        self.add(RawBlock(name, argument, self.first_line + start, text), tokens, start + 1)

    def collect_prose(self, block: "Sequence[Token]", start: int, end: int) -> None:
        """Add the lines `start` … `end` − 1, and the blank lines before them, to the prose.

        `block` are their tokens.
        """
        if self.prose:
            last_index, _ = self.prose[-1]
            self.prose += ((index, "") for index in range(last_index + 1, start))
        self.prose += ((index, self.lines[index]) for index in range(start, end))
        self.prose_tokens += block

    def finish_prose(self) -> None:
        """Add the prose that was collected as a block to its section, and begin to collect again."""
        lines, tokens = self.prose, self.prose_tokens
        self.prose, self.prose_tokens = [], []
        text = "\n".join(line for _, line in lines).rstrip()
        if text:
            first_index, _ = lines[0]
            self.add(RawBlock("prose", "", self.first_line + first_index, text), tokens, start=0)

    def add(self, block: RawBlock, tokens: "Sequence[Token]", start: int) -> None:
        """Add a block to the page; the lines of `tokens`, its Markdown, are counted from index `start`."""
        self.block_count += 1
        excess_note = self.excess_of(block, tokens, self.first_line + start)
        if excess_note is not None:
            self.notes.append(excess_note)
            block = msgspec.structs.replace(block, text="")  # emptied, so that nothing long is parsed
        if self.sections:
            self.sections[-1].blocks.append(block)
            return
        beginning, _, _ = block.text.partition("\n")
        label = clip(beginning, 30) if block.name == "prose" else block.name
        self.notes.append((block.line, f"'{label}' is outside every section; begin with a line like ## Why it matters"))
        self.sections.append(RawSection("", block.line, [block]))

    def excess_of(self, block: RawBlock, tokens: "Sequence[Token]", first_line: int) -> Note | None:
        """A note on the limit that a block exceeds, by itself or together with its page; `None` if it exceeds none.

        The lines of `tokens`, its Markdown, are counted from line `first_line` of the file.
        """
        blocks_on_page = len(self.sections[-1].blocks) if self.sections else 0
        if blocks_on_page == MAX_PAGE_BLOCKS:
            return block.line, f"this page has more than {MAX_PAGE_BLOCKS} blocks; divide it with a heading ##"
        is_markdown = block.name in {"prose", "erratum"}
        if not is_markdown or blocks_on_page > MAX_PAGE_BLOCKS:  # the note was made at the page's first block too many
            return None
        if len(block.text) > MAX_TEXT:
            return block.line, "this text is longer than 64 KB; divide it"
        excess = text_excess(block.text, tokens, self.page)
        if excess is None:
            return None
        line, message = excess
        return (block.first_line if line is None else first_line + line), message

    def note_indented(self, index: int) -> None:
        """Note that the block on the line with this index does not begin at the margin."""
        self.add_note(index, "a block cannot be indented; begin its fence at the left margin")

    def add_note(self, index: int, message: str) -> None:
        """Note a fault on the line with this index, counted from 0."""
        self.notes.append((self.first_line + index, message))


def scan(lines: Sequence[str], first_line: int = 1) -> tuple[list[RawSection], list[Note]]:
    """The sections of `lines`, which begin at `first_line` of their file, with their blocks; and notes on faults."""
    scanner = _Scanner(lines, first_line)
    excess = scanner.scan()
    if excess:
        return [], [(first_line, f"this lesson has {excess}; divide it")]
    return scanner.sections, scanner.notes

"""A lesson as lines of plain text: for pipes, screen readers and terminals without a cursor."""

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from tutor.content.model import Block, Erratum, Glossary, PictureBlock, Prose, Section, SimulationBlock
from tutor.content.shows import command_line, spelled
from tutor.maths.ascii import spell
from tutor.maths.text import in_line

WIDTH = 78

_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)")
_HEADING = re.compile(r" {0,3}#{1,6}+(?!#)\s++(.*)")
_ITEM = re.compile(r"(\s*(?:>\s?)*)([-*+]|\d{1,9}[.)])\s+")
_QUOTE = re.compile(r"\s*+(?:>\s?)++")
_ALIGNED = re.compile(r"\$\$\s*\\begin\{align\*\}(.*)\\end\{align\*\}\s*\$\$")
_RULE = re.compile(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)++(?:\|\s*+)?")
_VERBATIM = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])|(?P<code>(?<!`)(`+)(?!`)(?:.{0,2000}?[^`])?\3(?!`))"
    r"|(?P<formula>\$\$(?:\\.|[^$\\])+\$\$|\$(?:\\.|[^$\\])+\$)",
    re.DOTALL,
)
_HELD = re.compile("([\ue000-\uefff])")
_STRONG = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)++)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\w*])")
_LINK = re.compile(r"!?\[([^\]]{0,500}+)\]\(([^)\s]{1,500}+)[^)]{0,200}+\)")
_SPACE = "\u00a0"
_CELL = re.compile(r"(?<!\\)\|")
_BLANKS = re.compile(r"[ \t\n]++")


def section_text(section: Section, width: int = WIDTH, ascii: bool = False) -> list[str]:
    """A page as lines: its title and its blocks, without the questions, which are asked one by one."""
    lines = [section.title, "=" * _cells(section.title)]
    for block in section.blocks:
        text = block_text(block, ascii, width)
        lines += ["", *text] if text else []
    return lines


def block_text(block: Block, ascii: bool = False, width: int = WIDTH) -> list[str]:
    """One block as lines no wider than `width`, as far as tables, code and formulas allow.

    A simulation becomes the command that opens it, and its tasks; a picture what it shows, in words.
    A question has no lines.

    Raises:
        ChainruleError: a value in its text does not compute.
    """
    if isinstance(block, Prose):
        return markdown_text(block.text, ascii, width)
    if isinstance(block, Erratum):
        title = f"Erratum {block.number} in the notes:" if block.number else "Erratum in the notes:"
        return [title, *_indented(markdown_text(block.text, ascii, width - 2))]
    if isinstance(block, SimulationBlock):
        command = _wrapped(f"Simulation: {command_of(block)}", width, "", "    ")
        tasks = "\n".join(f"- {' '.join(task.text.split())}" for task in block.tries)
        return [*command, *(["Try this:", *markdown_text(tasks, ascii, width)] if tasks else [])]
    if isinstance(block, PictureBlock):
        return _picture_text(block, ascii, width)
    if isinstance(block, Glossary):
        words = [f"- **{term}**: {' '.join(meaning.text.split())}" for term, meaning in block.terms]
        return ["Words of this lesson:", *markdown_text("\n".join(words), ascii, width)]
    return []


def _picture_text(block: PictureBlock, ascii: bool, width: int) -> list[str]:
    from tutor.content.pictures import picture_of

    command = _wrapped(f"Picture: {command_of(block)}", width, "", "    ")
    caption = markdown_text(block.caption.text, ascii, width - 2)
    shown = markdown_text(picture_of(block).description, ascii, width - 2)
    return [*command, *_indented([*caption, *shown])]


def command_of(block: SimulationBlock | PictureBlock) -> str:
    """The command that opens a simulation where `block` stands."""
    return command_line(block.name, block.values, block.step)


def _indented(lines: Iterable[str]) -> list[str]:
    """`lines` two columns to the right."""
    return ["  " + line if line else "" for line in lines]


def markdown_text(markdown: str, ascii: bool = False, width: int = WIDTH) -> list[str]:
    """Markdown as lines of plain text: paragraphs wrapped, marks of emphasis gone, formulas on one line."""
    lines: list[str] = []
    for kind, part in _parts(markdown.split("\n")):
        lines += _WRITERS[kind](part, ascii, width)
    while lines and not lines[-1]:
        lines.pop()
    return lines


Part = tuple[str, list[str]]


def _parts(lines: list[str]) -> Iterator[Part]:
    """Runs of lines that belong together, each with its kind."""
    index = 0
    while index < len(lines):
        kind = _kind(lines, index)
        end = index + 1
        if kind == "code":
            fence = lines[index].strip()[:3]
            while end < len(lines) and lines[end].strip()[:3] != fence:
                end += 1
            end = min(end + 1, len(lines))
        elif kind == "formula":
            while end < len(lines) and lines[end].strip() and "\n".join(lines[index:end]).count("$$") < 2:
                end += 1
        elif kind == "table":
            while end < len(lines) and lines[end].strip():
                end += 1
        elif kind == "text":
            while end < len(lines) and _kind(lines, end) == "text" and not _ITEM.match(lines[end]):
                end += 1
        yield kind, lines[index:end]
        index = end


def _kind(lines: list[str], index: int) -> str:
    line = lines[index]
    if not line.strip():
        return "blank"
    if _FENCE.fullmatch(line):
        return "code"
    if line.lstrip().startswith("$$"):
        return "formula"
    if index + 1 < len(lines) and "|" in line and _RULE.fullmatch(lines[index + 1]):
        return "table"
    return "heading" if _HEADING.fullmatch(line) else "text"


def _blank(lines: list[str], ascii: bool, width: int) -> list[str]:
    return [""]


def _code(lines: list[str], ascii: bool, width: int) -> list[str]:
    closed = len(lines) > 1 and _FENCE.fullmatch(lines[-1])
    inside = lines[1:-1] if closed else lines[1:]
    return ["    " + (spell(line) if ascii else line) for line in inside]


def _formula(lines: list[str], ascii: bool, width: int) -> list[str]:
    """A display formula; each equation of several that stand one below the other gets a line of its own."""
    joined = " ".join(line.strip() for line in lines)
    aligned = _ALIGNED.fullmatch(joined)
    rows = [joined]
    if aligned and r"\begin" not in aligned[1]:
        rows = [f"$${row.replace('&', ' ').strip()}$$" for row in aligned[1].split(r"\\") if row.strip()]
    return ["    " + plain_inline(row, ascii).replace(_SPACE, " ").strip() for row in rows]


def _heading(lines: list[str], ascii: bool, width: int) -> list[str]:
    found = _HEADING.fullmatch(lines[0])
    words = found[1].rstrip() if found else lines[0]
    title = plain_inline(_without_marks(words), ascii).replace(_SPACE, " ")
    return [title, "-" * _cells(title)]


def _without_marks(words: str) -> str:
    """A heading without the signs `##` that may close it."""
    bare = words.rstrip("#")
    return bare.rstrip() if bare != words and bare[-1:] in {"", " ", "\t"} else words


def _table(lines: list[str], ascii: bool, width: int) -> list[str]:
    rows = [_row(line, ascii) for line in (lines[0], *lines[2:])]
    columns = max(len(row) for row in rows)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    wide = [max(_cells(row[column]) for row in rows) for column in range(columns)]
    written = ["  ".join(_padded(*pair) for pair in zip(row, wide, strict=True)).rstrip() for row in rows]
    return [written[0], "  ".join("-" * cells for cells in wide), *written[1:]]


def _row(line: str, ascii: bool) -> list[str]:
    cells = _CELL.split(line.strip().removeprefix("|").removesuffix("|"))
    return [plain_inline(cell.strip().replace(r"\|", "|"), ascii).replace(_SPACE, " ") for cell in cells]


def _text(lines: list[str], ascii: bool, width: int) -> list[str]:
    first = hanging = ""
    item = _ITEM.match(lines[0])
    quote = _QUOTE.match(lines[0])
    if item:
        first = f"{item[1]}{item[2]} "
        hanging = " " * len(first)
        lines = [lines[0][item.end() :], *lines[1:]]
    elif quote:
        first = hanging = "> "
        lines = [line[found.end() :] if (found := _QUOTE.match(line)) else line for line in lines]
    return _wrapped(plain_inline("\n".join(lines), ascii), width, first, hanging)


_WRITERS: dict[str, Callable[[list[str], bool, int], list[str]]] = {
    "blank": _blank,
    "code": _code,
    "formula": _formula,
    "heading": _heading,
    "table": _table,
    "text": _text,
}


def _wrapped(text: str, width: int, first: str, hanging: str) -> list[str]:
    joined = _BLANKS.sub(" ", text).strip(" ")
    lines = textwrap.wrap(
        joined,
        max(width, 20),
        initial_indent=first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_SPACE, " ") for line in lines]


def plain_inline(markdown: str, ascii: bool = False) -> str:
    """Text without marks of emphasis, links as text and address, formulas and code in their own words.

    Spaces within a short formula are no-break spaces, so that a line does not break in it.
    """
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        if len(held) >= 0xEFF:
            return found[0]
        held.append(_held(found, ascii))
        return chr(0xE000 + len(held) - 1)

    text = _VERBATIM.sub(hold, _HELD.sub("", markdown))
    text = _LINK.sub(_link, text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    parts = _HELD.split(text)
    return "".join(
        held[ord(part) - 0xE000] if index % 2 else (spell(part) if ascii else part) for index, part in enumerate(parts)
    )


def _link(found: re.Match[str]) -> str:
    """A link as its words and its address; one within the course as the command that leads there."""
    return f"{found[1]} ({spelled(found[2])})"


def _held(found: re.Match[str], ascii: bool) -> str:
    if found["escape"]:
        return found["escape"][1]
    if found["code"]:
        code = found["code"].strip("`").strip()
        return spell(code) if ascii else code
    shown = in_line(" ".join(found["formula"].split()), ascii)
    return shown.replace(" ", _SPACE) if len(shown) <= WIDTH // 2 else shown


def _cells(text: str) -> int:
    """How many columns `text` takes; a combining mark takes none."""
    return sum(1 for character in text if not unicodedata.combining(character))


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - _cells(text))

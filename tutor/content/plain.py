"""A lesson as lines of plain text: for pipes, screen readers and terminals without a cursor."""

import textwrap
import unicodedata
from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING

from tutor.content.links import command_line, spell_address
from tutor.content.markdown import CODE_TOKENS, FORMULA_TOKENS, parse, parse_line
from tutor.content.model import Block, CodeBlock, Erratum, Glossary, PictureBlock, Prose, SimulationBlock, Task
from tutor.maths.ascii import spell
from tutor.maths.render import MathError, ascii_line, inline
from tutor.patterns import compile_lazily
from tutor.text.numbers import keep_powers_whole
from tutor.text.sentences import hint_lead

if TYPE_CHECKING:
    from markdown_it.token import Token

DEFAULT_WIDTH = 78

_ALIGNED = compile_lazily(r"\\begin\{align\*\}(.*)\\end\{align\*\}")
NO_BREAK_SPACE = "\u00a0"
"""What keeps a short formula in one line."""
_BLANKS = compile_lazily(r"[ \t\n]++")
_CODE_SPAN = compile_lazily(r"(?<!`)`([^`\n]+)`(?!`)")


def finding_lines(tasks: Iterable[Task], ascii: bool = False, width: int = DEFAULT_WIDTH) -> list[str]:
    """What one finds by doing `tasks`, for the lines after they were tried or skipped; none where nothing is told."""
    found = [f"- {_task_lead(task)}{' '.join(task.found.text.split())}" for task in tasks if task.found is not None]
    return ["What you find, task by task:", *markdown_lines("\n".join(found), ascii, width)] if found else []


def block_lines(block: Block, ascii: bool = False, width: int = DEFAULT_WIDTH) -> list[str]:
    """One block as lines no wider than `width`, as far as tables, code and formulas allow.

    A simulation becomes the command that opens it, and its tasks, without what one finds by them (`finding_lines`);
    a picture what it shows, in words.
    A question has no lines.

    Raises:
        ChainruleError: a value in its text does not compute.
    """
    if isinstance(block, Prose):
        return markdown_lines(block.text, ascii, width)
    if isinstance(block, Erratum):
        return ["A common slip:", *_indent(markdown_lines(block.text, ascii, width - 2))]
    if isinstance(block, SimulationBlock):
        command = _wrap(f"Simulation: {command_of(block)}", width, "", "    ")
        tasks = "\n".join(f"- {_task_lead(task)}{task.text_when(done=False)}" for task in block.tries)
        return [*command, *(["Try this:", *markdown_lines(tasks, ascii, width)] if tasks else [])]
    if isinstance(block, PictureBlock):
        return _picture_lines(block, ascii, width)
    if isinstance(block, Glossary):
        words = [f"- **{term}**: {' '.join(meaning.text.split())}" for term, meaning in block.terms]
        return [f"{block.title}:", *markdown_lines("\n".join(words), ascii, width)]
    if isinstance(block, CodeBlock):
        return _exercise_lines(block, ascii, width)
    return []


def _task_lead(task: Task) -> str:
    """What precedes a task's text: its number, or nothing if it is not counted."""
    return f"{task.name}: " if task.number else ""


def _exercise_lines(block: CodeBlock, ascii: bool, width: int) -> list[str]:
    exercise = block.exercise
    meanings = "\n".join(f"- `{name}`: {meaning}" for name, meaning in exercise.parameters.items())
    text = f"Write `{exercise.function}`. {keep_code_marks(exercise.ask)}\n\n{meanings}\n- returns {exercise.returns}"
    text += f"\n\n{exercise.earlier_note}" if exercise.uses else ""
    numbers = ", ".join(map(str, range(1, len(exercise.hints) + 1)))
    command = _wrap(f"Begin with: chainrule code {block.id} (hints: --hint {numbers})", width, "", "    ")
    return [f"Write it yourself: {exercise.title}", *_indent(markdown_lines(text, ascii, width - 2)), *command]


def keep_code_marks(markdown: str) -> str:
    """Markdown whose code spans keep their backticks as plain text, so that `warm` is not read as a word."""
    return _CODE_SPAN.sub(lambda match: f"`` `{match[1].replace(' ', NO_BREAK_SPACE)}` ``", markdown)


def hint_lines(block: CodeBlock, number: int, ascii: bool = False) -> list[str]:
    """One of the hints of an exercise, counted from 1, as text."""
    hints = block.exercise.hints
    return markdown_lines(f"{hint_lead(number, len(hints))} {keep_code_marks(hints[number - 1])}", ascii)


def _picture_lines(block: PictureBlock, ascii: bool, width: int) -> list[str]:
    from tutor.content.runs import picture_of

    command = _wrap(f"Picture: {command_of(block)}", width, "", "    ")
    caption = markdown_lines(block.caption.text, ascii, width - 2)
    description = markdown_lines(picture_of(block).description, ascii, width - 2)
    return [*command, *_indent([*caption, *description])]


def command_of(block: SimulationBlock | PictureBlock) -> str:
    """The command that opens a simulation in the state that `block` shows."""
    return command_line(block.name, block.values, block.step)


def _indent(lines: Iterable[str]) -> list[str]:
    """`lines` two columns to the right."""
    return ["  " + line if line else "" for line in lines]


def markdown_lines(markdown: str, ascii: bool = False, width: int = DEFAULT_WIDTH) -> list[str]:
    """Markdown as lines of plain text: paragraphs wrapped, marks of emphasis gone, formulas on one line."""
    return _Writer(markdown, ascii, width).lines()


class _Writer:
    """Writes the blocks of a text one below the other, with as many blank lines between them as the text has."""

    def __init__(self, markdown: str, ascii: bool, width: int) -> None:
        self.source = markdown.split("\n")
        self.tokens = parse(markdown)
        self.ascii = ascii
        self.width = width
        self.written: list[str] = []
        self.next_line = 0
        """The line of the source after what was written last."""
        self.marks: list[str] = []
        """What precedes the lines of a block: `> ` for each quote around it, blanks for each item of a list."""
        self.bullet = ""
        """The mark of an item of which nothing is written yet."""

    def lines(self) -> list[str]:
        """The whole text."""
        table: list[list[str]] = []
        for index, token in enumerate(self.tokens):
            if token.type == "blockquote_open":
                self.begin_item("> ")
            elif token.type == "list_item_open":
                self.begin_item(f"{token.info}{token.markup} ")
            elif token.type in {"blockquote_close", "list_item_close"}:
                self.end_item()
            elif token.type == "tr_open":
                table.append([])
            elif token.type == "inline" and table:
                table[-1].append(self.inline_text(token.children or ()).strip())
            elif token.type == "table_close":
                self.write(_table_lines(table, self.width - len("".join(self.marks))), self.table_opening(index))
                table = []
            elif token.type == "inline":
                self.write_paragraph(token, is_heading=self.tokens[index - 1].type == "heading_open")
            elif token.map and not token.nesting:
                self.write(self.block_lines(token), token)
        return self.written

    def begin_item(self, mark: str) -> None:
        """Begin a quote, or an item of a list, whose first line is preceded by `mark`."""
        if self.bullet:
            self.write([""], None)
        is_item = mark != "> "
        self.bullet = "".join(self.marks) + mark if is_item else ""
        self.marks.append(" " * len(mark) if is_item else mark)

    def end_item(self) -> None:
        """End the quote or the item that was begun last."""
        if self.bullet:
            self.write([""], None)
        self.marks.pop()

    def table_opening(self, index: int) -> "Token":
        """The token that opened the table which ends at `index`."""
        return next(token for token in reversed(self.tokens[:index]) if token.type == "table_open")

    def write(self, lines: Iterable[str], token: "Token | None") -> None:
        """Append lines, prefixed by the marks of the lists and quotes around them."""
        first, hanging = self.bullet or "".join(self.marks), "".join(self.marks)
        start, end = (token.map if token and token.map else None) or (self.next_line, self.next_line)
        if self.written or self.next_line:
            blank = (line for line in self.source[self.next_line : start] if not line.strip(" \t>"))
            self.written += [hanging.rstrip() if ">" in line else "" for line in blank]
        self.next_line = end
        while self.next_line > start and not "".join(self.source[self.next_line - 1 : self.next_line]).strip(" \t>"):
            self.next_line -= 1
        for line in lines:
            self.written.append(first + line if line else first.rstrip())
            first = hanging
        self.bullet = ""

    def write_paragraph(self, token: "Token", *, is_heading: bool) -> None:
        """Words wrapped to the width; a formula between `$$` among them gets a line of its own."""
        lines: list[str] = []
        words: list[Token] = []
        for child in (*(token.children or ()), None):
            if child is not None and child.type != "math_inline_double":
                words.append(child)
                continue
            text = self.inline_text(words)
            lines += [text.replace(NO_BREAK_SPACE, " ")] if is_heading else self.wrap(text)
            lines += [] if child is None else _display_lines(child.content, self.ascii)
            words = []
        if is_heading:
            lines = [" ".join(" ".join(lines).split())]
            lines.append("-" * _count_cells(lines[0]))
        self.write(lines, token)

    def block_lines(self, token: "Token") -> list[str]:
        """The lines of a block that is not prose: a formula, code, a rule, HTML."""
        if token.type == "math_block":
            lines = _display_lines(token.content, self.ascii)
            return [line.strip() for line in lines] if self.bullet else lines
        if token.type in CODE_TOKENS:
            lines = token.content.removesuffix("\n").split("\n") if token.content else []
            return ["    " + (spell(line) if self.ascii else line) for line in lines]
        if token.type == "hr":
            return [self.source[token.map[0]].strip(" \t>")] if token.map else []
        text = spell(token.content) if self.ascii else token.content
        return self.wrap(text)

    def wrap(self, text: str) -> list[str]:
        """Words in lines that leave room for the marks before them."""
        room = " " * len("".join(self.marks))
        return [line[len(room) :] for line in _wrap(text, self.width, room, room)]

    def inline_text(self, tokens: "Iterable[Token]") -> str:
        """Words without marks."""
        return _inline_text(tokens, self.ascii)


def _display_lines(latex: str, ascii: bool) -> list[str]:
    """A display formula, with a line for each of several equations."""
    source = " ".join(latex.split())
    aligned = _ALIGNED.fullmatch(source)
    rows = [source]
    if aligned and r"\begin" not in aligned[1]:
        rows = [_join_columns(row.split("&")) for row in aligned[1].split(r"\\") if row.strip()]
    lines = (_break_equation(_formula_line(row, "$$", ascii).strip()) for row in rows)
    return ["    " + line for broken in lines for line in broken]


def _break_equation(line: str) -> list[str]:
    """A formula that is wider than a page, broken before its signs of equality, each part on a line of its own."""
    if _count_cells(line) <= DEFAULT_WIDTH - 4:
        return [line]
    first, *others = line.split(" = ")
    return [first, *(f"  = {other}" for other in others)]


def _join_columns(columns: list[str]) -> str:
    """One line of aligned formulas: each second `&` stands between two of them, the others within one."""
    pairs = (" ".join(columns[start : start + 2]).strip() for start in range(0, len(columns), 2))
    return r" \quad ".join(pairs)


def _table_lines(rows: list[list[str]], width: int) -> list[str]:
    """A table with its columns below each other; where it is wider than `width`, its texts are wrapped in them.

    Where not even the longest words fit beside each other, each row becomes a list of what its columns say.
    """
    widths = _find_widths(rows, width)
    if sum(widths) + 2 * (len(widths) - 1) > width:
        return _rows_as_lists(rows, width)
    head, *body = ([_wrap_cell(text, cells) for text, cells in zip(row, widths, strict=True)] for row in rows)
    rule = [["-" * cells] for cells in widths]
    return [
        "  ".join(_pad(*pair) for pair in zip(line, widths, strict=True)).rstrip()
        for row in (head, rule, *body)
        for line in zip_longest(*row, fillvalue="")
    ]


def _rows_as_lists(rows: list[list[str]], width: int) -> list[str]:
    """A table row by row: what the first column says, and below it `heading: text` for each of the others."""
    (corner, *heads), *body = rows
    lines: list[str] = []
    for first, *rest in body:
        lines += _wrap(f"{corner}: {first}" if corner else first, width, "", "  ") or ["-"]
        for head, text in zip(heads, rest, strict=True):
            lines += _wrap(f"{head}: {text}" if head else text, width, "  ", "    ") if text else []
    return lines


def _find_widths(rows: list[list[str]], width: int) -> list[int]:
    """The cells for each column: what its longest text takes; too wide a table takes from its widest columns."""
    columns = list(zip(*rows, strict=True))
    widths = [max(_count_cells(text) for text in column) for column in columns]
    narrowest = [
        max((_count_cells(word) for text in column for word in text.split(" ")), default=0) for column in columns
    ]
    while sum(widths) + 2 * (len(widths) - 1) > width:
        spare = [column for column in range(len(widths)) if widths[column] > narrowest[column]]
        if not spare:
            break
        widths[max(spare, key=lambda column: widths[column])] -= 1
    return widths


def _wrap_cell(text: str, cells: int) -> list[str]:
    """The lines of a text in a column of a table."""
    return _wrap(text, cells, "", "", least=1) if _count_cells(text) > cells else [text.replace(NO_BREAK_SPACE, " ")]


def _wrap(text: str, width: int, first: str, hanging: str, least: int = 20) -> list[str]:
    words = _BLANKS.sub(" ", text).strip(" ")
    lines = textwrap.wrap(
        words,
        max(width, least),
        initial_indent=first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK_SPACE, " ") for line in lines]


def plain_inline(markdown: str, ascii: bool = False) -> str:
    """Text without marks of emphasis, links as text and address, formulas and code in their own words.

    Spaces within a short formula are no-break spaces, so that a line does not break in it.
    """
    return _inline_text(parse_line(markdown), ascii)


def _inline_text(tokens: "Iterable[Token]", ascii: bool) -> str:
    """The text of inline tokens: formulas in one line, links and images with their addresses."""
    pieces: list[str] = []
    links: list[Token] = []
    for token in tokens:
        if token.type in FORMULA_TOKENS:
            pieces.append(_short_formula(token, ascii))
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type == "image":
            pieces.append(f"{_inline_text(token.children or (), ascii)} ({spell_address(str(token.attrs['src']))})")
        elif token.type == "link_open":
            links.append(token)
        elif token.type == "link_close":
            link = links.pop()
            pieces.append("" if link.info == "auto" else f" ({spell_address(str(link.attrs['href']))})")
        elif token.type in {"s_open", "s_close"}:
            pieces.append(token.markup)
        else:
            pieces.append(spell(token.content) if ascii else keep_powers_whole(token.content, NO_BREAK_SPACE))
    return "".join(pieces)


def _formula_line(latex: str, mark: str, ascii: bool) -> str:
    """A formula in one line; one that cannot be read as it is typed, between its dollar signs."""
    try:
        return ascii_line(latex) if ascii else inline(latex)
    except MathError:
        source = f"{mark}{latex}{mark}"
        return spell(source) if ascii else source


def _short_formula(token: "Token", ascii: bool) -> str:
    """A formula among words, which stays in one piece where it is short."""
    line = _formula_line(" ".join(token.content.split()), token.markup, ascii)
    return line.replace(" ", NO_BREAK_SPACE) if len(line) <= DEFAULT_WIDTH // 2 else line


def _count_cells(text: str) -> int:
    """The number of columns that `text` takes; a combining mark takes none."""
    return sum(1 for character in text if not unicodedata.combining(character))


def _pad(text: str, cells: int) -> str:
    return text + " " * (cells - _count_cells(text))

"""A lesson as lines of plain text: for pipes, screen readers and terminals without a cursor."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tutor.content.links import command_line, spell_address
from tutor.content.markdown import CODE_TOKENS, FORMULA_TOKENS, parse, parse_line
from tutor.content.model import Block, CodeBlock, Erratum, Glossary, PictureBlock, Prose, SimulationBlock, Task
from tutor.content.plain_tables import plain_table_lines
from tutor.content.wrapping import NO_BREAK_SPACE, count_cells, wrap
from tutor.maths.ascii import symbols_to_ascii
from tutor.maths.render import MathError, ascii_line, inline
from tutor.patterns import compile_lazily
from tutor.text.numbers import keep_powers_whole
from tutor.text.sentences import hint_lead

if TYPE_CHECKING:
    from markdown_it.token import Token

DEFAULT_WIDTH = 78

DISPLAY_INDENT = 4
"""Columns by which formulas on lines of their own, and code, are indented."""
_ALIGNED = compile_lazily(r"\\begin\{align\*\}(.*)\\end\{align\*\}")
"""Aligned equations, whose rows are group 1."""
_CODE_SPAN = compile_lazily(r"(?<!`)`([^`\n]+)`(?!`)")
"""Code between single backticks, as Markdown has it within a paragraph."""


def finding_lines(tasks: Iterable[Task], ascii: bool = False, width: int = DEFAULT_WIDTH) -> list[str]:
    """The findings of `tasks`, to be shown after the tasks were tried or skipped; [] if no task has a finding."""
    items = []
    for task in tasks:
        if task.finding is not None:
            finding = " ".join(task.finding.text.split())
            items.append(f"- {_task_lead(task)}{finding}")
    if not items:
        return []
    return ["What you find, task by task:", *markdown_lines("\n".join(items), ascii, width)]


def block_lines(block: Block, ascii: bool = False, width: int = DEFAULT_WIDTH) -> list[str]:
    """One block as lines no wider than `width`, as far as tables, code and formulas allow.

    A simulation is shown as the command that opens it, and its tasks without their findings, which `finding_lines`
    gives later; a picture as its command, caption and description. For a question the list is empty.

    Raises:
        ChainruleError: a value in its text does not compute.
    """
    if isinstance(block, Prose):
        return markdown_lines(block.text, ascii, width)
    if isinstance(block, Erratum):
        return ["A common slip:", *_indent(markdown_lines(block.text, ascii, width - 2))]
    if isinstance(block, SimulationBlock):
        lines = _command_lines(f"Simulation: {command_of(block)}", width)
        if block.tasks:
            tasks = "\n".join(f"- {_task_lead(task)}{task.text_when(done=False)}" for task in block.tasks)
            lines += ["Try this:", *markdown_lines(tasks, ascii, width)]
        return lines
    if isinstance(block, PictureBlock):
        return _picture_lines(block, ascii, width)
    if isinstance(block, Glossary):
        entries = [f"- **{term}**: {' '.join(meaning.text.split())}" for term, meaning in block.terms]
        return [f"{block.title}:", *markdown_lines("\n".join(entries), ascii, width)]
    if isinstance(block, CodeBlock):
        return _exercise_lines(block, ascii, width)
    return []


def _task_lead(task: Task) -> str:
    """What precedes a task's text: its number, or nothing if it is not counted."""
    return f"{task.name}: " if task.number else ""


def _command_lines(command: str, width: int) -> list[str]:
    """A command wrapped to `width`, its further lines indented."""
    return wrap(command, width, first_indent="", hanging_indent="    ")


def _exercise_lines(block: CodeBlock, ascii: bool, width: int) -> list[str]:
    """An exercise: its task, the parameters and the result of the function, and the commands to begin and for hints."""
    exercise = block.exercise
    parameters = "\n".join(f"- `{name}`: {meaning}" for name, meaning in exercise.parameters.items())
    text = f"Write `{exercise.function}`. {keep_code_marks(exercise.ask)}\n\n{parameters}\n- returns {exercise.returns}"
    if exercise.uses:
        text += f"\n\n{exercise.earlier_note}"
    hint_numbers = ", ".join(str(number) for number in range(1, len(exercise.hints) + 1))
    command = _command_lines(f"Begin with: chainrule code {block.id} (hints: --hint {hint_numbers})", width)
    return [f"Write it yourself: {exercise.title}", *_indent(markdown_lines(text, ascii, width - 2)), *command]


def keep_code_marks(markdown: str) -> str:
    """Markdown in which code will keep its backticks in plain text, so that the name `warm` does not look like a word.

    Each piece of code is put between double backticks, so that its single ones are part of the code.
    """
    return _CODE_SPAN.sub(lambda match: f"`` `{match[1].replace(' ', NO_BREAK_SPACE)}` ``", markdown)


def hint_lines(block: CodeBlock, number: int, ascii: bool = False) -> list[str]:
    """One of the hints of an exercise, counted from 1, as text."""
    hints = block.exercise.hints
    return markdown_lines(f"{hint_lead(number, len(hints))} {keep_code_marks(hints[number - 1])}", ascii)


def _picture_lines(block: PictureBlock, ascii: bool, width: int) -> list[str]:
    """A picture: the command that opens it, its caption, and what it shows in words."""
    from tutor.content.runs import picture_of

    command = _command_lines(f"Picture: {command_of(block)}", width)
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
    return _PlainWriter(markdown, ascii, width).write_all()


class _PlainWriter:
    """Turns the tokens of a Markdown text into lines of plain text, keeping the blank lines of the source."""

    def __init__(self, markdown: str, ascii: bool, width: int) -> None:
        self.source_lines = markdown.split("\n")
        self.tokens = parse(markdown)
        self.ascii = ascii
        self.width = width
        self.lines: list[str] = []
        """What is written so far."""
        self.next_line = 0
        """The index of the source line after the block that was written last."""
        self.prefixes: list[str] = []
        """What precedes each line of a block: `> ` for each quote around it, blanks for each list item around it."""
        self.bullet = ""
        """What precedes the first line of the list item that has begun, its bullet last; "" once that is written."""

    def write_all(self) -> list[str]:
        """Write the whole text and return its lines."""
        table: list[list[str]] = []  # the rows of the table that is being read; empty outside tables
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
                self.write(plain_table_lines(table, self.width - len(self.prefix)), self.table_opening(index))
                table = []
            elif token.type == "inline":
                self.write_paragraph(token, is_heading=self.tokens[index - 1].type == "heading_open")
            elif token.map and not token.nesting:  # a block of one token: a formula, code, a rule, HTML
                self.write(self.block_lines(token), token)
        return self.lines

    @property
    def prefix(self) -> str:
        """What the lists and quotes around a block put before its lines; the first line of an item has the bullet."""
        return "".join(self.prefixes)

    def begin_item(self, mark: str) -> None:
        """Begin a quote, or a list item, whose first line is preceded by `mark`: `> `, `- ` or `1. `."""
        if self.bullet:  # the item around begins with this list or quote: its bullet gets a line of its own
            self.write([""], None)
        if mark == "> ":
            self.prefixes.append(mark)
            return
        self.bullet = self.prefix + mark
        self.prefixes.append(" " * len(mark))

    def end_item(self) -> None:
        """End the quote or the list item that was begun last."""
        if self.bullet:  # an empty item
            self.write([""], None)
        self.prefixes.pop()

    def table_opening(self, index: int) -> "Token":
        """The token that opened the table whose closing token is at `index`."""
        return next(token for token in reversed(self.tokens[:index]) if token.type == "table_open")

    def write(self, lines: Iterable[str], token: "Token | None") -> None:
        """Append the `lines` of a block with their prefix, after the blank lines that precede it in the source.

        `token` tells which lines of the source the block takes; `None` if it takes none, as an empty item.
        """
        start, end = token.map if token is not None and token.map else (self.next_line, self.next_line)
        if self.lines or self.next_line:  # none before the first block
            skipped = self.source_lines[self.next_line : start]
            blank_lines = [line for line in skipped if _is_blank(line)]
            self.lines += [self.prefix.rstrip() if ">" in line else "" for line in blank_lines]  # in a quote with >
        # The parser counts blank lines after a block as part of it; here they belong between it and the next block.
        while end > start:
            is_below_source = end > len(self.source_lines)
            if not is_below_source and not _is_blank(self.source_lines[end - 1]):
                break
            end -= 1
        self.next_line = end
        prefix = self.bullet or self.prefix
        for line in lines:
            self.lines.append(prefix + line if line else prefix.rstrip())
            prefix = self.prefix  # the bullet stands before the first line only
        self.bullet = ""

    def write_paragraph(self, token: "Token", *, is_heading: bool) -> None:
        """Write a paragraph, wrapped to the width, or a heading, in one line and underlined.

        A formula between `$$` within it gets a line of its own.
        """
        lines: list[str] = []
        words: list[Token] = []  # the tokens since the last formula between $$
        for child in (*(token.children or ()), None):  # None marks the end
            if child is not None and child.type != "math_inline_double":
                words.append(child)
                continue
            text = self.inline_text(words)
            lines += [text.replace(NO_BREAK_SPACE, " ")] if is_heading else self.wrap(text)
            if child is not None:
                lines += _display_lines(child.content, self.ascii)
            words = []
        if is_heading:
            title = " ".join(" ".join(lines).split())
            lines = [title, "-" * count_cells(title)]
        self.write(lines, token)

    def block_lines(self, token: "Token") -> list[str]:
        """The lines of a block that is not prose: a formula, code, a rule, HTML."""
        if token.type == "math_block":
            lines = _display_lines(token.content, self.ascii)
            return [line.strip() for line in lines] if self.bullet else lines  # right after a bullet it is not indented
        if token.type in CODE_TOKENS:
            lines = token.content.removesuffix("\n").split("\n") if token.content else []  # an empty fence has no line
            return [" " * DISPLAY_INDENT + (symbols_to_ascii(line) if self.ascii else line) for line in lines]
        if token.type == "hr":
            return [self.source_lines[token.map[0]].strip(" \t>")] if token.map else []
        text = symbols_to_ascii(token.content) if self.ascii else token.content
        return self.wrap(text)

    def wrap(self, text: str) -> list[str]:
        """The text as lines short enough for the prefix that `write` puts before them."""
        blanks = " " * len(self.prefix)  # they take the place of the prefix while the text is wrapped
        lines = wrap(text, self.width, first_indent=blanks, hanging_indent=blanks)
        return [line.removeprefix(blanks) for line in lines]

    def inline_text(self, tokens: "Iterable[Token]") -> str:
        """The text of inline tokens, as `_inline_text` has it."""
        return _inline_text(tokens, self.ascii)


def _is_blank(line: str) -> bool:
    """Whether a line of Markdown is blank, or has nothing but marks of quotes."""
    return not line.strip(" \t>")


def _display_lines(latex: str, ascii: bool) -> list[str]:
    """A display formula, with a line for each of several equations."""
    source = " ".join(latex.split())
    aligned = _ALIGNED.fullmatch(source)
    equations = [source]
    if aligned and r"\begin" not in aligned[1]:
        equations = [_join_columns(row.split("&")) for row in aligned[1].split(r"\\") if row.strip()]
    lines: list[str] = []
    for equation in equations:
        lines += _break_equation(_formula_line(equation, "$$", ascii).strip())
    return [" " * DISPLAY_INDENT + line for line in lines]


def _break_equation(line: str) -> list[str]:
    """A formula as lines: broken before its signs of equality if it is wider than a page, otherwise as it is."""
    if count_cells(line) <= DEFAULT_WIDTH - DISPLAY_INDENT:
        return [line]
    first, *others = line.split(" = ")
    return [first, *(f"  = {other}" for other in others)]


def _join_columns(columns: list[str]) -> str:
    r"""One row of `align*`, split at its `&`, as one formula.

    Each two columns are the left and the right side of one equation; `\quad` separates the equations.
    """
    equations = [" ".join(columns[start : start + 2]).strip() for start in range(0, len(columns), 2)]
    return r" \quad ".join(equations)


def plain_inline(markdown: str, ascii: bool = False) -> str:
    """Markdown of one paragraph as plain text: without marks of emphasis, links with addresses, formulas in one line.

    Spaces within a short formula are no-break spaces, so that a line does not break in it.
    """
    return _inline_text(parse_line(markdown), ascii)


def _inline_text(tokens: "Iterable[Token]", ascii: bool) -> str:
    """The text of inline tokens: formulas in one line, links and images with their addresses."""
    pieces: list[str] = []
    open_links: list[Token] = []
    for token in tokens:
        if token.type in FORMULA_TOKENS:
            pieces.append(_short_formula(token, ascii))
        elif token.type in {"softbreak", "hardbreak"}:
            pieces.append("\n")
        elif token.type == "image":
            pieces.append(f"{_inline_text(token.children or (), ascii)} ({spell_address(str(token.attrs['src']))})")
        elif token.type == "link_open":
            open_links.append(token)
        elif token.type == "link_close":
            link = open_links.pop()
            if link.info != "auto":  # the text of a link such as <https://…> is its address already
                pieces.append(f" ({spell_address(str(link.attrs['href']))})")
        elif token.type in {"s_open", "s_close"}:
            pieces.append(token.markup)  # struck-out text keeps its ~~, since without them it would say the opposite
        else:
            pieces.append(
                symbols_to_ascii(token.content) if ascii else keep_powers_whole(token.content, NO_BREAK_SPACE)
            )
    return "".join(pieces)


def _formula_line(latex: str, mark: str, ascii: bool) -> str:
    """A formula in one line. If its LaTeX cannot be parsed, the source between its `mark`, which is `$` or `$$`."""
    try:
        return ascii_line(latex) if ascii else inline(latex)
    except MathError:
        source = f"{mark}{latex}{mark}"
        return symbols_to_ascii(source) if ascii else source


def _short_formula(token: "Token", ascii: bool) -> str:
    """A formula within a paragraph, in one line; a short one has no-break spaces, so that no line breaks in it."""
    line = _formula_line(" ".join(token.content.split()), token.markup, ascii)
    return line.replace(" ", NO_BREAK_SPACE) if len(line) <= DEFAULT_WIDTH // 2 else line

"""Shows worked lines, formula = numbers = value: in two dimensions if there is room, otherwise on one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lines_pane import LinesPane
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import make_strip

if TYPE_CHECKING:
    from tutor.sims.engine.view import WorkedLine

_CUT_PLACES = (
    compile_lazily(r"(?= [+−=←] )"),
    compile_lazily(r"(?= · (?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))|(?<=\))(?=/)"),
    compile_lazily(r"(?<! [+−=←·])(?= (?![+−=←·] ))"),
)
"""Where a formula may be broken, the preferred places first: before + − = ←, before a factor or a slash, at words."""
_SEVERAL_INDICES = compile_lazily(r"_\{[^{}]*,")
"""In LaTeX, a subscript with several indices."""

MAX_BLANK_ROWS = 3
"""The most rows that stay blank at the foot of the pane, so that it ends with a whole worked line."""
SIDE_INDENT, PART_INDENT = 2, 4
"""Blanks at the start of a row: before a side of a worked line, and before a further part of a side that was broken."""


@dataclass(frozen=True)
class SubstitutedLine:
    """One worked line, divided at its equals signs, in LaTeX."""

    formula: str
    """The first side; before it, what the line computes and an arrow or an equals sign."""
    rest: tuple[str, ...]
    """The other sides: the one with numbers, unless that is already the result, and the result."""

    @property
    def whole(self) -> str:
        """The line as text: formula = numbers = value."""
        return " = ".join((self.formula, *self.rest))


class WorkedLines(LinesPane):
    """The arithmetic of the last step."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._worked: tuple[SubstitutedLine, ...] = ()
        self._has_gap = False
        self._last_too_high: tuple[object, ...] = ()
        """The formulas and the size that were too high in two dimensions last time; these are not tried again."""

    @property
    def has_gap(self) -> bool:
        """Whether there is a blank row above the lines, if a row can be spared."""
        return self._has_gap

    @has_gap.setter
    def has_gap(self, has_gap: bool) -> None:
        if has_gap != self._has_gap:
            self._has_gap = has_gap
            self.rebuild()

    def show(self, lines: "Sequence[WorkedLine]", end: bool = False) -> None:
        """Show these lines; with `end`, scroll to the last of them."""
        worked = tuple(divide_worked_line(line) for line in lines)
        if worked != self._worked:
            self._worked = worked
            self.rebuild()
        if end:
            self.scroll_end(animate=False)

    def make_lines(self, width: int, height: int) -> list[Strip]:
        """Make the lines, with a blank row above them if `has_gap`, unless it would be the reason to scroll."""
        lines = self._make_lines_alone(width, height)
        if not self._has_gap or not lines or len(lines) == height:
            return lines
        is_scrolled = len(lines) > height > 1
        return [Strip.blank(width), *(self._make_lines_alone(width, height - 1) if is_scrolled else lines)]

    def _make_lines_alone(self, width: int, height: int) -> list[Strip]:
        """Make the lines in two dimensions if all of them fit, otherwise on one line each."""
        palette = theme_palette(self.app)
        formulas_and_size = (tuple(line.formula for line in self._worked), width, height)
        if formulas_and_size != self._last_too_high:
            lines = display_lines(self._worked, palette, width, height)
            if lines:
                return lines
            self._last_too_high = formulas_and_size
        return end_page_whole(single_lines(self._worked, palette, width), height)


def divide_worked_line(line: "WorkedLine") -> SubstitutedLine:
    """Divide a worked line into its formula and the sides after it."""
    formula, *rest = line.sides
    return SubstitutedLine(formula, tuple(rest))


def display_lines(worked: Sequence[SubstitutedLine], palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw every worked line in two dimensions, with a blank line between; no lines at all if they do not fit."""
    from tutor.maths.render import MathError, display

    if prefers_ascii() or any(_SEVERAL_INDICES.search(line.formula) for line in worked):
        return []  # several indices of a subscript would be far from their letter: X[c,r,s] is easier to read
    strips: list[Strip] = []
    for line in worked:
        try:
            rows = display(line.whole, width)
        except MathError:
            return []
        if any(cell_len(row) > width for row in rows):
            return []
        if strips:
            strips.append(Strip.blank(width))
        strips += [make_strip((row, palette.plain)) for row in rows]
    return strips if len(strips) <= height else []


def single_lines(worked: Sequence[SubstitutedLine], palette: Palette, width: int) -> list[list[Strip]]:
    """For each worked line its rows: a single one, or several if it is wider than that."""
    rows_of_lines = []
    for line in worked:
        formula = formula_on_one_line(line.formula)
        sides = [formula_on_one_line(side) for side in line.rest]
        rows_of_lines.append(_break_line(formula, sides, palette, width))
    return rows_of_lines


def end_page_whole(rows_of_lines: Sequence[Sequence[Strip]], height: int) -> list[Strip]:
    """All rows, where a worked line that the foot of a pane of this height would cut begins below it.

    So nobody sees a formula without its numbers. If too many rows would stay blank, the line is cut after all.
    """
    strips: list[Strip] = []
    for rows in rows_of_lines:
        blank_rows = height - len(strips)
        is_cut = 0 < blank_rows < len(rows)
        if strips and is_cut and blank_rows <= MAX_BLANK_ROWS:
            strips += [Strip.blank(0)] * blank_rows
        strips += rows
    return strips


def _break_line(formula: str, sides: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    """Break a worked line into as many rows as it needs.

    A side that does not fit into the current row begins a new, indented row. A side that is wider than a row is broken,
    and its further parts are indented more.
    """
    styled_texts = [(formula, palette.quiet)]
    for index, side in enumerate(sides):
        is_result = index + 1 == len(sides)
        styled_texts.append((f" = {side}", palette.strong if is_result else palette.plain))
    rows: list[list[tuple[str, Style]]] = [[]]
    used_cells = 0  # cells of the last row that are used
    for text, style in styled_texts:
        has_no_room = used_cells > 0 and used_cells + cell_len(text) > width
        for index, part in enumerate(_cut_to_width(text, width - PART_INDENT)):
            is_first_part = index == 0
            part_has_no_room = used_cells > PART_INDENT and used_cells + cell_len(part) > width
            if (is_first_part and has_no_room) or part_has_no_room:
                indent = SIDE_INDENT if is_first_part else PART_INDENT
                rows.append([(" " * indent + part.lstrip(), style)])
                used_cells = indent + cell_len(part.lstrip())
            else:
                rows[-1].append((part, style))
                used_cells += cell_len(part)
    return [make_strip(*row) for row in rows]


def _cut_to_width(text: str, width: int) -> list[str]:
    """Cut `text` into parts, only where it is too wide: outside brackets first, then inside deeper and deeper ones."""
    depths = _bracket_depths(text)
    parts = [(0, len(text))]  # (start, end) of each part
    for max_depth, cut_pattern in product(range(max(depths) + 1), _CUT_PLACES):
        cuts = [match.start() for match in cut_pattern.finditer(text) if depths[match.start()] <= max_depth]
        new_parts: list[tuple[int, int]] = []
        for start, end in parts:
            is_too_wide = cell_len(text[start:end]) > width
            cuts_inside = [cut for cut in cuts if start < cut < end] if is_too_wide else []
            new_parts += pairwise([start, *cuts_inside, end])
        parts = new_parts
    return [text[start:end] for start, end in parts]


def _bracket_depths(text: str) -> list[int]:
    """How many brackets are open before each character of `text`, and after the last one."""
    depths = [0]
    for character in text:
        if character in "([":
            depths.append(depths[-1] + 1)
        elif character in ")]":
            depths.append(depths[-1] - 1)
        else:
            depths.append(depths[-1])
    return depths


@lru_cache(maxsize=2048)
def formula_on_one_line(latex: str) -> str:
    """Write `latex` on one line, in Unicode, or in ASCII if the terminal needs that; its source if it is unreadable."""
    from tutor.maths.render import MathError, ascii_line, inline

    try:
        return ascii_line(latex) if prefers_ascii() else inline(latex)
    except MathError:
        return latex

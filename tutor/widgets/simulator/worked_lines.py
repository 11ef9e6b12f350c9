"""Shows worked lines, formula = numbers = value, each on one line, or broken where a textbook would break it.

They are on one line at every size and in every simulation, so that the lines of a list look alike and a list keeps its
height: `∂C/∂w`, not a fraction of three rows. So no formula has a subscript that Unicode lacks: in words, a sum over a
window needs none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tutor.patterns import compile_lazily
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lines_pane import LinesPane
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import make_strip

if TYPE_CHECKING:
    from tutor.sims.engine.view import WorkedLine

_CUT_PLACES = (
    compile_lazily(r"(?<=:)(?= )"),
    compile_lazily(r"(?= [=←] )"),
    compile_lazily(r"(?= [+−] )"),
    compile_lazily(r"(?= · (?!10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]))|(?<=\))(?=/)"),
    compile_lazily(r"(?<! [+−=←·])(?= (?![+−=←·] ))"),
)
"""Where a formula may be broken, the preferred places first.

They are: after a colon, before = or ←, before a + or − between terms, before a factor or a slash, and between words.
"""
SIDE_INDENT, PART_INDENT = 2, 4
"""Blanks at the start of a row: before a side of a worked line, and before a further part of a side that was broken."""

BLANKS_BEFORE_COUNT = 3
"""The fewest blanks between the first row in sight and how many lines are above it."""


@dataclass(frozen=True)
class SubstitutedLine:
    """One worked line, divided at the signs between its sides, in LaTeX."""

    formula: str
    """The first side; before it, what the line computes and an arrow or an equals sign."""
    rest: tuple[str, ...]
    """The other sides, such as the one with numbers and the result; each follows its sign, = or ≈, and a blank."""

    @property
    def whole(self) -> str:
        """The line as text: formula = numbers = value."""
        return " ".join((self.formula, *self.rest))


class WorkedLines(LinesPane):
    """The arithmetic of the last step; where not all of it fits, its last lines, and how many are above them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._worked: tuple[SubstitutedLine, ...] = ()
        self._has_gap = False
        self._first_row = 0
        """The row to which the pane is scrolled for new lines."""
        self._scrolled_for: tuple[tuple[SubstitutedLine, ...], Size] = ((), Size(0, 0))
        """The lines, and the size of the pane, for which it was scrolled there; then a learner may scroll elsewhere."""

    @property
    def has_gap(self) -> bool:
        """Whether there is a blank row above the lines, if a row can be spared."""
        return self._has_gap

    @has_gap.setter
    def has_gap(self, has_gap: bool) -> None:
        if has_gap != self._has_gap:
            self._has_gap = has_gap
            self.rebuild()

    def show(self, lines: "Sequence[WorkedLine]") -> None:
        """Show these lines, from the last ones on if there is no room for all."""
        worked = tuple(divide_worked_line(line) for line in lines)
        if worked != self._worked:
            self._worked = worked
            self.rebuild()

    def rebuild(self) -> None:
        """Make the lines again, and scroll to the newest of them if they are others or the pane has another size."""
        super().rebuild()
        if self._lines and self._scrolled_for != (self._worked, self.size):
            self._scrolled_for = (self._worked, self.size)
            self.scroll_to(y=self._first_row, animate=False, force=True, immediate=True)

    def make_lines(self, width: int, height: int) -> list[Strip]:
        """Make the lines, with a blank row above them if `has_gap`, unless it would be the reason to scroll.

        Where not all fit, it says how many are above those in sight: in a row that would be blank, or else at the right
        end of the first row in sight, if that has room.
        """
        palette = theme_palette(self.app)
        rows_of_lines = single_lines(self._worked, palette, width)
        row_count = sum(map(len, rows_of_lines))
        gap = [Strip.blank(width)] if self._has_gap and row_count and row_count != height > 1 else []
        strips, self._first_row = turn_to_last_page(rows_of_lines, height - len(gap))
        first_row = self._first_row
        if 0 < first_row < len(strips):
            above = make_strip((f"↑ {count_lines_above(rows_of_lines, first_row)} more", palette.quiet))
            blanks = width - strips[first_row].cell_length - above.cell_length
            if gap:
                gap = [above]
            elif len(strips) > row_count:
                gap = [above]
                strips.pop()
            elif blanks >= BLANKS_BEFORE_COUNT:
                strips[first_row] = Strip.join([strips[first_row], Strip.blank(blanks), above])
        return [*strips[:first_row], *gap, *strips[first_row:]]


def divide_worked_line(line: "WorkedLine") -> SubstitutedLine:
    """Divide a worked line into its formula and the sides after it."""
    formula, *sides = line.sides
    rest = tuple(f"{sign} {side}" for sign, side in zip(line.relations, sides, strict=True))
    return SubstitutedLine(formula, rest)


def single_lines(worked: Sequence[SubstitutedLine], palette: Palette, width: int) -> list[list[Strip]]:
    """For each worked line its rows: a single one, or several if it is wider than that."""
    rows_of_lines = []
    for line in worked:
        sides = [formula_on_one_line(side) for side in line.rest]
        rows_of_lines.append(_break_line(formula_on_one_line(line.formula), sides, palette, width))
    return rows_of_lines


def turn_to_last_page(rows_of_lines: Sequence[Sequence[Strip]], height: int) -> tuple[list[Strip], int]:
    """All rows, and the row from which a pane of this height shows the last ones; 0 if all fit.

    The page begins with the first row of a worked line, so that nobody sees numbers without their formula,
    unless the last one alone is higher than the pane: then its result is in sight.
    """
    strips = [strip for rows in rows_of_lines for strip in rows]
    first_row = max(0, len(strips) - height)
    if first_row:
        starts = [sum(map(len, rows_of_lines[:index])) for index in range(len(rows_of_lines))]
        page_start = next((start for start in starts if start >= first_row), first_row)
        strips += [Strip.blank(0)] * (page_start - first_row)
        first_row = page_start
    return strips, first_row


def count_lines_above(rows_of_lines: Sequence[Sequence[Strip]], first_row: int) -> int:
    """How many worked lines begin above the row at which the pane begins."""
    starts = accumulate(map(len, rows_of_lines[:-1]), initial=0)
    return sum(start < first_row for start in starts)


def _break_line(formula: str, sides: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    """Break a worked line into as many rows as it needs.

    A side that does not fit into the current row begins a new, indented row. A side that is wider than a row is broken,
    and its further parts are indented more, unless they begin with = or ←. What follows an opening, such as
    `row by row:`, begins a row like any formula. Each side begins with its sign.
    """
    styled_texts = [(formula, palette.quiet)]
    for index, side in enumerate(sides):
        is_result = index + 1 == len(sides)
        styled_texts.append((f" {side}", palette.strong if is_result else palette.plain))
    rows: list[list[tuple[str, Style]]] = [[]]
    used_cells = 0  # cells of the last row that are used
    for text, style in styled_texts:
        has_no_room = used_cells > 0 and used_cells + cell_len(text) > width
        for index, part in enumerate(_cut_side(text, width)):
            is_first_part = index == 0
            part_has_no_room = used_cells > PART_INDENT and used_cells + cell_len(part) > width
            if (is_first_part and has_no_room) or part_has_no_room:
                is_after_opening = rows[-1][-1][0].endswith(":")
                indent = SIDE_INDENT if is_first_part or part.startswith((" = ", " ← ")) else PART_INDENT
                indent = 0 if is_after_opening else indent
                rows.append([(" " * indent + part.lstrip(), style)])
                used_cells = indent + cell_len(part.lstrip())
            else:
                rows[-1].append((part, style))
                used_cells += cell_len(part)
    return [make_strip(*row) for row in rows]


def _cut_side(text: str, width: int) -> list[str]:
    """Cut a side into parts if it does not fit into a row of its own, which is indented unless it is the formula's."""
    indent = SIDE_INDENT if text.startswith(" ") else 0
    return [text] if indent + cell_len(text.lstrip()) <= width else _cut_to_width(text, width - PART_INDENT)


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

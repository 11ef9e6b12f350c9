"""Worked lines: the formula, and the same line with the numbers in, in two dimensions where there is room."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.lines_pane import LinesPane
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import strip

if TYPE_CHECKING:
    from tutor.sims.engine.view import WorkedLine

_CUT = re.compile(r"(?= [+−·=] )")
_SPACE = re.compile(r"(?= )")
_SEVERAL_INDICES = re.compile(r"_\{[^{}]*,")


@dataclass(frozen=True)
class SubstitutedLine:
    """One worked line, its parts as LaTeX."""

    formula: str
    """With its left side: what the line computes."""
    rest: tuple[str, ...]
    """The same with numbers, where they are more than the result, and the result."""

    @property
    def whole(self) -> str:
        """The line as text: formula = numbers = value."""
        return " = ".join((self.formula, *self.rest))


class WorkedLines(LinesPane):
    """The arithmetic of the last step."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sums: tuple[SubstitutedLine, ...] = ()
        self._too_high: tuple[object, ...] = ()
        """The formulas and the size at which they did not fit as displays: no need to lay them out again."""

    def show(self, worked: "Sequence[WorkedLine]", end: bool = False) -> None:
        """Show these lines, at their `end` if asked."""
        sums = tuple(sum_of(line) for line in worked)
        if sums != self._sums:
            self._sums = sums
            self.rebuild()
        if end:
            self.scroll_end(animate=False)

    @property
    def wish(self) -> int:
        """The lines wanted when each sum takes one."""
        return len(self._sums)

    def make(self, width: int, height: int) -> list[Strip]:
        """Displays when all of them fit, else one line each."""
        palette = theme_palette(self.app)
        case = (tuple(item.formula for item in self._sums), width, height)
        made = [] if case == self._too_high else displays(self._sums, palette, width, height)
        if not made:
            self._too_high = case
        return made or in_lines(self._sums, palette, width)


def sum_of(line: "WorkedLine") -> SubstitutedLine:
    """A worked line with its result, which is the state's own quantity."""
    formula, *rest = line.sides
    return SubstitutedLine(formula, tuple(rest))


def displays(sums: Sequence[SubstitutedLine], palette: Palette, width: int, height: int) -> list[Strip]:
    """Every sum in two dimensions, with a line between; nothing when that needs more than `height` lines."""
    from tutor.maths.render import MathError, display

    if prefers_ascii() or any(_SEVERAL_INDICES.search(item.formula) for item in sums):
        return []  # several indices below letters stand apart from them: X[c,r,s] is easier to read
    lines: list[Strip] = []
    for line in sums:
        try:
            drawn = display(line.whole, width)
        except MathError:
            return []
        if any(cell_len(line) > width for line in drawn):
            return []
        lines += [Strip.blank(width)] if lines else []
        lines += [strip((line, palette.plain)) for line in drawn]
    return lines if len(lines) <= height else []


def in_lines(sums: Sequence[SubstitutedLine], palette: Palette, width: int) -> list[Strip]:
    """Every sum in one line, or broken at its equals signs where it is wider."""
    lines: list[Strip] = []
    for line in sums:
        lines += _broken(
            formula_on_one_line(line.formula), [formula_on_one_line(part) for part in line.rest], palette, width
        )
    return lines


def _broken(formula: str, rest: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    bold = palette.strong
    pieces = [(formula, palette.quiet)]
    pieces += [(f" = {part}", bold if index + 1 == len(rest) else palette.plain) for index, part in enumerate(rest)]
    rows: list[list[tuple[str, Style]]] = [[]]
    used = 0
    for text, style in pieces:
        new_row = bool(used) and used + cell_len(text) > width
        for number, part in enumerate(_parts(text, width - 4)):
            if (new_row and not number) or (used > 4 and used + cell_len(part) > width):
                indent = 4 if number else 2
                rows.append([(" " * indent + part.lstrip(), style)])
                used = indent + cell_len(part.lstrip())
            else:
                rows[-1].append((part, style))
                used += cell_len(part)
    return [strip(*row) for row in rows]


def _parts(text: str, width: int) -> list[str]:
    """`text` in parts that stay together: cut before operators where it is too wide, first outside brackets."""
    parts = [text]
    for cut in (_cut_outside, _CUT.split, _SPACE.split):
        parts = [piece for part in parts for piece in ([part] if cell_len(part) <= width else cut(part))]
    return parts


def _cut_outside(text: str) -> list[str]:
    """`text` cut before the operators that stand outside brackets."""
    places = [found.start() for found in _CUT.finditer(text)]
    outside = [place for place in places if text.count("(", 0, place) == text.count(")", 0, place)]
    return [text[start:end] for start, end in pairwise([0, *outside, len(text)])]


@lru_cache(maxsize=2048)
def formula_on_one_line(latex: str) -> str:
    """`latex` in one line, as the terminal can show it."""
    from tutor.maths.render import MathError, ascii_line, inline

    try:
        return ascii_line(latex) if prefers_ascii() else inline(latex)
    except MathError:
        return latex

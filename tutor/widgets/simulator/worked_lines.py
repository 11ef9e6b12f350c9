"""Worked lines: the formula, and the same line with the numbers in, in two dimensions where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product
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
"""Where a formula may be broken: before a sum's or an equation's sign, a factor, between words; in this order."""
_SEVERAL_INDICES = compile_lazily(r"_\{[^{}]*,")

SIDE_INDENT, PART_INDENT = 2, 4
"""Cells before a side of a line that begins a row, and before a part of one that was broken."""


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
        self._worked: tuple[SubstitutedLine, ...] = ()
        self._last_too_high: tuple[object, ...] = ()
        """The formulas and the size at which they did not fit as displays: no need to lay them out again."""

    def show(self, lines: "Sequence[WorkedLine]", end: bool = False) -> None:
        """Show these lines, at their `end` if asked."""
        worked = tuple(split_sides(line) for line in lines)
        if worked != self._worked:
            self._worked = worked
            self.rebuild()
        if end:
            self.scroll_end(animate=False)

    def make_lines(self, width: int, height: int) -> list[Strip]:
        """Displays when all of them fit, otherwise one line each."""
        palette = theme_palette(self.app)
        formulas_and_size = (tuple(item.formula for item in self._worked), width, height)
        if formulas_and_size != self._last_too_high:
            if lines := display_lines(self._worked, palette, width, height):
                return lines
            self._last_too_high = formulas_and_size
        return single_lines(self._worked, palette, width)


def split_sides(line: "WorkedLine") -> SubstitutedLine:
    """A worked line as its formula and the sides after that, of which the last is the state's own quantity."""
    formula, *rest = line.sides
    return SubstitutedLine(formula, tuple(rest))


def display_lines(worked: Sequence[SubstitutedLine], palette: Palette, width: int, height: int) -> list[Strip]:
    """Every line in two dimensions, with a line between; nothing when that needs more than `height` lines."""
    from tutor.maths.render import MathError, display

    if prefers_ascii() or any(_SEVERAL_INDICES.search(item.formula) for item in worked):
        return []  # several indices below letters stand apart from them: X[c,r,s] is easier to read
    lines: list[Strip] = []
    for line in worked:
        try:
            drawn = display(line.whole, width)
        except MathError:
            return []
        if any(cell_len(line) > width for line in drawn):
            return []
        lines += [Strip.blank(width)] if lines else []
        lines += [make_strip((line, palette.plain)) for line in drawn]
    return lines if len(lines) <= height else []


def single_lines(worked: Sequence[SubstitutedLine], palette: Palette, width: int) -> list[Strip]:
    """Every formula in one line, or broken at its equals signs where it is wider."""
    lines: list[Strip] = []
    for line in worked:
        lines += _break_line(
            formula_on_one_line(line.formula), [formula_on_one_line(part) for part in line.rest], palette, width
        )
    return lines


def _break_line(formula: str, rest: Sequence[str], palette: Palette, width: int) -> list[Strip]:
    """A worked line in as many rows as it needs: a row below the first is indented, and more where a side is broken."""
    bold = palette.strong
    pieces = [(formula, palette.quiet)]
    pieces += [(f" = {part}", bold if index + 1 == len(rest) else palette.plain) for index, part in enumerate(rest)]
    rows: list[list[tuple[str, Style]]] = [[]]
    used = 0
    for text, style in pieces:
        needs_row = bool(used) and used + cell_len(text) > width
        for number, part in enumerate(_cut_to_width(text, width - PART_INDENT)):
            if (needs_row and not number) or (used > PART_INDENT and used + cell_len(part) > width):
                indent = PART_INDENT if number else SIDE_INDENT
                rows.append([(" " * indent + part.lstrip(), style)])
                used = indent + cell_len(part.lstrip())
            else:
                rows[-1].append((part, style))
                used += cell_len(part)
    return [make_strip(*row) for row in rows]


def _cut_to_width(text: str, width: int) -> list[str]:
    """`text` in parts that stay together: cut where it is too wide, and inside brackets only if these are too wide."""
    depths = list(accumulate((sign in "([") - (sign in ")]") for sign in f" {text}"))
    parts = [(0, len(text))]
    for depth, cut in product(range(max(depths) + 1), _CUT_PLACES):
        places = [match.start() for match in cut.finditer(text) if depths[match.start()] <= depth]
        for start, end in parts.copy():
            if cell_len(text[start:end]) > width:
                at = parts.index((start, end))
                inside = [place for place in places if start < place < end]
                parts[at : at + 1] = pairwise([start, *inside, end])
    return [text[start:end] for start, end in parts]


@lru_cache(maxsize=2048)
def formula_on_one_line(latex: str) -> str:
    """`latex` in one line, as the terminal can show it."""
    from tutor.maths.render import MathError, ascii_line, inline

    try:
        return ascii_line(latex) if prefers_ascii() else inline(latex)
    except MathError:
        return latex

"""How marks are told apart without colour: shapes of points, signs on lines, how lines are broken and bars filled."""

from itertools import chain, cycle
from math import hypot
from typing import NamedTuple

from tutor.sims.engine.chart import RUN_ROLES, Bars, Chart, Line, Pattern, Points, Role, Shape

SHAPE_GLYPHS: dict[Shape, str] = {
    "dot": "●",
    "ring": "○",
    "cross": "×",
    "triangle": "△",
    "plus": "+",
    "square": "■",
    "diamond": "◆",
    "A": "A",
    "B": "B",
    "C": "C",
    "a": "a",
    "b": "b",
    "c": "c",
}
"""What a shape looks like; each one cell wide."""

LINE_GLYPHS = ("●", "○", "×", "□", "△", "▽", "+")
"""Glyphs placed on the lines of a chart to distinguish them without colour, and where one is under another.

The first line has one only where another may be over it for a while: in a chart of quantities.
"""
MAX_LINES_WITH_GLYPHS = 3
"""Lines of one name beyond which they are a grid: glyphs on each would look like points."""

PATTERNS: dict[Pattern, tuple[int, ...]] = {
    "solid": (),
    "dashed": (6, 4),
    "dash-dot": (6, 3, 1, 3),
    "dotted": (1, 3),
}
"""The dots that a line has and lacks in turn, four or three beside each other, where a line beneath it is seen."""
CLOSED = 1e-9
"""How far its two ends may be from each other in a line that is closed."""
BROKEN = tuple(pattern for pattern in PATTERNS if pattern != "solid")

LINE_SAMPLES: dict[Pattern, tuple[str, str]] = {
    "solid": ("───", "─{}─"),
    "dashed": ("─ ─", "╌{}╌"),
    "dash-dot": ("─·─", "─{}·"),
    "dotted": ("···", "·{}·"),
}
"""What the legend shows of a line, without a sign and with one."""


FILLINGS = ("█", "▒", "░")
"""What bars are filled with, by the order of their meanings."""


class Look(NamedTuple):
    """How a mark looks besides its colour: the glyph set on a line, "" for none, and how the line is broken."""

    glyph: str = ""
    pattern: Pattern = "solid"

    @property
    def dashes(self) -> tuple[int, ...]:
        """The dots that the line has and lacks in turn."""
        return PATTERNS[self.pattern]

    @property
    def sample(self) -> str:
        """A piece of the line for the legend."""
        plain, marked = LINE_SAMPLES[self.pattern]
        return marked.format(self.glyph) if self.glyph else plain


def choose_line_looks(chart: Chart) -> dict[int, Look]:
    """For each `Line` of a chart, by its index among the marks, what it looks like."""
    glyphs, patterns = choose_line_glyphs(chart), choose_line_patterns(chart)
    return {index: Look(glyphs.get(index, ""), pattern) for index, pattern in patterns.items()}


def choose_line_glyphs(chart: Chart) -> dict[int, str]:
    """For each `Line` of a chart, by its index among the marks, the glyph set on it; "" for none.

    A line has its own shape, or that of its points where these are marked, by points of its role without a name.
    The lines of a compared run have its letter, a small one from the second on, or none where a named point has it.
    """
    letters = {role: letter for letter, role in RUN_ROLES.items()}
    first_labels: dict[Role, str] = {}
    marked = marked_roles(chart)
    used_glyphs = {
        SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, (Line, Points)) and mark.shape is not None
    }
    glyphs_in_order = LINE_GLYPHS if _has_several_lines(chart) else ("", *LINE_GLYPHS[1:])
    named_points = {
        (mark.role, SHAPE_GLYPHS[mark.shape]) for mark in chart.marks if isinstance(mark, Points) and mark.label
    }
    free = iter([glyph for glyph in glyphs_in_order if glyph not in used_glyphs])
    by_label: dict[str, str] = {}
    glyphs: dict[int, str] = {}
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Line) and mark.role in letters:
            is_first = first_labels.setdefault(mark.role, mark.label) == mark.label
            letter = letters[mark.role] if is_first else letters[mark.role].lower()
            glyphs[index] = "" if (mark.role, letter) in named_points else letter
        elif isinstance(mark, Line) and mark.label:
            if mark.label not in by_label:
                is_grid = (
                    sum(isinstance(other, Line) and other.label == mark.label for other in chart.marks)
                    > MAX_LINES_WITH_GLYPHS
                )
                own = SHAPE_GLYPHS[mark.shape] if mark.shape else marked.get(mark.role)
                by_label[mark.label] = "" if is_grid else own or next(free, "")
            glyphs[index] = by_label[mark.label]
    return glyphs


def marked_roles(chart: Chart) -> dict[Role, str]:
    """The roles of lines whose points are marked, by points without a name, each with the glyph of these."""
    return {mark.role: SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points) and not mark.label}


def _has_several_lines(chart: Chart) -> bool:
    """Whether it is a chart of quantities with lines of more than one name."""
    names = {mark.label for mark in chart.marks if isinstance(mark, Line) and mark.role not in RUN_ROLES.values()}
    return chart.scale == "chart" and len(names - {""}) > 1


def choose_bar_fillings(bars: Bars) -> list[str]:
    """What each bar is filled with: a full block, or a shaded one from the second meaning on."""
    by_role = dict(zip(bars.meanings, FILLINGS, strict=False))
    return [by_role.get(role, FILLINGS[0]) for role in bar_roles(bars)]


def whole_cells(length: float) -> int:
    """How many cells a shaded bar has: no part of a cell is shaded, so a short bar has one, and one of nothing none."""
    return max(1, round(length)) if round(8 * length) else 0


def bar_roles(bars: Bars) -> list[Role]:
    """The role of each bar."""
    rest: list[Role] = ["primary"] * (len(bars.names) - len(bars.roles))
    return [*bars.roles, *rest]


def is_closed(line: Line) -> bool:
    """Whether a line ends where it began, around something."""
    return len(line.x) > 3 and hypot(line.x[0] - line.x[-1], line.y[0] - line.y[-1]) < CLOSED


def choose_line_patterns(chart: Chart) -> dict[int, Pattern]:
    """For each `Line` of a chart, by its index among the marks, how it is broken.

    A line has its own pattern, or the first that no other name of the chart has, muted ones after the others: they are
    what these are held against. One without a name is solid, and so is one that is closed: dashes are for long ways.
    """
    lines = [(index, mark) for index, mark in enumerate(chart.marks) if isinstance(mark, Line)]
    by_label: dict[str, Pattern] = {mark.label: mark.pattern for _, mark in lines if mark.label and mark.pattern}
    used = {*by_label.values(), *(mark.pattern for _, mark in lines)}
    unused = [pattern for pattern in PATTERNS if pattern not in used]
    free = chain(unused, cycle(BROKEN))
    for _, mark in sorted(lines, key=lambda item: item[1].role == "muted"):
        if mark.label and mark.label not in by_label:
            by_label[mark.label] = "solid" if is_closed(mark) else next(free)
    return {index: mark.pattern or by_label.get(mark.label, "solid") for index, mark in lines}

"""Chooses how marks can be told apart without colour: glyphs of points and lines, dashes of lines, fillings of bars."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, cycle
from math import hypot
from typing import NamedTuple

from tutor.sims.engine.chart import RUN_ROLES, Bars, Chart, Line, Pattern, Points, Role, Shape
from tutor.sims.engine.pieces import count_pieces

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
"""Shape of points → the character it is drawn with, one cell wide."""

LINE_GLYPHS = ("●", "○", "×", "□", "△", "▽", "+")
"""Glyphs that tell the lines of a chart apart without colour, in the order of the lines.

They stand on the points of a line that has few, or on its last one. The first line has a glyph only in a chart of
quantities with several lines, where another line may run over it for a while.
"""
EXIT_GLYPHS = ("↑", "↓")
"""The arrows in place of the glyph of a line whose last point is above its chart, and below it."""
MAX_LINES_WITH_GLYPHS = 3
"""If more lines than this have the same name, they are a grid. Glyphs on a grid would look like points."""

PATTERNS: dict[Pattern, tuple[int, ...]] = {
    "solid": (),
    "dashed": (6, 4),
    "dash-dot": (6, 3, 1, 3),
    "dotted": (1, 3),
}
"""Pattern → the lengths, in braille dots, of dashes and gaps in turn. A line beneath is seen through the gaps."""
MAX_CLOSING_DISTANCE = 1e-9
"""The largest distance between the two ends of a closed line, in units of the axes."""
BROKEN_PATTERNS = tuple(pattern for pattern in PATTERNS if pattern != "solid")
"""The patterns with gaps."""

LINE_SAMPLES: dict[Pattern, str] = {"solid": "──", "dashed": "─ ─", "dash-dot": "─·", "dotted": "··"}
"""Pattern → the piece of a line in the legend, to which the glyph at its end is added."""


FILLINGS = ("█", "⣿", "⠶")
"""The characters that fill bars, in the order of the bars' meanings; for each there are halves."""


class Look(NamedTuple):
    """How a line looks besides its colour: the glyph placed on it, "" for none, and its pattern."""

    glyph: str = ""
    pattern: Pattern = "solid"

    @property
    def dashes(self) -> tuple[int, ...]:
        """The lengths, in braille dots, of dashes and gaps in turn; empty for a solid line."""
        return PATTERNS[self.pattern]

    @property
    def sample(self) -> str:
        """A piece of the line for the legend."""
        return LINE_SAMPLES[self.pattern] + self.glyph


def choose_line_looks(chart: Chart) -> dict[int, Look]:
    """Index of each `Line` among the marks of a chart → its look."""
    glyphs, patterns = choose_line_glyphs(chart), choose_line_patterns(chart)
    return {index: Look(glyphs.get(index, ""), pattern) for index, pattern in patterns.items()}


def choose_line_glyphs(chart: Chart) -> dict[int, str]:
    """Index of each `Line` with a name among the marks of a chart → the glyph placed on it; "" for none."""
    lines = [(index, mark) for index, mark in enumerate(chart.marks) if isinstance(mark, Line)]
    run_lines = [(index, line) for index, line in lines if line.role in RUN_ROLES.values()]
    named_lines = [(index, line) for index, line in lines if line.role not in RUN_ROLES.values() and line.label]
    return {**_choose_run_letters(chart, run_lines), **_choose_own_glyphs(chart, named_lines)}


def _choose_run_letters(chart: Chart, run_lines: Sequence[tuple[int, Line]]) -> dict[int, str]:
    """Index of each line of a compared run → the letter of the run; "" if a named point already has that letter.

    A run's first line has a capital letter. Its lines with other names have a small letter.
    """
    letters = {role: letter for letter, role in RUN_ROLES.items()}
    letters_of_points = {
        (mark.role, SHAPE_GLYPHS[mark.shape]) for mark in chart.marks if isinstance(mark, Points) and mark.label
    }
    first_labels: dict[Role, str] = {}
    glyphs: dict[int, str] = {}
    for index, line in run_lines:
        is_first = first_labels.setdefault(line.role, line.label) == line.label
        letter = letters[line.role] if is_first else letters[line.role].lower()
        glyphs[index] = "" if (line.role, letter) in letters_of_points else letter
    return glyphs


def _choose_own_glyphs(chart: Chart, named_lines: Sequence[tuple[int, Line]]) -> dict[int, str]:
    """Index of each named line → its glyph, or "" for none; lines of the same name have the same glyph.

    A line has the glyph of its own shape, otherwise of the points that mark it, otherwise the first glyph that no other
    mark has. A line that can be told by its pattern alone has no glyph if a chart has points with names, of which the
    glyph would look like one, or if the line is closed and so has no last point.
    """
    used_glyphs = {
        SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, (Line, Points)) and mark.shape is not None
    }
    # The first line has no glyph in other charts: see `LINE_GLYPHS`.
    glyphs_in_order = LINE_GLYPHS if _has_several_lines(chart) else ("", *LINE_GLYPHS[1:])
    free_glyphs = iter([glyph for glyph in glyphs_in_order if glyph not in used_glyphs])
    glyph_of_points = glyphs_of_marked_lines(chart)
    line_counts = count_lines(chart)
    told_by_pattern = _labels_told_by_pattern(chart)
    has_named_points = _has_named_points(chart)
    glyph_of_label: dict[str, str] = {}
    for _, line in named_lines:
        if line.label in glyph_of_label:
            continue
        own_glyph = SHAPE_GLYPHS[line.shape] if line.shape else glyph_of_points.get(line.role)
        is_grid = line_counts[line.label] > MAX_LINES_WITH_GLYPHS and not own_glyph
        would_mislead = has_named_points or is_closed(line)
        needs_none = line.label in told_by_pattern and not own_glyph and would_mislead
        if is_grid or needs_none:
            glyph_of_label[line.label] = ""
        else:
            glyph_of_label[line.label] = own_glyph or next(free_glyphs, "")
    return {index: glyph_of_label[line.label] for index, line in named_lines}


def count_lines(chart: Chart) -> Mapping[str, int]:
    """Name → how many lines have it, where a line of several pieces counts as so many."""
    counts: Counter[str] = Counter()
    for mark in chart.marks:
        if isinstance(mark, Line):
            counts[mark.label] += count_pieces(mark.x)
    return counts


def _has_named_points(chart: Chart) -> bool:
    """Whether a chart has points with a name; points without one mark a line."""
    return any(isinstance(mark, Points) and mark.label for mark in chart.marks)


def _labels_told_by_pattern(chart: Chart) -> set[str]:
    """The names of the lines of a chart whose pattern no line of another name has."""
    labels_of_pattern: dict[Pattern, set[str]] = {}
    for index, pattern in choose_line_patterns(chart).items():
        labels_of_pattern.setdefault(pattern, set()).add(chart.marks[index].primitives()[0].legend_label)
    return {label for labels in labels_of_pattern.values() if len(labels) == 1 for label in labels}


def glyphs_of_marked_lines(chart: Chart) -> dict[Role, str]:
    """Role → the glyph of the points without a name that have this role, and so mark the line with the same role."""
    return {mark.role: SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points) and not mark.label}


def _has_several_lines(chart: Chart) -> bool:
    """Whether this is a chart of quantities with lines of several names; lines of compared runs do not count."""
    names = {mark.label for mark in chart.marks if isinstance(mark, Line) and mark.role not in RUN_ROLES.values()}
    return chart.scale == "chart" and len(names - {""}) > 1


def choose_bar_fillings(bars: Bars) -> list[str]:
    """Choose the character that fills each bar: a full block for the first meaning, shaded ones from the second on."""
    filling_of_role = dict(zip(bars.meanings, FILLINGS, strict=False))
    return [filling_of_role.get(role, FILLINGS[0]) for role in bar_roles(bars)]


def names_with_words(bars: Bars) -> list[str]:
    """The name of each bar, with the word that says why it has no value, such as `off`."""
    words = bars.words or [""] * len(bars.names)
    return [f"{name} {word}".strip() for name, word in zip(bars.names, words, strict=True)]


def whole_cells(length: float) -> int:
    """The length in whole cells of a bar: at least one cell, unless the bar is too short to be visible."""
    return max(1, round(length)) if is_visible(length) else 0


def is_visible(length: float) -> bool:
    """Whether a bar of this length in cells is at least an eighth of a cell long after rounding to eighths."""
    return round(8 * length) != 0


def bar_roles(bars: Bars) -> list[Role]:
    """The role of each bar; `primary` where the mark gives none."""
    usual_roles: list[Role] = ["primary"] * (len(bars.names) - len(bars.roles))
    return [*bars.roles, *usual_roles]


def is_closed(line: Line) -> bool:
    """Whether a line ends where it began, and so surrounds something."""
    return len(line.x) > 3 and hypot(line.x[0] - line.x[-1], line.y[0] - line.y[-1]) < MAX_CLOSING_DISTANCE


def choose_line_patterns(chart: Chart) -> dict[int, Pattern]:
    """Index of each `Line` among the marks of a chart → its pattern.

    A line has its own pattern, otherwise the first that no other name in the chart has. Muted lines, to which the
    others are compared, choose last. Lines without a name are solid. So are closed ones without a pattern of their own,
    since they may be too short for dashes.
    """
    lines = [(index, mark) for index, mark in enumerate(chart.marks) if isinstance(mark, Line)]
    pattern_of_label: dict[str, Pattern] = {
        line.label: line.pattern for _, line in lines if line.label and line.pattern
    }
    used = {line.pattern for _, line in lines}
    unused = [pattern for pattern in PATTERNS if pattern not in used]
    free = chain(unused, cycle(BROKEN_PATTERNS))  # once all patterns are used, the broken ones are used again
    muted_last = sorted((line for _, line in lines), key=lambda line: line.role == "muted")
    for line in muted_last:
        if line.label and line.label not in pattern_of_label:
            pattern_of_label[line.label] = "solid" if is_closed(line) else next(free)
    return {index: line.pattern or pattern_of_label.get(line.label, "solid") for index, line in lines}

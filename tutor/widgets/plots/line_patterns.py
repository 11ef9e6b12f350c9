"""Says which lines of a chart are broken as they are drawn: none where colours or signs tell them apart."""

from collections.abc import Mapping

from tutor.sims.engine.chart import Chart, Line, Pattern
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.looks import BROKEN_PATTERNS, Look, choose_line_looks
from tutor.widgets.plots.recent import remember_recent
from tutor.widgets.plots.shades import RED_GREEN_BLIND, looks_alike


@remember_recent
def choose_drawn_looks(chart: Chart, palette: Palette) -> Mapping[int, Look]:
    """Index of each `Line` among the marks of a chart → its look in the colours of a palette.

    Where there are colours, a line is whole unless its colour is hard to tell from that of another line. Two lines with
    the same sign, or without signs, must also differ for the colour-blind.
    """
    looks = choose_line_looks(chart)
    if not palette.has_colours:
        return looks
    lines = [(index, mark) for index, mark in enumerate(chart.marks) if isinstance(mark, Line) and mark.label]
    pattern_of_label: dict[str, Pattern] = {}
    placed: list[tuple[Line, Look]] = []  # one line of each name, with the look in which it is drawn
    # Lines that are whole without colours choose first; grey ones, to which the others are compared, last.
    for index, line in sorted(lines, key=lambda pair: (pair[1].role == "muted", looks[pair[0]].pattern != "solid")):
        if line.label not in pattern_of_label:
            look = looks[index]
            alike = [pair for pair in placed if _are_alike((line, look), pair, palette)]
            taken = {other_look.pattern for _, other_look in alike}
            wanted: tuple[Pattern, ...] = ("solid", look.pattern, *BROKEN_PATTERNS)
            pattern = next((pattern for pattern in wanted if pattern not in taken), look.pattern)
            pattern_of_label[line.label] = pattern
            placed.append((line, look._replace(pattern=pattern)))
    return looks | {index: looks[index]._replace(pattern=pattern_of_label[line.label]) for index, line in lines}


def _are_alike(one: tuple[Line, Look], other: tuple[Line, Look], palette: Palette) -> bool:
    """Whether two lines, each with its look, have colours that are alike; for anyone, if their signs are the same."""
    (line, look), (other_line, other_look) = one, other
    sights = RED_GREEN_BLIND if look.glyph == other_look.glyph else ()
    return looks_alike(palette.roles[line.role], palette.roles[other_line.role], sights)

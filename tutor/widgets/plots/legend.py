"""Legends: every mark's shape and colour beside its name, above the picture, never over the data."""

from collections.abc import Iterator, Sequence

from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Chart, HeatMap, Line, Points, Primitive, Shape
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.strips import strip

GLYPHS: dict[Shape, str] = {
    "dot": "●",
    "ring": "○",
    "cross": "×",
    "plus": "+",
    "square": "■",
    "diamond": "◆",
}
"""What a shape looks like; each one cell wide."""

LINE_MARKS = ("", "○", "×", "□", "△", "▽", "+")
"""Marks set on the lines of a chart, so that they are told apart without colour. The first line has none."""

Item = list[tuple[str, Style]]


def line_marks(chart: Chart) -> dict[int, str]:
    """For each `Line` of a chart, by its place among the marks, the mark set on it; "" for none."""
    taken = {GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points)}
    free = iter([mark for mark in LINE_MARKS if mark not in taken])
    named: dict[str, str] = {}
    found = {}
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Line) and mark.label:
            named.setdefault(mark.label, next(free, ""))
            found[index] = named[mark.label]
    return found


def items(chart: Chart, palette: Palette) -> Iterator[Item]:
    """The legend's entries, in the order of the marks; a name comes once."""
    marks = line_marks(chart)
    seen = set()
    for index, mark in enumerate(chart.marks):
        label = mark.legend_label if isinstance(mark, Primitive) else ""
        if not label or label in seen:
            continue
        seen.add(label)
        if isinstance(mark, Line):
            sample = f"─{marks[index]}─" if marks[index] else "──"
            yield [(sample, palette.style(mark.role)), (f" {label}", palette.plain)]
        elif isinstance(mark, Points):
            yield [(GLYPHS[mark.shape], palette.style(mark.role)), (f" {label}", palette.plain)]
        elif isinstance(mark, HeatMap):
            yield _ramp(mark, palette)
            if mark.has_gaps:
                yield [("·", palette.quiet), (" not computed yet", palette.plain)]


def _ramp(field: HeatMap, palette: Palette) -> Item:
    low, high = ("−", "+") if field.diverging else ("low", "high")
    ramp = palette.diverging if field.diverging else palette.sequential
    blocks = [("█", Style(color="#{:02x}{:02x}{:02x}".format(*colour))) for colour in ramp[::2]]
    return [(f"{field.label} {low} ", palette.plain), *blocks, (f" {high}", palette.plain)]


def head(chart: Chart, palette: Palette, width: int) -> list[Strip]:
    """The title with the legend at its right, or beneath it in as many lines as it takes."""
    title = strip((chart.title, palette.plain + Style(bold=True)))
    entries = [strip(*item) for item in items(chart, palette)]
    if len(entries) == 1 and isinstance(chart.marks[0], Line):
        entries = []
    whole = _joined(entries)
    if title.cell_length + 3 + whole.cell_length <= width:
        gap = width - title.cell_length - whole.cell_length
        return [Strip.join([title, Strip.blank(gap), whole])]
    return [title, *_rows(entries, width)]


def _joined(entries: Sequence[Strip]) -> Strip:
    parts: list[Strip] = []
    for entry in entries:
        parts += [Strip.blank(3), entry] if parts else [entry]
    return Strip.join(parts)


def _rows(entries: Sequence[Strip], width: int) -> list[Strip]:
    rows: list[list[Strip]] = []
    for entry in entries:
        if rows and _joined([*rows[-1], entry]).cell_length <= width:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return [_joined(row) for row in rows]

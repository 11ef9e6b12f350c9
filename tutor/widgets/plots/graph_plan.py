"""Plans how a graph is drawn: which boxes, in how much detail, and how wide the columns and the gaps between them are.

If there is room, each node has a frame. If there is little room, a node shows its gradient instead of its formula.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from tutor.sims.engine.chart import Graph, GraphBox
from tutor.text.numbers import EXACT_FIGURES, format_number
from tutor.widgets.plots.diagram_rows import UNKNOWN_VALUE
from tutor.widgets.plots.graph_layout import Layout, lay_out

FRAME_CELLS = 4
"""Cells that a frame adds to the width of a node: its sides, and a space inside each of them."""
LINES_WITHOUT_FORMULA = 2
"""The most rows of a node without a formula: of its value, and of its gradient."""
GAP_EXTRA, FRAMED_GAP_EXTRA = (0, 5), (3, 9)
"""(fewest, most) cells added to each gap between two columns; the second pair is for columns of frames."""


@dataclass(frozen=True)
class DetailLevel:
    """How much of each node is drawn, and how far apart the nodes are."""

    figures: int
    """The most significant figures of a number. A number that is rounded by this is written with ≈."""
    lines: int
    """The rows of a node with a formula, without its frame."""
    gap: int
    """The rows between two nodes."""
    equals: str = " = "
    """The sign between a name and its number."""
    has_frames: bool = False

    def height_of(self, box: GraphBox) -> int:
        """The rows of a node, with its frame; an input of the graph needs no line for a formula."""
        lines = self.lines if box.formula else min(self.lines, LINES_WITHOUT_FORMULA)
        return lines + (2 if self.has_frames else 0)


FULL_DETAIL = DetailLevel(figures=EXACT_FIGURES, lines=3, gap=1)
DETAIL_LEVELS = (  # figures, lines of a node, lines between two nodes, equals sign
    DetailLevel(EXACT_FIGURES, 3, 4, has_frames=True),
    DetailLevel(EXACT_FIGURES, 3, 2, has_frames=True),
    DetailLevel(EXACT_FIGURES, 3, 1, has_frames=True),
    DetailLevel(EXACT_FIGURES, 3, 4),
    FULL_DETAIL,
    DetailLevel(EXACT_FIGURES, 3, 4, " "),
    DetailLevel(EXACT_FIGURES, 3, 1, " "),
    DetailLevel(EXACT_FIGURES, 2, 1, " "),
    DetailLevel(4, 2, 1, " "),
    DetailLevel(3, 2, 1, " "),
    DetailLevel(3, 2, 0, " "),
    DetailLevel(2, 2, 0, " "),
)
"""From the most detailed to the smallest; the first that fits is drawn."""
ROUNDED_EQUALS = {" = ": " ≈ ", " ": "≈"}
"""`equals` of a level of detail → what stands for it before a number that is rounded for lack of room."""

Inputs = tuple[tuple[int, ...], ...]
"""For each box, the indices of the boxes that it is computed from."""


@dataclass(frozen=True)
class Plan:
    """A graph laid out at a level of detail."""

    layout: Layout
    detail: DetailLevel
    widths: tuple[int, ...]
    """The width of each column."""
    gaps: tuple[int, ...]
    """The cells between each column and the next."""
    cells_before_tracks: int = 0
    """Cells from a column to the first track. Tracks are the columns of a gap in which lines go up or down."""

    @property
    def width(self) -> int:
        """The width of the whole graph."""
        return sum(self.widths) + sum(self.gaps)


def boxes_to_draw(picture: Graph) -> tuple[list[GraphBox], Inputs]:
    """The boxes of a graph and, for each box, its inputs; without constants, which are shown only in formulas."""
    drawn = [index for index, box in enumerate(picture.boxes) if not box.is_number]
    new_index = {index: position for position, index in enumerate(drawn)}
    inputs = tuple(
        tuple(new_index[source] for source in picture.boxes[index].inputs if source in new_index) for index in drawn
    )
    return [picture.boxes[index] for index in drawn], inputs


def choose_plan(boxes: Sequence[GraphBox], inputs: Inputs, columns: int, rows: int) -> Plan | None:
    """Choose the plan with the most detail that fits into columns × rows cells; `None` if none fits."""
    for detail in DETAIL_LEVELS:
        plan = _make_plan_that_fits(boxes, inputs, detail, columns, rows)
        if plan is not None:
            return plan
    return None


def _make_plan_that_fits(
    boxes: Sequence[GraphBox], inputs: Inputs, detail: DetailLevel, columns: int, rows: int
) -> Plan | None:
    """Lay out the graph at a level of detail, and widen its gaps as far as there is room; `None` if it does not fit.

    Between frames, half of the extra width of a gap comes before the first track, so that lines begin outside the
    frames.
    """
    plan = make_plan(boxes, inputs, detail, rows)
    min_extra, max_extra = FRAMED_GAP_EXTRA if detail.has_frames else GAP_EXTRA
    extra = min(max_extra, (columns - plan.width) // max(1, len(plan.gaps)))
    if extra < min_extra or plan.layout.height > rows:
        return None
    gaps = tuple(gap + extra for gap in plan.gaps)
    return replace(plan, gaps=gaps, cells_before_tracks=extra // 2 if detail.has_frames else 0)


def make_plan(boxes: Sequence[GraphBox], inputs: Inputs, detail: DetailLevel, rows: int) -> Plan:
    """Lay out the graph at a level of detail, with the narrowest gaps; in `rows` rows if these are enough."""
    rows_above = 1 if detail.has_frames else 0  # a frame begins one row above the row of its node's lines
    heights = tuple(detail.height_of(box) for box in boxes)
    layout = lay_out(inputs, heights, detail.gap, rows, rows_above)
    widths = []
    for column in layout.columns:
        box_widths = [_box_width(boxes[slot.node], detail) for slot in column if not slot.is_dummy]
        widths.append(max(box_widths, default=1))
    gaps = []
    for bundles in layout.bundles:
        last_track = int(max((bundle.track for bundle in bundles), default=0))
        track_count = last_track + 1  # tracks are counted from 0
        gaps.append(track_count + 1)  # one more cell for the arrowheads
    return Plan(layout, detail, tuple(widths), tuple(gaps))


def _box_width(box: GraphBox, detail: DetailLevel) -> int:
    """The width of a node. Room is reserved for numbers that are not known yet, so that nothing moves later."""
    usual_width = detail.figures + 3  # the figures, and a sign, a point and a zero
    value_width = usual_width if box.formula else 0
    gradient_width = usual_width
    if box.value is not None:
        value_width = max(value_width, cell_len(format_number(box.value, detail.figures)))
    if box.gradient is not None:
        gradient_width = max(gradient_width, cell_len(format_number(box.gradient, detail.figures)))
    equals_width = len(detail.equals)
    value_line, gradient_line = cell_len(box.name) + equals_width + value_width, 1 + equals_width + gradient_width
    width = max(value_line, gradient_line, cell_len(box.formula))
    return width + FRAME_CELLS if detail.has_frames else width


def number_words(value: float | None, detail: DetailLevel) -> str:
    """Write a number with its equals sign, which is ≈ if the number is rounded for lack of room."""
    if value is None:
        return detail.equals + UNKNOWN_VALUE
    text = format_number(value, detail.figures)
    is_rounded = text != format_number(value)
    return (ROUNDED_EQUALS[detail.equals] if is_rounded else detail.equals) + text

"""Draws a graph: each node with its name and value, below them how it is computed and its gradient; lines between."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Graph, GraphBox
from tutor.text.numbers import EXACT_FIGURES
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.diagram import BOLD_STYLE
from tutor.widgets.plots.graph_layout import Run, Slot
from tutor.widgets.plots.graph_plan import (
    FORMS,
    FRAME_CELLS,
    FULL,
    Form,
    Plan,
    boxes_to_draw,
    choose_plan,
    make_plan,
    number_words,
)
from tutor.widgets.plots.strips import fit_strip, make_strip, pad_page

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
"""Bits of the directions in which lines run from the middle of a cell."""
LINES = " ╵╷│╴┘┐┤╶└┌├─┴┬┼"
"""The character for each set of directions, by the sum of their bits."""
STRONG_LINES = " ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋"
STRONG_FRAME, FRAME = ("┏┓┗┛", "━", "┃"), ("┌┐└┘", "─", "│")
"""(corners, horizontal side, vertical side) of the frame of the active node, and of the others."""
MIN_PART = (60, 11)
"""The fewest columns and rows in which a part of a large graph is shown."""
MORE = "… more beyond the edge"


@dataclass
class GraphCell:
    """One character of the picture: a text with its style, or lines that run through the cell."""

    text: str = " "
    style: Style | None = None
    """The style of the text; `None` if the cell shows its lines."""
    directions: int = 0
    """The bits of the directions in which lines run from the middle of the cell."""
    strong: bool = False
    """Whether one of these lines leads to the active node."""


Page = list[list[GraphCell]]
"""The cells of the picture, row by row."""


def graph_strips(picture: Graph, palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw `picture` in exactly width × height cells; if it does not fit, draw the surroundings of the active node."""
    boxes, inputs = boxes_to_draw(picture)
    page_rows = height - 1  # one row is for the title
    plan = choose_plan(boxes, inputs, width, page_rows)
    is_cut = plan is None
    if plan is None:
        plan = make_plan(boxes, inputs, FORMS[-1], page_rows)
    page = _draw_page(boxes, plan, palette, picture.backward)
    if is_cut:
        page = _crop_around_active(page, boxes, plan, width, page_rows)
    rows = [_row_strip(row, palette) for row in page]
    page_width = max((row.cell_length for row in rows), default=0)
    margin = Strip.blank(max(0, (width - page_width) // 2))  # puts the graph in the middle, as the lines above it do
    rows = [Strip.join([margin, row]) for row in rows]
    blank_above = [Strip.blank(width)] * ((page_rows - len(rows)) // 2)
    return pad_page([_title_strip(picture, palette, width, is_cut), *blank_above, *rows], width, height)


def writes_all_figures(picture: Graph, width: int, height: int) -> bool:
    """Whether the whole graph fits into width × height cells, and no number has to be rounded for lack of room."""
    boxes, inputs = boxes_to_draw(picture)
    plan = choose_plan(boxes, inputs, width, height - 1)
    return plan is not None and plan.form.figures == EXACT_FIGURES


def least_size(picture: Graph) -> tuple[int, int]:
    """The fewest columns and rows that a graph needs, for all of it or for the active node's surroundings."""
    columns, rows = _size_in_form(picture, FORMS[-1])
    max_columns, max_rows = MIN_PART
    return min(columns, max_columns), min(rows, max_rows)


def full_size(picture: Graph) -> tuple[int, int]:
    """The columns and rows that a graph needs to show everything, without frames."""
    return _size_in_form(picture, FULL)


def _size_in_form(picture: Graph, form: Form) -> tuple[int, int]:
    """The columns and rows of the whole picture in a form, with its title."""
    boxes, inputs = boxes_to_draw(picture)
    plan = make_plan(boxes, inputs, form, rows=0)  # in as few rows as it needs
    return plan.width, 1 + plan.layout.height


def _title_strip(picture: Graph, palette: Palette, width: int, is_cut: bool) -> Strip:
    """The title, with the direction of the pass at the right, and a note if a part of the graph is cut off."""
    if picture.backward:
        direction = ("◀ backward pass", palette.style("orange"))
    else:
        direction = ("forward pass ▶", palette.style("blue"))
    note = f"{MORE}   " if is_cut and width > 60 else ""
    title = make_strip((picture.title, palette.plain + BOLD_STYLE), ("   ∂: gradient", palette.quiet))
    right_side = make_strip((note, palette.quiet), direction)
    gap = Strip.blank(max(1, width - title.cell_length - right_side.cell_length))
    return fit_strip(Strip.join([title, gap, right_side]), width)


def _draw_page(boxes: Sequence[GraphBox], plan: Plan, palette: Palette, is_backward: bool) -> Page:
    """Draw the nodes column by column, and after each column the lines to the next one.

    On the backward pass, the lines of the active node have their arrowheads at the other end.
    """
    page = [[GraphCell() for _ in range(plan.width)] for _ in range(plan.layout.height)]
    left = 0
    for index, column in enumerate(plan.layout.columns):
        width = plan.widths[index]
        # Keyed by `id`, since slots are mutable and have no hash.
        line_starts = {id(slot): _draw_slot(page, boxes, slot, left, width, plan.form, palette) for slot in column}
        left += width
        if index < len(plan.layout.runs):
            gap = range(left, left + plan.gaps[index])
            runs = plan.layout.runs[index]
            for run in runs:
                for target in run.targets:
                    _draw_connection(page, run, target, gap, plan.lead, _leads_to_active(boxes, target))
            for run in runs:  # the arrowheads come last, so that no line covers them
                start = line_starts[id(run.source)]
                _draw_heads(page, boxes, run, left if start is None else start, gap.stop - 1, is_backward, palette)
                _mark_arrivals(page, run, left + plan.lead + int(run.track), is_backward, palette)
            left = gap.stop
    return page


def _draw_slot(
    page: Page, boxes: Sequence[GraphBox], slot: Slot, left: int, width: int, form: Form, palette: Palette
) -> int | None:
    """Draw a node, or a line that passes through its column; the column begins at `left`.

    Returns the column where the line from the node's value begins; `None` if it begins at the end of the column.
    """
    if slot.passing:
        _draw_across(page, slot.row, left - 1, left + width, strong=_leads_to_active(boxes, slot))
        return None
    box = boxes[slot.node]
    if form.has_frames:
        _write_frame(page, box, slot.row - 1, left, width, palette)
        _write_box(page, box, slot.row, left + FRAME_CELLS // 2, form, palette)
        return None
    _write_box(page, box, slot.row, left, form, palette)
    if not slot.after:
        return None
    text_width = cell_len(box.name + number_words(box.value, form))
    blank_after_text = 1 if text_width < width else 0  # no blank if the text fills the column
    start = left + text_width + blank_after_text
    strong = any(_leads_to_active(boxes, target) for target in slot.after)
    _draw_across(page, slot.row, start - 1, left + width, strong=strong)
    return start


def _leads_to_active(boxes: Sequence[GraphBox], slot: Slot) -> bool:
    """Whether a line into this slot ends at the node of the last step, directly or through further columns."""
    if slot.passing:
        return any(_leads_to_active(boxes, target) for target in slot.after)
    return boxes[slot.node].active


def _write_frame(page: Page, box: GraphBox, row: int, left: int, width: int, palette: Palette) -> None:
    """Draw a frame whose upper left corner is at `row` and `left`. It has one row less if the box has no formula."""
    corners, horizontal, vertical = STRONG_FRAME if box.active else FRAME
    style = palette.style("accent") if box.active else palette.lines
    inner_rows = 3 if box.formula else 2
    _write_words(page, row, left, corners[0] + horizontal * (width - 2) + corners[1], style)
    for inner_row in range(row + 1, row + 1 + inner_rows):
        _write_words(page, inner_row, left, vertical, style)
        _write_words(page, inner_row, left + width - 1, vertical, style)
    _write_words(page, row + 1 + inner_rows, left, corners[2] + horizontal * (width - 2) + corners[3], style)


def _write_box(page: Page, box: GraphBox, row: int, left: int, form: Form, palette: Palette) -> None:
    """Write a node's name and value, and below them its formula and its gradient if the form has lines for these."""
    value_style = palette.style("accent") if box.active else palette.plain
    _write_words(page, row, left, box.name, value_style + BOLD_STYLE)
    _write_words(page, row, left + cell_len(box.name), number_words(box.value, form), value_style)
    gradient = f"∂{number_words(box.gradient, form)}" if box.gradient is not None else ""
    has_line_for_both = form.lines > 2
    if has_line_for_both:
        _write_words(page, row + 1, left, box.formula, palette.quiet)
        _write_words(page, row + (2 if box.formula else 1), left, gradient, palette.style("orange"))
    elif gradient:
        _write_words(page, row + 1, left, gradient, palette.style("orange"))
    else:
        _write_words(page, row + 1, left, box.formula, palette.quiet)


def _write_words(page: Page, row: int, column: int, text: str, style: Style) -> None:
    """Write a text that begins at `column`; what is beyond the page is cut off."""
    for offset, character in enumerate(text):
        if column + offset < len(page[row]):
            page[row][column + offset] = GraphCell(character, style)


def _draw_across(page: Page, row: int, start: int, end: int, *, strong: bool) -> None:
    """Draw a line along a row through the cells between the columns `start` and `end`, without these two."""
    for column in range(max(0, start + 1), min(end, len(page[row]))):
        _add_directions(page[row][column], LEFT | RIGHT, strong)


def _draw_connection(page: Page, run: Run, target: Slot, gap: range, lead: int, strong: bool) -> None:
    """Draw the line from a slot to one in the next column: across the columns of `gap`, and up or down in its track.

    The first track is `lead` cells from the beginning of the gap.
    """
    track = gap.start + lead + int(run.track)
    top, bottom = sorted((run.source.row, target.row))
    _add_directions(page[run.source.row][track], LEFT, strong)
    _draw_across(page, run.source.row, gap.start - 1, track, strong=strong)
    for row in range(top, bottom):
        _add_directions(page[row][track], DOWN, strong)
        _add_directions(page[row + 1][track], UP, strong)
    _add_directions(page[target.row][track], RIGHT, strong)
    _draw_across(page, target.row, track, gap.stop, strong=strong)


def _draw_heads(
    page: Page, boxes: Sequence[GraphBox], run: Run, start: int, end: int, is_backward: bool, palette: Palette
) -> None:
    """Set the arrowheads of a run, whose lines go from the column `start` to the column `end`.

    They are at the targets. On the backward pass, a line to the active node has its arrowhead at the source instead,
    where the gradient goes. A line that only passes through a column has no arrowhead there.
    """
    for target in run.targets:
        strong = _leads_to_active(boxes, target)
        if is_backward and strong:
            if not run.source.passing:
                page[run.source.row][start] = GraphCell("◀", palette.style("accent"))
        elif not target.passing:
            page[target.row][end] = GraphCell("▶", palette.style("accent") if strong else palette.lines)


def _mark_arrivals(page: Page, run: Run, track: int, is_backward: bool, palette: Palette) -> None:
    """Set an arrowhead where a line of `run` joins the line of another node, so that the two do not look like one.

    The place needs a line to its left, and no arrowhead or number beside it.
    """
    for target in run.targets:
        before, cell, after = page[target.row][track - 1 : track + 2]
        has_text_beside = before.style is not None or after.style is not None
        is_straight = target.row == run.source.row
        if target.passing or is_straight or has_text_beside or not before.directions:
            continue
        if is_backward and cell.strong:
            continue  # the arrowheads at the other ends show where the gradient goes
        # The head points down if the line comes from above.
        head = {UP: "▼", DOWN: "▲"}.get(cell.directions & (UP | DOWN))
        if head is not None and cell.directions & LEFT:
            cell.text, cell.style = head, palette.style("accent") if cell.strong else palette.lines


def _add_directions(cell: GraphCell, directions: int, strong: bool) -> None:
    """Let a line run through a cell in these directions."""
    cell.directions |= directions
    cell.strong |= strong


def _crop_around_active(page: Page, boxes: Sequence[GraphBox], plan: Plan, width: int, height: int) -> Page:
    """Cut the page to width × height cells around the active node, which is the node of the last step."""
    left, active_row, active_left = 0, 0, 0
    for column, column_width, gap in zip(plan.layout.columns, plan.widths, (*plan.gaps, 0), strict=True):
        for slot in column:
            if not slot.passing and boxes[slot.node].active:
                active_row, active_left = slot.row, left
        left += column_width + gap
    # The active node is in the middle, unless the part would reach beyond the edges of the page.
    top = min(max(0, active_row - height // 2), max(0, len(page) - height))
    start = min(max(0, active_left - width // 2), max(0, plan.width - width))
    return [row[start : start + width] for row in page[top : top + height]]


def _row_strip(row: Sequence[GraphCell], palette: Palette) -> Strip:
    """Join a row of the page into a strip; neighbours of the same style become one piece."""
    pieces: list[tuple[str, Style]] = []
    for cell in row:
        text, style = cell.text, cell.style
        if style is None:
            text = (STRONG_LINES if cell.strong else LINES)[cell.directions]
            style = palette.style("accent") if cell.strong else palette.lines
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return make_strip(*pieces)

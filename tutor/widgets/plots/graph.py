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
from tutor.widgets.plots.graph_layout import Bundle, Slot
from tutor.widgets.plots.graph_plan import (
    DETAIL_LEVELS,
    FRAME_CELLS,
    FULL_DETAIL,
    DetailLevel,
    Plan,
    boxes_to_draw,
    choose_plan,
    make_plan,
    number_words,
)
from tutor.widgets.plots.strips import fit_strip, make_strip, pad_page

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
"""Bits of the directions in which lines run from the middle of a cell."""
LINE_CHARACTERS = " ╵╷│╴┘┐┤╶└┌├─┴┬┼"
STRONG_LINE_CHARACTERS = " ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋"
"""Sum of the bits of directions → the character with lines in these directions; strong ones lead to the active node."""
STRONG_FRAME, FRAME = ("┏┓┗┛", "━", "┃"), ("┌┐└┘", "─", "│")
"""(corners, horizontal side, vertical side) of the frame of the active node, and of the others."""
MIN_PART_SIZE = (60, 11)
"""(columns, rows): the smallest part of a large graph that is worth showing."""
CUT_NOTE = "… more beyond the edge"
"""Stands beside the title if only a part of the graph is shown."""


@dataclass
class GraphCell:
    """One character of the picture: a text with its style, or lines that run through the cell."""

    text: str = " "
    style: Style | None = None
    """The style of the text; `None` if the cell shows its lines."""
    directions: int = 0
    """The bits of the directions in which lines run from the middle of the cell."""
    is_strong: bool = False
    """Whether one of these lines leads to the active node."""


Page = list[list[GraphCell]]
"""The cells of the picture, row by row."""


def graph_strips(picture: Graph, palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw `picture` in exactly width × height cells; if it does not fit, draw the surroundings of the active node."""
    boxes, inputs = boxes_to_draw(picture)
    page_rows = height - 1  # one row is for the title
    fitting_plan = choose_plan(boxes, inputs, width, page_rows)
    is_cut = fitting_plan is None
    plan = fitting_plan or make_plan(boxes, inputs, DETAIL_LEVELS[-1], page_rows)
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
    return plan is not None and plan.detail.figures == EXACT_FIGURES


def least_size(picture: Graph) -> tuple[int, int]:
    """The fewest columns and rows that a graph needs, for all of it or for the active node's surroundings."""
    columns, rows = _size_in_detail(picture, DETAIL_LEVELS[-1])
    max_columns, max_rows = MIN_PART_SIZE
    return min(columns, max_columns), min(rows, max_rows)


def full_size(picture: Graph) -> tuple[int, int]:
    """The columns and rows in which a graph shows everything; with more, it would only get frames."""
    return _size_in_detail(picture, FULL_DETAIL)


def _size_in_detail(picture: Graph, detail: DetailLevel) -> tuple[int, int]:
    """The columns and rows of the whole picture at a level of detail, with its title."""
    boxes, inputs = boxes_to_draw(picture)
    plan = make_plan(boxes, inputs, detail, rows=0)  # 0 is too few for any graph, so it gets as many as it needs
    return plan.width, 1 + plan.layout.height


def _title_strip(picture: Graph, palette: Palette, width: int, is_cut: bool) -> Strip:
    """The title, with the direction of the pass at the right, and a note if a part of the graph is cut off."""
    if picture.backward:
        direction = ("◀ backward pass", palette.style("orange"))
    else:
        direction = ("forward pass ▶", palette.style("blue"))
    note = f"{CUT_NOTE}   " if is_cut and width > 60 else ""
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
        # Slot → the column where its lines begin; keyed by `id`, since slots are mutable and have no hash.
        line_starts = {id(slot): _draw_slot(page, boxes, slot, left, width, plan.detail, palette) for slot in column}
        left += width
        is_last_column = index == len(plan.layout.bundles)
        if not is_last_column:
            gap = range(left, left + plan.gaps[index])
            # Each bundle with the column of its track.
            tracked_bundles = [
                (bundle, gap.start + plan.cells_before_tracks + int(bundle.track))
                for bundle in plan.layout.bundles[index]
            ]
            for bundle, track in tracked_bundles:
                for target in bundle.targets:
                    is_strong = _leads_to_active(boxes, target)
                    _draw_connection(page, bundle.source.row, target.row, gap, track, is_strong=is_strong)
            for bundle, track in tracked_bundles:  # the arrowheads come last, so that no line covers them
                start = line_starts[id(bundle.source)]
                _draw_heads(page, boxes, bundle, start, gap.stop - 1, is_backward, palette)
                _mark_arrivals(page, bundle, track, is_backward, palette)
            left = gap.stop
    return page


def _draw_slot(
    page: Page, boxes: Sequence[GraphBox], slot: Slot, left: int, width: int, detail: DetailLevel, palette: Palette
) -> int:
    """Draw a node, or a line that passes through its column; the column of nodes begins at `left`.

    Returns the column of cells where lines to the next nodes begin: after the node's value, or after its frame.
    """
    end_of_column = left + width
    if slot.is_dummy:
        _draw_across(page, slot.row, left - 1, end_of_column, is_strong=_leads_to_active(boxes, slot))
        return end_of_column
    box = boxes[slot.node]
    if detail.has_frames:
        _write_frame(page, box, slot.row - 1, left, width, palette)
        _write_box(page, box, slot.row, left + FRAME_CELLS // 2, detail, palette)
        return end_of_column
    _write_box(page, box, slot.row, left, detail, palette)
    if not slot.successors:
        return end_of_column
    text_width = cell_len(box.name + number_words(box.value, detail))
    blank_after_text = 1 if text_width < width else 0  # no blank if the text fills the column
    start = left + text_width + blank_after_text
    is_strong = any(_leads_to_active(boxes, target) for target in slot.successors)
    _draw_across(page, slot.row, start - 1, end_of_column, is_strong=is_strong)
    return start


def _leads_to_active(boxes: Sequence[GraphBox], slot: Slot) -> bool:
    """Whether a line into this slot ends at the node of the last step, directly or through further columns."""
    if slot.is_dummy:
        return any(_leads_to_active(boxes, target) for target in slot.successors)
    return boxes[slot.node].active


def _write_frame(page: Page, box: GraphBox, row: int, left: int, width: int, palette: Palette) -> None:
    """Draw a frame whose upper left corner is at `row` and `left`. It has one row less if the box has no formula."""
    corners, horizontal, vertical = STRONG_FRAME if box.active else FRAME
    style = palette.style("accent") if box.active else palette.lines
    inner_rows = 3 if box.formula else 2  # name and value, formula, gradient
    _write_words(page, row, left, corners[0] + horizontal * (width - 2) + corners[1], style)
    for inner_row in range(row + 1, row + 1 + inner_rows):
        _write_words(page, inner_row, left, vertical, style)
        _write_words(page, inner_row, left + width - 1, vertical, style)
    _write_words(page, row + 1 + inner_rows, left, corners[2] + horizontal * (width - 2) + corners[3], style)


def _write_box(page: Page, box: GraphBox, row: int, left: int, detail: DetailLevel, palette: Palette) -> None:
    """Write a node's name and value, and below them its formula and its gradient if the detail has lines for these."""
    value_style = palette.style("accent") if box.active else palette.plain
    _write_words(page, row, left, box.name, value_style + BOLD_STYLE)
    _write_words(page, row, left + cell_len(box.name), number_words(box.value, detail), value_style)
    gradient = f"∂{number_words(box.gradient, detail)}" if box.gradient is not None else ""
    has_lines_for_both = detail.lines > 2  # besides the line of the name and the value
    if has_lines_for_both:
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


def _draw_across(page: Page, row: int, start: int, end: int, *, is_strong: bool) -> None:
    """Draw a line along a row through the cells between the columns `start` and `end`, without these two."""
    for column in range(max(0, start + 1), min(end, len(page[row]))):
        _add_directions(page[row][column], LEFT | RIGHT, is_strong)


def _draw_connection(page: Page, source_row: int, target_row: int, gap: range, track: int, *, is_strong: bool) -> None:
    """Draw a line across the columns of `gap`, from one row to another; it goes up or down in the column `track`."""
    top, bottom = sorted((source_row, target_row))
    _add_directions(page[source_row][track], LEFT, is_strong)
    _draw_across(page, source_row, gap.start - 1, track, is_strong=is_strong)
    for row in range(top, bottom):
        _add_directions(page[row][track], DOWN, is_strong)
        _add_directions(page[row + 1][track], UP, is_strong)
    _add_directions(page[target_row][track], RIGHT, is_strong)
    _draw_across(page, target_row, track, gap.stop, is_strong=is_strong)


def _draw_heads(
    page: Page, boxes: Sequence[GraphBox], bundle: Bundle, start: int, end: int, is_backward: bool, palette: Palette
) -> None:
    """Draw the arrowheads of a bundle, whose lines go from the column `start` to the column `end`.

    They are at the targets. On the backward pass, a line to the active node has its arrowhead at the source instead,
    where the gradient goes. A line that only passes through a column has no arrowhead there.
    """
    for target in bundle.targets:
        is_strong = _leads_to_active(boxes, target)
        if is_backward and is_strong:
            if not bundle.source.is_dummy:
                page[bundle.source.row][start] = GraphCell("◀", palette.style("accent"))
        elif not target.is_dummy:
            page[target.row][end] = GraphCell("▶", palette.style("accent") if is_strong else palette.lines)


def _mark_arrivals(page: Page, bundle: Bundle, track: int, is_backward: bool, palette: Palette) -> None:
    """Draw an arrowhead where a line of `bundle` joins the line of another node, so that the two do not look like one.

    It is drawn in the column `track`, if there is a line to its left, and no arrowhead or number beside it.
    """
    for target in bundle.targets:
        before, cell, after = page[target.row][track - 1 : track + 2]
        has_text_beside = before.style is not None or after.style is not None
        is_straight = target.row == bundle.source.row
        if target.is_dummy or is_straight or has_text_beside or not before.directions:
            continue
        if is_backward and cell.is_strong:
            continue  # the arrowheads at the other ends show where the gradient goes
        # The head points down if the line comes from above; there is none if lines come from both sides.
        head = {UP: "▼", DOWN: "▲"}.get(cell.directions & (UP | DOWN))
        if head is not None and cell.directions & LEFT:
            cell.text, cell.style = head, palette.style("accent") if cell.is_strong else palette.lines


def _add_directions(cell: GraphCell, directions: int, is_strong: bool) -> None:
    """Let a line run through a cell in these directions."""
    cell.directions |= directions
    cell.is_strong |= is_strong


def _crop_around_active(page: Page, boxes: Sequence[GraphBox], plan: Plan, width: int, height: int) -> Page:
    """Cut the page to width × height cells around the active node, which is the node of the last step."""
    left, active_row, active_left = 0, 0, 0
    for column, column_width, gap in zip(plan.layout.columns, plan.widths, (*plan.gaps, 0), strict=True):
        for slot in column:
            if not slot.is_dummy and boxes[slot.node].active:
                active_row, active_left = slot.row, left
        left += column_width + gap
    # The active node is in the middle, unless the part would reach beyond the edges of the page.
    top = min(max(0, active_row - height // 2), max(0, len(page) - height))
    start = min(max(0, active_left - width // 2), max(0, plan.width - width))
    return [row[start : start + width] for row in page[top : top + height]]


def _row_strip(row: Sequence[GraphCell], palette: Palette) -> Strip:
    """Join the cells of a row into a strip; neighbours of the same style become one piece of text."""
    pieces: list[tuple[str, Style]] = []
    for cell in row:
        text, style = cell.text, cell.style
        if style is None:
            text = (STRONG_LINE_CHARACTERS if cell.is_strong else LINE_CHARACTERS)[cell.directions]
            style = palette.style("accent") if cell.is_strong else palette.lines
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + text, style)
        else:
            pieces.append((text, style))
    return make_strip(*pieces)

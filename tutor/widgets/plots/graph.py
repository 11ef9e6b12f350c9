"""Draws a graph: each node with its name and value, below them how it is computed and its gradient; lines between.

Where there is room, each node has a frame; where there is little, its formula gives way to its gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Graph, GraphBox
from tutor.text.numbers import EXACT, format_number
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.diagram import BOLD_STYLE, UNKNOWN_VALUE
from tutor.widgets.plots.graph_layout import Layout, Run, Slot, lay_out
from tutor.widgets.plots.strips import fit_strip, make_strip, pad_page

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
LINES = " ╵╷│╴┘┐┤╶└┌├─┴┬┼"
"""The character for each set of directions."""
STRONG_LINES = " ╹╻┃╸┛┓┫╺┗┏┣━┻┳╋"
STRONG_FRAME, FRAME = ("┏┓┗┛", "━", "┃"), ("┌┐└┘", "─", "│")
"""The corners and the sides of a frame, of the active node and of the others."""
FRAME_CELLS = 4
"""Cells that a frame adds to the width of a node: its sides and a space within each."""
GAP_EXTRA, FRAMED_GAP_EXTRA = (0, 5), (3, 9)
"""Cells added to each gap between two columns, at least and at most; and between columns of frames."""
MIN_PART = (60, 11)
"""Columns and rows in which a part of a large graph is shown."""
MORE = "… more beyond the edge"


@dataclass
class GraphCell:
    """One character of the picture."""

    text: str = " "
    style: Style | None = None
    directions: int = 0
    strong: bool = False


@dataclass(frozen=True)
class Form:
    """How much of each node is drawn."""

    figures: int
    """Of a number, at most; one that is rounded to fewer than elsewhere is written with ≈."""
    lines: int
    gap: int
    """Rows between nodes."""
    equals: str = " = "
    """What stands between a name and its number."""
    has_frames: bool = False

    @property
    def height(self) -> int:
        """Rows of a node."""
        return self.lines + (2 if self.has_frames else 0)


FULL = Form(EXACT, 3, 1)
FORMS = (
    Form(EXACT, 3, 4, has_frames=True),
    Form(EXACT, 3, 2, has_frames=True),
    Form(EXACT, 3, 1, has_frames=True),
    Form(EXACT, 3, 4),
    FULL,
    Form(EXACT, 3, 4, " "),
    Form(EXACT, 3, 1, " "),
    Form(EXACT, 2, 1, " "),
    Form(4, 2, 1, " "),
    Form(3, 2, 1, " "),
    Form(3, 2, 0, " "),
    Form(2, 2, 0, " "),
)
"""The first that fits is drawn."""
ROUNDED_EQUALS = {" = ": " ≈ ", " ": "≈"}
"""What stands in place of each sign before a number that is rounded for lack of room."""


@dataclass(frozen=True)
class Plan:
    """A graph laid out in a form."""

    layout: Layout
    form: Form
    widths: tuple[int, ...]
    """Of the columns."""
    gaps: tuple[int, ...]
    """Between a column and the next."""
    lead: int = 0
    """Cells from a column to the first line that goes up or down."""

    @property
    def width(self) -> int:
        """Cells across."""
        return sum(self.widths) + sum(self.gaps)


def graph_strips(picture: Graph, palette: Palette, width: int, height: int) -> list[Strip]:
    """`picture` in exactly width × height cells; where it is larger, the surroundings of the active node."""
    boxes, inputs = _boxes_to_draw(picture)
    room = height - 1
    plan = _choose_plan(boxes, inputs, width, room)
    is_cut = plan is None
    plan = plan or _make_plan(boxes, inputs, FORMS[-1], room)
    page = _draw_page(boxes, plan, palette, picture.backward)
    if is_cut:
        page = _crop_around_active(page, boxes, plan, width, room)
    rows = [_row_strip(row, palette) for row in page]
    left = max(0, (width - max((row.cell_length for row in rows), default=0)) // 2)
    rows = [Strip.join([Strip.blank(left), row]) for row in rows]
    above = [Strip.blank(width)] * ((room - len(rows)) // 2)
    return pad_page([_title_strip(picture, palette, width, is_cut), *above, *rows], width, height)


def writes_all_figures(picture: Graph, width: int, height: int) -> bool:
    """Whether the whole of `picture` has room in width × height cells, no number rounded for it."""
    plan = _choose_plan(*_boxes_to_draw(picture), width, height - 1)
    return plan is not None and plan.form.figures == EXACT


def least_size(picture: Graph) -> tuple[int, int]:
    """The columns and rows it needs at least, for the whole graph or the active node's surroundings."""
    columns, rows = _size_in_form(picture, FORMS[-1])
    return min(columns, MIN_PART[0]), min(rows, MIN_PART[1])


def full_size(picture: Graph) -> tuple[int, int]:
    """The columns and rows it needs to show everything, without frames."""
    return _size_in_form(picture, FULL)


def _size_in_form(picture: Graph, form: Form) -> tuple[int, int]:
    """The columns and rows of the whole picture in a form, with its title."""
    plan = _make_plan(*_boxes_to_draw(picture), form, 0)
    return plan.width, 1 + plan.layout.height


def _boxes_to_draw(picture: Graph) -> tuple[list[GraphBox], tuple[tuple[int, ...], ...]]:
    """The boxes to draw with their inputs among these; numbers appear only in formulas."""
    kept = [place for place, box in enumerate(picture.boxes) if not box.is_number]
    at = {place: k for k, place in enumerate(kept)}
    inputs = tuple(tuple(at[source] for source in picture.boxes[place].inputs if source in at) for place in kept)
    return [picture.boxes[place] for place in kept], inputs


def _choose_plan(
    boxes: Sequence[GraphBox], inputs: tuple[tuple[int, ...], ...], columns: int, rows: int
) -> Plan | None:
    """The graph laid out in the first form that has room; `None` where none has."""
    plans = (_make_plan_that_fits(boxes, inputs, form, columns, rows) for form in FORMS)
    return next(filter(None, plans), None)


def _make_plan_that_fits(
    boxes: Sequence[GraphBox], inputs: tuple[tuple[int, ...], ...], form: Form, columns: int, rows: int
) -> Plan | None:
    """The graph laid out in a form, its gaps widened as far as there is room; `None` where it has more than the cells.

    Between frames, half of what is added to a gap goes before the first column: their lines begin outside them.
    """
    plan = _make_plan(boxes, inputs, form, rows)
    least, most = FRAMED_GAP_EXTRA if form.has_frames else GAP_EXTRA
    extra = min(most, (columns - plan.width) // max(1, len(plan.gaps)))
    if extra < least or plan.layout.height > rows:
        return None
    gaps = tuple(size + extra for size in plan.gaps)
    return replace(plan, gaps=gaps, lead=extra // 2 if form.has_frames else 0)


def _make_plan(boxes: Sequence[GraphBox], inputs: tuple[tuple[int, ...], ...], form: Form, room: int) -> Plan:
    """The graph laid out in a form, with no more room between its columns than its lines need."""
    # A frame begins a row above the lines that lead to its node.
    layout = lay_out(inputs, form.height, form.gap, room, 1 if form.has_frames else 0)
    widths = [
        max((_box_width(boxes[slot.node], form) for slot in column if not slot.passing), default=1)
        for column in layout.columns
    ]
    gaps = [2 + int(max((run.track for run in runs), default=0)) for runs in layout.runs]
    return Plan(layout, form, tuple(widths), tuple(gaps))


def _box_width(box: GraphBox, form: Form) -> int:
    """The width of a node, reserving room for numbers not known yet so that nothing moves later."""
    usual = form.figures + 3
    value = usual if box.formula else 0
    gradient = usual
    if box.value is not None:
        value = max(value, cell_len(format_number(box.value, form.figures)))
    if box.gradient is not None:
        gradient = max(gradient, cell_len(format_number(box.gradient, form.figures)))
    between = len(form.equals)
    width = max(cell_len(box.name) + between + value, 1 + between + gradient, cell_len(box.formula))
    return width + FRAME_CELLS * form.has_frames


def _title_strip(picture: Graph, palette: Palette, width: int, is_cut: bool) -> Strip:
    """The title, with the direction of the pass at the right, and a note where a part of the graph is cut off."""
    direction, role = ("◀ backward pass", "orange") if picture.backward else ("forward pass ▶", "blue")
    title = make_strip((picture.title, palette.plain + BOLD_STYLE), ("   ∂: gradient", palette.quiet))
    note = f"{MORE}   " if is_cut and width > 60 else ""
    side = make_strip((note, palette.quiet), (direction, palette.style("orange" if role == "orange" else "blue")))
    return fit_strip(
        Strip.join([title, Strip.blank(max(1, width - title.cell_length - side.cell_length)), side]), width
    )


def _draw_page(boxes: Sequence[GraphBox], plan: Plan, palette: Palette, is_backward: bool) -> list[list[GraphCell]]:
    """Draw the nodes column by column, and between two columns the lines.

    On the backward pass the arrowheads of the active node's lines are at their other ends.
    """
    page = [[GraphCell() for _ in range(plan.width)] for _ in range(plan.layout.height)]
    left = 0
    starts: dict[int, int] = {}
    for index, column in enumerate(plan.layout.columns):
        for slot in column:
            if slot.passing:
                _draw_across(page, slot.row, left - 1, left + plan.widths[index], strong=_is_strong(boxes, slot))
            else:
                box = boxes[slot.node]
                if plan.form.has_frames:
                    _write_frame(page, box, slot.row - 1, left, plan.widths[index], palette)
                _write_box(page, box, slot.row, left + FRAME_CELLS // 2 * plan.form.has_frames, plan.form, palette)
                if slot.after and not plan.form.has_frames:
                    used = cell_len(box.name + _number_words(box.value, plan.form))
                    start = left + used + (1 if used < plan.widths[index] else 0)
                    strong = any(_is_strong(boxes, after) for after in slot.after)
                    _draw_across(page, slot.row, start - 1, left + plan.widths[index], strong=strong)
                    starts[id(slot)] = start
        left += plan.widths[index]
        if index < len(plan.layout.runs):
            for run in plan.layout.runs[index]:
                for target in run.targets:
                    strong = _is_strong(boxes, target)
                    _draw_connection(page, run, target, range(left, left + plan.gaps[index]), plan.lead, strong)
            for run in plan.layout.runs[index]:
                _draw_heads(
                    page,
                    boxes,
                    run,
                    starts.get(id(run.source), left),
                    left + plan.gaps[index] - 1,
                    is_backward,
                    palette,
                )
                _mark_arrivals(page, run, left + plan.lead + int(run.track), is_backward, palette)
            left += plan.gaps[index]
    return page


def _is_strong(boxes: Sequence[GraphBox], slot: Slot) -> bool:
    """Whether a line into this slot ends at the node that the last step worked in."""
    return any(_is_strong(boxes, after) for after in slot.after) if slot.passing else boxes[slot.node].active


def _number_words(value: float | None, form: Form) -> str:
    """A number with the sign before it: ≈ where there is no room for the figures that it has elsewhere."""
    if value is None:
        return form.equals + UNKNOWN_VALUE
    text = format_number(value, form.figures)
    equals = form.equals if text == format_number(value) else ROUNDED_EQUALS[form.equals]
    return equals + text


def _write_frame(page: list[list[GraphCell]], box: GraphBox, row: int, left: int, width: int, palette: Palette) -> None:
    corners, across, down = STRONG_FRAME if box.active else FRAME
    style = palette.style("accent") if box.active else palette.lines
    inside = 3 if box.formula else 2
    _write_words(page, row, left, corners[0] + across * (width - 2) + corners[1], style)
    for line in range(row + 1, row + 1 + inside):
        _write_words(page, line, left, down, style)
        _write_words(page, line, left + width - 1, down, style)
    _write_words(page, row + 1 + inside, left, corners[2] + across * (width - 2) + corners[3], style)


def _write_box(page: list[list[GraphCell]], box: GraphBox, row: int, left: int, form: Form, palette: Palette) -> None:
    """Write a node's name and value, below them its formula and its gradient, as far as the form has lines."""
    style = palette.style("accent") + BOLD_STYLE if box.active else palette.plain + BOLD_STYLE
    value = palette.style("accent") if box.active else palette.plain
    _write_words(page, row, left, box.name, style)
    _write_words(page, row, left + cell_len(box.name), _number_words(box.value, form), value)
    gradient = f"∂{_number_words(box.gradient, form)}" if box.gradient is not None else ""
    if form.lines > 2:
        _write_words(page, row + 1, left, box.formula, palette.quiet)
        _write_words(page, row + (2 if box.formula else 1), left, gradient, palette.style("orange"))
    elif gradient:
        _write_words(page, row + 1, left, gradient, palette.style("orange"))
    else:
        _write_words(page, row + 1, left, box.formula, palette.quiet)


def _write_words(page: list[list[GraphCell]], row: int, column: int, text: str, style: Style) -> None:
    for k, character in enumerate(text):
        if column + k < len(page[row]):
            page[row][column + k] = GraphCell(character, style)


def _draw_across(page: list[list[GraphCell]], row: int, start: int, end: int, *, strong: bool) -> None:
    """Draw a line along a row, from the cell after `start` to that before `end`."""
    for column in range(max(0, start + 1), min(end, len(page[row]))):
        cell = page[row][column]
        cell.directions |= LEFT | RIGHT
        cell.strong |= strong


def _draw_connection(
    page: list[list[GraphCell]], run: Run, target: Slot, between: range, lead: int, strong: bool
) -> None:
    """Draw the line from a node to one in the next column, along its track."""
    track = between.start + lead + int(run.track)
    rows = sorted((run.source.row, target.row))
    _add_direction(page[run.source.row][track], LEFT, strong)
    _draw_across(page, run.source.row, between.start - 1, track, strong=strong)
    for row in range(*rows):
        _add_direction(page[row][track], DOWN, strong)
        _add_direction(page[row + 1][track], UP, strong)
    _add_direction(page[target.row][track], RIGHT, strong)
    _draw_across(page, target.row, track, between.stop, strong=strong)


def _draw_heads(
    page: list[list[GraphCell]],
    boxes: Sequence[GraphBox],
    run: Run,
    start: int,
    end: int,
    is_backward: bool,
    palette: Palette,
) -> None:
    """Set the arrowheads of `run`, whose lines go from the column `start` to the column `end`."""
    for target in run.targets:
        strong = _is_strong(boxes, target)
        if is_backward and strong:
            if not run.source.passing:
                page[run.source.row][start] = GraphCell("◀", palette.style("accent"))
        elif not target.passing:
            page[target.row][end] = GraphCell("▶", palette.style("accent") if strong else palette.lines)


def _mark_arrivals(page: list[list[GraphCell]], run: Run, track: int, is_backward: bool, palette: Palette) -> None:
    """Set arrowheads where lines of `run` meet that of another node: without them the two would look like one.

    Only within a line that has room for them, so that no arrowhead touches another or a number.
    """
    for target in run.targets:
        before, cell, after = page[target.row][track - 1 : track + 2]
        if target.passing or target.row == run.source.row or before.style or after.style or not before.directions:
            continue
        if is_backward and cell.strong:
            continue  # where a gradient goes is said by the heads at the other ends
        if (head := {UP: "▼", DOWN: "▲"}.get(cell.directions & (UP | DOWN))) and cell.directions & LEFT:
            cell.text, cell.style = head, palette.style("accent") if cell.strong else palette.lines


def _add_direction(cell: GraphCell, direction: int, strong: bool) -> None:
    cell.directions |= direction
    cell.strong |= strong


def _crop_around_active(
    page: list[list[GraphCell]], boxes: Sequence[GraphBox], plan: Plan, width: int, room: int
) -> list[list[GraphCell]]:
    """As much of the page as fits, around the node that the last step worked in."""
    left, at_row, at_column = 0, 0, 0
    for index, column in enumerate(plan.layout.columns):
        for slot in column:
            if not slot.passing and boxes[slot.node].active:
                at_row, at_column = slot.row, left
        left += plan.widths[index] + (plan.gaps[index] if index < len(plan.gaps) else 0)
    top = min(max(0, at_row - room // 2), max(0, len(page) - room))
    start = min(max(0, at_column - width // 2), max(0, plan.width - width))
    return [row[start : start + width] for row in page[top : top + room]]


def _row_strip(row: Sequence[GraphCell], palette: Palette) -> Strip:
    """A row of the page; neighbours of one style as one piece."""
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

"""Draws diagrams: columns of boxes that are joined by arrows, from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Diagram, Link, Node
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.diagram_rows import UNKNOWN_VALUE, row_words, settable_keys_of, with_formulas
from tutor.widgets.plots.settable import as_settable
from tutor.widgets.plots.strips import centre_strip, fit_strip, make_strip, pad_page, wrap_words

NORMAL_COLUMN_GAP = 3
"""Cells between two columns: room for an arrow with its shaft."""
NARROW_COLUMN_GAP = 1
"""The fewest cells between two columns: room for the head of an arrow."""
MAX_EXTRA_GAP = 4
"""The most cells by which a gap is widened if the width allows it."""
VALUE_CELLS = 10
"""Cells reserved for a value if the diagram has room, so that boxes keep their width while values change."""
MIN_VALUE_CELLS = 8
"""Cells reserved for a value in a narrow diagram."""
BOLD_STYLE = Style(bold=True)


@dataclass(frozen=True)
class DiagramLayout:
    """The layout of a diagram for a width."""

    box_widths: tuple[int, ...]
    """The width of the boxes in each column."""
    gaps: tuple[int, ...]
    """Cells between a column and the next."""
    are_labels_beneath: bool
    """Whether the arrows' labels are below the diagram, because there is no room between the boxes."""


def plan_layout(diagram: Diagram, width: int) -> DiagramLayout | None:
    """Find the roomiest layout of a diagram that fits into `width` cells; `None` if the boxes do not fit."""
    narrow_boxes, wide_boxes = _box_widths(diagram, MIN_VALUE_CELLS), _box_widths(diagram, VALUE_CELLS)
    label_gaps = _label_gaps(diagram)
    normal_gaps = (NORMAL_COLUMN_GAP,) * len(diagram.links)
    narrow_gaps = (NARROW_COLUMN_GAP,) * len(diagram.links)
    layouts = (  # from the roomiest to the narrowest
        DiagramLayout(wide_boxes, label_gaps, are_labels_beneath=False),
        DiagramLayout(narrow_boxes, label_gaps, are_labels_beneath=False),
        DiagramLayout(wide_boxes, normal_gaps, are_labels_beneath=True),
        DiagramLayout(narrow_boxes, normal_gaps, are_labels_beneath=True),
        DiagramLayout(narrow_boxes, narrow_gaps, are_labels_beneath=True),
    )
    for layout in layouts:
        spare_cells = width - sum(layout.box_widths) - sum(layout.gaps)
        if spare_cells >= 0:  # the first layout that fits; its gaps share the spare cells
            extra_gap = min(spare_cells // max(1, len(layout.gaps)), MAX_EXTRA_GAP)
            gaps = tuple(gap + extra_gap for gap in layout.gaps)
            has_labels = any(link.rows for link in diagram.links)
            return DiagramLayout(layout.box_widths, gaps, layout.are_labels_beneath and has_labels)
    return None


def _box_widths(diagram: Diagram, value_cells: int) -> tuple[int, ...]:
    """The width of each column's widest box, with at least so many cells for a value."""
    return tuple(max((_box_width(node, value_cells) for node in column), default=0) for column in diagram.columns)


def _label_gaps(diagram: Diagram) -> tuple[int, ...]:
    """For each gap between two columns, the cells that the labels of its arrows need."""
    return tuple(max(NORMAL_COLUMN_GAP, _link_width(link)) for link in diagram.links)


def diagram_widths(diagram: Diagram) -> tuple[int, int]:
    """(the least width of the boxes side by side, their full width with the arrows' labels between them)."""
    least_width = sum(_box_widths(diagram, MIN_VALUE_CELLS)) + NARROW_COLUMN_GAP * len(diagram.links)
    full_width = sum(_box_widths(diagram, VALUE_CELLS)) + sum(_label_gaps(diagram))
    return least_width, full_width


def diagram_height(diagram: Diagram, width: int) -> int:
    """The number of lines that `diagram` takes in `width` cells."""
    layout = plan_layout(diagram, width)
    if layout is None:  # the boxes do not fit side by side: the title, and the description in words
        return 1 + len(wrap_words(_describe_diagram(diagram), max(1, width)))
    column_lines = max((_column_height(column) for column in diagram.columns), default=0)
    label_lines = max((len(link.rows) for link in diagram.links), default=0)
    return 1 + column_lines + (label_lines if layout.are_labels_beneath else 0)


def diagram_full_size(diagram: Diagram) -> tuple[int, int]:
    """(the columns, the lines) that `diagram` can use at most: with all its formulas, and labels below them."""
    versions = _versions(diagram)
    heights = [diagram_height(version, diagram_widths(version)[0]) for version in versions]
    return max(diagram_widths(version)[1] for version in versions), max(heights)


def _versions(diagram: Diagram) -> tuple[Diagram, ...]:
    """The diagram with its formulas and blank rows, with its formulas, and without them: from high to low."""
    return with_formulas(diagram, is_spaced=True), with_formulas(diagram, is_spaced=False), diagram


def diagram_strips(diagram: Diagram, palette: Palette, width: int, height: int) -> list[Strip]:
    """Draw `diagram` in exactly width × height cells: boxes side by side, or one below the other, or else words.

    Boxes side by side have the formulas of their values where these fit.
    """
    layout = plan_layout(diagram, width)
    title = _title_strip(diagram, palette, width)
    for version in _versions(diagram):
        layout_of_version = plan_layout(version, width)
        if layout_of_version is None or diagram_height(version, width) > height:
            continue
        body = _side_by_side_strips(version, layout_of_version, palette, width)
        spare_lines = height - 1 - len(body)  # 1 line is the title
        gap = [Strip.blank(width)] if spare_lines > 1 else []
        return pad_page([title, *gap, *body], width, height)
    if layout is None:
        stacked = stacked_strips(diagram, palette, width)
        if _fits_below_title(stacked, width, height):
            return pad_page([title, *stacked], width, height)
    words = [make_strip((line, palette.plain)) for line in wrap_words(_describe_diagram(diagram), max(1, width))]
    return pad_page([title, *words], width, height)


def _fits_below_title(stacked: Sequence[Strip], width: int, height: int) -> bool:
    """Whether these lines of stacked boxes fit into width × height cells, of which the title takes a line."""
    return len(stacked) < height and all(line.cell_length <= width for line in stacked)


def writes_all_figures(diagram: Diagram, palette: Palette, width: int, height: int) -> bool:
    """Whether `diagram` is drawn with all its numbers in width × height cells, and not described in words."""
    if plan_layout(diagram, width) is not None:
        return diagram_height(diagram, width) <= height
    return _fits_below_title(stacked_strips(diagram, palette, width), width, height)


def _side_by_side_strips(diagram: Diagram, layout: DiagramLayout, palette: Palette, width: int) -> list[Strip]:
    """Draw the boxes and arrows from left to right, in the middle of `width` cells."""
    height = max(_column_height(column) for column in diagram.columns)
    parts: list[list[Strip]] = []  # columns of boxes and arrows alternate; each part has `height` lines
    for index, column in enumerate(diagram.columns):
        is_target_of_fan = len(column) == 1 and index > 0 and _is_fan(diagram, index - 1)
        min_box_height = height if is_target_of_fan else 0  # the box must be high enough for all arrows of the fan
        parts.append(_column_strips(column, palette, layout.box_widths[index], height, min_box_height))
        if index < len(diagram.links):
            link = diagram.links[index]
            rows = () if layout.are_labels_beneath else link.rows
            fan = _box_middles(column, height) if _is_fan(diagram, index) else ()
            parts.append(_arrow_strips(link, rows, palette, layout.gaps[index], height, fan))
    left = max(0, (width - sum(layout.box_widths) - sum(layout.gaps)) // 2)
    body = [Strip.join([Strip.blank(left), *(part[line] for part in parts)]) for line in range(height)]
    if layout.are_labels_beneath:
        body += _label_strips_beneath(diagram, layout, palette, width, left)
    return body


def stacked_strips(diagram: Diagram, palette: Palette, width: int) -> list[Strip]:
    """Draw the boxes one below the other, without frames, for a width in which they do not fit side by side."""
    lines: list[Strip] = []
    for index, column in enumerate(diagram.columns):
        for node in column:
            pointer = "▸" if node.active else " "
            state = " (off)" if node.off else ""
            style = palette.style("accent", bold=True) if node.active else palette.plain + BOLD_STYLE
            heading = make_strip((f"{pointer} {node.heading}{state}", style))
            lines += [heading, *_row_strips(node, "    ", palette, width)]
        if index < len(diagram.links):
            link = diagram.links[index]
            arrow = "  ▲ " if link.backward else "  ▼ "
            lines += _row_strips(link, arrow, palette, width) or [make_strip((arrow, palette.lines))]
    return lines


def _row_strips(box_or_arrow: Node | Link, indent: str, palette: Palette, width: int) -> list[Strip]:
    """Write the rows of a box or an arrow, as many per line as fit; `indent` begins each line: an arrow or blanks."""
    style = palette.quiet if isinstance(box_or_arrow, Link) else palette.plain
    gap = make_strip(("   ", style))  # between two rows in one line
    lines: list[Strip] = []
    for (name, text), key in zip(box_or_arrow.rows, settable_keys_of(box_or_arrow), strict=True):
        row = as_settable(make_strip((row_words(name, text), style)), key)
        if lines and lines[-1].cell_length + gap.cell_length + row.cell_length <= width:
            lines[-1] = Strip.join([lines[-1], gap, row])
        else:
            lines.append(Strip.join([make_strip((indent, style)), row]))
    return lines


def _title_strip(diagram: Diagram, palette: Palette, width: int) -> Strip:
    """The title, with the direction of the pass at the right if there is room for both."""
    if any(link.backward for link in diagram.links):
        direction = make_strip(("◀ backward pass", palette.style("orange")))
    else:
        direction = make_strip(("forward pass ▶", palette.style("blue")))
    title = make_strip((diagram.title, palette.plain + BOLD_STYLE))
    gap = width - title.cell_length - direction.cell_length
    if gap < 1:
        return fit_strip(title, width)
    return fit_strip(Strip.join([title, Strip.blank(gap), direction]), width)


def _is_fan(diagram: Diagram, index: int) -> bool:
    """Whether each box of the column at `index` has its own arrow to the only box of the next column."""
    column, next_column = diagram.columns[index], diagram.columns[index + 1]
    return len(column) > 1 and len(next_column) == 1 and len(diagram.links[index].rows) == len(column)


def _box_middles(column: Sequence[Node], height: int) -> tuple[int, ...]:
    """The middle line of each box of a column that stands in the middle of `height` lines."""
    box_top, middles = (height - _column_height(column)) // 2, []
    for node in column:
        middles.append(box_top + (len(node.rows) + 1) // 2)
        box_top += _box_height(node)
    return tuple(middles)


def _box_height(node: Node) -> int:
    """The lines of a box, with its frame."""
    return len(node.rows) + 2


def _box_width(node: Node, value_cells: int) -> int:
    """The width of a box with its frame. If it has several values, each has at least `value_cells` cells."""
    min_value_cells = value_cells if len(node.rows) > 1 else 0
    name_width = _name_width(node)
    row_widths = [
        name_width + 1 + max(cell_len(value), min_value_cells) if name else cell_len(value) for name, value in node.rows
    ]
    return 2 + max([cell_len(_heading_words(node)) + 2, *row_widths])


def _name_width(node: Node) -> int:
    """The width of the longest name in a box."""
    return max((cell_len(name) for name, _ in node.rows), default=0)


def _heading_words(node: Node) -> str:
    """The heading of a box, with words or a sign if it is off or active."""
    if node.off:
        return f"{node.heading} off"
    return f"▸{node.heading}" if node.active else f" {node.heading}"


def _link_width(link: Link) -> int:
    """The cells that an arrow's longest label needs, now or once all values are known."""
    return max((cell_len(row_words(name, text or " " * VALUE_CELLS)) + 2 for name, text in link.rows), default=0)


def _column_height(column: Sequence[Node]) -> int:
    """The lines of all boxes of a column."""
    return sum(_box_height(node) for node in column)


def _column_strips(
    column: Sequence[Node], palette: Palette, width: int, height: int, min_box_height: int
) -> list[Strip]:
    """Draw the boxes of a column in the middle of `height` lines; each box has at least `min_box_height` lines."""
    lines = [line for node in column for line in _box_strips(node, palette, width, min_box_height)]
    lines_above = (height - len(lines)) // 2
    blank = Strip.blank(width)
    return [blank] * lines_above + lines + [blank] * (height - lines_above - len(lines))


def _box_strips(node: Node, palette: Palette, width: int, min_height: int) -> list[Strip]:
    """A box with its heading in the frame and its names and values inside, in at least `min_height` lines."""
    frame_style = palette.style("accent") if node.active else palette.lines
    text_style = palette.quiet if node.off else palette.plain
    if node.active:
        corners, horizontal, vertical = "┏┓┗┛", "━", "┃"
    else:
        corners, horizontal, vertical = "┌┐└┘", "╌" if node.off else "─", "│"
    heading = _heading_words(node) + " "
    top_edge = make_strip(
        (corners[0], frame_style),
        (heading, (palette.style("accent") if node.active else text_style) + BOLD_STYLE),
        (horizontal * (width - 2 - cell_len(heading)) + corners[1], frame_style),
    )
    bottom_edge = make_strip((corners[2] + horizontal * (width - 2) + corners[3], frame_style))
    side = make_strip((vertical, frame_style))
    name_width = _name_width(node)
    value_width = width - 2 - name_width - 1
    lines = [top_edge]
    for (name, value), key in zip(node.rows, settable_keys_of(node), strict=True):
        if not name:  # a formula, or a blank row
            formula = make_strip((value.rjust(width - 2), palette.quiet))
            lines.append(Strip.join([side, formula, side]))
            continue
        padded_name = f"{name}{' ' * (name_width - cell_len(name))} "
        padded_value = (value or UNKNOWN_VALUE).rjust(value_width)
        row = make_strip((padded_name, palette.quiet), (padded_value, text_style if value else palette.quiet))
        lines.append(Strip.join([side, as_settable(row, key), side]))
    lines += [Strip.join([side, Strip.blank(width - 2), side])] * (min_height - 1 - len(lines))
    return [*lines, bottom_edge]


def _arrow_strips(
    link: Link, rows: Sequence[tuple[str, str]], palette: Palette, width: int, height: int, fan: Sequence[int]
) -> list[Strip]:
    """Draw an arrow in the middle of `height` lines, with its first label above it and the others below.

    `rows` are the labels as (name, value). `fan` has the indices of the lines of several arrows, each with one label
    above it; if it is empty, there is one arrow.
    """
    style = palette.style("accent") if link.active else palette.lines
    shaft = ("━" if link.active else "─") * (width - 3)
    if width < NORMAL_COLUMN_GAP:
        arrow = ("◀" if link.backward else "▶").center(width)
    else:
        arrow = f" ◀{shaft} " if link.backward else f" {shaft}▶ "
    lines = [Strip.blank(width)] * height
    middle = (height - 1) // 2
    for line in fan or (middle,):
        lines[line] = make_strip((arrow, style))
    if fan:
        label_lines = [line - 1 for line in fan]
    else:  # the first label is above the arrow, the others are below it
        label_lines = [middle - 1, *(middle + index for index in range(1, len(rows)))]
    for (name, value), key, line in zip(rows, settable_keys_of(link), label_lines, strict=False):
        if 0 <= line < height:
            label = _label_strip(name, value, palette=palette, active=link.active)
            lines[line] = centre_strip(as_settable(label, key), width)
    return lines


def _label_strip(name: str, text: str, *, palette: Palette, active: bool) -> Strip:
    """A label of an arrow: a name with its value, or with a dot if the value is not known yet."""
    if not name:  # a formula
        return make_strip((text, palette.quiet))
    known_style = palette.style("accent") + BOLD_STYLE if active else palette.plain
    return make_strip((f"{name} ", palette.quiet), (text or UNKNOWN_VALUE, known_style if text else palette.quiet))


def _label_strips_beneath(
    diagram: Diagram, layout: DiagramLayout, palette: Palette, width: int, left: int
) -> list[Strip]:
    """Write the arrows' labels below a diagram that begins at the column `left`, each label beneath its arrow."""
    lines = []
    for row in range(max(len(link.rows) for link in diagram.links)):
        line = Strip([])
        gap_start = left  # the first column of the gap with the arrow
        for index, link in enumerate(diagram.links):
            gap_start += layout.box_widths[index]
            if row < len(link.rows):
                label = _label_strip(*link.rows[row], palette=palette, active=link.active)
                label = as_settable(label, settable_keys_of(link)[row])
                centred_start = gap_start + layout.gaps[index] // 2 - label.cell_length // 2
                padding = Strip.blank(max(0, centred_start - line.cell_length))
                line = Strip.join([line, padding, label, Strip.blank(1)])
            gap_start += layout.gaps[index]
        lines.append(fit_strip(line, width))
    return lines


def _describe_diagram(diagram: Diagram) -> str:
    """The whole diagram in words."""
    sentences = []
    for index, column in enumerate(diagram.columns):
        for node in column:
            values = ", ".join(row_words(name, text) for name, text in node.rows if text)
            heading = node.heading
            if node.active:
                heading += " (now)"
            elif node.off:
                heading += " (off)"
            sentences.append(f"{heading}: {values or 'nothing yet'}")
        if index < len(diagram.links):
            sentences += [row_words(name, text) for name, text in diagram.links[index].rows if text]
    return "; ".join(sentences) + "."

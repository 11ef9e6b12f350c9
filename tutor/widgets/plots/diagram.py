"""Diagrams: columns of boxes joined left to right, small enough to be read."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Diagram, Link, Node
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.settable import as_settable
from tutor.widgets.plots.strips import centre_strip, fit_strip, make_strip, pad_page, wrap_words

NORMAL_COLUMN_GAP = 3
"""Cells between two columns: for an arrow with its shaft."""
NARROW_COLUMN_GAP = 1
"""The fewest cells between two columns: for the head of an arrow."""
MAX_EXTRA_GAP = 4
"""The most cells that a gap gets besides from what is left of the width."""
UNKNOWN_VALUE = "·"
"""Stands for a value that is not known yet."""
VALUE_CELLS = 9
"""Cells kept for a value where there is room, so that boxes keep their width while values change."""
MIN_VALUE_CELLS = 8
"""Cells kept for a value where there is little room."""
BOLD_STYLE = Style(bold=True)


@dataclass(frozen=True)
class DiagramLayout:
    """The layout of a diagram for a width."""

    box_widths: tuple[int, ...]
    """One for each column."""
    gaps: tuple[int, ...]
    """Cells between a column and the next."""
    are_labels_beneath: bool
    """Whether the arrows' labels are below the diagram, for lack of room between the boxes."""


def plan_layout(diagram: Diagram, width: int) -> DiagramLayout | None:
    """The widths of boxes and gaps in `width` cells; `None` when the boxes do not fit."""
    tight, roomy = _box_widths(diagram, MIN_VALUE_CELLS), _box_widths(diagram, VALUE_CELLS)
    label_gaps = _label_gaps(diagram)
    normal_gaps = (NORMAL_COLUMN_GAP,) * len(diagram.links)
    narrow_gaps = (NARROW_COLUMN_GAP,) * len(diagram.links)
    for box_widths, gaps, are_labels_beneath in (
        (roomy, label_gaps, False),
        (tight, label_gaps, False),
        (roomy, normal_gaps, True),
        (tight, normal_gaps, True),
        (tight, narrow_gaps, True),
    ):
        spare = width - sum(box_widths) - sum(gaps)
        if spare >= 0:
            extra = min(spare // max(1, len(gaps)), MAX_EXTRA_GAP)
            has_labels = any(link.rows for link in diagram.links)
            return DiagramLayout(box_widths, tuple(gap + extra for gap in gaps), are_labels_beneath and has_labels)
    return None


def _box_widths(diagram: Diagram, value_cells: int) -> tuple[int, ...]:
    """The width of each column's widest box, with so many cells kept for a value."""
    return tuple(max((_box_width(node, value_cells) for node in column), default=0) for column in diagram.columns)


def _label_gaps(diagram: Diagram) -> tuple[int, ...]:
    """The gaps between columns in which the arrows' labels have room."""
    return tuple(max(NORMAL_COLUMN_GAP, _link_width(link)) for link in diagram.links)


def diagram_widths(diagram: Diagram) -> tuple[int, int]:
    """The width its boxes need side by side, and the width including the arrows' labels."""
    tight, roomy = sum(_box_widths(diagram, MIN_VALUE_CELLS)), sum(_box_widths(diagram, VALUE_CELLS))
    return tight + NARROW_COLUMN_GAP * len(diagram.links), roomy + sum(_label_gaps(diagram))


def diagram_height(diagram: Diagram, width: int) -> int:
    """The lines that `diagram` takes in `width` cells."""
    layout = plan_layout(diagram, width)
    if layout is None:
        return 1 + len(wrap_words(_describe_diagram(diagram), max(1, width)))
    tallest = max((_column_height(column) for column in diagram.columns), default=0)
    beneath = max((len(link.rows) for link in diagram.links), default=0) if layout.are_labels_beneath else 0
    return 1 + tallest + beneath


def diagram_strips(diagram: Diagram, palette: Palette, width: int, height: int) -> list[Strip]:
    """`diagram` in exactly width × height cells; in words where its boxes do not fit."""
    layout = plan_layout(diagram, width)
    title = _title_strip(diagram, palette, width)
    if layout is None:
        down = stacked_strips(diagram, palette, width)
        if len(down) < height and all(line.cell_length <= width for line in down):
            return pad_page([title, *down], width, height)
    if layout is None or diagram_height(diagram, width) > height:
        words = [make_strip((line, palette.plain)) for line in wrap_words(_describe_diagram(diagram), max(1, width))]
        return pad_page([title, *words], width, height)
    tall = max(_column_height(column) for column in diagram.columns)
    parts: list[list[Strip]] = []
    for index, column in enumerate(diagram.columns):
        stretched = len(column) == 1 and index > 0 and _is_fan(diagram, index - 1)
        parts.append(_column_strips(column, palette, layout.box_widths[index], tall, tall if stretched else 0))
        if index < len(diagram.links):
            link = diagram.links[index]
            rows = () if layout.are_labels_beneath else link.rows
            fan = _box_middles(column, tall) if _is_fan(diagram, index) else ()
            parts.append(_arrow_strips(link, rows, palette, layout.gaps[index], tall, fan))
    total = sum(layout.box_widths) + sum(layout.gaps)
    left = max(0, (width - total) // 2)
    body = [Strip.join([Strip.blank(left), *(part[line] for part in parts)]) for line in range(tall)]
    if layout.are_labels_beneath:
        body += _label_strips_beneath(diagram, layout, palette, width, left)
    spare = height - 1 - len(body)
    return pad_page([title, *([Strip.blank(width)] if spare > 1 else []), *body], width, height)


def stacked_strips(diagram: Diagram, palette: Palette, width: int) -> list[Strip]:
    """The boxes below each other, for a width that does not allow them side by side."""
    lines: list[Strip] = []
    for index, column in enumerate(diagram.columns):
        for node in column:
            heading = f"{'▸' if node.active else ' '} {node.heading}{' (off)' if node.off else ''}"
            style = palette.style("accent", bold=True) if node.active else palette.plain + BOLD_STYLE
            lines += [make_strip((heading, style)), *_row_strips(node, "    ", palette, width)]
        if index < len(diagram.links):
            link = diagram.links[index]
            arrow = "  ▲ " if link.backward else "  ▼ "
            lines += _row_strips(link, arrow, palette, width) or [make_strip((arrow, palette.lines))]
    return lines


def _row_strips(part: Node | Link, lead: str, palette: Palette, width: int) -> list[Strip]:
    """The rows of a box or an arrow, as many in a line as fit, after a lead."""
    style = palette.quiet if lead.strip() else palette.plain
    lines: list[Strip] = []
    for row, key in zip(part.rows, _settable_keys(part), strict=True):
        piece = as_settable(make_strip((_row_words(*row), style)), key)
        if lines and lines[-1].cell_length + 3 + piece.cell_length <= width:
            lines[-1] = Strip.join([lines[-1], make_strip(("   ", style)), piece])
        else:
            lines.append(Strip.join([make_strip((lead, style)), piece]))
    return lines


def _title_strip(diagram: Diagram, palette: Palette, width: int) -> Strip:
    """The title, with the direction of the pass at the right where there is room for both."""
    backward = any(link.backward for link in diagram.links)
    direction, role = (
        ("◀ backward pass", palette.style("orange")) if backward else ("forward pass ▶", palette.style("blue"))
    )
    title = make_strip((diagram.title, palette.plain + BOLD_STYLE))
    gap = width - title.cell_length - cell_len(direction)
    if gap < 1:
        return fit_strip(title, width)
    return fit_strip(Strip.join([title, Strip.blank(gap), make_strip((direction, role))]), width)


def _is_fan(diagram: Diagram, index: int) -> bool:
    """Whether each box of a column has an arrow of its own to the one box of the next."""
    before, after = diagram.columns[index], diagram.columns[index + 1]
    return len(before) > 1 and len(after) == 1 and len(diagram.links[index].rows) == len(before)


def _box_middles(column: Sequence[Node], tall: int) -> tuple[int, ...]:
    """The middle line of each box of a column in `tall` lines."""
    top, middles = (tall - _column_height(column)) // 2, []
    for node in column:
        middles.append(top + (len(node.rows) + 1) // 2)
        top += len(node.rows) + 2
    return tuple(middles)


def _box_width(node: Node, value: int) -> int:
    rows = [_name_width(node) + 1 + max(cell_len(text), value if len(node.rows) > 1 else 0) for _, text in node.rows]
    return 2 + max([cell_len(_heading_words(node)) + 2, *rows])


def _name_width(node: Node) -> int:
    return max((cell_len(name) for name, _ in node.rows), default=0)


def _heading_words(node: Node) -> str:
    return f"{node.heading} off" if node.off else f"▸{node.heading}" if node.active else f" {node.heading}"


def _link_width(link: Link) -> int:
    return max((cell_len(_row_words(name, text)) + 2 for name, text in link.rows), default=0)


def _row_words(name: str, text: str) -> str:
    return f"{name} {text or UNKNOWN_VALUE}"


def _column_height(column: Sequence[Node]) -> int:
    return sum(len(node.rows) + 2 for node in column)


def _column_strips(column: Sequence[Node], palette: Palette, width: int, tall: int, least: int = 0) -> list[Strip]:
    """The boxes of a column, each of at least that many lines, in the middle of `tall` lines."""
    lines = [line for node in column for line in _box_strips(node, palette, width, least)]
    above = (tall - len(lines)) // 2
    blank = Strip.blank(width)
    return [blank] * above + lines + [blank] * (tall - above - len(lines))


def _box_strips(node: Node, palette: Palette, width: int, least: int = 0) -> list[Strip]:
    """A box with its heading in the frame and its names and values inside, in at least `least` lines."""
    edge = palette.style("accent") if node.active else palette.lines
    text = palette.quiet if node.off else palette.plain
    corners, across, down = ("┏┓┗┛", "━", "┃") if node.active else ("┌┐└┘", "╌" if node.off else "─", "│")
    heading = _heading_words(node) + " "
    head = make_strip(
        (corners[0], edge),
        (heading, (palette.style("accent") if node.active else text) + BOLD_STYLE),
        (across * (width - 2 - cell_len(heading)) + corners[1], edge),
    )
    names = _name_width(node)
    lines = [head]
    side = make_strip((down, edge))
    for (name, value), key in zip(node.rows, _settable_keys(node), strict=True):
        room = width - 2 - names - 1
        value_text = (value or UNKNOWN_VALUE).rjust(room)
        row = make_strip(
            (f"{name}{' ' * (names - cell_len(name))} ", palette.quiet),
            (value_text, text if value else palette.quiet),
        )
        lines.append(Strip.join([side, as_settable(row, key), side]))
    lines += [Strip.join([side, Strip.blank(width - 2), side])] * (least - 1 - len(lines))
    return [*lines, make_strip((corners[2] + across * (width - 2) + corners[3], edge))]


def _arrow_strips(
    link: Link, rows: Sequence[tuple[str, str]], palette: Palette, width: int, tall: int, fan: Sequence[int] = ()
) -> list[Strip]:
    """The arrow in the middle of `tall` lines, with the first row over it and the others under it.

    A fan has an arrow in each of its lines, each with its own row over it.
    """
    style = palette.style("accent") if link.active else palette.lines
    across = "━" if link.active else "─"
    shaft = f" ◀{across * (width - 3)} " if link.backward else f" {across * (width - 3)}▶ "
    if width < NORMAL_COLUMN_GAP:
        shaft = ("◀" if link.backward else "▶").center(width)
    lines = [Strip.blank(width)] * tall
    middle = (tall - 1) // 2
    for place in fan or (middle,):
        lines[place] = make_strip((shaft, style))
    for index, (row, key) in enumerate(zip(rows, _settable_keys(link), strict=False)):
        place = fan[index] - 1 if fan else middle - 1 if index == 0 else middle + index
        if 0 <= place < tall:
            label = _label_strip(*row, palette=palette, active=link.active)
            lines[place] = centre_strip(as_settable(label, key), width)
    return lines


def _settable_keys(part: Node | Link) -> Sequence[str]:
    """For each row of a box or an arrow, the quantity that it lets a learner set; "" for none."""
    return part.keys or ("",) * len(part.rows)


def _label_strip(name: str, text: str, *, palette: Palette, active: bool) -> Strip:
    style = palette.style("accent") + BOLD_STYLE if active else palette.plain
    return make_strip((f"{name} ", palette.quiet), (text or UNKNOWN_VALUE, style if text else palette.quiet))


def _label_strips_beneath(
    diagram: Diagram, layout: DiagramLayout, palette: Palette, width: int, left: int
) -> list[Strip]:
    """Lines below the diagram with the labels of the arrows, each beneath its arrow."""
    lines = []
    for row in range(max(len(link.rows) for link in diagram.links)):
        line, place, column = Strip([]), 0, left
        for index, link in enumerate(diagram.links):
            column += layout.box_widths[index]
            if row < len(link.rows):
                label = _label_strip(*link.rows[row], palette=palette, active=link.active)
                label = as_settable(label, _settable_keys(link)[row])
                start = max(place, column + layout.gaps[index] // 2 - label.cell_length // 2)
                line = Strip.join([line, Strip.blank(start - place), label])
                place = start + label.cell_length + 1
                line = line.extend_cell_length(place)
            column += layout.gaps[index]
        lines.append(fit_strip(line, width))
    return lines


def _describe_diagram(diagram: Diagram) -> str:
    """The whole diagram in words."""
    sentences = []
    for index, column in enumerate(diagram.columns):
        for node in column:
            rows = ", ".join(_row_words(name, text) for name, text in node.rows if text)
            marks = " (now)" if node.active else " (off)" if node.off else ""
            sentences.append(f"{node.heading}{marks}: {rows or 'nothing yet'}")
        if index < len(diagram.links):
            sentences += [_row_words(name, text) for name, text in diagram.links[index].rows if text]
    return "; ".join(sentences) + "."

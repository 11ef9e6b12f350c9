"""Lays a formula out in two dimensions, as books do with a formula on lines of its own."""

import unicodedata
from collections.abc import Iterable

from tutor.maths import box as boxes
from tutor.maths import symbols
from tutor.maths.box import EMPTY_BOX, Box, join_horizontally, join_vertically, pad, text_box
from tutor.maths.line import LineFormatter, join_cells, small_scripts
from tutor.maths.spacing import space_items
from tutor.maths.tree import (
    Accent,
    Atom,
    Brace,
    Fence,
    Fraction,
    Node,
    Root,
    Row,
    Script,
    Space,
    Stack,
    Table,
    WideMark,
    padded_rows,
    strip_scripts,
)

_LINE_FORMATTER = LineFormatter()
_ARROWS = {"→": ("─", False), "←": ("─", True), "⇒": ("═", False)}
"""Arrow → the character of its shaft, and whether its head is on the left."""


def layout(node: Node) -> Box:
    """Lay `node` out as a box of characters."""
    match node:
        case Atom():
            return text_box(node.text)
        case Space():
            return text_box(" " * node.cells)
        case Row():
            return join_horizontally(_space_boxes(node))
        case Fraction():
            return _lay_out_fraction(node)
        case Script():
            return _lay_out_script(node)
        case Root():
            return boxes.draw_root(layout(node.body), _raised_script(node.index) if node.index else "")
        case Accent():
            return _lay_out_accent(node)
        case WideMark():
            return _lay_out_wide(node)
        case Brace():
            return _lay_out_brace(node)
        case Stack():
            return _set_limits(_stretch_arrow(node), node.below, node.above)
        case Fence():
            return _lay_out_fence(node)
        case Table():
            return _lay_out_table(node)


def _space_boxes(row: Row) -> list[tuple[int, Box]]:
    """The boxes of a row, each with the gap before it.

    A tall bracket directly after a letter or digit gets a gap of one cell, so that the two do not touch.
    """
    spaced: list[tuple[int, Box]] = []
    for item in space_items(row.items):
        box, gap = layout(item.node), item.gap
        if spaced and not gap and _begins_with_tall_bracket(item.node):
            _, box_before = spaced[-1]
            last_character = box_before.lines[box_before.baseline][-1:]
            gap = int(last_character.isalnum())
        spaced.append((gap, box))
    return spaced


def _begins_with_tall_bracket(node: Node) -> bool:
    """Whether `node` begins with a bracket of several lines."""
    inner = strip_scripts(node)
    return isinstance(inner, Fence) and bool(inner.left) and grows(inner, layout(inner.body))


def _script_line(node: Node) -> str:
    """Write a script in one line, even if it is a fraction, as the exponents in books are."""
    return _LINE_FORMATTER.format(node, is_tight=True)


def _raised_script(node: Node) -> str:
    """Write a script in raised characters; in plain ones if Unicode lacks any of them."""
    line = _script_line(node)
    return symbols.translate_all(line, symbols.SUPERSCRIPTS) or line


def _lay_out_fraction(node: Fraction) -> Box:
    """Lay out a fraction, with a longer bar if it contains fractions; a binomial coefficient has no bar."""
    numerator, denominator = layout(node.numerator), layout(node.denominator)
    if not node.has_bar:
        return join_vertically([numerator, EMPTY_BOX, denominator], baseline=numerator.height)
    contains_fraction = any(isinstance(strip_scripts(half), Fraction) for half in (node.numerator, node.denominator))
    return boxes.draw_fraction(numerator, denominator, overhang=2 if contains_fraction else 0)


def _lay_out_script(node: Script) -> Box:
    """Lay out a base with its scripts: as limits, at its corners, in small characters, or on lines of their own."""
    base = layout(node.base)
    if node.limits:
        return _set_limits(base, below=node.sub, above=node.sup)
    sub = _script_line(node.sub) if node.sub else ""
    sup = _script_line(node.sup) if node.sup else ""
    primes = _LINE_FORMATTER.format_primes(node.primes)
    small = small_scripts(sup, sub)
    small_sup, small_sub = small or (sup, sub)
    if base.height > 1 and (small or node.primes) and _is_bracketed(node.base):
        return boxes.attach_corner_scripts(base, sub=small_sub, sup=primes + small_sup)
    if small:
        return join_horizontally([(0, base), (0, text_box(primes + small_sub + small_sup))])
    # Scripts on lines of their own. The primes are next to the base, so the superscript begins after them.
    sub_box = text_box(sub) if sub else None
    sup_box = text_box(" " * len(primes) + sup) if sup else None
    with_scripts = boxes.attach_scripts(base, sub_box, sup_box)
    if not primes:
        return with_scripts
    lines = list(with_scripts.lines)
    base_length = len(base.lines[base.baseline])  # in characters
    lines[with_scripts.baseline] = lines[with_scripts.baseline][:base_length] + primes
    return _pad_lines(lines, with_scripts.baseline)


def _pad_lines(lines: list[str], baseline: int) -> Box:
    """Make a box of `lines`, which are padded with blanks to the width of the widest."""
    width = max(boxes.cell_width(line) for line in lines)
    return Box(tuple(line + " " * (width - boxes.cell_width(line)) for line in lines), baseline, width)


def _is_bracketed(node: Node) -> bool:
    """Whether `node`, apart from its scripts, is something in brackets."""
    return isinstance(strip_scripts(node), Fence)


def _stretch_arrow(node: Stack) -> Box:
    """Lay out the body of a stack; an arrow grows to the length of its labels."""
    if not isinstance(node.body, Atom) or node.body.text not in _ARROWS:
        return layout(node.body)
    arrow = node.body.text
    labels = [label for label in (node.above, node.below) if label]
    label_width = max((_lay_out_limit(label).width for label in labels), default=0)
    shaft_character, head_is_left = _ARROWS[arrow]
    shaft = shaft_character * (label_width + 1)
    return text_box(arrow + shaft if head_is_left else shaft + arrow)


def _set_limits(base: Box, below: Node | None, above: Node | None) -> Box:
    """Put limits below and above `base`, centred, and each on one line as scripts are."""
    above_boxes = [_lay_out_limit(above)] if above else []
    below_boxes = [_lay_out_limit(below)] if below else []
    lines_above = sum(box.height for box in above_boxes)
    return join_vertically([*above_boxes, base, *below_boxes], lines_above + base.baseline)


def _lay_out_limit(node: Node) -> Box:
    r"""Lay out a limit on one line; a `\substack` on as many lines as it has."""
    inner = strip_scripts(node)
    if isinstance(inner, Table) and inner.kind == "stack":
        return join_vertically([text_box(_script_line(cells[0])) for cells in inner.rows], baseline=0)
    return text_box(_script_line(node))


def _lay_out_accent(node: Accent) -> Box:
    """Lay out a letter with its mark in one cell; above anything longer the mark gets a line of its own."""
    body = layout(node.body)
    letter = strip_scripts(node.body)
    if isinstance(letter, Atom) and body.width == body.height == 1:
        return text_box(unicodedata.normalize("NFC", letter.text + symbols.ACCENTS[node.mark]))
    character = symbols.SPACING_ACCENTS.get(node.mark, symbols.ACCENTS[node.mark])
    accent = character * body.width if node.mark == "bar" else character
    return join_vertically([text_box(accent), body], body.baseline + 1)


def _lay_out_wide(node: WideMark) -> Box:
    """Lay out a body in a frame, or with a rule or an arrow above or below it."""
    body = layout(node.body)
    if node.mark == "box":
        return boxes.draw_frame(body)
    if node.mark == "underline":
        return join_vertically([body, text_box("▔" * body.width)], body.baseline)
    line_above = "─" * (body.width - 1) + "→" if node.mark == "vec" else "▁" * body.width
    return join_vertically([text_box(line_above), body], body.baseline + 1)


def _lay_out_brace(node: Brace) -> Box:
    """Lay out a body with a horizontal brace over or under it, and the label beyond that if there is one."""
    body = layout(node.body)
    brace = boxes.draw_brace(body.width, is_over=node.is_over)
    label_boxes = [layout(node.label)] if node.label else []
    if node.is_over:
        lines_above = sum(box.height for box in label_boxes) + brace.height
        return join_vertically([*label_boxes, brace, body], lines_above + body.baseline)
    return join_vertically([body, brace, *label_boxes], body.baseline)


def _lay_out_fence(node: Fence) -> Box:
    """Lay out a body in brackets, which grow with it if it is tall."""
    body = layout(node.body)
    if not grows(node, body):
        return join_horizontally([(0, text_box(node.left)), (0, body), (0, text_box(node.right))])
    if node.left == "{" and not node.right and body.height == 2:
        # Two cases get an empty row between them, beside which the tip of the brace is drawn.
        first_case, second_case = Box(body.lines[:1], 0, body.width), Box(body.lines[1:], 0, body.width)
        body = join_vertically([first_case, EMPTY_BOX, second_case], 1)
    left = boxes.draw_bracket(node.left, body.height, body.baseline)
    right = boxes.draw_bracket(node.right, body.height, body.baseline)
    left_gap = 1 if node.left else 0
    right_gap = 1 if node.right else 0
    return join_horizontally([(0, left), (left_gap, body), (right_gap, right)])


def grows(node: Fence, body: Box) -> bool:
    """Whether the brackets of `node` grow with its body; not if only a script makes the body taller than a line."""
    return body.height > 1 and any(_is_tall(item) for item in node.body.items)


def _is_tall(node: Node) -> bool:
    """Whether brackets around a node must grow: for fractions, tables, braces and the limits of a sum or product.

    They do not grow for a script, or for what is only drawn above or below: a root's roof, an accent, a label.
    """
    match node:
        case Fraction() | Table() | Brace():
            return True
        case Row():
            return any(_is_tall(item) for item in node.items)
        case Script():
            return node.limits or _is_tall(node.base)
        case Fence() | Root() | Accent() | WideMark() | Stack():
            return _is_tall(node.body)
        case _:
            return False


def _lay_out_table(node: Table) -> Box:
    """Lay out a matrix, cases or aligned equations, with columns as wide as their widest cells."""
    if node.kind in ("aligned", "gathered"):
        return layout_aligned(node)
    rows = [[layout(cell) for cell in row] for row in padded_rows(node)]
    column_widths = [max(cell.width for cell in column) for column in zip(*rows, strict=True)]
    gap = 3 if node.kind == "cases" else 2
    padded = []
    for row in rows:
        aligned_cells = [pad(cell, column_widths[index], _alignment_of(node, index)) for index, cell in enumerate(row)]
        padded.append(_join_columns(aligned_cells, gap))
    return _stack_rows(padded, "l")


def _join_columns(cells: Iterable[Box], gap: int) -> Box:
    """Join the cells of one row, with `gap` cells before each but the first."""
    return join_horizontally([(gap if index > 0 else 0, cell) for index, cell in enumerate(cells)])


def _stack_rows(rows: list[Box], align: str) -> Box:
    """Stack rows, with blank lines between rows that could be taken for one; the baseline is the middle line."""
    table = join_vertically(boxes.insert_blank_lines(rows), 0, align)
    return Box(table.lines, table.height // 2, table.width)


def _alignment_of(node: Table, column: int) -> str:
    """How the column of index `column` is aligned: `l`, `c` or `r`."""
    return node.columns[column % len(node.columns)]  # they are repeated for further columns: `rl` is `rlrl`


def layout_aligned(node: Table) -> Box:
    """Lay out equations one below the other, with their relations aligned."""
    if node.kind == "gathered":
        return _stack_rows([layout(Row(join_cells(row))) for row in node.rows], "c")
    rows = [_pair_sides(row) for row in padded_rows(node)]
    columns = [_lay_out_equations([row[index] for row in rows]) for index in range(len(rows[0]))]
    return _stack_rows([_join_columns(row, gap=4) for row in zip(*columns, strict=True)], "l")


def _pair_sides(cells: tuple[Row, ...]) -> list[tuple[Row, Row]]:
    """Pair the cells of aligned equations: each left side with its right side.

    If the last right side is missing, it is empty.
    """
    cells_and_empty = [*cells, Row(())]  # `zip` drops the empty one if it is not needed
    left_sides, right_sides = cells_and_empty[::2], cells_and_empty[1::2]
    return list(zip(left_sides, right_sides, strict=False))


def _lay_out_equations(sides: list[tuple[Row, Row]]) -> list[Box]:
    """Lay out a column of equations of the same width, with left sides flush right and right sides flush left.

    Each equation is laid out as a whole, so that the gap between its sides is right. Then it is moved to the right by
    the difference between the width of its left side and that of the widest.
    """
    left_sides = [layout(left) for left, _ in sides]
    equations = [layout(Row(join_cells(pair))) for pair in sides]
    left_width = max(left.width for left in left_sides)
    shifted = [
        join_horizontally([(left_width - left.width, equation)])
        for left, equation in zip(left_sides, equations, strict=True)
    ]
    width = max(box.width for box in shifted)
    common_blanks = 0
    if left_width == 0:  # without left sides, blanks with which all lines begin are cut off
        common_blanks = min(len(text) - len(text.lstrip()) for box in shifted for text in box.lines)
    column = []
    for box in shifted:
        lines = tuple(text[common_blanks:] for text in pad(box, width, "l").lines)
        column.append(Box(lines, box.baseline, width - common_blanks))
    return column

"""Lays a formula out in two dimensions, as a book sets a display."""

import unicodedata

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
    Wide,
    padded_rows,
    strip_scripts,
)

_LINE_FORMATTER = LineFormatter()
_ARROWS = {"→": ("─", False), "←": ("─", True), "⇒": ("═", False)}


def layout(node: Node) -> Box:
    """Lay `node` out as a box of characters."""
    match node:
        case Atom():
            return text_box(node.text)
        case Space():
            return text_box(" " * node.cells)
        case Row():
            return join_horizontally([(place.gap, layout(place.node)) for place in space_items(node.items)])
        case Fraction():
            return _lay_out_fraction(node)
        case Script():
            return _lay_out_script(node)
        case Root():
            return boxes.draw_root(layout(node.body), _script_characters(node.index) if node.index else "")
        case Accent():
            return _lay_out_accent(node)
        case Wide():
            return _lay_out_wide(node)
        case Brace():
            return _lay_out_brace(node)
        case Stack():
            return _set_limits(_stretch_arrow(node), node.below, node.above)
        case Fence():
            return _lay_out_fence(node)
        case Table():
            return _lay_out_table(node)


def _script_line(node: Node) -> str:
    """A script's text: scripts stay in one line, as fractions in a book's exponents do."""
    return _LINE_FORMATTER.format(node, is_tight=True)


def _script_characters(node: Node) -> str:
    text = _script_line(node)
    return symbols.translate_all(text, symbols.SUPERSCRIPTS) or text


def _lay_out_fraction(node: Fraction) -> Box:
    top, bottom = layout(node.top), layout(node.bottom)
    if not node.ruled:
        return join_vertically([top, EMPTY_BOX, bottom], top.height)
    contains_fraction = any(isinstance(strip_scripts(part), Fraction) for part in (node.top, node.bottom))
    return boxes.draw_fraction(top, bottom, 2 if contains_fraction else 0)


def _lay_out_script(node: Script) -> Box:
    """A base with its scripts: as limits, at its corners, in small characters, or in lines of their own."""
    base = layout(node.base)
    if node.limits:
        return _set_limits(base, node.sub, node.sup)
    sub, sup = (_script_line(part) if part else "" for part in (node.sub, node.sup))
    prime = _LINE_FORMATTER.format_primes(node.primes)
    small = small_scripts(sup, sub)
    if base.height > 1 and (small or node.primes) and _is_bracketed(node.base):
        return boxes.attach_corner_scripts(base, small[1] if small else sub, prime + (small[0] if small else sup))
    if small:
        return join_horizontally([(0, base), (0, text_box(prime + small[1] + small[0]))])
    raised = boxes.attach_scripts(
        base, text_box(sub) if sub else None, text_box(" " * len(prime) + sup) if sup else None
    )
    if not prime:
        return raised
    rows = list(raised.lines)
    rows[raised.baseline] = rows[raised.baseline][: len(base.lines[base.baseline])] + prime
    return _pad_lines(rows, raised.baseline)


def _pad_lines(rows: list[str], baseline: int) -> Box:
    width = max(map(boxes.cell_width, rows))
    return Box(tuple(row + " " * (width - boxes.cell_width(row)) for row in rows), baseline, width)


def _is_bracketed(node: Node) -> bool:
    return isinstance(strip_scripts(node), Fence)


def _stretch_arrow(node: Stack) -> Box:
    """The body of a stack; an arrow grows to the length of its labels."""
    length = max((_lay_out_limit(part).width for part in (node.above, node.below) if part), default=0)
    if isinstance(node.body, Atom) and node.body.text in _ARROWS:
        shaft, is_left = _ARROWS[node.body.text]
        rule = shaft * (length + 1)
        return text_box(node.body.text + rule if is_left else rule + node.body.text)
    return layout(node.body)


def _set_limits(base: Box, below: Node | None, above: Node | None) -> Box:
    """`base` with its limits set small and centred."""
    parts = [_lay_out_limit(above)] if above else []
    parts += [base, *([_lay_out_limit(below)] if below else [])]
    return join_vertically(parts, base.baseline + (parts[0].height if above else 0))


def _lay_out_limit(node: Node) -> Box:
    inner = strip_scripts(node)
    if isinstance(inner, Table) and inner.kind == "stack":
        return join_vertically([text_box(_script_line(cells[0])) for cells in inner.rows], 0)
    return text_box(_script_line(node))


def _lay_out_accent(node: Accent) -> Box:
    """A letter with its mark in one cell; over anything longer the mark gets a line of its own."""
    body = layout(node.body)
    letter = strip_scripts(node.body)
    if isinstance(letter, Atom) and body.width == body.height == 1:
        return text_box(unicodedata.normalize("NFC", letter.text + symbols.ACCENTS[node.mark]))
    sign = symbols.ACCENT_SIGNS.get(node.mark, symbols.ACCENTS[node.mark])
    text = sign * body.width if node.mark == "bar" else sign
    return join_vertically([text_box(text), body], body.baseline + 1)


def _lay_out_wide(node: Wide) -> Box:
    """A body in a frame, or with a rule or an arrow along it."""
    body = layout(node.body)
    if node.mark == "box":
        return boxes.draw_frame(body)
    if node.mark == "underline":
        return join_vertically([body, text_box("▔" * body.width)], body.baseline)
    rule = "─" * (body.width - 1) + "→" if node.mark == "vec" else "▁" * body.width
    return join_vertically([text_box(rule), body], body.baseline + 1)


def _lay_out_brace(node: Brace) -> Box:
    body = layout(node.body)
    brace = boxes.draw_brace(body.width, node.over)
    label = [layout(node.label)] if node.label else []
    if node.over:
        return join_vertically([*label, brace, body], sum(part.height for part in label) + 1 + body.baseline)
    return join_vertically([body, brace, *label], body.baseline)


def _lay_out_fence(node: Fence) -> Box:
    """A body in brackets, which grow with it where they should."""
    body = layout(node.body)
    if not grows(node, body):
        return join_horizontally([(0, text_box(node.left)), (0, body), (0, text_box(node.right))])
    if node.left == "{" and not node.right and body.height == 2:
        # Two cases: an empty row between them, for the middle of the brace, which stands out to the left.
        body = join_vertically([Box(body.lines[:1], 0, body.width), EMPTY_BOX, Box(body.lines[1:], 0, body.width)], 1)
    left, right = (boxes.draw_bracket(sign, body.height, body.baseline) for sign in (node.left, node.right))
    gap_left, gap_right = int(bool(node.left)), int(bool(node.right))
    return join_horizontally([(0, left), (gap_left, body), (gap_right, right)])


def grows(node: Fence, body: Box) -> bool:
    """Whether the brackets of `node` are as tall as its body: never for the sake of a script alone."""
    return body.height > 1 and any(map(_is_tall, node.body.items))


def _is_tall(node: Node) -> bool:
    """Whether a node needs more than one line for itself, not for a script."""
    match node:
        case Fraction() | Table() | Brace():
            return True
        case Row():
            return any(map(_is_tall, node.items))
        case Script():
            return node.limits or _is_tall(node.base)
        case Fence() | Root() | Accent() | Wide() | Stack():
            return _is_tall(node.body)
        case _:
            return False


def _lay_out_table(node: Table) -> Box:
    """A matrix, cases or aligned equations, its columns as wide as their widest cells."""
    if node.kind in ("aligned", "gathered"):
        return layout_aligned(node)
    rows = [[layout(cell) for cell in row] for row in padded_rows(node)]
    widths = [max(cell.width for cell in column) for column in zip(*rows, strict=True)]
    gap = 3 if node.kind == "cases" else 2
    lines = [
        join_horizontally([(gap if place else 0, pad(cell, widths[place], _alignment_of(node, place)))
                for place, cell in enumerate(row)])
        for row in rows
    ]  # fmt: skip
    whole = join_vertically(boxes.insert_blank_lines(lines), 0, "l")
    return Box(whole.lines, whole.height // 2, whole.width)


def _alignment_of(node: Table, place: int) -> str:
    return node.columns[place % len(node.columns)]


def layout_aligned(node: Table) -> Box:
    """Equations one below the other, their relations in one column."""
    if node.kind == "gathered":
        lines = [layout(Row(join_cells(row))) for row in node.rows]
        whole = join_vertically(boxes.insert_blank_lines(lines), 0)
        return Box(whole.lines, whole.height // 2, whole.width)
    rows = [_pair_cells(row) for row in padded_rows(node)]
    columns = [_lay_out_column([row[place] for row in rows]) for place in range(len(rows[0]))]
    lines = [join_horizontally([(4 if place else 0, cell) for place, cell in enumerate(row)])
             for row in zip(*columns, strict=True)]  # fmt: skip
    whole = join_vertically(boxes.insert_blank_lines(lines), 0, "l")
    return Box(whole.lines, whole.height // 2, whole.width)


def _pair_cells(row: tuple[Row, ...]) -> list[tuple[Row, Row]]:
    """The cells of aligned equations two by two: a left side with its right side."""
    cells = [*row, Row(())]
    return list(zip(cells[::2], cells[1::2], strict=False))


def _lay_out_column(pairs: list[tuple[Row, Row]]) -> list[Box]:
    """Left sides flush right, right sides flush left, with the room the two together would have."""
    lefts = [layout(left) for left, _ in pairs]
    wholes = [layout(Row(join_cells(pair))) for pair in pairs]
    width = max(left.width for left in lefts)
    shifted = [join_horizontally([(width - left.width, whole)]) for left, whole in zip(lefts, wholes, strict=True)]
    spare = 0 if width else min(len(text) - len(text.lstrip()) for box in shifted for text in box.lines)
    full = max(box.width for box in shifted)
    return [
        Box(tuple(text[spare:] for text in pad(box, full, "l").lines), box.baseline, full - spare) for box in shifted
    ]

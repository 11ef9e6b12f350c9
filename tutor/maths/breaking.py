"""Breaks a display into lines for a width, where a careful typesetter would.

After commas and before relations first, then before operators, then between factors; outside
brackets rather than inside. What follows hangs under the right side of the relation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from tutor.maths.box import Box, insert_blank_lines, join_horizontally, join_vertically, text_box
from tutor.maths.layout import grows, layout, layout_aligned
from tutor.maths.line import join_cells
from tutor.maths.spacing import space_items
from tutor.maths.tree import Atom, Fence, Kind, Node, Row, Script, Table, padded_rows, unwrap

_BREAK_COSTS = {"quad": -1.0, "punct": 0.0, "rel": 0.0, "bin": 1.0, "times": 2.0, "factor": 3.0}
"""What a line is broken at → the cost of that break; the cheapest break is taken, of equal ones the last.

At a `quad` the author has left a gap, as by TeX's command of that name; `factor` is between two factors.
"""
MIN_QUAD_GAP = 2
"""A gap of this many cells or more was left by the author: the gaps of TeX's table have one cell."""
_COST_PER_BRACKET = 4.0
"""Added for each bracket that is open where the line ends."""
_COST_OF_EMPTY_LINE = 3.0
"""Multiplied by the share of the line that is left empty, and added."""
_COST_BEFORE_FIRST_RELATION = 4.0
"""Added for a break before the first relation: the left side would have a line to itself."""
_PRODUCT_OPERATORS = frozenset(Atom(sign, "bin") for sign in "·×*⊙∘⊗÷")
_FACTORS = frozenset(("ord", "fence", "close", "block", "root"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula within which a line is never broken."""

    gap: int
    """Cells before it, unless it begins a line."""
    box: Box
    kind: Kind | Literal["times"]
    depth: int
    """How many brackets are open around it."""


def fit(row: Row, width: int | None) -> Box:
    """Lay out a formula, broken into several lines if it is wider than `width` cells; `None` is no limit."""
    unbroken = layout(row)
    if width is None or unbroken.width <= width:
        return unbroken
    only_item = unwrap(row)
    if isinstance(only_item, Table) and only_item.kind in ("aligned", "gathered"):
        return _fit_rows(only_item, width)
    return _break_lines(list(_split_into_pieces(row.items)), width)


def _fit_rows(table: Table, width: int) -> Box:
    """Lay out aligned equations in `width` cells, each broken by itself.

    If a row has several equations side by side, the columns are given up: each row is broken as one formula.
    """
    if table.kind == "gathered" or max(len(row) for row in table.rows) > 2:
        rows = [fit(Row(join_cells(row)), width) for row in table.rows]
        return join_vertically(insert_blank_lines(rows), baseline=0, align="l")
    left_sides = [layout(row[0]) for row in padded_rows(table)]
    indent = max(left_side.width for left_side in left_sides)
    if indent > width // 2:  # the right sides would be too narrow to be broken
        return layout_aligned(table)
    equations = []
    for left_side, cells in zip(left_sides, padded_rows(table), strict=True):
        # The right side is cut from the pieces of the whole equation, since its gap depends on the left side.
        pieces = list(_split_into_pieces(join_cells(cells)))
        left_count = len(list(_split_into_pieces(cells[0].items)))
        right_pieces = pieces[left_count:]
        right_gap = 0
        if len(right_pieces) > 1:
            _empty_group, first, *others = right_pieces  # `join_cells` begins a right side with an empty row
            right_gap = first.gap if indent else 0
            right_pieces = [replace(first, gap=0), *others]  # flush left in its own box
        right_side = _break_lines(right_pieces, width - indent - right_gap)
        equations.append(join_horizontally([(indent - left_side.width, left_side), (right_gap, right_side)]))
    return join_vertically(insert_blank_lines(equations), baseline=0, align="l")


def _split_into_pieces(items: Sequence[Node], depth: int = 0, first_gap: int = 0) -> Iterator[Piece]:
    """Split a row into pieces, also within brackets of one line's height; taller brackets and their body are one piece.

    `depth` is the number of brackets around the row, `first_gap` the gap before its first piece.
    """
    for index, (own_gap, node, kind) in enumerate(space_items(items)):
        gap = first_gap if index == 0 else own_gap
        fence = node.base if isinstance(node, Script) else node
        if isinstance(fence, Fence) and fence.left and fence.right and not grows(fence, layout(fence.body)):
            yield Piece(gap, text_box(fence.left), "open", depth)
            yield from _split_into_pieces(fence.body.items, depth + 1)
            yield Piece(0, _closing_box(node, fence.right), "fence", depth)
        elif isinstance(node, Row) and node.items:
            yield from _split_into_pieces(node.items, depth, gap)
        else:
            is_product_operator = kind == "bin" and node in _PRODUCT_OPERATORS
            yield Piece(gap, layout(node), "times" if is_product_operator else kind, depth)


def _closing_box(node: Node, right: str) -> Box:
    """The closing bracket of a fence, with the scripts of the fence."""
    bracket = Atom(right, "close")
    if isinstance(node, Script):
        return layout(Script(bracket, node.sub, node.sup, node.primes, node.limits))
    return layout(bracket)


def _break_lines(pieces: list[Piece], width: int) -> Box:
    """Lay out the pieces in lines of at most `width` cells; a line that cannot be broken any further may be wider."""
    lines: list[Box] = []
    hanging_indent = _HangingIndent.choose(pieces, width)
    start = indent = 0
    while start < len(pieces):
        end = _end_of_line(pieces, start, width - indent, hanging_indent.relation_index)
        first, *others = pieces[start:end]
        lines.append(join_horizontally([(indent, first.box), *((piece.gap, piece.box) for piece in others)]))
        if end < len(pieces):
            largest_indent = max(0, width - _unbreakable_width(pieces, end))
            indent = min(hanging_indent.before(pieces[end]), largest_indent)
        start = end
    return join_vertically(insert_blank_lines(lines), baseline=lines[0].baseline if lines else 0, align="l")


def _end_of_line(pieces: list[Piece], start: int, line_width: int, first_relation: int) -> int:
    """Find where to end a line of `line_width` cells that begins with `pieces[start]`: the index after its last piece.

    Of the breaks that fit, the one with the lowest cost is taken, of equal ones the last; if none fits, the first
    possible break. The result is `len(pieces)` if all the rest fits in the line, or cannot be broken.
    `first_relation` is the index of the first relation outside brackets, or -1.
    """
    used = 0  # cells of the line that the pieces before `index` take
    best_end, lowest_cost = 0, inf  # `best_end` is 0 while no break was found
    for index in range(start, len(pieces)):
        if index > start:
            empty_share = 1 - min(used / max(line_width, 1), 1)
            cost = _break_cost(pieces, index) + _COST_OF_EMPTY_LINE * empty_share
            if index == first_relation:
                cost += _COST_BEFORE_FIRST_RELATION
            is_allowed = cost < inf
            # A line that is too wide is taken only as a last resort.
            if is_allowed and cost <= lowest_cost and (used <= line_width or not best_end):
                best_end, lowest_cost = index, cost
            used += pieces[index].gap
        used += pieces[index].box.width
        if used > line_width and best_end:
            return best_end
    return len(pieces)


def _unbreakable_width(pieces: list[Piece], start: int) -> int:
    """The width of the pieces from `start` up to the next place where the line may be broken, in cells."""
    used = pieces[start].box.width
    for index in range(start + 1, len(pieces)):
        if _break_cost(pieces, index) < inf:
            break
        used += pieces[index].gap + pieces[index].box.width
    return used


def _break_cost(pieces: list[Piece], index: int) -> float:
    """The cost of a break before the piece at `index`, by its neighbours alone; ∞ if a break is not allowed there."""
    left, right = pieces[index - 1], pieces[index]
    kind = ""  # a key of `_BREAK_COSTS`
    if right.gap >= MIN_QUAD_GAP:
        kind = "quad"
    elif left.kind == "punct":
        kind = "punct"
    elif right.kind in ("rel", "bin", "times") and right.gap:
        kind = right.kind
    elif right.gap and left.kind in _FACTORS and right.kind in (*_FACTORS, "op", "name", "open"):
        kind = "factor"
    depth = min(left.depth, right.depth)
    return _BREAK_COSTS.get(kind, inf) + _COST_PER_BRACKET * depth


@dataclass(frozen=True, slots=True)
class _HangingIndent:
    """The columns, counted from 0, where continued lines begin."""

    relation_index: int
    """The index of the first relation outside brackets, or -1."""
    relation_column: int
    """The column at which a line begins if its first piece is a relation."""
    right_column: int
    """The column at which any other line begins."""

    @classmethod
    def choose(cls, pieces: list[Piece], width: int) -> "_HangingIndent":
        """Choose columns: those of the first relation and its right side, or a few cells if these are past the middle.

        `width` is that of a line, in cells.
        """
        column = 0
        for index, piece in enumerate(pieces):
            column += piece.gap
            if piece.kind == "rel" and piece.depth == 0:
                right_column = column + piece.box.width + 1
                if right_column <= width // 2:
                    return cls(index, column, right_column)
                return cls(index, relation_column=2, right_column=4)
            column += piece.box.width
        return cls(-1, relation_column=2, right_column=2)

    def before(self, piece: Piece) -> int:
        """The indent of a continued line that begins with `piece`."""
        if piece.gap >= MIN_QUAD_GAP:  # the author left a gap: another formula begins
            return 0
        return self.relation_column if piece.kind == "rel" else self.right_column

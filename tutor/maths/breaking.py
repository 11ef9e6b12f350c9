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
"""What a break costs by what it is before or after; the cheapest is taken, of equal ones the last.

At a `quad` (the gap of TeX's command of that name) the author has left room; `factor` is between two factors.
"""
_COST_PER_BRACKET = 4.0
"""For each bracket that is open where the line ends."""
_COST_OF_EMPTY_LINE = 3.0
"""For a line that is left empty; a line that is filled in part costs this times its empty share."""
_COST_BEFORE_FIRST_RELATION = 4.0
"""Added for a break before the first relation, which would leave the left side alone in its line."""
_TIMES = frozenset(Atom(sign, "bin") for sign in "·×*⊙∘⊗÷")
_FACTORS = frozenset(("ord", "fence", "close", "block", "root"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula that a line is not broken inside of."""

    gap: int
    """Cells before it, unless it begins a line."""
    box: Box
    kind: Kind | Literal["times"]
    depth: int
    """How many brackets are open around it."""


def fit(row: Row, width: int | None) -> Box:
    """The box of a formula, in several lines when it is wider than `width` cells."""
    whole = layout(row)
    if width is None or whole.width <= width:
        return whole
    only = unwrap(row)
    if isinstance(only, Table) and only.kind in ("aligned", "gathered"):
        return _fit_rows(only, width)
    return _break_lines(list(_split_into_pieces(row.items)), width)


def _fit_rows(table: Table, width: int) -> Box:
    """The box of aligned equations, each broken by itself.

    Where a row holds several equations side by side, it is broken as one formula, and the columns are given up.
    """
    if table.kind == "gathered" or max(len(row) for row in table.rows) > 2:
        rows = [fit(Row(join_cells(row)), width) for row in table.rows]
        return join_vertically(insert_blank_lines(rows), 0, "l")
    left_sides = [layout(row[0]) for row in padded_rows(table)]
    indent = max(left_side.width for left_side in left_sides)
    if indent > width // 2:  # too little room for right sides broken beside their left sides
        return layout_aligned(table)
    equations = []
    for left_side, cells in zip(left_sides, padded_rows(table), strict=True):
        # The right side is taken from the whole equation, since the gap before it depends on what is to its left.
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
    return join_vertically(insert_blank_lines(equations), 0, "l")


def _split_into_pieces(items: Sequence[Node], depth: int = 0, first_gap: int = 0) -> Iterator[Piece]:
    """The pieces of a row; brackets that are no taller than a line are split as well, tall ones are one piece.

    `depth` is how many brackets are open around the row, `first_gap` the gap before it.
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
            is_product_sign = kind == "bin" and node in _TIMES
            yield Piece(gap, layout(node), "times" if is_product_sign else kind, depth)


def _closing_box(node: Node, right: str) -> Box:
    """The closing bracket of a fence, with the scripts that hang on it."""
    bracket = Atom(right, "close")
    if isinstance(node, Script):
        return layout(Script(bracket, node.sub, node.sup, node.primes, node.limits))
    return layout(bracket)


def _break_lines(pieces: list[Piece], width: int) -> Box:
    """The box of the pieces in lines of at most `width` cells, as far as they can be broken."""
    lines: list[Box] = []
    hanging_indent = _HangingIndent.of(pieces, width)
    start = indent = 0
    while start < len(pieces):
        end = _end_of_line(pieces, start, width - indent, hanging_indent.relation_index)
        first, *others = pieces[start:end]
        lines.append(join_horizontally([(indent, first.box), *((piece.gap, piece.box) for piece in others)]))
        if end < len(pieces):
            largest_indent = max(0, width - _unbreakable_width(pieces, end))
            indent = min(hanging_indent.before(pieces[end]), largest_indent)
        start = end
    return join_vertically(insert_blank_lines(lines), lines[0].baseline if lines else 0, "l")


def _end_of_line(pieces: list[Piece], start: int, room: int, first_relation: int) -> int:
    """The index of the piece before which to break a line of `room` cells that begins with the piece `start`.

    It is the break with the lowest cost among those that fit, of equal ones the last; if none fits, the first break
    there is. It is `len(pieces)` if all the rest fits in the line, or cannot be broken.
    """
    used = best = 0  # no break is before the first piece, so that 0 means that none was found
    best_cost = inf
    for index in range(start, len(pieces)):
        if index > start:
            empty_share = 1 - min(used / max(room, 1), 1)
            cost = _break_cost(pieces, index) + _COST_OF_EMPTY_LINE * empty_share
            if index == first_relation:
                cost += _COST_BEFORE_FIRST_RELATION
            # `used` is the width of the line if it ends here. One that is too long is taken only if there is no other.
            if cost < inf and cost <= best_cost and (used <= room or not best):
                best, best_cost = index, cost
            used += pieces[index].gap
        used += pieces[index].box.width
        if used > room and best:
            return best
    return len(pieces) if used <= room or not best else best


def _unbreakable_width(pieces: list[Piece], start: int) -> int:
    """The cells that the pieces from `start` take up to the next place where a line may end."""
    used = pieces[start].box.width
    for index in range(start + 1, len(pieces)):
        if _break_cost(pieces, index) < inf:
            break
        used += pieces[index].gap + pieces[index].box.width
    return used


def _break_cost(pieces: list[Piece], index: int) -> float:
    """The cost of a break before the piece at `index`, regardless of the rest of the line; ∞ where none may be."""
    left, right = pieces[index - 1], pieces[index]
    kind = ""  # of the break; a name of `_BREAK_COSTS`
    if right.gap >= 2:
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
    """The columns where continued lines begin."""

    relation_index: int
    """The index of the first relation outside brackets, or -1."""
    relation_column: int
    """Where a line begins whose first piece is a relation."""
    right_column: int
    """Where any other line begins."""

    @classmethod
    def of(cls, pieces: list[Piece], width: int) -> "_HangingIndent":
        """Under the first relation and what follows it; a few cells where these lie past the middle of `width`."""
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
        if piece.gap >= 2:  # the author left room there: something new begins
            return 0
        return self.relation_column if piece.kind == "rel" else self.right_column

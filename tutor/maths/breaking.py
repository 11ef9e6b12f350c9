"""Breaks a display into lines for a width, where a careful typesetter would.

After commas and before relations first, then before operators, then between factors; outside
brackets rather than inside. What follows hangs under the right side of the relation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from tutor.maths.box import Box, insert_blank_lines, join_horizontally, join_vertically, text_box
from tutor.maths.layout import grows, layout, layout_aligned
from tutor.maths.line import join_cells
from tutor.maths.spacing import space_items
from tutor.maths.tree import Atom, Fence, Kind, Node, Row, Script, Table, padded_rows, unwrap

_BREAK_COSTS = {"quad": -1.0, "punct": 0.0, "rel": 0.0, "bin": 1.0, "times": 2.0, "factor": 3.0}
"""What a break costs by what it is before or after; the cheapest is taken, of equal ones the last."""
_COST_PER_BRACKET = 4.0
"""For each bracket that is open where the line ends."""
_COST_OF_EMPTY_LINE = 3.0
"""For the room that a line leaves, as a share of it."""
_COST_BEFORE_FIRST_RELATION = 4.0
_TIMES = frozenset(Atom(sign, "bin") for sign in "·×*⊙∘⊗÷")
_FACTORS = frozenset(("ord", "fence", "close", "block", "root"))


@dataclass(frozen=True, slots=True)
class Piece:
    """Something a line is not broken inside of."""

    gap: int
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
    return _break_lines(list(_take_apart(row.items)), width)


def _fit_rows(table: Table, width: int) -> Box:
    """Aligned equations, each broken by itself; several columns of them end up one below the other."""
    if table.kind == "gathered" or max(map(len, table.rows)) > 2:
        rows = [fit(Row(join_cells(row)), width) for row in table.rows]
        return join_vertically(insert_blank_lines(rows), 0, "l")
    lefts = [layout(row[0]) for row in padded_rows(table)]
    indent = max(left.width for left in lefts)
    if indent > width // 2:
        return layout_aligned(table)
    boxes = []
    for left, cells in zip(lefts, padded_rows(table), strict=True):
        pieces = list(_take_apart(join_cells(cells)))
        left_pieces = len(list(_take_apart(cells[0].items)))
        first_gap = pieces[left_pieces + 1].gap if indent and len(pieces) > left_pieces + 1 else 0
        right = _break_lines(_drop_first_gap(pieces[left_pieces:]), width - indent - first_gap)
        boxes.append(join_horizontally([(indent - left.width, left), (first_gap, right)]))
    return join_vertically(insert_blank_lines(boxes), 0, "l")


def _drop_first_gap(pieces: list[Piece]) -> list[Piece]:
    """`pieces` without the first, an empty group, and without the gap before the second, so that it is flush left."""
    if len(pieces) < 2:
        return pieces
    first = pieces[1]
    return [Piece(0, first.box, first.kind, first.depth), *pieces[2:]]


def _take_apart(items: Sequence[Node], depth: int = 0, first_gap: int = 0) -> Iterator[Piece]:
    """A row taken apart, brackets that do not grow included."""
    for place, (own_gap, node, kind) in enumerate(space_items(items)):
        gap = first_gap if place == 0 else own_gap
        fence = node.base if isinstance(node, Script) else node
        if isinstance(fence, Fence) and fence.left and fence.right and not grows(fence, layout(fence.body)):
            yield Piece(gap, text_box(fence.left), "open", depth)
            yield from _take_apart(fence.body.items, depth + 1)
            yield Piece(0, _closing_box(node, fence.right), "fence", depth)
        elif isinstance(node, Row) and node.items:
            yield from _take_apart(node.items, depth, gap)
        else:
            yield Piece(gap, layout(node), "times" if node in _TIMES and kind == "bin" else kind, depth)


def _closing_box(node: Node, right: str) -> Box:
    """The closing bracket of a fence, with the scripts that hang on it."""
    bracket = Atom(right, "close")
    if isinstance(node, Script):
        return layout(Script(bracket, node.sub, node.sup, node.primes, node.limits))
    return layout(bracket)


def _break_lines(pieces: list[Piece], width: int) -> Box:
    """The pieces in lines of at most `width` cells, as far as they can be broken."""
    lines: list[Box] = []
    hang = _Hang.of(pieces, width)
    start = indent = 0
    while start < len(pieces):
        end = _end_of_line(pieces, start, width - indent, hang.relation)
        lines.append(join_horizontally([(indent if place == start else pieces[place].gap, pieces[place].box)
                             for place in range(start, end)]))  # fmt: skip
        if end < len(pieces):
            indent = min(hang.indent(pieces, end), max(0, width - _first_line_length(pieces, end)))
        start = end
    return join_vertically(insert_blank_lines(lines), lines[0].baseline if lines else 0, "l")


def _end_of_line(pieces: list[Piece], start: int, room: int, first_relation: int) -> int:
    """The place before which to break a line that begins at `start`."""
    used, best, best_cost = 0, 0, inf
    for place in range(start, len(pieces)):
        if place > start:
            cost = _break_cost(pieces, place) + _COST_OF_EMPTY_LINE * (1 - min(used / max(room, 1), 1))
            cost += _COST_BEFORE_FIRST_RELATION if place == first_relation else 0
            if cost < inf and cost <= best_cost and (used <= room or not best):
                best, best_cost = place, cost
        used += pieces[place].box.width + (pieces[place].gap if place > start else 0)
        if used > room and best:
            return best
    return len(pieces) if used <= room or not best else best


def _first_line_length(pieces: list[Piece], start: int) -> int:
    """Cells from `start` to the next place where a line may end."""
    used = pieces[start].box.width
    for place in range(start + 1, len(pieces)):
        if _break_cost(pieces, place) < inf:
            break
        used += pieces[place].gap + pieces[place].box.width
    return used


def _break_cost(pieces: list[Piece], place: int) -> float:
    """The cost of a break before `place`, regardless of the rest of the line."""
    left, right = pieces[place - 1], pieces[place]
    kind = ""
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
class _Hang:
    """The column where continued lines begin."""

    relation: int
    """The place of the first relation outside brackets, or -1."""
    relation_column: int
    right_column: int

    @classmethod
    def of(cls, pieces: list[Piece], width: int) -> "_Hang":
        """Under the first relation and what follows it, unless these lie past the middle."""
        column = 0
        for place, piece in enumerate(pieces):
            column += piece.gap
            if piece.kind == "rel" and piece.depth == 0:
                right = column + piece.box.width + 1
                return cls(place, column, right) if right <= width // 2 else cls(place, 2, 4)
            column += piece.box.width
        return cls(-1, 2, 2)

    def indent(self, pieces: list[Piece], place: int) -> int:
        if pieces[place].gap >= 2:
            return 0
        return self.relation_column if pieces[place].kind == "rel" else self.right_column

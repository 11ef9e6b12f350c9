"""The space between neighbours: TeX's spacing table, in whole cells."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tutor.maths.symbols import DIFFERENTIALS
from tutor.maths.tree import (
    EMPTY_ROW,
    Atom,
    Brace,
    Fence,
    Fraction,
    Kind,
    Node,
    Root,
    Row,
    Script,
    Space,
    Stack,
    Table,
    strip_scripts,
)

_KINDS_BEFORE_UNARY = frozenset(("bin", "rel", "open", "punct", "op", "name", "unary", "slash"))
_KINDS_AFTER_UNARY = frozenset(("rel", "close", "punct"))
"""After a kind of the first set, or before one of the second, + and − are unary, not operators between operands."""
_PLUS_AND_MINUS = frozenset(Atom(symbol, "bin") for symbol in "+−±∓")
_FACTORS = frozenset(("ord", "fence", "close", "root", "post"))


class SpacedItem(NamedTuple):
    """An item of a row with the gap before it."""

    gap: int
    """Blank cells before it."""
    node: Node
    kind: Kind


def space_items(items: Sequence[Node], *, is_tight: bool = False, on_one_line: bool = False) -> Iterator[SpacedItem]:
    """Yield the items of a row with the space before each.

    Args:
        items: the row; a `Space` in it asks for a least gap before the next item.
        is_tight: whether there are no gaps around operators, as in an index: `i=1`.
        on_one_line: whether everything goes on one line; otherwise a fraction's bar needs a gap after a sign.
    """
    visible_items = [item for item in items if not isinstance(item, Space)]
    kinds = iter(_kinds_of(visible_items))
    requested_gap = 0  # cells that `Space` items ask for before the next visible one
    previous: SpacedItem | None = None
    for item in items:
        if isinstance(item, Space):
            requested_gap += item.cells
            continue
        unspaced = SpacedItem(0, item, next(kinds))
        usual_gap = 0
        if previous:
            usual_gap = _gap_between(previous, unspaced, is_tight=is_tight, on_one_line=on_one_line)
        previous = unspaced._replace(gap=max(usual_gap, requested_gap))
        yield previous
        requested_gap = 0


def kind_of_node(node: Node) -> Kind:
    """The kind of `node`, by which it is spaced; that of its base if it has scripts."""
    while isinstance(node, Script):
        node = node.base
    match node:
        case Atom():
            return node.kind
        case Fence():
            return "fence"
        case Fraction() | Brace() | Table():
            return "block"
        case Root():
            return "root"
        case Stack():
            return kind_of_node(node.body)
        case _:
            return "ord"


def _kinds_of(nodes: Sequence[Node]) -> list[Kind]:
    """The kinds of `nodes`, which are side by side; + and − without a left or a right operand become `unary`."""
    kinds = [kind_of_node(node) for node in nodes]
    for index, kind in enumerate(kinds):
        if kind == "bin" and strip_scripts(nodes[index]) in _PLUS_AND_MINUS:
            kind_before = kinds[index - 1] if index > 0 else "open"
            kind_after = kinds[index + 1] if index + 1 < len(kinds) else "close"
            if kind_before in _KINDS_BEFORE_UNARY or kind_after in _KINDS_AFTER_UNARY:
                kinds[index] = "unary"
    return kinds


def _gap_between(left: SpacedItem, right: SpacedItem, *, is_tight: bool, on_one_line: bool) -> int:
    """The gap between two neighbours, in cells. The rules go from special to general; the first that fits decides."""
    pair = (left.kind, right.kind)
    if right.node == EMPTY_ROW:
        return 0
    if left.kind == "unary":  # −x; before a fraction's bar, − would look like a part of it
        return int(right.kind == "block" and not on_one_line)
    if left.kind == "open" or right.kind in ("close", "punct", "post") or "slash" in pair:
        return 0
    if _ends_with_space(left.node) or _starts_with_space(right.node):  # words with a space of their own
        return 0
    if left.kind == "punct":  # a, b
        return int(not is_tight)
    if "rel" in pair or "bin" in pair or "inner" in pair:  # a + b = c
        return int(not is_tight and pair != ("rel", "rel"))
    if left.kind in ("op", "name"):  # ∑ x and log x, but log(x)
        is_call = right.kind in ("open", "fence")
        return int(not is_call or left.kind == "op" or _has_limits(left.node))
    if "block" in pair:
        return int(not is_tight)
    if right.kind in ("op", "name"):  # 2 log x
        return 1
    if right.kind in ("open", "fence"):  # f(x), but x² (1 + x) and |a| |b|
        return int(not is_tight and (_is_power(left.node) or _has_bars(left.node, right.node)))
    return int(not is_tight and left.kind in _FACTORS and _runs_into_next(left.node))


def _runs_into_next(node: Node) -> bool:
    """Whether a gap is needed between `node` and a factor after it: after an index, a power, a bracket or a root."""
    last = _last_item(node)
    if not isinstance(last, Script):
        return kind_of_node(last) != "ord"
    if last.base == EMPTY_ROW:  # a script without a base belongs to what follows: ⁿx
        return False
    is_differential = isinstance(last.base, Atom) and last.base.text in DIFFERENTIALS
    is_power_of_differential = is_differential and last.sub is None  # d²x
    return not is_power_of_differential


def _is_power(node: Node) -> bool:
    """Whether `node` has a power, so that brackets after it are a factor: x² (1 + x); but in f⁻¹(x) an argument."""
    sup = node.sup if isinstance(node, Script) else None
    if isinstance(sup, Row):
        is_minus_one = len(sup.items) == 2 and sup.items[1] == Atom("1", "ord")  # the first item is the minus
        return not is_minus_one
    return isinstance(sup, Atom) and sup.text.isalnum()


def _has_bars(left: Node, right: Node) -> bool:
    """Whether two bars would touch without a gap, as in |a||b|."""
    left_base, right_base = strip_scripts(left), strip_scripts(right)
    if not isinstance(left_base, Fence) or not isinstance(right_base, Fence):
        return False
    return left_base.right == right_base.left and left_base.right in ("|", "‖")


def _has_limits(node: Node) -> bool:
    return isinstance(node, Script) and node.limits


def _last_item(node: Node) -> Node:
    """The last item of a row; if that is a row, its last item, and so on. A node that is no row is returned."""
    while isinstance(node, Row) and node.items:
        node = node.items[-1]
    return node


def _ends_with_space(node: Node) -> bool:
    last = _last_item(node)
    return isinstance(last, Atom) and last.text[-1:] == " "


def _starts_with_space(node: Node) -> bool:
    while isinstance(node, Row) and node.items:
        node = node.items[0]
    return isinstance(node, Atom) and node.text[:1] == " "

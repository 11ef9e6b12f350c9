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

_BEFORE_A_SIGN = frozenset(("bin", "rel", "open", "punct", "op", "name", "unary", "slash"))
_AFTER_A_SIGN = frozenset(("rel", "close", "punct"))
_SIGNS = frozenset(Atom(sign, "bin") for sign in "+−±∓")
_FACTORS = frozenset(("ord", "fence", "close", "root", "post"))


class SpacedItem(NamedTuple):
    """A thing of a row with its place in it."""

    gap: int
    """Cells of room before it."""
    node: Node
    kind: Kind


def space_items(items: Sequence[Node], *, script: bool = False, flat: bool = False) -> Iterator[SpacedItem]:
    """Yield the items of a row with the space before each.

    Args:
        items: the neighbours; `Space` among them becomes room.
        script: set tight, as in an index: `i=1`.
        flat: everything goes in one line, so that a fraction needs no room for its bar.
    """
    things = [item for item in items if not isinstance(item, Space)]
    kinds = iter(_kinds_of(things))
    requested_gap, before = -1, None
    for item in items:
        if isinstance(item, Space):
            requested_gap = max(requested_gap, 0) + item.cells
            continue
        here = SpacedItem(0, item, next(kinds))
        gap = _gap_between(before, here, script, flat) if before else 0
        yield (before := here._replace(gap=max(gap, requested_gap)))
        requested_gap = -1


def kind_of_node(node: Node) -> Kind:
    """The spacing class of `node` as seen from outside."""
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


def _kinds_of(things: Sequence[Node]) -> list[Kind]:
    """The kind of each thing; an operator without a left or a right operand is a sign."""
    kinds = [kind_of_node(thing) for thing in things]
    for place, kind in enumerate(kinds):
        if kind == "bin" and strip_scripts(things[place]) in _SIGNS:
            before = kinds[place - 1] if place else "open"
            after = kinds[place + 1] if place + 1 < len(kinds) else "close"
            if before in _BEFORE_A_SIGN or after in _AFTER_A_SIGN:
                kinds[place] = "unary"
    return kinds


def _gap_between(left: SpacedItem, right: SpacedItem, script: bool, flat: bool) -> int:
    """Room between two neighbours, from the more special rules to the plain ones."""
    pair = (left.kind, right.kind)
    if right.node == EMPTY_ROW:
        return 0
    if left.kind == "unary":
        return int(right.kind == "block" and not flat)
    if left.kind == "open" or right.kind in ("close", "punct", "post") or "slash" in pair:
        return 0
    if _ends_with_space(left.node) or _starts_with_space(right.node):
        return 0
    if left.kind == "punct":
        return int(not script)
    if "rel" in pair or "bin" in pair or "inner" in pair:
        return int(not script and pair != ("rel", "rel"))
    if left.kind in ("op", "name"):
        opens = right.kind in ("open", "fence")
        return int(not opens or left.kind == "op" or _has_limits(left.node))
    if right.kind in ("op", "name") or "block" in pair:
        return int(not (script and "block" in pair))
    if right.kind in ("open", "fence"):
        return int(not script and (_is_power(left.node) or _has_bars(left.node, right.node)))
    return int(not script and left.kind in _FACTORS and _needs_gap_after(left))


def _needs_gap_after(left: SpacedItem) -> bool:
    """Whether a factor after `left` would run into it: after an index, a power, a bracket or a root."""
    node = left.node
    while isinstance(node, Row) and node.items:
        node = node.items[-1]
    if isinstance(node, Script):
        base = node.base
        if isinstance(base, Row) and not base.items:  # a script without a base belongs to what follows: ⁿx
            return False
        is_differential = isinstance(base, Atom) and base.text in DIFFERENTIALS  # the power in d²x is the operator's
        return node.sub is not None or not is_differential
    return kind_of_node(node) != "ord"


def _is_power(node: Node) -> bool:
    """Whether brackets after `node` are a factor rather than its argument: x² (1 + x), but f⁻¹(x)."""
    sup = node.sup if isinstance(node, Script) else None
    if isinstance(sup, Row):
        return not (len(sup.items) == 2 and sup.items[1] == Atom("1", "ord"))
    return isinstance(sup, Atom) and sup.text.isalnum()


def _has_bars(left: Node, right: Node) -> bool:
    """Whether two bars would meet, as in |a| |b|."""
    before, after = strip_scripts(left), strip_scripts(right)
    return (
        isinstance(before, Fence) and isinstance(after, Fence) and before.right == after.left
        and before.right in ("|", "‖")
    )  # fmt: skip


def _has_limits(node: Node) -> bool:
    return isinstance(node, Script) and node.limits


def _ends_with_space(node: Node) -> bool:
    while isinstance(node, Row) and node.items:
        node = node.items[-1]
    return isinstance(node, Atom) and node.text[-1:] == " "


def _starts_with_space(node: Node) -> bool:
    while isinstance(node, Row) and node.items:
        node = node.items[0]
    return isinstance(node, Atom) and node.text[:1] == " "

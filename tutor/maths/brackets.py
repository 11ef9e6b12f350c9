"""Finds which brackets belong together in a row, and whether each | is a bracket or a relation."""

from msgspec.structs import replace

from tutor.maths.source import MAX_NESTING
from tutor.maths.symbols import BRACKETS
from tutor.maths.tree import Atom, Fence, MathError, Node, Row, Script


def pair_brackets(items: list[Node]) -> tuple[Node, ...]:
    """Gather everything between matching brackets or bars into a `Fence`.

    Any closing bracket may match any opening one, as in `[0, 1)`. A bracket without a partner remains where it is.
    """
    levels: list[list[Node]] = [[]]  # the items outside all brackets, then those inside each open bracket
    openers: list[Node] = []
    for item in items:
        role = _bracket_role(item)
        if role == "open":
            openers.append(item)
            if len(openers) > MAX_NESTING:
                raise MathError(f"brackets are nested more than {MAX_NESTING} deep")
            levels.append([])
        elif role == "close" and openers:
            body = _pair_all_bars(levels.pop())
            levels[-1].append(_make_fence(openers.pop(), body, item))
        else:
            levels[-1].append(item)
    while openers:  # these have no partners: they and what is after them go back to where they were
        items_after = levels.pop()
        levels[-1] += [openers.pop(), *items_after]
    return tuple(_pair_all_bars(levels[0]))


def _bracket_role(item: Node) -> str:
    """The role of `item`, with or without scripts, in pairing: `open`, `close` or `bar`; "" if it is no bracket."""
    base = item.base if isinstance(item, Script) else item
    if not isinstance(base, Atom):
        return ""
    if base.kind == "bar" or (base.kind in ("open", "close") and base.text in BRACKETS | {"|", "‖"}):
        return base.kind
    return ""


def _make_fence(opener: Node, body: list[Node], closer: Node) -> Node:
    """Make the fence of two brackets and the items between them; scripts of the closing bracket go to the fence."""
    left = opener.text if isinstance(opener, Atom) else ""
    if isinstance(closer, Script) and isinstance(closer.base, Atom):
        return replace(closer, base=Fence(left, closer.base.text, Row(tuple(body))))
    right = closer.text if isinstance(closer, Atom) else ""
    return Fence(left, right, Row(tuple(body)))


def _pair_all_bars(items: list[Node]) -> list[Node]:
    """Gather everything between two bars, single or double, into a `Fence`."""
    for bar in "|‖":
        items = _pair_bars(items, bar)
    return items


def _pair_bars(items: list[Node], bar: str) -> list[Node]:
    """Pair bars as absolute values or norms; if their number is odd, they are relations, as the bar of p(y | x)."""
    bar_indices = [index for index, item in enumerate(items) if _is_bar(item, bar)]
    is_odd = len(bar_indices) % 2 == 1
    if is_odd:
        return [Atom(bar, "rel") if item == Atom(bar, "bar") else item for item in items]
    pairs = list(zip(bar_indices[::2], bar_indices[1::2], strict=True))
    for start, end in reversed(pairs):  # backwards: earlier indices remain valid
        has_script = not isinstance(items[start], Atom)  # an opening bar has none
        encloses_nothing = end == start + 1  # || typed for ‖
        if has_script or encloses_nothing:
            continue
        fence = _make_fence(items[start], items[start + 1 : end], items[end])
        items = [*items[:start], fence, *items[end + 1 :]]
    return items


def _is_bar(item: Node, bar: str) -> bool:
    """Whether `item` is the character `bar`, with or without a script."""
    base = item.base if isinstance(item, Script) else item
    return base == Atom(bar, "bar")

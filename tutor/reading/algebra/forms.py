"""The forms that a question may ask an expression to have."""

from collections.abc import Callable

from tutor.reading.algebra.tree import Expr, Neg, Op, nodes


def _is_sum(tree: Expr) -> bool:
    return isinstance(tree, Op) and tree.sign in {"+", "-"}


def _factored(tree: Expr) -> bool:
    """A product, quotient or power, not a sum, on top."""
    return _factored(tree.of) if isinstance(tree, Neg) else not _is_sum(tree)


def _expanded(tree: Expr) -> bool:
    """No product or power of a sum."""
    products = [node for node in nodes(tree) if isinstance(node, Op) and node.sign in {"*", "^"}]
    return not any(_is_sum(node.left) or (node.sign == "*" and _is_sum(node.right)) for node in products)


def _fraction(tree: Expr) -> bool:
    """One quotient, with none inside."""
    inner = tree.of if isinstance(tree, Neg) else tree
    if not isinstance(inner, Op) or inner.sign != "/":
        return False
    return not any(
        isinstance(node, Op) and node.sign == "/" for side in (inner.left, inner.right) for node in nodes(side)
    )


def _no_sum(tree: Expr) -> bool:
    return not any(_is_sum(node) for node in nodes(tree))


FORMS: dict[str, tuple[Callable[[Expr], bool], str]] = {
    "factored": (_factored, "as a product"),
    "expanded": (_expanded, "multiplied out, without brackets around sums"),
    "fraction": (_fraction, "as a single fraction"),
    "no sum": (_no_sum, "without a plus or minus"),
}
"""Form → whether a tree has it, and how to ask for it."""

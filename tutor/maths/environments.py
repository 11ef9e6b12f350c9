"""Environments: matrices, cases and aligned equations, as tables."""

from collections.abc import Sequence

from tutor.maths.tree import Fence, MathError, Node, NodeReader, ParsedNode, Row, Table, TableKind

ENVIRONMENTS: dict[str, tuple[TableKind, str, str]] = {
    "matrix": ("matrix", "c", "  "),
    "smallmatrix": ("matrix", "c", "  "),
    "array": ("matrix", "c", "  "),
    "pmatrix": ("matrix", "c", "()"),
    "bmatrix": ("matrix", "c", "[]"),
    "Bmatrix": ("matrix", "c", "{}"),
    "vmatrix": ("matrix", "c", "||"),
    "Vmatrix": ("matrix", "c", "‖‖"),
    "cases": ("cases", "l", "{ "),
    "dcases": ("cases", "l", "{ "),
    "rcases": ("cases", "l", " }"),
    **dict.fromkeys(("aligned", "align", "align*", "split"), ("aligned", "rl", "  ")),
    **dict.fromkeys(("gathered", "gather", "gather*", "equation", "equation*"), ("gathered", "c", "  ")),
    "substack": ("stack", "c", "  "),
}
"""Environment → its kind of table, the alignment of its columns, and its two brackets; a blank means none."""


def build_environment(reader: NodeReader, node: ParsedNode) -> Node:
    r"""Build the table in an environment, inside the brackets of the environment.

    Raises:
        MathError: a cell cannot be read, or text follows a command such as `\substack{…}`.
    """
    kind, usual_alignment, brackets = ENVIRONMENTS[node.token[1:]]
    children: Sequence[ParsedNode] = node.children or ()
    if kind == "stack" and len(children) > 1 and children[0].token == "{}":
        raise MathError(rf"{node.token} must stand alone in its script")
    rows = tuple(tuple(reader.read_row(cell) for cell in cells) for cells in _split_cells(children))
    is_single_equation = kind == "gathered" and len(rows) == len(rows[0]) == 1
    if is_single_equation:
        return rows[0][0]
    alignment = "".join(letter for letter in node.alignment or "" if letter in "lcr")
    table = Table(rows, alignment or usual_alignment, kind)
    left, right = brackets[0].strip(), brackets[1].strip()  # a blank means none
    return Fence(left, right, Row((table,))) if left or right else table


def _split_cells(nodes: Sequence[ParsedNode]) -> list[list[list[ParsedNode]]]:
    r"""Split the contents of an environment at `\\` and `&`: into rows, of cells, of nodes.

    An empty last row is left out: authors end the last row with `\\` as well.
    """
    rows: list[list[list[ParsedNode]]] = [[[]]]
    for node in nodes:
        if node.token in (r"\\", r"\cr"):
            rows.append([[]])
        elif node.token == "&":
            rows[-1].append([])
        else:
            last_cell = rows[-1][-1]
            last_cell.append(node)
    is_last_row_empty = rows[-1] == [[]]
    if len(rows) > 1 and is_last_row_empty:
        rows.pop()
    return rows

"""A formula as a small tree, which `parse` makes, and which `layout`, `line` and `ascii` draw."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

ParsedNode = Any
"""A node of latex2mathml's parse: it has token, children, text, delimiter, alignment, attributes and modifier."""


class MathError(ValueError):
    """A formula cannot be read; the message says why in one line."""


Kind = Literal[
    "ord",  # a letter, a number: x, 2, ∂
    "op",  # a large operator: ∑, ∏, ∫
    "name",  # a function set upright: log, softmax
    "bin",  # a binary operator: +, ·
    "rel",  # a relation: =, ∈, →
    "open",
    "close",
    "punct",  # a comma, a semicolon
    "bar",  # | or ‖ before it is known which of its meanings it has
    "inner",  # dots
    "slash",
    "post",  # follows its operand: !, %
    "text",
    "unary",  # a sign in front of its operand
    "block",  # a box of its own: a fraction, a brace with a label
    "fence",  # something in brackets
    "root",
]


class Atom(msgspec.Struct, frozen=True):
    """One symbol, number, name or piece of text."""

    text: str
    kind: Kind


class Space(msgspec.Struct, frozen=True):
    """Blank cells that the author asked for."""

    cells: int


class Row(msgspec.Struct, frozen=True):
    """Nodes side by side."""

    items: tuple["Node", ...]


class Fraction(msgspec.Struct, frozen=True):
    """A fraction; without a bar it is a binomial coefficient."""

    numerator: "Node"
    denominator: "Node"
    has_bar: bool = True


class Script(msgspec.Struct, frozen=True):
    """A base with a subscript, a superscript and primes."""

    base: "Node"
    sub: "Node | None" = None
    sup: "Node | None" = None
    primes: int = 0
    """How many primes."""
    limits: bool = False
    """Whether the scripts are limits, which go below and above the base in a display."""


class Root(msgspec.Struct, frozen=True):
    """A root; `index` is the 3 of a cube root, and `None` for a square root."""

    body: "Node"
    index: "Node | None" = None


class Accent(msgspec.Struct, frozen=True):
    """A mark over one letter: `mark` is its name, such as hat or bar."""

    body: "Node"
    mark: str


class WideMark(msgspec.Struct, frozen=True):
    """A mark as wide as its body: `mark` is overline, underline, vec or box."""

    body: "Node"
    mark: str


class Brace(msgspec.Struct, frozen=True):
    """A horizontal brace under (or over) a body, with a label or None."""

    body: "Node"
    label: "Node | None"
    is_over: bool


class Stack(msgspec.Struct, frozen=True):
    """A symbol with something small set above or below it, such as an arrow with a label."""

    body: "Node"
    above: "Node | None"
    below: "Node | None"


class Fence(msgspec.Struct, frozen=True):
    """A body in brackets that grow with it, as between TeX's left and right commands; a bracket may be empty."""

    left: str
    right: str
    body: Row


TableKind = Literal["matrix", "cases", "aligned", "gathered", "stack"]


class Table(msgspec.Struct, frozen=True):
    """Rows of cells; `columns` has one of l, c, r for each column and is repeated when too short."""

    rows: tuple[tuple[Row, ...], ...]
    columns: str
    kind: TableKind


Node = Atom | Space | Row | Fraction | Script | Root | Accent | WideMark | Brace | Stack | Fence | Table

EMPTY_ROW = Row(())


def strip_scripts(node: Node) -> Node:
    """The innermost base of a node, without its scripts and without rows of one item: x of x², and of {x}_i."""
    while True:
        if isinstance(node, Script):
            node = node.base
        elif isinstance(node, Row) and len(node.items) == 1:
            node = node.items[0]
        else:
            return node


def padded_rows(table: Table) -> list[tuple[Row, ...]]:
    """The table's rows, with empty cells added at the end of short rows."""
    column_count = max((len(row) for row in table.rows), default=0)
    return [row + (EMPTY_ROW,) * (column_count - len(row)) for row in table.rows]


def unwrap(row: Row) -> Node:
    """The item of a row that has only one; otherwise the row itself."""
    return row.items[0] if len(row.items) == 1 else row


class NodeReader(Protocol):
    """What builders of commands and environments use of the parser: it turns parsed arguments and cells into trees."""

    def read_row(self, nodes: Sequence[ParsedNode]) -> Row:
        """Turn siblings into one row."""
        ...

    def require_arguments(self, node: ParsedNode, count: int) -> Sequence[ParsedNode]:
        """Return the children of a command, after checking that there are `count`."""
        ...

    def read_argument(self, node: ParsedNode) -> Node:
        """Turn one argument into a node, without its braces."""
        ...

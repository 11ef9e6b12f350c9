"""Commands that take arguments: fractions, roots, brackets, accents, braces and arrows."""

import re
from collections.abc import Callable, Sequence

from tutor.maths.atoms import read_delimiter, read_symbol
from tutor.maths.tree import (
    Accent,
    Atom,
    Brace,
    Fence,
    Fraction,
    Kind,
    MathError,
    Node,
    NodeReader,
    ParsedNode,
    Root,
    Row,
    Script,
    Space,
    Stack,
    WideMark,
)

Builder = Callable[[NodeReader, ParsedNode], Node]

_DOLLAR = re.compile(r"(?<!\\)\$")
_ESCAPED = re.compile(r"\\([%$_&#{} ])")


def build_text(node: ParsedNode, parse: Callable[[str], Row]) -> Node:
    """Build the words of a command such as text; formulas between dollar signs in them are read by `parse`."""
    pieces = _DOLLAR.split(node.text or "")  # words and formulas in turn; the first and the last are words
    if len(pieces) % 2 == 0:
        raise MathError(r"\text{…} has a $ without a partner")
    items: list[Node] = []
    for index, piece in enumerate(pieces):
        is_formula = index % 2 == 1
        if is_formula:
            items.append(parse(piece))
        elif piece:
            items.append(Atom(_ESCAPED.sub(r"\1", piece), "text"))
    return items[0] if len(items) == 1 else Row(tuple(items))


def add_accent(body: Node, name: str) -> Node:
    """Add an accent to `body`; if `body` has scripts, the accent goes on its base."""
    if isinstance(body, Script):
        return Script(add_accent(body.base, name), body.sub, body.sup, body.primes, body.limits)
    return Accent(body, name.removeprefix("wide"))


def _build_fraction(reader: NodeReader, node: ParsedNode) -> Node:
    """Build a fraction, or a binomial coefficient in its brackets."""
    numerator, denominator = (reader.read_argument(child) for child in reader.require_arguments(node, 2))
    brackets = node.delimiter or ("()" if node.token.endswith("binom") else "")
    has_bar = not brackets and (node.attributes or {}).get("linethickness") != "0"
    fraction = Fraction(numerator, denominator, has_bar)
    if not brackets:
        return fraction
    return Fence(brackets[0], brackets[1], Row((fraction,)))


def _read_only_argument(reader: NodeReader, node: ParsedNode) -> Node:
    """Read the argument of a command that has exactly one."""
    (argument,) = reader.require_arguments(node, 1)
    return reader.read_argument(argument)


def _build_root(reader: NodeReader, node: ParsedNode) -> Node:
    r"""`\sqrt{x}`, or `\sqrt[n]{x}`, which the parser gives as `\root`."""
    if node.token == r"\sqrt":
        return Root(_read_only_argument(reader, node))
    body, index = reader.require_arguments(node, 2)
    return Root(reader.read_argument(body), reader.read_argument(index))


def _build_fence(reader: NodeReader, node: ParsedNode) -> Node:
    r"""Build the brackets after `\left` and `\right` with what is between them; `\right` is the last child."""
    children: Sequence[ParsedNode] = node.children or ()
    left, right = read_delimiter(node.delimiter), read_delimiter(children[-1].delimiter)
    return Fence(left, right, reader.read_row(children[:-1]))


def _build_middle_bracket(reader: NodeReader, node: ParsedNode) -> Node:
    r"""Build the sign after `\middle`, which is spaced like a relation, such as the bar of p(y | x)."""
    return Atom(read_delimiter(node.text), "rel")


def _build_sized_bracket(reader: NodeReader, node: ParsedNode) -> Node:
    r"""Build the bracket after a command such as `\bigl`; its size is ignored, since brackets grow by themselves."""
    bracket = read_symbol(node.text, "")
    if not isinstance(bracket, Atom):
        raise MathError(f"{node.token} must stand before a bracket")
    side = node.token.lower()[-1]  # l in \bigl, r in \bigr
    if bracket.kind == "bar" and side in "lr":
        return Atom(bracket.text, "open" if side == "l" else "close")
    return bracket


def _wide_builder(mark: str) -> Builder:
    """Make the builder of a mark as wide as its body; a bar or an arrow over a single letter becomes an accent."""

    def build(reader: NodeReader, node: ParsedNode) -> Node:
        body = _read_only_argument(reader, node)
        is_letter = isinstance(body, Atom) and len(body.text) == 1
        if is_letter and mark == "overline":
            return Accent(body, "bar")
        if is_letter and mark == "vec":
            return Accent(body, "vec")
        return WideMark(body, mark)

    return build


def _brace_builder(*, is_over: bool) -> Builder:
    """Make the builder of a horizontal brace over or under a body; the label, a script in LaTeX, is added later."""

    def build(reader: NodeReader, node: ParsedNode) -> Node:
        return Brace(_read_only_argument(reader, node), None, is_over)

    return build


def _build_stack(reader: NodeReader, node: ParsedNode) -> Node:
    """Build a symbol with something small below it, or above it."""
    body, small = (reader.read_argument(child) for child in reader.require_arguments(node, 2))
    if node.token == r"\underset":
        return Stack(body, above=None, below=small)
    return Stack(body, above=small, below=None)


def _arrow_builder(sign: str) -> Builder:
    """Make the builder of an arrow with a label above it, and perhaps one below."""

    def build(reader: NodeReader, node: ParsedNode) -> Node:
        labels = [reader.read_argument(child) for child in reader.require_arguments(node, len(node.children or ()))]
        below = labels[0] if len(labels) > 1 else None  # the optional argument comes first
        return Stack(Atom(sign, "rel"), above=labels[-1], below=below)

    return build


def _build_operator(reader: NodeReader, node: ParsedNode) -> Node:
    r"""Turn the argument of `\mathop` into a function's name; a large operator such as ∑ remains an operator."""
    inner = _read_only_argument(reader, node)
    return Atom(inner.text, "name") if isinstance(inner, Atom) and inner.kind != "op" else inner


def _kind_builder(kind: Kind) -> Builder:
    """Make the builder of a command whose argument is spaced like a symbol of this `kind`, as mathbin's is."""

    def build(reader: NodeReader, node: ParsedNode) -> Node:
        inner = _read_only_argument(reader, node)
        return Atom(inner.text, kind) if isinstance(inner, Atom) else inner

    return build


def _build_modulo(reader: NodeReader, node: ParsedNode) -> Node:
    r"""`\pmod{n}`: (mod n) after a space."""
    modulus = _read_only_argument(reader, node)
    return Row((Space(2), Fence("(", ")", Row((Atom("mod", "name"), modulus)))))


def _build_without_color(reader: NodeReader, node: ParsedNode) -> Node:
    """Build the contents of a colour command and ignore the colour: on a screen the theme sets colours."""
    children: Sequence[ParsedNode] = node.children or ()
    if len(children) == 1 and children[0].token == "{}":
        return reader.read_row(children[0].children)
    return reader.read_row(children)


COMMANDS: dict[str, Builder] = {
    **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac", r"\cfrac", r"\genfrac"), _build_fraction),
    **dict.fromkeys((r"\binom", r"\dbinom", r"\tbinom"), _build_fraction),
    **dict.fromkeys((r"\sqrt", r"\root"), _build_root),
    **{
        f"\\{size}{side}": _build_sized_bracket
        for size in ("big", "Big", "bigg", "Bigg")
        for side in ("", "l", "m", "r")
    },
    r"\left": _build_fence,
    r"\middle": _build_middle_bracket,
    r"\overline": _wide_builder("overline"),
    r"\underline": _wide_builder("underline"),
    r"\overrightarrow": _wide_builder("vec"),
    r"\boxed": _wide_builder("box"),
    r"\underbrace": _brace_builder(is_over=False),
    r"\overbrace": _brace_builder(is_over=True),
    **dict.fromkeys((r"\overset", r"\underset", r"\stackrel"), _build_stack),
    r"\xrightarrow": _arrow_builder("→"),
    r"\xleftarrow": _arrow_builder("←"),
    r"\xRightarrow": _arrow_builder("⇒"),
    r"\mathop": _build_operator,
    r"\mathbin": _kind_builder("bin"),
    r"\mathrel": _kind_builder("rel"),
    r"\mathord": _kind_builder("ord"),
    r"\pmod": _build_modulo,
    r"\color": _build_without_color,
}
"""Command → the function that builds its node; a command that is not here takes no arguments or is unknown."""

"""Writes a formula in one line of Unicode: for running text, screen readers and small terminals."""

import re
import unicodedata
from collections.abc import Sequence

from tutor.maths import symbols
from tutor.maths.spacing import SpacedItem, space_items
from tutor.maths.tree import (
    EMPTY_ROW,
    Accent,
    Atom,
    Brace,
    Fence,
    Fraction,
    Node,
    Root,
    Row,
    Script,
    Space,
    Stack,
    Table,
    WideMark,
    padded_rows,
    strip_scripts,
)

_INNERMOST_BRACKETS = re.compile(r"[(\[{⟨⌊⌈][^()\[\]{}⟨⟩⌊⌋⌈⌉]*[)\]}⟩⌋⌉]")
_LOOSE_KINDS = frozenset(("bin", "rel", "op", "block", "inner", "punct", "slash"))
"""A numerator or denominator on one line needs brackets if one of its parts is of these kinds."""
_FACTOR_KINDS = frozenset(("ord", "open", "fence", "root", "name", "block"))
"""After a fraction on one line, a part of these kinds could be read as a factor of its denominator."""


class LineFormatter:
    """Formats any part of a tree as one line; a subclass changes characters and names, but not the grammar."""

    uses_brackets_for_indices = True
    """Whether several indices are written in square brackets: X[c,r,s]."""

    def format(self, node: Node, is_tight: bool = False) -> str:
        """One line for `node`; `is_tight` sets it without gaps, as in an index."""
        match node:
            case Atom():
                return self.format_atom(node)
            case Space():
                return " " * node.cells
            case Row():
                return self.format_row(node.items, is_tight)
            case Fraction():
                return self.format_fraction(node, is_tight)
            case Script():
                return self.format_script(node, is_tight)
            case Root():
                return self.format_root(node)
            case Accent():
                return self.format_accent(node)
            case WideMark():
                return self.format_wide(node)
            case Brace():
                body = self.format_group(node.body)
                return f"{body} [{self.format(node.label)}]" if node.label else body
            case Stack():
                return self.format_stack(node)
            case Fence():
                return self.format_fence(node, is_tight)
            case Table():
                return self.format_table(node)

    def format_atom(self, node: Atom) -> str:
        """A symbol as it is drawn."""
        return node.text

    def format_row(self, items: Sequence[Node], is_tight: bool) -> str:
        """Write the items of a row side by side, with gaps between them."""
        line = ""
        text_before, kind_before = "", ""
        spaced_items = list(space_items(items, is_tight=is_tight, on_one_line=True))
        next_items = [*spaced_items[1:], None]  # one too many for an empty row, which `zip` drops
        for (gap, node, kind), next_item in zip(spaced_items, next_items, strict=False):
            text = self.format(node, is_tight)
            is_argument = kind_before == "name" and isinstance(node, Fraction)  # log 1/2 would be (log 1)/2
            if is_argument or _is_coefficient(node, next_item):
                text = f"({text})"
            if is_argument:
                line += text
            else:
                line += " " * max(gap, self.extra_gap(text_before, text)) + text
            text_before = "" if kind == "unary" else text  # no extra gap after a sign such as −
            kind_before = _kind_for_next(node, kind)
        return line

    def extra_gap(self, left: str, right: str) -> int:
        """The cells between the texts `left` and `right` that are needed even if the formula has no gap there.

        Two numbers side by side, as in 2 3, would be read as one.
        """
        return int(left[-1:].isdigit() and right[:1].isdigit())

    def format_group(self, node: Node) -> str:
        """Write `node`, in brackets unless it is a single factor."""
        text = self.format(node)
        return text if is_factor(node) else f"({text})"

    def format_fraction(self, node: Fraction, is_tight: bool) -> str:
        """Write a fraction with a slash, or a binomial coefficient as `n choose k`."""
        numerator, denominator = self.format(node.numerator, is_tight), self.format(node.denominator, is_tight)
        if not node.has_bar:
            return f"{numerator} choose {denominator}"
        if _needs_brackets_before_slash(node.numerator, numerator):
            numerator = f"({numerator})"
        if _needs_brackets_after_slash(node.denominator, denominator):
            denominator = f"({denominator})"
        return f"{numerator}/{denominator}"

    def format_script(self, node: Script, is_tight: bool) -> str:
        """Write a base with its scripts; several indices of a quantity in square brackets, as in a program: X[r,s]."""
        base = self.format(node.base, is_tight)
        if not is_factor(node.base):
            base = f"({base})"
        base += self.format_primes(node.primes)
        bare_base = strip_scripts(node.base)
        is_quantity = isinstance(bare_base, Atom) and bare_base.kind in {"ord", "op"}
        if self.uses_brackets_for_indices and is_quantity and node.sub and _is_list(node.sub):
            return f"{base}[{self.format(node.sub, is_tight=True)}]{self.format_scripts(node.sup, None)}"
        return base + self.format_scripts(node.sup, node.sub)

    def format_primes(self, count: int) -> str:
        """Write `count` primes."""
        return symbols.PRIMES[count] if count < len(symbols.PRIMES) else "′" * count

    def format_scripts(self, sup: Node | None, sub: Node | None) -> str:
        """Write both scripts, in small characters if Unicode has all of them, otherwise after ^ and _."""
        sup_text = self.format(sup, is_tight=True) if sup else ""
        sub_text = self.format(sub, is_tight=True) if sub else ""
        small = small_scripts(sup_text, sub_text)
        if small:
            small_sup, small_sub = small
            return small_sub + small_sup
        lowered = f"_{_add_round_brackets(sub_text, sub)}" if sub else ""
        raised = f"^{_add_round_brackets(sup_text, sup)}" if sup else ""
        return lowered + raised

    def format_root(self, node: Root) -> str:
        """Write a root sign and its body, in brackets unless it is a single factor."""
        body = self.format_group(node.body)
        if node.index is None:
            return "√" + body
        index = self.format(node.index, is_tight=True)
        raised_index = symbols.translate_all(index, symbols.SUPERSCRIPTS)
        return f"{raised_index or f'[{index}]'}√{body}"

    def format_accent(self, node: Accent) -> str:
        """Write a letter with its combining mark; anything longer as the argument of the accent: hat(xy)."""
        text = self.format(node.body)
        is_one_character = isinstance(strip_scripts(node.body), Atom) and len(text) == 1
        if is_one_character:
            return unicodedata.normalize("NFC", text + symbols.ACCENTS[node.mark])
        return f"{node.mark}({text})"

    def format_wide(self, node: WideMark) -> str:
        """Write a body under a rule or arrow as `bar(…)` or `vec(…)`, and a body in a frame in square brackets."""
        text = self.format(node.body)
        if node.mark == "box":
            return f"[{text}]"
        name = {"overline": "bar", "vec": "vec"}.get(node.mark)
        return f"{name}({text})" if name else text

    def format_stack(self, node: Stack) -> str:
        """Write an arrow with its label in its shaft; any other symbol with what is above and below it as scripts."""
        body = self.format(node.body)
        if body in ("→", "⇒") and node.above and not node.below:
            return f"─{self.format(node.above)}{body}"
        return body + self.format_scripts(node.above, node.below)

    def format_fence(self, node: Fence, is_tight: bool) -> str:
        """Write a body between its brackets."""
        if len(node.body.items) == 1 and isinstance(node.body.items[0], Table):
            return self.format_brackets(node.left, self.format_table(node.body.items[0]), node.right)
        return self.format_brackets(node.left, self.format_row(node.body.items, is_tight), node.right)

    def format_brackets(self, left: str, body: str, right: str) -> str:
        """Write `body` between its brackets; if the only one is a brace, as around cases, the other is added."""
        if (left, right) == ("{", ""):
            right = "}"
        elif (left, right) == ("", "}"):
            left = "{"
        return f"{left}{body}{right}"

    def format_table(self, node: Table) -> str:
        """Write a table: a matrix as `a, b; c, d`, cases and equations one after another."""
        if node.kind == "matrix":
            rows = []
            for row in padded_rows(node):
                rows.append(", ".join(self.format_row(cell.items, is_tight=False) for cell in row))
            return "; ".join(rows)
        if node.kind == "stack":
            return ", ".join(self.format_row(row[0].items, is_tight=True) for row in node.rows)
        if node.kind == "cases":
            return "; ".join(self.format_case(row) for row in node.rows)
        equations = [self.format_row(join_cells(row), is_tight=False).strip() for row in node.rows]
        return self.join_lines(equations)

    def format_case(self, row: Sequence[Row]) -> str:
        """Write one of several cases: `1 if x > 0` if its condition begins with a word, otherwise `1, x > 0`."""
        value, *conditions = [self.format_row(cell.items, is_tight=False).rstrip(" ,;.") for cell in row]
        line = value
        for cell, condition in zip(row[1:], conditions, strict=True):
            if not condition:
                continue
            separator = " " if _begins_with_text(cell) else ", "
            line += separator + condition.lstrip()
        return line

    def join_lines(self, lines: list[str]) -> str:
        """Join equations with semicolons; before a line that begins with = or an operator there is only a space."""
        text = ""
        for line in lines:
            if not line:
                continue
            continues_previous = not line[0].isalnum() and symbols.spacing_kind(line[0]) in ("rel", "bin")
            separator = " " if continues_previous else "; "
            text = f"{text}{separator}{line}" if text else line
        return text


def _is_coefficient(node: Node, next_item: SpacedItem | None) -> bool:
    """Whether `node` is a fraction with a factor after it, which needs brackets: 1/2 x could be read as 1/(2x)."""
    if next_item is None or next_item.node == EMPTY_ROW or not isinstance(node, Fraction) or not node.has_bar:
        return False
    is_apart = next_item.gap > 1  # such as after a \quad
    return next_item.kind in _FACTOR_KINDS and not is_apart


def _kind_for_next(node: Node, kind: str) -> str:
    """The kind that counts for the item after `node`; "" after limits, since that item is not an argument then."""
    return "" if isinstance(node, Script) and node.limits else kind


def join_cells(cells: Sequence[Row]) -> tuple[Node, ...]:
    """Join the cells of a row of aligned equations, alternately left and right sides, to the items of one row."""
    items: list[Node] = []
    for index, cell in enumerate(cells):
        is_right_side = index % 2 == 1
        if is_right_side:
            # As in TeX, an empty group at the beginning of a right side makes a + or − there an operator.
            items.append(Row(()))
        elif index > 0:  # another equation on the same line
            items.append(Space(4))
        items += cell.items
    return tuple(items)


def small_scripts(sup: str, sub: str) -> tuple[str, str] | None:
    """Write a superscript and a subscript in small characters; `None` if Unicode lacks one of the characters."""
    small_sup = symbols.translate_all(sup, symbols.SUPERSCRIPTS)
    small_sub = symbols.translate_all(sub, symbols.SUBSCRIPTS)
    return None if small_sup is None or small_sub is None else (small_sup, small_sub)


def is_single_token(text: str, node: Node | None) -> bool:
    """Whether a script needs no brackets after ^ or _: `node`, written as `text`, is one symbol, number or word."""
    return isinstance(node, Atom) and text != "" and " " not in text


def _add_round_brackets(text: str, node: Node | None) -> str:
    """The text of a script for after ^ or _, in brackets if it needs them."""
    return text if is_single_token(text, node) else f"({text})"


def _is_list(node: Node) -> bool:
    """Whether a script is several indices with commas between them."""
    items = node.items if isinstance(node, Row) else (node,)
    return any(isinstance(item, Atom) and item.text == "," for item in items)


def is_factor(node: Node) -> bool:
    """Whether `node` needs no brackets to be raised, rooted or marked."""
    inner = strip_scripts(node)
    return not isinstance(inner, (Row, Fraction, Brace)) or inner == Row(())


def _needs_brackets_before_slash(node: Node, text: str) -> bool:
    """Whether a numerator needs brackets, as in (a + b)/2; `node` is the numerator, `text` how it is written.

    It needs them if it is a fraction, or has an operator or a space outside its own brackets.
    """
    if isinstance(strip_scripts(node), Fraction):
        return True
    items = node.items if isinstance(node, Row) else (node,)
    if len(items) > 1 and any(item.kind in _LOOSE_KINDS for item in space_items(items)):
        return True
    outside_brackets = text
    while _INNERMOST_BRACKETS.search(outside_brackets):
        outside_brackets = _INNERMOST_BRACKETS.sub("", outside_brackets)
    return " " in outside_brackets


def _needs_brackets_after_slash(node: Node, text: str) -> bool:
    """Whether a denominator needs brackets: all do but a single factor, as in 1/x, a call f(x), or a differential dx.

    `node` is the denominator, `text` how it is written.
    """
    if _needs_brackets_before_slash(node, text):
        return True
    items = node.items if isinstance(node, Row) else (node,)
    if len(items) == 1:
        return False
    first = strip_scripts(items[0])
    if len(items) != 2 or not isinstance(first, Atom):
        return True
    is_call = isinstance(items[1], Fence) and not first.text.isdigit()
    is_differential = first.text in symbols.DIFFERENTIALS
    return not (is_call or is_differential)


def _begins_with_text(row: Row) -> bool:
    """Whether the first thing in `row` that is not a blank is text, which may stand in a row of its own."""
    first = next((item for item in row.items if not isinstance(item, Space)), None)
    if isinstance(first, Row):
        return _begins_with_text(first)
    return isinstance(first, Atom) and first.kind == "text"

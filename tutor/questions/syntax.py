"""The grammar of expressions in lessons: text → a small frozen tree. Nothing is ever executed here.

A Pratt parser: every operator has a binding power, and an operand is read with the power of the
operator before it. Length, depth and digits are bounded, so that no text can take long.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Union

import msgspec

from tutor.errors import clip, nearest
from tutor.reading.tokens import ExpressionError, Token, read_digits, tokens

DEPTH = 50
"""The most brackets, minus signs and powers one inside another."""
HEIGHT = 120
"""The most operations one on top of another, nested or in a row."""

FUNCTIONS = {
    **dict.fromkeys(("sqrt", "exp", "ln", "log", "log10", "abs", "floor", "ceil"), (1, 1)),
    **dict.fromkeys(("tanh", "sigmoid", "relu"), (1, 1)),
    **dict.fromkeys(("min", "max", "sum"), (1, 50)),
    "round": (1, 2),
}
"""Function → the fewest and the most arguments. `log` and `ln` are natural."""


class Number(msgspec.Struct, frozen=True):
    """A number as it was written, exact."""

    value: Fraction


class Text(msgspec.Struct, frozen=True):
    """A word in quotes."""

    value: str


class Name(msgspec.Struct, frozen=True):
    """A name whose value comes from outside."""

    name: str


class Field(msgspec.Struct, frozen=True):
    """`of.key`: a quantity inside a state."""

    of: "Node"
    key: str


class Index(msgspec.Struct, frozen=True):
    """`of[at]`: an entry of a list, counted from 0."""

    of: "Node"
    at: "Node"


class Unary(msgspec.Struct, frozen=True):
    """A sign or `not`."""

    operator: str
    of: "Node"


class Binary(msgspec.Struct, frozen=True):
    """`left operator right` for arithmetic, `and`, `or`."""

    operator: str
    left: "Node"
    right: "Node"


class Comparison(msgspec.Struct, frozen=True):
    """`first < second <= third …`, true when each link holds."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


class Call(msgspec.Struct, frozen=True):
    """A function of `FUNCTIONS` with its arguments."""

    function: str
    arguments: tuple["Node", ...]


Node = Union[Number, Text, Name, Field, Index, Unary, Binary, Comparison, Call]  # noqa: UP007  # forward names need Union


_INFIX = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 8}
_NOT, _COMPARE, _SIGN = 3, 4, 7
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """`text` as a tree.

    Raises:
        ExpressionError: it is no expression, or longer or deeper than is read.
    """
    parser = _Parser(tokens(text), text)
    tree = parser.expression(0)
    parser.expect_end()
    if _height(tree) > HEIGHT:
        raise ExpressionError(f"'{clip(text)}' has too many operations in a row; name a part of it in `let`")
    return tree


def children(tree: Node) -> tuple[Node, ...]:
    """The parts that `tree` is made of."""
    match tree:
        case Field(of=of) | Unary(of=of):
            return (of,)
        case Index(of=of, at=at):
            return (of, at)
        case Binary(left=left, right=right):
            return (left, right)
        case Comparison(first=first, rest=rest):
            return (first, *(node for _, node in rest))
        case Call(arguments=arguments):
            return arguments
    return ()


def _height(tree: Node) -> int:
    level, height = [tree], 0
    while level:
        level = [child for node in level for child in children(node)]
        height += 1
    return height


class _Parser:
    """Reads tokens from left to right; `_depth` counts how deep the brackets, signs and powers go."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _accept(self, text: str) -> bool:
        if self._next.sort == "sign" and self._next.text == text:
            self._at += 1
            return True
        return False

    def expect_end(self) -> None:
        """Refuse what is left over after a whole expression."""
        if self._next.sort != "end":
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        token, whole = self._next, clip(self._text)
        if token.sort == "end":
            return ExpressionError(f"'{whole}' is not complete: something is missing at its end")
        if token.sort in {"number", "name"} and self._at:
            before = self._tokens[self._at - 1].text
            return ExpressionError(
                f"an operator is missing between '{clip(before, 20)}' and '{clip(token.text, 20)}'; "
                f"multiplication is written *"
            )
        return ExpressionError(f"'{clip(token.text, 20)}' at place {token.at + 1} does not fit in '{whole}'")

    def _close(self, bracket: str) -> None:
        if not self._accept(bracket):
            if self._next.sort == "end":
                raise ExpressionError(f"a bracket is not closed: '{clip(self._text)}' needs a '{bracket}'")
            raise self._unexpected()

    def expression(self, power: int) -> Node:
        """An operand and every operator after it that binds more tightly than `power`."""
        self._depth += 1
        if self._depth > DEPTH:
            raise ExpressionError(f"brackets, signs or powers go more than {DEPTH} deep; make it simpler")
        left = self._operand()
        while True:
            operator = self._next.text if self._next.sort in {"sign", "word"} else ""
            if operator == "=":
                raise ExpressionError(f"write == to compare: '{clip(self._text)}'")
            if operator in _COMPARISONS and power < _COMPARE:
                left = self._comparison(left)
            elif _INFIX.get(operator, 0) > power:
                self._take()
                # A power groups from the right, and its exponent may carry a sign: 2^-3^2 = 2^(-(3^2)).
                right = self.expression(_SIGN if operator == "^" else _INFIX[operator])
                left = Binary(operator, left, right)
            else:
                self._depth -= 1
                return left

    def _comparison(self, first: Node) -> Node:
        rest = []
        while self._next.sort == "sign" and self._next.text in _COMPARISONS:
            operator = self._take().text
            rest.append((operator, self.expression(_COMPARE)))
        return Comparison(first, tuple(rest))

    def _operand(self) -> Node:
        token = self._next
        if token.sort == "word" and token.text == "not":
            self._take()
            return Unary("not", self.expression(_NOT))
        if token.sort == "sign" and token.text in "+-":
            self._take()
            return Unary(token.text, self.expression(_SIGN))
        if token.sort == "number":
            return Number(read_digits(self._take().text))
        if token.sort == "text":
            return Text(self._take().text[1:-1])
        if token.sort == "name":
            return self._postfix(self._named(self._take().text))
        if self._accept("("):
            inner = self.expression(0)
            self._close(")")
            return self._postfix(inner)
        raise self._unexpected()

    def _named(self, name: str) -> Node:
        if not self._accept("("):
            if name in FUNCTIONS:
                raise ExpressionError(f"{name} needs brackets around what it is taken of: {name}(2)")
            return Name(name)
        if name not in FUNCTIONS:
            near = nearest(name, FUNCTIONS)
            advice = f"did you mean '{near}'?" if near else "there are " + ", ".join(sorted(FUNCTIONS))
            raise ExpressionError(f"there is no function '{clip(name, 30)}'; {advice}")
        arguments = []
        if not self._accept(")"):
            arguments.append(self.expression(0))
            while self._accept(","):
                arguments.append(self.expression(0))
            self._close(")")
        fewest, most = FUNCTIONS[name]
        if not fewest <= len(arguments) <= most:
            count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise ExpressionError(f"{name} takes {count} argument{'s' * (most > 1)}, not {len(arguments)}")
        return Call(name, tuple(arguments))

    def _postfix(self, node: Node) -> Node:
        while True:
            if self._accept("["):
                node = Index(node, self.expression(0))
                self._close("]")
            elif self._accept("."):
                if self._next.sort != "name":
                    raise self._unexpected()
                node = Field(node, self._take().text)
            else:
                return node

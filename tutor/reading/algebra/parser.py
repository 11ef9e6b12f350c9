"""Typed expressions → trees: the operators, and multiplication that people mean but do not write.

A Pratt parser over the tokens of `lexer` and `resolve`. Length, depth, size and digits are bounded.
"""

import re
from functools import lru_cache

from tutor.errors import clip
from tutor.reading.algebra.functions import ARITY, REWRITTEN
from tutor.reading.algebra.lexer import Token, plain, tokens
from tutor.reading.algebra.resolve import Words, resolved
from tutor.reading.algebra.tree import Expr, Fn, Neg, Num, Op, Var, nodes
from tutor.reading.algebra.vectors import NO_VECTORS
from tutor.reading.signs import hidden, one_line, requoted
from tutor.reading.tokens import ExpressionError, read_digits

LENGTH = 400
"""The most characters a typed expression may have."""
DEPTH = 60
"""The most brackets, signs and powers one inside another."""
SIZE = 250
"""The most numbers, names and operations."""

_INFIX = {"+": 10, "-": 10, "*": 20, "/": 20, "^": 30}
_TIMES, _SIGN = 20, 25
_CLOSING = {"(": ")", "{": "}", "[": "]", "|": "|"}

_TIMES_TEN = re.compile(r"(?<=[0-9.)])( ?)[xX]( ?)(?=10 ?(?:\^|\*\*|[⁺⁻¹²³⁴-⁹⁰]))")


@lru_cache(maxsize=1024)
def parse(text: str, words: Words) -> Expr:
    """`text` as a tree.

    Raises:
        ExpressionError: it is no expression in these words, or longer or deeper than is read.
    """
    text = one_line(text)
    if len(text) > LENGTH:
        raise ExpressionError(f"that is too long: type at most {LENGTH} characters")
    if not text.strip():
        raise ExpressionError("nothing was typed yet")
    unseen = hidden(text.strip())
    if unseen:
        raise ExpressionError(f"there is an invisible character in it ({unseen}); type it again")
    line = text if words.known & {"x", "X"} else _TIMES_TEN.sub(r"\1*\2", text)
    try:
        tree = _Parser(resolved(tokens(plain(line.strip().removeprefix("="))), words)).whole()
    except ExpressionError as error:
        raise ExpressionError(requoted(str(error), text)) from None
    if sum(1 for _ in nodes(tree)) > SIZE:
        raise ExpressionError("that has too many parts: make it simpler")
    return tree


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._bars = 0
        """How many absolute value bars are open since the last bracket."""

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _is(self, sign: str) -> bool:
        return self._next.sort == "sign" and self._next.text == sign

    def _accept(self, sign: str) -> bool:
        found = self._is(sign)
        self._at += found
        return found

    def _unexpected(self) -> ExpressionError:
        token = self._next
        typed = clip(token.typed, 20)
        if token.sort == "end":
            return ExpressionError("something is missing at the end")
        if token.sort in {"number", "var", "func"}:
            return ExpressionError(f"an operator is missing before '{typed}'")
        if token.text in {")", "]", "}"}:
            return ExpressionError(f"there is a '{typed}' too many, or something is missing before it")
        if token.text == ",":
            return ExpressionError("leave out the comma: write a decimal point, and one expression")
        if token.text in {"[", "{"}:
            return ExpressionError(f"write round brackets ( ) instead of '{typed}'")
        return ExpressionError(f"something is missing before '{typed}'")

    def whole(self) -> Expr:
        """The one expression that all tokens make."""
        tree = self._expression(0)
        if self._next.sort != "end":
            raise self._unexpected()
        return tree

    def _expression(self, power: int) -> Expr:
        """An operand and every operator after it that binds more tightly than `power`."""
        self._depth += 1
        if self._depth > DEPTH:
            raise ExpressionError(f"brackets, signs or powers go more than {DEPTH} deep; make it simpler")
        left, divided = self._operand(), False
        while True:
            sign = self._next.text if self._next.sort == "sign" else ""
            if _INFIX.get(sign, 0) > power:
                self._take()
                left = Op(sign, left, self._right_of(sign))
                divided = sign == "/"
            elif power < _TIMES and self._begins_factor():
                if divided:
                    self._ask_about(left)
                left = Op("*", left, self._expression(_TIMES))
            else:
                self._depth -= 1
                return left

    def _right_of(self, sign: str) -> Expr:
        if sign == "^" and self._is("{"):
            return self._group("{")
        # A power groups from the right, and its exponent may carry a sign: 2^-3^2 = 2^(-(3^2)).
        return self._expression(_SIGN if sign == "^" else _INFIX[sign])

    def _begins_factor(self) -> bool:
        """True where a factor follows without a sign for multiplication."""
        if self._next.sort in {"var", "func", "command"}:
            return True
        return self._is("(") or self._is("√") or (self._is("|") and not self._bars)

    def _ask_about(self, left: Expr) -> None:
        """Refuse a/bc, which people read in two ways; but 1/2 x is a half of x to all of them."""
        if isinstance(left, Op) and not (isinstance(left.left, Num) and isinstance(left.right, Num)):
            raise ExpressionError(
                f"what follows a / without a sign can be read in two ways: put brackets, or write * before "
                f"'{clip(self._next.typed, 20)}'"
            )

    def _operand(self) -> Expr:
        sign = self._next.text if self._next.sort == "sign" else ""
        if sign in {"+", "-"}:
            self._take()
            of = self._expression(_SIGN)
            return of if sign == "+" else Neg(of)
        return self._factorial(self._simple())

    def _simple(self) -> Expr:
        token = self._next
        if token.sort == "number":
            return Num(read_digits(self._take().text))
        if token.sort == "var":
            return Var(self._take().text)
        if token.sort == "func":
            return self._function(self._take())
        if token.sort == "command":
            return self._command(self._take().text)
        if self._is("("):
            return self._group("(")
        if self._is("|"):
            return Fn("abs", (self._group("|"),))
        if self._accept("√"):
            return Fn("sqrt", (self._simple(),))
        raise self._unexpected()

    def _factorial(self, of: Expr) -> Expr:
        if not self._accept("!"):
            return of
        if self._is("!"):
            raise ExpressionError("!! can be read in two ways: put brackets around the first factorial")
        return Fn("fact", (of,))

    def _group(self, bracket: str) -> Expr:
        """What stands between a bracket, or bar, and the one that closes it."""
        self._open(bracket)
        bars, self._bars = self._bars, self._bars + 1 if bracket == "|" else 0
        inner = self._expression(0)
        self._close(bracket)
        self._bars = bars
        return inner

    def _open(self, bracket: str) -> None:
        if not self._accept(bracket):
            raise ExpressionError(
                "something is missing at the end" if self._next.sort == "end" else _no_bracket(self._next)
            )

    def _close(self, bracket: str) -> None:
        if not self._accept(_CLOSING[bracket]):
            if self._next.sort == "end":
                raise ExpressionError(f"a bracket is not closed: put a {_CLOSING[bracket]} at its end")
            raise self._unexpected()

    def _command(self, name: str) -> Expr:
        if name == "\\frac":
            return Op("/", self._group("{"), self._group("{"))
        degree = self._group("[") if self._is("[") else None
        of = self._group("{")
        return Fn("sqrt", (of,)) if degree is None else Op("^", of, Op("/", Num(read_digits("1")), degree))

    def _function(self, token: Token) -> Expr:
        name = token.text
        power = self._power_of(token)
        args = self._arguments() if self._is("(") else (self._bare(token),)
        fewest, most = {**ARITY, **REWRITTEN}.get(name, (1, 20))
        if name == "sum" and len(args) == 1:
            raise ExpressionError(NO_VECTORS)
        if not fewest <= len(args) <= most:
            count = (
                "one argument"
                if most == 1
                else f"{fewest} arguments"
                if most == fewest
                else f"{fewest} to {most} arguments"
            )
            raise ExpressionError(f"{token.typed} takes {count}, not {len(args)}")
        call = _written_out(name, args) if name in REWRITTEN else Fn(name, args)
        return call if power is None else Op("^", call, power)

    def _power_of(self, token: Token) -> Expr | None:
        """The 2 in sin^2(x)."""
        if not self._accept("^"):
            return None
        if self._next.sort == "number":
            return self._simple()
        power = None if self._is("-") else self._group("{" if self._is("{") else "(")
        if power is None or isinstance(power, Neg):
            raise ExpressionError(
                f"{token.typed} to a negative power can be read in two ways: put the whole in brackets first"
            )
        return power

    def _arguments(self) -> tuple[Expr, ...]:
        self._open("(")
        bars, self._bars = self._bars, 0
        listed = self._accept("[")  # np.mean([1, 2])
        args = [self._expression(0)]
        while self._accept(","):
            args.append(self._expression(0))
        if listed:
            self._close("[")
        self._close("(")
        self._bars = bars
        return tuple(args)

    def _bare(self, token: Token) -> Expr:
        """The argument of a function without brackets: numbers and names in a row, as in sin 2x."""
        if self._next.sort == "end" or (self._next.sort == "sign" and self._next.text not in {"√", "|"}):
            raise ExpressionError(f"{token.typed} needs brackets around what it is taken of: {token.typed}(2)")
        of = self._expression(_SIGN)
        while self._next.sort == "var":
            of = Op("*", of, self._expression(_SIGN))
        return of


def _no_bracket(before: Token) -> str:
    return f"a bracket is missing before '{clip(before.typed, 20)}'"


def _written_out(name: str, args: tuple[Expr, ...]) -> Expr:
    """A power, a sum or a mean as the operations it stands for."""
    if name == "pow":
        return Op("^", args[0], args[1])
    total = args[0]
    for item in args[1:]:
        total = Op("+", total, item)
    return Op("/", total, Num(read_digits(str(len(args))))) if name == "mean" else total

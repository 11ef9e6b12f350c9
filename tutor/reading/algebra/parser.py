"""Typed expressions → trees: the operators, and multiplication that people mean but do not write.

A Pratt parser over the tokens of `lexer` and `resolve`. Length, depth, size and digits are bounded.
"""

from functools import lru_cache

from tutor.errors import clip
from tutor.reading.algebra.functions import ARITY
from tutor.reading.algebra.lexer import Token, plain, tokens
from tutor.reading.algebra.resolve import Words, resolved
from tutor.reading.algebra.tree import Expr, Fn, Neg, Num, Op, Var, nodes
from tutor.reading.notation import hidden
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


@lru_cache(maxsize=1024)
def parse(text: str, words: Words) -> Expr:
    """`text` as a tree.

    Raises:
        ExpressionError: it is no expression in these words, or longer or deeper than is read.
    """
    if len(text) > LENGTH:
        raise ExpressionError(f"that is too long: type at most {LENGTH} characters")
    if not text.strip():
        raise ExpressionError("nothing was typed yet")
    unseen = hidden(text.strip())
    if unseen:
        raise ExpressionError(f"there is an invisible character in it ({unseen}); type it again")
    line = plain(text).removeprefix("=").lstrip()
    parser = _Parser(resolved(tokens(line), words), line)
    tree = parser.whole()
    if sum(1 for _ in nodes(tree)) > SIZE:
        raise ExpressionError("that has too many parts: make it simpler")
    return tree


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
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
        where = f"at place {token.at + 1} in '{clip(self._text, 40)}'"
        if token.sort == "end":
            return ExpressionError("something is missing at the end")
        if token.sort in {"number", "var", "func"}:
            return ExpressionError(f"an operator is missing before '{clip(token.text, 20)}'")
        if token.text in {")", "]", "}"}:
            return ExpressionError(f"there is a '{token.text}' too many, or something missing before it, {where}")
        if token.text == ",":
            return ExpressionError(f"a comma does not fit {where}: write a decimal point, and one expression")
        if token.text in {"[", "{"}:
            return ExpressionError(f"write round brackets ( ) instead of '{token.text}'")
        return ExpressionError(f"'{clip(token.text, 20)}' does not fit {where}")

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
                f"'{clip(self._next.text, 20)}'"
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
            return self._function(self._take().text)
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
            raise ExpressionError(f"a '{bracket}' is missing before '{clip(self._next.text, 20)}'")

    def _close(self, bracket: str) -> None:
        if not self._accept(_CLOSING[bracket]):
            if self._next.sort == "end":
                raise ExpressionError(
                    f"a bracket is not closed: '{clip(self._text, 40)}' needs a '{_CLOSING[bracket]}'"
                )
            raise self._unexpected()

    def _command(self, name: str) -> Expr:
        if name == "\\frac":
            return Op("/", self._group("{"), self._group("{"))
        degree = self._group("[") if self._is("[") else None
        of = self._group("{")
        return Fn("sqrt", (of,)) if degree is None else Op("^", of, Op("/", Num(read_digits("1")), degree))

    def _function(self, name: str) -> Expr:
        power = self._power_of(name)
        args = self._arguments() if self._is("(") else (self._bare(name),)
        fewest, most = ARITY.get(name, (1, 20))
        if not fewest <= len(args) <= most:
            count = "one argument" if most == 1 else f"{fewest} to {most} arguments"
            raise ExpressionError(f"{name} takes {count}, not {len(args)}")
        call = Fn(name, args)
        return call if power is None else Op("^", call, power)

    def _power_of(self, name: str) -> Expr | None:
        """The 2 in sin^2(x)."""
        if not self._accept("^"):
            return None
        if self._next.sort == "number":
            return self._simple()
        power = None if self._is("-") else self._group("{" if self._is("{") else "(")
        if power is None or isinstance(power, Neg):
            raise ExpressionError(
                f"{name} to a negative power can be read in two ways: write 1/{name}(x)^2 or arc{name}(x)"
            )
        return power

    def _arguments(self) -> tuple[Expr, ...]:
        self._open("(")
        bars, self._bars = self._bars, 0
        args = [self._expression(0)]
        while self._accept(","):
            args.append(self._expression(0))
        self._close("(")
        self._bars = bars
        return tuple(args)

    def _bare(self, name: str) -> Expr:
        """The argument of a function without brackets: numbers and names in a row, as in sin 2x."""
        if self._next.sort == "end" or (self._next.sort == "sign" and self._next.text not in {"√", "|"}):
            raise ExpressionError(f"{name} needs brackets around what it is taken of: {name}(2)")
        of = self._expression(_SIGN)
        while self._next.sort == "var":
            of = Op("*", of, self._expression(_SIGN))
        return of

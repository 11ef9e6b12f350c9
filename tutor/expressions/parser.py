"""Parses text into a tree, by any of the grammars: a Pratt parser (V. R. Pratt, Top Down Operator Precedence, 1973).

Every operator has a binding power: an operand between two operators belongs to the one that binds more tightly. Length,
depth, size and digits are bounded, so that no text can take long.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from tutor.errors import ExpressionError, clip
from tutor.expressions.grammars import (
    BINDING_POWER,
    CLOSING_BRACKETS,
    COMPARISON,
    COMPARISONS,
    FORMULA,
    LESSON,
    NOT,
    PRODUCT,
    SIGN,
    Grammar,
)
from tutor.expressions.lexer import read_digits, tokenize
from tutor.expressions.notation import plain_formula, times_ten
from tutor.expressions.source import SourceLine, Token, invisible_character, join_lines, quote_as_typed
from tutor.expressions.symbols import SymbolTable, resolve_names
from tutor.expressions.tree import (
    Attribute,
    Binary,
    Call,
    Comparison,
    Expr,
    Index,
    Name,
    Number,
    String,
    Unary,
    height_of,
    walk,
)
from tutor.expressions.wording import NO_VECTORS

MAX_OPEN_ARGUMENTS = 20
"""The most arguments of an open function, which a question does not specify."""


@lru_cache(maxsize=512)
def parse_expression(text: str) -> Expr:
    """Parse an expression or a condition of a lesson.

    Raises:
        ExpressionError: it is no expression, or longer or deeper than is read.
    """
    if len(text) > LESSON.max_length:
        raise LESSON.wording.too_long(text, LESSON.max_length)
    return _Parser(tokenize(SourceLine(text), LESSON), LESSON, text).parse()


@lru_cache(maxsize=1024)
def parse_formula(text: str, symbols: SymbolTable) -> Expr:
    """Parse a formula as a person types it.

    Raises:
        ExpressionError: it is no formula in these symbols, or longer or deeper than is read.
    """
    text = join_lines(text)
    if len(text) > FORMULA.max_length:
        raise FORMULA.wording.too_long(text, FORMULA.max_length)
    if not text.strip():
        raise ExpressionError("nothing was typed yet")
    invisible = invisible_character(text.strip())
    if invisible:
        raise ExpressionError(f"there is an invisible character in it ({invisible}); type it again")
    has_variable_x = bool(symbols.variables & {"x", "X"})
    formula = text if has_variable_x else times_ten(text)  # without one, 3 x 10^8 is a product
    try:
        tokens = tokenize(plain_formula(formula.strip().removeprefix("=")), FORMULA)
        return _Parser(resolve_names(tokens, symbols), FORMULA, text).parse()
    except ExpressionError as error:  # it may quote rewritten text: quote the typed one
        raise ExpressionError(quote_as_typed(str(error), text)) from None


class _Parser:
    """Makes one tree of a list of tokens, which it reads from left to right."""

    def __init__(self, tokens: list[Token], grammar: Grammar, text: str) -> None:
        """`text` is the whole expression as it was typed, for messages."""
        self._tokens = tokens
        self._grammar = grammar
        self._text = text
        self._depth = 0
        """How many calls of `_parse_expression` are running inside each other."""
        self._open_bars = 0
        """How many bars |x| are open; bars outside the innermost bracket do not count."""
        self._go_to(0)

    def parse(self) -> Expr:
        """The tree of the whole text."""
        grammar = self._grammar
        tree = self._parse_expression()
        if self._next.kind != "end":
            raise self._unexpected_token()  # such as a closing bracket that nothing opened
        is_too_high = grammar.max_height is not None and height_of(tree) > grammar.max_height
        has_too_many_nodes = grammar.max_nodes is not None and sum(1 for _ in walk(tree)) > grammar.max_nodes
        if is_too_high or has_too_many_nodes:
            raise grammar.wording.too_large(self._text)
        return tree

    def _go_to(self, index: int) -> None:
        """Make the token at `index` the next one."""
        self._index = index
        self._next = self._tokens[index]
        self._symbol = self._next.text if self._next.kind == "symbol" else ""
        """The text of the next token if it is an operator, a bracket or another symbol, else ""."""

    def _take_token(self) -> Token:
        """Return the next token, and go on to the one after it."""
        token = self._next
        self._go_to(self._index + 1)
        return token

    def _accept(self, symbol: str) -> bool:
        """Take the next token if it is `symbol`; return whether it was."""
        if self._symbol != symbol:
            return False
        self._go_to(self._index + 1)
        return True

    def _unexpected_token(self) -> ExpressionError:
        """Make the error about a next token that does not fit where it is."""
        previous = self._tokens[self._index - 1] if self._index else None
        return self._grammar.wording.unexpected(self._next, previous, self._text)

    def _parse_expression(self, binding_power: int = 0) -> Expr:
        """Parse an operand and all operations after it whose operators bind more tightly than `binding_power`.

        Every operator binds more tightly than 0. What follows the expression is left to the caller.
        """
        self._depth += 1
        if self._depth > self._grammar.max_depth:
            raise ExpressionError(
                f"brackets, signs or powers go more than {self._grammar.max_depth} deep; make it simpler"
            )
        left = self._parse_operand()
        is_quotient = False
        while True:
            operator = self._symbol
            if operator in self._grammar.infix and BINDING_POWER[operator] > binding_power:
                left = self._parse_comparison(left) if operator in COMPARISONS else self._parse_operation(left)
                is_quotient = operator == "/"
            elif binding_power < PRODUCT and self._begins_factor():  # a product without a symbol, such as 2x
                if is_quotient:
                    self._refuse_ambiguous_quotient(left)
                left = Binary("*", left, self._parse_expression(PRODUCT))
            else:
                self._depth -= 1
                return left

    def _parse_operation(self, left: Expr) -> Expr:
        """Parse the rest of an operation: its left operand, `left`, has been read, and its operator is next."""
        operator = self._take_token().text
        if operator != "^":
            return Binary(operator, left, self._parse_expression(BINDING_POWER[operator]))
        # A power groups from the right, and its exponent may carry a sign: 2^-3^2 = 2^(-(3^2)).
        exponent = self._parse_group("{") if self._symbol == "{" else self._parse_expression(SIGN)
        return Binary("^", left, exponent)

    def _parse_comparison(self, first: Expr) -> Expr:
        """Parse the rest of a chain of comparisons, such as `a < b <= c`, whose `first` operand has been read."""
        links = []
        while self._symbol in COMPARISONS:
            operator = self._take_token().text
            links.append((operator, self._parse_expression(COMPARISON)))
        return Comparison(first, tuple(links))

    def _begins_factor(self) -> bool:
        """Whether a factor comes next without * before it, as in `2x`; a number never counts, so `x 2` is refused."""
        if not self._grammar.implicit_product:
            return False
        if self._symbol == "|":  # if a bar is open, this one closes it
            return not self._open_bars
        return self._symbol in self._grammar.primary or self._next.kind in {"name", "function"}

    def _refuse_ambiguous_quotient(self, quotient: Expr) -> None:
        """Refuse a factor after a quotient, since a/bc can be read in two ways; but 1/2 x, after numbers, is clear."""
        if not isinstance(quotient, Binary):
            return
        has_only_numbers = isinstance(quotient.left, Number) and isinstance(quotient.right, Number)
        if not has_only_numbers:
            raise ExpressionError(
                f"what follows a / without a sign can be read in two ways: put brackets, or write * before "
                f"'{clip(self._next.original, 20)}'"
            )

    def _parse_operand(self) -> Expr:
        """Parse an operand with the unary operators before it, such as `-x`, and what may follow it, such as `x!`."""
        if self._symbol not in self._grammar.unary:
            return self._parse_postfix(self._next, self._parse_primary())
        operator = self._take_token().text
        operand = self._parse_expression(NOT if operator == "not" else SIGN)
        leaves_out_plus = operator == "+" and not self._grammar.keeps_plus
        return operand if leaves_out_plus else Unary(operator, operand)

    def _parse_primary(self) -> Expr:
        """Parse an operand without unary operators before it, and without what may follow it."""
        token = self._next
        if token.kind == "number":
            return Number(read_digits(self._take_token().text))
        if token.kind == "string":
            return String(self._take_token().text[1:-1])
        if token.kind in {"name", "function"}:
            self._take_token()
            return self._parse_call(token) if self._is_call(token) else Name(token.text)
        if self._symbol in self._grammar.primary:
            parse_primary = _PRIMARY[token.text]
            return parse_primary(self)
        raise self._unexpected_token()

    def _parse_postfix(self, first: Token, node: Expr) -> Expr:
        """Parse what follows the operand `node`, whose first token is `first`, as in `x!`, `w[0]` and `now.w`."""
        while self._symbol in self._grammar.postfix:
            if self._accept("!"):
                if self._symbol == "!":
                    raise ExpressionError("!! can be read in two ways: put brackets around the first factorial")
                node = Call("fact", (node,))
            elif first.kind in {"number", "string"}:  # has no entries: the caller reports the [ or .
                break
            elif self._accept("["):
                node = Index(node, self._parse_expression())
                self._expect_closing_of("[")
            else:  # a point
                self._take_token()
                if self._next.kind != "name":
                    raise self._unexpected_token()
                node = Attribute(node, self._take_token().text)
        return node

    def _parse_group(self, bracket: str) -> Expr:
        """Parse an opening `bracket`, which may be the bar of |x|, then its contents and what closes it."""
        self._expect_opening(bracket)
        bars_outside = self._open_bars  # within a bracket a bar opens again: |x (|y|)|
        self._open_bars = bars_outside + 1 if bracket == "|" else 0
        inner = self._parse_expression()
        self._expect_closing_of(bracket)
        self._open_bars = bars_outside
        return inner

    def _expect_opening(self, bracket: str) -> None:
        """Take the `bracket` that must come next."""
        if not self._accept(bracket):
            if self._next.kind == "end":
                raise self._unexpected_token()
            raise ExpressionError(f"a bracket is missing before '{clip(self._next.original, 20)}'")

    def _expect_closing_of(self, bracket: str) -> None:
        """Take the closing bracket that belongs to the opening `bracket`, and that must come next."""
        if not self._accept(CLOSING_BRACKETS[bracket]):
            if self._next.kind == "end":
                raise self._grammar.wording.unclosed(CLOSING_BRACKETS[bracket], self._text)
            raise self._unexpected_token()

    def _parse_root(self) -> Expr:
        """`√x` or `√(x + 1)`."""
        self._take_token()
        return Call("sqrt", (self._parse_primary(),))

    def _parse_latex_fraction(self) -> Expr:
        r"""`\frac{a}{b}`."""
        self._take_token()
        numerator = self._parse_group("{")
        denominator = self._parse_group("{")
        return Binary("/", numerator, denominator)

    def _parse_latex_root(self) -> Expr:
        r"""`\sqrt{x}` or `\sqrt[n]{x}`."""
        self._take_token()
        degree = self._parse_group("[") if self._symbol == "[" else None
        radicand = self._parse_group("{")
        if degree is None:
            return Call("sqrt", (radicand,))
        return Binary("^", radicand, Binary("/", Number(Fraction(1)), degree))

    def _is_call(self, token: Token) -> bool:
        """Whether the name `token`, which was just taken, is a function with its arguments after it."""
        if self._grammar.implicit_product:  # in a formula, `resolve_names` has decided
            return token.kind == "function"
        return self._symbol == "(" or token.text in self._grammar.functions

    def _parse_call(self, token: Token) -> Expr:
        """Parse the call of a function whose name, `token`, was just taken."""
        grammar, name = self._grammar, token.text
        power = self._parse_power_on_name(token) if grammar.textbook_calls else None
        if self._symbol == "(":
            if token.kind == "name" and name not in grammar.functions:
                raise grammar.wording.unknown_function(name, grammar.functions)
            arguments = self._parse_arguments()
        else:
            arguments = (self._parse_bare_argument(token),)
        # Open functions, such as f, have no entry: they take any number of arguments within reason.
        fewest, most = grammar.functions.get(name, (1, MAX_OPEN_ARGUMENTS))
        if name == "sum" and name in grammar.shorthands and len(arguments) == 1:
            raise ExpressionError(NO_VECTORS)  # sum(x) can only mean the sum of a vector's entries
        if not fewest <= len(arguments) <= most:
            raise grammar.wording.wrong_arguments(token.original, fewest, most, count=len(arguments))
        call = _expand_shorthand(name, arguments) if name in grammar.shorthands else Call(name, arguments)
        return call if power is None else Binary("^", call, power)

    def _parse_power_on_name(self, token: Token) -> Expr | None:
        """Parse the power after a function's name, such as the 2 in sin^2(x); `None` if there is none.

        The power is a number, or an expression in brackets. A negative power is refused, since sin^-1 may mean the
        inverse function or the reciprocal.
        """
        if not self._accept("^"):
            return None
        if self._next.kind == "number":
            return self._parse_primary()
        if self._symbol != "-":
            power = self._parse_group("{" if self._symbol == "{" else "(")
            if not isinstance(power, Unary):  # sin^(-1) is as negative as sin^-1
                return power
        raise ExpressionError(
            f"{token.original} to a negative power can be read in two ways: put the whole in brackets first"
        )

    def _parse_arguments(self) -> tuple[Expr, ...]:
        """Parse the arguments of a function, including the brackets around them."""
        self._expect_opening("(")
        if self._grammar.empty_calls and self._accept(")"):
            return ()
        bars_outside, self._open_bars = self._open_bars, 0  # within the brackets a bar opens again
        is_list = self._grammar.textbook_calls and self._accept("[")  # np.mean([1, 2])
        arguments = [self._parse_expression()]
        while self._accept(","):
            arguments.append(self._parse_expression())
        if is_list:
            self._expect_closing_of("[")
        self._expect_closing_of("(")
        self._open_bars = bars_outside
        return tuple(arguments)

    def _parse_bare_argument(self, token: Token) -> Expr:
        """Parse a function's argument without brackets: numbers and names in a row, as in sin 2x."""
        may_follow = self._next.kind != "end" and (not self._symbol or self._symbol in self._grammar.primary)
        if not self._grammar.textbook_calls or not may_follow:
            raise ExpressionError(f"{token.original} needs brackets around what it is taken of: {token.original}(2)")
        argument = self._parse_expression(SIGN)
        while self._next.kind == "name":
            argument = Binary("*", argument, self._parse_expression(SIGN))
        return argument


_PRIMARY: dict[str, Callable[[_Parser], Expr]] = {
    "(": lambda parser: parser._parse_group("("),
    "|": lambda parser: Call("abs", (parser._parse_group("|"),)),
    "√": _Parser._parse_root,
    "\\frac": _Parser._parse_latex_fraction,
    "\\sqrt": _Parser._parse_latex_root,
}
"""Symbol that begins an operand → how the operand is parsed."""


def _expand_shorthand(name: str, arguments: tuple[Expr, ...]) -> Expr:
    """Replace a call of the shorthand `name` (`pow`, `sum` or `mean`) by the operations that it stands for."""
    if name == "pow":
        base, exponent = arguments
        return Binary("^", base, exponent)
    total = arguments[0]
    for argument in arguments[1:]:
        total = Binary("+", total, argument)
    if name == "mean":
        return Binary("/", total, Number(Fraction(len(arguments))))
    return total

"""Writes formulas as quotients of polynomials with exact coefficients, whose equality is decided for certain.

Whatever is no sum, product, quotient or integer power, such as a function or a power with a variable in its exponent,
becomes one more variable: an atom, whose name contains the function and its arguments.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from tutor.expressions.intervals import DIVISION_BY_ZERO, UndefinedError
from tutor.expressions.names import CONSTANTS
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary, not_in_formula

MAX_TERMS = 300
"""The most terms of a polynomial."""
MAX_PRODUCTS = 3000
"""The most products of two terms that one expression may take."""
MAX_BITS = 4096
"""The most binary digits of a coefficient."""
MAX_DEGREE = 64
"""The highest integer power that is multiplied out."""
MAX_ROOT_OF = 10**15
"""The largest number whose root is computed: up to this size, rounding a double gives the right integer."""
MAX_ROOT_DEGREE = 8
MAX_ATOM_NAME = 1500
"""The longest name of an atom."""

Monomial = tuple[tuple[str, int], ...]
"""Pairs of a variable or atom and its exponent, sorted: x² y is `(("x", 2), ("y", 1))`; the constant term has none."""
Polynomial = dict[Monomial, Fraction]
"""Monomial → its coefficient, which is not 0; the polynomial 0 has no terms."""


class TooLargeError(Exception):
    """A formula whose polynomials would exceed the size limits."""


@dataclass(frozen=True)
class Rational:
    """The quotient numerator / denominator."""

    numerator: Polynomial
    denominator: Polynomial

    @property
    def value(self) -> Fraction | None:
        """Its value, if it is a number; `None` if it has variables."""
        if not self.numerator:
            return Fraction(0)
        constant: Monomial = ()
        is_number = self.numerator.keys() == self.denominator.keys() == {constant}
        return self.numerator[constant] / self.denominator[constant] if is_number else None

    @property
    def key(self) -> str:
        """A text from which the names of atoms are made: equal keys mean equal values."""
        # All coefficients are divided by one of the denominator's, `lead`, so that quotients which differ only by a
        # common number above and below have the same key.
        lead = self.denominator[min(self.denominator)]
        sums = []
        for polynomial in (self.numerator, self.denominator):
            terms = [f"{coefficient / lead}*{monomial}" for monomial, coefficient in sorted(polynomial.items())]
            sums.append("+".join(terms))
        return "|".join(sums)

    @property
    def variables(self) -> set[str]:
        """Its variables and atoms."""
        monomials = (*self.numerator, *self.denominator)
        return {name for monomial in monomials for name, _exponent in monomial}


ONE: Polynomial = {(): Fraction(1)}


def is_same_quotient(left: Rational, right: Rational) -> bool:
    """Whether two quotients are equal wherever both are defined.

    Raises:
        TooLargeError: multiplying out takes too many terms.
    """
    expansion = _Expansion()
    return expansion.multiply(left.numerator, right.denominator) == expansion.multiply(
        right.numerator, left.denominator
    )


def has_no_atoms(rational: Rational) -> bool:
    """Whether it has only variables, no functions or constants: then different forms are certain to differ in value.

    An atom is recognised by the bracket in its name, such as `sin(…)`; pi and e count as atoms, since they cannot vary.
    """
    return all("(" not in name and name not in CONSTANTS for name in rational.variables)


def rational_form(tree: Expr) -> Rational:
    """`tree` as a quotient of polynomials.

    Raises:
        TooLargeError: it has too many terms.
        UndefinedError: it divides by zero, whatever its variables are.
    """
    return _Expansion().rational_form(tree)


class _Expansion:
    """Expands one formula into a quotient of polynomials; gives up after too many products."""

    def __init__(self) -> None:
        self._products_left = MAX_PRODUCTS

    def rational_form(self, tree: Expr) -> Rational:
        """`tree` as a quotient of polynomials."""
        match tree:
            case Number(value):
                return _rational_of(value)
            case Name(name):
                return _atom(name)
            case Unary(_, operand):
                inner = self.rational_form(operand)
                return Rational(_scale_polynomial(inner.numerator, Fraction(-1)), inner.denominator)
            case Binary("^", base, exponent):
                return self.raise_to(self.rational_form(base), self.rational_form(exponent))
            case Binary(operator, left, right):
                return self.combine(operator, self.rational_form(left), self.rational_form(right))
            case Call(function, arguments):
                return self.apply_function(function, [self.rational_form(argument) for argument in arguments])
        raise not_in_formula(tree)

    def combine(self, operator: str, left: Rational, right: Rational) -> Rational:
        """`left operator right`."""
        if operator == "*":
            return Rational(
                self.multiply(left.numerator, right.numerator), self.multiply(left.denominator, right.denominator)
            )
        if operator == "/":
            if not right.numerator:
                raise UndefinedError(DIVISION_BY_ZERO)
            return Rational(
                self.multiply(left.numerator, right.denominator), self.multiply(left.denominator, right.numerator)
            )
        added_numerator = right.numerator if operator == "+" else _scale_polynomial(right.numerator, Fraction(-1))
        if left.denominator == right.denominator:
            return Rational(_add_polynomials(left.numerator, added_numerator), left.denominator)
        numerator = _add_polynomials(
            self.multiply(left.numerator, right.denominator), self.multiply(added_numerator, left.denominator)
        )
        return Rational(numerator, self.multiply(left.denominator, right.denominator))

    def multiply(self, left: Polynomial, right: Polynomial) -> Polynomial:
        """The product of two polynomials."""
        if left is ONE:  # as most denominators are
            return right
        if right is ONE:
            return left
        self._products_left -= len(left) * len(right)
        if self._products_left < 0:
            raise TooLargeError
        product: Polynomial = {}
        for left_monomial, left_coefficient in left.items():
            for right_monomial, right_coefficient in right.items():
                monomial = _multiply_monomials(left_monomial, right_monomial)
                product[monomial] = product.get(monomial, Fraction(0)) + left_coefficient * right_coefficient
        without_zeros = {monomial: coefficient for monomial, coefficient in product.items() if coefficient}
        return _require_within_limits(without_zeros)

    def raise_to(self, base: Rational, exponent: Rational) -> Rational:
        """base^exponent: expanded for an integer exponent, a number if the result is rational, otherwise an atom."""
        exponent_value = exponent.value
        max_exponent = MAX_DEGREE if base.value is None else MAX_BITS  # a number takes no expanding
        if exponent_value is not None and exponent_value.denominator == 1 and abs(exponent_value) <= max_exponent:
            if exponent_value < 0 and not base.numerator:
                raise UndefinedError(DIVISION_BY_ZERO)
            factor = base if exponent_value >= 0 else Rational(base.denominator, base.numerator)
            return self.raise_to_integer(factor, abs(int(exponent_value)))
        if base.value is not None and exponent_value is not None:
            exact_value = _exact_power(base.value, exponent_value)
            if exact_value is not None:
                return _rational_of(exact_value)
        is_base_e = base.numerator == {(("e", 1),): Fraction(1)} and base.denominator == ONE
        if is_base_e:
            return _atom(f"exp({exponent.key})")
        return _atom(f"pow({base.key};{exponent.key})")

    def raise_to_integer(self, base: Rational, exponent: int) -> Rational:
        """base^exponent, where `exponent` is not negative."""
        if base.value is not None:
            return _rational_of(_raise_number(base.value, exponent))
        are_single_terms = len(base.numerator) == len(base.denominator) == 1
        if are_single_terms:  # (2 x³/y)ⁿ is just 2ⁿ x³ⁿ/yⁿ
            return Rational(_raise_term(base.numerator, exponent), _raise_term(base.denominator, exponent))
        result = Rational(ONE, ONE)
        for _ in range(exponent):
            result = self.combine("*", result, base)
        return result

    def apply_function(self, name: str, arguments: list[Rational]) -> Rational:
        """Apply a function: the result is a number if it is rational, otherwise a power or quotient, or an atom."""
        values = [argument.value for argument in arguments]
        numbers = [value for value in values if value is not None]
        if len(numbers) == len(arguments):
            exact_value = _exact_function_value(name, numbers)
            if exact_value is not None:
                return _rational_of(exact_value)
        if name in {"sqrt", "cbrt"}:
            return self.raise_to(arguments[0], _rational_of(Fraction(1, 2 if name == "sqrt" else 3)))
        if name in {"exp", "exp'"}:
            return self.raise_to(_atom("e"), arguments[0])
        if name in _QUOTIENTS:
            top_function, bottom_function = _QUOTIENTS[name]
            numerator = self.apply_function(top_function, arguments) if top_function else Rational(ONE, ONE)
            return self.combine("/", numerator, self.apply_function(bottom_function, arguments))
        return _atom(f"{name}({_join_argument_keys(name, arguments)})")


def _exact_function_value(name: str, numbers: list[Fraction]) -> Fraction | None:
    """The value of the function `name` at `numbers`; `None` unless it is known to be rational."""
    if name == "max":
        return max(numbers)
    if name == "min":
        return min(numbers)
    number = numbers[0]  # functions in the tables have one argument; open functions are in none
    if name in _EXACT_FUNCTIONS:
        return _EXACT_FUNCTIONS[name](number)
    if name in _VALUES_AT_ZERO and number == 0:
        return Fraction(_VALUES_AT_ZERO[name])
    if name == "ln" and number == 1:
        return Fraction(0)
    return None


def _rational_of(value: Fraction) -> Rational:
    """The quotient `value` / 1."""
    return Rational({(): value} if value else {}, ONE)


def _atom(name: str) -> Rational:
    """A variable, or an atom, which counts as one; the name of an atom contains its function and arguments."""
    if len(name) > MAX_ATOM_NAME:
        raise TooLargeError
    return Rational({((name, 1),): Fraction(1)}, ONE)


def _scale_polynomial(polynomial: Polynomial, factor: Fraction) -> Polynomial:
    return {monomial: factor * coefficient for monomial, coefficient in polynomial.items()}


def _add_polynomials(left: Polynomial, right: Polynomial) -> Polynomial:
    """The sum, without terms that cancel."""
    total = dict(left)
    for monomial, coefficient in right.items():
        total_coefficient = total.get(monomial, Fraction(0)) + coefficient
        if total_coefficient:
            total[monomial] = total_coefficient
        else:
            total.pop(monomial, None)
    return _require_within_limits(total)


def _multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    """The product: x² y · x = x³ y."""
    if not left:
        return right
    if not right:
        return left
    exponents = dict(left)
    for name, exponent in right:
        exponents[name] = exponents.get(name, 0) + exponent
    return tuple(sorted(exponents.items()))


def _require_within_limits(polynomial: Polynomial) -> Polynomial:
    """Return `polynomial` unchanged, if it is within the limits.

    Raises:
        TooLargeError: it has too many terms or too long coefficients.
    """
    if len(polynomial) > MAX_TERMS:
        raise TooLargeError
    for coefficient in polynomial.values():
        if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > MAX_BITS:
            raise TooLargeError
    return polynomial


def _raise_term(single_term: Polynomial, power: int) -> Polynomial:
    """Raise a polynomial of a single term to the power `power`."""
    ((monomial, coefficient),) = single_term.items()
    if power == 0:
        return ONE
    raised = tuple((name, exponent * power) for name, exponent in monomial)
    return {raised: _raise_number(coefficient, power)}


def _raise_number(value: Fraction, exponent: int) -> Fraction:
    """value^exponent; raises `TooLargeError` before it would take far more than `MAX_BITS`."""
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if abs(value) != 1 and bits * exponent > MAX_BITS + 64:
        raise TooLargeError
    return value**exponent


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base^exponent if it is rational: 4^1.5 is 8.

    `None` if it is irrational, if the base is negative, or if a number exceeds a limit of this module.
    """
    if base < 0 or exponent.denominator > MAX_ROOT_DEGREE or abs(exponent.numerator) > MAX_DEGREE:
        return None
    if base == 0 and exponent < 0:
        raise UndefinedError(DIVISION_BY_ZERO)
    if base == 0:
        return base
    if max(base.numerator, base.denominator) > MAX_ROOT_OF:
        return None
    numerator_root = _integer_root(base.numerator, exponent.denominator)
    denominator_root = _integer_root(base.denominator, exponent.denominator)
    if numerator_root is None or denominator_root is None:
        return None
    return Fraction(numerator_root, denominator_root) ** exponent.numerator


def _integer_root(number: int, degree: int) -> int | None:
    """The root of `number`, which is at most `MAX_ROOT_OF`, if the root is an integer; otherwise `None`."""
    root = isqrt(number) if degree == 2 else round(number ** (1 / degree))
    return root if root**degree == number else None


_EXACT_FUNCTIONS: dict[str, Callable[[Fraction], Fraction]] = {
    "abs": abs,
    "relu": lambda value: max(value, Fraction(0)),
    "sign": lambda value: Fraction((value > 0) - (value < 0)),
    "floor": lambda value: Fraction(value.__floor__()),
    "ceil": lambda value: Fraction(value.__ceil__()),
}
_VALUES_AT_ZERO = {"sin": 0, "tan": 0, "cos": 1, "sinh": 0, "tanh": 0, "cosh": 1, "arcsin": 0, "arctan": 0}
"""Function → its value at 0."""

_QUOTIENTS = {
    "tan": ("sin", "cos"),
    "cot": ("cos", "sin"),
    "sec": ("", "cos"),
    "csc": ("", "sin"),
    "coth": ("cosh", "sinh"),
    "tanh": ("sinh", "cosh"),
    "sech": ("", "cosh"),
    "csch": ("", "sinh"),
}
"""Function → the functions above and below the bar of the quotient that it is; "" is 1."""


def _join_argument_keys(name: str, arguments: Iterable[Rational]) -> str:
    """Join the keys of a function's arguments; they are sorted for `max` and `min`, where the order does not matter."""
    keys = [argument.key for argument in arguments]
    return ";".join(sorted(keys) if name in {"max", "min"} else keys)

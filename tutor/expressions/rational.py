"""Formulas as quotients of polynomials with exact coefficients, whose equality is decided for certain.

Anything but a sum, product, quotient or integer power (a function, a power with a variable in its exponent) becomes
one more variable, an atom, whose name says what it is taken of.
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
"""The largest number whose root is looked for: up to it a double gives the nearest integer for certain."""
MAX_ROOT_DEGREE = 8
MAX_ATOM_NAME = 1500
"""The longest name of an atom."""

Monomial = tuple[tuple[str, int], ...]
Poly = dict[Monomial, Fraction]


class TooLargeError(Exception):
    """A formula whose polynomials would exceed the size limits."""


@dataclass(frozen=True)
class Rational:
    """The quotient top / bottom."""

    top: Poly
    bottom: Poly

    @property
    def value(self) -> Fraction | None:
        """Its value, if it is a number."""
        if not self.top:
            return Fraction(0)
        return self.top[()] / self.bottom[()] if set(self.top) == set(self.bottom) == {()} else None

    @property
    def key(self) -> str:
        """A canonical text: equal keys mean equal values."""
        lead = self.bottom[min(self.bottom)]
        sides = (
            [f"{coefficient / lead}*{term}" for term, coefficient in sorted(poly.items())]
            for poly in (self.top, self.bottom)
        )
        return "|".join("+".join(side) for side in sides)

    @property
    def variables(self) -> set[str]:
        """Its variables and atoms."""
        return {name for poly in (self.top, self.bottom) for term in poly for name, _ in term}


ONE: Poly = {(): Fraction(1)}


def is_same_quotient(left: Rational, right: Rational) -> bool:
    """True when the two are equal wherever both are defined.

    Raises:
        TooLargeError: multiplying out takes too many terms.
    """
    expansion = _Expansion()
    return expansion.multiply(left.top, right.bottom) == expansion.multiply(right.top, left.bottom)


def has_no_atoms(rational: Rational) -> bool:
    """Whether it contains variables only, so that two different forms have different values."""
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
            case Unary(_, of):
                inner = self.rational_form(of)
                return Rational(_scale_polynomial(inner.top, Fraction(-1)), inner.bottom)
            case Binary("^", base, exponent):
                return self.raise_to(self.rational_form(base), self.rational_form(exponent))
            case Binary(operator, left, right):
                return self.combine(operator, self.rational_form(left), self.rational_form(right))
            case Call(function, arguments):
                return self.apply_function(function, [self.rational_form(item) for item in arguments])
        raise not_in_formula(tree)

    def combine(self, operator: str, left: Rational, right: Rational) -> Rational:
        """`left operator right`."""
        if operator == "*":
            return Rational(self.multiply(left.top, right.top), self.multiply(left.bottom, right.bottom))
        if operator == "/":
            if not right.top:
                raise UndefinedError(DIVISION_BY_ZERO)
            return Rational(self.multiply(left.top, right.bottom), self.multiply(left.bottom, right.top))
        second = right.top if operator == "+" else _scale_polynomial(right.top, Fraction(-1))
        if left.bottom == right.bottom:
            return Rational(_add_polynomials(left.top, second), left.bottom)
        top = _add_polynomials(self.multiply(left.top, right.bottom), self.multiply(second, left.bottom))
        return Rational(top, self.multiply(left.bottom, right.bottom))

    def multiply(self, left: Poly, right: Poly) -> Poly:
        """The product of two polynomials."""
        if left is ONE or right is ONE:
            return right if left is ONE else left
        self._products_left -= len(left) * len(right)
        if self._products_left < 0:
            raise TooLargeError
        product: Poly = {}
        for term, coefficient in left.items():
            for other, factor in right.items():
                monomial = _multiply_monomials(term, other)
                product[monomial] = product.get(monomial, Fraction(0)) + coefficient * factor
        return _require_within_bounds({term: coefficient for term, coefficient in product.items() if coefficient})

    def raise_to(self, base: Rational, exponent: Rational) -> Rational:
        """base^exponent."""
        count = exponent.value
        highest = MAX_DEGREE if base.value is None else MAX_BITS
        if count is not None and count.denominator == 1 and abs(count) <= highest:
            if count < 0 and not base.top:
                raise UndefinedError(DIVISION_BY_ZERO)
            factor = base if count >= 0 else Rational(base.bottom, base.top)
            return self.raise_to_integer(factor, abs(int(count)))
        if base.value is not None and count is not None and (root := _exact_power(base.value, count)) is not None:
            return _rational_of(root)
        if base.top == {(("e", 1),): Fraction(1)} and base.bottom == ONE:
            return _atom(f"exp({exponent.key})")
        return _atom(f"pow({base.key};{exponent.key})")

    def raise_to_integer(self, base: Rational, count: int) -> Rational:
        """`base` multiplied by itself."""
        if base.value is not None:
            return _rational_of(_raise_number(base.value, count))
        if set(base.top) != {()} and len(base.top) == len(base.bottom) == 1:
            return Rational(_raise_term(base.top, count), _raise_term(base.bottom, count))
        result = Rational(ONE, ONE)
        for _ in range(count):
            result = self.combine("*", result, base)
        return result

    def apply_function(self, name: str, args: list[Rational]) -> Rational:
        """Convert a function to the quotient it abbreviates, or to an atom."""
        numbers = [item.value for item in args]
        values = [number for number in numbers if number is not None]
        if len(values) == len(args):
            if name in {"max", "min"}:
                return _rational_of(max(values) if name == "max" else min(values))
            if name in _EXACT_FUNCTIONS:
                return _rational_of(_EXACT_FUNCTIONS[name](values[0]))
            if name in _VALUES_AT_ZERO and values[0] == 0:
                return _rational_of(Fraction(_VALUES_AT_ZERO[name]))
            if name == "ln" and values[0] == 1:
                return _rational_of(Fraction(0))
        if name in {"sqrt", "cbrt"}:
            return self.raise_to(args[0], _rational_of(Fraction(1, 2 if name == "sqrt" else 3)))
        if name in {"exp", "exp'"}:
            return self.raise_to(_atom("e"), args[0])
        if name in _QUOTIENTS:
            top, bottom = _QUOTIENTS[name]
            numerator = self.apply_function(top, args) if top else Rational(ONE, ONE)
            return self.combine("/", numerator, self.apply_function(bottom, args))
        return _atom(f"{name}({_join_argument_keys(name, args)})")


def _rational_of(value: Fraction) -> Rational:
    return Rational({(): value} if value else {}, ONE)


def _atom(name: str) -> Rational:
    """A variable, or what counts as one."""
    if len(name) > MAX_ATOM_NAME:
        raise TooLargeError
    return Rational({((name, 1),): Fraction(1)}, ONE)


def _scale_polynomial(poly: Poly, factor: Fraction) -> Poly:
    return {term: factor * coefficient for term, coefficient in poly.items()}


def _add_polynomials(left: Poly, right: Poly) -> Poly:
    """The sum, without terms that cancel."""
    total = dict(left)
    for term, coefficient in right.items():
        entry = total.get(term, Fraction(0)) + coefficient
        if entry:
            total[term] = entry
        else:
            total.pop(term, None)
    return _require_within_bounds(total)


def _multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _require_within_bounds(poly: Poly) -> Poly:
    """Return `poly` unchanged.

    Raises:
        TooLargeError: it has too many terms or too long coefficients.
    """
    if len(poly) > MAX_TERMS:
        raise TooLargeError
    for coefficient in poly.values():
        if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > MAX_BITS:
            raise TooLargeError
    return poly


def _raise_term(poly: Poly, count: int) -> Poly:
    (term, coefficient), *_ = poly.items()
    return {tuple((name, power * count) for name, power in term if count): _raise_number(coefficient, count)}


def _raise_number(value: Fraction, count: int) -> Fraction:
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if abs(value) != 1 and bits * count > MAX_BITS + 64:
        raise TooLargeError
    return value**count


def _exact_power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base^exponent when that is a fraction: 4^1.5 is 8."""
    if base < 0 or exponent.denominator > MAX_ROOT_DEGREE or abs(exponent.numerator) > MAX_DEGREE:
        return None
    if base.denominator > MAX_ROOT_OF:
        return None
    if base == 0:
        if exponent < 0:
            raise UndefinedError(DIVISION_BY_ZERO)
        return base
    roots = [_integer_root(number, exponent.denominator) for number in (base.numerator, base.denominator)]
    if base.numerator > MAX_ROOT_OF or roots[0] is None or roots[1] is None:
        return None
    return Fraction(roots[0], roots[1]) ** exponent.numerator


def _integer_root(number: int, degree: int) -> int | None:
    """The root of `number` where it is an integer."""
    root = isqrt(number) if degree == 2 else round(min(number, MAX_ROOT_OF) ** (1 / degree))
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
"""Function → the two functions that it is the quotient of; "" is 1."""


def _join_argument_keys(name: str, args: Iterable[Rational]) -> str:
    keys = [item.key for item in args]
    return ";".join(sorted(keys) if name in {"max", "min"} else keys)

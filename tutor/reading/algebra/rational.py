"""Expressions as quotients of polynomials with exact coefficients, where equality is decided for certain.

What is no sum, product, quotient or whole power (a function, a power with a letter in it) is an atom: one more
letter, named by what it is taken of.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from tutor.reading.algebra.balls import DIVIDES, UndefinedError
from tutor.reading.algebra.names import CONSTANTS
from tutor.reading.algebra.tree import Expr, Fn, Neg, Num, Op, Var

TERMS = 300
"""The most terms of a polynomial."""
PRODUCTS = 3000
"""The most products of two terms that one expression may take."""
BITS = 4096
"""The most binary digits of a coefficient."""
DEGREE = 64
"""The highest whole power that is multiplied out."""
NAME = 1500
"""The longest name of an atom."""

Monomial = tuple[tuple[str, int], ...]
Poly = dict[Monomial, Fraction]


class TooLargeError(Exception):
    """An expression that does not fit into a polynomial of bounded size."""


@dataclass(frozen=True)
class Rational:
    """top / bottom."""

    top: Poly
    bottom: Poly

    @property
    def value(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.top:
            return Fraction(0)
        return self.top[()] / self.bottom[()] if set(self.top) == set(self.bottom) == {()} else None

    @property
    def key(self) -> str:
        """A name that says what it is; equal names mean equal values."""
        lead = self.bottom[min(self.bottom)]
        sides = (
            [f"{coefficient / lead}*{term}" for term, coefficient in sorted(poly.items())]
            for poly in (self.top, self.bottom)
        )
        return "|".join("+".join(side) for side in sides)

    @property
    def letters(self) -> set[str]:
        """Its variables and atoms."""
        return {letter for poly in (self.top, self.bottom) for term in poly for letter, _ in term}


ONE: Poly = {(): Fraction(1)}


def same(left: Rational, right: Rational) -> bool:
    """True when the two are equal wherever both are defined.

    Raises:
        TooLargeError: multiplying out takes too many terms.
    """
    work = _Work()
    return work.times(left.top, right.bottom) == work.times(right.top, left.bottom)


def plain_letters(rational: Rational) -> bool:
    """True when all its letters are variables, so that another form is another value."""
    return all("(" not in letter and letter not in CONSTANTS for letter in rational.letters)


def normal(tree: Expr) -> Rational:
    """`tree` as a quotient of polynomials.

    Raises:
        TooLargeError: it has too many terms.
        UndefinedError: it divides by zero, whatever its letters are.
    """
    return _Work().normal(tree)


class _Work:
    """The arithmetic of one expression, which is given up when it takes too many products."""

    def __init__(self) -> None:
        self._left = PRODUCTS

    def normal(self, tree: Expr) -> Rational:
        """`tree` as a quotient of polynomials."""
        match tree:
            case Num(value):
                return _number(value)
            case Var(name):
                return _atom(name)
            case Neg(of):
                inner = self.normal(of)
                return Rational(_scaled(inner.top, Fraction(-1)), inner.bottom)
            case Op("^", base, exponent):
                return self.power(self.normal(base), self.normal(exponent))
            case Op(sign, left, right):
                return self.combined(sign, self.normal(left), self.normal(right))
            case Fn(name, args):
                return self.function(name, [self.normal(item) for item in args])

    def combined(self, sign: str, left: Rational, right: Rational) -> Rational:
        """`left sign right`."""
        if sign == "*":
            return Rational(self.times(left.top, right.top), self.times(left.bottom, right.bottom))
        if sign == "/":
            if not right.top:
                raise UndefinedError(DIVIDES)
            return Rational(self.times(left.top, right.bottom), self.times(left.bottom, right.top))
        second = right.top if sign == "+" else _scaled(right.top, Fraction(-1))
        if left.bottom == right.bottom:
            return Rational(_plus(left.top, second), left.bottom)
        top = _plus(self.times(left.top, right.bottom), self.times(second, left.bottom))
        return Rational(top, self.times(left.bottom, right.bottom))

    def times(self, left: Poly, right: Poly) -> Poly:
        """The product of two polynomials."""
        if left is ONE or right is ONE:
            return right if left is ONE else left
        self._left -= len(left) * len(right)
        if self._left < 0:
            raise TooLargeError
        found: Poly = {}
        for term, coefficient in left.items():
            for other, factor in right.items():
                both = _joined(term, other)
                found[both] = found.get(both, Fraction(0)) + coefficient * factor
        return _bounded({term: coefficient for term, coefficient in found.items() if coefficient})

    def power(self, base: Rational, exponent: Rational) -> Rational:
        """base^exponent."""
        count = exponent.value
        if count is not None and count.denominator == 1 and abs(count) <= (DEGREE if base.value is None else BITS):
            if count < 0 and not base.top:
                raise UndefinedError(DIVIDES)
            raised = base if count >= 0 else Rational(base.bottom, base.top)
            return self.whole_power(raised, abs(int(count)))
        if base.value is not None and count is not None and (root := _root(base.value, count)) is not None:
            return _number(root)
        if base.top == {(("e", 1),): Fraction(1)} and base.bottom == ONE:
            return _atom(f"exp({exponent.key})")
        return _atom(f"pow({base.key};{exponent.key})")

    def whole_power(self, base: Rational, count: int) -> Rational:
        """`base` multiplied by itself."""
        if base.value is not None:
            return _number(_number_power(base.value, count))
        if set(base.top) != {()} and len(base.top) == len(base.bottom) == 1:
            return Rational(_term_power(base.top, count), _term_power(base.bottom, count))
        result = Rational(ONE, ONE)
        for _ in range(count):
            result = self.combined("*", result, base)
        return result

    def function(self, name: str, args: list[Rational]) -> Rational:
        """A function as what it is made of, or as an atom."""
        numbers = [item.value for item in args]
        values = [number for number in numbers if number is not None]
        if len(values) == len(args):
            if name in {"max", "min"}:
                return _number(max(values) if name == "max" else min(values))
            if name in _EXACT:
                return _number(_EXACT[name](values[0]))
            if name in _AT_ZERO and values[0] == 0:
                return _number(Fraction(_AT_ZERO[name]))
            if name == "ln" and values[0] == 1:
                return _number(Fraction(0))
        if name in {"sqrt", "cbrt"}:
            return self.power(args[0], _number(Fraction(1, 2 if name == "sqrt" else 3)))
        if name in {"exp", "exp'"}:
            return self.power(_atom("e"), args[0])
        if name in _QUOTIENTS:
            top, bottom = _QUOTIENTS[name]
            return self.combined(
                "/", self.function(top, args) if top else Rational(ONE, ONE), self.function(bottom, args)
            )
        return _atom(f"{name}({_listed(name, args)})")


def _number(value: Fraction) -> Rational:
    return Rational({(): value} if value else {}, ONE)


def _atom(name: str) -> Rational:
    if len(name) > NAME:
        raise TooLargeError
    return Rational({((name, 1),): Fraction(1)}, ONE)


def _scaled(poly: Poly, factor: Fraction) -> Poly:
    return {term: factor * coefficient for term, coefficient in poly.items()}


def _plus(left: Poly, right: Poly) -> Poly:
    found = dict(left)
    for term, coefficient in right.items():
        total = found.get(term, Fraction(0)) + coefficient
        if total:
            found[term] = total
        else:
            found.pop(term, None)
    return _bounded(found)


def _joined(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for letter, power in right:
        powers[letter] = powers.get(letter, 0) + power
    return tuple(sorted(powers.items()))


def _bounded(poly: Poly) -> Poly:
    if len(poly) > TERMS:
        raise TooLargeError
    for coefficient in poly.values():
        if max(coefficient.numerator.bit_length(), coefficient.denominator.bit_length()) > BITS:
            raise TooLargeError
    return poly


def _term_power(poly: Poly, count: int) -> Poly:
    (term, coefficient), *_ = poly.items()
    return {tuple((letter, power * count) for letter, power in term if count): _number_power(coefficient, count)}


def _number_power(value: Fraction, count: int) -> Fraction:
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if abs(value) != 1 and bits * count > BITS + 64:
        raise TooLargeError
    return value**count


def _root(base: Fraction, exponent: Fraction) -> Fraction | None:
    """base^exponent when that is a fraction: 4^1.5 is 8."""
    if base < 0 or exponent.denominator > 8 or abs(exponent.numerator) > DEGREE or base.denominator > 10**15:
        return None
    if base == 0:
        if exponent < 0:
            raise UndefinedError(DIVIDES)
        return base
    roots = [_whole_root(number, exponent.denominator) for number in (base.numerator, base.denominator)]
    if base.numerator > 10**15 or roots[0] is None or roots[1] is None:
        return None
    return Fraction(roots[0], roots[1]) ** exponent.numerator


def _whole_root(number: int, degree: int) -> int | None:
    root = isqrt(number) if degree == 2 else round(min(number, 10**15) ** (1 / degree))
    return root if root**degree == number else None


_EXACT: dict[str, Callable[[Fraction], Fraction]] = {
    "abs": abs,
    "relu": lambda value: max(value, Fraction(0)),
    "sign": lambda value: Fraction((value > 0) - (value < 0)),
    "floor": lambda value: Fraction(value.__floor__()),
    "ceil": lambda value: Fraction(value.__ceil__()),
}
_AT_ZERO = {"sin": 0, "tan": 0, "cos": 1, "sinh": 0, "tanh": 0, "cosh": 1, "arcsin": 0, "arctan": 0}


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


def _listed(name: str, args: Iterable[Rational]) -> str:
    keys = [item.key for item in args]
    return ";".join(sorted(keys) if name in {"max", "min"} else keys)

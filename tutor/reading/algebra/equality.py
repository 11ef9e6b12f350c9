"""Whether two expressions are equal: exactly where polynomials allow it, else at points inside both domains.

At a point both are computed with a bound on the error. A difference larger than its bound is certain; one
within it is looked at again with more digits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tutor.reading.algebra import balls
from tutor.reading.algebra.balls import Ball, UndefinedError, UnsureError, size
from tutor.reading.algebra.constant import PRECISIONS, constant_value, letters_of, number_of
from tutor.reading.algebra.names import CONSTANTS
from tutor.reading.algebra.points import numbers_in, points
from tutor.reading.algebra.rational import Rational, TooLargeError, normal, plain_letters, same
from tutor.reading.algebra.tree import Expr, Fn, nodes, parts
from tutor.reading.algebra.values import value_at
from tutor.reading.tolerance import EXACT, Tolerance

AGREE = 9
"""At so many points two equal expressions agree."""
AGREE_BENT = 22
"""The same where absolute values, maxima or steps bend a graph."""
WORK = 1200
"""How much may be computed at points, in operations of the usual precision; a function counts as six."""

_BENT = frozenset({"abs", "max", "min", "relu", "relu'", "step", "sign", "floor", "ceil"})
_NONE = Tolerance(Fraction(0))


@dataclass(frozen=True)
class Setting:
    """How two expressions are compared."""

    tolerance: Tolerance | None = None
    """None: exactly; numbers, as everywhere, to nine figures."""
    assumed: Mapping[str, str] = field(default_factory=dict)
    constants: frozenset[str] = CONSTANTS
    """Which of pi and e are the numbers."""


def equal(answer: Expr, expected: Expr, setting: Setting = Setting()) -> bool:  # frozen
    """True when `answer` is `expected` wherever both are real and defined.

    Raises:
        UndefinedError: `answer` has a real value nowhere.
        UsageError: an assumption that is not understood.
    """
    decided = _exactly(answer, expected, setting)
    return _sampled(answer, expected, setting) if decided is None else decided


def require_value(tree: Expr, setting: Setting = Setting()) -> None:  # frozen
    """Refuse an expression that has a real value nowhere.

    Raises:
        UndefinedError: it has none; the message says why.
    """
    _normal(tree)
    for part in constant_parts(tree, setting.constants):
        constant_value(part)
    letters = sorted(letters_of(tree, setting.constants))
    if letters:
        _find_value(tree, letters, setting)


def constant_parts(tree: Expr, constants: frozenset[str] = CONSTANTS) -> Iterator[Expr]:
    """The largest parts of `tree` without variables: where one has no value, nothing has."""
    if not letters_of(tree, constants):
        yield tree
    else:
        for part in parts(tree):
            yield from constant_parts(part, constants)


def _find_value(tree: Expr, letters: list[str], setting: Setting) -> None:
    """Return at the first point where `tree` has a real value."""
    refusal, work = UndefinedError("it has no real value"), _Work(tree)
    for point in points(letters, setting.assumed, numbers_in(tree)):
        for precision in PRECISIONS:
            try:
                value_at(tree, point, balls.field(precision))
                return
            except UnsureError:
                work.spend(precision)
            except UndefinedError as error:
                refusal = error
                work.spend(precision // 3)  # it has stopped on the way
                break
        if work.spent > WORK:
            break
    raise refusal


def _exactly(answer: Expr, expected: Expr, setting: Setting) -> bool | None:
    """The verdict where polynomials give one."""
    first, second = _normal(answer), _normal(expected, quiet=True)
    if first is None or second is None:
        return None
    if first.value is not None and second.value is not None:
        return (setting.tolerance or Tolerance(EXACT)).covers(first.value, second.value)
    try:
        if same(first, second):
            return True
    except TooLargeError:
        return None
    plain = plain_letters(first) and plain_letters(second)
    return False if plain and setting.tolerance in {None, _NONE} else None


def _normal(tree: Expr, quiet: bool = False) -> Rational | None:
    try:
        return normal(tree)
    except TooLargeError:
        return None
    except UndefinedError:
        if quiet:
            return None
        raise


def _sampled(answer: Expr, expected: Expr, setting: Setting) -> bool:
    letters = sorted(letters_of(answer, setting.constants) | letters_of(expected, setting.constants))
    if not letters:
        number_of(answer)
        tolerance = setting.tolerance or Tolerance(EXACT)
        return _alike_at({}, answer, expected, tolerance, _Work(answer, expected)) is True
    work = _Work(answer, expected)
    agreed, refusal, defined = 0, UndefinedError("it has no real value"), False
    for point in points(letters, setting.assumed, numbers_in(answer, expected)):
        try:
            alike = _alike_at(point, answer, expected, setting.tolerance or _NONE, work)
        except UndefinedError as error:
            refusal = error
        else:
            defined = True
            if alike is False:
                return False
            agreed += alike is True
        if agreed >= work.points or work.spent > WORK:
            break
    if not defined:
        raise refusal
    return agreed > 0


class _Work:
    """How often two expressions are to be compared, and what that has taken so far."""

    def __init__(self, *trees: Expr) -> None:
        functions = [node.name for tree in trees for node in nodes(tree) if isinstance(node, Fn)]
        self.points = AGREE_BENT if _BENT & set(functions) else AGREE
        self.spent = 0.0
        self._cost = sum(1 for tree in trees for _ in nodes(tree)) + 5 * len(functions)

    def spend(self, precision: int) -> None:
        """Count one comparison at `precision`."""
        self.spent += self._cost * precision / PRECISIONS[0]


def _alike_at(
    point: Mapping[str, Fraction], answer: Expr, expected: Expr, tolerance: Tolerance, work: "_Work"
) -> bool | None:
    """Whether the two agree at `point`; `None` where `expected` has no value or nothing can be told.

    Raises:
        UndefinedError: `answer` has no value there.
    """
    for precision in PRECISIONS:
        field = balls.field(precision)
        work.spend(precision)
        try:
            first = value_at(answer, point, field)
            second = value_at(expected, point, field)
            return _alike(first, second, tolerance, field)
        except UnsureError:
            continue
        except UndefinedError:
            value_at(answer, point, field)  # the answer's own fault is said; the other's only skips the point
            return None
    return None


def _alike(first: Ball, second: Ball, tolerance: Tolerance, field: balls.Field) -> bool:
    gap = field.subtract(first, second)
    allowed = field.number(tolerance.atol)
    share = field.multiply(field.number(tolerance.rtol), Ball(abs(second.value), second.error))
    allowed = share if share.value > allowed.value else allowed
    beyond = field.subtract(Ball(abs(gap.value), gap.error), allowed)
    if size(beyond.value) > beyond.error:
        return bool(beyond.value < 0)
    larger = max(size(first.value), size(second.value))
    if field.precision < PRECISIONS[-1] and beyond.error > larger - 60:
        raise UnsureError
    if beyond.error > max(larger - 60, -400):
        raise UnsureError
    return True

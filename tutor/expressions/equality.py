"""Whether two formulas are equal: exactly where polynomials decide it, otherwise at points of both domains.

At a point both are computed with a bound on the error. A difference larger than its bound is certain; a smaller one
is computed again with more digits. (Testing identities at random points: J. T. Schwartz, Fast probabilistic algorithms
for verification of polynomial identities, 1980.)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.expressions.enclosures import PRECISIONS_IN_BITS, enclose, enclose_constant, exact_constant
from tutor.expressions.intervals import (
    Ball,
    BallArithmetic,
    PrecisionError,
    UndefinedError,
    ball_arithmetic,
    log2_bound,
)
from tutor.expressions.names import CONSTANTS
from tutor.expressions.rational import Rational, TooLargeError, has_no_atoms, is_same_quotient, rational_form
from tutor.expressions.sampling import largest_numbers_in, sample_points
from tutor.expressions.tree import Call, Expr, children, variables_in, walk

SAMPLE_POINTS = 9
"""Agreements at so many points are enough. Where the budget or the points end before, one is."""
SAMPLE_POINTS_WITH_KINKS = 22
"""The same where absolute values, maxima or steps give a graph kinks."""
MAX_COMPARISON_COST = 1200
"""How much is computed at points at most, in operations of the usual precision; a function counts as six."""

NEGLIGIBLE_BITS = 60
"""An error so many binary digits below the larger value cannot hide a difference: a double has 53."""
LOG2_OF_NOTHING = -400
"""At the highest precision an error below 2^this counts as none, however small the values are."""

_KINKED = frozenset({"abs", "max", "min", "relu", "relu'", "step", "sign", "floor", "ceil"})
_NO_TOLERANCE = Tolerance(Fraction(0))


@dataclass(frozen=True)
class EqualityOptions:
    """What counts as equal when two formulas are compared."""

    tolerance: Tolerance | None = None
    """`None`: exactly; numbers, as everywhere, to nine figures."""
    assumptions: Mapping[str, str] = field(default_factory=dict)
    """Variable → what is assumed about it, as `sampling.Assumption` reads it."""
    constants: frozenset[str] = CONSTANTS
    """Which of pi and e are the numbers, not variables."""


_DEFAULT_OPTIONS = EqualityOptions()


def is_equal(answer: Expr, expected: Expr, equality: EqualityOptions = _DEFAULT_OPTIONS) -> bool:
    """True when `answer` is `expected` wherever both are real and defined.

    Raises:
        UndefinedError: `answer` has a real value nowhere.
        UsageError: an assumption that is not understood.
    """
    verdict = _compare_exactly(answer, expected, equality)
    return _compare_at_points(answer, expected, equality) if verdict is None else verdict


def require_real_value(tree: Expr, equality: EqualityOptions = _DEFAULT_OPTIONS) -> None:
    """Refuse a formula that has a real value nowhere.

    Raises:
        UndefinedError: it has none; the message says why.
    """
    _cached_rational_form(tree)  # raises if it divides by zero, whatever its variables are
    for part in constant_parts(tree, equality.constants):
        enclose_constant(part)  # raises if this part has no value
    variables = sorted(variables_in(tree, equality.constants))
    if variables:
        _require_real_value_somewhere(tree, variables, equality)


def constant_parts(tree: Expr, constants: frozenset[str] = CONSTANTS) -> Iterator[Expr]:
    """Find the largest parts of `tree` without variables: if one of them is undefined, so is `tree`."""
    if not variables_in(tree, constants):
        yield tree
    else:
        for part in children(tree):
            yield from constant_parts(part, constants)


def _require_real_value_somewhere(tree: Expr, variables: list[str], equality: EqualityOptions) -> None:
    """Refuse a formula that has a real value at none of the sample points."""
    fault, budget = UndefinedError("it has no real value"), _Budget(tree)
    for point in sample_points(variables, equality.assumptions, largest_numbers_in(tree)):
        for precision in PRECISIONS_IN_BITS:
            try:
                enclose(tree, point, ball_arithmetic(precision))
                return
            except PrecisionError:
                budget.spend(precision)
            except UndefinedError as error:
                fault = error
                budget.spend(precision // 3)  # a part of the cost: it stopped on the way
                break
        if budget.is_spent:
            break
    raise fault


def _compare_exactly(answer: Expr, expected: Expr, equality: EqualityOptions) -> bool | None:
    """Compare by exact polynomial arithmetic; `None` where that cannot decide.

    Raises:
        UndefinedError: `answer` has a real value nowhere.
    """
    first, second = _cached_rational_form(answer), _rational_form_or_none(expected)
    if first is None or second is None:
        return None
    if first.value is not None and second.value is not None:
        return (equality.tolerance or Tolerance(EXACT_RTOL)).covers(first.value, second.value)
    try:
        if is_same_quotient(first, second):
            return True
    except TooLargeError:
        return None
    certain = has_no_atoms(first) and has_no_atoms(second)
    return False if certain and equality.tolerance in {None, _NO_TOLERANCE} else None


@lru_cache(maxsize=64)
def _cached_rational_form(tree: Expr) -> Rational | None:
    """The rational form of `tree`, `None` where it is too large; one answer is compared with several formulas.

    Raises:
        UndefinedError: `tree` divides by zero, whatever its variables are.
    """
    try:
        return rational_form(tree)
    except TooLargeError:
        return None


def _rational_form_or_none(tree: Expr) -> Rational | None:
    """The same, and `None` where `tree` is undefined too."""
    try:
        return _cached_rational_form(tree)
    except UndefinedError:
        return None


def _compare_at_points(answer: Expr, expected: Expr, equality: EqualityOptions) -> bool:
    """Compare at sample points, until enough of them agree, one does not, or the budget is spent."""
    variables = sorted(variables_in(answer, equality.constants) | variables_in(expected, equality.constants))
    if not variables:
        exact_constant(answer)  # raises if it has no real value
        tolerance = equality.tolerance or Tolerance(EXACT_RTOL)
        return _agree_at({}, answer, expected, tolerance, _Budget(answer, expected)) is True
    budget = _Budget(answer, expected)
    agreements, fault, is_defined = 0, UndefinedError("it has no real value"), False
    for point in sample_points(variables, equality.assumptions, largest_numbers_in(answer, expected)):
        try:
            agree = _agree_at(point, answer, expected, equality.tolerance or _NO_TOLERANCE, budget)
        except UndefinedError as error:
            fault = error
        else:
            is_defined = True
            if agree is False:
                return False
            agreements += agree is True
        if agreements >= budget.agreements_needed or budget.is_spent:
            break
    if not is_defined:
        raise fault
    return agreements > 0


class _Budget:
    """Limits the work of one comparison at sample points."""

    def __init__(self, *trees: Expr) -> None:
        nodes = [node for tree in trees for node in walk(tree)]
        functions = [node.function for node in nodes if isinstance(node, Call)]
        self.agreements_needed = SAMPLE_POINTS_WITH_KINKS if _KINKED & set(functions) else SAMPLE_POINTS
        self._spent = 0.0
        self._cost = len(nodes) + 5 * len(functions)  # a function counts as six: itself a node, and five more

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self._spent > MAX_COMPARISON_COST

    def spend(self, precision: int) -> None:
        """Count one comparison at `precision`."""
        self._spent += self._cost * precision / PRECISIONS_IN_BITS[0]


def _agree_at(
    point: Mapping[str, Fraction], answer: Expr, expected: Expr, tolerance: Tolerance, budget: _Budget
) -> bool | None:
    """Whether the two agree at `point`; `None` if `expected` has no value there or it cannot be decided.

    Raises:
        UndefinedError: `answer` has no value there.
    """
    for precision in PRECISIONS_IN_BITS:
        balls = ball_arithmetic(precision)
        budget.spend(precision)
        try:
            first = enclose(answer, point, balls)
            second = enclose(expected, point, balls)
            return _is_within_tolerance(first, second, tolerance, balls)
        except PrecisionError:
            continue
        except UndefinedError:
            enclose(answer, point, balls)  # raises the answer's own fault; one of the expected formula skips the point
            return None
    return None


def _is_within_tolerance(first: Ball, second: Ball, tolerance: Tolerance, balls: BallArithmetic) -> bool:
    """Whether `first` is as near to `second` as it must be; where that is too close to call, they count as equal.

    Raises:
        PrecisionError: the errors are too large for that.
    """
    gap = balls.subtract(first, second)
    allowed = balls.number(tolerance.atol)
    relative = balls.multiply(balls.number(tolerance.rtol), Ball(abs(second.value), second.error))
    allowed = relative if relative.value > allowed.value else allowed
    beyond = balls.subtract(Ball(abs(gap.value), gap.error), allowed)
    is_certain = log2_bound(beyond.value) > beyond.error
    if is_certain:
        return bool(beyond.value < 0)
    larger = max(log2_bound(first.value), log2_bound(second.value))
    negligible = larger - NEGLIGIBLE_BITS
    if balls.precision < PRECISIONS_IN_BITS[-1] and beyond.error > negligible:
        raise PrecisionError
    if beyond.error > max(negligible, LOG2_OF_NOTHING):
        raise PrecisionError
    return True

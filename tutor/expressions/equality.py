"""Decides whether two formulas are equal: by exact polynomials if possible, otherwise at points of both domains.

At a point both are computed with a bound on the error. A difference larger than this bound is certain; otherwise both
are computed again with more digits. (Testing identities at random points: J. T. Schwartz, Fast probabilistic algorithms
for verification of polynomial identities, 1980.)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.expressions.enclosures import PRECISIONS_IN_BITS, constant_value, enclose, enclose_constant
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
"""Formulas that agree at this many points count as equal.

If the budget or the points run out earlier, agreement at a single point is enough.
"""
SAMPLE_POINTS_WITH_KINKS = 22
"""The same for formulas with absolute values, maxima or steps, which may agree on only one side of a kink."""
MAX_COMPARISON_COST = 1200
"""The budget of one comparison at points: operations at the lowest precision, a function counting as six."""

NEGLIGIBLE_BITS = 60
"""An error this many binary digits below the larger value is taken for none: a double has only 53 digits."""
LOG2_NEGLIGIBLE_ERROR = -400
"""At the highest precision an error below 2 to this power is taken for none, however small the values are."""

_KINKED = frozenset({"abs", "max", "min", "relu", "relu'", "step", "sign", "floor", "ceil"})
_NO_TOLERANCE = Tolerance(Fraction(0))


@dataclass(frozen=True)
class EqualityOptions:
    """What counts as equal when two formulas are compared."""

    tolerance: Tolerance | None = None
    """How far the values may differ; `None`: not at all, except that numbers are compared to nine figures."""
    assumptions: Mapping[str, str] = field(default_factory=dict)
    """Variable → what is assumed about it, such as `positive`: a text that `sampling.Assumption` reads."""
    constants: frozenset[str] = CONSTANTS
    """Which of the names pi and e mean the constants; the others are variables."""


_DEFAULT_OPTIONS = EqualityOptions()


def is_equal(answer: Expr, expected: Expr, equality: EqualityOptions = _DEFAULT_OPTIONS) -> bool:
    """True when `answer` equals `expected` wherever both are real and defined.

    Raises:
        UndefinedError: `answer` has a real value nowhere.
        UsageError: an assumption that is not understood.
    """
    verdict = _compare_exactly(answer, expected, equality)
    return _compare_at_points(answer, expected, equality) if verdict is None else verdict


def require_real_value(tree: Expr, equality: EqualityOptions = _DEFAULT_OPTIONS) -> None:
    """Raise an error if a formula has no real value anywhere.

    Raises:
        UndefinedError: it has none; the message says why.
    """
    _cached_rational_form(tree)  # raises if it divides by zero, whatever its variables are
    for subtree in constant_parts(tree, equality.constants):
        enclose_constant(subtree)  # raises if it has no value
    variables = sorted(variables_in(tree, equality.constants))
    if variables:
        _require_real_value_somewhere(tree, variables, equality)


def constant_parts(tree: Expr, constants: frozenset[str] = CONSTANTS) -> Iterator[Expr]:
    """Yield the largest subtrees of `tree` without variables: if one is undefined, `tree` has no value at all."""
    if not variables_in(tree, constants):
        yield tree
    else:
        for child in children(tree):
            yield from constant_parts(child, constants)


def _require_real_value_somewhere(tree: Expr, variables: list[str], equality: EqualityOptions) -> None:
    """Raise an error if a formula has no real value at any of the sample points that the budget allows."""
    last_error = UndefinedError("it has no real value")
    budget = _Budget(tree)
    for point in sample_points(variables, equality.assumptions, largest_numbers_in(tree)):
        for precision in PRECISIONS_IN_BITS:
            try:
                enclose(tree, point, ball_arithmetic(precision))
                return
            except PrecisionError:
                budget.spend(precision)
            except UndefinedError as error:
                last_error = error
                budget.spend(precision // 3)  # a third, since it stopped on the way
                break  # more digits would not help: on to the next point
        if budget.is_spent:
            break
    raise last_error


def _compare_exactly(answer: Expr, expected: Expr, equality: EqualityOptions) -> bool | None:
    """Whether the two are equal, by exact polynomial arithmetic; `None` if that cannot decide.

    Raises:
        UndefinedError: `answer` has a real value nowhere.
    """
    # If `answer` divides by zero, the error is raised for the learner to see. If `expected` does, the points decide.
    answer_form, expected_form = _cached_rational_form(answer), _rational_form_or_none(expected)
    if answer_form is None or expected_form is None:
        return None
    if answer_form.value is not None and expected_form.value is not None:
        tolerance = equality.tolerance or Tolerance(EXACT_RTOL)
        return tolerance.covers(answer_form.value, expected_form.value)
    try:
        if is_same_quotient(answer_form, expected_form):
            return True
    except TooLargeError:
        return None
    # Different quotients of polynomials in variables differ in value. With functions as atoms they may still be equal,
    # as sin² + cos² and 1 are.
    is_certain = has_no_atoms(answer_form) and has_no_atoms(expected_form)
    is_exact = equality.tolerance in {None, _NO_TOLERANCE}
    return False if is_certain and is_exact else None


@lru_cache(maxsize=64)
def _cached_rational_form(tree: Expr) -> Rational | None:
    """The rational form of `tree`, or `None` if it is too large.

    The result is cached, since an answer is compared with several formulas.

    Raises:
        UndefinedError: `tree` divides by zero, whatever its variables are.
    """
    try:
        return rational_form(tree)
    except TooLargeError:
        return None


def _rational_form_or_none(tree: Expr) -> Rational | None:
    """The rational form of `tree`; `None` if it is too large, or if `tree` divides by zero."""
    try:
        return _cached_rational_form(tree)
    except UndefinedError:
        return None


def _compare_at_points(answer: Expr, expected: Expr, equality: EqualityOptions) -> bool:
    """Whether the two formulas have equal values at sample points.

    Points are tried until enough agree, until one disagrees, or until the budget is spent.

    Raises:
        UndefinedError: `answer` has a real value at none of the points that were tried.
    """
    variables = sorted(variables_in(answer, equality.constants) | variables_in(expected, equality.constants))
    budget = _Budget(answer, expected)
    if not variables:
        constant_value(answer)  # raises if it has no real value
        tolerance = equality.tolerance or Tolerance(EXACT_RTOL)
        return _agree_at({}, answer, expected, tolerance, budget) is True
    tolerance = equality.tolerance or _NO_TOLERANCE
    agreements = 0
    is_defined_somewhere = False
    last_error = UndefinedError("it has no real value")
    for point in sample_points(variables, equality.assumptions, largest_numbers_in(answer, expected)):
        try:
            agree = _agree_at(point, answer, expected, tolerance, budget)
        except UndefinedError as error:
            last_error = error
        else:
            is_defined_somewhere = True
            if agree is False:
                return False
            if agree:  # it may be `None`: undecided
                agreements += 1
        if agreements >= budget.agreements_needed or budget.is_spent:
            break
    if not is_defined_somewhere:
        raise last_error
    return agreements > 0


class _Budget:
    """Limits the work of comparing `trees` at sample points."""

    def __init__(self, *trees: Expr) -> None:
        nodes = [node for tree in trees for node in walk(tree)]
        functions = [node.function for node in nodes if isinstance(node, Call)]
        has_kinks = not _KINKED.isdisjoint(functions)
        self.agreements_needed = SAMPLE_POINTS_WITH_KINKS if has_kinks else SAMPLE_POINTS
        self._spent = 0.0
        self._cost_of_point = len(nodes) + 5 * len(functions)
        """The cost of one point at the lowest precision; a function counts as six: one for its node, and five more."""

    @property
    def is_spent(self) -> bool:
        """Whether the limit is reached."""
        return self._spent > MAX_COMPARISON_COST

    def spend(self, precision: int) -> None:
        """Count one comparison at a `precision` in bits."""
        self._spent += self._cost_of_point * precision / PRECISIONS_IN_BITS[0]


def _agree_at(
    point: Mapping[str, Fraction], answer: Expr, expected: Expr, tolerance: Tolerance, budget: _Budget
) -> bool | None:
    """Whether both have equal values at `point`; `None` if `expected` has none there, or no precision can decide.

    Raises:
        UndefinedError: `answer` has no value there.
    """
    for precision in PRECISIONS_IN_BITS:
        balls = ball_arithmetic(precision)
        budget.spend(precision)
        try:
            answer_ball = enclose(answer, point, balls)
            expected_ball = enclose(expected, point, balls)
            return _is_within_tolerance(answer_ball, expected_ball, tolerance, balls)
        except PrecisionError:
            continue
        except UndefinedError:
            enclose(answer, point, balls)  # raises again if the answer is the undefined one
            return None
    return None


def _is_within_tolerance(answer: Ball, expected: Ball, tolerance: Tolerance, balls: BallArithmetic) -> bool:
    """Whether `answer` is as near to `expected` as `tolerance` asks.

    The sign of `excess`, which is |answer − expected| minus the allowed distance, decides. If its error leaves the sign
    uncertain, the two count as equal, provided that the error is too small to hide a difference.

    Raises:
        PrecisionError: the error is larger, so more precision is needed.
    """
    difference = balls.subtract(answer, expected)
    distance = Ball(abs(difference.value), difference.log2_error)
    by_atol = balls.number(tolerance.atol)
    by_rtol = balls.multiply(balls.number(tolerance.rtol), Ball(abs(expected.value), expected.log2_error))
    allowed_distance = by_rtol if by_rtol.value > by_atol.value else by_atol
    excess = balls.subtract(distance, allowed_distance)
    is_certain = log2_bound(excess.value) > excess.log2_error
    if is_certain:
        return bool(excess.value < 0)
    log2_negligible = max(log2_bound(answer.value), log2_bound(expected.value)) - NEGLIGIBLE_BITS
    if balls.precision == PRECISIONS_IN_BITS[-1]:
        log2_negligible = max(log2_negligible, LOG2_NEGLIGIBLE_ERROR)
    if excess.log2_error > log2_negligible:
        raise PrecisionError
    return True

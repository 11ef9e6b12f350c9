"""Explains errors of NumPy's and Python's mathematics: empty arrays, too few points, nan, numbers out of range.

What is said of an array is looked up in its description first; where it does not hold, Python's own words stand.
"""

import re
from collections.abc import Callable

from tutor.exercises.explanations.rule import ErrorRule, arrays, constant, rule
from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily

SQUARED = compile_lazily(r"\b(\w{1,64})\.T @ \1\b")
"""The matrix of a fit by least squares, `A.T @ A`."""
_LOGARITHMS = ("log", "log2", "log10", "log1p")


@rule(r"expected non-empty vector")
def explain_nothing_fitted(error: RaisedError, match: re.Match[str]) -> str:
    """A curve is fitted to no points."""
    return f"{error.expression or 'this line'} gets no numbers: {_name_empty(error)}."


@rule(r"zero-size array to reduction|attempt to get arg(?:max|min) of an|(?:arg is an|argument is) empty")
def explain_no_choice(error: RaisedError, match: re.Match[str]) -> str:
    """The largest of no numbers is asked for."""
    return f"{error.expression or 'this line'} has nothing to choose from: {_name_empty(error)}."


def _name_empty(error: RaisedError) -> str:
    """Name what is empty, if that is known."""
    empty = next((item for item in error.operands if item.is_empty and item.text != "[]"), None)
    return empty.describe() if empty else "the array or list is empty"


@rule(r"need at least one array to (\w+)")
def explain_nothing_joined(error: RaisedError, match: re.Match[str]) -> str:
    """A list of arrays to be joined is empty."""
    named = next((item.text for item in error.operands if item.length == 0 and item.text != "[]"), "the list")
    return (
        f"{error.expression or match[1]} joins the arrays of a list, and {named} is empty: "
        "is the loop that fills it entered, and does it append?"
    )


@rule(r"Input must be 1- or 2-d|must be a one-dimensional|expected 1D|object too deep for")
def explain_too_many_axes(error: RaisedError, match: re.Match[str]) -> str:
    """A function for one-dimensional arrays got one with more axes."""
    multidimensional = next((item for item in arrays(error) if len(item.shape or ()) > 1), None)
    if multidimensional is None:
        return ""
    return f"{error.expression or 'this line'} needs an array with fewer axes; {multidimensional.describe()}."


@rule(r"did not converge|array must not contain infs or NaNs")
def explain_no_solution(error: RaisedError, match: re.Match[str]) -> str:
    """A decomposition finds no answer: because of nan or inf, or of a fit to too few points."""
    where = error.expression or "this line"
    spoilt = next((item for item in arrays(error) if item.finite is False), None)
    if spoilt is not None:
        return f"{where} finds no answer: there are nan or inf among the numbers of {spoilt.text}."
    short = _too_short(error)
    return f"{where} finds no answer: {short}" if short else ""


def _too_short(error: RaisedError) -> str:
    """Say that a polynomial is fitted to fewer points than it has coefficients; empty if it is not."""
    if not error.expression.startswith("np.polyfit(") or len(error.operands) < 3:
        return ""
    points, degree = error.operands[0], error.operands[2]
    count = (points.shape or (0,))[0]
    if not points.is_array or not degree.value.isdigit() or count > int(degree.value):
        return ""
    return (
        f"{points.describe()}, and a polynomial of degree {degree.value} needs more points than its degree. "
        "Are these the points that you want to fit?"
    )


@rule(r"Singular matrix")
def explain_singular(error: RaisedError, match: re.Match[str]) -> str:
    """A matrix has no inverse: too few points for a fit, or dependent rows."""
    problem = f"the matrix of {error.expression or 'this line'} has no inverse:"
    product = SQUARED.search(error.expression)
    wide = (item for item in error.values if product and item.text == product[1] and _has_few_rows(item))
    powers = next(wide, None)
    if powers is not None:
        return f"{problem} {powers.describe()}, so there are fewer points than unknowns."
    return f"{problem} are two of its rows or columns dependent?"


def _has_few_rows(operand: Operand) -> bool:
    shape = operand.shape or ()
    return len(shape) == 2 and shape[0] < shape[1]


@rule(r"math domain error|expected a (?:positive|nonnegative|number in range)|must be in range")
def explain_domain(error: RaisedError, match: re.Match[str]) -> str:
    """A function of Python's `math` is not defined for a number."""
    name = error.callee.removeprefix("math.")
    problem = f"{error.expression or 'this function'} is not defined for this number"
    number = next((item for item in error.operands if item.value and item.text != item.value), None)
    problem += f" ({number.describe()})" if number else ""
    if name in _LOGARITHMS and _may_be(error.operands[:1], lambda value: value <= 0):
        return f"{problem}: the logarithm needs one above 0."
    if name == "sqrt" and _may_be(error.operands[:1], lambda value: value < 0):
        return f"{problem}: a square root needs one that is not below 0."
    return f"{problem}."


def _may_be(operands: tuple[Operand, ...], holds: Callable[[float], bool]) -> bool:
    """Whether something holds of a number, as far as its value is known."""
    try:
        return all(holds(float(item.value)) for item in operands if item.value)
    except ValueError:
        return True


RULES: tuple[ErrorRule, ...] = (
    explain_nothing_fitted,
    explain_no_choice,
    explain_nothing_joined,
    explain_too_many_axes,
    explain_no_solution,
    explain_singular,
    explain_domain,
    constant(
        r"numpy boolean (?:subtract|negative)",
        "True and False cannot be subtracted: .astype(float) turns them into 1 and 0.",
    ),
    constant(
        r"Integers to negative integer powers",
        "a whole number to a negative power is a fraction: write 2.0 instead of 2.",
    ),
    constant(
        r"(?:integer|float)? ?(?:division|modulo) by zero|cannot be raised to a negative power",
        "{expression} divides by 0.",
        keeps=True,
    ),
    constant(
        r"math range error|[Ii]nt(?:eger)? too large to convert|Numerical result out of range",
        "{expression} is too large for a number of the machine: can you rearrange the formula?",
    ),
    constant(r"not positive definite", "{expression} needs a symmetric matrix with positive eigenvalues only."),
    constant(
        r"Cannot take a larger sample", "{expression} draws more than there are; replace=True would draw some twice."
    ),
    constant(r"scale < 0", "{expression} needs a standard deviation of 0 at least."),
    constant(
        r"p < 0, p > 1|probabilities", "{expression} needs probabilities from 0 to 1; those of a choice add up to 1."
    ),
    constant(r"no negative elements", "{expression} counts whole numbers from 0; one of these is negative."),
)

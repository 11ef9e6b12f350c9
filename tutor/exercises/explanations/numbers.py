"""Explains errors of NumPy's and Python's mathematics: empty arrays, too few points, nan, numbers out of range.

The docstring of each `explain_…` names the error; what it returns is the explanation (see `rule.py`). Before an
explanation says something about an array, it checks the array's description; if that does not fit, Python's own message
is kept.
"""

import re
from collections.abc import Callable

from tutor.exercises.explanations.rule import ErrorRule, arrays, constant, rule
from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily

GRAM_MATRIX = compile_lazily(r"\b(\w{1,64})\.T @ \1\b")
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
    """Say what is empty: `x is empty, with shape (0,)`."""
    empty = error.find_operand(lambda item: item.is_empty and item.text != "[]")
    return empty.describe() if empty else "the array or list is empty"


@rule(r"need at least one array to (\w+)")
def explain_nothing_joined(error: RaisedError, match: re.Match[str]) -> str:
    """A list of arrays to be joined is empty."""
    empty_list = error.find_operand(lambda item: item.length == 0 and item.text != "[]")
    name = empty_list.text if empty_list else "the list"
    return (
        f"{error.expression or match[1]} joins the arrays of a list, and {name} is empty: "
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
    not_finite = next((item for item in arrays(error) if item.is_finite is False), None)
    if not_finite is not None:
        return f"{where} finds no answer: there are nan or inf among the numbers of {not_finite.text}."
    too_few = _describe_too_few_points(error)
    return f"{where} finds no answer: {too_few}" if too_few else ""


def _describe_too_few_points(error: RaisedError) -> str:
    """Say that a polynomial is fitted to fewer points than it has coefficients; "" if it is not."""
    if not error.expression.startswith("np.polyfit(") or len(error.operands) < 3:
        return ""
    points, _values, degree = error.operands[:3]
    point_count = points.shape[0] if points.shape else 0
    has_enough_points = degree.value.isdigit() and point_count > int(degree.value)
    if not points.is_array or not degree.value.isdigit() or has_enough_points:
        return ""
    return (
        f"{points.describe()}, and a polynomial of degree {degree.value} needs more points than its degree. "
        "Are these the points that you want to fit?"
    )


@rule(r"Singular matrix")
def explain_singular(error: RaisedError, match: re.Match[str]) -> str:
    """A matrix has no inverse: too few points for a fit, or dependent rows."""
    problem = f"the matrix of {error.expression or 'this line'} has no inverse:"
    product = GRAM_MATRIX.search(error.expression)
    if product:
        for value in error.values:
            if value.text == product[1] and _has_fewer_rows_than_columns(value):
                return f"{problem} {value.describe()}, so there are fewer points than unknowns."
    return f"{problem} are two of its rows or columns dependent?"


def _has_fewer_rows_than_columns(operand: Operand) -> bool:
    shape = operand.shape or ()
    return len(shape) == 2 and shape[0] < shape[1]


@rule(r"math domain error|expected a (?:positive|nonnegative|number in range)|must be in range")
def explain_domain(error: RaisedError, match: re.Match[str]) -> str:
    """A function of Python's `math` is not defined for a number."""
    function = error.callee.removeprefix("math.")
    problem = f"{error.expression or 'this function'} is not defined for this number"
    named_number = error.find_operand(lambda item: item.value and item.text != item.value)
    if named_number:
        problem += f" ({named_number.describe()})"
    argument = error.operands[0].value if error.operands else ""
    if function in _LOGARITHMS and _may_hold(argument, lambda number: number <= 0):
        return f"{problem}: the logarithm needs one above 0."
    if function == "sqrt" and _may_hold(argument, lambda number: number < 0):
        return f"{problem}: a square root needs one that is not below 0."
    return f"{problem}."


def _may_hold(text: str, condition: Callable[[float], bool]) -> bool:
    """Whether `condition` may hold for the number in `text`: True too if the text has no number, so it is unknown."""
    if not text:
        return True
    try:
        return condition(float(text))
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
        keeps_message=True,
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

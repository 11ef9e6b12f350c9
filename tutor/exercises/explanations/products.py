"""Explains errors of matrix products: shapes that do not fit, and numbers that are no matrices.

The docstring of each `explain_…` names the error; what it returns is the explanation (see `rule.py`).
"""

import re
from collections.abc import Iterator

from tutor.exercises.explanations.rule import ErrorRule, Shape, arrays, bracket, rule, shape_of
from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily
from tutor.text.sentences import join_words

MAX_SUGGESTIONS = 2
"""The most products that are suggested because their shapes fit."""
LENGTHS_OF_PRODUCT = compile_lazily(r"size (\d+) is different from (\d+)|: (\d+) \(dim \d+\) != (\d+)")
"""Finds the two lengths that do not match, in NumPy's message about a matrix product."""


@rule(r"mismatch in its core dimension|not aligned|shape-mismatch for sum")
def explain_product(error: RaisedError, match: re.Match[str]) -> str:
    """A matrix product whose axes differ: which they are, and which transposed product would work."""
    if not _has_misfit_product(error):
        return _explain_unknown_product(error, match.string)
    left, right = arrays(error)
    right_axes = len(shape_of(right))
    right_axis_words = {1: "only", 2: "first"}.get(right_axes, "last but one")
    problem = (
        f"{left.with_shape} and {right.with_shape} cannot be multiplied as matrices: the last axis of {left.text} has "
        f"length {shape_of(left)[-1]}, the {right_axis_words} axis of {right.text} has "
        f"{_summed_length(shape_of(right))}, and they must be equal."
    )
    fitting = list(_find_fitting_products(left, right))[:MAX_SUGGESTIONS]
    return f"{problem} {join_words(fitting, 'or')} would work." if fitting else problem


def _explain_unknown_product(error: RaisedError, message: str) -> str:
    """Say what a product of arrays needs, when their shapes are known only from the message, if at all."""
    match = LENGTHS_OF_PRODUCT.search(message)
    # The pattern matches two forms of the message, so the groups of the other form are empty.
    lengths = [length for length in match.groups() if length] if match else []
    lengths_words = f", here {join_words(sorted(lengths, key=int))}" if lengths else ""
    if "inner(" in error.expression:
        right_axis_words = "last of the right array"
    else:
        right_axis_words = "last but one of the right array, or its only one"
    return (
        f"the shapes in {error.expression or 'a matrix product'} do not match: the last axis of the left array "
        f"must be as long as the {right_axis_words}{lengths_words}."
    )


def _has_misfit_product(error: RaisedError) -> bool:
    """Whether the shapes of both arrays are known and do not fit a matrix product."""
    shapes = [shape_of(operand) for operand in arrays(error)]
    if len(shapes) != 2 or not all(shapes) or "inner(" in error.expression:
        return False
    left, right = shapes
    return left[-1] != _summed_length(right)


def _summed_length(right: Shape) -> int:
    """The length of the axis that a matrix product sums over in its right factor: the last but one, or the only one."""
    return right[-2] if len(right) > 1 else right[-1]


def _find_fitting_products(left: Operand, right: Operand) -> Iterator[str]:
    """Yield the products of the two, transposed or exchanged, whose shapes fit, the likeliest first.

    A vector has no transpose, so the two are likely in the wrong order; of two matrices one likely lacks its `.T`.
    """
    left_text, right_text = bracket(left.text), bracket(right.text)
    left_shape, right_shape = shape_of(left), shape_of(right)
    has_vector = 1 in {len(left_shape), len(right_shape)}
    are_matrices = len(left_shape) == len(right_shape) == 2
    can_exchange = _can_multiply(right_shape, left_shape)
    if has_vector and can_exchange:
        yield f"{right_text} @ {left_text}"
    if len(right_shape) == 2 and _can_multiply(left_shape, right_shape[::-1]):
        yield f"{left_text} @ {right_text}.T"
    if len(left_shape) == 2 and _can_multiply(left_shape[::-1], right_shape):
        yield f"{left_text}.T @ {right_text}"
    if are_matrices and can_exchange:
        yield f"{right_text} @ {left_text}"


def _can_multiply(left: Shape, right: Shape) -> bool:
    """Whether two shapes, each of one or two axes, have a matrix product."""
    return 0 < len(left) <= 2 and 0 < len(right) <= 2 and left[-1] == _summed_length(right)


@rule(r"does not have enough dimensions")
def explain_product_with_number(error: RaisedError, match: re.Match[str]) -> str:
    """A number that is used in a matrix product."""
    number = error.find_operand(lambda item: item.is_number or item.shape == ())  # or an array without axes
    name = number.text if number else "one of the two"
    return f"@ multiplies arrays, and {name} is a number: multiply by a number with *."


RULES: tuple[ErrorRule, ...] = (explain_product, explain_product_with_number)

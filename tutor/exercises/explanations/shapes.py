"""Explains errors of shape: arrays that do not fit together, axes and entries that do not exist."""

import re
from collections.abc import Collection, Iterator
from math import prod

from tutor.exercises.explanations.rule import ErrorRule, arrays, bracket, constant, rule
from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

Shape = tuple[int, ...]
_SIGNS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Pow": "**", "Mod": "%", "FloorDiv": "//"}
MAX_SUGGESTIONS = 2
SIZES = compile_lazily(r"size (\d+) is different from (\d+)|: (\d+) \(dim \d+\) != (\d+)")
"""The two lengths that a matrix product does not accept."""
SHAPES = compile_lazily(r"\(([\d,]*)\)")
INDEX_SHAPES = compile_lazily(r"\([\d, ]*\)")
AXIS = compile_lazily(r"axis (-?\d+) is out of bounds for array of dimension (\d+)")
MATH_FUNCTION = compile_lazily(r"math\.(\w+)")


@rule(r"mismatch in its core dimension|not aligned|shape-mismatch for sum")
def explain_product(error: RaisedError, match: re.Match[str]) -> str:
    """Say which axes of a matrix product differ, and which transposed product would work."""
    if not _is_product(error):
        sizes = SIZES.search(match.string)
        found = [item for item in sizes.groups() if item] if sizes else []
        numbers = f", here {join_words(sorted(found, key=int))}" if found else ""
        which = "last" if "inner(" in error.expression else "last but one"
        only = "" if which == "last" else ", or its only one"
        return (
            f"the shapes in {error.expression or 'a matrix product'} do not match: the last axis of the left array "
            f"must be as long as the {which} of the right array{only}{numbers}."
        )
    left, right = arrays(error)
    lengths = (_shape_of(left)[-1], _shape_of(right)[-2:][0])
    which = "only" if len(_shape_of(right)) == 1 else "first" if len(_shape_of(right)) == 2 else "last but one"
    problem = (
        f"{left.with_shape} and {right.with_shape} cannot be multiplied as matrices: the last axis of {left.text} has "
        f"length {lengths[0]}, the {which} axis of {right.text} has {lengths[1]}, and they must be equal."
    )
    fitting = list(_find_fitting_products(left, right))[:MAX_SUGGESTIONS]
    return f"{problem} {join_words(fitting, 'or')} would work." if fitting else problem


def _is_product(error: RaisedError) -> bool:
    """Whether two arrays are known whose axes do not fit a matrix product."""
    found = [_shape_of(item) for item in arrays(error)]
    return len(found) == 2 and all(found) and found[0][-1] != found[1][-2:][0] and "inner(" not in error.expression


def _find_fitting_products(left: Operand, right: Operand) -> Iterator[str]:
    """Products of the two, transposed or exchanged, whose shapes fit."""
    one, other = bracket(left.text), bracket(right.text)
    turned_left, turned_right = _shape_of(left)[::-1], _shape_of(right)[::-1]
    if 1 in {len(_shape_of(left)), len(_shape_of(right))} and _can_multiply(_shape_of(right), _shape_of(left)):
        yield f"{other} @ {one}"
    if len(turned_right) == 2 and _can_multiply(_shape_of(left), turned_right):
        yield f"{one} @ {other}.T"
    if len(turned_left) == 2 and _can_multiply(turned_left, _shape_of(right)):
        yield f"{one}.T @ {other}"
    if len(turned_left) == len(turned_right) == 2 and _can_multiply(_shape_of(right), _shape_of(left)):
        yield f"{other} @ {one}"


def _can_multiply(left: Shape, right: Shape) -> bool:
    """Whether a matrix product of two shapes of at most two axes is there."""
    return 0 < len(left) <= 2 and 0 < len(right) <= 2 and left[-1] == right[-2:][0]


def _shape_of(operand: Operand) -> Shape:
    return operand.shape or ()


@rule(r"does not have enough dimensions")
def explain_product_with_number(error: RaisedError, match: re.Match[str]) -> str:
    """A number is used in a matrix product."""
    number = next((item for item in error.operands if item.is_number or item.shape == ()), None)
    named = f"{number.text} is a number" if number else "one of the two is a number"
    return f"@ multiplies arrays, and {named}: multiply by a number with *."


@rule(r"operands could not be broadcast together with shapes")
def explain_broadcasting(error: RaisedError, match: re.Match[str]) -> str:
    """Say which axes of two arrays do not fit entry by entry, and what would make them fit."""
    shapes = [_read_shape(item) for item in SHAPES.findall(match.string)]
    pair = _find_clashing_pair(error, shapes)
    sign = _SIGNS.get(error.kind)
    if pair is None or not _find_unequal(_shape_of(pair[0]), _shape_of(pair[1])):
        named = join_words([str(item) for item in shapes])
        return f"arrays of the shapes {named} do not match: {_RULE}"
    left, right = pair
    joined = f"{left.text} {sign} {right.text}" if sign else error.expression
    unequal = _find_unequal(_shape_of(left), _shape_of(right))
    problem = (
        f"the shapes in {joined} do not match: {left.text} has shape {left.shape}, {right.text} has {right.shape}, "
        f"and axes are compared from the last to the first: {unequal[0]} and {unequal[1]} are neither equal nor 1."
    )
    return f"{problem}{_suggest_axis(left, right) or _suggest_axis(right, left)}"


def _find_unequal(left: Shape, right: Shape) -> Shape:
    """The lengths of the last axis in which two shapes do not fit; empty if they do."""
    pairs = zip(left[::-1], right[::-1], strict=False)
    return next((pair for pair in pairs if pair[0] != pair[1] and 1 not in pair), ())


_RULE = "axes are compared from the last to the first, and two lengths must be equal, or one of them 1."


def _read_shape(text: str) -> Shape:
    return tuple(int(item) for item in text.split(",") if item)


def _find_clashing_pair(error: RaisedError, shapes: list[Shape]) -> tuple[Operand, Operand] | None:
    """The two arrays that do not fit: where their own shapes are unknown, with those that the message tells.

    An operand that is no number is an array, or something whose value is not known, which may be one.
    """
    not_numbers = [item for item in error.operands if not item.is_number]
    if len(not_numbers) == len(arrays(error)) == 2:
        return not_numbers[0], not_numbers[1]
    if len(shapes) != 2 or len(not_numbers) != 2:
        return None
    left, right = (Operand(item.text, "ndarray", shape) for item, shape in zip(not_numbers, shapes, strict=True))
    return left, right


def _suggest_axis(large: Operand, small: Operand) -> str:
    """Suggest how to make a row of numbers, or a transposed array, fit the larger one."""
    shape, other = _shape_of(large), _shape_of(small)
    if len(shape) == 2 and other == shape[::-1]:
        return f" {bracket(small.text)}.T has shape {shape}: is one of them transposed?"
    if len(shape) == len(other) + 1 and shape[:-1] == other:
        return (
            f" Is it one number per row? {bracket(small.text)}[..., None], or keepdims=True in its sum, "
            f"has shape {(*other, 1)}, which works."
        )
    return ""


@rule(r"non-broadcastable output operand with shape (\([\d,]*\)) doesn't match the broadcast shape (\([\d,]*\))")
def explain_grown_output(error: RaisedError, match: re.Match[str]) -> str:
    """An assignment such as `+=` cannot change the shape of what it changes."""
    small, large = (str(_read_shape(item.strip("()"))) for item in match.groups())
    return (
        f"{error.expression or 'this line'} keeps the shape of the left side, {small}, but the result has {large}. "
        f"Write a = a + b, if that is what you want, or sum the right side over the extra axis."
    )


@rule(r"operands could not be broadcast together with remapped shapes|could not broadcast.*remapped")
def explain_remapped(error: RaisedError, match: re.Match[str]) -> str:
    """Explain shapes that do not fit in `np.pad`, `np.broadcast_to`, `np.einsum`, and stacks of matrices."""
    named = join_words([item.describe() for item in arrays(error)]) if arrays(error) else ""
    if "pad(" in error.expression:
        axes = len(_shape_of(arrays(error)[0])) if arrays(error) else 0
        return (
            f"np.pad needs one pair (before, after) for each axis{f', and {named}' if named else ''}: "
            f"give {counted(axes, 'pair') if axes else 'as many pairs as it has axes'}, (0, 0) for an axis left alone."
        )
    if "einsum" in error.expression:
        return f"in np.einsum all axes with the same letter must have the same length{f'; {named}' if named else ''}."
    return (
        f"{error.expression or 'these arrays'} cannot be broadcast to one shape{f': {named}' if named else ''}; {_RULE}"
    )


@rule(r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))")
def explain_assigned_shape(error: RaisedError, match: re.Match[str]) -> str:
    """Explain an assignment to part of an array with another shape."""
    given, wanted = (str(_read_shape(item.strip("()"))) for item in match.groups())
    return f"{error.expression or 'the left side'} has room for shape {wanted}, but what you assign has shape {given}."


@rule(r"shape mismatch: indexing arrays could not be broadcast|shape mismatch: (?:objects|value array)")
def explain_index_arrays(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays used together as an index, or given together to a function, have different shapes."""
    shapes = INDEX_SHAPES.findall(match.string)
    named = f": {join_words(list(dict.fromkeys(shapes)))}" if shapes else ""
    return f"the arrays in {error.expression or 'this line'} have different shapes{named}; they must be the same."


@rule(r"dimensions except for the concatenation axis must match|all input arrays must have the same shape")
def explain_joined(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays that are joined differ in another axis."""
    named = _join_different(arrays(error), {item.shape for item in arrays(error)})
    if "same shape" in match.string:
        return f"np.stack needs arrays of the same shape: {named}."
    return (
        f"{named} cannot be joined: only the axis along which they are joined may differ. Do you mean another axis=…?"
    )


def _join_different(operands: list[Operand], kinds: Collection[object]) -> str:
    """Name arrays with their shapes if these differ; those that are known may not be those that do."""
    return join_words([item.with_shape for item in operands]) if len(kinds) > 1 else "the arrays"


@rule(r"must have same number of dimensions")
def explain_joined_axes(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays that are joined have different numbers of axes."""
    named = _join_different(arrays(error), {len(_shape_of(item)) for item in arrays(error)})
    return (
        f"{named} cannot be joined: they have different numbers of axes. a[None, :] makes a row, a[:, None] a column."
    )


@rule(r"cannot reshape array of size (\d+) into shape \(?([\d, -]*)")
def explain_reshape(error: RaisedError, match: re.Match[str]) -> str:
    """The number of entries does not fit the new shape."""
    fitting = (item for item in arrays(error) if prod(_shape_of(item)) == int(match[1]))
    named = next((f"{item.with_shape}, which has " for item in fitting), "an array, which has ")
    return (
        f"{named}{counted(int(match[1]), 'number')}, cannot be reshaped by {error.expression or 'reshape'}: the "
        f"lengths of the new axes must multiply to {match[1]}."
    )


@rule(
    r"axis2?:? ?-?\d* ?.*?axis (-?\d+) is out of bounds for array of dimension (\d+)|axis (-?\d+) is out of bounds for"
)
def explain_axis(error: RaisedError, match: re.Match[str]) -> str:
    """An axis that the array does not have."""
    found = AXIS.search(match.string)
    axis, count = (int(found[1]), int(found[2])) if found else (0, 0)
    named = next((item.with_shape for item in arrays(error) if len(_shape_of(item)) == count), "the array")
    axes = "1 axis, number 0" if count == 1 else f"{count} axes, numbered from 0 to {count - 1}"
    if not count:
        return f"{named} is a single number here: it has no axis {axis}."
    return f"{named} has {axes}: there is no axis {axis}."


@rule(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")
def explain_index(error: RaisedError, match: re.Match[str]) -> str:
    """An entry that the array does not have."""
    index, axis, size = (int(item) for item in match.groups())
    named = next(
        (item.with_shape for item in arrays(error) if _shape_of(item)[axis : axis + 1] == (size,)), "the array"
    )
    if not size:
        return f"{error.expression or 'This'} is out of range: axis {axis} of {named} has no entries."
    return (
        f"{error.expression or 'This'} is out of range: axis {axis} of {named} has {counted(size, 'entry')}, "
        f"numbered from 0 to {size - 1}; there is no entry {index}."
    )


@rule(r"(list|tuple|string)(?: assignment)? index out of range|range object index out of range")
def explain_item(error: RaisedError, match: re.Match[str]) -> str:
    """An item that a list does not have."""
    owner = next((item for item in error.operands if item.length is not None), None)
    if owner is None or not owner.length:
        return f"{error.expression or 'An index'} is out of range: a list is numbered from 0."
    return f"{error.expression} is out of range: {owner.describe()}, numbered from 0 to {owner.length - 1}."


@rule(r"too many indices for array|invalid index to scalar variable")
def explain_too_many_indices(error: RaisedError, match: re.Match[str]) -> str:
    """More indices than the array has axes."""
    owner = error.operands[0] if error.operands else None
    if "scalar variable" in match.string or (owner is not None and owner.is_number):
        named = f"{owner.text} is" if owner and owner.is_number else "this is"
        return f"{named} a single number already and has no entries: remove one index."
    if owner is None or not owner.is_array or len(_shape_of(owner)) >= max(1, len(error.operands) - 1):
        return f"{error.expression or 'this line'} has more indices than the array has axes."
    return f"{error.expression} has more indices than {owner.with_shape} has axes ({len(_shape_of(owner))})."


@rule(r"boolean index did not match indexed array along axis (\d+); size of axis is (\d+) but size of .* is (\d+)")
def explain_mask(error: RaisedError, match: re.Match[str]) -> str:
    """A mask of another length than what it picks from."""
    axis, size = int(match[1]), int(match[2])
    fits = bool(error.operands) and _shape_of(error.operands[0])[axis : axis + 1] == (size,)
    owner = error.operands[0].with_shape if fits else "the array"
    entries = counted(int(match[3]), "entry")
    return f"the mask has {entries}, but axis {match[1]} of {owner} has {match[2]}: the two must be equal."


@rule(r"inhomogeneous shape")
def explain_ragged(error: RaisedError, match: re.Match[str]) -> str:
    """Rows of different lengths make no array."""
    parts = [item.describe() for item in error.operands if item.is_array or item.length is not None]
    lengths = {(item.shape or (item.length,))[0] for item in error.operands if item.shape or item.length is not None}
    named = f" ({', '.join(parts)})" if len(lengths) > 1 else ""
    return (
        f"an array needs rows of the same length, but those of {error.expression or 'this list'} differ{named}: "
        f"use a list."
    )


@rule(r"setting an array element with a sequence")
def explain_number_wanted(error: RaisedError, match: re.Match[str]) -> str:
    """An entry of an array has room for one number."""
    last = error.operands[-1] if len(error.operands) > 1 else Operand("")
    value = last.describe() if last.shape or last.length is not None else "you give it several"
    return f"{error.expression or 'An entry'} has room for one number, but {value}."


@rule(r"can only convert an array of size 1|only (?:0-dimensional|length-1|size-1) arrays can be converted")
def explain_one_number_wanted(error: RaisedError, match: re.Match[str]) -> str:
    """A function of one number got an array."""
    given = next((item.describe() for item in error.operands if item.is_array), "it got an array")
    if ".item(" in error.expression:
        return f"{error.expression} turns an array of one number into a number, but {given}."
    called = MATH_FUNCTION.match(error.expression)
    if called:
        return f"{called[0]} takes one number, but {given}: np.{called[1]} takes the whole array, entry by entry."
    name = error.callee
    return f"{name or 'This'} takes one number, but {given}."


@rule(r"truth value of an array|truth value of an empty array")
def explain_truth(error: RaisedError, match: re.Match[str]) -> str:
    """A condition that is an array of conditions."""
    name = error.callee
    if name in {"max", "min"}:
        call = {"max": "np.maximum(a, b) or a.max()", "min": "np.minimum(a, b) or a.min()"}[name]
        return f"{name}() compares single numbers; for arrays use {call}."
    if error.kind in {"BoolOp", "UnaryOp"}:
        return "and, or, not need a single True or False, and this is an array of them: use &, |, ~, with brackets."
    return (
        "if, while, and, or need a single True or False, but a condition on an array is an array of them, one for each "
        "entry. Choose entry by entry with np.where(condition, a, b)."
    )


@rule(r"Last 2 dimensions of the array must be square|must be square")
def explain_square(error: RaisedError, match: re.Match[str]) -> str:
    """A function of square matrices got another shape."""
    oblong = (item for item in arrays(error) if len(set(_shape_of(item)[-2:])) > 1 or len(_shape_of(item)) < 2)
    named = next((item.describe() for item in oblong), "this one is not")
    return f"{error.expression.partition('(')[0] or 'This'} needs a square matrix, and {named}."


RULES: tuple[ErrorRule, ...] = (
    explain_product,
    explain_product_with_number,
    explain_broadcasting,
    explain_grown_output,
    explain_remapped,
    explain_assigned_shape,
    explain_index_arrays,
    explain_joined,
    explain_joined_axes,
    explain_reshape,
    explain_axis,
    explain_index,
    explain_item,
    explain_too_many_indices,
    explain_mask,
    explain_ragged,
    explain_number_wanted,
    explain_one_number_wanted,
    explain_truth,
    explain_square,
    constant(
        r"can only specify one unknown dimension",
        "-1 means whatever length fits: use it only once.",
    ),
    constant(r"negative dimensions are not allowed", "the shape of an array has a negative length: {expression}."),
    constant(r"does not result in an equal division", "np.split needs parts of one length; np.array_split takes any."),
    constant(r"axes don't match array", "{expression} names a different number of axes than the array has."),
    constant(r"cannot select an axis to squeeze", "only an axis of length 1 can be squeezed away."),
    constant(
        r"must have the same number of dimensions", "the index of {expression} must have as many axes as the array."
    ),
    constant(r"at least two-dimensional", "{expression} needs an array with two axes: a matrix."),
    constant(r"output subscript '.' which never appeared", "np.einsum: each letter after -> must also be before it."),
    constant(
        r"einstein sum subscripts|too many subscripts in einsum|einsum",
        "np.einsum: give each array as many letters as it has axes.",
    ),
)

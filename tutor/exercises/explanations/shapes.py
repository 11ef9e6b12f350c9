"""Explains errors of shape: arrays that do not fit together, axes and entries that do not exist.

The docstring of each `explain_…` names the error; what it returns is the explanation (see `rule.py`).
"""

import re
from math import prod

from tutor.exercises.explanations.rule import ErrorRule, Shape, arrays, bracket, constant, rule, shape_of
from tutor.exercises.raised import Operand, RaisedError
from tutor.patterns import compile_lazily
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

_OPERATOR_SYMBOLS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Pow": "**", "Mod": "%", "FloorDiv": "//"}
"""Kind of an operation, as Python's grammar names it → its symbol."""
SHAPES = compile_lazily(r"\(([\d,]*)\)")
"""The lengths in each shape of a message: `2,3` of `(2,3)`."""
INDEX_SHAPES = compile_lazily(r"\([\d, ]*\)")
"""Each shape with its brackets; in messages about indices there may be blanks in it."""
AXIS = compile_lazily(r"axis (-?\d+) is out of bounds for array of dimension (\d+)")
"""The number of an axis, and of how many axes there are."""
MATH_FUNCTION = compile_lazily(r"math\.(\w+)")
"""A function of Python's `math`, with its name."""


@rule(r"operands could not be broadcast together with shapes")
def explain_broadcasting(error: RaisedError, match: re.Match[str]) -> str:
    """Two arrays whose axes do not fit entry by entry: which they are, and what would make them fit."""
    shapes = [_read_shape(text) for text in SHAPES.findall(match.string)]
    pair = _find_clashing_pair(error, shapes)
    clash = _find_clash(shape_of(pair[0]), shape_of(pair[1])) if pair else None
    if pair is None or clash is None:
        return f"arrays of the shapes {join_words([str(shape) for shape in shapes])} do not match: {_BROADCASTING}"
    left, right = pair
    left_length, right_length = clash
    symbol = _OPERATOR_SYMBOLS.get(error.kind)
    operation = f"{left.text} {symbol} {right.text}" if symbol else error.expression
    problem = (
        f"the shapes in {operation} do not match: {left.text} has shape {left.shape}, {right.text} has {right.shape}, "
        f"and axes are compared from the last to the first: {left_length} and {right_length} are neither equal nor 1."
    )
    return f"{problem}{_suggest_axis(left, right) or _suggest_axis(right, left)}"


def _find_clash(left: Shape, right: Shape) -> tuple[int, int] | None:
    """The lengths (of the left, of the right) at the last axis where two shapes do not fit; `None` if they fit."""
    for left_length, right_length in zip(reversed(left), reversed(right), strict=False):
        if left_length != right_length and 1 not in {left_length, right_length}:
            return left_length, right_length
    return None


_BROADCASTING = "axes are compared from the last to the first, and two lengths must be equal, or one of them 1."


def _read_shape(text: str) -> Shape:
    """`2,3` → (2, 3); `4,` → (4,)."""
    return tuple(int(length) for length in text.split(",") if length)


def _find_clashing_pair(error: RaisedError, shapes: list[Shape]) -> tuple[Operand, Operand] | None:
    """The two arrays that do not fit; `None` if it is not clear which two they are.

    If their own shapes are unknown, they get the `shapes` from the error message.
    """
    # An operand whose value is unknown may be an array, so only operands known to be numbers are left out.
    may_be_arrays = [operand for operand in error.operands if not operand.is_number]
    if len(may_be_arrays) != 2:
        return None
    left, right = may_be_arrays
    if left.is_array and right.is_array:
        return left, right
    if len(shapes) != 2:
        return None
    return Operand(left.text, "ndarray", shapes[0]), Operand(right.text, "ndarray", shapes[1])


def _suggest_axis(large: Operand, small: Operand) -> str:
    """Suggest how to make a row of numbers, or a transposed array, fit the larger array; "" if nothing is clear."""
    large_shape, small_shape = shape_of(large), shape_of(small)
    if len(large_shape) == 2 and small_shape == large_shape[::-1]:
        return f" {bracket(small.text)}.T has shape {large_shape}: is one of them transposed?"
    lacks_last_axis = len(large_shape) == len(small_shape) + 1 and large_shape[:-1] == small_shape
    if lacks_last_axis:
        return (
            f" Is it one number per row? {bracket(small.text)}[..., None], or keepdims=True in its sum, "
            f"has shape {(*small_shape, 1)}, which works."
        )
    return ""


@rule(r"non-broadcastable output operand with shape (\([\d,]*\)) doesn't match the broadcast shape (\([\d,]*\))")
def explain_grown_output(error: RaisedError, match: re.Match[str]) -> str:
    """An assignment such as `+=` that would change the shape of its left side."""
    left_shape, result_shape = (_read_shape(group.strip("()")) for group in match.groups())
    return (
        f"{error.expression or 'this line'} keeps the shape of the left side, {left_shape}, but the result has "
        f"{result_shape}. Write a = a + b, if that is what you want, or sum the right side over the extra axis."
    )


@rule(r"operands could not be broadcast together with remapped shapes|could not broadcast.*remapped")
def explain_remapped(error: RaisedError, match: re.Match[str]) -> str:
    """Shapes that do not fit in `np.pad`, `np.broadcast_to`, `np.einsum`, and stacks of matrices."""
    known_arrays = arrays(error)
    descriptions = join_words([array.describe() for array in known_arrays]) if known_arrays else ""
    if "pad(" in error.expression:
        axis_count = len(shape_of(known_arrays[0])) if known_arrays else 0
        known_shapes = f", and {descriptions}" if descriptions else ""
        pairs = counted(axis_count, "pair") if axis_count else "as many pairs as it has axes"
        return (
            f"np.pad needs one pair (before, after) for each axis{known_shapes}: give {pairs}, "
            "(0, 0) for an axis left alone."
        )
    if "einsum" in error.expression:
        known_shapes = f"; {descriptions}" if descriptions else ""
        return f"in np.einsum all axes with the same letter must have the same length{known_shapes}."
    known_shapes = f": {descriptions}" if descriptions else ""
    return f"{error.expression or 'these arrays'} cannot be broadcast to one shape{known_shapes}; {_BROADCASTING}"


@rule(r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))")
def explain_assigned_shape(error: RaisedError, match: re.Match[str]) -> str:
    """An assignment to a part of an array that has another shape."""
    given_shape, wanted_shape = (_read_shape(group.strip("()")) for group in match.groups())
    left_side = error.expression or "the left side"
    return f"{left_side} has room for shape {wanted_shape}, but what you assign has shape {given_shape}."


@rule(r"shape mismatch: indexing arrays could not be broadcast|shape mismatch: (?:objects|value array)")
def explain_index_arrays(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays used together as an index, or given together to a function, have different shapes."""
    shapes = list(dict.fromkeys(INDEX_SHAPES.findall(match.string)))
    listed = f": {join_words(shapes)}" if shapes else ""
    return f"the arrays in {error.expression or 'this line'} have different shapes{listed}; they must be the same."


@rule(r"dimensions except for the concatenation axis must match|all input arrays must have the same shape")
def explain_joined(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays to be joined that differ in another axis."""
    known_arrays = arrays(error)
    names = _name_arrays(known_arrays, have_difference=len({array.shape for array in known_arrays}) > 1)
    if "same shape" in match.string:
        return f"np.stack needs arrays of the same shape: {names}."
    return (
        f"{names} cannot be joined: only the axis along which they are joined may differ. Do you mean another axis=…?"
    )


def _name_arrays(known_arrays: list[Operand], *, have_difference: bool) -> str:
    """The arrays with their shapes; "the arrays" if the known shapes do not show the difference that is the fault."""
    return join_words([array.with_shape for array in known_arrays]) if have_difference else "the arrays"


@rule(r"must have same number of dimensions")
def explain_joined_axes(error: RaisedError, match: re.Match[str]) -> str:
    """Arrays to be joined that have different numbers of axes."""
    known_arrays = arrays(error)
    axis_counts = {len(shape_of(array)) for array in known_arrays}
    names = _name_arrays(known_arrays, have_difference=len(axis_counts) > 1)
    return (
        f"{names} cannot be joined: they have different numbers of axes. a[None, :] makes a row, a[:, None] a column."
    )


@rule(r"cannot reshape array of size (\d+) into shape \(?([\d, -]*)")
def explain_reshape(error: RaisedError, match: re.Match[str]) -> str:
    """A number of entries that does not fit the new shape."""
    size = int(match[1])
    names = [array.with_shape for array in arrays(error) if prod(shape_of(array)) == size]
    name = names[0] if names else "an array"
    return (
        f"{name}, which has {counted(size, 'number')}, cannot be reshaped by {error.expression or 'reshape'}: the "
        f"lengths of the new axes must multiply to {size}."
    )


@rule(
    r"axis2?:? ?-?\d* ?.*?axis (-?\d+) is out of bounds for array of dimension (\d+)|axis (-?\d+) is out of bounds for"
)
def explain_axis(error: RaisedError, match: re.Match[str]) -> str:
    """An axis that the array does not have."""
    axis_match = AXIS.search(match.string)
    axis, axis_count = (int(axis_match[1]), int(axis_match[2])) if axis_match else (0, 0)
    names = [array.with_shape for array in arrays(error) if len(shape_of(array)) == axis_count]
    name = names[0] if names else "the array"
    if not axis_count:
        return f"{name} is a single number here: it has no axis {axis}."
    axes = "1 axis, number 0" if axis_count == 1 else f"{axis_count} axes, numbered from 0 to {axis_count - 1}"
    return f"{name} has {axes}: there is no axis {axis}."


@rule(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")
def explain_index(error: RaisedError, match: re.Match[str]) -> str:
    """An entry that the array does not have."""
    index, axis, size = (int(number) for number in match.groups())
    names = [array.with_shape for array in arrays(error) if _has_axis(array, axis, size)]
    name = names[0] if names else "the array"
    if not size:
        return f"{error.expression or 'This'} is out of range: axis {axis} of {name} has no entries."
    return (
        f"{error.expression or 'This'} is out of range: axis {axis} of {name} has {counted(size, 'entry')}, "
        f"numbered from 0 to {size - 1}; there is no entry {index}."
    )


def _has_axis(operand: Operand, axis: int, length: int) -> bool:
    """Whether an operand is known to have an axis of this number and length."""
    shape = shape_of(operand)
    return axis < len(shape) and shape[axis] == length


@rule(r"(list|tuple|string)(?: assignment)? index out of range|range object index out of range")
def explain_item(error: RaisedError, match: re.Match[str]) -> str:
    """An item that a list does not have."""
    owner = error.find_operand(lambda item: item.length is not None)
    if owner is None or not owner.length:
        return f"{error.expression or 'An index'} is out of range: a list is numbered from 0."
    return f"{error.expression} is out of range: {owner.describe()}, numbered from 0 to {owner.length - 1}."


@rule(r"too many indices for array|invalid index to scalar variable")
def explain_too_many_indices(error: RaisedError, match: re.Match[str]) -> str:
    """More indices than the array has axes."""
    owner = error.first_operand
    if "scalar variable" in match.string or (owner is not None and owner.is_number):
        named = f"{owner.text} is" if owner and owner.is_number else "this is"
        return f"{named} a single number already and has no entries: remove one index."
    index_count = max(1, len(error.operands) - 1)  # the operands are the array and its indices, as far as known
    if owner is None or not owner.is_array or len(shape_of(owner)) >= index_count:
        return f"{error.expression or 'this line'} has more indices than the array has axes."
    return f"{error.expression} has more indices than {owner.with_shape} has axes ({len(shape_of(owner))})."


@rule(r"boolean index did not match indexed array along axis (\d+); size of axis is (\d+) but size of .* is (\d+)")
def explain_mask(error: RaisedError, match: re.Match[str]) -> str:
    """A mask of another length than what it picks from."""
    axis, size, mask_size = (int(number) for number in match.groups())
    is_owner_known = bool(error.operands) and _has_axis(error.operands[0], axis, size)
    owner = error.operands[0].with_shape if is_owner_known else "the array"
    return f"the mask has {counted(mask_size, 'entry')}, but axis {axis} of {owner} has {size}: the two must be equal."


@rule(r"inhomogeneous shape")
def explain_ragged(error: RaisedError, match: re.Match[str]) -> str:
    """Rows of different lengths, which make no array."""
    descriptions = [item.describe() for item in error.operands if item.is_array or item.length is not None]
    # The length of each row: of an array its first axis, of a list its number of items. Rows whose known lengths are
    # equal are not listed, since that would contradict the message.
    known_lengths = {item.shape[0] if item.shape else item.length for item in error.operands} - {None}
    known_rows = f" ({', '.join(descriptions)})" if len(known_lengths) > 1 else ""
    return (
        f"an array needs rows of the same length, but those of {error.expression or 'this list'} differ{known_rows}: "
        f"use a list."
    )


@rule(r"setting an array element with a sequence")
def explain_number_wanted(error: RaisedError, match: re.Match[str]) -> str:
    """Several numbers for one entry of an array."""
    # The operands of an assignment are the array, its indices and, last, the value that is assigned.
    assigned = error.operands[-1] if len(error.operands) > 1 else Operand("")
    has_several = assigned.shape or assigned.length is not None
    value = assigned.describe() if has_several else "you give it several"
    return f"{error.expression or 'An entry'} has room for one number, but {value}."


@rule(r"can only convert an array of size 1|only (?:0-dimensional|length-1|size-1) arrays can be converted")
def explain_one_number_wanted(error: RaisedError, match: re.Match[str]) -> str:
    """A function of one number that got an array."""
    known_arrays = arrays(error)
    argument = known_arrays[0].describe() if known_arrays else "it got an array"
    if ".item(" in error.expression:
        return f"{error.expression} turns an array of one number into a number, but {argument}."
    math_call = MATH_FUNCTION.match(error.expression)
    if math_call:
        full_name, name = math_call[0], math_call[1]
        return f"{full_name} takes one number, but {argument}: np.{name} takes the whole array, entry by entry."
    return f"{error.callee or 'This'} takes one number, but {argument}."


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
    """A function of square matrices that got another shape."""
    not_square = [array.describe() for array in arrays(error) if not _is_square(shape_of(array))]
    description = not_square[0] if not_square else "this one is not"
    return f"{error.expression.partition('(')[0] or 'This'} needs a square matrix, and {description}."


def _is_square(shape: Shape) -> bool:
    """Whether the last two axes have one length."""
    return len(shape) >= 2 and shape[-2] == shape[-1]


RULES: tuple[ErrorRule, ...] = (
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

"""Explains errors of type and value: lists used as arrays, fractions as whole numbers, `None` as something.

The docstring of each `explain_…` names the error; what it returns is the explanation (see `rule.py`).
"""

import re

from tutor.exercises.explanations.rule import ErrorRule, constant, rule
from tutor.exercises.raised import RaisedError

_FORGOT_RETURN = "Did a function forget its return?"


@rule(r"unsupported operand type\(s\) for (\S+?)(?: or pow\(\))?: '(.+?)' and '(.+?)'")
def explain_operation(error: RaisedError, match: re.Match[str]) -> str:
    """Two values that cannot be computed with."""
    operator, left_type, right_type = match.groups()
    if "NoneType" in {left_type, right_type}:
        names_of_none = [item.text for item in error.operands if item.type == "NoneType" and item.text != "None"]
        reason = f"{names_of_none[0]} is None" if names_of_none else "one side is None"
        return f"{error.expression or operator} cannot be computed: {reason}. {_FORGOT_RETURN}"
    return _explain_types(error, {left_type, right_type}, operator)


@rule(r"can't multiply sequence by non-int|can only concatenate|bad operand type for (?:unary )?(\S+?):")
def explain_sequence(error: RaisedError, match: re.Match[str]) -> str:
    """Arithmetic with a list or a text."""
    return _explain_types(error, {item.type for item in error.operands}, operator="")


def _explain_types(error: RaisedError, type_names: set[str], operator: str) -> str:
    """Say which of two values, whose types are `type_names`, is not a number, and what to turn it into."""
    expression = error.expression or f"the sign {operator}"
    for type_name, advice in _ADVICE.items():
        if type_name in type_names:
            names = [item.text for item in error.operands if item.type == type_name]
            return f"{expression} cannot be computed: {advice.format(name=names[0] if names else 'one side')}."
    return f"{expression} cannot be computed: {join_types(type_names)} do not go together."


_ADVICE = {
    "list": "{name} is a list, and arithmetic works entry by entry only on arrays: use np.array({name})",
    "tuple": "{name} is a tuple: did a function return several values? Use one of them, or np.array({name})",
    "str": "{name} is a text, not a number",
    "dict": "{name} is a dictionary: use one of its values",
    "function": "{name} is a function: call it, {name}(…)",
    "builtin_function_or_method": "{name} is a function: call it, {name}()",
    "method": "{name} is a function: call it, {name}()",
    "ufunc": "{name} is a function: call it, {name}(…)",
    "map": "{name} has not been computed yet: use list({name})",
    "generator": "{name} has not been computed yet: use list({name})",
    "zip": "{name} has not been computed yet: use list({name})",
    "range": "{name} is a range: use np.arange(…) for an array",
}
"""What to say of a value that cannot be computed with, by its type."""


def join_types(type_names: set[str]) -> str:
    """The names joined for a sentence; "the two" if there are none."""
    return " and ".join(sorted(type_names)) or "the two"


@rule(r"'(?:<|>|<=|>=)' not supported between instances of '(.+?)' and '(.+?)'")
def explain_comparison(error: RaisedError, match: re.Match[str]) -> str:
    """Two values that have no order."""
    if "NoneType" in match.groups():
        return f"{error.expression or 'this'} cannot be compared: one side is None. {_FORGOT_RETURN}"
    return f"{error.expression or 'this'} cannot be compared: {match[1]} and {match[2]} have no common order."


@rule(r"did not contain a loop with|not supported for the input types|does not support argument \d of type (\w+)")
def explain_function_of_numbers(error: RaisedError, match: re.Match[str]) -> str:
    """A function of NumPy got something else than numbers, or an operation of whole numbers got others."""
    if error.kind in {"BitXor", "BitAnd", "BitOr"} or error.expression.startswith("~"):
        return (
            f"{error.expression} works on True and False, and on whole numbers. A power is **; combine conditions as "
            "(a > 0) & (b > 0), with brackets."
        )
    type_in_message = match[1]  # `None` if the message names no type
    if type_in_message == "NoneType" or any(item.type == "NoneType" for item in error.operands):
        return f"{error.expression or 'this'} cannot be computed: a value is None. {_FORGOT_RETURN}"
    return f"{error.expression or 'this'} needs numbers, but one of its values is something else, such as a text."


@rule(r"Cannot cast (?:ufunc|array data)?.*from dtype\('(\w+)'\) to dtype\('(\w+)'\)")
def explain_cast(error: RaisedError, match: re.Match[str]) -> str:
    """Fractions that do not fit into an array of whole numbers."""
    if error.kind == "AugAssign":
        name = error.operands[0].text if error.operands else "the array"
        return f"{name} keeps whole numbers only: write {name} = {name} … instead, or begin with .astype(float)."
    return f"{error.expression or 'this'} needs whole numbers: convert them with .astype(int)."


@rule(r"'(\w+)' object cannot be interpreted as an integer|expected a sequence of integers or a single integer")
def explain_whole_number(error: RaisedError, match: re.Match[str]) -> str:
    """A number that must be whole."""
    type_in_message = match[1]  # `None` if the message names no type
    wrong_types = {"float", "float64", type_in_message}
    not_whole = error.find_operand(lambda item: item.type in wrong_types)
    if not_whole and not_whole.type == "str":
        return f"{error.expression} needs a whole number, and {not_whole.text} is a text."
    if not_whole and not not_whole.is_number:
        return f"{error.expression} needs a whole number, and {not_whole.describe()}."
    if not not_whole:
        reason = ""
    elif not_whole.text == not_whole.value:  # the line has it as a literal number
        reason = f": {not_whole.text} is not"
    else:
        reason = f": {not_whole.text} is {not_whole.value}"
    return f"{error.expression or 'this'} needs a whole number{reason}. Divide with //, or round down with int(…)."


@rule(
    r"only integers, slices|indices must be integers or slices, not (\w+)"
    r"|arrays used as indices must be of integer|slice indices must be"
)
def explain_kind_of_index(error: RaisedError, match: re.Match[str]) -> str:
    """An index that is no whole number."""
    owner = error.first_operand
    if owner is not None and owner.type in {"list", "tuple"} and match[1] == "tuple":
        return f"{owner.describe()}, and takes one index: {owner.text}[i][j], or np.array({owner.text})[i, j]."
    index = next((item for item in error.operands[1:] if item.type not in {"int", "slice"}), None)
    # The value of an index that is written as a number or a text adds nothing to the line.
    is_literal = index is not None and index.text in {index.value, repr(index.value)}
    description = f"; {index.describe()}" if index and not is_literal else ""
    return (
        f"{error.expression or 'an index'} is not a valid index: an index must be a whole number{description}. "
        "Divide with // to get one, or convert an array with .astype(int)."
    )


@rule(r"'(\w+(?:\.\w+)?)' object is not subscriptable")
def explain_no_items(error: RaisedError, match: re.Match[str]) -> str:
    """Square brackets behind something without items."""
    owner = error.first_operand
    name = owner.text if owner else "this"
    if match[1] == "NoneType":
        return f"{name} is None, and has no entries. {_FORGOT_RETURN}"
    if match[1] in {"function", "builtin_function_or_method", "method"}:
        return f"{name} is a function: call it with round brackets."
    description = owner.describe() if owner and owner.type else f"this is a single {match[1]}"
    return f"{description}, and has no entries."


@rule(r"'(\w+(?:\.\w+)?)' object is not iterable|cannot unpack non-iterable (\w+)|iteration over a 0-d array")
def explain_no_iteration(error: RaisedError, match: re.Match[str]) -> str:
    """A single value where several are taken one by one."""
    type_name = match[1] or match[2] or "number"
    if type_name == "NoneType":
        return f"{error.expression or 'this'} needs several values, but gets None. {_FORGOT_RETURN}"
    owner = error.first_operand
    if owner and owner.text == owner.value:
        description = f"{owner.text} is a single one"
    elif owner and owner.type:
        description = owner.describe()
    else:
        description = f"there is a single {type_name} instead"
    advice = " Count with range(n)." if type_name == "int" and error.kind in {"For", "Name"} else ""
    return f"{error.expression or 'this'} needs several values, and {description}.{advice}"


@rule(r"object of type '(\w+)' has no len\(\)|len\(\) of unsized object")
def explain_no_length(error: RaisedError, match: re.Match[str]) -> str:
    """A single value has no length."""
    type_in_message = match[1]  # `None` if the message names no type
    owner = error.find_operand(lambda item: item.type == type_in_message)
    description = owner.describe() if owner else "this is a single value"
    return f"{description}, and has no length: only lists, texts and arrays have one."


@rule(r"(?:too many values to unpack|not enough values to unpack) \(expected (?:at least )?(\d+)(?:, got (\d+))?")
def explain_unpacking(error: RaisedError, match: re.Match[str]) -> str:
    """Names on the left of an assignment and values on the right that differ in number."""
    name_count, value_count = match.groups()
    owner = error.first_operand
    values = ""
    if owner and owner.type:
        values = f", and {owner.describe()}"
    elif value_count:
        values = f", and there are {value_count}"
    names = "1 name" if name_count == "1" else f"{name_count} names"
    return f"{names} on the left of = need as many values{values}."


@rule(r"'(\w+)' object does not support item assignment")
def explain_fixed_items(error: RaisedError, match: re.Match[str]) -> str:
    """An assignment to something that cannot be changed in place."""
    owner = error.operands[0].text if error.operands else "this"
    if match[1] in {"tuple", "str"}:
        return f"{owner} is a {match[1]}, whose items cannot be changed: make a list of it with list({owner})."
    return f"{owner} is a single {match[1]} with no entry to change."


RULES: tuple[ErrorRule, ...] = (
    explain_operation,
    explain_sequence,
    explain_comparison,
    explain_function_of_numbers,
    explain_cast,
    explain_whole_number,
    explain_kind_of_index,
    explain_no_items,
    explain_no_iteration,
    explain_no_length,
    explain_unpacking,
    explain_fixed_items,
    constant(
        r"invalid literal for int\(\)|could not convert string to float",
        "{expression} needs a number, and this is a text.",
    ),
    constant(r"doesn't define __round__", "{expression} needs a number."),
    constant(r"pop from empty", "the list is empty: nothing can be taken from it."),
    constant(r"is not in list", "The list does not have what you look for.", keeps_message=True),
    constant(r"^StopIteration", "next() was called with nothing left."),
    constant(r"^KeyError", "{expression} asks for a key that the dictionary does not have.", keeps_message=True),
    constant(r"^AssertionError$", "your own assert fails here."),
    constant(
        r"data type .+ not understood|Cannot interpret '.+' as a data type",
        "the second argument of {expression} is a type such as float. The shape is one argument: np.zeros((2, 3)).",
    ),
)

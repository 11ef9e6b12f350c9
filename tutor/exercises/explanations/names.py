"""Explains errors of names and calls: unknown names, too many or too few arguments.

The docstring of each `explain_…` names the error; what it returns is the explanation (see `rule.py`).
"""

import re
from difflib import get_close_matches
from functools import cache

import numpy as np

from tutor.errors import nearest
from tutor.exercises.explanations.rule import ErrorRule, constant, rule
from tutor.exercises.raised import RaisedError
from tutor.patterns import compile_lazily
from tutor.text.numbers import counted

_LIST_METHODS = (
    "sum",
    "mean",
    "max",
    "min",
    "shape",
    "T",
    "reshape",
    "dot",
    "copy",
    "std",
    "var",
    "argmax",
    "size",
    "ndim",
)
_DRAWS_OF_NP_RANDOM = {"rand": "random", "randn": "standard_normal", "randint": "integers", "random_sample": "random"}
"""Draws of `np.random` under the names that a generator has for them."""
_TYPE_WORDS = {"list": "a list", "tuple": "a tuple", "int": "a number", "float": "a number", "str": "a text"}
_COMMON_ARGUMENTS = ("axis", "keepdims", "dtype", "ddof", "out", "where", "size", "initial")
"""Names of arguments that NumPy's functions have in common."""
TYPE_IN_MESSAGE = compile_lazily(r"'(\w+)' object")


@rule(r"name '(\w+)' is not defined", keeps_message=True)
def explain_unknown_name(error: RaisedError, match: re.Match[str]) -> str:
    """A name that nobody has defined."""
    name = match[1]
    if name == "np":
        return "Begin the file with import numpy as np."
    if name in {"math", "random", "itertools", "functools", "collections", "copy"}:
        return f"Begin the file with import {name}."
    if hasattr(np, name) and not name.startswith("_"):
        return f"NumPy has it as np.{name}."
    suggestion = nearest(name, error.known)
    if suggestion:
        return f"Do you mean {suggestion}?"
    return "Check the spelling; a name defined inside another function is not visible here."


@rule(r"cannot access (?:local|free) variable '(\w+)'|local variable '(\w+)' referenced before")
def explain_unbound(error: RaisedError, match: re.Match[str]) -> str:
    """A name that gets its value only later."""
    name = match[1] or match[2]
    return f"{name} is used before it has a value: a name assigned anywhere in a function is local to all of it."


@rule(r"has no attribute '(\w+)'", keeps_message=True)
def explain_attribute(error: RaisedError, match: re.Match[str]) -> str:
    """An attribute that a value, or NumPy, does not have."""
    name = match[1]
    owner = error.operands[0].text if error.operands else "it"
    if "'NoneType'" in match.string:
        return f"{'A value' if owner == 'None' else owner} is None: did a function forget its return?"
    if "module 'numpy'" in match.string:
        suggestions = get_close_matches(name, numpy_names(), n=1, cutoff=0.8)
        if not suggestions:
            return "NumPy has no function of that name: write it yourself."
        return f"Do you mean np.{suggestions[0]}?"
    if "Generator" in match.string:
        method = _DRAWS_OF_NP_RANDOM.get(name) or nearest(name, dir(np.random.Generator))
        return f"A generator has {owner}.{method}(…)." if method else ""
    if "'numpy.ndarray'" in match.string:
        return _suggest_for_array(owner, name)
    if name in _LIST_METHODS:
        type_match = TYPE_IN_MESSAGE.search(match.string)
        owner_type = type_match[1] if type_match else "number"
        problem = f"{owner} is {_TYPE_WORDS.get(owner_type, f'of type {owner_type}')}, not an array"
        return f"{problem}: np.array({owner}).{name} has it." if owner_type in {"list", "tuple"} else f"{problem}."
    return ""


def _suggest_for_array(array: str, name: str) -> str:
    """What to use instead of the attribute `name`, which an array does not have; "" without an idea."""
    if name == "append":
        return f"An array cannot grow: collect in a list and convert it with np.array(…), or use np.append({array}, …)."
    if name in {"length", "len"}:
        return f"len({array}) is its first axis, {array}.shape all of them."
    if hasattr(np, name):
        return f"It is a function: np.{name}({array})."
    suggestion = nearest(name, [attribute for attribute in dir(np.ndarray) if not attribute.startswith("_")])
    return f"Do you mean {array}.{suggestion}?" if suggestion else ""


@cache
def numpy_names() -> tuple[str, ...]:
    """The public names of NumPy."""
    return tuple(name for name in dir(np) if not name.startswith("_"))


@rule(r"(\w+)\(\) missing (\d+) required (?:positional|keyword-only) arguments?: (.+)")
def explain_missing_arguments(error: RaisedError, match: re.Match[str]) -> str:
    """A call with too few arguments."""
    names = match[3].replace("'", "")
    return f"{error.expression or match[1]} is missing {counted(int(match[2]), 'argument')}: {names}."


@rule(r"(\w+(?:\.\w+)*)\(\) takes (.+?) positional arguments? but (\d+) (?:was|were) given")
def explain_many_arguments(error: RaisedError, match: re.Match[str]) -> str:
    """A call with too many arguments."""
    wanted = "none" if match[2] == "0" else match[2]
    return f"{error.expression or match[1]} has {counted(int(match[3]), 'argument')}, and {match[1]} takes {wanted}."


@rule(r"got an unexpected keyword argument '(\w+)'|'(\w+)' is an invalid keyword argument for (\w+)\(\)")
def explain_keyword(error: RaisedError, match: re.Match[str]) -> str:
    """An argument of a name that the function does not have."""
    name, called = match[1] or match[2], error.callee or "the function"
    if called in {"sum", "max", "min", "abs", "round"}:
        return f"Python's own {called} has no {name}: use np.{called}."
    suggestion = nearest(name, [argument for argument in _COMMON_ARGUMENTS if argument != name])
    if suggestion:
        return f"{called} has no argument {name}: do you mean {suggestion}?"
    return f"{called} has no argument {name}."


@rule(r"got multiple values for argument '(\w+)'")
def explain_repeated_argument(error: RaisedError, match: re.Match[str]) -> str:
    """An argument that is given twice."""
    return f"{error.expression or 'the call'} gives {match[1]} twice: once by its place, once by its name."


@rule(r"'(\w+(?:\.\w+)?)' object is not callable")
def explain_not_callable(error: RaisedError, match: re.Match[str]) -> str:
    """Round brackets behind a value that cannot be called."""
    called = error.callee or "this"
    if match[1] == "NoneType":
        return f"{'A value' if called == 'None' else called} is None, and no function."
    if called.endswith((".T", ".shape", ".size", ".ndim")):
        return f"{called} is a value, not a function: leave out the brackets."
    type_word = _UNCALLABLE_TYPE_WORDS.get(match[1], match[1])
    article = "an" if type_word[0] in "aeio" else "a"  # a ufunc, a uint8
    return f"{called} is {article} {type_word}, not a function: is a * missing? Use square brackets for entries."


_UNCALLABLE_TYPE_WORDS = {"numpy.ndarray": "array", "int": "number", "float": "number", "numpy.float64": "number"}
"""Type in Python's message → what a value of it is called."""


@rule(r"only integer scalar arrays can be converted to a scalar index")
def explain_array_as_number(error: RaisedError, match: re.Match[str]) -> str:
    """An array is given where one whole number is needed."""
    problem = "an array is given where a single whole number is needed."
    owner = error.first_operand
    if error.expression.startswith(("np.concatenate(", "np.stack(", "np.vstack(", "np.hstack(")):
        return f"{problem} Join arrays as a list: {error.callee}([a, b])."
    if error.kind == "Subscript" and owner is not None and owner.type in {"list", "tuple"}:
        return f"{problem} {owner.describe()}: np.array({owner.text})[…] takes several indices at once."
    return problem


_COLUMNS = "Indent all lines of a block equally, with four spaces per level."
RULES: tuple[ErrorRule, ...] = (
    constant(r"null bytes", "The file is not plain text: write it again.", keeps_message=True),
    constant(r"^TabError", f"Use spaces only. {_COLUMNS}", keeps_message=True),
    constant(r"^IndentationError: un", _COLUMNS, keeps_message=True),
    constant(
        r"^SyntaxError: invalid (?:non-printable )?character",
        "Python knows * for ×, - for −, and straight quotes.",
        keeps_message=True,
    ),
    constant(
        r"^SyntaxError: invalid syntax$",
        "Is a character missing or extra, here or at the end of the previous line?",
        keeps_message=True,
    ),
    explain_unknown_name,
    explain_unbound,
    explain_attribute,
    explain_missing_arguments,
    explain_many_arguments,
    explain_keyword,
    explain_repeated_argument,
    explain_not_callable,
    explain_array_as_number,
    constant(
        r"first argument must be (?:callable|iterable)",
        "the first argument of {expression} is none of the kind that it takes.",
    ),
)

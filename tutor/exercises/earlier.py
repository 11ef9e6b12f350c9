"""Advice to a learner who wants to use her earlier functions: they are loaded first, and called without an import."""

from dataclasses import replace

from tutor.exercises.exercise import Exercise
from tutor.exercises.raised import RaisedError
from tutor.patterns import compile_lazily
from tutor.text.sentences import join_words

_IMPORT = compile_lazily(r"(?:from|import)\s+\.?([A-Za-z][\w-]*)")
"""An import, with the name of its module."""
_IMPORTED = compile_lazily(r"\bimport\s+(\w+)")
"""The first name that an import brings."""
_CODE_FILE = compile_lazily(r"code[-_]")
"""How the name of an exercise's file begins."""
_UNDEFINED = compile_lazily(r"name '(\w+)' is not defined")
_FOLDER = "in the same folder as this file"


def guess_function_name(exercise_id: str) -> str:
    """The function name that an exercise's id suggests, such as `cross_entropy`; the real name may be longer."""
    return exercise_id.removeprefix("code-").replace("-", "_")


def _names_exercise(name: str, exercise_id: str) -> bool:
    """Whether a name in a learner's code is the function of an exercise, or the module that its file would be."""
    function = guess_function_name(exercise_id)
    is_module = name.replace("-", "_").removeprefix("code_") == function
    return is_module or name.startswith(f"{function}_")


def _find_earlier_exercise(name: str, exercise: Exercise) -> str:
    """The id of the earlier exercise whose function or file is called `name`; "" for any other name."""
    return next((exercise_id for exercise_id in exercise.uses if _names_exercise(name, exercise_id)), "")


def advise_on_earlier(error: RaisedError, exercise: Exercise) -> RaisedError:
    """The error with advice on how to call an earlier function, if that is what the failing line tries."""
    advice = _advice_on_import(error, exercise) or _advice_on_name(error, exercise)
    return replace(error, advice=advice) if advice else error


def _advice_on_import(error: RaisedError, exercise: Exercise) -> str:
    """Advice for a line that imports another exercise's file, or a function from it; "" for any other line."""
    match = _IMPORT.match(error.code.strip())
    if error.type not in {"SyntaxError", "ImportError", "ModuleNotFoundError"} or not match:
        return ""
    module_name = match[1]
    earlier_id = _find_earlier_exercise(module_name, exercise)
    if earlier_id:
        imported = _IMPORTED.search(error.code)
        imported_name = imported[1] if imported else ""
        imports_function = imported_name.startswith(guess_function_name(earlier_id))
        call = f"{imported_name}(…)" if imports_function else "the function by its name,"
        return (
            f"Leave out this line: your earlier functions are there already. Call {call} without an import; "
            f"it is read from {earlier_id}.py, {_FOLDER}."
        )
    if not _CODE_FILE.match(module_name):
        return ""
    if not exercise.uses:
        return "An exercise imports no other file of yours: copy what you need of it into this file."
    files = join_words([f"{id}.py" for id in exercise.uses])
    return f"Leave out this line. The functions that can be called here, without an import, are those of {files}."


def _advice_on_name(error: RaisedError, exercise: Exercise) -> str:
    """Advice for a line that calls the function of an earlier exercise that has not been loaded; otherwise ""."""
    match = _UNDEFINED.search(error.message)
    name = match[1] if match else ""
    earlier_id = _find_earlier_exercise(name, exercise)
    if not earlier_id:
        return ""
    return (
        f"Your earlier {name} is read from {earlier_id}.py, {_FOLDER}: is that file there, and does it define "
        f"{name}? chainrule code {earlier_id} begins it."
    )

"""Runs a learner's code inside the restricted process: loads it, calls its functions, reports the results."""

import ast
import builtins
import io
import sys
import time
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from inspect import Parameter, signature
from typing import Any

import numpy as np

from tutor.sandbox.scene import describe_scene, line_of
from tutor.sandbox.values import decode, encode

FILE = "<your code>"
"""The name under which the learner's code is compiled."""
EARLIER_FILE = "<earlier code>"
"""The name under which the learner's solutions of earlier exercises are compiled."""
MODULES = frozenset(
    (
        "__future__",
        "abc",
        "bisect",
        "cmath",
        "collections",
        "copy",
        "dataclasses",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
        "numbers",
        "numpy",
        "operator",
        "random",
        "re",
        "statistics",
        "string",
        "textwrap",
        "time",
        "typing",
    )
)
"""The modules that may be imported: NumPy, and modules of Python that only compute."""
MAX_PRINTED = 20_000
"""The most printed characters that are kept of one call."""
MAX_WARNINGS = 5
MAX_TEXT = 500
"""The most characters of a message that are sent."""
_REFUSED_BUILTINS = ("open", "input", "breakpoint", "exit", "quit", "help")


class _Printed(io.TextIOBase):
    """Captures the beginning of what is printed."""

    def __init__(self) -> None:
        self.text = ""
        self.dropped_count = 0
        """How many printed characters were left out of `text`."""

    def writable(self) -> bool:
        """True: it may always be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep `text`, as far as all that was printed stays within `MAX_PRINTED` characters."""
        remaining_count = MAX_PRINTED - len(self.text)
        self.text += text[:remaining_count]
        self.dropped_count += max(0, len(text) - remaining_count)
        return len(text)  # what was dropped counts as written

    def with_note(self) -> str:
        """The printed text, with a note if it was cut."""
        return f"{self.text}\n… and {self.dropped_count} characters more" if self.dropped_count else self.text


@dataclass
class LearnerCode:
    """A learner's code once loaded: the functions it defines, and the data its exercise provides."""

    names: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    """The learner's file."""

    def reply_to(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a request asks, and return the reply, ready for JSON.

        A request with a `source` loads it; any other calls a function of the loaded code.
        """
        printed = _Printed()
        sys.stdout = sys.stderr = printed
        reply: dict[str, Any] = {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                reply = self._load(request) if "source" in request else self._call(request)
            except BaseException as error:  # also `SystemExit`: all that the code raises is reported and ends nothing
                reply = {"error": describe_error(error, self.source)}
        if caught:
            reply["warnings"] = [
                {
                    "message": str(warning.message)[:MAX_TEXT],
                    "line": warning.lineno if warning.filename == FILE else None,
                }
                for warning in caught[:MAX_WARNINGS]
            ]
        return {**reply, "printed": printed.with_note()}

    def _load(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Run the learner's file, after the functions of earlier exercises that it may use.

        The reply lists the functions of the file with their parameters, and which of them return something.
        """
        self.data = {name: decode(value) for name, value in request.get("data", {}).items()}
        visible_data = self.data if request.get("sees_data") else {}
        self.names = {"__name__": "learner", "__builtins__": _make_builtins(), **visible_data}
        for source in request.get("earlier", ()):
            with suppress(Exception, SystemExit):  # skip it: this file may not need it
                exec(compile(source, EARLIER_FILE, "exec", dont_inherit=True), self.names)
        self.source = request["source"]
        tree = ast.parse(self.source, FILE)
        exec(compile(tree, FILE, "exec", dont_inherit=True), self.names)
        definitions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        own_functions = {name: value for name, value in self.names.items() if _is_own_function(value)}
        return {
            "returning": [definition.name for definition in definitions if _has_return(definition)],
            "functions": {name: _list_parameters(function) for name, function in own_functions.items()},
        }

    def _call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call a function; if the request names none, only evaluate the arguments.

        The arguments are the values in `sent`, then those in the text `arguments`, written as between the brackets of a
        call. The reply has the result (of the expression `then`, if there is one), the seconds that the call took, and
        the arguments from the text as they are after the call.
        """
        sent = [decode(value) for value in request.get("sent", ())]
        positional, keywords = self._evaluate_arguments(request.get("arguments", ""))
        reply: dict[str, Any] = {}
        if request.get("function"):
            function = self.names[request["function"]]
            started = time.perf_counter()
            value = function(*sent, *positional, **keywords)
            if request.get("then"):
                calls_answer = request["then"].startswith("answer(")
                if calls_answer and not callable(value):  # said in plainer words than Python's
                    raise TypeError(
                        f"{request['function']} should return a function; yours returned {_type_words(value)}."
                    )
                value = eval(request["then"], {**self._author_names(), "answer": value})
            reply = {"seconds": time.perf_counter() - started, "value": encode(value)}
        return {**reply, "arguments": [encode(argument) for argument in (*positional, *keywords.values())]}

    def _evaluate_arguments(self, text: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments that `text` writes between the brackets of a call: those by position, and those by name."""

        def collect(*positional: Any, **keywords: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
            return positional, keywords

        names = {**self._author_names(), "collect": collect}
        collected: tuple[tuple[Any, ...], dict[str, Any]] = eval(f"collect({text})", names)
        return collected

    def _author_names(self) -> dict[str, Any]:
        """The names that an author's texts may use: NumPy, and the data of the exercise."""
        return {"__builtins__": builtins.__dict__, "np": np, **self.data}


def _type_words(value: object) -> str:
    return "nothing" if value is None else f"a value of the type {type(value).__name__}"


def _has_return(definition: ast.FunctionDef) -> bool:
    """Whether a `return` with a value stands anywhere in a function."""
    return any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(definition))


def _is_own_function(value: object) -> bool:
    """Whether a value is a function that the learner's file defines."""
    return isinstance(value, types.FunctionType) and value.__code__.co_filename == FILE


def _list_parameters(function: types.FunctionType) -> list[str]:
    """The parameters of a function, such as `x`, `rate=…`, `*values`, `*, seed`: `=…` stands for any default."""
    stars: dict[object, str] = {
        Parameter.VAR_POSITIONAL: "*",
        Parameter.KEYWORD_ONLY: "*, ",
        Parameter.VAR_KEYWORD: "**",
    }
    listed = []
    for name, parameter in signature(function).parameters.items():
        default = "" if parameter.default is Parameter.empty else "=…"
        listed.append(f"{stars.get(parameter.kind, '')}{name}{default}")
    return listed


def _make_builtins() -> dict[str, Any]:
    """Python's builtins; those that reach outside are replaced by refusals, and import by one for `MODULES` alone."""
    refusals = {name: _make_refusal(name) for name in _REFUSED_BUILTINS}
    return {**builtins.__dict__, "__import__": _import_allowed, **refusals}


def _make_refusal(name: str) -> Any:
    """A replacement for the builtin `name` that only raises `PermissionError`."""

    def refuse(*arguments: object, **keywords: object) -> None:
        raise PermissionError(f"{name}() is not there for an exercise: compute with the arguments")

    return refuse


def _import_allowed(
    name: str, globals_: Any = None, locals_: Any = None, from_list: Sequence[str] = (), level: int = 0
) -> types.ModuleType:
    """Import a module that only computes; the parameters are those of `__import__`.

    Raises:
        ImportError: any other module, or a relative import.
    """
    is_relative = level > 0
    if is_relative or name.partition(".")[0] not in MODULES:
        importable = ", ".join(sorted(MODULES - {"__future__"}))
        raise ImportError(f"{name or '.'} cannot be imported in an exercise; what can be: {importable}")
    return __import__(name, globals_, locals_, from_list, level)


def describe_error(error: BaseException, source: str = "") -> dict[str, Any]:
    """Describe an exception: its type, message, line of the learner's code, and the values on that line.

    An error in an earlier solution has two lines: the one of the learner's own code that called it, and its own.
    """
    type_name = type(error).__name__[:80]
    if isinstance(error, SyntaxError) and error.filename == FILE:
        message, code_line = str(error.msg)[:MAX_TEXT], line_of(source, error.lineno or 0)
        return {
            "type": type_name,
            "message": message,
            "line": error.lineno,
            "column": error.offset,
            "code": code_line,
        }
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:
        message = "its message cannot be shown"
    report: dict[str, Any] = {"type": type_name, "message": message, "line": None, "within": None}
    innermost: types.TracebackType | None = None  # the last call from the learner's own file
    for trace in _walk_traceback(error):
        code = trace.tb_frame.f_code
        if code.co_filename == FILE:  # what an earlier solution has called does not count as raised there
            report |= {"line": trace.tb_lineno, "within": code.co_name[:80], "earlier": None}
            innermost = trace
        elif code.co_filename == EARLIER_FILE and innermost is not None:
            report["earlier"] = {"function": code.co_name[:80], "line": trace.tb_lineno}
    if innermost is not None:
        with suppress(Exception):  # the report is still useful without the values on the line
            report |= describe_scene(source, innermost.tb_frame, innermost.tb_lasti, innermost.tb_lineno)
    return report


def _walk_traceback(error: BaseException) -> Iterator[types.TracebackType]:
    """The calls that led to an error, the outermost first."""
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next

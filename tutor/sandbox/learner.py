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
"""What may be imported: NumPy, and modules of Python that only compute."""
MAX_PRINTED = 20_000
"""Characters of what is printed in one call that are kept."""
MAX_WARNINGS = 5
MAX_TEXT = 500
_ABSENT = ("open", "input", "breakpoint", "exit", "quit", "help")


class _Printed(io.TextIOBase):
    """Captures the beginning of what is printed."""

    def __init__(self) -> None:
        self.text = ""
        self.left_out = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Keep `text` as far as there is room."""
        room = MAX_PRINTED - len(self.text)
        self.text += text[:room]
        self.left_out += max(0, len(text) - room)
        return len(text)

    def shown(self) -> str:
        """Return what was printed, with a note if the rest was cut."""
        return f"{self.text}\n… and {self.left_out} characters more" if self.left_out else self.text


@dataclass
class LearnerCode:
    """A learner's code once loaded: the functions it defines, and the data its exercise provides."""

    names: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    """The learner's file."""

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of one request, ready for JSON: `load` or `call`."""
        printed = _Printed()
        sys.stdout = sys.stderr = printed
        reply: dict[str, Any] = {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                reply = self._load(request) if "source" in request else self._call(request)
            except BaseException as error:
                reply = {"error": describe_error(error, self.source)}
        if caught:
            reply["warnings"] = [
                {"message": str(item.message)[:MAX_TEXT], "line": item.lineno if item.filename == FILE else None}
                for item in caught[:MAX_WARNINGS]
            ]
        return {**reply, "printed": printed.shown()}

    def _load(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Run the learner's file, after the functions of earlier exercises that it may use."""
        self.data = {name: decode(item) for name, item in request.get("data", {}).items()}
        seen = self.data if request.get("sees_data") else {}
        self.names = {"__name__": "learner", "__builtins__": _make_builtins(), **seen}
        for source in request.get("earlier", ()):
            with suppress(Exception, SystemExit):  # what does not load is not there: this file may do without it
                exec(compile(source, EARLIER_FILE, "exec", dont_inherit=True), self.names)
        self.source = request["source"]
        tree = ast.parse(self.source, FILE)
        exec(compile(tree, FILE, "exec", dont_inherit=True), self.names)
        returning = [item.name for item in ast.walk(tree) if isinstance(item, ast.FunctionDef) and _has_return(item)]
        return {
            "returning": returning,
            "functions": {name: _list_parameters(item) for name, item in self.names.items() if _is_own(item)},
        }

    def _call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call a function, or only make its arguments.

        The arguments are a text, as written between the brackets of a call, after values that were sent. The
        reply has the value, the arguments as they are afterwards, and the seconds that the call took.
        """
        sent = [decode(item) for item in request.get("sent", ())]
        made, named = self._evaluate_arguments(request.get("arguments", ""))
        reply: dict[str, Any] = {}
        if request.get("function"):
            function = self.names[request["function"]]
            started = time.perf_counter()
            value = function(*sent, *made, **named)
            if request.get("then"):
                if request["then"].startswith("answer(") and not callable(value):
                    raise TypeError(
                        f"{request['function']} should return a function; yours returned {_type_words(value)}."
                    )
                value = eval(request["then"], {**self._author_names(), "answer": value})
            reply = {"seconds": time.perf_counter() - started, "value": encode(value)}
        return {**reply, "arguments": [encode(item) for item in (*made, *named.values())]}

    def _evaluate_arguments(self, text: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments that `text` writes between the brackets of a call: those by position, and those by name."""

        def take(*made: Any, **named: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
            return made, named

        taken: tuple[tuple[Any, ...], dict[str, Any]] = eval(f"take({text})", {**self._author_names(), "take": take})
        return taken

    def _author_names(self) -> dict[str, Any]:
        """The names that an author's texts may use: NumPy, and the data of the exercise."""
        return {"__builtins__": builtins.__dict__, "np": np, **self.data}


def _type_words(value: object) -> str:
    return "nothing" if value is None else f"a value of the type {type(value).__name__}"


def _has_return(function: ast.FunctionDef) -> bool:
    return any(isinstance(item, ast.Return) and item.value is not None for item in ast.walk(function))


def _is_own(item: object) -> bool:
    return isinstance(item, types.FunctionType) and item.__code__.co_filename == FILE


def _list_parameters(function: types.FunctionType) -> list[str]:
    """List the parameters as written, with a star before those that cannot be passed by position."""
    stars: dict[object, str] = {
        Parameter.VAR_POSITIONAL: "*",
        Parameter.KEYWORD_ONLY: "*, ",
        Parameter.VAR_KEYWORD: "**",
    }
    return [
        f"{stars.get(item.kind, '')}{name}" + ("" if item.default is Parameter.empty else "=…")
        for name, item in signature(function).parameters.items()
    ]


def _make_builtins() -> dict[str, Any]:
    """Python's builtins without those that reach outside, and with a checked import."""
    names = {name: item for name, item in builtins.__dict__.items() if name not in _ABSENT}
    return {**names, "__import__": _import_allowed, **{name: _make_refusal(name) for name in _ABSENT}}


def _make_refusal(name: str) -> Any:
    def refuse(*arguments: object, **named: object) -> None:
        raise PermissionError(f"{name}() is not there for an exercise: compute with the arguments")

    return refuse


def _import_allowed(
    name: str, globals_: Any = None, locals_: Any = None, wanted: Sequence[str] = (), level: int = 0
) -> types.ModuleType:
    """Import a module that only computes."""
    if level or name.partition(".")[0] not in MODULES:
        listed = ", ".join(sorted(MODULES - {"__future__"}))
        raise ImportError(f"{name or '.'} cannot be imported in an exercise; what can be: {listed}")
    return __import__(name, globals_, locals_, wanted, level)


def describe_error(error: BaseException, source: str = "") -> dict[str, Any]:
    """Describe an exception: its type, message, line of the learner's code, and the values on that line.

    What an earlier solution raised has the line of the learner's own code that called it, and that of the earlier one.
    """
    name = type(error).__name__[:80]
    if isinstance(error, SyntaxError) and error.filename == FILE:
        message, text = str(error.msg)[:MAX_TEXT], line_of(source, error.lineno or 0)
        return {"type": name, "message": message, "line": error.lineno, "column": error.offset, "code": text}
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:
        message = "its message cannot be shown"
    report: dict[str, Any] = {"type": name, "message": message, "line": None, "within": None}
    for trace in _walk_traceback(error):
        code = trace.tb_frame.f_code
        if code.co_filename == FILE:
            report |= {"line": trace.tb_lineno, "within": code.co_name[:80], "earlier": None}
            last = trace
        elif code.co_filename == EARLIER_FILE and report["line"]:
            report["earlier"] = {"function": code.co_name[:80], "line": trace.tb_lineno}
    if report["line"] is not None:
        with suppress(Exception):
            report |= describe_scene(source, last.tb_frame, last.tb_lasti, report["line"])
    return report


def _walk_traceback(error: BaseException) -> Iterator[types.TracebackType]:
    """The calls that led to an error, the outermost first."""
    trace = error.__traceback__
    while trace is not None:
        yield trace
        trace = trace.tb_next

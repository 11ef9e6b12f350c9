"""An exercise as a lesson writes it: the function to write, its cases, its reference and its known mistakes."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from tutor.patterns import compile_lazily
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    import ast

MIN_MISTAKES = 3
"""The fewest known mistakes that an exercise must have."""
TUPLE_NAMES = compile_lazily(r"\btuple \((\w+(?:, \w+)+)\)")
"""Finds the names of the parts where `returns` says that an answer is a tuple."""

EXERCISE_KEYS = {
    "function": "its first line without def, for example function: softmax(logits)",
    "title": "what it computes, in a few words",
    "concept": "a concept that the lesson teaches",
    "ask": "what the function is to do, as Markdown",
    "parameters": "each parameter with its shape and meaning, for example parameters: {logits: array (n, k)}",
    "returns": "what is returned, with its shape",
    "cases": "a list of arguments as they are typed in a call, smallest first",
    "hard": "a list of arguments at which a naive solution overflows",
    "reference": "a right solution in Python",
    "mistakes": "a list of wrong solutions, each with say: … and change: {piece of the reference: what stands there}",
    "hints": "three hints, each saying more than the one before",
    "why": "what the finished function shows, as Markdown",
    "uses": "ids of earlier exercises whose functions may be called",
    "judge": "def judge(expected, answer, *arguments) in Python: what is wrong, or None",
    "then": "an expression of answer whose value is compared",
    "data": "the name of a set of data",
    "tolerance": "how far a number may be off, relative to the right one",
    "seconds": "how long one call may take",
}
"""What belongs to each key, for the author."""
MISTAKE_KEYS = {
    "say": "what is said to it, in a sentence or two",
    "change": "pieces of the reference, each with its replacement",
    "code": "a whole solution, where pieces do not say it",
}
"""What belongs to each key of a mistake."""


class CodeMistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong solution that is often written, and what to say to it."""

    say: str
    change: dict[str, str] = {}
    """Pieces of the reference, each with its replacement."""
    code: str = ""
    """A whole wrong solution, for a mistake that replaced pieces cannot express."""

    def source(self, reference: str) -> str:
        """The wrong solution as Python."""
        if self.code:
            return self.code
        for old, new in self.change.items():
            reference = reference.replace(old, new)
        return reference


class Exercise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A function to write."""

    function: str
    """Its first line without `def`: `softmax(logits)`."""
    title: str
    concept: str
    ask: str
    """What it is to do, as Markdown."""
    parameters: dict[str, str]
    """Each parameter with its shape and meaning."""
    returns: str
    cases: tuple[str, ...]
    """Arguments as written between the brackets of a call; all must be right."""
    hard: tuple[str, ...] = ()
    """Further cases, at which a naive solution overflows or divides by zero."""
    reference: str
    mistakes: tuple[CodeMistake, ...]
    hints: tuple[str, str, str]
    why: str
    """What the finished exercise shows."""
    uses: tuple[str, ...] = ()
    """Earlier exercises whose functions may be called."""
    judge: str = ""
    """Python code of `judge(expected, answer, *arguments)`, for exercises with more than one right answer.

    It returns what is wrong with the answer, or None.
    """
    then: str = ""
    """An expression of `answer` whose value is compared instead of the answer itself: `answer(x_test)`."""
    data: str = ""
    """The name of a data set whose values the cases use; "" for none."""
    tolerance: float = 1e-9
    """The relative tolerance of a number, as a share of the reference's; see `comparison.py` for numbers near 0."""
    seconds: float = 5.0
    """How long one call may take."""

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.partition("(")[0].strip()

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """The names of its parameters, in order."""
        return tuple(argument.arg for argument in _parse_header(self.function).args.args)

    @property
    def earlier_note(self) -> str:
        """A note in Markdown on how to call the functions of earlier exercises; "" if none may be called."""
        if not self.uses:
            return ""
        files = join_words([f"`{exercise_id}.py`" for exercise_id in self.uses], "or")
        return f"Your own functions in {files} may be called without an import, if they are in the same folder."

    @property
    def call(self) -> str:
        """A call of it by the names of its parameters: `fit(x, y, degree, l2)`."""
        return f"{self.name}({', '.join(self.parameter_names)})"

    @property
    def optional_parameters(self) -> tuple[str, ...]:
        """The names of its last parameters, those that have a default."""
        names = self.parameter_names
        default_count = len(_parse_header(self.function).args.defaults)
        return names[len(names) - default_count :]

    @property
    def part_names(self) -> tuple[str, ...]:
        """The names of the parts of an answer that is a tuple, as `returns` gives them: `a tuple (theta, m)`."""
        match = TUPLE_NAMES.search(self.returns)
        return tuple(match[1].split(", ")) if match else ()

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield the exercise's faults that need no run: (key, message)."""
        try:
            names = self.parameter_names
        except SyntaxError:
            yield "function", f"function cannot be read; function is {EXERCISE_KEYS['function']}"
            return
        if tuple(self.parameters) != names:
            yield "parameters", f"parameters must be those of the function, in order: {', '.join(names)}"
        if not self.cases:
            yield "cases", f"cases is empty; cases is {EXERCISE_KEYS['cases']}"
        if len(self.mistakes) < MIN_MISTAKES:
            yield "mistakes", f"{len(self.mistakes)} known mistakes are too few; give {MIN_MISTAKES} at least"
        for mistake in self.mistakes:
            has_both_or_neither = bool(mistake.change) == bool(mistake.code)
            if has_both_or_neither:
                yield "mistakes", "give each mistake either change or code"
            for piece in mistake.change:
                if piece not in self.reference:
                    yield "mistakes", f"the reference does not have the piece '{piece}'"

    def stub(self, task_lines: Sequence[str] = ()) -> str:
        """The text of the file from which a learner starts; `task_lines` describe the task in its docstring."""
        parameters = "".join(f"    {name}: {meaning}\n" for name, meaning in self.parameters.items())
        task = "".join(f"    {line}".rstrip() + "\n" for line in task_lines)
        if task_lines:
            task += "\n"
        return (
            f"import numpy as np\n\n\ndef {self.function}:\n"
            f'    """{self.title}.\n\n{task}{parameters}\n    Returns {self.returns}.\n    """\n'
            f"    raise NotImplementedError\n"
        )


@lru_cache(maxsize=64)
def _parse_header(function: str) -> "ast.FunctionDef":
    """The syntax tree of `def` with the first line of a function, `softmax(logits)`.

    Raises:
        SyntaxError: it cannot be parsed.
    """
    import ast

    statement = ast.parse(f"def {function}: ...").body[0]
    assert isinstance(statement, ast.FunctionDef)
    return statement

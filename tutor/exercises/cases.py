"""The test cases of an exercise with the reference's results, and the outcome of a learner's code for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tutor.errors import ChainruleError
from tutor.exercises.comparison import Difference
from tutor.exercises.data import EncodedData
from tutor.exercises.exercise import Exercise
from tutor.exercises.raised import RaisedError
from tutor.sandbox.sandbox import CodeProcess
from tutor.sandbox.values import decode

AUTHOR_PATIENCE = 4
"""The reference and the known mistakes may take this many times as long as the learner's code."""


class ExerciseFaultError(ChainruleError):
    """The reference or the cases of an exercise raise an error: the fault is the author's, not the learner's."""


@dataclass(frozen=True)
class Case:
    """The arguments of one call, with the reference's result."""

    text: str
    """The arguments as the exercise writes them."""
    inputs: tuple[Any, ...]
    """Their values."""
    expected: Any
    encoded_expected: Any
    """`expected` in the encoding of the reference's process, to be sent to the judge."""
    is_hard: bool
    seconds: float = 0.0
    """How long the reference took."""

    @property
    def size(self) -> int:
        """How many numbers its arguments hold."""
        return sum(np.size(value) for value in self.inputs if isinstance(value, (np.ndarray, int, float)))


@dataclass(eq=False)  # compared by identity, since == on answers that are arrays would compare number by number
class CaseOutcome:
    """The result of a learner's code for one case, and what is wrong with it."""

    case: Case
    answer: Any = None
    """What the code returned."""
    encoded_answer: Any = None
    """`answer` in the encoding of the learner's process, to be sent to the judge."""
    difference: Difference | None = None
    """How it differs from what is wanted; `None` if it is right, or the code raised."""
    fault: str = ""
    """The kind of the difference: that of a `Difference`, or one of those that `check.py` adds; "" if it is right."""
    error: RaisedError | None = None


def compute_cases(exercise: Exercise, author: CodeProcess, data: EncodedData) -> list[Case]:
    """Run the reference on every case in the process `author`; return the cases, smallest first, hard ones last.

    Raises:
        ExerciseFaultError: the reference, or a case, does not work.
    """
    names = {**data.get("given", {}), **data.get("hidden", {})}
    ask_author(author, author_request(exercise, exercise.reference, names), exercise.seconds)
    cases = []
    for text in (*exercise.cases, *exercise.hard):
        # The arguments are evaluated before and apart from the call, which might change their values.
        encoded_inputs = ask_author(author, {"arguments": text}, exercise.seconds)["arguments"]
        reply = ask_author(author, call_request(exercise, text), AUTHOR_PATIENCE * exercise.seconds)
        case = Case(
            text,
            inputs=tuple(decode(value) for value in encoded_inputs),
            expected=decode(reply["value"]),
            encoded_expected=reply["value"],
            is_hard=text in exercise.hard,
            seconds=float(reply.get("seconds", 0.0)),
        )
        cases.append(case)
    return sorted(cases, key=lambda case: (case.is_hard, case.size))


def call_request(exercise: Exercise, arguments: str) -> dict[str, Any]:
    """Build the request that calls the exercise's function with `arguments`, and evaluates `then` on the result."""
    return {"function": exercise.name, "arguments": arguments, "then": exercise.then}


def author_request(exercise: Exercise, solution: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Build the request that loads a solution together with the judge; `names` are the data, which both can use."""
    return {"source": f"import numpy as np\n{solution}\n{exercise.judge}\n", "data": names, "sees_data": True}


def ask_author(author: CodeProcess, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Send a request to the reference's process and return the reply.

    Raises:
        ExerciseFaultError: it raised something.
    """
    reply = author.ask(request, seconds)
    if "error" in reply:
        error = reply["error"]
        raise ExerciseFaultError(f"the exercise does not work: {error['type']}: {error['message']}")
    return reply

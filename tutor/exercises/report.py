"""The verdict on a learner's code, for display and as JSON."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tutor.exercises.explanations.table import explain_message
from tutor.exercises.raised import RaisedError
from tutor.sandbox.values import Opaque
from tutor.sims.engine.chart import Chart

MAX_JSON_NUMBERS = 1000
"""The most numbers of one array that the JSON contains."""


@dataclass(frozen=True)
class FailedCase:
    """The case that is shown: the smallest one that fails."""

    case: str
    """The call as it can be typed."""
    inputs: tuple[Any, ...]
    yours: Any
    expected: Any
    index: tuple[int, ...] | None
    """Where in an array the two differ most; `None` for the whole."""
    why: str
    """What is wrong, in words."""


@dataclass(frozen=True)
class AnswerDisplay:
    """What to show of an answer besides whether it is right."""

    summary: str
    """One sentence."""
    lines: tuple[str, ...]
    """As text, for a terminal without pictures."""
    pictures: tuple[Chart, ...]


@dataclass(frozen=True)
class Report:
    """The verdict on a learner's code."""

    id: str
    score: float
    """The share of the cases that are right, 0 … 1."""
    cases: int
    failed: FailedCase | None = None
    mistake: str | None = None
    """The message for a known mistake, if one was recognised."""
    error: RaisedError | None = None
    printed: str = ""
    seconds: float = 0.0
    """Time of all calls."""
    ours_seconds: float = 0.0
    """Time of the same calls of the reference."""
    guards: tuple[str, ...] = ()
    message: str = ""
    """The verdict in a sentence or two for a beginner."""
    answer_display: AnswerDisplay | None = None
    """What to show of the answer, if the exercise's data set can show something; otherwise `None`."""

    @property
    def has_run(self) -> bool:
        """Whether the function was called; False for a file that does not load, or a function still to be written.

        A function that raises in its first call was called, unless it raises `NotImplementedError` as the stub does.
        """
        if self.error is None:
            return True
        return self.failed is not None and self.error.type != "NotImplementedError"

    @property
    def verdict(self) -> Literal["right", "partly", "wrong"]:
        """`right` if every case is, `partly` if some are, else `wrong`."""
        if self.passed:
            return "right"
        return "partly" if self.score else "wrong"

    @property
    def passed(self) -> bool:
        """Whether every case is right."""
        return self.failed is None and self.error is None

    def as_json(self) -> dict[str, Any]:
        """The report under the keys of the headless contract."""
        failed = self.failed and {
            "case": self.failed.case,
            "inputs": [to_json_value(item) for item in self.failed.inputs],
            "yours": to_json_value(self.failed.yours),
            "expected": to_json_value(self.failed.expected),
            "index": None if self.failed.index is None else list(self.failed.index),
            "why": self.failed.why,
        }
        error = self.error and {
            "type": self.error.type,
            "message": explain_message(self.error),
            "line": self.error.line,
        }
        return {
            "id": self.id,
            "passed": self.passed,
            "score": self.score,
            "cases": self.cases,
            "failed": failed,
            "mistake": self.mistake,
            "error": error,
            "printed": self.printed,
            "seconds": self.seconds,
            "guards": list(self.guards),
        }


def to_json_value(value: Any) -> Any:
    """Convert a value that came from a learner's code, or from ours, to what JSON can hold.

    An array becomes nested lists; of one with more than `MAX_JSON_NUMBERS` numbers, only the first ones are kept, in
    one flat list. Other lists and tuples are never cut. A value that could not be sent becomes its type, `<function>`.
    JSON has no infinity, no nan and no complex numbers: they become texts.
    """
    if isinstance(value, Opaque):
        return f"<{value.type_name}>"
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.size > MAX_JSON_NUMBERS:
            array = array.ravel()[:MAX_JSON_NUMBERS]
        return to_json_value(array.tolist())
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json_value(item) for key, item in value.items()}
    return value

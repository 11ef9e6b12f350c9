"""One graded answer, as it is kept for ever."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

COLUMNS = (
    "key",
    "question",
    "lesson",
    "kind",
    "concepts",
    "seed",
    "answer",
    "score",
    "verdict",
    "hints",
    "seconds",
    "at",
    "program",
)


@dataclass(frozen=True)
class Attempt:
    """Everything that is needed to grade it again: the question, its seed, and the answer as typed."""

    question: str
    lesson: str
    kind: str
    concepts: tuple[str, ...]
    seed: int
    answer: str
    score: float
    """0 … 1."""
    verdict: str
    """`right`, `partly` or `wrong`."""
    hints: int
    """How many hints were seen."""
    seconds: float
    at: datetime
    """With a time zone."""
    program: str
    """The version of the program that graded it."""
    key: str = field(default_factory=lambda: uuid4().hex)
    """Unlike any other attempt's, so that an import doubles nothing."""

    def row(self) -> tuple[Any, ...]:
        """The attempt as a row of the table, in the order of `COLUMNS`."""
        values = {name: getattr(self, name) for name in COLUMNS}
        return tuple((values | {"concepts": json.dumps(self.concepts), "at": self.at.isoformat()}).values())

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> "Attempt":
        """The attempt that `row` was made from."""
        values = dict(zip(COLUMNS, row, strict=True))
        values["concepts"] = tuple(json.loads(values["concepts"]))
        values["at"] = datetime.fromisoformat(values["at"])
        return cls(**values)

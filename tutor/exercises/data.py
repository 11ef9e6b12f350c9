"""Data that exercises use by name: what a learner's code is given, and what only the reference knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.errors import unknown_name_error
from tutor.exercises.digits import digits_data, show_reading
from tutor.exercises.report import AnswerDisplay

Names = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class DataSet:
    """A set of data, and how an answer that was computed from it is shown."""

    load: Callable[[], Names]
    show: Callable[[Any], AnswerDisplay | None]


def load_data(name: str) -> Names:
    """The set called `name`, ready to be sent: `given` to both sides, `hidden` to the reference alone; "" has nothing.

    Raises:
        UsageError: there is no such set.
    """
    if not name:
        return {}
    if name not in DATA_SETS:
        raise unknown_name_error("set of data", name, DATA_SETS)
    return DATA_SETS[name].load()


def show_answer(name: str, answer: Any) -> AnswerDisplay | None:
    """What is shown of an answer that was computed from the set called `name`, if anything."""
    return DATA_SETS[name].show(answer) if name in DATA_SETS else None


DATA_SETS: Mapping[str, DataSet] = {"digits": DataSet(digits_data, show_reading)}

"""Data sets that exercises refer to by name: what a learner's code receives, and what only the reference sees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.errors import unknown_name_error
from tutor.exercises.digits import DigitsTask
from tutor.exercises.report import AnswerDisplay

EncodedData = Mapping[str, Mapping[str, Any]]
"""`given` (for both sides) and `hidden` (for the reference only) → names → values, encoded to be sent."""


@dataclass(frozen=True)
class DataSet:
    """A data set, and how to show an answer computed from it."""

    load: Callable[[], EncodedData]
    show: Callable[[Any], AnswerDisplay | None]
    """Returns what to show of an answer; `None` for an answer of the wrong form."""


def load_data(name: str) -> EncodedData:
    """Load the data set called `name`; the name "" gives an empty set.

    Raises:
        UsageError: there is no such set.
    """
    if not name:
        return {}
    if name not in DATA_SETS:
        raise unknown_name_error("set of data", name, DATA_SETS)
    return DATA_SETS[name].load()


def show_answer(name: str, answer: Any) -> AnswerDisplay | None:
    """What to show of an answer computed from the set called `name`; `None` if there is nothing to show."""
    return DATA_SETS[name].show(answer) if name in DATA_SETS else None


_TASKS = {"digits": DigitsTask(), "moved-digits": DigitsTask(is_moved=True, seed=299)}
DATA_SETS: Mapping[str, DataSet] = {name: DataSet(task.data, task.show_reading) for name, task in _TASKS.items()}

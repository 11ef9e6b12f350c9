"""Data sets that exercises refer to by name: what a learner's code receives, and what only the reference sees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.errors import unknown_name_error
from tutor.exercises.digits import DigitsTask
from tutor.exercises.report import AnswerDisplay

Names = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class DataSet:
    """A data set, and how to show an answer computed from it."""

    load: Callable[[], Names]
    show: Callable[[Any], AnswerDisplay | None]


def load_data(name: str) -> Names:
    """Load the set called `name`: `given` for both sides, `hidden` for the reference only; nothing for "".

    Raises:
        UsageError: there is no such set.
    """
    if not name:
        return {}
    if name not in DATA_SETS:
        raise unknown_name_error("set of data", name, DATA_SETS)
    return DATA_SETS[name].load()


def show_answer(name: str, answer: Any) -> AnswerDisplay | None:
    """What to show of an answer computed from the set called `name`, if anything."""
    return DATA_SETS[name].show(answer) if name in DATA_SETS else None


_TASKS = {"digits": DigitsTask(), "moved-digits": DigitsTask(is_moved=True, seed=299)}
DATA_SETS: Mapping[str, DataSet] = {name: DataSet(task.data, task.show_reading) for name, task in _TASKS.items()}

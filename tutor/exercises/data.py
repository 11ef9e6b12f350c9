"""Data that exercises use by name: what a learner's code is given, and what only the reference knows."""

from collections.abc import Callable, Mapping
from typing import Any

from tutor.errors import unknown_name_error

Names = Mapping[str, Mapping[str, Any]]


def load_data(name: str) -> Names:
    """The set called `name`, ready to be sent: `given` to both sides, `hidden` to the reference alone; "" has nothing.

    Raises:
        UsageError: there is no such set.
    """
    if not name:
        return {}
    if name not in DATA_SETS:
        raise unknown_name_error("set of data", name, DATA_SETS)
    return DATA_SETS[name]()


DATA_SETS: Mapping[str, Callable[[], Names]] = {}

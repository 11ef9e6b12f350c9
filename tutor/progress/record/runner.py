"""Runs a query on a record, and runs it again if a damaged value was found and repaired."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from tutor.errors import ChainruleError
from tutor.progress.review.goal import Goal
from tutor.progress.review.schedule import DEFAULT_DAY_START
from tutor.progress.tables.attempt import INVALID_VALUE_ERRORS

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound="QueryRunner")


def retry_after_repair(
    method: "Callable[Concatenate[S, P], R]",
) -> "Callable[Concatenate[S, P], R]":
    """Wrap a query so that a damaged value repairs the record, and the query is run once more.

    Use it for methods that read values from rows themselves; `fetch` repairs and retries by itself.
    """

    @wraps(method)
    def ask_again(self: S, /, *values: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, *values, **named)
        except INVALID_VALUE_ERRORS:
            self.repair()
        return method(self, *values, **named)

    return ask_again


class RepairedError(ChainruleError):
    """A change failed because the record was damaged; it has been repaired, so the change can be tried again."""


class QueryRunner(ABC):
    """Runs queries on a record, by the learner's clock and for the course that is open."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.day_starts = DEFAULT_DAY_START
        """The hour at which the learner's day begins."""
        self.goal: Goal | None = None
        """How much the learner wants to do in a day or a week; `None` without a goal."""
        self.can_be_asked: Callable[[str], bool] = lambda question: True
        """Whether the course still has a question; one that it lacks is never due. Set when a course is opened."""

    @abstractmethod
    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run an SQL query and return its rows; none while there is no record."""

    @abstractmethod
    def rows_for_each(self, query: str, names: Sequence[str]) -> list[list[tuple[Any, ...]]]:
        """Run an SQL query once for each name, and return a list of rows for each, in the order of `names`."""

    @abstractmethod
    def repair(self) -> None:
        """Repair the record after a query met a value that this program never writes."""

    @abstractmethod
    def fetch(self, make: Callable[[list[tuple[Any, ...]]], list[T]], query: str, *values: Any) -> list[T]:
        """Pass the rows of a query to `make` and return its result; a damaged record is repaired and queried again."""

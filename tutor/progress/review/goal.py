"""A goal that the learner sets: so many answers, or minutes of answering, a day or a week.

It only counts what was done. A day without answers has no consequences: there are no streaks that could break.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

from tutor.patterns import compile_lazily
from tutor.progress.review.schedule import DEFAULT_DAY_START, day_of
from tutor.text.numbers import counted, format_number

MAX_AMOUNT = 10_000
"""The most answers, or minutes, of a goal."""
EXAMPLE_GOAL = "10 answers a day"

_GOAL = compile_lazily(
    r"\s*(?P<amount>[0-9]{1,5}) +(?P<unit>answer|minute)s? +(?:a|per|each|every) +(?P<period>day|week)\s*",
    re.IGNORECASE,
)
_PERIOD_WORDS: Mapping[str, str] = {"day": "today", "week": "this week"}


@dataclass(frozen=True)
class Goal:
    """So many answers, or minutes, in each period."""

    amount: int
    unit: Literal["answer", "minute"]
    period: Literal["day", "week"]

    def period_start(self, now: datetime, zone: tzinfo | None = None, day_starts: int = DEFAULT_DAY_START) -> datetime:
        """The moment in UTC at which the present period began; a week begins on Monday."""
        day = day_of(now, zone, day_starts)
        if self.period == "week":
            day -= timedelta(days=day.weekday())
        return datetime.combine(day, time(day_starts), zone).astimezone(UTC)


@dataclass(frozen=True)
class GoalProgress:
    """A goal, and what was done for it in the present period."""

    goal: Goal
    done: int
    """How many answers, or whole minutes, of the goal's unit."""

    @property
    def is_reached(self) -> bool:
        """Whether enough was done."""
        return self.done >= self.goal.amount

    @property
    def words(self) -> str:
        """How far it is: `4 of 10 answers today`, or `12 answers today, goal reached`."""
        goal, period = self.goal, _PERIOD_WORDS[self.goal.period]
        if self.is_reached:
            return f"{counted(self.done, goal.unit)} {period}, goal reached"
        return f"{format_number(self.done)} of {counted(goal.amount, goal.unit)} {period}"

    def as_dict(self) -> dict[str, object]:
        """The object for it in the JSON of `chainrule progress`."""
        goal = self.goal
        return {"amount": goal.amount, "unit": goal.unit, "period": goal.period, "done": self.done, "words": self.words}


def read_goal(text: str) -> Goal | None:
    """The goal that a text such as `10 answers a day` sets; `None` where it is no goal."""
    match = _GOAL.fullmatch(text)
    if match is None:
        return None
    amount = int(match["amount"])
    if not 1 <= amount <= MAX_AMOUNT:
        return None
    unit: Literal["answer", "minute"] = "answer" if match["unit"].lower() == "answer" else "minute"
    period: Literal["day", "week"] = "day" if match["period"].lower() == "day" else "week"
    return Goal(amount, unit, period)

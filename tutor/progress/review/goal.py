"""A goal that the learner sets: so many answers, or minutes of answering, a day or a week.

It only counts what was done. Nothing is made of a day without: no streak is kept, and none can break.
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
EXAMPLE_GOAL = "10 answers a day"

_GOAL = compile_lazily(r"\s*([0-9]{1,5}) +(answer|minute)s? +(?:a|per|each|every) +(day|week)\s*", re.IGNORECASE)
_PERIODS: Mapping[str, str] = {"day": "today", "week": "this week"}


@dataclass(frozen=True)
class Goal:
    """So many answers, or minutes, in each period."""

    amount: int
    unit: Literal["answer", "minute"]
    period: Literal["day", "week"]

    def period_start(self, now: datetime, zone: tzinfo | None = None, starts: int = DEFAULT_DAY_START) -> datetime:
        """The moment in UTC at which the present period began; a week begins on Monday."""
        day = day_of(now, zone, starts)
        if self.period == "week":
            day -= timedelta(days=day.weekday())
        return datetime.combine(day, time(starts), zone).astimezone(UTC)


@dataclass(frozen=True)
class GoalProgress:
    """A goal, and what was done for it in the present period."""

    goal: Goal
    done: int

    @property
    def is_reached(self) -> bool:
        """Whether enough was done."""
        return self.done >= self.goal.amount

    @property
    def words(self) -> str:
        """How far it is: `4 of 10 answers today`."""
        goal, when = self.goal, _PERIODS[self.goal.period]
        if self.is_reached:
            return f"{counted(self.done, goal.unit)} {when}, goal reached"
        return f"{format_number(self.done)} of {counted(goal.amount, goal.unit)} {when}"

    def as_dict(self) -> dict[str, object]:
        """As JSON has it."""
        goal = self.goal
        return {"amount": goal.amount, "unit": goal.unit, "period": goal.period, "done": self.done, "words": self.words}


def read_goal(text: str) -> Goal | None:
    """The goal that a text such as `10 answers a day` sets; `None` where it sets none."""
    match = _GOAL.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= MAX_AMOUNT:
        return None
    unit: Literal["answer", "minute"] = "answer" if match[2].lower() == "answer" else "minute"
    return Goal(int(match[1]), unit, "day" if match[3].lower() == "day" else "week")

"""The JSON of `chainrule progress` as types, and what all such types have in common."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class JsonObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object that has no keys other than its fields."""


class MissingPart(JsonObject, frozen=True):
    """What a lesson lacks to be done; sections are counted from 0."""

    what: Literal["pages", "tasks", "questions"]
    count: int
    sections: list[int]


class ProgressLesson(JsonObject, frozen=True):
    """One lesson of which something is on record; one that has gone from the course lacks its parts."""

    id: str
    attempts: int
    right: int
    left_out: int
    solved: int
    section: int | None
    title: str | None
    done: bool
    pages: int | UnsetType = UNSET
    pages_done: int | UnsetType = UNSET
    tasks: int | UnsetType = UNSET
    tasks_done: int | UnsetType = UNSET
    questions: int | UnsetType = UNSET
    questions_done: int | UnsetType = UNSET
    missing: list[MissingPart] | UnsetType = UNSET
    gone: str | UnsetType = UNSET
    """Why the lesson is not in the course, in words."""


class NeededAnswers(JsonObject, frozen=True):
    """What a concept lacks until it is known well."""

    right_answers: int | None
    days: int | None
    next: str | None


class ProgressConcept(JsonObject, frozen=True):
    """One concept that was answered; docs/record.md says how its level is computed."""

    id: str
    attempts: int
    right: int
    left_out: int
    level: float
    known: float
    recall: float
    seconds: float
    missing: NeededAnswers


class GoalState(JsonObject, frozen=True):
    """The learner's goal, and how far it is in the present day or week."""

    amount: int
    unit: Literal["answer", "minute"]
    period: Literal["day", "week"]
    done: int
    words: str


class WeekOfAnswers(JsonObject, frozen=True):
    """One week: its answers, and how many concepts the answers up to its end showed to be strong, and weak.

    In the present week they are those that are so now.
    """

    monday: str
    answers: int
    right: int
    strong: int
    weak: int


class DayOfAnswers(JsonObject, frozen=True):
    """One day's answers."""

    date: str
    answers: int
    right: int


class Certainty(JsonObject, frozen=True):
    """How often answers of one confidence were right."""

    said: Literal["sure", "think", "guess"]
    answers: int
    right: int


class ExerciseState(JsonObject, frozen=True):
    """An exercise in code of which something is on record."""

    title: str
    passed: bool


class NextStep(JsonObject, frozen=True):
    """What to do next."""

    words: str
    command: str


class AssignmentState(JsonObject, frozen=True):
    """How much of an assignment is done; if its file has a fault, only the words are set, and describe the fault."""

    title: str | None
    answered: int | None
    right: int | None
    wanted: int | None
    deadline: str | None
    words: str


class Progress(JsonObject, frozen=True):
    """`chainrule progress --json`."""

    attempts: int
    lessons: list[ProgressLesson]
    concepts: list[ProgressConcept]
    weak: list[str]
    due: list[str]
    forecast: list[int]
    last_attempt: str | None
    goal: GoalState | None
    weeks: list[WeekOfAnswers]
    days: list[DayOfAnswers]
    """The last seven, today last."""
    confidence: list[Certainty]
    exercises: list[ExerciseState]
    """The exercises in code that were begun."""
    schedule: str
    """A sentence if the schedule was fitted to the learner, or can be; otherwise ""."""
    lessons_done: int
    lessons_total: int
    next: NextStep
    assignments: list[AssignmentState]
    """The assignments that are kept beside the record."""

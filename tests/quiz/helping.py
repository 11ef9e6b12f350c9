"""A small course and a record for the tests of the quiz."""

from pathlib import Path

from tests.screens.story import NOW, course, record
from tutor.questions.answers.submission import Confidence, Submission
from tutor.questions.base import Instance
from tutor.quiz.quiz import Quiz
from tutor.quiz.session import Session


class Timer:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def session(folder: Path) -> Session:
    """A learner at a new record, with a course of two lessons."""
    return Session(course(folder / "lessons"), record(folder / "home"), lambda: NOW)


def typed(instance: Instance, *, right: bool = True) -> str:
    """What a learner types who knows the answer, or who does not."""
    solution = instance.solution.partition(")")[0]
    if right:
        return solution
    return ("b" if solution == "a" else "a") if instance.options else "1"


def answer(quiz: Quiz, *, right: bool = True, confidence: Confidence = "", seconds: float = 10.0) -> None:
    """Answer the question that is shown."""
    quiz.submit(Submission(typed(quiz.current_instance(), right=right), 0, seconds, confidence))

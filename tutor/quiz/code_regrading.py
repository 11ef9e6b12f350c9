"""Runs the code on record again: in a process that is shut in, and not at all where it may be another's and cannot be.

A record may have been imported, and the code in it written by anybody. On a machine without every wall of the sandbox
only code that is the learner's own, which is what stands in her own file now, is run again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.exercises.checker import Checker
from tutor.exercises.files import read_solution, solution_path, solutions_folder
from tutor.progress.tables.attempt import Attempt
from tutor.questions.base import Grade
from tutor.quiz.coding import exercise_revision
from tutor.sandbox.guards import FULL, active_guards
from tutor.sandbox.sandbox import shared_launcher

if TYPE_CHECKING:
    from tutor.content.model import CodeBlock
    from tutor.progress.record.store import Store


class CodeRefusedError(ChainruleError):
    """Code that may be another's, on a machine that cannot shut it in."""


def code_grader(block: "CodeBlock", store: "Store") -> tuple[Callable[[Attempt], Grade | None], str]:
    """The grader of an exercise's answers, and the version of the exercise."""
    checker = Checker(block.id, block.exercise, shared_launcher())
    is_shut_in = set(active_guards()) >= set(FULL)

    def grade(attempt: Attempt) -> Grade | None:
        if not is_shut_in and attempt.answer != _own_code(store, block.id):
            raise CodeRefusedError("this code is not run here")
        earlier = [
            source for name in block.exercise.uses if (source := store.newest_code(name, passed=True)) is not None
        ]
        try:
            report = checker.check(attempt.answer, earlier)
        except ChainruleError:
            return None
        return Grade(report.score, report.verdict, report.message) if report and report.has_run else None

    return grade, exercise_revision(block.exercise)


def _own_code(store: "Store", exercise: str) -> str | None:
    """What stands in the learner's own file for an exercise; `None` where it cannot be read."""
    try:
        return read_solution(solution_path(solutions_folder(store.folder), exercise))
    except ChainruleError:
        return None

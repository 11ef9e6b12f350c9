"""Runs recorded code again in the sandbox, to grade it.

A record may have been imported, so anybody may have written the code in it. If some of the sandbox's guards do not work
on this machine, only code that is also in the learner's own file is run again.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from tutor.errors import ChainruleError
from tutor.exercises.checker import Checker
from tutor.exercises.files import read_solution, solution_path, solutions_folder
from tutor.progress.tables.attempt import Attempt
from tutor.questions.base import Grade
from tutor.quiz.coding import exercise_revision
from tutor.sandbox.guards import ALL_GUARDS, active_guards
from tutor.sandbox.sandbox import shared_launcher

if TYPE_CHECKING:
    from tutor.content.model import CodeBlock
    from tutor.progress.record.store import Store


MAX_CACHED_RUNS = 32
"""How many verdicts are cached, since the same code may come again: saved twice, or handed in by several learners."""


class CodeRefusedError(ChainruleError):
    """Raised for code that somebody else may have written, on a machine without all of the sandbox's guards."""


class CodeSource(Protocol):
    """Gives the code of the learner whose answers are graded again."""

    def newest_passed(self, exercise: str) -> str | None:
        """The learner's last passed solution of an exercise; `None` when there is none."""

    def own_code(self, exercise: str) -> str | None:
        """The contents of the learner's own file for an exercise; `None` if it cannot be read or is elsewhere."""


class RecordedCode:
    """The code on record, and in the learner's own files beside it."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def newest_passed(self, exercise: str) -> str | None:
        """The last passed solution on record."""
        return self._store.newest_code(exercise, passed=True)

    def own_code(self, exercise: str) -> str | None:
        """The contents of the learner's own file."""
        try:
            return read_solution(solution_path(solutions_folder(self._store.folder), exercise))
        except ChainruleError:
            return None


class CodeGrader:
    """Grades answers to one exercise again, of one learner or many; the reference solution is run only once."""

    def __init__(self, block: "CodeBlock") -> None:
        self.version = exercise_revision(block.exercise)
        """The version of the exercise."""
        self._earlier_exercises = block.exercise.uses  # whose functions the code may call
        self._id = block.id
        self._checker = Checker(block.id, block.exercise, shared_launcher())
        self._has_all_guards = set(active_guards()) >= set(ALL_GUARDS)
        """Whether every guard of the sandbox works on this machine, so that anybody's code may be run."""
        # Wrapped here and not by a decorator: so the cache belongs to this grader, and is freed together with it.
        self._check_once = lru_cache(MAX_CACHED_RUNS)(self._check)

    def grade(self, attempt: Attempt, codes: CodeSource) -> Grade | None:
        """Run an answer again and return its grade; `None` if it does not run.

        Raises:
            CodeRefusedError: somebody else may have written it, and this machine lacks some guard of the sandbox.
        """
        if not self._has_all_guards and attempt.answer != codes.own_code(self._id):
            raise CodeRefusedError("this code is not run here")
        earlier_solutions = [codes.newest_passed(exercise) for exercise in self._earlier_exercises]
        passed_solutions = tuple(source for source in earlier_solutions if source is not None)
        return self._check_once(attempt.answer, passed_solutions)

    def _check(self, source: str, earlier_solutions: tuple[str, ...]) -> Grade | None:
        """The grade of `source`, which may call the functions of `earlier_solutions`; `None` when it does not run."""
        try:
            report = self._checker.check(source, earlier_solutions)
        except ChainruleError:
            return None
        if not report or not report.has_run:
            return None
        return Grade(report.score, report.verdict, report.message)

"""Runs recorded code again, always restricted, and not at all if it may be another's and cannot be restricted.

A record may have been imported, and the code in it written by anybody. On a machine without every wall of the sandbox
only the learner's own code, as her file holds it now, is run again.
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
"""How many verdicts on code are kept for the same code, saved again or handed in by another."""


class CodeRefusedError(ChainruleError):
    """Code that may be another's, on a machine that cannot shut it in."""


class CodeSource(Protocol):
    """Where the code of the learner lies whose answers are graded again."""

    def newest_passed(self, exercise: str) -> str | None:
        """The last solution of an exercise that was right; `None` when there is none."""

    def own_code(self, exercise: str) -> str | None:
        """The contents of the learner's own file for an exercise; `None` if it cannot be read or is elsewhere."""


class RecordedCode:
    """The code on record, and in the learner's own files beside it."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def newest_passed(self, exercise: str) -> str | None:
        """The last solution on record that was right."""
        return self._store.newest_code(exercise, passed=True)

    def own_code(self, exercise: str) -> str | None:
        """The contents of the learner's own file."""
        try:
            return read_solution(solution_path(solutions_folder(self._store.folder), exercise))
        except ChainruleError:
            return None


class CodeGrader:
    """Grades the answers to one exercise again, of one learner or of many: the reference is computed once."""

    def __init__(self, block: "CodeBlock") -> None:
        self.version = exercise_revision(block.exercise)
        """The version of the exercise."""
        self._uses = block.exercise.uses
        self._id = block.id
        self._checker = Checker(block.id, block.exercise, shared_launcher())
        self._is_restricted = set(active_guards()) >= set(ALL_GUARDS)
        self._check_once = lru_cache(MAX_CACHED_RUNS)(self._check)

    def grade(self, attempt: Attempt, codes: CodeSource) -> Grade | None:
        """Run an answer again; `None` when it does not run.

        Raises:
            CodeRefusedError: it may be another's, and this machine cannot shut it in.
        """
        if not self._is_restricted and attempt.answer != codes.own_code(self._id):
            raise CodeRefusedError("this code is not run here")
        earlier = tuple(source for name in self._uses if (source := codes.newest_passed(name)) is not None)
        return self._check_once(attempt.answer, earlier)

    def _check(self, source: str, earlier: tuple[str, ...]) -> Grade | None:
        try:
            report = self._checker.check(source, earlier)
        except ChainruleError:
            return None
        return Grade(report.score, report.verdict, report.message) if report and report.has_run else None

"""Checks one exercise repeatedly, computing the reference's results only once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock

from tutor.exercises.cases import Case, compute_cases
from tutor.exercises.check import check_in_processes, processor_seconds
from tutor.exercises.data import load_data
from tutor.exercises.exercise import Exercise
from tutor.exercises.mistakes import MistakeAnswers
from tutor.exercises.report import Report
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError, Launcher, code_process

AUTHOR_SECONDS = 3600.0
"""Seconds of processor time for the reference's process, which lives as long as the exercise is open."""
AUTHOR_MEMORY_MEGABYTES = 1024


class Checker:
    """Checks successive versions of one exercise's solution, each in a new process."""

    def __init__(self, exercise_id: str, exercise: Exercise, launcher: Launcher) -> None:
        self._id, self._exercise, self._launcher = exercise_id, exercise, launcher
        self._data = load_data(exercise.data)
        self._author: CodeProcess | None = None
        self._cases: Sequence[Case] = ()
        self._mistake_answers = MistakeAnswers()
        self._lock = Lock()
        self._learner: CodeProcess | None = None
        """The learner's process while a check runs, for `cancel` to end it."""

    def prepare(self) -> None:
        """Compute the reference's results in advance, so that the first check need not wait for them.

        Raises:
            ChainruleError: the exercise itself does not work.
        """
        with self._lock:
            self._start_author()

    def _start_author(self) -> CodeProcess:
        """Return the process of the reference; start it and compute the cases, if it does not run."""
        if self._author is not None:
            return self._author
        author = self._author = CodeProcess(self._launcher.start(AUTHOR_SECONDS, AUTHOR_MEMORY_MEGABYTES))
        try:
            self._cases = compute_cases(self._exercise, author, self._data)
        except BaseException:
            self._end_author()
            raise
        return author

    def check(
        self, source: str, earlier: Sequence[str] = (), is_wanted: Callable[[], bool] = lambda: True
    ) -> Report | None:
        """Check `source`; return `None` if `is_wanted()` is false when the check would begin.

        A check waits for one that is running in another thread, and the file may change meanwhile.

        Raises:
            ChainruleError: the exercise itself does not work.
        """
        with self._lock:
            try:
                author = self._start_author()
                with code_process(self._launcher, processor_seconds(self._exercise)) as learner:
                    self._learner = learner
                    if not is_wanted():  # asked here because from now on `cancel` can end the check
                        return None
                    return check_in_processes(
                        self._id,
                        self._exercise,
                        source,
                        processes=(author, learner),
                        earlier=earlier,
                        data=self._data,
                        cases=self._cases,
                        mistake_answers=self._mistake_answers,
                    )
            except CodeStoppedError:  # the reference's process; if the learner's stops, the report says so
                self._end_author()
                raise
            finally:
                self._learner = None

    def cancel(self) -> None:
        """Stop a check running in another thread; its verdict will be that the code was stopped."""
        learner, self._learner = self._learner, None
        if learner is not None:
            learner.close()

    def _end_author(self) -> None:
        """End the process of the reference, if it runs."""
        author, self._author = self._author, None
        if author is not None:
            with suppress(OSError):
                author.close()

    def close(self) -> None:
        """Stop any check and end the reference's process; a waiting thread is released."""
        self.cancel()
        self._end_author()

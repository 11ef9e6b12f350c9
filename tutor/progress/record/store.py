"""The learner's record in one SQLite file: every answer is on disk when `add` returns."""

import secrets
from collections.abc import Sequence
from datetime import UTC
from functools import cached_property
from hashlib import sha256

from tutor.errors import ChainruleError
from tutor.patterns import compile_lazily
from tutor.progress.record.record_file import RecordFile
from tutor.progress.record.runner import RepairedError
from tutor.progress.review.cards import reschedule, schedule_next
from tutor.progress.safety.backups import find_backup_fault
from tutor.progress.safety.merge import merge
from tutor.progress.tables.attempt import INSERT_ATTEMPT, Attempt
from tutor.progress.tables.connections import FILE_ERRORS, is_damage
from tutor.progress.tables.flagged import flagged_name
from tutor.progress.tables.history import Regrade, Undone, mark_undone
from tutor.progress.tables.pages import keep_page, write_out_position

__all__ = ["Attempt", "Store"]

FIRST_SEEDS = 10**6
"""Of so many numbers one is where the seeds of a record begin."""
SEED_NAME = "first-seed"
"""The name under which that number is kept."""
_SEED = compile_lazily("[0-9]{1,6}")
INSERT_SEED = "INSERT INTO flags SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM attempts) ON CONFLICT DO NOTHING"
"""Keeps that number in a record without answers, from which it would follow."""


class Store(RecordFile):
    """The record of one learner: answers are added, taken back and graded again, reading positions saved."""

    @cached_property
    def first_seed(self) -> int:
        """Where the seeds of this record begin, so that two learners with the same number of answers differ.

        What is drawn is kept with the first page that is opened, so that its questions have the same numbers at the
        next start. In a record that keeps none it follows from the key of its first answer, which is random and stays.
        """
        kept = self.stored(SEED_NAME) or ""
        if _SEED.fullmatch(kept):
            return int(kept)
        rows = self.rows("SELECT key FROM attempts ORDER BY number LIMIT 1")
        if not rows:
            return secrets.randbelow(FIRST_SEEDS)
        return int.from_bytes(sha256(str(rows[0][0]).encode()).digest()) % FIRST_SEEDS

    def quiz_seed(self) -> int:
        """The seed by which the next quiz is drawn: another after every answer."""
        return self.first_seed + self.count()

    def question_seed(self, question: str) -> int:
        """The seed of the next fresh numbers of `question`: another after every attempt at it."""
        return self.first_seed + self.count_tries(question)

    def add(self, attempt: Attempt) -> None:
        """Record an attempt and schedule its question's next review; both are on disk when this returns.

        Raises:
            ChainruleError: it could not be kept.
        """
        try:
            self._add(attempt)
        except RepairedError:
            self._add(attempt)
        try:
            self._back_up(self.clock())
        except FILE_ERRORS as error:
            if is_damage(error):
                self._repair("is damaged")
            elif fault := find_backup_fault(self.folder):
                self.notice = fault

    def add_left_out(self, attempts: Sequence[Attempt]) -> None:
        """Record the questions of an exam that were left unanswered, all of them or none.

        Raises:
            ChainruleError: they could not be kept.
        """
        if attempts:
            with self.transaction("what was left out") as database:
                database.executemany(INSERT_ATTEMPT, [attempt.row() for attempt in attempts])

    def _add(self, attempt: Attempt) -> None:
        with self.transaction("your answer") as database:
            database.execute(INSERT_ATTEMPT, attempt.row())
            schedule_next(database, attempt, max(self.clock(), attempt.at))

    def undo(self, key: str) -> None:
        """Take back the attempt with this key: it stays on record as undone and counts no longer.

        Raises:
            ChainruleError: there is no such attempt, it was taken back before, or the change could not be kept.
        """
        try:
            self._undo(key)
        except RepairedError:
            self._undo(key)

    def _undo(self, key: str) -> None:
        rows = self.rows("SELECT question FROM attempts WHERE key = ?", key)
        if not rows:
            raise ChainruleError("there is no such answer on record, so nothing was undone")
        with self.transaction("the undo") as database:
            if not mark_undone(database, Undone(key, self.clock())):
                raise ChainruleError("this answer was undone before; nothing was changed")
            reschedule(database, [str(rows[0][0])], self.clock())

    def regrade(self, grades: Sequence[Regrade]) -> int:
        """Record later grades of attempts, and recompute their questions' cards; return how many were new.

        Raises:
            ChainruleError: they could not be kept; none is.
        """
        with self.transaction("the new grades") as database:
            return merge(database, grades, self.clock()).regrades

    def save_stored(self, name: str, value: str, what: str) -> None:
        """Store the text `value` under `name`, replacing an earlier one; an error message names `what`.

        Raises:
            ChainruleError: it could not be kept.
        """
        with self.transaction(what) as database:
            database.execute("INSERT OR REPLACE INTO flags VALUES (?, ?)", (name, value))

    def save_question_flag(self, question_id: str, is_flagged: bool) -> None:
        """Remember when the learner flagged a question, or an empty text once the flag is off.

        Raises:
            ChainruleError: it could not be kept.
        """
        at = self.clock().astimezone(UTC).isoformat() if is_flagged else ""
        self.save_stored(flagged_name(question_id), at, "the flag")

    def save_reading_position(self, lesson: str, section: int) -> None:
        """Remember that the learner reads `section` (counted from 0) of `lesson`.

        Raises:
            ChainruleError: it could not be kept.
        """
        seed = self.first_seed
        with self.transaction("your place") as database:
            database.execute(INSERT_SEED, (SEED_NAME, str(seed)))
            write_out_position(database, lesson)
            database.execute(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?)",
                (lesson, section, self.clock().astimezone(UTC).isoformat()),
            )

    def save_page_read(self, lesson: str, section: int) -> None:
        """Remember that `section` (counted from 0) of `lesson` was read to its end.

        Raises:
            ChainruleError: it could not be kept.
        """
        now = self.clock()
        with self.transaction("the page you have read") as database:
            write_out_position(database, lesson)
            keep_page(database, lesson, section, now)

"""The learner's record in one SQLite file: every answer is on disk when `add` returns."""

from collections.abc import Sequence
from datetime import UTC
from functools import cached_property

from tutor.errors import ChainruleError
from tutor.patterns import compile_lazily
from tutor.progress.record.record_file import RecordFile
from tutor.progress.record.runner import RepairedError
from tutor.progress.review.cards import reschedule, schedule_next
from tutor.progress.safety.backups import find_backup_fault
from tutor.progress.tables.attempt import INSERT_ATTEMPT, Attempt
from tutor.progress.tables.connections import FILE_ERRORS, is_damage
from tutor.progress.tables.flagged import flagged_name
from tutor.progress.tables.history import Regrade, Undone, mark_undone
from tutor.progress.tables.pages import expand_position, record_page

__all__ = ["Attempt", "Store"]

FIRST_SEED_LIMIT = 10**6
"""The first seed of a record is a number below this."""
SEED_NAME = "first-seed"
"""The name of the stored text with the first seed."""
_SEED = compile_lazily("[0-9]{1,6}")
INSERT_SEED = "INSERT INTO flags SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM attempts) ON CONFLICT DO NOTHING"
"""Stores the first seed in a record without answers; with answers, it is computed from the first answer instead."""


class Store(RecordFile):
    """The record of one learner: answers are added, taken back and graded again, reading positions saved."""

    @cached_property
    def first_seed(self) -> int:
        """The first seed of this record, so that two learners with the same number of answers get different numbers.

        It is drawn at random and stored when the first page is opened, so that the questions on that page have the same
        numbers at the next start. If none is stored, it is computed from the key of the first answer, which is random
        and never changes.
        """
        stored = self.stored(SEED_NAME) or ""
        if _SEED.fullmatch(stored):
            return int(stored)
        rows = self.rows("SELECT key FROM attempts ORDER BY number LIMIT 1")
        if not rows:
            import secrets

            return secrets.randbelow(FIRST_SEED_LIMIT)
        from hashlib import sha256

        ((key,),) = rows
        return int.from_bytes(sha256(str(key).encode()).digest()) % FIRST_SEED_LIMIT

    def quiz_seed(self) -> int:
        """The seed from which the next quiz is drawn; it changes after every answer."""
        return self.first_seed + self.count()

    def question_seed(self, question: str) -> int:
        """The seed of the next fresh numbers of `question`; it changes after every attempt at it."""
        return self.first_seed + self.count_tries(question)

    def add(self, attempt: Attempt) -> None:
        """Record an attempt and schedule its question's next review; both are on disk when this returns.

        Raises:
            ChainruleError: it could not be kept.
        """
        try:
            self._add(attempt)
        except RepairedError:  # the damaged record was replaced, so try once more
            self._add(attempt)
        try:
            self._back_up(self.clock())
        except FILE_ERRORS as error:  # the attempt is on disk in any case
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
        """Record an attempt and schedule its question's next review, in one transaction."""
        with self.transaction("your answer") as database:
            database.execute(INSERT_ATTEMPT, attempt.row())
            now = max(self.clock(), attempt.at)  # the clock may have been set back since
            schedule_next(database, attempt, now)

    def undo(self, key: str) -> None:
        """Take back the attempt with this key: it stays on record as undone and counts no longer.

        Raises:
            ChainruleError: there is no such attempt, it was taken back before, or the change could not be kept.
        """
        try:
            self._undo(key)
        except RepairedError:  # as in `add`
            self._undo(key)

    def _undo(self, key: str) -> None:
        """Undo an attempt, as `undo` describes, but without trying again after a repair."""
        rows = self.rows("SELECT question FROM attempts WHERE key = ?", key)
        if not rows:
            raise ChainruleError("there is no such answer on record, so nothing was undone")
        ((question,),) = rows
        with self.transaction("the undo") as database:
            if not mark_undone(database, Undone(key, self.clock())):
                raise ChainruleError("this answer was undone before; nothing was changed")
            reschedule(database, [str(question)], self.clock())

    def regrade(self, grades: Sequence[Regrade]) -> int:
        """Record later grades of attempts, and recompute their questions' cards; return how many were new.

        Raises:
            ChainruleError: they could not be kept; none is.
        """
        from tutor.progress.safety.merge import merge

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
        """Store when the learner flagged a question, or an empty text if the flag was removed.

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
        first_seed = self.first_seed  # read here: a query may repair the record, which must not happen in a transaction
        with self.transaction("your place") as database:
            database.execute(INSERT_SEED, (SEED_NAME, str(first_seed)))
            expand_position(database, lesson)  # before the position is replaced, or the pages that it implies are lost
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
            expand_position(database, lesson)
            record_page(database, lesson, section, now)

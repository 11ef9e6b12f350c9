"""The queries that a record answers; the SQL of reviews, mastery and pages stands in the modules on these."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from tutor.progress.record.runner import QueryRunner, retry_after_repair
from tutor.progress.review.cards import (
    SELECT_FIRST_RIGHT,
    SELECT_RECENTLY_RIGHT,
    due_query,
    earliest_review,
    recent_since,
)
from tutor.progress.review.fitted import FITTED_NAME, parameters_of
from tutor.progress.review.goal import GoalProgress
from tutor.progress.review.schedule import day_of, end_of_day, recall_probability
from tutor.progress.tables import flagged, pages, tasks
from tutor.progress.tables.attempt import (
    CODE,
    CONFIDENCES,
    INVALID_VALUE_ERRORS,
    RETRY,
    SELECT_ANSWER_COUNT,
    SELECT_CALIBRATION,
    SELECT_CONCEPTS,
    SELECT_RIGHT_BY_CONFIDENCE,
    SELECT_SOLVED_BEFORE,
    SELECT_STANDING,
    Attempt,
    parse_concepts,
)

if TYPE_CHECKING:
    from tutor.progress.review.mastery import Answers
    from tutor.progress.review.needed import NeededReviews
    from tutor.progress.tables.history import AttemptHistory

SELECT_ANSWERS_BY_HOUR = f"""
    SELECT substr(at, 1, 13), COUNT(*), SUM(verdict = 'right'), SUM(verdict = 'left out') FROM standing
    WHERE at >= ? AND mode <> '{RETRY}' GROUP BY 1
"""
SELECT_DONE_SINCE = f"""
    SELECT SUM(mode <> '{RETRY}' AND verdict <> 'left out'), SUM(seconds) FROM attempts a
    WHERE at >= ? AND NOT EXISTS (SELECT 1 FROM undone u WHERE u.key = a.key)
"""
"""How many answers were given from a moment on, and the seconds they took. A second try and a question left out are no
further answers, but their time was spent. Grades do not matter here, so the view `standing` with the newest is not
needed.
"""


class RecordReader(QueryRunner):
    """Reads a record: each method is one query in SQL, and what is made of its rows."""

    def attempts(self) -> list[Attempt]:
        """List the attempts that were not undone, the oldest first, each with its newest grade."""
        return self._fetch_attempts("ORDER BY at, number")

    def _fetch_attempts(self, which: str, *values: Any) -> list[Attempt]:
        """The attempts that count, as the SQL `which` restricts and orders them."""
        return self.fetch(lambda rows: [*map(Attempt.from_row, rows)], f"{SELECT_STANDING} {which}", *values)

    def history(self) -> "list[AttemptHistory]":
        """List every attempt, the oldest first, with its first grade, later grades and whether it was undone."""
        from tutor.progress.tables.history import SELECT_HISTORY, group_histories

        return self.fetch(lambda rows: [*group_histories(rows)], SELECT_HISTORY)

    def count(self) -> int:
        """Count the attempts on disk, undone ones included."""
        rows = self.rows("SELECT COUNT(*) FROM attempts")
        return int(rows[0][0]) if rows else 0

    def count_answers(self) -> int:
        """Count the answers as a learner does: without those that were undone, and without second tries."""
        rows = self.rows(SELECT_ANSWER_COUNT)
        return int(rows[0][0]) if rows else 0

    def count_tries(self, question: str) -> int:
        """How many attempts at `question` are on disk, also those that were undone: fresh numbers stay fresh."""
        rows = self.rows("SELECT COUNT(*) FROM attempts WHERE question = ?", question)
        return int(rows[0][0]) if rows else 0

    def latest_attempt(self, question: str) -> Attempt | None:
        """What was handed in last for `question`, and not undone since."""
        return next(
            iter(self._fetch_attempts("WHERE question = ? ORDER BY at DESC, number DESC LIMIT 1", question)), None
        )

    def attempt(self, key: str) -> Attempt | None:
        """The attempt with this key, unless it was undone."""
        return next(iter(self._fetch_attempts("WHERE key = ?", key)), None)

    def recently_right(self) -> dict[str, datetime]:
        """The questions answered right today or in the last hours, each with when that was last."""
        return self._times_by_question(SELECT_RECENTLY_RIGHT, recent_since(self.clock(), self.day_starts).isoformat())

    def answered_lessons(self) -> set[str]:
        """The lessons with at least one attempt, also those that were undone."""
        return {str(row[0]) for row in self.rows("SELECT DISTINCT lesson FROM attempts")}

    def solved_questions(self, lesson: str) -> set[str]:
        """The questions of `lesson` that were answered right at least once."""
        rows = self.rows("SELECT DISTINCT question FROM standing WHERE lesson = ? AND verdict = 'right'", lesson)
        return {str(row[0]) for row in rows}

    def coded_exercises(self, *, passed: bool = False) -> set[str]:
        """The exercises for which the learner's code is on record; those alone that it has `passed`."""
        rows = self.rows(f"SELECT DISTINCT question FROM standing WHERE kind = '{CODE}' AND score >= ?", int(passed))
        return {str(row[0]) for row in rows}

    def newest_code(self, exercise: str, *, passed: bool = False) -> str | None:
        """The source that was put on record last for an exercise; with `passed` the last one that was right."""
        rows = self.rows(
            f"SELECT answer FROM standing WHERE question = ? AND kind = '{CODE}' AND score >= ? "
            "ORDER BY at DESC, number DESC LIMIT 1",
            exercise,
            int(passed),
        )
        return str(rows[0][0]) if rows else None

    @retry_after_repair
    def first_right_answers(self, lesson: str) -> dict[str, datetime]:
        """Question of `lesson` → when it was answered right for the first time."""
        return self._times_by_question(SELECT_FIRST_RIGHT, lesson)

    def _times_by_question(self, query: str, value: str) -> dict[str, datetime]:
        """The rows of a query as question → time."""
        return {str(question): datetime.fromisoformat(at) for question, at in self.rows(query, value)}

    @retry_after_repair
    def reading_position(self, lesson: str) -> int | None:
        """The section of `lesson` that was read last, counted from 0."""
        rows = self.rows("SELECT section FROM places WHERE lesson = ?", lesson)
        return int(rows[0][0]) if rows else None

    @retry_after_repair
    def last_reading_position(self) -> tuple[str, int] | None:
        """The lesson and section that were read last of all."""
        rows = self.rows("SELECT lesson, section FROM places ORDER BY at DESC, rowid DESC LIMIT 1")
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    @retry_after_repair
    def reading_positions(self) -> dict[str, int]:
        """For each lesson that was opened, the section that was read last."""
        return {str(lesson): int(section) for lesson, section in self.rows("SELECT lesson, section FROM places")}

    def due(self, now: datetime | None = None, zone: tzinfo | None = None) -> list[str]:
        """List the questions whose review is due on the day of `now`, the longest overdue first.

        `zone` is the learner's; the machine's own when it is not given.
        """
        now = now or self.clock()
        rows = self.rows(*due_query(now, end_of_day(now, zone, self.day_starts)))
        return [question for question in (str(row[0]) for row in rows) if self.can_be_asked(question)]

    @retry_after_repair
    def next_due(self, now: datetime | None = None, zone: tzinfo | None = None) -> datetime | None:
        """When a question that is not due yet can be asked next; `None` when none is waiting."""
        now = now or self.clock()
        waiting = {*self.due(now, zone)}
        moments = [
            earliest_review(state, datetime.fromisoformat(due), zone, self.day_starts)
            for question, due, state in self.rows("SELECT question, due, state FROM cards")
            if question not in waiting and self.can_be_asked(question)
        ]
        return min((moment for moment in moments if moment > now), default=None)

    @retry_after_repair
    def due_by_concept(self, now: datetime | None = None) -> dict[str, list[str]]:
        """Concept → its questions that are due at `now`, the longest overdue first; by name."""
        due: dict[str, list[str]] = {}
        concepts_of = dict(self.rows(SELECT_CONCEPTS))
        for question in self.due(now):
            for concept in parse_concepts(concepts_of[question]):
                due.setdefault(concept, []).append(question)
        return dict(sorted(due.items()))

    @retry_after_repair
    def forecast(self, days: int, now: datetime | None = None, zone: tzinfo | None = None) -> list[int]:
        """How many questions fall due on each of the next `days` days of the learner's calendar, today first.

        Today's are those that are `due`, and no others. `zone` is the learner's; the machine's own when it is not
        given.
        """
        now = now or self.clock()
        today = day_of(now, zone, self.day_starts)
        waiting = set(self.due(now, zone))
        counts = [len(waiting), *([0] * days)][:days]
        for question, due in self.rows("SELECT question, due FROM cards"):
            day = (day_of(datetime.fromisoformat(due), zone, self.day_starts) - today).days
            if question not in waiting and 0 < day < days and self.can_be_asked(question):
                counts[day] += 1
        return counts

    def recalls(self, now: datetime | None = None) -> dict[str, float]:
        """Question → how likely it is remembered at `now`, 0 … 1, for every question with a card."""
        now = now or self.clock()
        recalls, parameters = {}, parameters_of(self.stored(FITTED_NAME))
        for question, state in self.rows("SELECT question, state FROM cards"):
            with contextlib.suppress(*INVALID_VALUE_ERRORS):  # a spoiled card says nothing
                recalls[str(question)] = recall_probability(state, now, parameters)
        return recalls

    @retry_after_repair
    def calibration(self) -> list[dict[str, Any]]:
        """For each confidence that was given, the highest first: how many answers, and how many of them were right."""
        rows = {row[0]: row for row in self.rows(SELECT_CALIBRATION)}
        return [
            {"confidence": confidence, "attempts": rows[confidence][1], "right": rows[confidence][2]}
            for confidence in CONFIDENCES
            if confidence and confidence in rows
        ]

    def right_by_confidence(self) -> dict[str, tuple[int, int]]:
        """Confidence → how many answers were given with it, and how many of them were right."""
        return {str(confidence): (count, right) for confidence, count, right in self.rows(SELECT_RIGHT_BY_CONFIDENCE)}

    def answers_by_hour(self, since: datetime) -> list[tuple[datetime, int, int, int]]:
        """The middle of each hour of UTC → answers, right ones, and those left out of an exam, from `since` on."""
        return self.fetch(_make_hours, SELECT_ANSWERS_BY_HOUR, since.astimezone(UTC).isoformat())

    def goal_progress(self, now: datetime | None = None, zone: tzinfo | None = None) -> GoalProgress | None:
        """How much of the learner's goal is done in the present day or week; `None` without a goal."""
        if self.goal is None:
            return None
        start = self.goal.period_start(now or self.clock(), zone, self.day_starts)
        # No row at all without a record; SQL's sum of no answers is null.
        ((count, seconds),) = self.rows(SELECT_DONE_SINCE, start.isoformat()) or [(None, None)]
        answers, minutes = count or 0, (seconds or 0.0) // 60
        return GoalProgress(self.goal, int(answers if self.goal.unit == "answer" else minutes))

    def seconds_spent(self) -> float:
        """Sum the seconds of all answers that were not undone."""
        return float(next((seconds for (seconds,) in self.rows("SELECT SUM(seconds) FROM standing")), None) or 0.0)

    def stored(self, name: str) -> str | None:
        """Return the text stored under `name`, such as the outcome of a placement test."""
        return next((value for (value,) in self.rows("SELECT value FROM flags WHERE name = ?", name)), None)

    def flagged_questions(self) -> list[str]:
        """The questions that the learner flagged, the first flagged first."""
        rows = self.rows(
            "SELECT name FROM flags WHERE substr(name, 1, ?) = ? AND value <> '' ORDER BY value, name",
            len(flagged.FLAGGED_PREFIX),
            flagged.FLAGGED_PREFIX,
        )
        return [flagged.question_of(str(name)) for (name,) in rows]

    def lessons_on_record(self) -> set[str]:
        """List the lessons that were opened or answered, including lessons that no longer exist."""
        rows = self.rows("SELECT lesson FROM places UNION SELECT lesson FROM attempts")
        in_texts = {tasks.lesson_of(name) for name in self.stored_with(tasks.TASK_PREFIX)}
        in_texts |= {pages.lesson_of(name) for name in self.stored_with(pages.PAGE_PREFIX)}
        return {str(lesson) for (lesson,) in rows} | in_texts

    def done_tasks(self, lesson: str) -> frozenset[str]:
        """The stored names of the tasks of `lesson` that were done."""
        return frozenset(self.stored_with(tasks.lesson_prefix(lesson)))

    @retry_after_repair
    def pages_read(self, lesson: str) -> frozenset[int]:
        """The pages of `lesson` that were read to their end, counted from 0.

        A reading position from before pages were kept counts as read up to there.
        """
        kept = {pages.section_of(name) for name in self.stored_with(pages.pages_prefix(lesson))}
        return frozenset(section for section in kept if section is not None) | self._pages_implied(lesson)

    def _pages_implied(self, lesson: str) -> frozenset[int]:
        """The pages implied by a reading position from before pages were recorded."""
        since = self.stored(pages.KEPT_SINCE)
        rows = self.rows("SELECT section, at FROM places WHERE lesson = ?", lesson)
        return frozenset(
            page for section, at in rows if pages.is_before_pages(at, since) for page in pages.pages_up_to(section)
        )

    @retry_after_repair
    def solved_before_pages(self, lesson: str) -> frozenset[str]:
        """The questions that were answered right before pages were kept, in a lesson that was also read then."""
        since = self.stored(pages.KEPT_SINCE)
        if since is None:
            return frozenset()
        prefix = pages.pages_prefix(lesson)
        older = self.rows(
            "SELECT 1 FROM flags WHERE substr(name, 1, ?) = ? AND value < ? LIMIT 1", len(prefix), prefix, since
        )
        if not older and not self._pages_implied(lesson):
            return frozenset()
        return frozenset(str(row[0]) for row in self.rows(SELECT_SOLVED_BEFORE, lesson, since))

    def stored_with(self, prefix: str) -> dict[str, str]:
        """The texts that are stored under names that begin with `prefix`: name → text."""
        rows = self.rows("SELECT name, value FROM flags WHERE substr(name, 1, ?) = ?", len(prefix), prefix)
        return {str(name): str(value) for name, value in rows}

    def count_in_lesson(self, lesson: str) -> int:
        """How many attempts at the questions of `lesson` are on disk, also those that were undone."""
        return next((int(count) for (count,) in self.rows("SELECT COUNT(*) FROM attempts WHERE lesson = ?", lesson)), 0)

    @retry_after_repair
    def answers(self) -> "list[Answers]":
        """Aggregate the answers by question: counts, and the latest scores on fresh numbers."""
        from tutor.progress.review.mastery import SELECT_COUNTS

        return self.fetch(self._make_answers, SELECT_COUNTS)

    def _make_answers(self, counts: list[tuple[Any, ...]]) -> "list[Answers]":
        """Join the totals of each question, the rows of `SELECT_COUNTS`, with its lesson, concepts and fresh scores."""
        from tutor.progress.review.mastery import SELECT_FRESH, SELECT_LESSON_AND_CONCEPTS, Answers

        questions = [question for question, *_ in counts]
        named = self.rows_for_each(SELECT_LESSON_AND_CONCEPTS, questions)
        fresh = self.rows_for_each(SELECT_FRESH, questions)
        return [
            Answers(
                question, lesson, parse_concepts(concepts), attempts, right, seconds, left_out, bool(is_solved), new
            )
            for (question, attempts, right, seconds, left_out, is_solved), ((lesson, concepts),), new in zip(
                counts, named, fresh, strict=True
            )
        ]

    @retry_after_repair
    def concepts(self, answers: "Sequence[Answers] | None" = None) -> list[dict[str, Any]]:
        """How well each answered concept is known, by name; pass `answers` if they were read already."""
        from tutor.progress.review import mastery

        return mastery.by_concept(self.answers() if answers is None else answers, self.recalls())

    @retry_after_repair
    def reviews_needed(self, answers: "Sequence[Answers] | None" = None) -> "dict[str, NeededReviews]":
        """Concept → what is missing until it is known well, by the rules of the schedule."""
        from tutor.progress.review.needed import find_needed_reviews

        cards = {str(row[0]): (str(row[1]), str(row[2])) for row in self.rows("SELECT question, due, state FROM cards")}
        known = {question: card for question, card in cards.items() if self.can_be_asked(question)}
        return find_needed_reviews(
            self.answers() if answers is None else answers,
            known,
            self.clock(),
            lambda at: day_of(at, starts=self.day_starts),
            parameters_of(self.stored(FITTED_NAME)),
        )

    @retry_after_repair
    def summary(self) -> dict[str, Any]:
        """What `chainrule progress --json` prints."""
        from tutor.progress.review import mastery

        answers = self.answers()
        concepts = self.concepts(answers)
        return {
            "attempts": self.count(),
            "lessons": mastery.by_lesson(answers, self.reading_positions()),
            "concepts": concepts,
            "weak": mastery.weak_concepts({"concepts": concepts}),
            "due": self.due(),
            "forecast": self.forecast(7),
            "last_attempt": next((str(at) for (at,) in self.rows("SELECT MAX(at) FROM standing") if at), None),
        }


def _make_hours(rows: list[tuple[Any, ...]]) -> list[tuple[datetime, int, int, int]]:
    return [(datetime.fromisoformat(f"{hour}:30:00+00:00"), *counts) for hour, *counts in rows]

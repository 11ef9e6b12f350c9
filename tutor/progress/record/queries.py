"""Queries of a record; the SQL that concerns reviews, mastery and pages stands in the modules on these."""

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
from tutor.progress.review.fitted import FITTED_NAME, parameters_from
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
    from tutor.progress.review.mastery import AnswerTotals
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
"""How many answers were given since a moment, and how many seconds they took. Second tries and questions left out are
not counted, but their time is. The view `standing` is not needed, since later grades do not matter here.
"""


class RecordReader(QueryRunner):
    """Reads a record: each method runs queries and returns their rows as objects, counts or texts."""

    def attempts(self) -> list[Attempt]:
        """List the attempts that were not undone, the oldest first, each with its newest grade."""
        return self._fetch_attempts("ORDER BY at, number")

    def _fetch_attempts(self, clauses: str, *values: Any) -> list[Attempt]:
        """The attempts that count; the SQL `clauses` restrict and order them, `values` are their parameters."""
        return self.fetch(lambda rows: [*map(Attempt.from_row, rows)], f"{SELECT_STANDING} {clauses}", *values)

    def _count(self, query: str, *values: Any) -> int:
        """The number that a query counts; 0 while there is no record."""
        rows = self.rows(query, *values)
        return int(rows[0][0]) if rows else 0

    def history(self) -> "list[AttemptHistory]":
        """List every attempt, the oldest first, with its first grade, later grades and whether it was undone."""
        from tutor.progress.tables.history import SELECT_HISTORY, group_histories

        return self.fetch(lambda rows: [*group_histories(rows)], SELECT_HISTORY)

    def count(self) -> int:
        """Count the attempts on disk, undone ones included."""
        return self._count("SELECT COUNT(*) FROM attempts")

    def count_answers(self) -> int:
        """Count the answers as a learner does: without those that were undone, and without second tries."""
        return self._count(SELECT_ANSWER_COUNT)

    def count_tries(self, question: str) -> int:
        """Count the attempts at `question` on disk, from which the seed of its next numbers is made.

        Undone attempts are counted too; otherwise the same numbers would be drawn again.
        """
        return self._count("SELECT COUNT(*) FROM attempts WHERE question = ?", question)

    def latest_attempt(self, question: str) -> Attempt | None:
        """The last attempt at `question` that was not undone; `None` if there is none."""
        attempts = self._fetch_attempts("WHERE question = ? ORDER BY at DESC, number DESC LIMIT 1", question)
        return attempts[0] if attempts else None

    def attempt(self, key: str) -> Attempt | None:
        """The attempt with this key; `None` if there is none, or it was undone."""
        attempts = self._fetch_attempts("WHERE key = ?", key)
        return attempts[0] if attempts else None

    def recently_right(self) -> dict[str, datetime]:
        """Question that was answered right today or in the last hours → time of its last right answer."""
        return self._times_by_question(SELECT_RECENTLY_RIGHT, recent_since(self.clock(), self.day_starts).isoformat())

    def answered_lessons(self) -> set[str]:
        """The lessons with at least one attempt, also those that were undone."""
        return {str(row[0]) for row in self.rows("SELECT DISTINCT lesson FROM attempts")}

    def solved_questions(self, lesson: str) -> set[str]:
        """The questions of `lesson` that were answered right at least once."""
        rows = self.rows("SELECT DISTINCT question FROM standing WHERE lesson = ? AND verdict = 'right'", lesson)
        return {str(row[0]) for row in rows}

    def coded_exercises(self, *, passed: bool = False) -> set[str]:
        """The exercises for which code of the learner is on record; with `passed` only those whose code passed."""
        lowest_score = int(passed)  # 1 is the score of code that passes
        rows = self.rows(f"SELECT DISTINCT question FROM standing WHERE kind = '{CODE}' AND score >= ?", lowest_score)
        return {str(row[0]) for row in rows}

    def newest_code(self, exercise: str, *, passed: bool = False) -> str | None:
        """The newest code on record for an exercise; with `passed` the newest code that passed."""
        rows = self.rows(
            f"SELECT answer FROM standing WHERE question = ? AND kind = '{CODE}' AND score >= ? "
            "ORDER BY at DESC, number DESC LIMIT 1",
            exercise,
            int(passed),  # the lowest score, as in `coded_exercises`
        )
        return str(rows[0][0]) if rows else None

    @retry_after_repair
    def first_right_answers(self, lesson: str) -> dict[str, datetime]:
        """Question of `lesson` → when it was answered right for the first time."""
        return self._times_by_question(SELECT_FIRST_RIGHT, lesson)

    def _times_by_question(self, query: str, parameter: str) -> dict[str, datetime]:
        """The rows of a query with one parameter as question → time."""
        return {str(question): datetime.fromisoformat(at) for question, at in self.rows(query, parameter)}

    @retry_after_repair
    def reading_position(self, lesson: str) -> int | None:
        """The section of `lesson` that was read last, counted from 0; `None` if it was never opened."""
        rows = self.rows("SELECT section FROM places WHERE lesson = ?", lesson)
        return int(rows[0][0]) if rows else None

    @retry_after_repair
    def last_reading_position(self) -> tuple[str, int] | None:
        """The lesson and the section that were read last of all; `None` if no lesson was opened."""
        rows = self.rows("SELECT lesson, section FROM places ORDER BY at DESC, rowid DESC LIMIT 1")
        if not rows:
            return None
        ((lesson, section),) = rows
        return str(lesson), int(section)

    @retry_after_repair
    def reading_positions(self) -> dict[str, int]:
        """For each lesson that was opened, the section that was read last."""
        return {str(lesson): int(section) for lesson, section in self.rows("SELECT lesson, section FROM places")}

    def due(self, now: datetime | None = None, zone: tzinfo | None = None) -> list[str]:
        """List the questions whose review is due on the day of `now`, the longest overdue first.

        `zone` is the learner's; the machine's own when it is not given.
        """
        now = now or self.clock()
        query, *values = due_query(now, end_of_day(now, zone, self.day_starts))
        questions = [str(question) for (question,) in self.rows(query, *values)]
        return [question for question in questions if self.can_be_asked(question)]

    @retry_after_repair
    def next_due(self, now: datetime | None = None, zone: tzinfo | None = None) -> datetime | None:
        """When the first of the questions that are not due yet can be asked; `None` if there is none."""
        now = now or self.clock()
        due_now = {*self.due(now, zone)}
        moments = [
            earliest_review(state, datetime.fromisoformat(due), zone, self.day_starts)
            for question, due, state in self.rows("SELECT question, due, state FROM cards")
            if question not in due_now and self.can_be_asked(question)
        ]
        return min((moment for moment in moments if moment > now), default=None)

    @retry_after_repair
    def due_by_concept(self, now: datetime | None = None) -> dict[str, list[str]]:
        """Concept → its questions that are due at `now`, the longest overdue first; concepts by name."""
        due_by_concept: dict[str, list[str]] = {}
        concepts_of = dict(self.rows(SELECT_CONCEPTS))  # question → its concepts as JSON
        for question in self.due(now):
            for concept in parse_concepts(concepts_of[question]):
                due_by_concept.setdefault(concept, []).append(question)
        return dict(sorted(due_by_concept.items()))

    @retry_after_repair
    def forecast(self, days: int, now: datetime | None = None, zone: tzinfo | None = None) -> list[int]:
        """How many questions fall due on each of the next `days` days of the learner's calendar, today first.

        Today's number counts exactly the questions that are `due`. `zone` is by default the machine's.
        """
        now = now or self.clock()
        today = day_of(now, zone, self.day_starts)
        due_now = set(self.due(now, zone))
        counts = [0] * days
        if counts:
            counts[0] = len(due_now)
        for question, due in self.rows("SELECT question, due FROM cards"):
            days_ahead = (day_of(datetime.fromisoformat(due), zone, self.day_starts) - today).days
            if question not in due_now and 0 < days_ahead < days and self.can_be_asked(question):
                counts[days_ahead] += 1
        return counts

    def recalls(self, now: datetime | None = None) -> dict[str, float]:
        """Question → how likely it is remembered at `now`, 0 … 1, for every question with a card."""
        now = now or self.clock()
        parameters = parameters_from(self.stored(FITTED_NAME))
        recalls = {}
        for question, state in self.rows("SELECT question, state FROM cards"):
            with contextlib.suppress(*INVALID_VALUE_ERRORS):  # a damaged card is passed over
                recalls[str(question)] = recall_probability(state, now, parameters)
        return recalls

    @retry_after_repair
    def calibration(self) -> list[dict[str, Any]]:
        """A JSON object for each confidence that was given, the highest first: how many answers, how many right."""
        counts = {confidence: (attempts, right) for confidence, attempts, right in self.rows(SELECT_CALIBRATION)}
        objects = []
        for confidence in CONFIDENCES:
            if confidence and confidence in counts:
                attempts, right = counts[confidence]
                objects.append({"confidence": confidence, "attempts": attempts, "right": right})
        return objects

    def right_by_confidence(self) -> dict[str, tuple[int, int]]:
        """Confidence → how many answers were given with it, and how many of them were right."""
        return {str(confidence): (count, right) for confidence, count, right in self.rows(SELECT_RIGHT_BY_CONFIDENCE)}

    def answers_by_hour(self, since: datetime) -> list[tuple[datetime, int, int, int]]:
        """(middle of the hour, answers, right ones, those left out of an exam) for each hour of UTC from `since` on."""
        return self.fetch(_make_hours, SELECT_ANSWERS_BY_HOUR, since.astimezone(UTC).isoformat())

    def goal_progress(self, now: datetime | None = None, zone: tzinfo | None = None) -> GoalProgress | None:
        """How much of the learner's goal is done in the present day or week; `None` without a goal."""
        if self.goal is None:
            return None
        start = self.goal.period_start(now or self.clock(), zone, self.day_starts)
        # Without a record there is no row; SQL's sum of no answers is null.
        ((answers, seconds),) = self.rows(SELECT_DONE_SINCE, start.isoformat()) or [(None, None)]
        if self.goal.unit == "answer":
            return GoalProgress(self.goal, int(answers or 0))
        return GoalProgress(self.goal, int((seconds or 0.0) // 60))

    def seconds_spent(self) -> float:
        """Sum the seconds of all answers that were not undone."""
        rows = self.rows("SELECT COALESCE(SUM(seconds), 0) FROM standing")
        return float(rows[0][0]) if rows else 0.0

    def stored(self, name: str) -> str | None:
        """The text stored under `name`, such as the outcome of a placement test; `None` if there is none."""
        rows = self.rows("SELECT value FROM flags WHERE name = ?", name)
        return rows[0][0] if rows else None

    def flagged_questions(self) -> list[str]:
        """The questions that the learner flagged, in the order of time; a flag's text is its time, or "" if removed."""
        rows = self.rows(
            "SELECT name FROM flags WHERE substr(name, 1, ?) = ? AND value <> '' ORDER BY value, name",
            len(flagged.FLAGGED_PREFIX),
            flagged.FLAGGED_PREFIX,
        )
        return [flagged.question_of(str(name)) for (name,) in rows]

    def lessons_on_record(self) -> set[str]:
        """The lessons that were opened or answered, including lessons that no longer exist."""
        rows = self.rows("SELECT lesson FROM places UNION SELECT lesson FROM attempts")
        lessons = {str(lesson) for (lesson,) in rows}
        lessons |= {tasks.lesson_of(name) for name in self.stored_with(tasks.TASK_PREFIX)}
        lessons |= {pages.lesson_of(name) for name in self.stored_with(pages.PAGE_PREFIX)}
        return lessons

    def done_tasks(self, lesson: str) -> frozenset[str]:
        """The stored names of the tasks of `lesson` that were done."""
        return frozenset(self.stored_with(tasks.lesson_prefix(lesson)))

    @retry_after_repair
    def pages_read(self, lesson: str) -> frozenset[int]:
        """The pages of `lesson` that were read to their end, counted from 0.

        A reading position from before pages were recorded implies all pages up to it.
        """
        sections = [pages.section_of(name) for name in self.stored_with(pages.pages_prefix(lesson))]
        recorded = frozenset(section for section in sections if section is not None)
        return recorded | self._pages_implied(lesson)

    def _pages_implied(self, lesson: str) -> frozenset[int]:
        """The pages that count as read because the lesson's reading position is from before pages were recorded."""
        pages_since = self.stored(pages.PAGES_SINCE_NAME)
        for section, at in self.rows("SELECT section, at FROM places WHERE lesson = ?", lesson):  # one row, or none
            if pages.is_before_pages(at, pages_since):
                return frozenset(pages.pages_up_to(section))
        return frozenset()

    @retry_after_repair
    def solved_before_pages_were_recorded(self, lesson: str) -> frozenset[str]:
        """The questions of `lesson` answered right before pages were recorded; none if it was not read before."""
        pages_since = self.stored(pages.PAGES_SINCE_NAME)
        if pages_since is None:
            return frozenset()
        prefix = pages.pages_prefix(lesson)
        # Pages that an old reading position implied have its time once they are recorded (`pages.expand_position`).
        earlier_pages = self.rows(
            "SELECT 1 FROM flags WHERE substr(name, 1, ?) = ? AND value < ? LIMIT 1", len(prefix), prefix, pages_since
        )
        if not earlier_pages and not self._pages_implied(lesson):
            return frozenset()
        return frozenset(str(row[0]) for row in self.rows(SELECT_SOLVED_BEFORE, lesson, pages_since))

    def stored_with(self, prefix: str) -> dict[str, str]:
        """The texts that are stored under names that begin with `prefix`: name → text."""
        rows = self.rows("SELECT name, value FROM flags WHERE substr(name, 1, ?) = ?", len(prefix), prefix)
        return {str(name): str(value) for name, value in rows}

    def count_in_lesson(self, lesson: str) -> int:
        """Count the attempts at the questions of `lesson` on disk, also those that were undone."""
        return self._count("SELECT COUNT(*) FROM attempts WHERE lesson = ?", lesson)

    @retry_after_repair
    def answers(self) -> "list[AnswerTotals]":
        """Aggregate the answers by question: counts, and the latest scores on fresh numbers."""
        from tutor.progress.review.mastery import SELECT_COUNTS

        return self.fetch(self._make_answers, SELECT_COUNTS)

    def _make_answers(self, count_rows: list[tuple[Any, ...]]) -> "list[AnswerTotals]":
        """Join each question's row of `SELECT_COUNTS` with its lesson, concepts and fresh scores."""
        from tutor.progress.review.mastery import SELECT_FRESH, SELECT_LESSON_AND_CONCEPTS, AnswerTotals

        questions = [question for question, *_ in count_rows]
        lesson_rows = self.rows_for_each(SELECT_LESSON_AND_CONCEPTS, questions)  # one row for each question
        fresh_rows = self.rows_for_each(SELECT_FRESH, questions)
        answers = []
        for counts, [(lesson, concepts)], fresh_scores in zip(count_rows, lesson_rows, fresh_rows, strict=True):
            question, attempts, right, seconds, left_out, is_solved = counts
            answers.append(
                AnswerTotals(
                    question=question,
                    lesson=lesson,
                    concepts=parse_concepts(concepts),
                    attempts=attempts,
                    right=right,
                    seconds=seconds,
                    left_out=left_out,
                    is_solved=bool(is_solved),
                    fresh_scores=fresh_scores,
                )
            )
        return answers

    @retry_after_repair
    def concepts(self, answers: "Sequence[AnswerTotals] | None" = None) -> list[dict[str, Any]]:
        """How well each answered concept is known, by name; pass `answers` if they were read already."""
        from tutor.progress.review import mastery

        return mastery.by_concept(self.answers() if answers is None else answers, self.recalls())

    @retry_after_repair
    def reviews_needed(self, answers: "Sequence[AnswerTotals] | None" = None) -> "dict[str, NeededReviews]":
        """Concept → the reviews that it needs to become strong; pass `answers` if they were read already."""
        from tutor.progress.review.needed import find_needed_reviews

        cards = {
            str(question): (str(due), str(state))
            for question, due, state in self.rows("SELECT question, due, state FROM cards")
            if self.can_be_asked(str(question))
        }
        return find_needed_reviews(
            self.answers() if answers is None else answers,
            cards,
            now=self.clock(),
            day_of=lambda at: day_of(at, day_starts=self.day_starts),
            parameters=parameters_from(self.stored(FITTED_NAME)),
        )

    @retry_after_repair
    def summary(self) -> dict[str, Any]:
        """The JSON object of the whole record, to which `chainrule progress --json` adds what the course knows."""
        from tutor.progress.review import mastery

        answers = self.answers()
        concepts = self.concepts(answers)
        ((last_attempt,),) = self.rows("SELECT MAX(at) FROM standing") or [(None,)]  # null without an attempt
        return {
            "attempts": self.count(),
            "lessons": mastery.by_lesson(answers, self.reading_positions()),
            "concepts": concepts,
            "weak": mastery.weak_concepts({"concepts": concepts}),
            "due": self.due(),
            "forecast": self.forecast(7),
            "last_attempt": str(last_attempt) if last_attempt else None,
        }


def _make_hours(rows: list[tuple[Any, ...]]) -> list[tuple[datetime, int, int, int]]:
    """The rows of `SELECT_ANSWERS_BY_HOUR`, with the middle of each hour instead of its text, as `2026-03-01T12`."""
    return [(datetime.fromisoformat(f"{hour}:30:00+00:00"), *counts) for hour, *counts in rows]

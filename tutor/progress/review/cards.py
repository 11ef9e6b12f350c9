"""The table of cards: one for each question, derived from the attempts that count and from nothing else.

A question of a lesson is a family: each time it comes with fresh numbers, and all of them share one card.

Clocks are wrong at times. An attempt whose time is still to come, because the clock was ahead when it was made,
counts as made now; and a card that was last reviewed more than a day from now is due. Nothing is put off for years
because a clock once stood in the wrong year, and nothing is asked twice because it went back by an hour.
"""

import json
import math
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from tutor.progress.review.fitted import parameters_in_use
from tutor.progress.review.schedule import (
    EASY,
    MAX_TIMES_FOR_MEDIAN,
    RatedAnswer,
    beginning_of_day,
    rate_answer,
    replay,
    review_card,
    usual_seconds,
)
from tutor.progress.tables.attempt import RETRY, Attempt

REPLACE_CARD = "INSERT OR REPLACE INTO cards VALUES (?, ?, ?)"
CLOCK_TOLERANCE = timedelta(days=1)
"""A last review later than now by more than this was made by a clock that was wrong."""
SELECT_USUAL_TIMES = f"""
    SELECT seconds FROM attempts
    WHERE kind = ? AND at < ? AND score = 1 AND hints = 0 AND seconds > 0 AND mode <> '{RETRY}'
    ORDER BY at DESC LIMIT {MAX_TIMES_FOR_MEDIAN}
"""
SELECT_ALL_TIMES = f"""
    SELECT at, seconds FROM attempts
    WHERE kind = ? AND score = 1 AND hints = 0 AND seconds > 0 AND mode <> '{RETRY}' ORDER BY at
"""
MANY_QUESTIONS = 20
"""From this many questions on, it is quicker to read all times of a kind once than a few times for each answer."""
SELECT_REVIEWS = f"""
    SELECT kind, score, hints, seconds, confidence, at FROM standing
    WHERE question = ? AND verdict <> 'left out' AND mode <> '{RETRY}' ORDER BY at, number
"""
"""The answers to a question; one that was left out of an exam was neither recalled nor forgotten, and a second try
shows nothing that the first did not."""
SELECT_REVIEW_BEFORE = f"""
    SELECT at FROM standing WHERE question = ? AND key <> ? AND verdict <> 'left out' AND mode <> '{RETRY}'
    ORDER BY at DESC LIMIT 1
"""
LAST_REVIEW = "CASE WHEN json_valid(state) THEN json_extract(state, '$.last_review') ELSE '' END"
IS_LEARNING_STEP = "CASE WHEN json_valid(state) THEN COALESCE(json_extract(state, '$.state'), 2) IN (1, 3) ELSE 0 END"
"""Whether FSRS asks again within minutes, in its states 1 (learning) and 3 (relearning); 2 is review."""
MIN_REVIEW_INTERVAL = timedelta(hours=4)
"""A question answered less than this ago is not due: FSRS's steps of minutes are too short for a course."""
SELECT_DUE = f"""
    SELECT question FROM cards
    WHERE due <= ?4
        OR (due < ?2 AND COALESCE({LAST_REVIEW}, '') <= ?4 AND (due <= ?1 OR NOT {IS_LEARNING_STEP}))
        OR {LAST_REVIEW} > ?3
    ORDER BY due, question
"""
"""The four values come from `due_query`: now; the end of the day; the time from which a last review is implausible;
and the time until which a last review is at least `MIN_REVIEW_INTERVAL` ago. A card that was due by the fourth time was
also reviewed before it, so its state need not be read."""

SELECT_FIRST_RIGHT = """
    SELECT question, MIN(at) FROM standing WHERE lesson = ? AND verdict = 'right' GROUP BY question
"""
SELECT_RECENTLY_RIGHT = "SELECT question, MAX(at) FROM standing WHERE verdict = 'right' AND at >= ? GROUP BY question"


def due_query(now: datetime, end: datetime) -> tuple[str, str, str, str, str]:
    """The query for the questions that are due at `now`, on a day that ends at `end`: its SQL, then its four values.

    A review that FSRS schedules in days is due from the beginning of its day. A question that is being learned is
    scheduled in minutes, and due at its minute. No question is due within `MIN_REVIEW_INTERVAL` after its last review.
    """
    now, end = now.astimezone(UTC), end.astimezone(UTC)
    implausible_from, reviewed_until = now + CLOCK_TOLERANCE, now - MIN_REVIEW_INTERVAL
    return (
        SELECT_DUE,
        now.isoformat(),
        end.isoformat(),
        implausible_from.isoformat(),
        reviewed_until.isoformat(),
    )


def recent_since(now: datetime, day_starts: int) -> datetime:
    """The moment from which on a right answer is recent, so that a quiz asks its question last.

    It is the start of the day, or `MIN_REVIEW_INTERVAL` ago if that is earlier.
    """
    return min(beginning_of_day(now, day_starts=day_starts), now.astimezone(UTC) - MIN_REVIEW_INTERVAL)


def earliest_review(state: str, due: datetime, zone: tzinfo | None, day_starts: int) -> datetime:
    """When the question of a card can be asked for the first time after its last review, by the rule of `due_query`.

    Raises:
        ValueError, KeyError, TypeError: `state` is not what a review left.
    """
    card = json.loads(state)
    interval_end = datetime.fromisoformat(card["last_review"]) + MIN_REVIEW_INTERVAL
    is_learning_step = card.get("state", 2) in (1, 3)  # FSRS's states, as in `IS_LEARNING_STEP`
    due_from = due if is_learning_step else beginning_of_day(due, zone, day_starts)
    return max(interval_end, due_from)


def schedule_next(database: sqlite3.Connection, attempt: Attempt, now: datetime) -> None:
    """Schedule the next review of a question after an attempt that has just been added.

    Usually the new card is computed from the old one. Instead, all attempts are replayed if the old card does not come
    from the previous attempt, if the previous attempt has a later time, or if the card is damaged. A retry changes
    nothing.
    """
    if attempt.mode == RETRY:
        return
    at = attempt.at.astimezone(UTC).isoformat()
    row = database.execute(SELECT_REVIEW_BEFORE, (attempt.question, attempt.key)).fetchone()
    previous_at = row[0] if row else None
    card = database.execute(
        f"SELECT state, {LAST_REVIEW} FROM cards WHERE question = ?", (attempt.question,)
    ).fetchone()
    state, last_review = card or (None, None)  # a question that is answered for the first time has no card
    is_out_of_order = previous_at is not None and previous_at > at
    is_from_previous = last_review == previous_at  # both are `None` at the first answer to a question
    if not is_from_previous or is_out_of_order:
        reschedule(database, [attempt.question], now)
        return
    times_before = partial(_times_before, database)
    rating = _rate(times_before, attempt.kind, attempt.score, attempt.hints, attempt.seconds, attempt.confidence, at)
    try:
        state, due = review_card(state, rating, attempt.at, parameters_in_use(database))
    except (ValueError, KeyError, TypeError):  # the card is damaged, but the attempts are not
        reschedule(database, [attempt.question], now)
        return
    database.execute(REPLACE_CARD, (attempt.question, due.isoformat(), state))


def reschedule(database: sqlite3.Connection, questions: Iterable[str], now: datetime) -> None:
    """Recompute the cards of `questions` from their attempts that count, in the order of time.

    Each attempt is rated by the learner's usual times at its moment, as the record has them now: after a merge or a
    deletion the rating may differ from the one that it was given first. A card without attempts is deleted.
    """
    parameters = parameters_in_use(database)
    for question, reviews in rated_reviews(database, questions, now):
        if not reviews:
            database.execute("DELETE FROM cards WHERE question = ?", (question,))
            continue
        state, due = replay(reviews, parameters)
        database.execute(REPLACE_CARD, (question, due.isoformat(), state))


def reschedule_all(database: sqlite3.Connection, now: datetime) -> None:
    """Recompute every card, after the schedule itself has changed."""
    questions = database.execute("SELECT DISTINCT question FROM attempts ORDER BY question").fetchall()
    reschedule(database, [str(question) for (question,) in questions], now)


def rated_reviews(
    database: sqlite3.Connection, questions: Iterable[str], now: datetime
) -> Iterator[tuple[str, list[RatedAnswer]]]:
    """Yield (question, the ratings and times of its answers that count, the oldest first)."""
    question_list = list(questions)
    times_before: TimesBefore = partial(_times_before, database)
    if len(question_list) >= MANY_QUESTIONS:
        times_before = PastTimes(database).before
    for question in question_list:
        reviews = []
        for kind, score, hints, seconds, confidence, at in database.execute(SELECT_REVIEWS, (question,)).fetchall():
            rating = _rate(times_before, kind, score, hints, seconds, confidence, at)
            reviews.append((rating, min(now, datetime.fromisoformat(at))))  # a time after now: the clock was wrong
        yield question, reviews


TimesBefore = Callable[[str, str], Sequence[float]]
"""Called with (kind, time in UTC as the record writes it).

Returns the seconds that the learner's last right answers to questions of that kind took before then.
"""


def _times_before(database: sqlite3.Connection, kind: str, utc_text: str) -> list[float]:
    """A `TimesBefore` that reads a few times from the record at each call, the newest first."""
    return [float(seconds) for (seconds,) in database.execute(SELECT_USUAL_TIMES, (kind, utc_text))]


class PastTimes:
    """The learner's times for questions of each kind; all times of a kind are read at the first request for one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._times_by_kind: dict[str, tuple[list[str], list[float]]] = {}
        """Kind → when its answers were given, and how many seconds each took, the newest last."""

    def before(self, kind: str, utc_text: str) -> list[float]:
        """A `TimesBefore`: the same times as `_times_before` reads, the newest last."""
        if kind not in self._times_by_kind:
            rows = self._database.execute(SELECT_ALL_TIMES, (kind,)).fetchall()
            self._times_by_kind[kind] = [answered_at for answered_at, _ in rows], [float(time) for _, time in rows]
        moments, seconds = self._times_by_kind[kind]
        earlier_count = bisect_left(moments, utc_text)
        return seconds[max(0, earlier_count - MAX_TIMES_FOR_MEDIAN) : earlier_count]


def _rate(
    times_before: TimesBefore, kind: str, score: float, hints: int, seconds: float, confidence: str, utc_text: str
) -> int:
    """The rating of an attempt made at `utc_text`; the learner's earlier times are read only if it depends on them."""
    # Compared with a usual time of infinity, every answer is quick.
    rating_if_quick = rate_answer(score, hints, seconds, math.inf, confidence, kind)
    if rating_if_quick != EASY:  # only that rating depends on quickness
        return rating_if_quick
    return rate_answer(score, hints, seconds, usual_seconds(kind, times_before(kind, utc_text)), confidence, kind)

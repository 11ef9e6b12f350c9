"""The schedule's table: one card a question, which follows from the question's attempts and nothing else."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from tutor.progress.attempt import Attempt
from tutor.progress.schedule import rating, replay, review

WRITE = "INSERT OR REPLACE INTO cards VALUES (?, ?, ?)"


def move_on(database: sqlite3.Connection, attempt: Attempt) -> None:
    """Schedule the next review of a question after an attempt that has just been added."""
    found = database.execute("SELECT state FROM cards WHERE question = ?", (attempt.question,)).fetchone()
    rated = rating(attempt.score, attempt.hints, attempt.seconds)
    try:
        state, due = review(found[0] if found else None, rated, attempt.at)
    except (ValueError, KeyError, TypeError):  # the card is spoiled, the attempts it came from are not
        schedule_anew(database, [attempt.question])
        return
    database.execute(WRITE, (attempt.question, due.isoformat(), state))


def schedule_anew(database: sqlite3.Connection, questions: Iterable[str]) -> None:
    """Work out the cards of `questions` from all their attempts in the order of time."""
    for question in questions:
        rows = database.execute(
            "SELECT score, hints, seconds, at FROM attempts WHERE question = ? ORDER BY at, number", (question,)
        )
        state, due = replay(
            (rating(score, hints, seconds), datetime.fromisoformat(at)) for score, hints, seconds, at in rows
        )
        database.execute(WRITE, (question, due.isoformat(), state))

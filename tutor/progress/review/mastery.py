"""How well each concept is known: the chance that its next question is answered right, now.

Two numbers make a concept's level, `level = known × recall`.

`known` comes from the answers: a Beta distribution for the chance of a right answer, uniform at first, its counts
discounted by `ANSWER_DISCOUNT` with each further answer, since a learner changes,

    known = (1 + Σ γᵏ sₖ)/(2 + Σ γᵏ),  k = 0 … 49, 0 for the newest answer, s its score, γ = 0.9

(the mean of the posterior; the power discount of J. Q. Smith, "A Generalization of the Bayesian Steady Forecasting
Model", Journal of the Royal Statistical Society B 41, 1979). One right answer gives 2/3, never 1; about the last ten
decide. Only answers to fresh numbers count: the first to a question with the same numbers. A right answer after a
hint, or one that was called a guess, counts half; a second try does not count. An answer counts for the concepts that
its question had last.

`recall` comes from the schedule: the mean over the concept's questions of the chance that each is still remembered
(`tutor.progress.review.schedule.recall`). So a level drops while nothing is asked, and comes back with a review.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tutor.progress.tables.attempt import RETRY

ANSWER_DISCOUNT = 0.9
"""γ: the factor by which an answer's weight falls with each later answer."""
MAX_COUNTED_ANSWERS = 50
"""How many answers count; the next one would weigh half a hundredth."""
WEAK_LEVEL = 0.6
"""A concept whose level is below this is weak; a single right answer is above it, a single wrong one below."""
MASTERED_LEVEL = 0.8
"""A concept at or above this is strong: four right answers in a row, all of them remembered."""
GOING_WELL_LEVEL = 0.7
"""At or above this level a concept is going well when its lesson is completed.

It is lower than `MASTERED_LEVEL`, since a lesson seldom asks four questions about one concept.
"""

SELECT_COUNTS = f"""
    SELECT question, SUM(mode <> '{RETRY}'), SUM(score = 1 AND mode <> '{RETRY}'), SUM(seconds),
        SUM(verdict = 'left out'), MAX(verdict = 'right')
    FROM standing GROUP BY question HAVING SUM(mode <> '{RETRY}') > 0
"""
"""The totals of each question that was answered; code with only drafts counts as not answered."""
SELECT_LESSON_AND_CONCEPTS = (
    "SELECT lesson, concepts FROM attempts WHERE question = ? ORDER BY at DESC, number DESC LIMIT 1"
)
SELECT_FRESH = f"""
    SELECT at, number, CASE WHEN hints > 0 OR confidence = 'guess' THEN score / 2 ELSE score END FROM standing s
    WHERE question = ? AND verdict <> 'left out' AND mode <> '{RETRY}' AND NOT EXISTS (
        SELECT 1 FROM attempts b
        WHERE b.question = s.question AND b.seed = s.seed AND (b.at, b.number) < (s.at, s.number)
            AND b.key NOT IN (SELECT key FROM undone)
    )
    ORDER BY at DESC LIMIT {MAX_COUNTED_ANSWERS}
"""
"""The last answers to a question with fresh numbers, the newest first. A question left out of an exam shows nothing of
what is known, but its numbers are no longer fresh, since the exam showed the solution."""


class AnswerTotals(msgspec.Struct, frozen=True):
    """The totals of the answers to one question (undone ones not counted), and how often it was left out of an exam."""

    question: str
    lesson: str
    concepts: tuple[str, ...]
    attempts: int
    """How often it was asked, including the times it was left out."""
    right: int
    seconds: float
    """The seconds of all answers together."""
    left_out: int
    is_solved: bool
    """Whether it was ever answered right, even at a second try."""
    fresh_scores: Sequence[tuple[str, int, float]]
    """(time in UTC, number on record, score as it counts) of the last answers to fresh numbers, in any order.

    Numbers are fresh at the first answer to a question with them.
    """


def level(scores: Sequence[float]) -> float:
    """Estimate the chance that the next answer is right from past scores, the oldest first; 0 for no scores.

    It is estimated as if one right and one wrong answer came before, which are never discounted.
    """
    discounted_score = discounted_count = 0.0  # Σ γᵏ sₖ and Σ γᵏ
    for score in scores[-MAX_COUNTED_ANSWERS:]:
        discounted_score = ANSWER_DISCOUNT * discounted_score + score
        discounted_count = ANSWER_DISCOUNT * discounted_count + 1
    if not discounted_count:
        return 0.0
    return (1 + discounted_score) / (2 + discounted_count)


def known_at(answers: Iterable[AnswerTotals], until: str) -> dict[str, float]:
    """Concept → `known` (see this module's docstring), computed from the answers given before `until`.

    `until` is a time in UTC as the record writes it. Concepts without an answer before it are left out.
    """
    fresh_scores_by_concept: dict[str, list[tuple[str, int, float]]] = {}
    for totals in answers:
        earlier = [(at, number, score) for at, number, score in totals.fresh_scores if at < until]
        for concept in totals.concepts:
            fresh_scores_by_concept.setdefault(concept, []).extend(earlier)
    return {
        concept: level(scores_in_order(fresh_scores))
        for concept, fresh_scores in fresh_scores_by_concept.items()
        if fresh_scores
    }


def scores_in_order(fresh_scores: Iterable[tuple[str, int, float]]) -> list[float]:
    """The scores alone, the oldest first; each comes as (time, number on record, score)."""
    return [score for _, _, score in sorted(fresh_scores)]


def all_scores_in_order(answers: Iterable[AnswerTotals]) -> list[float]:
    """The scores of the answers to fresh numbers, of several questions together, the oldest first."""
    fresh_scores: list[tuple[str, int, float]] = []
    for totals in answers:
        fresh_scores.extend(totals.fresh_scores)
    return scores_in_order(fresh_scores)


def answers_by_concept(answers: Iterable[AnswerTotals]) -> dict[str, list[AnswerTotals]]:
    """Concept → the totals of each question on it; concepts are sorted by name."""
    by_name: dict[str, list[AnswerTotals]] = {}
    for totals in answers:
        for concept in totals.concepts:
            by_name.setdefault(concept, []).append(totals)
    return dict(sorted(by_name.items()))


def by_concept(answers: Iterable[AnswerTotals], recalls: Mapping[str, float]) -> list[dict[str, Any]]:
    """A JSON object for each concept, by name: attempts, right ones, mean seconds, `known`, `recall`, and `level`.

    `recalls` is question → how likely it is remembered now, 0 … 1.
    """
    return [_concept_row(concept, group, recalls) for concept, group in answers_by_concept(answers).items()]


def _concept_row(concept: str, answers: list[AnswerTotals], recalls: Mapping[str, float]) -> dict[str, Any]:
    """The JSON object of one concept; `answers` are those to its questions."""
    known = level(all_scores_in_order(answers))
    question_recalls = [recalls[totals.question] for totals in answers if totals.question in recalls]
    recall = sum(question_recalls) / len(question_recalls) if question_recalls else 1.0  # 1: nothing to forget
    attempts = sum(totals.attempts for totals in answers)
    left_out = sum(totals.left_out for totals in answers)
    answered = max(1, attempts - left_out)  # at least 1, since it divides the seconds
    return {
        "id": concept,
        "attempts": attempts,
        "right": sum(totals.right for totals in answers),
        "left_out": left_out,
        "level": round(known * recall, 4),
        "known": round(known, 4),
        "recall": round(recall, 4),
        "seconds": round(sum(totals.seconds for totals in answers) / answered, 1),
    }


def by_lesson(answers: Iterable[AnswerTotals], places: Mapping[str, int]) -> list[dict[str, Any]]:
    """A JSON object for each lesson that was opened or asked about: attempts, right answers, questions solved, section.

    What was left out of an exam is among the attempts, and also counted by itself. `places` is lesson → the section
    read last.
    """
    rows = {lesson: _empty_lesson_row(lesson, section) for lesson, section in places.items()}
    for totals in answers:
        row = rows.setdefault(totals.lesson, _empty_lesson_row(totals.lesson, None))
        row["attempts"] += totals.attempts
        row["right"] += totals.right
        row["left_out"] += totals.left_out
        row["solved"] += totals.is_solved
    return [rows[lesson] for lesson in sorted(rows)]


def _empty_lesson_row(lesson: str, section: int | None) -> dict[str, Any]:
    """The JSON object of a lesson without answers; `section` is the one read last, `None` if it was never opened."""
    return {"id": lesson, "attempts": 0, "right": 0, "left_out": 0, "solved": 0, "section": section}


def weak_concepts(summary: Mapping[str, Any]) -> list[str]:
    """The concepts of a record's summary whose level is below `WEAK_LEVEL`, the weakest first."""
    weak = [(row["level"], row["id"]) for row in summary["concepts"] if row["level"] < WEAK_LEVEL]
    return [concept for _, concept in sorted(weak)]

"""How well each concept is known: the chance that its next question is answered right, now.

Two numbers make a concept's level, `level = known × recall`.

`known` comes from the answers: a Beta distribution for the chance of a right answer, uniform at first, its counts
discounted by `DISCOUNT` with each further answer, since a learner changes,

    known = (1 + Σ γᵏ sₖ)/(2 + Σ γᵏ),  k = 0 for the newest answer, s its score, γ = 0.9

(the mean of the posterior; the power discount of J. Q. Smith, "A Generalization of the Bayesian Steady Forecasting
Model", Journal of the Royal Statistical Society B 41, 1979). One right answer gives 2/3, never 1; about the last ten
decide. Only answers to fresh numbers count: the first to a question with the same numbers. A right answer after a
hint, or one that was called a guess, counts half.

`recall` comes from the schedule: the mean over the concept's questions of the chance that each is still remembered
(`tutor.progress.schedule.recall`). So a level drops while nothing is asked, and comes back with a review.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.progress.attempt import concepts_in

DISCOUNT = 0.9
"""γ: what an answer weighs for each one that came after it."""
WEAK = 0.6
"""A concept whose level is below this is weak; a single right answer is above it, a single wrong one below."""

ROWS = """
    SELECT concepts, question, seed, score, hints > 0 OR confidence = 'guess', seconds
    FROM standing ORDER BY at, number
"""
"""What the levels are worked out from, the oldest first."""
LESSONS = """
    SELECT lesson, COUNT(*), SUM(score = 1), COUNT(DISTINCT CASE WHEN score = 1 THEN question END)
    FROM standing GROUP BY lesson
"""


@dataclass(slots=True)
class Tally:
    """The answers to one concept so far."""

    attempts: int = 0
    right: int = 0
    seconds: float = 0.0
    success: float = 0.0
    """Σ γᵏ sₖ."""
    weight: float = 0.0
    """Σ γᵏ."""

    def take(self, score: float) -> None:
        """Count an answer to fresh numbers, later than all before."""
        self.success = DISCOUNT * self.success + score
        self.weight = DISCOUNT * self.weight + 1

    @property
    def known(self) -> float:
        """The mean of the posterior, 0 … 1."""
        return (1 + self.success) / (2 + self.weight)


def level(scores: Iterable[float]) -> float:
    """What a series of scores, the oldest first, says about the next answer; 0 for none, since nothing was shown."""
    tally = Tally()
    for score in scores:
        tally.take(score)
    return tally.known if tally.weight else 0.0


def by_concept(rows: Iterable[tuple[Any, ...]], recalls: Mapping[str, float]) -> list[dict[str, Any]]:
    """For each concept, by name: attempts, right ones, mean seconds, `known`, `recall`, and `level`, their product.

    `rows` come as `ROWS` gives them; `recalls` says of each question how likely it is remembered now.
    """
    tallies: dict[str, Tally] = {}
    questions: dict[str, set[str]] = {}
    seen: set[tuple[str, int]] = set()
    for concepts, question, seed, score, helped, seconds in rows:
        fresh = (question, seed) not in seen
        seen.add((question, seed))
        for concept in concepts_in(concepts):
            tally = tallies.get(concept) or tallies.setdefault(concept, Tally())
            tally.attempts += 1
            tally.right += score == 1
            tally.seconds += seconds
            if fresh:
                tally.take(score / 2 if helped else score)
                questions.setdefault(concept, set()).add(question)
    return [
        _row(concept, tally, [recalls[name] for name in questions[concept] if name in recalls])
        for concept, tally in sorted(tallies.items())
    ]


def _row(concept: str, tally: Tally, recalls: list[float]) -> dict[str, Any]:
    recall = sum(sorted(recalls)) / len(recalls) if recalls else 1.0
    return {
        "id": concept,
        "attempts": tally.attempts,
        "right": tally.right,
        "level": round(tally.known * recall, 4),
        "known": round(tally.known, 4),
        "recall": round(recall, 4),
        "seconds": round(tally.seconds / tally.attempts, 1),
    }


def by_lesson(rows: Iterable[tuple[Any, ...]], places: Mapping[str, int]) -> list[dict[str, Any]]:
    """For each lesson that was opened or asked: attempts, right answers, questions solved, the section read last.

    `rows` come as `LESSONS` gives them.
    """
    found = {lesson: (attempts, right, solved) for lesson, attempts, right, solved in rows}
    lessons = []
    for lesson in sorted({*found, *places}):
        attempts, right, solved = found.get(lesson, (0, 0, 0))
        row = {"id": lesson, "attempts": attempts, "right": right, "solved": solved}
        lessons.append(row | {"section": places.get(lesson)})
    return lessons


def weak(summary: Mapping[str, Any]) -> list[str]:
    """The concepts of a record's summary whose level is below `WEAK`, the weakest first."""
    below = [(row["level"], row["id"]) for row in summary["concepts"] if row["level"] < WEAK]
    return [concept for _, concept in sorted(below)]

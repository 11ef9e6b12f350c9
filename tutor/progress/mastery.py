"""How well each lesson and concept is known, from the answers on record.

A concept's level is an exponentially weighted mean of its scores, the newest counting most:
level ← level + (score − level)/min(n, 5), so that the last handful of answers decides and one slip
does not undo many right ones (Brown 1959, simple exponential smoothing, with a warm start).
"""

from collections.abc import Iterable
from typing import Any

from tutor.progress.attempt import Attempt

MEMORY = 5
"""About how many of the last answers decide."""


def level(scores: Iterable[float]) -> float:
    """0 … 1 for a series of scores, the oldest first; 0 for none."""
    found = 0.0
    for number, score in enumerate(scores, 1):
        found += (score - found) / min(number, MEMORY)
    return found


def by_concept(attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """For each concept: how many attempts, how many right, its level; by name."""
    scores: dict[str, list[float]] = {}
    for attempt in attempts:
        for concept in attempt.concepts:
            scores.setdefault(concept, []).append(attempt.score)
    return [
        {
            "id": concept,
            "attempts": len(found),
            "right": sum(score == 1 for score in found),
            "level": round(level(found), 4),
        }
        for concept, found in sorted(scores.items())
    ]


def by_lesson(attempts: Iterable[Attempt], places: dict[str, int]) -> list[dict[str, Any]]:
    """For each lesson that was opened or asked: attempts, right answers, questions solved, the section read last."""
    rows: dict[str, dict[str, Any]] = {}
    solved: dict[str, set[str]] = {}
    for lesson, section in places.items():
        rows[lesson] = {"id": lesson, "attempts": 0, "right": 0, "solved": 0, "section": section}
    for attempt in attempts:
        row = rows.setdefault(
            attempt.lesson, {"id": attempt.lesson, "attempts": 0, "right": 0, "solved": 0, "section": None}
        )
        row["attempts"] += 1
        if attempt.score == 1:
            row["right"] += 1
            solved.setdefault(attempt.lesson, set()).add(attempt.question)
        row["solved"] = len(solved.get(attempt.lesson, ()))
    return sorted(rows.values(), key=lambda row: str(row["id"]))

"""How quick an answer was is judged by the times that this learner needed before it."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, attempt
from tutor.progress.record.store import Store
from tutor.progress.review.cards import rated_reviews
from tutor.progress.review.schedule import AGAIN, EASY, GOOD, HARD


@pytest.mark.parametrize(
    ("seconds", "confidence", "hints", "score", "rated"),
    [
        (9.0, "sure", 0, 1.0, EASY),
        (11.0, "sure", 0, 1.0, GOOD),
        (9.0, "think", 0, 1.0, GOOD),
        (9.0, "sure", 1, 1.0, HARD),
        (9.0, "sure", 0, 0.0, AGAIN),
    ],
)
def test_an_answer_is_easy_in_half_of_the_usual_time_before_it(
    tmp_path: Path, seconds: float, confidence: str, hints: int, score: float, rated: int
) -> None:
    asked = replace(
        attempt(50, score=score, hints=hints, at=START), question="asked", seconds=seconds, confidence=confidence
    )
    with closing(Store.open(tmp_path / "record", Clock())) as store:
        for number in range(-9, 10):  # half of them later, and quicker
            at = START + timedelta(minutes=number or -10)
            store.add(replace(attempt(number + 10, at=at), seconds=20.0 if number <= 0 else 3.0))
        store.add(asked)
        with store.transaction("a look") as database:
            assert [rating for rating, _ in rated_reviews(database, "asked", START)] == [rated]

"""How quick an answer was is judged by the times that this learner needed before it."""

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, attempt
from tutor.progress.record.store import Store
from tutor.progress.review.cards import MANY_QUESTIONS, rated_reviews
from tutor.progress.review.schedule import AGAIN, EASY, GOOD, HARD
from tutor.progress.tables.attempt import INSERT_ATTEMPT, RETRY

LATER = START + timedelta(days=30)


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
            ((_, reviews),) = rated_reviews(database, ["asked"], START)
            assert [rating for rating, _ in reviews] == [rated]


def test_cards_of_many_questions_at_once_are_those_of_each_by_itself(tmp_path: Path) -> None:
    rng = random.Random(7)
    questions = [f"q{number}" for number in range(MANY_QUESTIONS)]
    with closing(Store.open(tmp_path / "record", Clock())) as store, store.transaction("answers") as database:
        for number in range(600):
            given = attempt(number, score=rng.choice((0.0, 0.5, 1.0, 1.0, 1.0)), hints=rng.choice((0, 0, 1)))
            given = replace(
                given,
                question=rng.choice(questions),
                kind=rng.choice(("number", "choice")),
                at=START + timedelta(hours=rng.randrange(400)),  # many at the same moment
                seconds=rng.choice((0.0, 3.0, 9.0, 20.0, 50.0)),
                confidence=rng.choice(("", "sure", "guess")),
                mode=rng.choice(("practice", RETRY)),
            )
            database.execute(INSERT_ATTEMPT, given.row())
        together = list(rated_reviews(database, questions, LATER))
        one_by_one = [pair for question in questions for pair in rated_reviews(database, [question], LATER)]
        assert together == one_by_one
        assert {rating for _, reviews in together for rating, _ in reviews} == {1, 2, 3, 4}

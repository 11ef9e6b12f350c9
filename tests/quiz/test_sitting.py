"""What a sitting puts on record."""

from pathlib import Path

from tests.quiz.helping import sitting, typed
from tutor.questions.handed import Handed


def test_a_learner_who_went_away_did_not_think_for_hours(tmp_path: Path) -> None:
    held = sitting(tmp_path)
    for seconds in (12.5, 4 * 3600.0):
        instance = held.instance("double-it")
        held.submit(instance, Handed(typed(instance), 0, seconds, ""), mode="lesson")
    assert [attempt.seconds for attempt in held.store.attempts()] == [12.5, 600.0]

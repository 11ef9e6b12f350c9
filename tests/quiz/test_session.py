"""What a session puts on record."""

from pathlib import Path

from tests.quiz.helping import session, typed
from tutor.questions.answers.submission import Submission


def test_a_learner_who_went_away_did_not_think_for_hours(tmp_path: Path) -> None:
    held = session(tmp_path)
    for seconds in (12.5, 4 * 3600.0):
        instance = held.make_instance("double-it")
        held.submit(instance, Submission(typed(instance), 0, seconds, ""), mode="lesson")
    assert [attempt.seconds for attempt in held.store.attempts()] == [12.5, 600.0]


def test_asked_again_a_question_has_other_numbers_than_those_whose_answer_was_shown(tmp_path: Path) -> None:
    held = session(tmp_path)
    instance = held.make_instance("double-it")
    for _ in range(30):
        held.submit(instance, Submission("1", 0, 1.0, ""))
        again = held.redraw_instance(instance)
        assert again.names != instance.names
        instance = again


def test_a_question_without_numbers_is_asked_again_as_it_is(tmp_path: Path) -> None:
    held = session(tmp_path)
    instance = held.make_instance("which-is-more")
    assert held.redraw_instance(instance).prompt == instance.prompt

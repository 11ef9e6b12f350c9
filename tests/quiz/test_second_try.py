"""A second try on record: beside the first answer, which alone moves schedule, levels and shares."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tests.quiz.helping import session, typed
from tests.screens.story import NOW, course, record
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.tables.attempt import RETRY
from tutor.questions.answers.submission import Submission, describe_earned, score_after_retry
from tutor.questions.base import Grade
from tutor.quiz.quiz import Quiz
from tutor.quiz.regrading import regrade_attempts
from tutor.quiz.session import Session
from tutor.quiz.summary import summarise
from tutor.statistics.figures import compute_figures

QUESTIONS = [("double-it", 0), ("which-is-more", 0)]


def try_twice(quiz: Quiz, *, right: bool = True, confidence: str = "") -> None:
    """Answer wrong, then once more."""
    instance = quiz.current_instance()
    wrong = typed(instance, right=False)
    first = quiz.submit(Submission(wrong, seconds=10.0, confidence=confidence))  # type: ignore[arg-type]
    assert isinstance(first, Grade)
    assert first.verdict == "wrong"
    second = typed(instance) if right else ("c" if instance.options else "2")
    quiz.submit(Submission(second, seconds=5.0, is_retry=True))


def twin_records(folder: Path) -> tuple[Session, Session]:
    """A learner who tried twice, and one who gave the first of her answers only."""
    for name in ("both", "first"):
        (folder / name).mkdir()
    both, first = session(folder / "both"), session(folder / "first")
    try_twice(Quiz(both, QUESTIONS), confidence="sure")
    quiz = Quiz(first, QUESTIONS)
    quiz.submit(Submission(typed(quiz.current_instance(), right=False), seconds=10.0, confidence="sure"))
    return both, first


def test_both_answers_are_on_record_as_they_were_typed_and_graded(tmp_path: Path) -> None:
    both, _ = twin_records(tmp_path)
    first, second = both.store.attempts()
    assert (first.verdict, first.score, first.mode, first.confidence) == ("wrong", 0.0, "practice", "sure")
    assert (second.verdict, second.score, second.mode, second.confidence) == ("right", 1.0, RETRY, "")
    assert first.seed == second.seed
    assert first.seconds == 10.0
    assert second.seconds == 5.0


def test_schedule_levels_shares_and_calibration_are_those_of_the_first_answer(tmp_path: Path) -> None:
    both, first = twin_records(tmp_path)
    tomorrow = NOW + timedelta(days=1)
    assert both.store.rows("SELECT * FROM cards") == first.store.rows("SELECT * FROM cards")
    assert both.store.due(tomorrow) == first.store.due(tomorrow)
    assert both.store.forecast(7) == first.store.forecast(7)
    assert both.store.calibration() == first.store.calibration()
    assert both.store.right_by_confidence() == first.store.right_by_confidence()
    of_both, of_first = both.store.summary(), first.store.summary()
    for row, other in zip(of_both["concepts"], of_first["concepts"], strict=True):
        assert {**row, "seconds": 0} == {**other, "seconds": 0}
    assert of_both["weak"] == of_first["weak"]
    assert compute_figures(both.store).days == compute_figures(first.store).days
    assert (of_both["attempts"], of_first["attempts"]) == (2, 1)


def test_a_question_that_the_second_try_answered_is_solved_and_its_time_was_spent(tmp_path: Path) -> None:
    both, first = twin_records(tmp_path)
    assert both.store.solved_questions("doubling") == {"double-it"}
    assert first.store.solved_questions("doubling") == set()
    (row,) = both.store.summary()["lessons"]
    assert (row["attempts"], row["right"], row["solved"]) == (1, 0, 1)
    assert both.store.seconds_spent() == 15.0


def test_the_cards_worked_out_again_are_the_same(tmp_path: Path) -> None:
    both, _ = twin_records(tmp_path)
    kept = both.store.rows("SELECT * FROM cards")
    export_record(both.store, tmp_path / "record.jsonl")
    other = Store.open(tmp_path / "other", clock=lambda: NOW)
    import_record(other, tmp_path / "record.jsonl")
    assert other.rows("SELECT * FROM cards") == kept
    assert [(each.mode, each.verdict) for each in other.attempts()] == [("practice", "wrong"), (RETRY, "right")]
    assert other.summary() == both.store.summary()


def test_a_retry_that_stands_alone_moves_nothing(tmp_path: Path) -> None:
    alone = session(tmp_path)
    instance = alone.make_instance("double-it", 0)
    alone.submit(instance, Submission(typed(instance), is_retry=True))
    assert alone.store.rows("SELECT * FROM cards") == []
    assert alone.store.due(NOW + timedelta(days=30)) == []
    assert alone.store.summary()["concepts"] == []


def test_the_number_of_answers_is_the_same_in_all_and_by_days(tmp_path: Path) -> None:
    both, _ = twin_records(tmp_path)
    figures = compute_figures(both.store, zone=UTC)
    assert figures.answers == sum(day.answers for day in figures.days) == both.store.count_answers() == 1
    (only, _) = both.store.attempts()
    both.store.undo(only.key)
    figures = compute_figures(both.store, zone=UTC)
    assert figures.answers == sum(day.answers for day in figures.days) == both.store.count_answers() == 0


def test_grading_again_finds_nothing_to_change(tmp_path: Path) -> None:
    both, _ = twin_records(tmp_path)
    found = regrade_attempts(both.course, both.store)
    assert (found.changes, found.unchanged) == ([], 2)


def test_undo_takes_both_answers_back(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, QUESTIONS)
    try_twice(quiz)
    quiz.undo()
    assert learner.store.attempts() == []
    assert learner.store.rows("SELECT * FROM cards") == []
    assert quiz.current.grade is None
    assert quiz.current.first_grade is None
    try_twice(quiz)
    assert len(learner.store.attempts()) == 2


def test_numbers_stay_fresh_after_a_second_try(tmp_path: Path) -> None:
    both, _ = twin_records(tmp_path)
    assert both.make_instance("double-it").seed not in {each.seed for each in both.store.attempts()}


@pytest.mark.parametrize(("right", "score", "verdict"), [(True, 0.5, "partly"), (False, 0.0, "wrong")])
def test_in_a_quiz_it_earns_half(tmp_path: Path, right: bool, score: float, verdict: str) -> None:
    quiz = Quiz(session(tmp_path), QUESTIONS)
    try_twice(quiz, right=right, confidence="sure")
    item = quiz.current
    assert item.score == score
    assert item.verdict == verdict
    assert not item.is_right_at_once
    assert item.is_right_at_second is right
    quiz.go_to(1)
    quiz.submit(Submission(typed(quiz.current_instance()), seconds=3.0))
    summary = summarise(quiz.session.course, quiz.items)
    assert (summary.right_at_first_try, summary.right_at_second_try, summary.score) == (1, int(right), 1 + score)
    assert summary.seconds == 18.0
    assert summary.confident_mistakes == ("double-it",)
    assert [(row.confidence, row.count, row.right) for row in summary.calibration] == [("sure", 1, 0)]
    assert quiz.questions_to_retry == ["double-it"]


def test_the_first_answer_of_an_exam_that_is_given_again_is_replaced_not_retried(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, QUESTIONS, exam=True)
    quiz.submit(Submission(typed(quiz.current_instance(), right=False)))
    quiz.submit(Submission(typed(quiz.current_instance())))
    assert quiz.current.first_grade is None
    assert quiz.current.score == 1.0
    assert [each.mode for each in learner.store.attempts()] == ["exam"]


@pytest.mark.parametrize("first", [0.0, 0.25, 0.6, 1.0])
@pytest.mark.parametrize("second", [0.0, 0.25, 0.6, 1.0])
def test_a_second_try_never_costs_and_never_pays_in_full(first: float, second: float) -> None:
    earned = score_after_retry(first, second)
    assert first <= earned <= 1.0
    assert earned < second or second <= first
    assert score_after_retry(first, 1.0) == (1.0 + first) / 2


def test_what_was_earned_is_said() -> None:
    assert describe_earned(1.0, 0, 2) == ""
    assert describe_earned(1.0, 1, 2) == "With 1 hint it earns 90%."
    assert describe_earned(1.0, 0, 2, 0.0) == "At the second try it earns 50%."
    assert describe_earned(1.0, 2, 2, 0.5) == "At the second try and with 2 hints it earns 60%."
    assert describe_earned(0.0, 1, 2, 0.0) == ""


def test_leaving_second_tries_out_takes_no_look_into_the_table(tmp_path: Path) -> None:
    store = record(tmp_path)
    learner = Session(course(tmp_path / "lessons"), store, lambda: NOW)
    try_twice(Quiz(learner, QUESTIONS))
    plans = store.rows("EXPLAIN QUERY PLAN SELECT question, SUM(mode <> 'retry') FROM attempts GROUP BY question")
    assert "COVERING INDEX attempts_by_question" in str(plans)

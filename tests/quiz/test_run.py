"""A quiz on its way: forward and back, taken back, kept until the end."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.quiz.helping import Timer, answer, session, typed
from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Unreadable
from tutor.quiz.quiz import Quiz, open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.summary import summarise
from tutor.quiz.unfinished import UNFINISHED_QUIZ_NAME, load_unanswered_ids

TWO: list[tuple[str, int | None]] = [("double-it", 3), ("which-is-more", 1)]


def test_a_practice_ends_after_the_last_question(tmp_path: Path) -> None:
    quiz = Quiz(session(tmp_path), TWO)
    for number in (1, 2):
        answer(quiz)
        quiz.go_to(number)
    assert quiz.is_over
    assert quiz.questions_to_retry == []


def test_an_answer_keeps_its_confidence_and_mode_on_record(tmp_path: Path) -> None:
    learner = session(tmp_path)
    answer(Quiz(learner, TWO, exam=True), confidence="guess")
    (kept,) = learner.store.attempts()
    assert (kept.confidence, kept.mode, kept.verdict) == ("guess", "exam", "right")


def test_what_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, TWO)
    assert isinstance(quiz.submit(Submission("%%%")), Unreadable)
    assert quiz.current.grade is None
    assert learner.store.count() == 0


def test_a_slip_of_the_finger_is_taken_back_once_and_stays_on_record(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, TWO)
    answer(quiz, right=False)
    before = quiz.current_instance()
    quiz.undo()
    assert quiz.current.grade is None
    assert quiz.current_instance().id == before.id
    assert learner.store.attempts() == []
    assert [kept.undone is not None for kept in learner.store.history()] == [True]
    answer(quiz)
    assert not quiz.can_undo
    quiz.undo()
    assert [kept.verdict for kept in learner.store.attempts()] == ["right"]


def test_in_an_exam_an_answer_can_be_changed_until_the_end(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, TWO, exam=True)
    answer(quiz, right=False)
    quiz.go_to(1)
    quiz.go_to(0)
    assert not quiz.is_graded
    assert quiz.current.submission == Submission(typed(quiz.current_instance(), right=False), 0, 10.0)
    answer(quiz, right=True)
    assert not quiz.can_undo
    quiz.hand_in()
    assert quiz.is_graded
    assert [kept.verdict for kept in learner.store.attempts()] == ["right", "left out"]
    assert len(learner.store.history()) == 3
    assert quiz.unanswered_indices == [1]


def test_flags_come_and_go(tmp_path: Path) -> None:
    quiz = Quiz(session(tmp_path), TWO)
    quiz.go_to(1)
    quiz.toggle_flag()
    assert quiz.flagged_indices == [1]
    quiz.toggle_flag()
    assert quiz.flagged_indices == []


def test_when_the_time_is_up_no_new_question_comes_and_none_counts_as_left_out(tmp_path: Path) -> None:
    timer = Timer()
    quiz = Quiz(session(tmp_path), TWO, minutes=1, timer=timer)
    assert quiz.seconds_left == 60
    quiz.current_instance()
    timer.time = 61
    assert quiz.seconds_left == 0
    answer(quiz)
    quiz.go_to(1)
    assert quiz.is_over
    assert [item.question for item in quiz.items] == ["double-it"]


def test_an_exam_out_of_time_counts_what_has_no_answer(tmp_path: Path) -> None:
    timer = Timer()
    quiz = Quiz(session(tmp_path), TWO, exam=True, minutes=1, timer=timer)
    answer(quiz)
    timer.time = 61
    quiz.hand_in()
    assert quiz.unanswered_indices == [1]


def test_retrying_starts_anew_with_fresh_numbers(tmp_path: Path) -> None:
    quiz = Quiz(session(tmp_path), TWO)
    answer(quiz, right=False)
    seed = quiz.current_instance().seed
    quiz.go_to(1)
    answer(quiz)
    quiz.go_to(2)
    quiz.restart([(question, None) for question in quiz.questions_to_retry])
    assert not quiz.is_over
    assert [item.question for item in quiz.items] == ["double-it"]
    assert quiz.current_instance().seed != seed


def test_a_quiz_that_was_left_goes_on_with_all_its_answers(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, [*TWO, ("next-step", 1), ("get-down", 1)], confidence=True)
    answer(quiz, right=False, confidence="sure")
    quiz.submit(Submission(typed(quiz.current_instance()), 0, 5.0, "", True))
    quiz.go_to(1)
    answer(quiz, confidence="guess")
    quiz.leave()
    for _ in range(2):  # it may be left again before anything is answered
        assert load_unanswered_ids(learner.course, learner.store) == ["next-step", "get-down"]
        again = open_quiz(learner, QuizOptions(Scope(unfinished=True), asks_confidence=True))
        assert [replace(item, seed=None) for item in again.items[:2]] == [
            replace(item, seed=None) for item in quiz.items[:2]
        ]
        assert (again.position, again.unanswered_indices, again.is_over) == (2, [2, 3], False)
        assert not load_unanswered_ids(learner.course, learner.store)
        again.leave()
    before = summarise(learner.course, quiz.items[:2])
    assert replace(summarise(learner.course, again.items), left_out=0) == before
    exam = open_quiz(learner, QuizOptions(Scope(unfinished=True), exam=True))
    assert {item.question for item in exam.items} == {"next-step", "get-down"}


@pytest.mark.parametrize(
    "kept",
    [
        *("", "{", "7", "[" * 9999, "[7, null, {}, [], [1], ['a']]"),
        '[["double-it", 3], ["double-it", "x", "y", "z"]]',
        '["gone", "double-it"]',
        '[["double-it", "no such key"]]',
    ],
)
def test_of_a_rest_that_nobody_wrote_only_what_can_be_asked_is_asked(tmp_path: Path, kept: str) -> None:
    learner = session(tmp_path)
    learner.store.save_stored(UNFINISHED_QUIZ_NAME, kept, "the rest")
    quiz = open_quiz(learner, QuizOptions(Scope(unfinished=True)))
    assert [item.question for item in quiz.items] == (["double-it"] if "gone" in kept or "no such" in kept else [])
    assert all(item.grade is None for item in quiz.items)


def test_a_quiz_whose_answers_cannot_be_read_now_is_kept_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, TWO)
    answer(quiz)
    quiz.leave()

    def refuse(key: str) -> None:
        raise ChainruleError("the record cannot be read")

    monkeypatch.setattr(learner.store, "attempt", refuse)
    with pytest.raises(ChainruleError, match="cannot be read"):
        open_quiz(learner, QuizOptions(Scope(unfinished=True)))
    monkeypatch.undo()
    again = open_quiz(learner, QuizOptions(Scope(unfinished=True)))
    assert [item.grade for item in again.items] == [item.grade for item in quiz.items]


def test_a_quiz_without_questions_is_over(tmp_path: Path) -> None:
    assert Quiz(session(tmp_path), []).is_over


def test_hints_cost_what_the_rule_says_and_the_record_keeps_both(tmp_path: Path) -> None:
    learner = session(tmp_path)
    quiz = Quiz(learner, TWO)
    quiz.submit(Submission(typed(quiz.current_instance()), hints=2))
    assert quiz.current.score == 0.8
    (kept,) = learner.store.attempts()
    assert (kept.score, kept.hints) == (1.0, 2)

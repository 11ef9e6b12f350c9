"""Which questions a quiz asks, and in which order."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.quiz.helping import answer, session
from tests.screens.story import NOW, record
from tutor.content.course import open_course
from tutor.errors import UsageError
from tutor.progress.record.store import Store
from tutor.quiz.quiz import Quiz, open_quiz
from tutor.quiz.selection import MAX_QUIZ_QUESTIONS, QuizOptions, Scope, choose_questions, interleave, resolve_count
from tutor.quiz.session import Session


def ids(chosen: list[tuple[str, int]]) -> set[str]:
    return {id for id, _ in chosen}


def test_a_quiz_of_a_concept_asks_about_nothing_else(tmp_path: Path) -> None:
    learner = session(tmp_path)
    assert ids(choose_questions(learner.course, learner.store, Scope(concept="squares"))) == {"which-is-more"}


def test_an_unknown_concept_is_told_the_nearest(tmp_path: Path) -> None:
    learner = session(tmp_path)
    with pytest.raises(UsageError, match="squares"):
        choose_questions(learner.course, learner.store, Scope(concept="sqares"))


def test_only_what_was_reached_is_asked_when_that_is_wanted(tmp_path: Path) -> None:
    learner = session(tmp_path)
    sections = learner.course.lesson("doubling").sections
    asks = [number for number, section in enumerate(sections) for block in section.blocks if hasattr(block, "question")]
    assert choose_questions(learner.course, learner.store, Scope(read=True)) == []
    if asks[0]:
        learner.store.save_reading_position("doubling", asks[0] - 1)
        assert choose_questions(learner.course, learner.store, Scope(read=True)) == []
    learner.store.save_reading_position("doubling", asks[-1])
    assert ids(choose_questions(learner.course, learner.store, Scope(read=True))) == {"double-it", "which-is-more"}
    learner.store.save_reading_position("doubling", 0)
    learner.store.save_page_read("doubling", asks[-1])
    assert ids(choose_questions(learner.course, learner.store, Scope(read=True))) == {"double-it", "which-is-more"}


def test_a_lesson_on_record_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    learner = session(tmp_path)
    learner.store.save_reading_position("gone-since", 1)
    assert choose_questions(learner.course, learner.store, Scope(read=True)) == []


def test_what_is_longest_overdue_comes_before_what_is_due_since_yesterday(tmp_path: Path) -> None:
    learner = session(tmp_path)
    time = NOW
    learner.clock = lambda: time
    for question in ("which-is-more", "double-it", "next-step"):
        answer(Quiz(learner, [(question, 1)]), right=False)
        time += timedelta(days=1)
    time += timedelta(days=300)
    chosen = choose_questions(learner.course, learner.store, Scope(due=True), count=1, clock=lambda: time)
    assert ids(chosen) == {"which-is-more"}


def test_weak_points_are_asked_the_weakest_first(tmp_path: Path) -> None:
    learner = session(tmp_path)
    assert choose_questions(learner.course, learner.store, Scope(weak=True)) == []
    for seed in range(6):
        answer(Quiz(learner, [("which-is-more", seed)]), right=True)
        answer(Quiz(learner, [("double-it", seed)]), right=False)
    assert ids(choose_questions(learner.course, learner.store, Scope(weak=True))) == {"double-it"}


def test_what_was_right_today_comes_last_the_latest_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = session(tmp_path)
    time = NOW
    learner.clock = learner.store.clock = lambda: time
    answer(Quiz(learner, [("next-step", 1)]), right=False)
    for question in ("double-it", "which-is-more"):
        answer(Quiz(learner, [(question, 1)]))
        time += timedelta(minutes=5)

    def chosen(on_record: int, count: int) -> set[str]:
        monkeypatch.setattr(learner.store, "count", lambda: on_record)  # on which the mix depends
        return ids(choose_questions(learner.course, learner.store, count=count))

    for on_record in range(8):
        assert chosen(on_record, 2) == {"next-step", "get-down"}
        assert chosen(on_record, 3) == {"next-step", "get-down", "double-it"}
        assert len(chosen(on_record, 10)) == 4
    time += timedelta(days=1)
    first = [chosen(on_record, 2) for on_record in range(20)]
    assert any("double-it" in each for each in first), "the next day it may come like any other"


def test_with_a_seed_the_questions_and_their_numbers_are_the_same_whatever_was_answered(tmp_path: Path) -> None:
    learner = session(tmp_path)
    options = QuizOptions(Scope(), 3, seed=7)

    def asked() -> list[tuple[str, dict[str, object]]]:
        quiz = open_quiz(learner, options)
        return [
            (item.question, dict(learner.make_instance(item.question, item.seed or 0).names)) for item in quiz.items
        ]

    first = asked()
    for _ in range(3):
        quiz = open_quiz(learner, options)
        begun = quiz.current_instance().names
        answer(quiz)
        assert asked() == first
        assert open_quiz(learner, options).current_instance().names == begun


def test_the_numbers_are_others_than_those_that_were_answered_last(tmp_path: Path) -> None:
    learner = session(tmp_path)
    for seed in range(30):
        quiz = Quiz(learner, [("double-it", seed)])
        before = learner.store.latest_attempt("double-it")
        last = None if before is None else learner.make_instance("double-it", before.seed).names
        assert quiz.current_instance().names != last
        answer(quiz)


def test_the_same_seed_gives_the_same_quiz_and_more_answers_give_another(tmp_path: Path) -> None:
    course, store = open_course(), Store.open(tmp_path)
    assert choose_questions(course, store, seed=5) == choose_questions(course, store, seed=5)
    assert choose_questions(course, store, seed=5) != choose_questions(course, store, seed=6)


def test_neighbours_of_the_real_course_share_no_concept(tmp_path: Path) -> None:
    course, store = open_course(), Store.open(tmp_path)
    concepts = {question.id: set(question.concepts) for question in course.questions()}
    for seed in range(10):
        chosen = [id for id, _ in choose_questions(course, store, count=20, seed=seed)]
        assert all(not concepts[a] & concepts[b] for a, b in itertools.pairwise(chosen))


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_interleaving_keeps_every_item_and_keeps_equals_apart_where_that_can_be(items: list[str]) -> None:
    mixed = interleave(items, lambda item: (item,))
    assert Counter(mixed) == Counter(items)
    most = max(Counter(items).values(), default=0)
    if most <= len(items) - most + 1:
        assert all(a != b for a, b in itertools.pairwise(mixed))


@settings(derandomize=True, deadline=None, max_examples=500)
@example([("a",), ("b", "z"), ("a", "z"), ("c", "x"), ("a", "z")])
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd")) | st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=10
    )
)
def test_no_two_neighbours_are_about_the_same_thing_first_where_that_can_be(items: list[tuple[str, ...]]) -> None:
    """A concept that most items are about is asked in time, even right after an item that has something else of it."""
    mixed = interleave(items, lambda item: item)
    assert Counter(mixed) == Counter(items)
    most = max(Counter(first for first, *_ in items).values(), default=0)
    if most <= len(items) - most + 1:
        assert all(a[0] != b[0] for a, b in itertools.pairwise(mixed))


@pytest.mark.parametrize(
    "items",
    [
        [("a", "z"), ("c", "z"), ("b",)],
        [("b",), ("c",), ("c", "z")],
    ],
)
def test_neighbours_share_neither_their_first_concept_nor_another(items: list[tuple[str, ...]]) -> None:
    mixed = interleave(items, lambda item: item)
    assert all(not set(a) & set(b) for a, b in itertools.pairwise(mixed))


@pytest.mark.parametrize("count", [0, -1, MAX_QUIZ_QUESTIONS + 1, 1_000_000])
def test_a_count_that_no_quiz_can_have_is_refused_in_one_line(tmp_path: Path, count: int) -> None:
    with pytest.raises(UsageError, match=f"--count {count} cannot be used") as error:
        open_quiz(session(tmp_path), QuizOptions(count=count))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("minutes", [0.0, -3.0, 1e9, float("nan"), float("inf")])
def test_minutes_that_no_quiz_can_take_are_refused(minutes: float) -> None:
    with pytest.raises(UsageError, match="--minutes"):
        resolve_count(None, minutes, exam=False)


def test_minutes_alone_end_a_practice_and_say_how_long_an_exam_is() -> None:
    assert resolve_count(None, None, exam=False) == 10
    assert resolve_count(None, 3, exam=False) == MAX_QUIZ_QUESTIONS
    assert resolve_count(None, 3, exam=True) == 4
    assert resolve_count(7, 3, exam=True) == 7


def two_learners(folder: Path) -> tuple[Session, Session]:
    learner = session(folder)
    return learner, Session(learner.course, record(folder / "another"), learner.clock)


@pytest.mark.usefixtures("seeds_of_their_own")
def test_two_learners_who_begin_are_asked_differently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([314159, 271828])
    monkeypatch.setattr("secrets.randbelow", lambda below: next(drawn))
    one, other = two_learners(tmp_path)
    in_a_quiz = [choose_questions(learner.course, learner.store) for learner in (one, other)]
    in_a_lesson = [learner.make_instance("double-it").seed for learner in (one, other)]
    assert in_a_quiz[0] != in_a_quiz[1]
    assert in_a_lesson[0] != in_a_lesson[1]
    assert choose_questions(one.course, one.store) == in_a_quiz[0]


@pytest.mark.usefixtures("seeds_of_their_own")
def test_two_learners_who_answered_as_often_are_asked_differently(tmp_path: Path) -> None:
    one, other = two_learners(tmp_path)
    answer(Quiz(one, [("double-it", 1)]))
    (attempt,) = one.store.attempts()
    other.store.add(replace(attempt, key="b" * 32))
    assert choose_questions(one.course, one.store) != choose_questions(other.course, other.store)


@pytest.mark.usefixtures("seeds_of_their_own")
def test_a_record_draws_the_same_again_until_something_is_answered(tmp_path: Path) -> None:
    learner = session(tmp_path)
    answer(Quiz(learner, [("double-it", 1)]))
    drawn = [choose_questions(learner.course, record(tmp_path / "home")) for _ in range(2)]
    answer(Quiz(learner, [("double-it", 2)]))
    assert drawn[0] == drawn[1] != choose_questions(learner.course, record(tmp_path / "home"))


@pytest.mark.usefixtures("seeds_of_their_own")
def test_a_page_that_was_opened_has_the_same_numbers_at_the_next_start(tmp_path: Path) -> None:
    learner = session(tmp_path)
    seed = learner.store.question_seed("another")
    learner.store.save_reading_position("toy", 0)
    for _ in range(2):
        assert record(tmp_path / "home").question_seed("another") == seed
    answer(Quiz(learner, [("double-it", 1)]))
    assert record(tmp_path / "home").question_seed("another") == seed


@pytest.mark.usefixtures("seeds_of_their_own")
def test_a_record_from_before_seeds_were_kept_has_those_of_its_first_answer(tmp_path: Path) -> None:
    learner = session(tmp_path)
    answer(Quiz(learner, [("double-it", 1)]))
    seed = record(tmp_path / "home").question_seed("another")
    learner.store.save_reading_position("toy", 0)
    assert record(tmp_path / "home").question_seed("another") == seed


def test_with_a_seed_every_learner_is_asked_the_same(tmp_path: Path) -> None:
    one, other = two_learners(tmp_path)
    answer(Quiz(one, [("double-it", 1)]))
    assert choose_questions(one.course, one.store, seed=7) == choose_questions(other.course, other.store, seed=7)

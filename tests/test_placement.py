"""The placement test: few questions, and only what was answered counts as known."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.content.lessons import GOOD
from tests.screens.story import record
from tutor.content.course import Course, open_course
from tutor.content.plan import COURSE_PLAN
from tutor.placement.results import PlacementOutcome, load_outcome, save_outcome
from tutor.placement.test import MAX_PLACEMENT_QUESTIONS, PlacementTest, collect_prerequisites
from tutor.questions.base import Grade
from tutor.questions.kinds.table import KINDS
from tutor.screens.quiz.placement import list_lessons

RIGHT = Grade(1.0, "right", "Yes.")
WRONG = Grade(0.0, "wrong", "No.")
CHAIN = ["one", "two", "three", "four", "five", "six", "seven"]


def chain(tmp_path: Path) -> Course:
    """Seven lessons, each building on the one before."""
    made = tmp_path / "lessons"
    made.mkdir()
    for number, id in enumerate(CHAIN, 1):
        text = GOOD.replace("toy", id).replace("concepts: [counting, cost]", f"concepts: [counting, {id}-cost]")
        needs = f"needs: [{CHAIN[number - 2]}]" if number > 1 else "needs: []"
        text = text.replace("needs: [convolution, cost-of-things]", needs)
        (made / f"{number:02d}-{id}.md").write_text(text, "utf-8")
    return Course(made)


def taken(course: Course, knows: Callable[[str], bool], seed: int = 0) -> tuple[PlacementOutcome, list[str]]:
    """The outcome for one who knows the lessons that `knows` says, and the questions that were asked."""
    test, asked = PlacementTest(course, seed), []
    while following := test.next_question():
        asked.append(following[0])
        test.record_grade(RIGHT if knows(course.question(following[0])[1]) else WRONG)
    return test.outcome(), asked


@pytest.mark.parametrize("border", range(len(CHAIN) + 1))
@pytest.mark.parametrize("seed", [0, 1])
def test_it_finds_how_far_a_learner_has_come_with_few_questions(tmp_path: Path, border: int, seed: int) -> None:
    outcome, asked = taken(chain(tmp_path), lambda id: CHAIN.index(id) < border, seed)
    assert outcome.known == set(CHAIN[:border])
    assert outcome.open == tuple(CHAIN[border:])
    assert len(asked) <= MAX_PLACEMENT_QUESTIONS
    assert len(asked) == len(set(asked))
    assert asked[0].startswith(CHAIN[0])


def test_what_was_shown_is_told_from_what_was_inferred(tmp_path: Path) -> None:
    outcome, asked = taken(chain(tmp_path), lambda id: True)
    assert set(outcome.shown) == {question.split("-")[0] for question in asked}
    assert outcome.shown
    assert not set(outcome.shown) & set(outcome.inferred)


def test_one_right_answer_is_not_enough(tmp_path: Path) -> None:
    test = PlacementTest(chain(tmp_path))
    grades = iter([RIGHT])
    while test.next_question():
        test.record_grade(next(grades, WRONG))
    assert test.outcome().known == frozenset()


def test_one_slip_at_the_very_beginning_is_forgiven_and_a_question_left_out_is_not() -> None:
    course = open_course()
    for first, is_forgiven in ((WRONG, True), (None, False)):
        test = PlacementTest(course)
        grades: Iterator[Grade | None] = iter([first])
        while test.next_question():
            test.record_grade(next(grades, RIGHT))
        assert bool(test.outcome().known) is is_forgiven


def test_a_partly_right_answer_and_one_left_out_count_as_not_known(tmp_path: Path) -> None:
    test = PlacementTest(chain(tmp_path))
    answers = [Grade(0.5, "partly", "Half."), None]
    while test.next_question():
        test.record_grade(answers[test.asked_count % 2])
    assert test.outcome() == PlacementOutcome((), (), tuple(CHAIN))


def test_asking_twice_for_the_following_question_gives_the_same(tmp_path: Path) -> None:
    test = PlacementTest(chain(tmp_path))
    assert test.next_question() == test.next_question()


def test_the_same_seed_asks_the_same(tmp_path: Path) -> None:
    course = chain(tmp_path)
    assert taken(course, lambda id: True, 5) == taken(course, lambda id: True, 5)


def test_a_course_without_lessons_asks_nothing(tmp_path: Path) -> None:
    test = PlacementTest(Course(tmp_path))
    assert test.next_question() is None
    assert test.outcome() == PlacementOutcome()


def test_a_question_that_cannot_be_asked_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(GOOD.replace("answer: a + 1", "answer: b + 1"), "utf-8")
    assert PlacementTest(Course(tmp_path / "own", [tmp_path / "more"])).next_question() is None


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("knows", [True, False])
def test_the_course_is_placed_with_at_most_twelve_questions_that_need_no_simulation(seed: int, knows: bool) -> None:
    course = open_course()
    outcome, asked = taken(course, lambda id: knows, seed)
    assert len(asked) <= MAX_PLACEMENT_QUESTIONS
    assert not {type(course.question(id)[0]) for id in asked} & {KINDS["challenge"], KINDS["predict"]}
    assert bool(outcome.known) is knows
    known = outcome.known
    assert known | set(outcome.open) == {heading.front_matter.id for heading in course.headings}


LEARNERS = {
    "knows nothing": (0, 0, 2),
    "lessons 1 to 6": (6, 5, MAX_PLACEMENT_QUESTIONS),
    "all lessons": (len(COURSE_PLAN), 15, MAX_PLACEMENT_QUESTIONS),
}
"""How many lessons a learner knows; how many of them must be found at least, with how many questions at most."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_who_answers_as_they_know_is_placed_where_they_stand(learner: str, seed: int) -> None:
    course = open_course()
    order = [heading.front_matter.id for heading in course.headings]
    count, least, most = LEARNERS[learner]
    outcome, asked = taken(course, lambda id: order.index(id) < count, seed)
    assert outcome.known <= set(order[:count])
    assert len(outcome.known) >= least
    assert len(asked) <= most


@pytest.mark.parametrize("seed", range(5))
def test_it_begins_with_a_choice_from_the_first_lesson_and_rises_only_after_right_answers(seed: int) -> None:
    course = open_course()
    order = [heading.front_matter.id for heading in course.headings]
    for knows in (True, False):
        _, asked = taken(course, lambda id: knows or id == order[0], seed)  # noqa: B023
        lessons = [course.question(id)[1] for id in asked]
        assert lessons[0] == order[0]
        assert course.question(asked[0])[0].answer_format == "single choice"
        needs = [PlacementTest(course).count_prerequisites(lesson) for lesson in lessons]
        if knows:
            assert needs[:3] == sorted(needs[:3])
        else:
            assert max(needs[2:], default=0) < needs[1]


def test_what_a_lesson_builds_on_is_found_however_far_down_and_in_circles() -> None:
    needs = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": []}
    assert collect_prerequisites("a", needs) == {"b", "c", "d"}
    assert collect_prerequisites("d", needs) == set()


def test_the_outcome_is_on_record_and_the_answers_are_not_invented(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    assert load_outcome(store) == PlacementOutcome()
    save_outcome(store, PlacementOutcome(("two",), ("one",), ("three",)))
    store.close()
    again = record(tmp_path / "home")
    assert load_outcome(again) == PlacementOutcome(("two",), ("one",))
    assert again.count() == 0
    again.close()


def test_an_outcome_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    with store.transaction() as database:
        database.execute("INSERT INTO flags VALUES ('placement', '[1]')")
    assert load_outcome(store) == PlacementOutcome()
    store.close()


def test_the_list_beside_the_questions_tells_what_was_shown_from_what_was_inferred(tmp_path: Path) -> None:
    course = chain(tmp_path)
    rows = list_lessons(PlacementOutcome((CHAIN[1],), (CHAIN[0],), tuple(CHAIN[2:])), course).plain.splitlines()
    assert rows[0] == "Lessons" and len(rows) == 1 + len(CHAIN) + 2
    marks = [row[0] for row in rows[1:-2]]
    assert marks == ["◇", "✓", *"·" * (len(CHAIN) - 2)]
    assert all(f"{mark} " in rows[-1] for mark in marks)

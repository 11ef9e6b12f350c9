"""What a quiz showed."""

from pathlib import Path

import pytest

from tests.quiz.helping import answer, session
from tutor.content.course import open_course
from tutor.questions.answers.submission import Confidence
from tutor.quiz import summary
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import (
    Summary,
    calibration_bins,
    describe_calibration,
    pages_to_review,
    score_by_concept,
    summarise,
)


def taken(folder: Path, *answers: tuple[str, bool, Confidence]) -> Summary:
    """The summary of a quiz whose questions were answered like that."""
    learner = session(folder)
    quiz = Quiz(learner, [(question, number) for number, (question, _, _) in enumerate(answers)])
    for _, right, confidence in answers:
        answer(quiz, right=right, confidence=confidence, seconds=20.0)
        quiz.go_to(quiz.position + 1)
    return summarise(learner.course, quiz.items)


def test_the_summary_counts_what_was_answered(tmp_path: Path) -> None:
    found = taken(tmp_path, ("double-it", True, ""), ("which-is-more", False, ""))
    assert (found.score, found.right_at_first_try, found.answered, found.left_out, found.seconds) == (
        1.0,
        1,
        2,
        0,
        40.0,
    )
    assert found.concepts == (("squares", 1, 0.0), ("doubling", 1, 1.0))
    assert found.calibration == ()


def test_sure_and_wrong_is_named(tmp_path: Path) -> None:
    found = taken(tmp_path, ("double-it", False, "sure"), ("which-is-more", False, "guess"))
    assert found.confident_mistakes == ("double-it",)
    (words,) = found.mistakes_in_words
    assert "double-it" not in words
    assert words.startswith("Doubling, and what it costs: “What is twice ")


def test_what_to_read_is_the_page_on_the_weak_concept(tmp_path: Path) -> None:
    (read,) = taken(tmp_path, ("double-it", False, "")).pages
    assert (read.lesson, read.concept) == ("doubling", "doubling")


def test_every_concept_of_the_course_leads_to_a_page_that_is_there() -> None:
    course = open_course()
    for heading in course.headings:
        for concept in heading.front_matter.concepts:
            (read,) = pages_to_review(course, [concept])
            assert 0 <= read.section < len(course.lesson(read.lesson).sections)


def test_two_weak_concepts_of_one_lesson_lead_to_their_two_pages_after_those_of_other_lessons() -> None:
    course = open_course()
    pages = pages_to_review(course, ["activation", "logic-gates", "folding"])
    assert [(page.lesson, page.concept) for page in pages] == [
        ("node", "activation"),
        ("folding", "folding"),
        ("node", "logic-gates"),
    ]
    assert pages[0].section != pages[2].section


def test_a_missed_question_of_a_lesson_without_its_concept_leads_to_a_lesson_that_teaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as a question of a pack on a concept of the course."""
    monkeypatch.setattr(summary, "_concepts_with_lesson", lambda course, missed: [("activation", "folding")])
    (page,) = pages_to_review(open_course(), ["activation"], ["asked-elsewhere"])
    assert (page.lesson, page.concept) == ("node", "activation")


def test_all_right_needs_no_reading(tmp_path: Path) -> None:
    assert taken(tmp_path, ("double-it", True, "sure")).pages == ()


def test_the_weakest_concept_comes_first() -> None:
    rows = score_by_concept([(("a", "b"), 1.0), (("b",), 0.0), (("c",), 0.0)])
    assert rows == [("c", 1, 0.0), ("b", 2, 0.5), ("a", 1, 1.0)]


SAID: list[tuple[list[tuple[Confidence, bool]], str]] = [
    ([("sure", True), ("sure", True), ("sure", False), ("sure", False)], "do not rely on being sure"),
    ([("sure", True), ("sure", True), ("sure", True), ("sure", True)], "you can rely on being sure"),
    ([("guess", True), ("guess", True), ("guess", True), ("guess", False)], "you know more than you think"),
    ([("sure", False), ("guess", True), ("think", True)], ""),
    ([], ""),
]


@pytest.mark.parametrize(("answers", "said"), SAID)
def test_the_calibration_is_put_in_words_only_where_there_is_enough_to_say(
    answers: list[tuple[Confidence, bool]], said: str
) -> None:
    found = describe_calibration(calibration_bins(answers))
    assert said in found if said else found == ""


def test_the_calibration_counts_by_confidence_the_highest_first() -> None:
    rows = calibration_bins([("guess", True), ("sure", False), ("sure", True), ("", True)])
    assert [(row.words, row.count, row.right, row.share) for row in rows] == [
        ("sure", 2, 1, 0.5),
        ("a guess", 1, 1, 1.0),
    ]

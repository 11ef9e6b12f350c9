"""The parts of the course: what each builds on is asked before it, what it teaches after it, its lessons in turns."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.errors import UsageError
from tutor.progress.record.store import Store
from tutor.quiz.parts import CoursePart, course_parts, find_part, part_that_begins, part_that_ends, scope_between
from tutor.quiz.selection import choose_questions
from tutor.quiz.session import Session
from tutor.screens.course.lesson_pages import LessonPages

COURSE = open_course()
PARTS = course_parts(COURSE)


def test_the_parts_have_every_lesson_once_in_order() -> None:
    assert [id for part in PARTS for id in part.lessons] == [heading.front_matter.id for heading in COURSE.headings]
    assert [part.number for part in PARTS] == list(range(1, len(PARTS) + 1))


def test_a_part_builds_on_earlier_parts_only_and_only_the_first_on_none() -> None:
    taught: set[str] = set()
    for part in PARTS:
        assert set(part.builds_on) <= taught
        assert bool(part.builds_on) == (part.number > 1)
        taught |= {*part.lessons}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_both_quizzes_ask_each_lesson_in_turn_and_no_other(part: CoursePart, tmp_path: Path) -> None:
    scopes = [part.outcome_scope] + ([part.entry_scope] if part.builds_on else [])
    with closing(Store.open(tmp_path)) as store:
        for scope in scopes:
            for seed in (1, 2):
                chosen = choose_questions(COURSE, store, scope, count=10, seed=seed)
                asked = Counter(COURSE.question(id)[1] for id, _ in chosen)
                assert set(asked) == {*scope.lessons}
                assert max(asked.values()) - min(asked.values()) <= 1


def test_a_part_is_found_by_its_number_or_the_beginning_of_its_name() -> None:
    assert find_part(COURSE, "6").name == find_part(COURSE, "Convolutions").name == find_part(COURSE, "CONV").name
    for wrong, said in (
        ("0", "no part 0: give a number from 1 to 7"),
        ("convolution nets", "no part 'convolution nets'"),
        ("what a network", "several parts 'what a network': say 1 (What a network is) or 5 (What a network finds)"),
    ):
        with pytest.raises(UsageError) as refused:
            find_part(COURSE, wrong)
        assert said in str(refused.value)


def test_the_ends_and_beginnings_of_parts_are_known() -> None:
    ends = {part.lessons[-1] for part in PARTS if len(part.lessons) > 1}
    for heading in COURSE.headings:
        id = heading.front_matter.id
        ended, begun = part_that_ends(COURSE, id), part_that_begins(COURSE, id)
        assert (ended is not None) == (id in ends)
        assert begun is None or begun.lessons[0] == id


def test_each_part_is_opened_and_closed_by_a_quiz_beside_its_lessons() -> None:
    for part, coming in zip(PARTS, [*PARTS[1:], None], strict=True):
        first, last = part.lessons[0], part.lessons[-1]
        before = scope_between(COURSE, first, "before-quiz")
        assert before == (part.entry_scope if part.builds_on else None)
        assert scope_between(COURSE, last, "part-quiz") == (part.outcome_scope if len(part.lessons) > 1 else None)
        if coming is not None:
            assert scope_between(COURSE, last, "entry-quiz") == coming.entry_scope
        for inner in part.lessons[1:]:
            assert scope_between(COURSE, inner, "before-quiz") is None


def test_the_first_page_of_a_part_offers_the_quiz_on_what_it_builds_on(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        session = Session(COURSE, store)
        for part in PARTS:
            for id in part.lessons[:2]:
                pages = LessonPages(session, COURSE.lesson(id))
                offered = [words for action, words in pages.foot_buttons(0) if action == "before-quiz"]
                wanted = ["Ready? Quiz before this part"] if part.builds_on else []
                assert offered == (wanted if id == part.lessons[0] else [])
                assert all(action != "before-quiz" for action, _ in pages.foot_buttons(1))


def test_line_by_line_a_part_begins_with_the_command_that_asks_what_it_builds_on(command: Command) -> None:
    assert "chainrule quiz --plain --before 2)" in command("learn", "loss", "--plain", typed="quit\n").out
    assert "--before" not in command("learn", "folding", "--plain", typed="quit\n").out


def test_the_command_asks_what_a_part_builds_on_and_what_it_teaches(command: Command) -> None:
    before = command("quiz", "--before", "convolutions", "--plain", "--seed", "3")
    assert before.out.startswith("10 questions.")
    assert "Question 1 of 10" in before.out
    after = command("quiz", "--part", "2", "--plain", "--seed", "3", "--count", "6")
    assert after.out.startswith("6 questions.")
    nothing = command("quiz", "--before", "1", "--plain")
    assert nothing.code == 2
    assert "“What a network is” builds on no other: begin with it" in nothing.error_line

"""No challenge is met by accident: each is searched with random parameters, and stands unmet where it opens."""

import re
from typing import NoReturn

import pytest

from benchmarks.challenges import MAX_BY_CHANCE, challenges, search
from tutor.content.course import Course, open_course
from tutor.content.find import lessons_folder
from tutor.errors import ChainruleError
from tutor.questions.kinds.challenge import ChallengeInstance
from tutor.questions.kinds.table import read_question

MIN_TRIES, MAX_TRIES = 40, 200
"""How many tries a challenge gets, according to what one costs; `python -m benchmarks.challenges` makes more."""
BUDGET = 600_000
"""Microseconds of steps for each challenge, as its simulation counts them."""
BLOCK = re.compile(r"^```\{question\} challenge\nid: (\S+)$", re.MULTILINE)
NAMES = [name for path in sorted(lessons_folder().glob("*.md")) for name in BLOCK.findall(path.read_text("utf-8"))]


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def too_often(met: int, tries: int) -> bool:
    """Whether so many are more than chance explains where the bound is kept."""
    return bool(met > tries * MAX_BY_CHANCE + 2 * (tries * MAX_BY_CHANCE * (1 - MAX_BY_CHANCE)) ** 0.5)


@pytest.mark.parametrize("name", NAMES)
def test_random_parameters_do_not_meet_the_goal(course: Course, name: str) -> None:
    question, lesson = course.question(name)
    challenge = question.draw_instance(0)
    assert isinstance(challenge, ChallengeInstance)
    tries = BUDGET // (challenge.simulation.step_cost * max(1, challenge.max_steps // 2))
    found = search(lesson, challenge, min(MAX_TRIES, max(MIN_TRIES, tries)))
    assert not found.at_start
    assert not too_often(found.met, found.tries), f"{found.met} of {found.tries} random tries meet it"


def test_the_search_finds_a_goal_that_many_tries_meet_and_repeats() -> None:
    question = {"id": "easy", "simulation": "adam", "allow": ["learning_rate"], "ask": "?", "goal": "loss < 7"}
    easy = read_question("challenge", {**question, "solution": "steps=9", "hints": ["h"], "why": "w"}).draw_instance(0)
    assert isinstance(easy, ChallengeInstance)
    found = search("toy", easy, MIN_TRIES)
    assert too_often(found.met, found.tries)
    assert search("toy", easy, MIN_TRIES) == found


def test_a_search_that_draws_nothing_usable_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson, challenge = next(challenges())

    def refuse(simulation: object, **given: object) -> NoReturn:
        raise ChainruleError("these do not go together")

    monkeypatch.setattr(type(challenge.simulation), "with_values", refuse)
    with pytest.raises(ChainruleError, match=f"random settings of {challenge.id} 0 could be used"):
        search(lesson, challenge, 5)

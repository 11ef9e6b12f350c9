"""What the first ten lessons ask and say is understood without the page beside it, and without notes nobody has."""

import re
from pathlib import Path

import pytest

from tutor.content.course import Course
from tutor.content.find import lessons_folder
from tutor.questions.kinds.choice import ChoiceInstance
from tutor.questions.kinds.numeric import NumericInstance

REVISED = 10
"""So many lessons, from the first, are in their second edition; raise it as the others follow."""
LESSONS = sorted(lessons_folder().glob("*.md"))[:REVISED]
ELSEWHERE = re.compile(
    r"\b(the notes|worked example|see above|as above|the same (node|network|loss|unit)|this lesson|"
    r"in the simulation|our (node|network|simulation)|last page)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def course() -> Course:
    return Course(lessons_folder())


def question_ids() -> list[str]:
    """The ids of the questions that run no simulation, in the order of the lessons."""
    blocks = re.compile(r"^```\{question\} (?!predict|challenge)\w+\nid: (\S+)$", re.MULTILINE)
    return [name for path in LESSONS for name in blocks.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_lesson_presumes_that_its_reader_has_seen_notes(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(r"\b(the|learner's) notes\b", line, re.IGNORECASE)] == []


def test_no_question_needs_the_page_it_stands_on(course: Course) -> None:
    prompts = {name: str(course.question(name)[0].instance(0).prompt) for name in question_ids()}
    assert {name: prompt for name, prompt in prompts.items() if ELSEWHERE.search(prompt)} == {}


def test_no_answer_is_the_example_beside_its_box(course: Course) -> None:
    given_away = set()
    for name in question_ids():
        template = course.question(name)[0]
        for seed in range(40):
            instance = template.instance(seed)
            if not isinstance(instance, NumericInstance):
                break
            example = instance.how.rpartition("for example ")[2].split(" or ")[0]
            if getattr(instance.answer(example), "verdict", "") == "right":
                given_away.add(name)
    assert given_away == set()


def test_the_right_option_is_not_the_longest_more_often_than_chance(course: Course) -> None:
    asked = [course.question(name)[0].instance(0) for name in question_ids()]
    choices = [question for question in asked if isinstance(question, ChoiceInstance)]
    longest = []
    for question in choices:
        lengths = [len(option.text) for option in question.options]
        if lengths.count(max(lengths)) == 1 and lengths[question.right] == max(lengths):
            longest.append(question.id)
    assert len(longest) <= 0.3 * len(choices), longest

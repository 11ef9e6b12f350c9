"""What the lessons ask and say is understood without the page beside it, and without notes nobody has."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tutor.content.course import Course
from tutor.content.find import lessons_folder
from tutor.questions.base import Instance, Unreadable
from tutor.questions.kinds.challenge import ChallengeInstance
from tutor.questions.kinds.numeric_instance import NumericInstance
from tutor.questions.kinds.options import OptionsQuestion
from tutor.questions.kinds.single_choice import SingleChoiceInstance
from tutor.questions.kinds.table import read_question

LESSONS = sorted(lessons_folder().glob("*.md"))
ELSEWHERE = re.compile(
    r"\b(the notes|worked example|(see|as|shown|given|listed|drawn) (above|below)|"
    r"the same (node|network|loss|unit|kernel|image|batch|run|chain)|"
    r"this (lesson|page|run|section|picture|simulation)|(in|of) the simulation|earlier|"
    r"(last|next|previous) (page|question)|our (node|network|simulation)|the example)\b",
    re.IGNORECASE,
)
WRONG_LINE = re.compile(
    r"which line (of this argument )?is (the first|wrong)|at which line"
    r"|first wrong line|first goe?s? wrong|the first that does not",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def course() -> Course:
    return Course(lessons_folder())


def question_ids(leave_out: str = "predict|challenge") -> list[str]:
    """The ids of the questions of other kinds than those, in the order of the lessons."""
    blocks = re.compile(rf"^```\{{question\}} (?!{leave_out})\w+\nid: (\S+)$", re.MULTILINE)
    return [name for path in LESSONS for name in blocks.findall(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_lesson_presumes_that_its_reader_has_seen_notes(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if re.search(r"\b(the|learner's) notes\b", line, re.IGNORECASE)] == []


def test_no_question_needs_the_page_it_stands_on(course: Course) -> None:
    asked = {name: str(course.question(name)[0].draw_instance(0).prompt) for name in question_ids("none")}
    assert {name: prompt for name, prompt in asked.items() if ELSEWHERE.search(prompt)} == {}


def arguments(course: Course) -> list[OptionsQuestion]:
    """The questions that ask for the wrong line of an argument."""
    asked = [course.question(name)[0] for name in question_ids("none")]
    return [each for each in asked if isinstance(each, OptionsQuestion) and WRONG_LINE.search(each.ask)]


def test_the_lines_of_an_argument_stand_in_their_order(course: Course) -> None:
    assert len(arguments(course)) >= 18
    assert [each.id for each in arguments(course) if not each.in_order] == []


def test_the_place_of_the_wrong_line_cannot_be_guessed(course: Course) -> None:
    places = Counter(option for each in arguments(course) for option, one in enumerate(each.options) if one.right)
    assert set(places) == {0, 1, 2, 3}
    assert max(places.values()) <= 0.4 * places.total()


def test_a_question_about_a_simulation_carries_it(course: Course) -> None:
    asked = [course.question(name)[0].draw_instance(0) for name in question_ids("none")]
    assert [question.id for question in asked if "simulation" in question.prompt and question.scene is None] == []


def examples(question: Instance) -> list[str]:
    """What the box shows as an example of an answer."""
    return re.split(r", (?=\d)| or ", question.how.rpartition("for example ")[2]) if "example" in question.how else []


def gives_away(question: Instance, example: str) -> bool:
    """Whether an example is right, or what a known mistake gives, or how the right answer begins."""
    if example.partition(" …")[0] != example:
        begun = example.partition(" …")[0].split()
        return question.solution.replace(",", "").split()[: len(begun)] == begun
    grade = question.grade_text(example)
    if isinstance(grade, Unreadable):
        return False
    said = [mistake.say for mistake in getattr(question, "known", ())]
    return grade.verdict == "right" or grade.feedback in said


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_example_beside_a_box_gives_the_answer_or_a_known_mistake_away(course: Course, path: Path) -> None:
    names = re.findall(r"^```\{question\} \w+\nid: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    given_away = set()
    for name in names:
        template = course.question(name)[0]
        met = set()
        for seed in range(12 if template.needs_simulation else 25):
            question = template.draw_instance(seed)
            if (asked := repr((question.prompt, question.options, question.names))) in met:
                continue
            met.add(asked)
            shown = examples(question)
            if isinstance(question, NumericInstance):
                for unreadable in ("abc", "forty-two", "", "<"):
                    advice = question.read(unreadable)
                    assert isinstance(advice, Unreadable)
                    shown += re.findall(r"(?<![\w.])\d[\d.,/]*(?<![.,])(?:e-\d)?", advice.advice)
            if isinstance(question, ChallengeInstance):
                refusal = question.read("faster")
                assert isinstance(refusal, Unreadable)
                shown.append(refusal.advice.rpartition(": ")[2])
            given_away |= {(name, seed, example) for example in shown if gives_away(question, example)}
    assert given_away == set()


def test_the_check_of_examples_finds_one_that_gives_the_answer_away() -> None:
    asked = read_question("number", {"id": "q", "ask": "?", "answer": 16, "hints": ["h"], "why": "w"}).draw_instance(0)
    assert gives_away(asked, "16")
    assert not any(gives_away(asked, example) for example in examples(asked))


def test_the_right_option_is_the_longest_no_more_and_no_less_often_than_chance(course: Course) -> None:
    """Counted over all options of one right answer; chance is one in as many as there are options."""
    asked = [course.question(name)[0].draw_instance(0) for name in question_ids()]
    choices = [question for question in asked if isinstance(question, SingleChoiceInstance)]
    chance = [1 / len(question.options) for question in choices]
    spread = sum(share * (1 - share) for share in chance) ** 0.5
    for extreme in (max, min):
        found = []
        for question in choices:
            lengths = [len(option.text) for option in question.options]
            if lengths.count(extreme(lengths)) == 1 and lengths[question.right] == extreme(lengths):
                found.append(question.id)
        assert sum(chance) - 2.5 * spread < len(found) < sum(chance) + spread, found


def test_no_letter_is_right_more_often_than_chance(course: Course) -> None:
    asked = [course.question(name)[0].draw_instance(seed) for name in question_ids() for seed in range(4)]
    four = [question for question in asked if isinstance(question, SingleChoiceInstance) and len(question.options) == 4]
    counts = [sum(question.right == place for question in four) for place in range(4)]
    spread = (len(four) * 3 / 16) ** 0.5
    assert all(abs(count - len(four) / 4) < 3 * spread for count in counts), counts

"""The questions as Moodle XML: what Moodle's importer asks of a file holds, and it would grade as the course does.

`read_quiz` follows the importer of Moodle (question/format/xml/format.php, and what the question types then refuse).
"""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.doors import hostile_pack
from tutor.content.course import Course, open_course
from tutor.content.plain import plain_inline
from tutor.export.markup import markdown_to_html
from tutor.export.moodle import TOP_CATEGORY, can_ask, decimal_text, share_text, write_moodle
from tutor.questions.base import Instance
from tutor.questions.kinds.match import MatchInstance
from tutor.questions.kinds.multiple_choice import MultipleChoiceInstance
from tutor.questions.kinds.numeric_instance import NumericInstance
from tutor.questions.kinds.order import OrderInstance
from tutor.questions.kinds.single_choice import SingleChoiceInstance
from tutor.questions.kinds.text import TextInstance

SHARES = {
    *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20"),
    *("16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
}
"""The shares that Moodle knows; it refuses any other, and knows each below 0 too."""
TYPES = {"multichoice", "numerical", "shortanswer", "matching"}


HEAD = ("name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber")
"""What every question begins with, in the order in which Moodle itself writes it."""
OWN = {
    "multichoice": ("single", "shuffleanswers", "answernumbering", "answer"),
    "numerical": ("answer", "units"),
    "shortanswer": ("usecase", "answer"),
    "matching": ("shuffleanswers", "subquestion"),
}
"""What a type has besides, in that order; hints and tags come last."""
MAY_LACK = {"units", "hint", "tags"}
VALUES = {
    "penalty": {"1", "0.5", "0.3333333", "0.25", "0.2", "0.1", "0"},
    "hidden": {"0"},
    "single": {"true", "false"},
    "shuffleanswers": {"true", "false"},
    "answernumbering": {"abc", "ABCD", "123", "iii", "IIII", "none"},
    "usecase": {"0", "1"},
}
"""What Moodle's own form lets one choose."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MAX_TAG, MAX_CATEGORY = 50, 255
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def hold_to_the_form(element: ET.Element) -> None:
    """Every element is one that Moodle knows, in the order in which it writes them, with a value that it offers."""
    kind = element.get("type", "")
    known = (*HEAD, *OWN[kind], "hint", "tags")
    tags = [child.tag for child in element]
    assert tags == sorted(tags, key=known.index), tags
    assert set(known) - set(tags) <= MAY_LACK
    assert all(tags.count(name) == 1 for name in {*tags} - {"answer", "subquestion", "hint"})
    for name, values in VALUES.items():
        assert {child.text for child in element.findall(name)} <= values, name
    for answer in element.findall("answer"):
        inside = ["text", "feedback", *(["tolerance"] if kind == "numerical" else [])]
        assert [child.tag for child in answer] == inside
        if kind == "numerical":
            assert NUMBER.fullmatch(answer.findtext("text") or "")
            assert NUMBER.fullmatch(answer.findtext("tolerance") or "")
    for pair in element.findall("subquestion"):
        assert ([child.tag for child in pair], pair.get("format")) == (["text", "answer"], "html")
    for unit in element.findall("units/unit"):
        assert ([child.tag for child in unit], unit.findtext("multiplier")) == (["multiplier", "unit_name"], "1")
        assert unit.findtext("unit_name")
    names = [tag.findtext("text") or "" for tag in element.findall("tags/tag")]
    assert len({*names}) == len(names)
    assert all(0 < len(name) <= MAX_TAG for name in names)


@dataclass(frozen=True)
class Answer:
    share: float
    text: str
    feedback: str
    tolerance: float


@dataclass
class MoodleQuestion:
    """A question as Moodle has it after the import."""

    type: str
    name: str
    category: str
    text: str
    answers: list[Answer] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    single: bool = True


def text_in(element: ET.Element, path: str) -> str:
    found = element.find(f"{path}/text")
    assert found is not None, path
    return (found.text or "").strip()


def read_quiz(data: bytes) -> list[MoodleQuestion]:
    """Read a file as Moodle does, and hold it to what Moodle asks."""
    quiz = ET.fromstring(data)
    assert quiz.tag == "quiz"
    assert not NOT_IN_XML.search(data.decode("utf-8"))
    numbers: set[tuple[str, str]] = set()
    category = ""
    found: list[MoodleQuestion] = []
    for element in quiz:
        assert element.tag == "question"
        if element.get("type") == "category":
            category = text_in(element, "category")
            assert category.startswith("$course$/top/")
            parts = re.split(r"(?<!/)/(?!/)", category)
            assert len(parts) == 5
            assert all(0 < len(part) <= MAX_CATEGORY for part in parts)
        else:
            hold_to_the_form(element)
            numbers.add((category, element.findtext("idnumber") or ""))
            found.append(read_question(element, category))
    names = [(question.category, question.name) for question in found]
    assert len(set(names)) == len(names) == len(numbers)
    return found


def read_question(element: ET.Element, category: str) -> MoodleQuestion:
    kind = element.get("type", "")
    assert kind in TYPES
    question = MoodleQuestion(kind, text_in(element, "name"), category, text_in(element, "questiontext"))
    assert 0 < len(question.name) <= 255
    assert question.text
    assert text_in(element, "generalfeedback")
    for html in (*element.findall("questiontext"), *element.findall("generalfeedback"), *element.findall("hint")):
        assert html.get("format") == "html"
    assert 0 <= float(element.findtext("penalty") or "") <= 1
    assert float(element.findtext("defaultgrade") or "") > 0
    assert re.fullmatch(r"[\w-]{1,100}", element.findtext("idnumber") or "")
    for answer in element.findall("answer"):
        share = answer.get("fraction", "")
        assert share.removeprefix("-") in SHARES
        tolerance = float(answer.findtext("tolerance") or "0")
        assert tolerance >= 0
        feedback = answer.find("feedback")
        assert feedback is not None
        assert feedback.get("format") == "html"
        question.answers.append(Answer(float(share), text_in(answer, "."), text_in(answer, "feedback"), tolerance))
        assert question.answers[-1].text
    if kind == "matching":
        question.pairs = [(text_in(pair, "."), text_in(pair, "answer")) for pair in element.findall("subquestion")]
        assert sum(bool(left) for left, _ in question.pairs) >= 2
        assert len(question.pairs) >= 3
        assert all(len(right) <= 255 and right for _, right in question.pairs)
        assert len({right for _, right in question.pairs}) == len(question.pairs)
        return question
    positive = sum(answer.share for answer in question.answers if answer.share > 0)
    question.single = element.findtext("single") != "false"
    if kind == "multichoice" and not question.single:
        assert abs(positive - 100) < 0.01
        assert abs(sum(answer.share for answer in question.answers if answer.share < 0) + 100) < 0.01
    else:
        assert max(answer.share for answer in question.answers) == 100
    if kind == "multichoice":
        assert len(question.answers) >= 2
    return question


def moodle_share(question: MoodleQuestion, typed: str) -> float:
    """What Moodle gives for a typed answer: the first that fits."""
    for answer in question.answers:
        if question.type == "numerical" and abs(float(typed) - float(answer.text)) <= answer.tolerance * (1 + 1e-9):
            return answer.share
        if question.type == "shortanswer" and typed.casefold() == answer.text.replace("\\*", "*").casefold():
            return answer.share
    return 0.0


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def instance_of(course: Course, question: MoodleQuestion) -> Instance:
    id, seed = question.name.rsplit(" ", 1)
    return course.question(id)[0].draw_instance(int(seed))


def test_every_question_of_the_course_is_one_that_moodle_takes_or_is_counted(course: Course) -> None:
    data, told = write_moodle(course, (), 3)
    found = read_quiz(data)
    assert {question.type for question in found} == TYPES
    assert len(found) == told.instances
    assert len({question.category for question in found}) == told.questions
    assert told.questions + sum(told.left_out.values()) == len(course.questions())
    assert {"challenge", "predict", "expression"} <= set(told.left_out)
    counts = Counter(question.category for question in found)
    assert max(counts.values()) == 3
    assert {category.split("/")[3] for category in counts} <= {
        heading.front_matter.title for heading in course.headings
    }
    for question in found:
        assert "$" not in question.text.replace("\\$", ""), question.name
        hold_to_the_course(question, instance_of(course, question))


def hold_to_the_course(question: MoodleQuestion, instance: Instance) -> None:
    """What Moodle gives for the answers that a question vouches for is what the course gives."""
    if isinstance(instance, NumericInstance):
        assert moodle_share(question, decimal_text(instance.expected)) == 100
        for mistake in instance.known_mistakes:
            assert moodle_share(question, decimal_text(mistake.value)) == 0
        band = max(instance.tolerance.atol, instance.tolerance.rtol * abs(instance.expected))
        for factor in (Fraction(99, 100), Fraction(101, 100)):
            value = instance.expected + band * factor
            if band > 10**-9:
                assert (moodle_share(question, repr(float(value))) == 100) == (instance.grade(value).score == 1)
    elif isinstance(instance, TextInstance):
        for sample in instance.samples():
            if sample.text in (*instance.answers, *(mistake.term for mistake in instance.known_mistakes)):
                assert (moodle_share(question, sample.text) == 100) == (sample.expect == "right")
    elif isinstance(instance, SingleChoiceInstance | MultipleChoiceInstance):
        right = {instance.right} if isinstance(instance, SingleChoiceInstance) else instance.right
        assert [answer.share > 0 for answer in question.answers] == [
            index in right for index in range(len(instance.options))
        ]
        assert [answer.feedback for answer in question.answers] == [markdown_to_html(why) for why in instance.whys]
    elif isinstance(instance, MatchInstance):
        rights = [plain_inline(instance.options[index].text) for index in instance.correct]
        lefts = [markdown_to_html(place.text, inline=True) for place in instance.places]
        assert question.pairs[: len(lefts)] == list(zip(lefts, rights, strict=True))
        assert len(question.pairs) == len(instance.options)
    else:
        assert isinstance(instance, OrderInstance)
        texts = {option.label: plain_inline(option.text) for option in instance.options}
        steps = [(f"Step {number}", texts[label]) for number, label in enumerate(instance.solution.split(), 1)]
        assert question.pairs[: len(steps)] == steps
        assert [left for left, _ in question.pairs[len(steps) :]] == [""] * (len(texts) - len(steps))


def test_an_order_of_which_several_are_right_is_left_out(course: Course) -> None:
    orders = [question.draw_instance(0) for question in course.questions() if question.kind == "order"]
    assert {can_ask(instance.marking) for instance in orders} == {True, False}
    for instance in orders:
        assert isinstance(instance, OrderInstance)
        letters = instance.solution.split()
        swapped = ([*letters[:at], letters[at + 1], letters[at], *letters[at + 2 :]] for at in range(len(letters) - 1))
        assert can_ask(instance.marking) == all(instance.order.score(other) < 1 for other in swapped)


def test_the_same_seed_gives_the_same_file_and_another_gives_others(course: Course) -> None:
    first = write_moodle(course, ["adam"], 2, 3)[0]
    assert first == write_moodle(course, ["adam"], 2, 3)[0]
    assert first != write_moodle(course, ["adam"], 2, 4)[0]
    assert {question.category.split("/")[3] for question in read_quiz(first)} == {
        course.lesson("adam").heading.front_matter.title
    }


def test_the_command_writes_a_file_and_names_what_is_left_out(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "quiz.xml"
    done = command("export", str(file), "--lesson", "adam", "--lesson", "node", "--variants", "2")
    assert re.search(r"^\d+ questions in \d+ variants written to .*quiz\.xml; import it", done.out)
    assert "Left out, since Moodle cannot ask them: " in done.out
    assert "`challenge`" in done.out
    assert read_quiz(file.read_bytes())
    assert "there already" in command("export", str(file)).error_line
    piped = command("export", "-", "--moodle", "--lesson", "adam")
    assert read_quiz(piped.out.encode())
    assert piped.error_line.startswith("chainrule: Left out")
    for options, words in (
        (("x.xml", "--variants", "0"), "from 1 to 50"),
        (("x.xml", "--seed", "-1"), "from 0"),
        (("x.jsonl", "--variants", "2"), "for Moodle"),
        (("x.xml", "--name", "Ada"), "nobody's"),
        (("x", "--anki", "--moodle"), "cannot be given together"),
        (("x.xml", "--lesson", "adamm"), "did you mean 'adam'?"),
    ):
        assert words in command("export", *options).error_line


def test_nothing_of_a_lesson_is_obeyed(tmp_path: Path) -> None:
    pack = hostile_pack(tmp_path / "pack")
    data, _ = write_moodle(Course(pack), (), 2)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\x9b\u202e\u200b\ufeff]", data.decode())
    for question in read_quiz(data):
        assert question.category.startswith(f"{TOP_CATEGORY}/")
        assert "<script" not in question.text
        assert "javascript:" not in question.text


def test_numbers_and_shares_are_written_as_moodle_reads_them() -> None:
    assert decimal_text(Fraction(1, 3)) == "0.333333333333333"
    assert decimal_text(Fraction(12 * 10**20)) == "1200000000000000000000"
    assert decimal_text(Fraction(1, 10**9)) == "0.000000001"
    assert [share_text(Fraction(100, count)) in SHARES for count in range(1, 11)] == [True] * 10

"""The course: the good lessons open, and what is left out is said."""

from pathlib import Path

import pytest

from tests.content.lessons import GOOD, NEIGHBOUR, broken, folder
from tutor.content import course as course_module
from tutor.content.course import Course, open_course
from tutor.content.find import lessons_folder
from tutor.content.model import Erratum, Prose, QuestionBlock, SimulationBlock, Task, TextTemplate
from tutor.content.plan import COURSE_PLAN, PLANNED_NUMBERS
from tutor.errors import ChainruleError, UsageError
from tutor.progress.record.store import Store
from tutor.quiz.selection import choose_questions


def ids(course: Course) -> list[str]:
    return [heading.front_matter.id for heading in course.headings]


def test_a_lesson_is_read_into_its_sections_and_blocks(tmp_path: Path) -> None:
    lesson = Course(folder(tmp_path, toy=GOOD)).lesson("toy")
    assert lesson.id == "toy"
    assert [(section.title, section.line) for section in lesson.sections] == [
        ("Why it matters", 10),
        ("See it", 24),
        ("Questions", 38),
    ]
    why, see, questions = (section.blocks for section in lesson.sections)
    assert [type(block) for block in (*why, *see, *questions)] == [
        Prose, SimulationBlock, Erratum, QuestionBlock, QuestionBlock,
    ]  # fmt: skip
    assert why[0] == Prose(12, TextTemplate("\n".join(GOOD.split("\n")[11:22])))
    assert see[0] == SimulationBlock(
        26,
        "conv-cost",
        {"kernels": 125},
        1,
        (Task(TextTemplate("Step once. What is $k$ now?")), Task(TextTemplate("Step back."))),
    )
    assert see[1] == Erratum(34, 1, TextTemplate("The notes say $k = 256$. Check it: step twice."))
    assert [question.id for question in lesson.questions] == ["toy-sum", "toy-larger"]


def test_a_question_without_concepts_gets_those_of_its_lesson(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=GOOD))
    assert course.question("toy-sum")[0].concepts == ("counting",)
    assert course.question("toy-larger")[0].concepts == ("counting", "cost")


def test_lessons_come_in_the_order_of_their_numbers_from_all_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "30-pal.md").write_text(NEIGHBOUR, "utf-8")
    (tmp_path / "b" / "20-toy.md").write_text(GOOD, "utf-8")
    course = Course(tmp_path / "a", [tmp_path / "b"])
    assert ids(course) == ["toy", "pal"]
    assert course.headings[0].number == 20
    assert [question.id for question in course.questions()] == [
        "toy-sum", "toy-larger", "pal-sum", "pal-larger",
    ]  # fmt: skip
    assert [question.id for question in course.questions("pal")] == ["pal-sum", "pal-larger"]
    assert course.question("pal-larger")[1] == "pal"


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    course = Course(tmp_path / "nowhere")
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "20-toy.md").write_text(GOOD, "utf-8")
    assert ids(course) == ["toy"]


def test_a_lesson_with_broken_front_matter_is_left_out_at_once(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=broken("minutes: 5\n", "")))
    assert ids(course) == ["pal"]
    assert [(fault.path.name, fault.line) for fault in course.faults] == [("20-toy.md", 2)]
    with pytest.raises(ChainruleError, match=r"the lesson 'toy' cannot be opened: .*20-toy\.md:2: "):
        course.lesson("toy")
    assert course.lesson("pal").id == "pal"


def test_a_lesson_with_a_broken_body_is_left_out_when_it_is_read(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=broken("} choice", "} choise").replace("} conv-cost", "} conv")))
    assert ids(course) == ["toy", "pal"]
    assert not course.faults
    says = r"'toy' cannot be opened: .*:26: .* \(and 1 more: chainrule check .*20-toy\.md\)"
    for _ in range(2):
        with pytest.raises(ChainruleError, match=says):
            course.lesson("toy")
    assert ids(course) == ["pal"]
    assert [fault.line for fault in course.faults] == [26, 52]


def test_all_questions_are_those_of_the_lessons_that_open(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=broken("} choice", "} choise")))
    assert {question.id for question in course.questions()} == {"pal-sum", "pal-larger"}
    assert [fault.path.name for fault in course.faults] == ["20-toy.md"]
    with pytest.raises(UsageError, match="there is no question 'toy-sum'; did you mean"):
        course.question("toy-sum")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("} choice", "} choise"),
        ("{kernels: 125}", "{kernels: 0}"),
        ("step: 1", "step: 9999"),
        ("$k$ numbers", r"$\frac{k$ numbers"),
        ("answer: a + 1", "answer: b + 1"),
        ("id: toy-sum", "id: pal-sum"),
    ],
)
def test_a_lesson_of_an_added_folder_is_proved_before_it_opens(tmp_path: Path, old: str, new: str) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(broken(old, new), "utf-8")
    course = Course(folder(tmp_path), [tmp_path / "more"])
    assert ids(course) == ["toy", "pal"]
    with pytest.raises(ChainruleError, match="the lesson 'toy' cannot be opened: "):
        course.lesson("toy")
    assert ids(course) == ["pal"]
    again = Course(folder(tmp_path), [tmp_path / "more"])
    assert [heading.front_matter.id for heading in again.prove()] == ["toy"]
    assert ids(again) == ["pal"]
    assert [fault.path.name for fault in again.faults] == ["20-toy.md"]
    assert list(again.prove()) == []


def test_a_quiz_leaves_out_the_questions_of_an_added_lesson_that_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20-toy.md").write_text(broken("answer: a + 1", "answer: b + 1"), "utf-8")
    course = Course(folder(tmp_path), [tmp_path / "more"])
    assert {question.id for question in course.questions()} == {"toy-sum", "toy-larger", "pal-sum", "pal-larger"}
    store = Store.open(tmp_path / "home")
    assert {id for id, _ in choose_questions(course, store, seed=1)} == {"pal-sum", "pal-larger"}
    store.close()


def test_a_folder_of_too_many_files_is_read_in_part_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_module, "MAX_LESSONS", 1)
    course = Course(folder(tmp_path, toy=GOOD))
    assert ids(course) == ["toy"]
    assert str(course.faults[0]) == f"{tmp_path}/lessons:1: this folder holds more than 1 lessons; divide it"


def test_a_lesson_that_was_changed_is_read_anew_when_it_is_forgotten(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=GOOD)
    course = Course(path)
    assert course.lesson("toy").sections[0].title == "Why it matters"
    (path / "20-toy.md").write_text(broken("Why it matters", "Why it counts"), "utf-8")
    assert course.lesson("toy").sections[0].title == "Why it matters"
    course.forget("toy")
    assert course.lesson("toy").sections[0].title == "Why it counts"


def test_a_good_lesson_of_an_added_folder_opens(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    extra = [folder(tmp_path, toy=GOOD)]
    assert Course(tmp_path / "own", extra).lesson("toy").id == "toy"
    assert Course(tmp_path / "own", extra).question("pal-sum")[1] == "pal"
    assert len(Course(tmp_path / "own", extra).questions()) == 4
    assert Course(tmp_path / "own", extra).faults == ()


def test_of_two_lessons_of_one_id_the_first_counts_and_it_is_said(tmp_path: Path) -> None:
    own = folder(tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "05-pal.md").write_text(NEIGHBOUR.replace("Pal: ", "Other: "), "utf-8")
    course = Course(own, [tmp_path / "more"])
    assert [heading.path.parent for heading in course.headings] == [own]
    says = f"2: the lesson id 'pal' is also in {own}/30-pal.md, which is used; rename one"
    assert [str(fault) for fault in course.faults] == [f"{tmp_path}/more/05-pal.md:{says}"]
    assert course.lesson("pal").heading.path.parent == own


def test_a_broken_lesson_does_not_shut_out_a_good_one_of_the_same_id(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "05-pal.md").write_text(NEIGHBOUR.replace("minutes: 5", ""), "utf-8")
    for course in (
        Course(folder(tmp_path), [tmp_path / "more"]),
        Course(tmp_path / "more", [folder(tmp_path)]),
    ):
        assert ids(course) == ["pal"]
        assert course.lesson("pal").heading.path.name == "30-pal.md"
        assert len(course.faults) == 1


def test_the_same_folder_twice_is_one_folder(tmp_path: Path) -> None:
    path = folder(tmp_path)
    course = Course(path, [path, path / ".." / path.name])
    assert (ids(course), course.faults) == (["pal"], ())


def test_an_unknown_lesson_or_question_gets_the_nearest_name(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=GOOD))
    with pytest.raises(UsageError, match="there is no lesson 'toi'; did you mean 'toy'"):
        course.lesson("toi")
    with pytest.raises(UsageError, match="there is no lesson 'toi'; did you mean 'toy'"):
        course.questions("toi")
    with pytest.raises(UsageError, match="there is no question 'toy-larg'; did you mean 'toy-larger'"):
        course.question("toy-larg")


def test_a_question_is_found_without_reading_the_other_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course(folder(tmp_path, toy=GOOD, other=GOOD.replace("toy", "other")))
    read: list[str] = []
    original = Course._read_lesson

    def counting(self: Course, path: Path) -> None:
        read.append(path.name)
        original(self, path)

    monkeypatch.setattr(course_module.Course, "_read_lesson", counting)
    course.question("pal-sum")
    course.question("pal-larger")
    assert read == ["30-pal.md"]


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    course = Course(tmp_path / "nowhere", [folder(tmp_path)])
    assert ids(course) == ["pal"]
    assert str(course.faults[0]).startswith(f"{tmp_path}/nowhere:1: this folder cannot be read: ")


def test_what_is_coming_is_the_plan_without_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "13-adam.md").write_text(GOOD.replace("id: toy\n", "id: adam\n"), "utf-8")
    coming = [planned.id for planned in Course(tmp_path).coming]
    assert len(coming) == len(COURSE_PLAN) - 1
    assert "adam" not in coming


def test_the_plan_numbers_its_lessons_from_1() -> None:
    assert [planned.number for planned in COURSE_PLAN] == list(range(1, len(COURSE_PLAN) + 1))
    assert len(PLANNED_NUMBERS) == len(COURSE_PLAN)


def test_every_lesson_of_the_course_opens_and_has_its_number_in_the_plan() -> None:
    course = open_course()
    for heading in course.headings:
        assert course.lesson(heading.front_matter.id).questions
        assert PLANNED_NUMBERS[heading.front_matter.id] == heading.number
    assert course.faults == ()
    assert len(course.headings) == len(list(lessons_folder().glob("[0-9]*.md")))

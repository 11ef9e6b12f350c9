"""The skeleton of a lesson passes the check as it is."""

from pathlib import Path

import pytest

from tests.content.lessons import folder
from tutor.content.check import check
from tutor.content.course import Course
from tutor.content.find import lesson_files, lessons_folder
from tutor.content.new import new_lesson
from tutor.content.plan import COURSE_PLAN
from tutor.errors import ChainruleError, UsageError


def test_a_new_lesson_passes_the_check_and_opens(tmp_path: Path) -> None:
    path = new_lesson("my-topic-2", tmp_path / "deep" / "lessons")
    assert path == tmp_path / "deep" / "lessons" / f"{len(COURSE_PLAN) + 1}-my-topic-2.md"
    assert check([path.parent]) == []
    lesson = Course(path.parent).lesson("my-topic-2")
    assert [question.kind for question in lesson.questions] == ["number", "choice", "predict", "challenge"]
    for question in lesson.questions:
        instance = question.draw_instance(1)
        outcome = instance.grade_text(instance.solution)
        assert getattr(outcome, "verdict", None) == "right"


def test_a_lesson_of_the_plan_gets_its_number(tmp_path: Path) -> None:
    written = {path.stem[3:] for path in lesson_files(lessons_folder())}
    for number, id, _ in COURSE_PLAN:
        if id in written:
            with pytest.raises(UsageError, match=f"the lesson '{id}' is already there"):
                new_lesson(id, tmp_path)
        else:
            assert new_lesson(id, tmp_path).name == f"{number:02d}-{id}.md"
    lacks = {
        "this lesson has 4 questions; give it at least 10",
        "2 questions of this lesson with fresh numbers (given: …); give it at least 3",
    }
    assert {fault.message for fault in check(sorted(tmp_path.glob("*.md")))} <= lacks


def test_numbers_go_on_after_the_last_lesson(tmp_path: Path) -> None:
    path = folder(tmp_path)
    assert [new_lesson(id, path).name for id in ("a", "b")] == ["31-a.md", "32-b.md"]
    assert check([path]) == []


@pytest.mark.parametrize("id", ["", "My", "a b", "../x", "a/b", "-a", "a-", "é", "a" * 61, "a\n"])
def test_an_id_that_is_no_name_is_refused(tmp_path: Path, id: str) -> None:
    with pytest.raises(UsageError, match="cannot be a lesson's id; use small letters, digits and hyphens"):
        new_lesson(id, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_lesson_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = folder(tmp_path)
    before = (path / "30-pal.md").read_bytes()
    with pytest.raises(UsageError, match=r"the lesson 'pal' is already there: .*30-pal\.md"):
        new_lesson("pal", path)
    assert (path / "30-pal.md").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ChainruleError, match="the lesson cannot be written there: "):
        new_lesson("topic", tmp_path / "file")

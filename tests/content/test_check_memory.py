"""A lesson without fault is not checked again until it, or the program, changes."""

from pathlib import Path

import pytest

from tests.conftest import Command
from tests.content.lessons import GOOD, broken, folder
from tutor.content import check as module
from tutor.content import check_memory
from tutor.content.check import check
from tutor.content.check_memory import CheckMemory
from tutor.content.model import LessonFault

FAULT = broken("answer: a + 1", "answer: 1 / (a - 2)")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the lessons that are checked, in order, but for the neighbour of the one that is looked at."""
    names: list[str] = []
    faults_within = module.faults_within

    def note(path: Path) -> list[LessonFault]:
        names.extend([path.name] if path.name != "30-pal.md" else [])
        return faults_within(path)

    monkeypatch.setattr(module, "faults_within", note)
    return names


def test_a_lesson_that_had_no_fault_is_checked_again_only_when_it_has_changed(
    tmp_path: Path, checked: list[str]
) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    assert check([lessons], memory=CheckMemory()) == check([lessons])
    count = len(checked)
    assert check([lessons], memory=CheckMemory()) == []
    assert len(checked) == count
    [toy] = lessons.glob("*toy.md")
    toy.write_text(FAULT, "utf-8")
    assert [fault.path.name for fault in check([lessons], memory=CheckMemory())] == [toy.name]
    assert checked[count:] == [toy.name]


def test_a_lesson_with_a_fault_is_checked_each_time_and_its_fault_said_each_time(
    tmp_path: Path, checked: list[str]
) -> None:
    lessons = folder(tmp_path, toy=FAULT)
    first, second = (check([lessons], memory=CheckMemory()) for _ in range(2))
    assert first == second != []
    assert len(checked) == 2


def test_what_another_lesson_breaks_is_said_though_this_one_has_not_changed(tmp_path: Path) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    assert check([lessons], memory=CheckMemory()) == []
    folder(tmp_path, third=GOOD)
    assert check([lessons], memory=CheckMemory()) == check([lessons]) != []


def test_another_version_of_the_program_checks_everything_again(
    tmp_path: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    check([lessons], memory=CheckMemory())
    monkeypatch.setattr(check_memory, "LIBRARIES", ("a library that was not there",))
    check([lessons], memory=CheckMemory())
    assert len(checked) == 2


def test_a_lesson_of_another_name_is_another_lesson(tmp_path: Path, checked: list[str]) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    check([lessons], memory=CheckMemory())
    [toy] = lessons.glob("*toy.md")
    toy.rename(lessons / "77-toy.md")
    check([lessons], memory=CheckMemory())
    assert len(checked) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"x" * 100_000])
def test_a_memory_that_cannot_be_read_holds_nothing(tmp_path: Path, home: Path, content: bytes) -> None:
    file = home / "checked" / check_memory.FILE_NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    lessons = folder(tmp_path, toy=GOOD)
    assert len(CheckMemory().unchecked([*lessons.glob("*.md")])) == 2
    assert check([lessons], memory=CheckMemory()) == []
    assert CheckMemory().unchecked([*lessons.glob("*.md")]) == []


def test_without_a_place_to_remember_everything_is_checked_each_time(
    tmp_path: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "file"))
    for _ in range(2):
        assert check([lessons], memory=CheckMemory()) == []
    assert len(checked) == 2


def test_only_the_newest_lessons_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(check_memory, "MAX_REMEMBERED", 3)
    for number in range(5):
        check([folder(tmp_path, toy=GOOD.replace("A kernel", f"A kernel {number}"))], memory=CheckMemory())
    assert len((home / "checked" / check_memory.FILE_NAME).read_text("ascii").split()) == 3


def test_the_command_remembers_and_checks_everything_when_it_is_asked_to(
    tmp_path: Path, checked: list[str], command: Command
) -> None:
    lessons = folder(tmp_path, toy=GOOD)
    for arguments in ((), (), ("--again",)):
        done = command("check", str(lessons), *arguments)
        assert (done.code, done.out) == (0, "no faults found\n")
    assert len(checked) == 2

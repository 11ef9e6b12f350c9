"""Files that are no lessons: said, never raised."""

import os
from pathlib import Path

import pytest

from tests.content.lessons import GOOD, folder
from tutor.content.check import check
from tutor.content.find import lesson_files, lessons_folder


def only_fault(path: Path) -> str:
    (fault,) = check([path])
    return f"{fault.path.name}:{fault.line}: {fault.message}"


def test_the_lessons_of_the_repository_are_found() -> None:
    assert lessons_folder().name == "lessons"
    assert (lessons_folder().parent / "tutor").is_dir() or lessons_folder().parent.name == "tutor"


def test_lessons_come_in_the_order_of_their_names_and_nothing_else_comes(tmp_path: Path) -> None:
    for name in ("10-b.md", "02-a.md", "notes.txt", "README.md", ".03-hidden.md", "readme.md", "100-c.md"):
        (tmp_path / name).touch()
    assert [path.name for path in lesson_files(tmp_path)] == ["02-a.md", "10-b.md", "100-c.md"]


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_read(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text(GOOD, "utf-8")
    path = folder(tmp_path)
    (path / "20-toy.md").symlink_to(tmp_path / "outside.md")
    assert only_fault(path) == ("20-toy.md:1: is a link that leads out of its folder; put the lesson itself there")
    (path / "20-toy.md").unlink()
    (path / "toy.txt").write_text(GOOD, "utf-8")
    (path / "20-toy.md").symlink_to(path / "toy.txt")
    assert check([path]) == []


def test_a_link_to_itself_and_a_link_to_nothing_are_said(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "20-toy.md").symlink_to(path / "20-toy.md")
    assert only_fault(path).startswith("20-toy.md:1: cannot be read: ")
    (path / "20-toy.md").unlink()
    (path / "20-toy.md").symlink_to(path / "nothing")
    assert only_fault(path) == "20-toy.md:1: cannot be read: No such file or directory"


@pytest.mark.unix
def test_a_folder_and_a_pipe_with_a_lesson_s_name_are_said(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "20-toy.md").mkdir()
    assert only_fault(path) == "20-toy.md:1: is no ordinary file; a lesson is a Markdown file"
    (path / "20-toy.md").rmdir()
    os.mkfifo(path / "20-toy.md")
    assert only_fault(path) == "20-toy.md:1: is no ordinary file; a lesson is a Markdown file"


def test_a_file_larger_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=GOOD + " " * 1_000_000)
    assert only_fault(path) == "20-toy.md:1: is larger than 1 MB; a lesson is at most that, split it in two"


@pytest.mark.parametrize(("part", "line"), [(b"Toy:", 3), (b"A kernel", 12)])
def test_bytes_that_are_not_utf_8_are_said_with_their_line(tmp_path: Path, part: bytes, line: int) -> None:
    path = folder(tmp_path)
    (path / "20-toy.md").write_bytes(GOOD.encode().replace(part, part + b"\xff"))
    assert only_fault(path) == f"20-toy.md:{line}: this is not UTF-8 text; save the file as UTF-8"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "20-toy.md").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert check([path]) == []
    bad = GOOD.replace("} choice", "} choise").replace("\n", "\r\n")
    (path / "20-toy.md").write_bytes(bad.encode())
    assert only_fault(path) == "20-toy.md:52: there is no question kind 'choise'; did you mean 'choice'?"


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    assert only_fault(tmp_path / "20-gone.md") == "20-gone.md:1: cannot be read: No such file or directory"


NONE = "a lesson begins with front matter: a line ---, the keys id, title, part …, and a line ---"
OPEN = "the front matter is not closed; put a line --- after its last key"
LIST = "write keys and values here, one a line: id, title, part, concepts, minutes, needs"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", NONE),
        ("# Adam\n", NONE),
        ("---\nid: toy\n", OPEN),
        ("---\nid: toy\n" + "# long\n" * 2000 + "---\n", OPEN),
        ("---\n- id\n---\n", LIST),
    ],
)
def test_front_matter_that_is_none_is_said(tmp_path: Path, text: str, says: str) -> None:
    (fault,) = check([folder(tmp_path, toy=text) / "20-toy.md"])
    assert fault.message == says
    assert fault.line <= 2


def test_every_missing_key_is_said(tmp_path: Path) -> None:
    faults = check([folder(tmp_path, toy="---\n---\n") / "20-toy.md"])
    missing = {fault.message.split("'")[1] for fault in faults}
    assert missing == {"id", "title", "part", "concepts", "minutes"}

"""Whatever is done to a lesson, the check answers with faults, and never raises."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.lessons import GOOD, folder
from tutor.content.check import check
from tutor.content.course import Course
from tutor.errors import ChainruleError

PIECES = [
    "$",
    "$$",
    "```",
    "```{",
    "}",
    "{",
    "---",
    "\n",
    "\n## ",
    ": ",
    "- ",
    "'",
    '"',
    "\\",
    "|",
    "\t",
    "\0",
]
edits = st.lists(
    st.tuples(
        st.integers(0, len(GOOD)),
        st.integers(0, 12),
        st.sampled_from([*PIECES, "é", "&a ", "*a ", "! ", "9" * 30, "[" * 20, "1e999", ".inf", "a" * 200])
        | st.text(max_size=3),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits)
def test_any_edit_of_a_lesson_is_answered_with_faults(tmp_path: Path, edits: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    path = folder(tmp_path)
    (path / "20-toy.md").write_bytes(text.encode("utf-8", "replace"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    faults = check([path])
    assert all(1 <= fault.line <= lines for fault in faults if fault.path.name == "20-toy.md")
    course = Course(path)
    assert "pal" in [heading.front.id for heading in course.headings]
    if not faults:
        assert course.lesson("toy").questions
    course.questions()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
def test_any_bytes_in_a_lesson_are_answered_with_faults(tmp_path: Path, data: bytes, at: int) -> None:
    path = folder(tmp_path)
    whole = GOOD.encode()
    (path / "20-toy.md").write_bytes(whole[:at] + data + whole[at:])
    check([path])
    try:
        Course(path).lesson("toy")
    except ChainruleError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("end", range(0, len(GOOD), 7))
def test_a_lesson_that_breaks_off_anywhere_is_answered_with_faults(tmp_path: Path, end: int) -> None:
    path = folder(tmp_path, toy=GOOD[:end])
    check([path])

"""Whatever is done to a lesson, the check answers with faults, and never raises."""

from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.lessons import GOOD, folder
from tests.content.section_text import section_text
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
    assert "pal" in [heading.front_matter.id for heading in course.headings]
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


pumped = st.builds(
    lambda start, unit, count, end: start + unit * min(count, 6000 // len(unit)) + end,
    st.sampled_from(["", "\n", "## ", "- ", "a", "|", "$", "`", "```", "**", "[", "{", "\n    ", "\n> "]),
    st.sampled_from(
        [*PIECES, " ", "*", "**a ", "_a ", "[", "![", "](", "<", "&", "~", "#", "> ", "0", "é", "|-", "\n\n"]
    )
    | st.text(min_size=1, max_size=3),
    st.integers(10, 6000),
    st.sampled_from(["", "x", "\n", "}", "$", "`", "|", "\n```\n"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pumped, st.integers(0, len(GOOD)))
def test_any_piece_over_and_over_is_answered_soon(tmp_path: Path, piece: str, at: int) -> None:
    path = folder(tmp_path)
    (path / "20-toy.md").write_bytes((GOOD[:at] + piece + GOOD[at:]).encode("utf-8", "replace"))
    started = process_time()
    faults = check([path / "20-toy.md"])
    assert all(len(str(fault)) < 600 for fault in faults)
    course = Course(path)
    with suppress(ChainruleError):
        for section in course.lesson("toy").sections:
            section_text(section)
    assert process_time() - started < 5


@pytest.mark.parametrize("end", range(0, len(GOOD), 7))
def test_a_lesson_that_breaks_off_anywhere_is_answered_with_faults(tmp_path: Path, end: int) -> None:
    path = folder(tmp_path, toy=GOOD[:end])
    check([path])

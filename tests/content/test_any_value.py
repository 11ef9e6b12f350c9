"""Whatever stands where a lesson has a number, a text or a list: it is used, or named as a fault; nothing crashes."""

import copy
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from tests.content.lessons import RICH
from tutor.budget import Budget
from tutor.content.check import check
from tutor.content.course import Course
from tutor.errors import ChainruleError
from tutor.questions.base import Sample
from tutor.questions.kinds.table import KINDS, read_question

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^```\{question\} (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
VALUES: tuple[Any, ...] = (
    *(0, -1, 1e10, 1e308, 1e-320, math.inf, -math.inf, math.nan, 10**400, 10**20, True, None, "x", "", "1e999"),
    *([], {}, [0], {"low": 1e308, "high": -1e308, "step": 1e-320}, "1/0", "9**9**9", "inf", "-inf", "nan"),
)
SPELLED = ("0", "-1", "1e10", "1e308", ".inf", ".nan", "1" + "0" * 400, "true", '"x"', "", "[]", "{}", "1e-320")


def places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a block of YAML."""
    if place:
        yield place
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from places(value, (*place, key))


def put(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    around = changed
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = value
    return changed


def tried(kind: str, data: Any) -> None:
    """Read, prove, ask and grade: with faults or without, but never with a crash."""
    with Budget(60_000, "this question").activate():
        try:
            question = read_question(kind, data)
            faults = question.check()
            assert all("\n" not in fault for fault in faults)
            if faults:
                return
            instance = question.draw_instance(3)
            _ = (instance.how, instance.solution)
            for sample in (*instance.samples(), Sample("1e400", "wrong"), Sample("0", "wrong")):
                instance.grade_text(sample.text)
        except ChainruleError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_any_value_under_any_key_of_a_question_is_used_or_named(kind: str) -> None:
    data = yaml.safe_load(EXAMPLES[kind])
    crashes = []
    fields = {(field.encode_name,) for field in msgspec.structs.fields(KINDS[kind])}
    for place in sorted({*places(data), *fields}, key=str):
        for value in VALUES:
            try:
                tried(kind, put(data, place, value))
            except Exception as error:
                crashes.append(f"{place}: {str(value)[:20]}: {error!r}"[:200])
    assert crashes == []


def entries(text: str) -> list[tuple[int, int]]:
    """Where a value stands after a key, in front matter and in blocks."""
    found = re.finditer(r"(?<=[a-z]: )[^\n,{}\[\]]+(?=[\n,}])", text)
    return [match.span() for match in found]


@pytest.mark.parametrize("spelled", SPELLED)
def test_any_value_in_any_block_of_a_lesson_is_used_or_named(tmp_path: Path, spelled: str) -> None:
    path = tmp_path / "20-toy.md"
    for start, end in entries(RICH):
        path.write_text(RICH[:start] + spelled + RICH[end:], "utf-8")
        assert all("\n" not in fault.message for fault in check([path]))
        course = Course(tmp_path)
        for lesson in course.lessons():
            for question in lesson.questions:
                with suppress(ChainruleError):
                    question.draw_instance(1)


@pytest.mark.parametrize("key", ["rtol", "atol"])
@pytest.mark.parametrize("value", ["1e10", "1e308", ".inf", ".nan", "-1", "-.inf", "true", "x"])
def test_a_tolerance_that_is_none_is_named(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "20-toy.md"
    path.write_text(RICH.replace("answer: a + 1\n", f"answer: a + 1\n{key}: {value}\n"), "utf-8")
    faults = check([path])
    assert [fault for fault in faults if "toy-sum" in fault.message or key in fault.message], faults

"""Every text of every kind has its numbers drawn, and one that names no number is named by its place."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.questions.examples import EXAMPLES
from tests.questions.toy import Walk
from tutor.errors import ChainruleError
from tutor.questions.kinds.table import read_question

TEXTS = {"ask", "say", "why", "hints", "text", "left", "right", "extra", "distractors"}
"""Keys under which an author writes for the learner."""


def places(value: Any, path: tuple[str | int, ...] = (), is_text: bool = False) -> Iterator[tuple[str | int, ...]]:
    """The paths to all texts of a question."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key), key in TEXTS)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*path, index), is_text)
    elif is_text and isinstance(value, str):
        yield path


CASES = [(kind, path) for kind, data in EXAMPLES.items() for path in places(data)]
EACH = pytest.mark.parametrize(("kind", "path"), CASES, ids=lambda part: part if isinstance(part, str) else None)


def with_more(kind: str, path: tuple[str | int, ...], more: str) -> dict[str, Any]:
    """The example of a kind with `more` at the end of one of its texts."""
    data = deepcopy(EXAMPLES[kind])
    data["given"] = {**data.get("given", {}), "zz": [7]}
    holder: Any = data
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] += more
    return data


@EACH
def test_a_number_is_drawn_in_every_text(kind: str, path: tuple[str | int, ...], walk: type[Walk]) -> None:
    made = read_question(kind, with_more(kind, path, " z{zz}z")).draw_instance(1)
    assert "z7z" in repr(made)
    assert "{zz}" not in repr(made)


@EACH
def test_a_name_that_stands_for_nothing_is_told_with_its_place(
    kind: str, path: tuple[str | int, ...], walk: type[Walk]
) -> None:
    with pytest.raises(ChainruleError) as raised:
        read_question(kind, with_more(kind, path, " {= nobody + 1}")).draw_instance(1)
    assert str(raised.value).startswith(str(path[0])), raised.value
    assert "nobody" in str(raised.value)

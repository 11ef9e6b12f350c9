"""The examples in docs/questions.md are sound questions, one of every kind."""

import re
from pathlib import Path

import pytest
import yaml

from tutor.questions.kinds.table import KINDS, read_question

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```\{question\} (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_kind_has_an_example_under_its_own_heading() -> None:
    assert [kind for kind, _ in EXAMPLES] == re.findall("^## (.+)$", PAGE, re.MULTILINE)
    assert {kind for kind, _ in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_a_documented_question_is_sound(kind: str, text: str) -> None:
    assert read_question(kind, yaml.safe_load(text)).check() == []


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_every_key_of_a_kind_is_a_word_of_the_page(kind: str, text: str) -> None:
    own = set(KINDS[kind].__struct_fields__)
    assert {key for key in own if f"`{key}`" not in PAGE and f"\n{key}:" not in PAGE} == set()

"""Contracts that every kind keeps; a new kind is tested by its line in `KINDS` and its example."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.examples import CHALLENGE, CHOICE, EXAMPLES, NUMBER, without
from tests.questions.toy import Walk
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.kinds.table import KINDS, QuestionFault, read_question

RUBBISH = [
    "", " ", "\n", "?", "zz", "I do not know", "__import__('os')", "9**9**9 apples", "(" * 10_000, "\x00", "\u202e1",
    "1" * 1_000_000, "nan", "{g}", "$", "'; drop table attempts", "none of them",
]  # fmt: skip


def test_every_kind_has_an_example() -> None:
    assert set(EXAMPLES) == set(KINDS)
    assert all(template.kind == name for name, template in KINDS.items())


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_question_has_no_faults(kind: str, walk: type[Walk]) -> None:
    assert read_question(kind, EXAMPLES[kind]).check() == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_samples_come_out_as_vouched_for(kind: str, seed: int, walk: type[Walk]) -> None:
    expects = _check_samples(read_question(kind, EXAMPLES[kind]).draw_instance(seed))
    assert expects.count("right") >= 1
    assert expects.count("wrong") >= 1
    assert expects.count("unreadable") >= 2


@pytest.mark.parametrize("seed", range(8))
def test_samples_of_an_order_without_distractors_come_out_as_vouched_for(seed: int) -> None:
    made = read_question("order", without(EXAMPLES["order"], "distractors")).draw_instance(seed)
    assert len(_check_samples(made)) >= 5


def _check_samples(made: Instance) -> list[str]:
    """What is vouched for of each sample, which it was found to be."""
    expects: list[str] = []
    for sample in made.samples():
        outcome = made.grade_text(sample.text)
        expects.append(sample.expect)
        if isinstance(outcome, Unreadable):
            assert sample.expect == "unreadable"
            assert sample.says in outcome.advice
        else:
            assert outcome.verdict == sample.expect
            assert sample.says in outcome.feedback
            assert outcome.feedback.strip()
    return expects


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("raw", RUBBISH, ids=lambda raw: " ".join(f"{ord(sign):x}" for sign in raw[:9]) or "nothing")
def test_rubbish_is_unreadable_and_gets_one_line(kind: str, raw: str, walk: type[Walk]) -> None:
    outcome = read_question(kind, EXAMPLES[kind]).draw_instance(1).read(raw)
    assert isinstance(outcome, Unreadable)
    assert outcome.advice
    assert len(outcome.advice.splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_instance_says_how_to_answer_and_its_solution_is_right(kind: str, walk: type[Walk]) -> None:
    made = read_question(kind, EXAMPLES[kind]).draw_instance(3)
    assert made.how
    assert made.kind == kind
    assert made.hints
    outcome = made.grade_text(made.solution)
    assert isinstance(outcome, Grade)
    assert (outcome.score, outcome.verdict) == (1.0, "right")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_instance(kind: str, walk: type[Walk]) -> None:
    question = read_question(kind, EXAMPLES[kind])
    assert question.draw_instance(5) == question.draw_instance(5)


@pytest.mark.parametrize("kind", ["number", "choice", "choices", "expression", "order", "match", "text"])
@settings(derandomize=True, deadline=None, max_examples=200)
@given(raw=st.text(max_size=40))
def test_no_typed_text_raises(kind: str, raw: str) -> None:
    outcome = read_question(kind, EXAMPLES[kind]).draw_instance(1).grade_text(raw)
    assert isinstance(outcome, (Grade, Unreadable))


@pytest.mark.parametrize(
    ("kind", "data", "message", "path"),
    [
        ("numbr", {}, "there is no question kind 'numbr'; did you mean 'number'?", ()),
        ("", {}, f"there is no question kind ''; known: {', '.join(KINDS)}", ()),
        ("number", ["id"], "a question is written as lines of `key: value`", ()),
        ("number", None, "a question is written as lines of `key: value`", ()),
        ("number", {**NUMBER, "hint": ["x"]}, "there is no key 'hint'; did you mean 'hints'?", ("hint",)),
        ("number", without(NUMBER, "why"), "the key 'why' is missing", ()),
        ("number", {**NUMBER, "ask": 3}, "ask must be text, not a whole number; put it in quotes", ("ask",)),
        (
            "number", {**NUMBER, "answer": [1]},
            "answer must be a number or text or a group of `key: value`, not a list", ("answer",),
        ),
        (
            "number", {**NUMBER, "rtol": "1e-3"},
            "rtol must be a number, not text; YAML reads 1e-3 as text, so write 0.001", ("rtol",),
        ),
        (
            "number", {**NUMBER, "mistakes": [{"valu": 1, "say": "x"}]},
            "there is no key 'valu' in mistakes[0]; did you mean 'value'?", ("mistakes", 0, "valu"),
        ),
        (
            "number", {**NUMBER, "answer": {"simulation": "adam", "step": 1, "value": "w"}},
            "there is no key 'step' in answer; did you mean 'steps'?", ("answer", "step"),
        ),
        (
            "number", {**NUMBER, "mistakes": [{"value": {"vale": "x"}, "say": ""}]},
            "there is no key 'vale' in mistakes[0].value; did you mean 'value'?", ("mistakes", 0, "value", "vale"),
        ),
        (
            "choice", {**CHOICE, "options": [{"text": "x"}]},
            "the key 'why' is missing in options[0]", ("options", 0),
        ),
        (
            "choice", {**CHOICE, "options": [{"text": True, "why": "x"}]},
            "options[0].text must be text, not true or false; put it in quotes", ("options", 0, "text"),
        ),
        ("challenge", {**CHALLENGE, "allow": "w"}, "allow must be a list, not text", ("allow",)),
        ("challenge", {**CHALLENGE, "most": None}, "most must be a whole number, not nothing", ("most",)),
        ("number", {**NUMBER, "rtol": -1}, "rtol must be at least 0", ("rtol",)),
        ("number", {**NUMBER, "rtol": 2}, "rtol must be at most 1", ("rtol",)),
        ("number", {**NUMBER, "given": [1]}, "given must be a group of `key: value`, not a list", ("given",)),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_named_with_its_place(
    kind: str, data: Any, message: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(QuestionFault) as raised:
        read_question(kind, data)
    assert raised.value.message == message
    assert raised.value.path == path


def test_every_fault_of_every_entry_of_a_list_is_named() -> None:
    options = [{"text": 3, "right": "x"}, {"txt": "b", "why": "x"}, "plain"]
    with pytest.raises(QuestionFault) as raised:
        read_question("choice", {**CHOICE, "options": options})
    assert [raised.value.message, *(fault.message for fault in raised.value.more)] == [
        "the key 'why' is missing in options[0]",
        "options[0].text must be text, not a whole number; put it in quotes",
        "options[0].right must be true or false, not text",
        "there is no key 'txt' in options[1]; did you mean 'text'?",
        "options[2] must be a group of `key: value`, not text",
    ]


@pytest.mark.as_written
def test_a_plain_question_needs_no_numpy() -> None:
    code = """
import sys
from tutor.questions.grading import grade_line
from tutor.questions.kinds.table import read_question
from tests.questions.examples import CHOICE, NUMBER
assert read_question("number", NUMBER).check() == read_question("choice", CHOICE).check() == []
assert grade_line({"kind": "number", "expected": "1/3", "answer": "1/3"})["correct"]
print("numpy" in sys.modules)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"

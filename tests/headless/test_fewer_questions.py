"""Where `--count` asks for more questions than there are, one line on standard error says how many there are."""

import re

import pytest

from tests.conftest import Command

FEWER = {
    ("worksheet", "adam", "--count", "500"): r"only \d+ questions in adam for paper, fewer than --count 500 asks for",
    ("quiz", "--plain", "--count", "500"): r"only \d+ questions in the course, fewer than --count 500 asks for",
    ("quiz", "--plain", "--lesson", "adam", "--count", "400"): r"only \d+ questions in this scope \(adam\), fewer than",
    (
        "quiz",
        "--plain",
        "--exam",
        "--part",
        "2",
        "--count",
        "500",
    ): r"only \d+ questions in this scope \([^()]+\), fewer",
    (
        "quiz",
        "--plain",
        "--concept",
        "momentum",
        "--concept",
        "adam",
        "--count",
        "77",
    ): r"\(momentum, adam\), fewer than",
}


@pytest.mark.parametrize("arguments", FEWER, ids=" ".join)
def test_fewer_questions_than_asked_for_are_said_to_be_fewer(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments, typed="quit\n")
    assert done.code == 0
    assert done.error_line.startswith("chainrule: only ")
    assert re.search(FEWER[arguments], done.error_line)


@pytest.mark.parametrize(
    "arguments",
    [
        ("worksheet", "adam"),
        ("worksheet", "adam", "--count", "3"),
        ("quiz", "--plain", "--lesson", "adam", "--count", "3"),
        ("quiz", "--plain", "--lesson", "adam", "--minutes", "5"),
        ("quiz", "--plain", "--due", "--count", "3"),
    ],
    ids=" ".join,
)
def test_nothing_is_said_where_there_are_enough_or_none_were_counted(
    command: Command, arguments: tuple[str, ...]
) -> None:
    assert command(*arguments, typed="quit\n").err == ""

"""YAML within bounds, with its lines."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tutor.characters import visible
from tutor.content import yaml_events as events
from tutor.content.find import lesson_files, lessons_folder
from tutor.content.yaml_events import build
from tutor.content.yaml_reader import parse, read_plain
from tutor.content.yaml_tree import Tree, resolve


def test_every_part_knows_its_line() -> None:
    tree = parse("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n", first_line=10)
    assert tree.value == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert [tree.line(place) for place in [("a",), ("b",), ("b", 0), ("b", 1, "c"), ("b", 1, "d")]] == [
        10, 11, 12, 13, 14,
    ]  # fmt: skip
    assert tree.line(("b", 1, "missing")) == 13
    assert tree.line(("missing",)) == 10


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001), ("-2", -2), ("+.5", 0.5), ("1.", 1.0), ("007", 7), ("1_000", "1_000"),
        ("no", "no"), ("on", "on"), ("true", True), ("False", False), ("~", None), ("", None),
        ("1:30", "1:30"), ("2024-01-01", "2024-01-01"), ("0x1f", "0x1f"), (".inf", ".inf"), (".nan", ".nan"),
        ("1e999", "1e999"), ("9" * 5000, "9" * 5000), ("=", "="), ("<<", "<<"),
    ],
)  # fmt: skip
def test_a_plain_text_means_what_it_says(text: str, value: object) -> None:
    found = resolve(text)
    assert found == value
    assert type(found) is type(value)


def test_quoted_numbers_stay_text() -> None:
    assert parse("a: '1'\nb: \"2\"\nc: |\n  3\n").value == {"a": "1", "b": "2", "c": "3\n"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: &x 1\nb: *x\n", 1, "& and * cannot begin a value here"),
        ("a: 1\nb: *x\n", 2, "& and * cannot begin a value here"),
        ("a: !!int 1", 1, "! cannot begin a value here"),
        ("a: !x 1", 1, "! cannot begin a value here"),
        ("{[1]: 2}", 1, "a key must be a plain word"),
        ("a: 1\n---\nb: 2", 2, "a line --- cannot stand inside a block"),
        ("a: " + "[" * 60_000, 1, "this is nested too deeply"),
        ("? " * 30_000, 1, "a key must be a plain word"),
        ("- " * 30_000, 1, "this is nested too deeply"),
        ("a: {b: 1", 1, "this YAML cannot be read: "),
        ("a: 'x", 1, "this YAML cannot be read: "),
        ("a: \x00", 1, "this YAML cannot be read: it holds a control character"),
        ("a: 1\nb: \x07", 2, "this YAML cannot be read: it holds a control character"),
        ("a: " + "x" * 70_000, 1, "this block is larger than 64 KB; make it smaller"),
    ],
)
def test_what_is_not_allowed_is_said_with_its_line(text: str, line: int, says: str) -> None:
    (note,) = parse(text).notes
    assert note[0] == line
    assert note[1].startswith(says)


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader])
@pytest.mark.parametrize("opening", ["[", "[\n", "{a: ", "{a:\n", "- ", "[{a: ", "a: ["])
@pytest.mark.parametrize("times", [14, 500, 1100, 5000])
def test_too_deep_is_said_in_our_words_whichever_parser_reads_it(
    monkeypatch: pytest.MonkeyPatch, loader: type, opening: str, times: int
) -> None:
    monkeypatch.setattr(events, "Loader", loader)
    (note,) = parse("ab:\n  " + opening * times, first_line=7).notes
    assert note[1] == "this is nested too deeply"
    assert 8 <= note[0] <= 8 + 15


def test_many_aliases_grow_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    assert parse(bomb).value is None


@pytest.mark.parametrize(
    "text", [r"$\beta$", r"$\theta$", r"$\frac{1}{2}$", r"$\nabla$", r"$\rho$", r"$\Phi$", r"$\alpha$"]
)
def test_a_formula_in_double_quotes_with_single_backslashes_is_said(text: str) -> None:
    (note,) = parse(f'a: "{text}"').notes
    assert "single quotes" in note[1]
    doubled = text.replace("\\", "\\\\")
    for sound in (f"a: '{text}'", f"a: {text}", f'a: "{doubled}"'):
        tree = parse(sound)
        assert (tree.notes, tree.value) == ([], {"a": text})


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("a: 1\n b: 2\n", 2, "indent each key like the line above it"),
        ("a: 'it's'\n", 1, "within single quotes write a ' twice"),
        ("a:\n  - b\n c: 1\n", 3, "indent each key like the line above it"),
        ("a: 'open\n", 2, "close the quotes"),
        ("a: [1, 2\nb: 3\n", 2, "close the bracket"),
        ("a:\n\tb: 1\n", 2, "not with tabs"),
        ("ask: What: is it\n", 1, "has a colon in quotes"),
        ("- a\nb: 1\n", 2, "begin each entry of the list with -"),
        ("a: @b\n", 1, "begins with a sign in quotes"),
        ("a: |x\n b\n", 1, "nothing after the |"),
    ],
)
def test_a_slip_in_yaml_is_told_in_words_for_an_author(text: str, line: int, advice: str) -> None:
    ((found, message),) = parse(text).notes
    assert found == line
    assert advice in message
    assert not re.search("expected|token|stream|context", message), "the parser's own words"


def test_a_new_line_in_double_quotes_outside_formulas_is_allowed() -> None:
    assert parse(r'a: "$x$\n$y$"').notes == []


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def shown(value: Any) -> Any:
    """A tree with the hidden signs of its texts shown."""
    if isinstance(value, dict):
        return {visible(key): shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return visible(value) if isinstance(value, str) else value


@given(plain)
def test_json_is_read_as_itself_with_hidden_signs_shown(value: Any) -> None:
    import json

    tree = parse(json.dumps({"a": value}))
    if not tree.notes:
        assert tree.value == {"a": shown(value)}


@given(st.text(alphabet="ab:-[]{},&*!|>'\"#%@`? \n\t\\$0.~", max_size=60))
def test_no_text_raises(text: str) -> None:
    tree = parse(text, first_line=5)
    assert tree.value is None or not [note for note in tree.notes if note[1].startswith("this YAML cannot")]
    assert all(5 <= line <= 5 + text.count("\n") for line, _ in tree.notes)


PIECES = st.sampled_from(
    ["a", "b_c", "no", "true", "null", "7", "007", "1e3", "1_000", "x-y", "-", "--", ": ", ":", " ", "  ", ", ", ",",
     "[", "]", '"', "'", "\\", "\n", "\n", "#", " #", "&", "*", "!", "|", ">", "{", "}", "~", "=", "<<", "é", "\u200b",
     "\t", "\x85", "\u2028", "\ufeff", "\x7f", "\U0001f600",
     "a: b\n", 'title: "x: y"\n', "c: [p, q-r]\n", "n: 12\n", "e: []\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
@example("a: [-]\n")
@example("a: b\na: c\n")
@example('a: "\u200b"\n')
@example("a: no\nb: null\nc: [null, 007]\n")
def test_a_plain_text_is_read_as_the_parser_of_yaml_reads_it(text: str) -> None:
    quick, whole = Tree(7), Tree(7)
    if read_plain(quick, text):
        build(whole, text)
        assert quick == whole


@pytest.mark.parametrize("path", lesson_files(lessons_folder()), ids=lambda path: path.stem)
def test_the_front_matter_of_the_course_is_plain_and_means_what_yaml_makes_of_it(path: Path) -> None:
    matter = path.read_text("utf-8").split("---\n")[1]
    quick, whole = Tree(2), Tree(2)
    assert read_plain(quick, matter)
    build(whole, matter)
    assert quick == whole


def test_a_text_that_is_not_plain_leaves_nothing_behind() -> None:
    tree = Tree(1)
    assert not read_plain(tree, "a: 1\nb: &x 2\n")
    assert tree == Tree(1)

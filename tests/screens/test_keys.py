"""One key, one meaning: what each key does on every screen, and the exceptions there are."""

from pathlib import Path

import pytest

from tutor.screens.catalogue import key_meanings, key_rows, key_table
from tutor.widgets.key_bar import TAKEN_BY_TMUX, known_key

PAGE = Path(__file__).parent.parent.parent / "docs" / "keys.md"
ONE_MEANING = [
    {"Back", "Close", "Leave", "Stay", "Done", "Change it", "Stop"},
    {"Next", "More", "Step", "Scroll right", "Begin"},
    {"Previous", "Back one", "Less", "Step back", "Scroll left"},
    {"Down", "Next", "To the list", "Pick", "Scroll"},
    {"Up", "Before"},
    {"Top", "Start"},
    {"Due", "Review due"},
    {
        "Go on",
        "Answer",
        "Begin",
        "Next",
        "Open",
        "To the list",
        "To the task",
        "To the question",
        "To what is open",
        "To the page",
        "Apply what is typed",
        "Take this",
    },
    {"Screen down", "Next unit"},
    {"Screen up", "Unit before"},
    {"Again", "New seed", "Retry"},
    {"Picture", "In words", "Look again"},
    {"Quiz", "Quiz: weak points", "Placement test"},
    {"Presets", "Open"},
    {"Hand in", "Save"},
    {"Go to", "Pages"},
    {"Sure", "What is missing", "To a panel"},
    {"Think so", "What is missing", "To a panel"},
    {"A guess", "What is missing", "To a panel"},
]
"""Words for one and the same thing, each in its place: a step back, forward, down, up, on; again; choose."""
CLOSES_WHAT_IT_OPENED = {"S", "ctrl+o", "f1", "f3", "g", "o", "question_mark"}
EXCEPTIONS = {
    "d": "what is due; beside code of one's own, where nothing is due, it lets that code drive the simulation",
    "tab": "to the next list or field, as everywhere; in the editor of a function it indents, as editors do",
    "space": "on in a text and down a page; play in a run and a tick in a list, as everywhere else on a computer",
}
"""Keys that mean something else in another place, and why; the fewer the better."""
WHILE_TYPING = {"n": "ctrl+n", "p": "ctrl+b", "f": "f6", "g": "ctrl+g", "r": "f4", "s": "f3"}
"""A letter → the key for the same where letters are typed, on every screen that has a line."""
WITHOUT_A_LINE = ("pages.", "tour.", "welcome.")
"""Places where nothing is typed."""


def differing() -> dict[str, list[str]]:
    """The keys with more than one meaning."""
    found = {
        key: set(said) - ({"Close", "Use this"} if key in CLOSES_WHAT_IT_OPENED else set())
        for key, said in key_meanings().items()
    }
    return {
        key: sorted(said)
        for key, said in found.items()
        if len(said) > 1 and not any(said <= words for words in ONE_MEANING)
    }


def test_the_page_on_keys_is_made_from_the_bindings() -> None:
    assert "\n".join(key_rows()) in PAGE.read_text("utf-8"), "run: python docs/make_keys.py"


def test_a_key_means_the_same_on_every_screen_but_for_the_exceptions() -> None:
    assert differing().keys() <= EXCEPTIONS.keys(), "give the new key one meaning, or say why not"


@pytest.mark.parametrize("key", EXCEPTIONS)
def test_every_exception_is_one(key: str) -> None:
    assert key in differing()


@pytest.mark.parametrize("letter", WHILE_TYPING)
def test_what_a_letter_does_one_other_key_does_everywhere_while_one_types(letter: str) -> None:
    for name, (keys, _) in key_table().bindings.items():
        if letter in keys.split(",") and not name.startswith(WITHOUT_A_LINE):
            assert WHILE_TYPING[letter] in keys.split(","), name


@pytest.mark.parametrize(("letter", "key"), WHILE_TYPING.items())
def test_the_last_line_calls_a_command_by_one_key_on_a_page_and_in_an_open_line(letter: str, key: str) -> None:
    for name, (keys, _) in key_table().bindings.items():
        if keys.split(",")[0] == letter and not name.startswith(WITHOUT_A_LINE):
            shown = known_key(keys.split(","))
            assert shown == (letter if key == TAKEN_BY_TMUX else key), name


def test_a_key_that_is_no_character_is_the_name_of_its_command() -> None:
    for name, (keys, _) in key_table().bindings.items():
        first = keys.split(",")[0]
        if first in {"enter", "escape", "right", "left", "down", "up", "tab", "home", "pagedown"}:
            assert known_key(keys.split(",")) == first, name


def test_the_keys_of_vi_move_and_do_nothing_else() -> None:
    moves = {
        "h": {"Previous", "Step back", "Scroll left"},
        "j": {"Down", "Pick", "Scroll"},
        "k": {"Up"},
        "l": {"Next", "Step", "Scroll right"},
    }
    assert {key: set(key_meanings()[key]) for key in moves} == moves


def test_a_digit_chooses_or_goes_to_the_start() -> None:
    said = {key: set(words) for key, words in key_meanings().items() if key.isdigit()}
    choices = {"Sure", "Think so", "A guess", "What is missing", "To a panel"}
    assert said.pop("0") == {"Start"}
    assert set().union(*said.values()) == choices

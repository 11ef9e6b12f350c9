"""One key, one meaning: what each key does on every screen, and the exceptions there are."""

from pathlib import Path

import pytest

from tutor.screens.catalogue import key_meanings, key_rows

PAGE = Path(__file__).parent.parent.parent / "docs" / "keys.md"
ONE_MEANING = [
    {"Back", "Close", "Leave", "Stay", "Done", "Change it", "Stop"},
    {"Next", "More", "Step", "Scroll right"},
    {"Previous", "Back one", "Less", "Undo", "Scroll left"},
    {"Down", "Next", "To the list"},
    {"Up", "Before"},
    {"Top", "Start"},
    {"Due", "Review due"},
    {"Go on", "Answer", "Next", "Open", "To the list", "To the task"},
    {"Compare", "Keep"},
    {"Screen down", "Next unit"},
    {"Screen up", "Unit before"},
]
"""Words for one and the same thing, each in its place: one step back, forward, down, up, on."""
CLOSES_WHAT_IT_OPENED = {"f", "f1", "question_mark"}
EXCEPTIONS = {
    **dict.fromkeys("123", "digits choose: how sure one is, or a place in what a lesson still needs"),
    "backspace": "takes a letter away where letters are put, and goes back in the tour, where none are",
    "f3": "to the simulator of a question and, there, back with the answer",
    "g": "top of a page, as in less; a step's number in a run; begin in the quiz's form; a guess",
    "h": "left, as in vi; handing in where nothing is at the left",
    "l": "right, as in vi; looking again where nothing is at the right",
    "m": "the map, a mark on a question, and the marked states of a page",
    "n": "next, and no where a link asks before it leaves the program",
    "o": "presets in a run, which it also closes; the tour; opening a link",
    "p": "previous, and progress on the map, where nothing comes before",
    "q": "out of the program from the first screens, out of a dialog elsewhere",
    "r": "another seed of a run; the questions that were missed",
    "s": "the simulation of a lesson, the quiz from the map, sure",
    "space": "on in a text, play in a run, a tick in a list",
    "t": "tasks of a run, charts in words, the test of where to begin, think so",
    "w": "the whole of a run; what is weak",
}
"""Keys that mean something else in another place, and what; the fewer the better."""


def differing() -> dict[str, list[str]]:
    """The keys with more than one meaning."""
    found = {key: set(said) for key, said in key_meanings().items() if key not in CLOSES_WHAT_IT_OPENED}
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

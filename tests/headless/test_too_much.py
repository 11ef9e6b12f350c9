"""Words that a command does not know, or has no place for: one line that says what to do, however long they are."""

import pytest

from tests.conftest import Command

LONG = "a" * 900
LINES: dict[tuple[str, ...], str] = {
    ("pack", "ad", "x.zip"): "chainrule pack has no command 'ad'; did you mean 'add'?",
    ("pack", "xyz"): "chainrule pack has no command 'xyz'; known: build, add, list, remove",
    ("new", "lessn", "x"): "chainrule new has no command 'lessn'; did you mean 'lesson'?",
    ("new", "\x1b[2J"): "chainrule new has no command '␛[2J'; known: pack, lesson",
    ("schedule", "ft"): "chainrule schedule has no command 'ft'; did you mean 'fit'?",
    ("settings", "nope", "more"): "this takes nothing more; leave out: nope more; see chainrule settings --help",
    ("hand-in", "week-3", "b"): "this takes nothing more; leave out: b; see chainrule hand-in --help",
    ("settings", LONG): "this takes nothing more; leave out: aaa",
    ("pack", LONG): "chainrule pack has no command 'aaa",
    ("quiz", "--assignment", ""): "name an assignment: its file, or the name or title of one that is kept",
}


@pytest.mark.parametrize("arguments", LINES, ids=lambda arguments: " ".join(arguments)[:30])
def test_what_is_too_much_or_unknown_is_said_in_one_line(command: Command, arguments: tuple[str, ...]) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert done.error_line.startswith(f"chainrule: {LINES[arguments]}")
    assert len(done.error_line) < 400

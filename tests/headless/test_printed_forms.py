"""A flag whose form is printed takes no file: who types one is told how the output gets into it."""

from pathlib import Path

import click
import pytest

from tests.classroom.pupils import START, answer_to, questions, write_hand_in
from tests.commands import plain_commands
from tests.conftest import Command
from tutor.commands.command import OUTPUT_FILE_ENDINGS

FLAGS = [
    (name, flag, ending)
    for name, each in plain_commands().items()
    for item in each.params
    if isinstance(item, click.Option) and item.is_flag
    for flag in item.opts
    for ending in OUTPUT_FILE_ENDINGS.get(flag, ())
]


@pytest.mark.parametrize(("name", "flag", "ending"), FLAGS)
def test_a_file_after_such_a_flag_is_refused_with_the_line_that_writes_it(
    command: Command, name: str, flag: str, ending: str
) -> None:
    said = f"chainrule: {flag} takes no file, it prints: chainrule {name} … {flag} > g{ending}"
    for typed in ((flag, f"g{ending}"), (f"{flag}=g{ending}",)):
        done = command(*name.split(), *typed)
        assert (done.code, done.out, done.error_line) == (2, "", said)


def test_what_is_no_such_file_may_follow_it(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_hand_in(tmp_path / "ada.jsonl", "Ada", [answer_to(questions(("node",), 1)[0], 1, True, START)])
    assert command("class", "--json", "ada.jsonl").code == 0
    assert command("class", "ada.jsonl", "--json", "--csv", "ada.csv").code == 0
    assert command("worksheet", "--html", "node").code == 0

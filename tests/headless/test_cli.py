"""The command line as a whole: help, wrong words, a front door that is shut."""

import click
import pytest

from tests.conftest import Command
from tutor.cli import chainrule
from tutor.commands.root_help import write_help


def test_the_help_that_is_written_without_the_parser_is_the_parsers_own(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in range(10, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert write_help() == chainrule.get_help(click.Context(chainrule, info_name="chainrule"))
    monkeypatch.setenv("COLUMNS", "80")
    assert command("--help").out == command("--lessons", ".", "--help").out == f"{write_help()}\n"


@pytest.mark.parametrize(
    "name", ["learn", "sim", "quiz", "ask", "grade", "progress", "export", "import", "reset", "check", "new"]
)
def test_every_command_explains_itself(command: Command, name: str) -> None:
    done = command(name, "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: chainrule {name}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lern", "adam"), "did you mean 'learn'?"),
        (("xyzzy",), "see chainrule --help"),
        (("learn", "adm", "--plain"), "did you mean 'adam'?"),
        (("learn", "adam", "--section", "99", "--plain"), "has sections 1 to"),
        (("quiz", "--lesson", "dropuot", "--plain"), "did you mean 'dropout'?"),
        (("quiz", "--count", "0", "--plain"), "--count 0"),
        (("quiz", "--count", "-1", "--plain"), "--count -1"),
        (("quiz", "--count", "1000000", "--plain"), "--count 1000000"),
        (("ask", "adam-first-m-hatt"), "did you mean"),
        (("--lessons", "nowhere", "check"), "no such file or folder"),
        (("sim", "--frobnicate"), "see chainrule sim --help"),
        (("check", "nowhere.md"), "no such file"),
        (("reset",), "--yes"),
        ((), "needs a terminal"),
        (("learn", "adam"), "--plain"),
        (("quiz",), "--plain"),
    ],
)
def test_wrong_words_get_one_line_and_exit_2(command: Command, arguments: tuple[str, ...], says: str) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert says in done.error_line
    assert done.error_line.startswith("chainrule: ")


def test_a_folder_of_lessons_that_is_not_there_is_named(command: Command) -> None:
    assert "--lessons nowhere" in command("--lessons", "nowhere", "learn", "adam", "--plain").error_line

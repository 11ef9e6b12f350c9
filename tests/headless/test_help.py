"""Help, examples, completion and the manual page: all made from the parser, all complete."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.commands import all_commands, all_examples, root
from tests.conftest import Command
from tutor.cli import chainrule
from tutor.commands import COMMAND_MODULES
from tutor.commands.command import NOT_RIGHT_EXIT_CODE
from tutor.commands.completion import ENVIRONMENT_VARIABLES, escape, walk_commands
from tutor.errors import ChainruleError, UsageError
from tutor.sims.table import SIMULATIONS

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("line", all_examples())
def test_every_example_is_understood_by_the_parser(line: str) -> None:
    words = shlex.split(line.partition(" | ")[0].partition(" > ")[0].partition(" >> ")[0].partition(" < ")[0])
    assert words[0] == "chainrule"
    context = root()
    arguments = words[1:]
    command: click.Command = chainrule
    while isinstance(command, click.Group):
        found = command.get_command(context, arguments[0])
        assert found is not None, line
        context = found.make_context(arguments[0], arguments[1:], parent=context, resilient_parsing=False)
        command, arguments = found, [*context._protected_args, *context.args]
    assert arguments == []


@pytest.mark.parametrize("name", COMMAND_MODULES)
def test_every_command_has_examples_in_its_help(command: Command, name: str) -> None:
    done = command(name, "--help")
    assert done.code == 0
    assert "Examples:" in done.out
    assert all(f"  {line}\n" in done.out for line in all_commands()[name].examples)


@pytest.mark.parametrize("width", [30, 50, 80, 200])
def test_the_list_of_commands_is_the_one_that_click_makes_of_them(width: int) -> None:
    ours, theirs = (click.HelpFormatter(width=width) for _ in range(2))
    chainrule.format_commands(root(), ours)
    click.Group.format_commands(chainrule, root(), theirs)
    assert ours.getvalue() == theirs.getvalue()


@pytest.mark.as_written
def test_the_help_imports_no_command() -> None:
    listed = "import sys, tutor.cli; tutor.cli.run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    modules = {*COMMAND_MODULES.values()} - {"completion"}  # which a shell may ask for at any start
    assert not [name for name in modules if f"'tutor.commands.{name}'" in done.stderr]


def test_the_manual_page_has_every_command_and_every_option(command: Command) -> None:
    page = command("completion", "man").out
    names = [name for name, _, _ in walk_commands(root())]
    assert {"quiz", "new lesson", "completion"} <= set(names)
    for name, found, context in walk_commands(root()):
        assert f'.SS "{escape(name)} ' in page
        for parameter in found.get_params(context):
            if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
                assert escape(max(parameter.opts, key=len)) in page, (name, parameter.name)
    assert all(escape(line) in page for line in all_examples())


def test_nothing_in_the_manual_page_is_taken_for_a_command_of_roff(command: Command) -> None:
    known = (".TH ", ".SH ", ".SS ", ".TP", ".P", ".B ", ".I ", ".nf", ".fi")
    for line in command("completion", "man").out.splitlines():
        assert not line.startswith((".", "'")) or line.startswith(known), line


@pytest.mark.parametrize(("shell", "part"), [("bash", "complete -o nosort"), ("zsh", "#compdef"), ("fish", "complete")])
def test_every_shell_gets_its_script(command: Command, shell: str, part: str) -> None:
    done = command("completion", shell)
    assert done.code == 0
    assert part in done.out
    assert "_CHAINRULE_COMPLETE" in done.out


def test_an_unknown_shell_is_told_the_nearest(command: Command) -> None:
    done = command("completion", "fsh")
    assert done.code == 2
    assert "did you mean 'fish'?" in done.error_line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("chainrule qu", ["quiz"]),
        ("chainrule learn ada", ["adam"]),
        ("chainrule sim conv", [name for name in SIMULATIONS if name.startswith("conv")]),
        ("chainrule quiz --lesson batch", ["batch-norm"]),
    ],
)
def test_the_program_completes_commands_and_names(words: str, said: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tutor"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ
        | {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1), "_CHAINRULE_COMPLETE": "bash_complete"},
    )
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == said


def test_the_manual_page_and_the_settings_page_tell_every_environment_variable(command: Command) -> None:
    names_its_own = re.compile(r"\"(CHAINRULE_[A-Z]+|ACCESSIBLE|NO_COLOR)\"")
    sources = (path.read_text() for path in (ROOT / "tutor").rglob("*.py"))
    read_names = {name for source in sources for name in names_its_own.findall(source)}
    assert read_names == set(ENVIRONMENT_VARIABLES)
    manual = command("completion", "man").out
    settings_page = (ROOT / "docs" / "settings.md").read_text()
    assert all(f".B {name}\n" in manual and f"| `{name}` |" in settings_page for name in read_names)


def test_the_manual_page_tells_every_exit_code(command: Command) -> None:
    _, _, exit_status = command("completion", "man").out.partition(".SH EXIT STATUS\n")
    codes = (0, ChainruleError.exit_code, UsageError.exit_code, NOT_RIGHT_EXIT_CODE)
    assert all(re.search(rf"\b{code}\b", exit_status) for code in codes)

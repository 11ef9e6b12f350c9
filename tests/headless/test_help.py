"""Help, examples, completion and the manual page: all made from the parser, all complete."""

import os
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
from tutor.commands.completion import escape, walk_commands
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

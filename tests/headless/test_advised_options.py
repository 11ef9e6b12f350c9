"""An option that a message recommends is one that the command has: whoever is told to add it can."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import tutor
from tests.classroom.pupils import START, answer_to, questions, write_hand_in
from tests.commands import plain_commands
from tests.conftest import Command
from tutor.commands import COMMAND_MODULES
from tutor.progress.record.store import Store

SOURCES = Path(tutor.__file__).parent
ADVISED = re.compile(r"(?:\b(?:add|with|use|without|give|choose)|;|, and) (--[a-z-]+)")
"""A sentence that tells to type an option of the command in which it is said."""
SAID_BY = {
    "sims/": ("sim",),
    "serving/": ("serve",),
    "packs/shelf.py": ("pack add",),
    "files.py": ("class", "export", "pack build", "sim"),
    "commands/completion.py": ("ask", "grade"),
    "commands/launcher.py": ("learn", "quiz", "sim", "placement"),
    "commands/roster.py": ("serve",),
}
"""Where messages of commands are written outside their own modules."""


def texts(path: Path) -> Iterator[str]:
    """The texts of a file that are no docstrings, joined where they are written in pieces."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n\n" not in node.value:
            yield node.value


def advice() -> list[tuple[str, str]]:
    """Each file below `tutor`, with an option that a text in it recommends."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        place = path.relative_to(SOURCES).as_posix()
        if place != "commands/__init__.py":  # it has the first sentences of the help, which recommend nothing
            found |= {(place, option) for text in texts(path) for option in ADVISED.findall(text)}
    return sorted(found)


def commands_of(place: str) -> list[str]:
    """The commands that may say what is written in a file."""
    told = next((names for start, names in SAID_BY.items() if place.startswith(start)), ())
    module = place.removeprefix("commands/").removesuffix(".py")
    own = [name for name in plain_commands() if COMMAND_MODULES[name.partition(" ")[0]] == module]
    return [*told] or own


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize(("place", "option"), advice())
def test_an_option_that_a_message_recommends_is_one_of_its_commands(place: str, option: str) -> None:
    names = commands_of(place)
    assert names, f"{place} recommends {option}: say in SAID_BY which commands say so"
    is_shared = place in SAID_BY
    having = [name for name in names if option in options(plain_commands()[name])]
    assert having == names if is_shared else having


@pytest.mark.parametrize(
    "line",
    [
        "serve --roster class.json --add Ada --tokens {}",
        "serve --roster class.json --add-all names.txt --tokens {}",
        "export {}",
        "export {}.apkg",
        "export {}.xml",
        "hand-in --name Ada --to {}",
        "pack build mine --to {}",
        "sim playground --plain --steps 1 --save {}",
        "class hand-ins --csv {}",
        "class hand-ins --html {}",
    ],
)
def test_a_file_that_is_there_is_kept_and_what_is_advised_can_be_typed(
    command: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for ending in ("", ".apkg", ".xml"):
        (tmp_path / f"there{ending}").write_text("mine", "utf-8")
    (tmp_path / "names.txt").write_text("Ada\n", "utf-8")
    write_hand_in(tmp_path / "hand-ins" / "ada.jsonl", "Ada", [])
    command("new", "pack", "mine")
    store = Store.open()
    store.add(answer_to(questions(("node",), 1)[0], 1, True, START))
    store.close()
    words = line.format("there").split()
    done = command(*words)
    assert done.code != 0
    name = " ".join(words[:2]) if words[0] == "pack" else words[0]
    assert {*re.findall(r"--[a-z-]+", done.error_line)} <= options(plain_commands()[name])
    assert (tmp_path / "there").read_text("utf-8") == "mine"

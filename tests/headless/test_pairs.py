"""Options that contradict each other are refused in one line, and so is one that is given twice but counts once."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest

from tests.commands import plain_commands, root
from tests.conftest import Command
from tests.progress.helping import START, attempt
from tutor.cli import chainrule
from tutor.commands import COMMAND_MODULES
from tutor.commands.command import Command as CheckedCommand
from tutor.commands.command import Requirement
from tutor.content.course import open_course
from tutor.progress.record.store import Store

VALUES = {
    "NAME": "adam",
    "EXERCISE": "code-adam",
    "KIND": "number",
    "--set": "beta1=0.5",
    "--change": "1:beta1=0.5",
    "--step": "1",
    "--gradebook": "canvas",
    "--lesson": "adam",
    "--part": "2",
    "--before": "2",
}
"""What options and arguments need to be readable by themselves; 1 does for the others."""


def found(name: str) -> click.Command:
    command = chainrule.get_command(root(), name)
    assert command is not None
    return command


def written(command: click.Command, *names: str) -> list[str]:
    """`names` as they are typed, each with a value where it takes one."""
    typed: list[str] = []
    for name in names:
        if name.isupper():
            typed.append(VALUES[name])
            continue
        option = next(item for item in command.params if name in item.opts)
        assert isinstance(option, click.Option)
        typed += [name] if option.is_flag else [name, VALUES.get(name, "1")]
    return typed


def arguments(name: str) -> list[str]:
    return {"learn": ["adam"], "ask": ["adam-first-m-hat"], "export": ["-"]}.get(name, [])


PAIRS = [(name, pair.first, pair.second) for name, each in plain_commands().items() for pair in each.conflicts]


@pytest.mark.parametrize(("name", "first", "second"), PAIRS)
@pytest.mark.parametrize("turned", [False, True])
def test_a_contradiction_is_refused_in_one_line(
    command: Command, name: str, first: str, second: str, turned: bool
) -> None:
    pair = (second, first) if turned else (first, second)
    done = command(name, *arguments(name), *written(found(name), *pair))
    assert (done.code, done.out) == (2, "")
    assert first in done.error_line
    assert second in done.error_line


@pytest.mark.parametrize(
    ("name", "need"), [(name, need) for name, each in plain_commands().items() for need in each.requirements]
)
def test_an_option_that_means_nothing_alone_says_what_it_needs(command: Command, name: str, need: Requirement) -> None:
    option, others = need
    takes_one = any(isinstance(item, click.Argument) for item in found(name).params)
    done = command(name, *(arguments(name) or ["adam"] * takes_one), *written(found(name), option))
    assert (done.code, done.out) == (2, "")
    assert option in done.error_line
    assert all(other in done.error_line for other in others)


def once() -> list[tuple[str, click.Option]]:
    """Every option of every command whose value would silently be that of the last."""
    return [
        (name, option)
        for name in COMMAND_MODULES
        for option in found(name).params
        if isinstance(option, click.Option) and not option.multiple and not option.is_flag
    ]


@pytest.mark.parametrize(("name", "option"), once(), ids=lambda value: str(getattr(value, "name", value)))
def test_an_option_that_counts_once_may_not_be_given_twice(command: Command, name: str, option: click.Option) -> None:
    spelt = option.opts[0]
    done = command(name, *arguments(name), *written(found(name), spelt, spelt))
    assert done.code == 2
    assert done.error_line == f"chainrule: {spelt} is given 2 times; give it once"


@pytest.mark.parametrize(
    "typed",
    [
        ("adam", "--set", "beta1=0.5", "--set", "beta1=0.6"),
        ("adam", "--seed", "1", "--set", "seed=2"),
        ("adam", "--change", "3:beta1=0.5", "--change", "3:beta1=0.6"),
    ],
)
def test_a_parameter_may_not_be_set_twice(command: Command, typed: tuple[str, ...]) -> None:
    done = command("sim", *typed, "--json", "--last")
    assert (done.code, done.out) == (2, "")
    assert "once" in done.error_line


def test_every_command_looks_for_contradictions() -> None:
    for name in COMMAND_MODULES:
        command = found(name)
        each = command.commands.values() if isinstance(command, click.Group) else [command]
        assert all(isinstance(item, CheckedCommand) for item in each), name


def test_several_lessons_and_concepts_are_all_asked_about(command: Command) -> None:
    done = command("quiz", "--plain", "--lesson", "node", "--lesson", "adam", "--count", "500", typed="skip\n" * 500)
    asked = {line.split(" · ")[1] for line in done.out.splitlines() if line.startswith("Question ")}
    course = open_course()
    assert asked == {question.id for lesson in ("adam", "node") for question in course.questions(lesson)}
    wanted = {"momentum", "dropout"}
    done = command(
        "quiz", "--plain", "--concept", "momentum", "--concept", "dropout", "--count", "500", typed="skip\n" * 500
    )
    asked = {line.split(" · ")[1] for line in done.out.splitlines() if line.startswith("Question ")}
    assert asked == {question.id for question in course.questions() if wanted & {*question.concepts}}
    assert "did you mean 'node'?" in command("quiz", "--lesson", "adam", "--lesson", "nodee", "--plain").error_line


@pytest.mark.parametrize(
    ("answer", "code"), [("0.25", 0), ("1/4", 0), ("0.5", 3), ("what?", 3), ("0.25000001", 3), ("", 3)]
)
@pytest.mark.parametrize("json_too", [False, True])
def test_a_script_learns_from_the_exit_code_whether_an_answer_is_right(
    command: Command, answer: str, code: int, json_too: bool
) -> None:
    line = [
        "grade",
        "number",
        "--expected",
        "0.25",
        "--rtol",
        "0",
        "--answer",
        answer,
        *(["--json"] if json_too else []),
    ]
    assert command(*line, "--exit-code").code == code
    assert command(*line).code == 0


def test_a_batch_is_right_when_all_of_it_is(command: Command) -> None:
    right, wrong = (f'{{"kind": "number", "expected": "1", "answer": "{said}"}}\n' for said in (1, 2))
    for typed, code in ((right * 2, 0), (right + wrong, 3), (wrong + right, 3), (right + "nonsense\n", 3), ("", 0)):
        assert command("grade", "--batch", "--exit-code", typed=typed).code == code
        assert command("grade", "--batch", typed=typed).code == 0


@pytest.mark.parametrize("json_too", [False, True])
def test_asking_says_by_its_exit_code_whether_the_answer_is_right(command: Command, json_too: bool) -> None:
    question = open_course().question("adam-first-m-hat")[0].draw_instance(3)
    for answer, code in ((question.solution, 0), ("-17", 3), ("%%%", 3)):
        line = ["ask", question.id, "--seed", "3", "--answer", answer, *(["--json"] if json_too else [])]
        done = command(*line, "--exit-code")
        assert (done.code, done.err) == (code, "")
        assert done.out == command(*line).out
    assert command("ask", question.id, "--answer", question.solution, "--seed", "3").code == 0


# -- standard output and input as a file


def test_an_export_through_a_pipe_is_imported_from_one(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open()
    for number in range(3):
        store.add(attempt(number))
    store.close()
    text = command("export", "-").out
    assert text.isascii()
    assert json.loads(text.splitlines()[0])["attempts"] == 3
    assert not (home.parent / "-").exists()
    monkeypatch.setenv("CHAINRULE_HOME", str(home.parent / "other"))
    assert command("import", "-", typed=text).out == "3 new attempts added\n"
    assert command("import", "-", typed=text).out == "no new attempts added\n"
    assert [item.answer for item in Store.open().attempts()] == ["0½ µ", "1½ µ", "2½ µ"]
    assert command("import", "-", typed="").error_line.startswith("chainrule: standard input:1: this is not a file")


def test_one_lesson_is_forgotten_and_brought_back(command: Command, home: Path) -> None:
    store = Store.open()
    for number in range(6):
        store.add(
            replace(attempt(number, at=START + timedelta(minutes=number)), lesson="adam" if number < 4 else "node")
        )
    store.undo(store.attempts()[0].key)
    store.save_reading_position("adam", 2)
    store.save_reading_position("node", 1)
    before = json.loads(command("progress", "--json").out)
    whole = [*store.history()], store.rows("SELECT * FROM cards ORDER BY question")
    store.close()
    assert "--yes" in command("reset", "--lesson", "adam").error_line
    assert json.loads(command("progress", "--json").out) == before
    done = command("reset", "--lesson", "adam", "--yes")
    assert done.out.startswith("Forgotten: adam, with 4 answers.\n")
    left = json.loads(command("progress", "--json").out)
    assert (left["attempts"], [row["id"] for row in left["lessons"]]) == (2, ["node"])
    for file in home.rglob("*.sqlite3"):
        if "before-forgetting" not in str(file):
            assert b"3\xc2\xbd \xc2\xb5" not in file.read_bytes()
    store = Store.open()
    assert store.notice == ""
    with pytest.raises(Exception, match="never"), store.transaction() as database:
        database.execute("DELETE FROM attempts")
    store.close()
    kept = done.out.splitlines()[1].removeprefix("To take that back: chainrule import ")
    assert command("import", kept).out == "4 new attempts added\n"
    store = Store.open()
    assert ([*store.history()], store.rows("SELECT * FROM cards ORDER BY question")) == whole
    assert store.reading_positions() == {"adam": 2, "node": 1}
    store.close()


def test_a_lesson_named_twice_is_forgotten_and_counted_once(command: Command, home: Path) -> None:
    store = Store.open()
    for number in range(3):
        store.add(
            replace(attempt(number, at=START + timedelta(minutes=number)), lesson="adam" if number < 2 else "node")
        )
    store.close()
    done = command("reset", "--lesson", "adam", "--lesson", "node", "--lesson", "adam", "--yes")
    assert done.out.splitlines()[0] == "Forgotten: adam and node, with 3 answers."


def test_forgetting_what_is_not_on_record_says_so(command: Command, home: Path) -> None:
    Store.open().save_reading_position("adam", 2)
    assert "did you mean 'adam'?" in command("reset", "--lesson", "adm", "--yes").error_line
    done = command("reset", "--lesson", "node", "--yes")
    assert (done.code, done.error_line) == (
        1,
        "chainrule: nothing is on record about node, so there is nothing to forget",
    )
    assert [path.name for path in home.glob("*.jsonl")] == []


NAMED_TWICE = {
    "sim adam --json --set beta1=0.5 --set beta1=0.6": "beta1 is set twice",
    "sim adam --json --set beta1=0.5 --set β₁=0.6": "beta1 is given twice",
    "sim adam --json --change 1:beta1=0.5 --change 1:beta1=0.6": "--change 1:beta1 is given twice",
    "grade expression --expected x --answer x --assume x=positive --assume x=negative": "--assume x is given twice",
    "grade number --expected 1 --answer 1 --assume x=positive": "--assume",
}


@pytest.mark.parametrize("line", NAMED_TWICE)
def test_what_is_repeated_says_no_two_things_of_one_name(command: Command, line: str) -> None:
    done = command(*line.split())
    assert (done.code, done.out) == (2, "")
    assert NAMED_TWICE[line] in done.error_line


VALUED = [
    (name, item.opts[0])
    for name, each in plain_commands().items()
    for item in each.params
    if isinstance(item, click.Option) and not item.is_flag and not str(item.metavar).startswith("[")
]
"""Options that need a value; one in brackets may be left out."""


@pytest.mark.parametrize(("name", "option"), VALUED)
def test_an_option_without_its_value_leads_to_the_help_of_its_command(command: Command, name: str, option: str) -> None:
    done = command(*name.split(), *arguments(name), option)
    assert (done.code, done.out) == (2, "")
    assert done.error_line == (f"chainrule: Option '{option}' requires an argument; see chainrule {name} --help")


def test_a_group_alone_names_its_commands(command: Command) -> None:
    assert command("new").error_line == "chainrule: say which: lesson, pack; see chainrule new --help"

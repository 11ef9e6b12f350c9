"""`chainrule doctor`: what it says of terminals, records and settings, and that it changes nothing."""

import json
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import pytest

from tests.conftest import Command
from tutor.commands import diagnosis
from tutor.commands.diagnosis import describe_colours, inspect_glyphs, list_special_characters
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.sandbox.guards import active_guards
from tutor.text.sentences import join_words

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def with_answers(home: Path, count: int) -> Path:
    """A record with so many answers; its file."""
    store = Store.open(home, clock=lambda: NOON)
    for number in range(count):
        store.add(
            Attempt(
                question="toy",
                lesson="toy",
                kind="number",
                concepts=("toys",),
                seed=number,
                answer="1",
                score=1.0,
                verdict="right",
                hints=0,
                seconds=1.0,
                at=NOON,
                program="0",
            )
        )
    store.close()
    return store.path


def test_it_names_every_library_with_its_version(command: Command) -> None:
    done = command("doctor", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["libraries"]["numpy"] == metadata.version("numpy")
    assert all(found["libraries"].values())
    assert found["problems"] == []


def test_it_says_which_walls_stand_around_a_learners_code(command: Command) -> None:
    guards = json.loads(command("doctor", "--json").out)["guards"]
    assert guards == list(active_guards())
    assert f"Exercises limits on your code here: {join_words(guards)}" in " ".join(command("doctor").out.split())


def test_the_words_fit_in_eighty_columns(command: Command) -> None:
    done = command("doctor")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "Chainrule can work here."
    assert all(len(line) <= 80 or "/" in line for line in done.out.splitlines())


def test_it_counts_the_answers_on_record_and_leaves_it_as_it_is(command: Command, home: Path) -> None:
    path = with_answers(home, 3)
    before = path.read_bytes()
    found = json.loads(command("doctor", "--json").out)["record"]
    assert (found["attempts"], found["state"], found["folder"]) == (3, "sound", str(home))
    assert found["bytes"] == path.stat().st_size
    assert path.read_bytes() == before


def test_without_a_record_nothing_is_made(command: Command, home: Path) -> None:
    assert json.loads(command("doctor", "--json").out)["record"]["state"] == "not there yet"
    assert not home.exists()


@pytest.mark.unix
def test_a_folder_that_takes_no_files_is_named_whatever_its_permissions(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(dir: Path) -> NoReturn:
        raise OSError(f"no file in {dir}")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    assert "cannot be written: answers are not kept" in " ".join(command("doctor").out.split())


def test_a_damaged_record_is_named_and_left_as_it_is(command: Command, home: Path) -> None:
    path = with_answers(home, 1)
    path.write_bytes(b"nonsense" * 1000)
    done = command("doctor")
    assert done.code == 0
    assert "set aside and restored" in done.out
    assert path.read_bytes() == b"nonsense" * 1000


def test_faults_of_the_settings_are_in_the_report(command: Command, home: Path) -> None:
    home.mkdir()
    (home / "settings.toml").write_text("\nthem = 1\n", "utf-8")
    assert "settings.toml:2: there is no setting 'them'; did you mean 'theme'?" in " ".join(
        command("doctor").out.split()
    )


def test_a_missing_library_is_a_problem_and_the_exit_code_says_so(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "LIBRARIES", ("numpy", "chainrule-no-such-library"))
    done = command("doctor")
    assert done.code == 1
    assert "the library chainrule-no-such-library is missing" in " ".join(done.out.split())
    assert done.out.splitlines()[-1] == "Chainrule cannot work here."


def test_a_home_that_cannot_be_found_is_a_problem(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", "~nobody-of-this-name/x")
    done = command("doctor")
    assert done.code == 1
    assert "CHAINRULE_HOME" in done.out


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"}, "256"),
        ({"TERM": "xterm", "XTERM_VERSION": "XTerm(379)", "TMUX": "/tmp/tmux"}, "16"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "true colour"),
        ({"TERM": "xterm-direct"}, "true colour"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none, because NO_COLOR is set"),
        ({}, "16"),
    ],
)
def test_colours_follow_the_rules_of_the_screens(environment: dict[str, str], said: str) -> None:
    assert describe_colours(environment) == said


def test_the_signs_are_those_of_the_course() -> None:
    found = list_special_characters()
    assert set("θ∂Σ·√✓✗→▀│²₁⣿") <= set(found)
    assert found.isprintable()
    assert not any(sign.isascii() for sign in found)


def test_signs_are_doubtful_where_the_terminal_or_the_encoding_lacks_them() -> None:
    assert inspect_glyphs({"TERM": "xterm-256color", "LANG": "en_GB.UTF-8"}, "utf-8")["doubtful"] == {}
    console = inspect_glyphs({"TERM": "linux"}, "utf-8")["doubtful"]["the Linux console's fonts lack them"]
    assert "θ" in console
    assert "²" not in console
    assert inspect_glyphs({}, "ascii")["doubtful"] == {"ascii has no such signs": list_special_characters()}
    (wide,) = inspect_glyphs({"LANG": "ja_JP.UTF-8"}, "utf-8")["doubtful"].values()
    assert "│" in wide
    assert "ᵀ" not in wide


def test_an_encoding_without_the_signs_gets_their_numbers(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    bytes_out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(bytes_out, encoding="ascii"))
    from tutor.cli import run

    assert run(["doctor"]) == 0
    sys.stdout.flush()
    assert b"\\u03b8" in bytes_out.getvalue()

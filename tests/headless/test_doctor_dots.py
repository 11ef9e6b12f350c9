"""`chainrule doctor` on the dots of lines: which are drawn, which the terminal has, and what to set."""

import json
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.commands.diagnosis import dots_remarks, inspect_dots
from tutor.settings.table import SETTINGS_FILE

GHOSTTY = {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1.2.0", "CHAINRULE_ASCII": "0"}
FOOT = {"TERM": "foot", "CHAINRULE_ASCII": "0"}


def set_dots(home: Path, dots: str) -> None:
    home.mkdir()
    (home / SETTINGS_FILE).write_text(f'dots = "{dots}"\n', "utf-8")


@pytest.mark.usefixtures("home")
def test_it_says_that_a_terminal_has_octants_and_how_to_get_them() -> None:
    report = inspect_dots(FOOT, "foot(1.27.0)")
    assert report == {"setting": "auto", "drawn_in": "braille", "terminal": "foot 1.27.0", "draws_octants": True}
    (remark,) = dots_remarks(report)
    assert "foot 1.27.0 draws octants" in remark
    assert 'dots = "octants"' in remark


@pytest.mark.usefixtures("home")
def test_it_warns_where_the_terminal_is_another_than_its_variables_say() -> None:
    (remark,) = dots_remarks(inspect_dots(GHOSTTY, "XTerm(379)"))
    assert "xterm 379 may lack octants" in remark
    assert 'dots = "braille"' in remark


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("environment", "answer", "drawn_in", "terminal"),
    [
        (GHOSTTY, "ghostty 1.2.0", "octants", "ghostty 1.2.0"),
        (GHOSTTY, "", "octants", "ghostty 1.2.0"),
        (GHOSTTY, "((", "octants", "ghostty 1.2.0"),
        (FOOT, "", "braille", "foot"),
        ({"TERM": "xterm", "CHAINRULE_ASCII": "0"}, "", "braille", None),
        (GHOSTTY | {"CHAINRULE_ASCII": "1"}, "ghostty 1.2.0", "plain letters", "ghostty 1.2.0"),
    ],
)
def test_it_advises_nothing_where_nothing_is_better(
    environment: dict[str, str], answer: str, drawn_in: str, terminal: str | None
) -> None:
    report = inspect_dots(environment, answer)
    assert (report["drawn_in"], report["terminal"]) == (drawn_in, terminal)
    assert dots_remarks(report) == []


@pytest.mark.parametrize("dots", ["braille", "octants"])
def test_it_advises_nothing_to_those_who_have_chosen(home: Path, dots: str) -> None:
    set_dots(home, dots)
    report = inspect_dots(FOOT, "foot(1.27.0)")
    assert report["drawn_in"] == dots
    assert dots_remarks(report) == []


def test_the_report_has_it_in_words_and_as_json(command: Command, home: Path) -> None:
    set_dots(home, "octants")
    assert json.loads(command("doctor", "--json").out)["terminal"]["dots"]["drawn_in"] == "octants"
    assert "lines of pictures in octants" in " ".join(command("doctor").out.split())

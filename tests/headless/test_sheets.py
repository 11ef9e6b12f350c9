"""`glossary`, `formulas`, `errata`, `placement` and the check's progress, from the command line."""

import io
import json
from pathlib import Path

import pytest

from tests.content.lessons import GOOD, RICH, folder
from tutor.cli import run
from tutor.commands import checking


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_words_of_added_lessons_are_in_the_glossary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lessons = str(folder(tmp_path, toy=RICH))
    assert run(["--lessons", lessons, "glossary", "small", "grid"]) == 0
    assert "kernel: A small grid of numbers; here there are 125." in capsys.readouterr().out


def test_their_formulas_are_on_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lessons", str(folder(tmp_path, toy=RICH)), "formulas", "saving"]) == 0
    out = capsys.readouterr().out
    assert "saving (chainrule learn toy --section 1)" in out
    assert "─────── = 0.048" in out


def test_an_erratum_is_printed_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["errata", "11"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Common slip 11 (chainrule learn adam --section ")
    assert "Check it" in out


def test_a_placement_test_can_be_taken_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("skip\n" * 20))
    assert run(["placement", "--plain", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    assert "Nothing can be taken as known yet." in out
    assert "Read on with: chainrule learn " in out
    assert run(["progress", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attempts"] == 0


def test_a_placement_test_without_a_terminal_says_what_to_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["placement"]) == 2
    assert "--plain" in capsys.readouterr().err


def test_watching_in_plain_lines_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lessons", str(folder(tmp_path, toy=GOOD)), "learn", "pal", "--plain", "--watch"]) == 2
    assert "leave --plain out" in capsys.readouterr().err


def test_how_far_the_check_is_stands_on_one_line_that_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checking.show_checked_count(1, 2)
    checking.show_checked_count(2, 2)
    said = capsys.readouterr().err
    assert said.startswith("\r1 of 2 lessons checked")
    assert said.endswith("\r" + " " * 40 + "\r")
    assert run(["check", str(folder(tmp_path, toy=GOOD))]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("no faults found\n", "")

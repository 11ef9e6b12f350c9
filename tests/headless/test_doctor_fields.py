"""`chainrule doctor` on fields in pixels: whether they are, and why not."""

import json
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.commands.diagnosis import inspect_fields
from tutor.settings.table import SETTINGS_FILE

KITTY = {"TERM": "xterm-kitty", "COLORTERM": "truecolor"}


@pytest.mark.pictures  # they need a newer Rich than the oldest that is allowed
@pytest.mark.usefixtures("home")
def test_fields_are_in_pixels_in_a_terminal_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.screens.terminal.pixels.prefers_ascii", lambda: False)
    assert inspect_fields(KITTY) == {"setting": "auto", "drawn_in": "pixels", "why": None}


@pytest.mark.pictures
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("kitty(0.26.5)", "kitty 0.26.5 does not say how large its cells are"),
        ("kitty(0.35.2)", "kitty 0.35.2 does not say how large its cells are"),
        ("kitty(0.36.0)", None),
        ("kitty(0.47.4)", None),
        ("ghostty 1.2.0", None),
        ("foot(1.21.0)", None),
        ("", None),
    ],
)
def test_a_terminal_that_is_too_old_is_named(answer: str, why: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.screens.terminal.pixels.prefers_ascii", lambda: False)
    assert inspect_fields(KITTY, answer) == {"setting": "auto", "drawn_in": "cells" if why else "pixels", "why": why}


def test_the_setting_that_turns_them_off_is_named(home: Path) -> None:
    home.mkdir()
    (home / SETTINGS_FILE).write_text('pixels = "off"\n', "utf-8")
    assert inspect_fields(KITTY) == {"setting": "off", "drawn_in": "cells", "why": "the setting says so"}


def test_doctor_says_so_in_words_and_as_json(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.setenv("TMUX", "/tmp/tmux-1000/default,1,0")
    assert "fields and images in cells, since pictures do not pass tmux" in " ".join(command("doctor").out.split())
    fields = json.loads(command("doctor", "--json").out)["terminal"]["fields"]
    assert fields == {"setting": "auto", "drawn_in": "cells", "why": "pictures do not pass tmux"}

"""Which terminal it is, and in which dots it shows lines."""

import re
from pathlib import Path

import pytest

from tutor.text.terminals import (
    CORNER_OCTANTS,
    MIDDLE_OCTANTS,
    OCTANT_TERMINALS,
    QUARTER_BLOCKS,
    TerminalProgram,
    choose_octants,
    read_terminal_answer,
    terminal_of,
)

GHOSTTY = {"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty", "TERM_PROGRAM_VERSION": "1.3.1-arch2"}
GNOME = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "VTE_VERSION": "7802"}
WEZTERM = {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20250209-182623-44866cc1"}
RIO = {"TERM": "rio", "TERM_PROGRAM": "rio", "TERM_PROGRAM_VERSION": "0.2.13"}
KITTY = {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1", "KITTY_PID": "77"}

ENVIRONMENTS = [
    ("a new Ghostty", GHOSTTY, ""),
    ("Ghostty under a generic TERM", GHOSTTY | {"TERM": "xterm-256color"}, ""),
    ("Ghostty before 1.2", GHOSTTY | {"TERM_PROGRAM_VERSION": "1.1.3"}, None),
    ("Ghostty of an unknown version", GHOSTTY | {"TERM_PROGRAM_VERSION": "tip"}, None),
    ("a new GNOME terminal", GNOME, ""),
    ("the first VTE with octants", GNOME | {"VTE_VERSION": "7800"}, ""),
    ("a VTE before", GNOME | {"VTE_VERSION": "7603"}, None),
    ("a VTE of another century", GNOME | {"VTE_VERSION": "12345"}, ""),
    ("a WezTerm from February 2025", WEZTERM, ""),
    ("the last release of WezTerm", WEZTERM | {"TERM_PROGRAM_VERSION": "20240203-110809-5046fc22"}, None),
    ("Rio", RIO, QUARTER_BLOCKS),
    ("Rio before", RIO | {"TERM_PROGRAM_VERSION": "0.2.12"}, None),
    ("kitty, whose version no variable has", KITTY, None),
    ("foot, whose version no variable has", {"TERM": "foot"}, None),
    (
        "Visual Studio Code",
        {"TERM": "xterm-256color", "TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.99.0"},
        None,
    ),
    ("Windows Terminal", {"TERM": "xterm-256color", "WT_SESSION": "1c0f-44"}, None),
    ("an unknown terminal", {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, None),
    ("nothing at all", {}, None),
    ("tmux in a GNOME terminal", GNOME | {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-1000/default,1,0"}, None),
    ("tmux that claims to be an xterm", GNOME | {"TMUX": "/tmp/tmux-1000/default,1,0"}, None),
    ("tmux of today in Ghostty", GHOSTTY | {"TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.5a"}, None),
    ("screen", GNOME | {"TERM": "screen.xterm-256color", "STY": "1.pts-0.host"}, None),
    ("screen without its variable", GHOSTTY | {"TERM": "screen-256color"}, None),
    ("kitty started from a GNOME terminal", GNOME | KITTY, None),
    ("xterm started from Ghostty", GHOSTTY | {"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"}, None),
    ("st started from a GNOME terminal", GNOME | {"TERM": "st-256color"}, None),
    ("the terminal of an editor in Ghostty", GHOSTTY | {"TERM": "xterm-256color", "NVIM": "/run/nvim.1.0"}, None),
]


@pytest.mark.parametrize(
    ("environment", "undrawn"), [row[1:] for row in ENVIRONMENTS], ids=[r[0] for r in ENVIRONMENTS]
)
def test_auto_takes_octants_where_the_environment_names_a_terminal_that_draws_them(
    environment: dict[str, str], undrawn: str | None
) -> None:
    assert choose_octants("auto", environment) == undrawn


@pytest.mark.parametrize("environment", [row[1] for row in ENVIRONMENTS], ids=[row[0] for row in ENVIRONMENTS])
def test_the_setting_goes_before_the_environment(environment: dict[str, str]) -> None:
    assert choose_octants("braille", environment) is None
    assert choose_octants("octants", environment) is not None


def test_who_sets_octants_gets_stand_ins_for_those_that_the_terminal_never_draws() -> None:
    assert choose_octants("octants", KITTY) == CORNER_OCTANTS
    assert choose_octants("octants", {"TERM": "foot"}) == CORNER_OCTANTS + MIDDLE_OCTANTS
    assert choose_octants("octants", {"TERM": "xterm-256color"}) == ""


@pytest.mark.parametrize(
    ("answer", "name", "version", "draws"),
    [
        ("kitty(0.42.1)", "kitty", "0.42.1", True),
        ("kitty(0.39.1)", "kitty", "0.39.1", False),
        ("foot(1.20.0)", "foot", "1.20.0", True),
        ("foot(1.19.0-12-gabcdef)", "foot", "1.19.0-12-gabcdef", False),
        ("ghostty 1.2.0-main+5cb2fa6f", "ghostty", "1.2.0-main+5cb2fa6f", True),
        ("WezTerm 20240203-110809-5046fc22", "wezterm", "20240203-110809-5046fc22", False),
        ("VTE(7802)", "vte", "0.78.2", True),
        ("Rio 0.2.13", "rio", "0.2.13", True),
        ("XTerm(379)", "xterm", "379", False),
        ("tmux 3.4", "tmux", "3.4", False),
        ("Windows Terminal", "windows", "Terminal", False),
        ("", "", "", False),
        ("(((", "", "", False),
        ("VTE(" + "9" * 5000 + ")", "vte", "99999.99.99", True),
    ],
)
def test_what_a_terminal_says_of_itself_is_read(answer: str, name: str, version: str, draws: bool) -> None:
    terminal = read_terminal_answer(answer)
    assert (terminal.name, terminal.version, terminal.octants is not None) == (name, version, draws)


def test_a_terminal_is_known_by_the_same_name_from_both() -> None:
    assert terminal_of(GNOME) == read_terminal_answer("VTE(7802)")
    assert terminal_of(GHOSTTY) == read_terminal_answer("ghostty 1.3.1-arch2")
    assert terminal_of(WEZTERM).name == read_terminal_answer("WezTerm 20250209-1").name
    assert terminal_of(KITTY) == TerminalProgram("kitty")


def test_the_docs_name_every_terminal_with_its_version() -> None:
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| [^|]*?(\w+) \| (\d[\d.]*)[^|]*\| (octants|braille)", page, re.MULTILINE)
    assert {(name.lower(), since) for name, since, _ in rows} == {
        (name, ".".join(map(str, support.since))) for name, support in OCTANT_TERMINALS.items()
    }

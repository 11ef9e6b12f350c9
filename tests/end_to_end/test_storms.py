"""Small versions of the storms in benchmarks/storms.py, and what happens when the program itself fails."""

import sys
from pathlib import Path

import pytest

from benchmarks import storms
from tests.end_to_end.terminal import Terminal, begun


def test_forty_changes_of_size_while_a_simulation_plays(tmp_path: Path) -> None:
    assert "left in order" in storms.resizes(tmp_path, 40, 0.6)


def test_stopped_and_brought_back_the_terminal_is_drawn_whole(tmp_path: Path) -> None:
    assert "left in order" in storms.suspension(tmp_path, 2)


def test_a_terminal_that_hangs_up_leaves_a_whole_record(tmp_path: Path) -> None:
    assert "sound record" in storms.hang_up(tmp_path)


def test_ended_from_outside_the_terminal_is_given_back(tmp_path: Path) -> None:
    assert "given back" in storms.told_to_end(tmp_path)


def test_signals_that_come_twice_leave_the_terminal_as_it_was(tmp_path: Path) -> None:
    assert "given back each time" in storms.interrupted(tmp_path, (0.02,))


def test_a_simulation_that_plays_on_a_slow_line_can_be_left_at_once(tmp_path: Path) -> None:
    assert "after the key" in storms.slow_line(tmp_path, seconds=1.5)


def test_a_terminal_of_absurd_size_is_drawn_only_in_part(tmp_path: Path) -> None:
    assert "left in order" in storms.absurd_size(tmp_path)


def test_a_long_paste_into_an_answer_leaves_the_program_answering(tmp_path: Path) -> None:
    assert "left in order" in storms.paste(tmp_path, 2**16)


def test_a_thousand_mouse_events_leave_the_program_answering(tmp_path: Path) -> None:
    assert "left in order" in storms.mouse(tmp_path, 1000)


def test_a_key_typed_before_the_first_drawing_is_not_lost(tmp_path: Path) -> None:
    assert storms.early_keys(tmp_path, 2) == "2 of 2 arrived"


@pytest.mark.parametrize("kind", storms.TYPES)
def test_on_every_type_of_terminal_the_program_opens_and_leaves_in_order(tmp_path: Path, kind: str) -> None:
    locale = "C" if kind in {"xterm", "vt100"} else "C.UTF-8"
    plain = kind in {"linux", "vt100", "dumb"}
    with Terminal(begun(tmp_path), settings={"TERM": kind, "LC_ALL": locale, "COLORTERM": ""}) as terminal:
        terminal.until(storms.HOME)
        terminal.until("Help")
        assert terminal.text.isascii() is plain
        storms.leave(terminal)


def test_without_colours_nothing_is_coloured(tmp_path: Path) -> None:
    with Terminal(tmp_path, "sim", "softmax", settings={"NO_COLOR": "1"}) as terminal:
        terminal.until("Play")
        cells = [terminal.screen.buffer[row][column] for row in range(24) for column in range(80)]
        grey = {cell.fg for cell in cells} | {cell.bg for cell in cells}
        assert all(color == "default" or color[:2] == color[2:4] == color[4:6] for color in grey)
        storms.leave(terminal)


@pytest.mark.parametrize(
    ("kind", "version", "most"), [("xterm", "", 16), ("xterm", "XTerm(379)", 256), ("xterm-256color", "", 256)]
)
def test_a_terminal_of_few_colours_gets_all_of_these_and_no_more(
    tmp_path: Path, kind: str, version: str, most: int
) -> None:
    named = {"TERM": kind, "XTERM_VERSION": version, "TERM_PROGRAM": "", "TMUX": "", "STY": "", "COLORTERM": ""}
    with Terminal(tmp_path, "sim", "adam", settings=named) as terminal:
        terminal.until("Play")
        assert b"8;2;" not in terminal.raw
        assert (b"8;5;" in terminal.raw) is (most == 256)
        storms.leave(terminal)


FAILS = """
import sys
from tutor.screens.course.home import HomeScreen
def fail(self): raise ZeroDivisionError("a fault of the program itself")
HomeScreen.action_progress = fail
from tutor.__main__ import main
sys.exit(main())
"""


def test_a_crash_gives_the_terminal_back_and_says_in_one_line_where_the_report_lies(tmp_path: Path) -> None:
    with Terminal(begun(tmp_path), command=(sys.executable, "-c", FAILS), columns=200) as terminal:
        terminal.until(storms.HOME)
        terminal.forget()
        terminal.keys("i")
        assert terminal.leaves() == 1
        assert terminal.wrongs == []
        said = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert said.count("chainrule: Chainrule stopped because of a fault of its own") == 1
    assert said.strip().count("\n") <= 1
    (report,) = (tmp_path / "crashes").iterdir()
    assert str(report) in said
    assert "ZeroDivisionError: a fault of the program itself" in report.read_text("utf-8")
    assert "Textual" in report.read_text("utf-8")


def test_only_a_few_reports_are_kept(tmp_path: Path) -> None:
    from tutor.screens.terminal.crash import MAX_REPORTS, write_report

    written = [write_report(ValueError(str(number))) for number in range(MAX_REPORTS + 3)]
    assert len({*written}) == len(written)
    assert [path is not None and path.exists() for path in written] == [False] * 3 + [True] * MAX_REPORTS

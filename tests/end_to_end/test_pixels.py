"""Fields in pixels, on a terminal that says how large its cells are: sent, deleted, left out where they must be."""

import re
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal, begun
from tutor.widgets.plots.placeholders import PLACEHOLDER

pytestmark = [pytest.mark.unix, pytest.mark.pictures]  # the oldest Rich that is allowed cuts placeholders

COLUMNS, ROWS = 140, 44
KITTY = {"TERM": "xterm-kitty", "TMUX": "", "STY": "", "ZELLIJ": "", "CHAINRULE_ASCII": "0"}
SENT = re.compile(rb"\x1b_Ga=T,U=1,f=100,i=(\d+),")
DELETED = re.compile(rb"\x1b_Ga=d,d=I,i=(\d+),q=2\x1b\\")


class PixelWindow(Terminal):
    """A terminal that answers, if asked, that each of its cells has 8×17 pixels."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        super().__init__(home, "sim", "descent", "--step", "3", columns=COLUMNS, rows=ROWS, settings=settings)
        self.deaf = True

    def say_size(self, width: int = 8, height: int = 17) -> None:
        """Report the size in cells and in pixels; say again that this can be done, until the program asks for it.

        On a busy machine the first answer was lost once in some hundred starts; why is not known.
        """
        self.wait_for(rb"\x1b\[\?2048\$p")
        is_asked_for = re.compile(rb"\x1b\[\?2048h").search
        for _ in range(4):
            self.keys("\x1b[?2048;2$y")
            with suppress(AssertionError):
                self.until(lambda _: is_asked_for(self.raw) is not None, seconds=8)
                break
        assert is_asked_for(self.raw), self.raw[-300:]
        self.keys(f"\x1b[48;{ROWS};{COLUMNS};{ROWS * height};{COLUMNS * width}t")

    def wait_for(self, pattern: bytes, start: int = 0) -> None:
        self.until(lambda _: re.search(pattern, self.raw[start:]) is not None)

    def quit(self) -> None:
        self.keys("\x11")
        assert self.leaves() == 0


def test_a_picture_is_sent_with_the_frame_that_shows_it_and_deleted_at_the_end(tmp_path: Path) -> None:
    with PixelWindow(begun(tmp_path), KITTY) as terminal:
        terminal.say_size()
        terminal.wait_for(PLACEHOLDER.encode())
        terminal.drain(1.5)
        before = terminal.raw
        assert SENT.search(before)
        assert before.index(b"\x1b_G") < before.index(PLACEHOLDER.encode()), "the picture comes first"
        terminal.keys("l")  # another step: the path is another, the surface the same
        terminal.drain(1.5)
        assert len(SENT.findall(terminal.raw)) == len(SENT.findall(before)), "the same picture is not sent again"
        terminal.quit()
        assert terminal.wrongs == []
    (number,) = set(SENT.findall(terminal.raw))
    assert DELETED.findall(terminal.raw) == [number]
    assert terminal.raw.rindex(b"\x1b_G") < terminal.raw.rindex(b"\x1b[?1049l"), "before the screen is given back"


def test_a_suspended_program_takes_its_pictures_with_it_and_sends_them_again(tmp_path: Path) -> None:
    with PixelWindow(begun(tmp_path), KITTY) as terminal:
        terminal.say_size()
        terminal.wait_for(PLACEHOLDER.encode())
        terminal.keys("\x1a")
        assert terminal.stops()
        assert DELETED.findall(terminal.raw) == SENT.findall(terminal.raw)
        start = len(terminal.raw)
        terminal.send(signal.SIGCONT)
        terminal.wait_for(SENT.pattern, start)
        terminal.quit()


@pytest.mark.parametrize(
    ("changed", "setting"),
    [({"TERM": "xterm-256color"}, ""), ({"TMUX": "/tmp/tmux"}, ""), ({"NO_COLOR": "1"}, ""), ({}, 'pixels = "off"')],
    ids=["unknown terminal", "tmux", "no colours", "setting"],
)
def test_nothing_is_sent_where_pictures_are_not_wanted(
    tmp_path: Path, changed: Mapping[str, str], setting: str
) -> None:
    home = begun(tmp_path)
    (home / "settings.toml").write_text(setting, "utf-8")
    with PixelWindow(home, {**KITTY, **changed}) as terminal:
        terminal.say_size()
        terminal.drain(2.0)
        terminal.keys("l")
        terminal.drain(1.0)
        terminal.quit()
    assert b"\x1b_G" not in terminal.raw
    assert PLACEHOLDER.encode() not in terminal.raw


def test_nothing_is_sent_to_a_terminal_that_does_not_say_how_large_its_cells_are(tmp_path: Path) -> None:
    with PixelWindow(begun(tmp_path), KITTY) as terminal:
        terminal.wait_for(b"downhill")
        terminal.drain(1.0)
        terminal.quit()
    assert b"\x1b_G" not in terminal.raw

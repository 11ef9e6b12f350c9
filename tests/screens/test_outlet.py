"""The way to the terminal: nobody waits for it, and what it cannot take is left out."""

import fcntl
import os
import select
import sys
from collections.abc import Iterator

import pytest

from tutor.screens.terminal.outlet import CANCEL_SEQUENCE, PIECE_LENGTH, Outlet


class Line:
    """A line that takes a page, and then nothing until it is read; where its size cannot be set, a few pages."""

    def __init__(self) -> None:
        self.out, self.into = os.pipe()
        self.size = 64 * 1024
        if sys.platform == "linux":
            self.size = fcntl.fcntl(self.into, fcntl.F_SETPIPE_SZ, 4096)

    def read(self) -> bytes:
        """All that comes within a moment."""
        found = b""
        while select.select([self.out], [], [], 0.2)[0]:
            piece = os.read(self.out, 4096)
            if not piece:
                break
            found += piece
        return found


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    os.close(line.out)
    os.close(line.into)


def test_what_is_written_comes_out_in_order_and_emptiness_is_told(line: Line) -> None:
    told: list[str] = []
    outlet = Outlet(line.into, lambda: told.append("empty"))
    outlet.start()
    text = "".join(f"frame {number}. " for number in range(400))
    outlet.write("nobody waits for this. ")
    assert line.read()
    assert not told
    outlet.is_awaited = True
    outlet.write(text)
    assert line.read().decode() == text
    assert told == ["empty"]
    assert outlet.is_empty
    outlet.stop()
    assert not outlet.is_alive()


def test_a_full_line_makes_nobody_wait_and_what_waits_can_be_thrown_away(line: Line) -> None:
    outlet = Outlet(line.into)
    outlet.start()
    outlet.write("x" * 1_000_000)
    assert outlet.is_behind
    outlet.discard()
    outlet.write("the last words")
    found = line.read().decode()
    assert found.endswith(CANCEL_SEQUENCE + "the last words")
    assert len(found) < line.size + 4 * PIECE_LENGTH
    outlet.stop()


def test_signs_that_the_encoding_of_the_line_lacks_are_question_marks(line: Line) -> None:
    outlet = Outlet(line.into, encoding="latin-1")
    outlet.start()
    outlet.write("ä × σ")
    assert line.read() == b"\xe4 \xd7 ?"
    outlet.stop()


def test_a_line_that_has_gone_ends_nothing() -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)  # nothing can be written there
    gone = Outlet(nowhere)
    gone.start()
    gone.write("a frame")
    gone.stop()
    assert not gone.is_alive()
    os.close(nowhere)

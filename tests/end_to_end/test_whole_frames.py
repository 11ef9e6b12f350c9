"""What a terminal shows is the whole screen, also where drawing pauses after each large frame."""

from pathlib import Path

import pytest

from tests.end_to_end.terminal import Terminal, begun

pytestmark = pytest.mark.unix

COLUMNS, ROWS = 100, 30
SYNCHRONISED_REQUEST, SYNCHRONISED_ANSWER = b"\x1b[?2026$p", "\x1b[?2026;2$y"
"""With this answer each frame has an end of its own, which is written while the terminal is still taking the frame."""


@pytest.mark.parametrize("chosen", ["Glossary", "Formula sheet", "Progress", "Theme textual-light"])
def test_what_was_chosen_from_the_palette_is_drawn_whole(tmp_path: Path, chosen: str) -> None:
    with Terminal(begun(tmp_path), "sim", "pointwise", columns=COLUMNS, rows=ROWS) as terminal:
        terminal.until(lambda _: SYNCHRONISED_REQUEST in terminal.raw)
        terminal.keys(SYNCHRONISED_ANSWER)
        terminal.until("Help")
        terminal.keys("\x10")
        terminal.until("Search for commands")
        terminal.keys(chosen.lower())
        terminal.until(lambda text: chosen in text and chosen.lower() in text)
        terminal.drain(1.0)
        terminal.keys("\r")
        terminal.until(lambda text: chosen.lower() not in text)
        terminal.drain(1.5)
        shown = terminal.text
        terminal.resize(COLUMNS + 1, ROWS)
        terminal.drain(1.0)
        terminal.resize(COLUMNS, ROWS)
        terminal.drain(1.5)
        assert shown == terminal.text, "a change of the size draws everything"

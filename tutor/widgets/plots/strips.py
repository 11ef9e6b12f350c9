"""Makes strips from coloured text, and fits, centres and wraps them."""

import re
from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.widgets.plots.colours import RGB

Run = tuple[str, RGB | None]
"""Characters of one colour; `None` is the colour of plain text. Each character is one cell wide."""

COLUMN_GAP = 3
"""Cells between two columns of names and numbers."""
_CODE = re.compile(r"\x1b\[([0-9;]*)m")


def read_ansi(text: str) -> list[list[Run]]:
    """Text with 24-bit foreground codes as runs, line by line; every other code ends the colour or is passed over."""
    lines: list[list[Run]] = []
    for line in text.split("\n"):
        runs: list[Run] = []
        colour: RGB | None = None
        # Splitting by a pattern with one group gives text and codes in turn.
        for index, part in enumerate(_CODE.split(line)):
            if index % 2:
                colour = _read_colour(part, colour)
            elif part:
                runs.append((part, colour))
        lines.append(runs)
    return lines


def _read_colour(code: str, before: RGB | None) -> RGB | None:
    """The colour after an ANSI code: the one it sets, none after a reset, else the one before."""
    if code in {"", "0"}:
        return None
    parts = code.split(";")
    if parts[:2] == ["38", "2"] and len(parts) >= 5:
        return int(parts[2]), int(parts[3]), int(parts[4])
    return before


def make_strip(*pieces: tuple[str, Style]) -> Strip:
    """A strip of pieces of text, each with its style."""
    return Strip([Segment(text, style) for text, style in pieces if text])


def fit_strip(line: Strip, width: int) -> Strip:
    """`line` cut or padded to exactly `width` cells; a cut is shown by an ellipsis."""
    if line.cell_length <= width:
        return line.extend_cell_length(width)
    if width < 1:
        return Strip([])
    style = next((segment.style for segment in reversed(list(line)) if segment.style), None)
    return Strip.join([line.crop(0, width - 1), Strip([Segment("…", style)])])


def centre_strip(line: Strip, width: int) -> Strip:
    """`line` in the middle of `width` cells."""
    spare = max(0, width - line.cell_length)
    return fit_strip(Strip.join([Strip.blank(spare // 2), line]), width)


def wrap_words(words: str, width: int) -> list[str]:
    """`words` broken into lines of at most `width` cells, between words where it can be."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [piece for part in [*lines, line] for piece in _split_long_word(part, max(1, width))]


def _split_long_word(line: str, width: int) -> Iterable[str]:
    """Split a word that is wider than a line."""
    while cell_len(line) > width:
        yield line[:width]
        line = line[width:]
    yield line


def pad_page(lines: Sequence[Strip], width: int, height: int) -> list[Strip]:
    """Exactly `height` lines of exactly `width` cells."""
    rows = [fit_strip(line, width) for line in lines[:height]]
    return rows + [Strip.blank(width)] * (height - len(rows))

"""Makes strips from coloured text, and fits, centres and wraps them."""

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tutor.widgets.plots.shades import RGB

ColouredText = tuple[str, RGB | None]
"""Characters of one colour; `None` is the colour of plain text. Each character is one cell wide."""

COLUMN_GAP = 3
"""Cells between two columns of names and numbers."""
LABEL_GAP = 2
"""Cells between a label and its value in a list that has room."""
MIN_LABEL_GAP = 1
"""Cells between them where there is less room, and in the width that a reading wants."""
_COLOUR_CODE = re.compile(r"\x1b\[([0-9;]*)m")
"""The ANSI code that sets or resets colours; its group has the numbers."""


def read_ansi(text: str) -> list[list[ColouredText]]:
    """Parse text with ANSI codes of 24-bit foreground colours, line by line; other codes except a reset are ignored."""
    lines: list[list[ColouredText]] = []
    for line in text.split("\n"):
        texts: list[ColouredText] = []
        colour: RGB | None = None
        for index, code_or_text in enumerate(_COLOUR_CODE.split(line)):
            is_code = index % 2 == 1  # a split by a pattern with a group alternates between text and group
            if is_code:
                colour = _read_colour(code_or_text, colour)
            elif code_or_text:
                texts.append((code_or_text, colour))
        lines.append(texts)
    return lines


def _read_colour(code: str, current: RGB | None) -> RGB | None:
    """The colour after an ANSI code: the one it sets, `None` after a reset, otherwise the current colour."""
    if code in {"", "0"}:  # a reset
        return None
    numbers = code.split(";")
    if numbers[:2] == ["38", "2"] and len(numbers) >= 5:  # 38;2;r;g;b sets a 24-bit foreground colour
        return int(numbers[2]), int(numbers[3]), int(numbers[4])
    return current


def make_strip(*pieces: tuple[str, Style]) -> Strip:
    """A strip of pieces of text, each with its style."""
    return Strip([Segment(text, style) for text, style in pieces if text])


def fit_strip(line: Strip, width: int) -> Strip:
    """`line` cut or padded to exactly `width` cells; a cut is shown by an ellipsis."""
    if line.cell_length <= width:
        return line.extend_cell_length(width)
    if width < 1:
        return Strip([])
    styles = [segment.style for segment in line if segment.style]
    ellipsis = Segment("…", styles[-1] if styles else None)  # in the style of the last characters
    return Strip.join([line.crop(0, width - 1), Strip([ellipsis])])


def centre_strip(line: Strip, width: int) -> Strip:
    """`line` in the middle of `width` cells."""
    spare_cells = max(0, width - line.cell_length)
    return fit_strip(Strip.join([Strip.blank(spare_cells // 2), line]), width)


def wrap_words(words: str, width: int) -> list[str]:
    """Break `words` into lines of at most `width` cells: between words, or within a word that is wider."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return [piece for line in lines for piece in _split_long_word(line, max(1, width))]


def cut_lines(lines: Sequence[str], width: int, height: int) -> Sequence[str]:
    """The first `height` of the lines; if there are more, the last of them ends in `…`."""
    if len(lines) <= height or height < 1:
        return lines[: max(0, height)]
    last = lines[height - 1]
    if cell_len(last) >= width:  # the ellipsis takes the place of the last word
        last = last.rpartition(" ")[0]
    return [*lines[: height - 1], f"{last}…"]


def _split_long_word(line: str, width: int) -> list[str]:
    """Split a line that is a single word wider than `width` cells; any other line is one piece."""
    if cell_len(line) <= width:
        return [line]
    # `chop_cells` begins with an empty piece if the first character is wider than `width`.
    return [piece for piece in chop_cells(line, width) if piece]


def pad_page(lines: Sequence[Strip], width: int, height: int) -> list[Strip]:
    """`lines` cut or padded to exactly `height` lines of exactly `width` cells."""
    rows = [fit_strip(line, width) for line in lines[:height]]
    return rows + [Strip.blank(width)] * (height - len(rows))

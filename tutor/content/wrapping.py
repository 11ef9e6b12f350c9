"""Wraps text to the width of a terminal, and counts the cells that it takes."""

import textwrap
import unicodedata

from tutor.patterns import compile_lazily

MIN_WRAP_WIDTH = 20
"""Text is wrapped at no fewer columns than this, however narrow the page."""

NO_BREAK_SPACE = "\u00a0"
"""What keeps a short formula in one line."""
_BLANKS = compile_lazily(r"[ \t\n]++")


def wrap(text: str, width: int, first_indent: str, hanging_indent: str, min_width: int = MIN_WRAP_WIDTH) -> list[str]:
    """`text` wrapped to indented lines of `width`, but of no less than `min_width`.

    No line is broken at a no-break space; these become blanks afterwards.
    """
    words = _BLANKS.sub(" ", text).strip(" ")
    lines = textwrap.wrap(
        words,
        max(width, min_width),
        initial_indent=first_indent,
        subsequent_indent=hanging_indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK_SPACE, " ") for line in lines]


def count_cells(text: str) -> int:
    """The number of columns that `text` takes; a combining mark takes none."""
    return sum(1 for character in text if not unicodedata.combining(character))


def pad(text: str, cells: int) -> str:
    """`text` padded with blanks at its end to a width of `cells`."""
    return text + " " * (cells - count_cells(text))

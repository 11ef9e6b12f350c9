"""Reading and writing lines, through a terminal or a pipe."""

import sys
import textwrap
from typing import TextIO

from tutor.text.input import read_line
from tutor.text.output import flush, is_terminal, lacks_formulas, write

PAGE_WIDTH = 78
MAX_PIPED_LINES = 5000
"""Lines that one session reads through a pipe: `yes` has no end."""
VERDICT_STARTS = ("right", "partly", "wrong", "not graded")
"""How the line of a verdict begins."""


class Lines:
    """A place to say lines and to read answers from."""

    def __init__(self, source: TextIO | None = None, target: TextIO | None = None) -> None:
        self._source = source or sys.stdin
        self._target = target or sys.stdout
        self._asked = 0
        self.ascii = lacks_formulas(self._target)
        """True when the reader's encoding has no Greek letters or signs, or the reader wants none."""

    @property
    def live(self) -> bool:
        """True when a person sits at both ends."""
        return is_terminal(self._source) and is_terminal(self._target)

    def say(self, *lines: str) -> None:
        """Write lines, and make sure they have left before anything else happens.

        A line that happens to begin like a verdict is indented: a reader at the end of a pipe counts verdicts.
        """
        rows = (row for line in lines for row in line.split("\n"))
        self._write("".join((f" {row}" if row.startswith(VERDICT_STARTS) else row) + "\n" for row in rows))

    def judge(self, verdict: str, *rest: str) -> None:
        """Write a line that is a verdict, as it is, and what belongs to it."""
        self._write(verdict + "\n")
        self.say(*rest)

    def _write(self, text: str) -> None:
        write(text, self._target)
        flush(self._target)

    def ask(self, prompt: str) -> str | None:
        """What the learner types next; `None` at the end of the input, or when a pipe says more than anyone would."""
        if self.live:
            self._write(prompt)
        elif self._asked >= MAX_PIPED_LINES:
            self.say(f"(After {MAX_PIPED_LINES:,} lines through a pipe the session ends.)")
            return None
        self._asked += 1
        return read_line(self._source)


def wrap(text: str, indent: str = "") -> list[str]:
    """`text` wrapped to the width of a page, paragraph by paragraph."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        joined = " ".join(paragraph.split())
        lines += textwrap.wrap(joined, PAGE_WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]
    return lines
